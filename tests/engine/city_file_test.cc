#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "engine/city/format.h"
#include "engine/road/nearest.h"
#include "engine/road/route.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::city {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::Dice;
using ::testing::HasSubstr;

AsciiMap small_town() {
  AsciiMap map(R"(
    A--1--B
    |     v
    C<-2--D
  )");
  map.add_post("Market", '1');
  map.add_post("Bridge", '2', v1::POST_KIND_OUTPOST);
  map.add_unit("M-1", "Market");
  map.add_unit("M-2", "Market", v1::UNIT_KIND_MOTORCYCLE_PATROL, v1::TRAVEL_KIND_MOTORCYCLE, 5);
  map.add_unit("B-1", "Bridge", v1::UNIT_KIND_OUTPOST_CREW, v1::TRAVEL_KIND_FOOT);
  map.add_place("First Bank", 'A', v1::PLACE_CLASS_BANK);
  map.add_place("South School", 'D', v1::PLACE_CLASS_SCHOOL);
  return map;
}

std::string build_error(const CityDraft& draft) {
  const auto built = build_city(draft);
  return built ? "no error" : built.error().message;
}

std::string open_error(std::span<const std::byte> bytes) {
  const auto opened = City::open(bytes);
  return opened ? "no error" : opened.error().message;
}

TEST(CityFile, GivesBackWhatTheDraftHeld) {
  const AsciiMap map = small_town();
  const BuiltCity built = map.build();
  const City& city = built.city();
  EXPECT_EQ(city.name(), "map");
  ASSERT_EQ(city.post_count(), 2U);
  const auto bridge = city.find_post(map.post("Bridge"));
  ASSERT_TRUE(bridge);
  EXPECT_EQ(city.post(*bridge).name, "Bridge");
  EXPECT_EQ(city.post(*bridge).kind, v1::POST_KIND_OUTPOST);
  EXPECT_EQ(city.post(*bridge).position, map.at('2'));
  EXPECT_EQ(city.post(*bridge).region, AsciiMap::kRegion);
  EXPECT_EQ(city.post(*bridge).district, AsciiMap::kDistrict);
  ASSERT_EQ(city.unit_count(), 3U);
  const auto rider = city.find_unit(map.unit("M-2"));
  ASSERT_TRUE(rider);
  EXPECT_EQ(city.unit(*rider).call_sign, "M-2");
  EXPECT_EQ(city.unit(*rider).kind, v1::UNIT_KIND_MOTORCYCLE_PATROL);
  EXPECT_EQ(to_road(city.unit(*rider).travel_kind), road::TravelKind::kMotorcycle);
  EXPECT_EQ(city.unit(*rider).capabilities, 5U);
  EXPECT_EQ(city.post(city.unit(*rider).post).name, "Market");
  EXPECT_FALSE(city.find_unit(UnitId(99)));
  EXPECT_FALSE(city.find_post(PostId(0)));
  ASSERT_EQ(city.region_count(), 1U);
  EXPECT_EQ(city.region(0).name, "map city");
  EXPECT_EQ(city.region_outline(0).size(), 4U);
  ASSERT_EQ(city.district_count(), 1U);
  EXPECT_EQ(city.district(0).region, AsciiMap::kRegion);
  EXPECT_EQ(city.district_outline(0).size(), 4U);
  EXPECT_EQ(city.place_count(), 2U);
  EXPECT_EQ(city.roads().junctions.size(), 4U);
  EXPECT_EQ(city.roads().edges.size(), 4U);
  EXPECT_EQ(city.street_name(EdgeIndex(0)), "AB");
}

TEST(CityFile, UnitsAreFoundByIdWhateverTheDraftsOrder) {
  AsciiMap map = small_town();
  map.draft().units[0].id = UnitId(9'000'000'000'000);
  map.draft().posts[0].id = PostId(7'000);
  map.draft().units[0].post = map.draft().units[1].post = PostId(7'000);
  const BuiltCity built = map.build();
  const auto first = built.city().find_unit(UnitId(9'000'000'000'000));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->value(), 2U);
  EXPECT_EQ(built.city().unit(*first).call_sign, "M-1");
  EXPECT_EQ(built.city().post(built.city().unit(*first).post).name, "Market");
}

TEST(CityFile, TheNearestPlaceGivesTheClass) {
  const AsciiMap map = small_town();
  const BuiltCity built = map.build();
  EXPECT_EQ(built.city().place_class_at(map.at('A'), 50'000), v1::PLACE_CLASS_BANK);
  EXPECT_EQ(built.city().place_class_at(map.at('B'), 250'000), v1::PLACE_CLASS_SCHOOL);
  EXPECT_EQ(built.city().place_class_at(map.at('B'), 150'000), v1::PLACE_CLASS_OTHER);
  AsciiMap empty("A--B");
  EXPECT_EQ(empty.build().city().place_class_at(empty.at('A'), 1'000'000), v1::PLACE_CLASS_OTHER);
}

TEST(CityFile, ThePlaceFoundIsTheNearestOfMany) {
  constexpr std::uint64_t kSeed = 21;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  CityDraft draft = testing::random_city(dice, 12, 9);
  const geo::Point corner = draft.junctions[0];
  for (int i = 0; i < 500; ++i) {
    const geo::Point where = {corner.latitude_e7 + static_cast<std::int32_t>(dice.roll(120'000)),
                              corner.longitude_e7 + static_cast<std::int32_t>(dice.roll(150'000))};
    draft.places.push_back({"", static_cast<v1::PlaceClass>(1 + dice.roll(10)), where});
  }
  const BuiltCity built(draft);
  const geo::Projection& projection = built.roads().projection;
  for (int i = 0; i < 2'000; ++i) {
    const geo::Point where = testing::random_point(dice, built.roads());
    const std::int64_t radius_mm = dice.roll(400'000);
    std::int64_t best = radius_mm * radius_mm + 1;
    v1::PlaceClass expected = v1::PLACE_CLASS_OTHER;
    for (std::size_t p = 0; p < built.city().place_count(); ++p) {
      const PlaceInfo place = built.city().place(p);
      const std::int64_t squared = geo::squared_distance(projection.project(place.position), projection.project(where));
      if (squared >= best) continue;
      best = squared;
      expected = place.place_class;
    }
    ASSERT_EQ(built.city().place_class_at(where, radius_mm), expected);
  }
}

TEST(CityFile, OnTheBorderOfTwoRegionsTheLowerCodeCounts) {
  AsciiMap map = small_town();
  std::vector<geo::Point> outline = map.draft().regions[0].outline;  // south-west, south-east, north-east, north-west
  const std::int32_t middle = map.at('1').longitude_e7;
  map.draft().regions[0].outline = {
      outline[0], {outline[0].latitude_e7, middle}, {outline[3].latitude_e7, middle}, outline[3]};
  map.draft().regions.push_back(
      {RegionId(320100),
       "east",
       {{outline[0].latitude_e7, middle}, outline[1], outline[2], {outline[3].latitude_e7, middle}}});
  const BuiltCity built = map.build();
  EXPECT_EQ(built.city().region_at(map.at('A')), RegionId(320200));
  EXPECT_EQ(built.city().region_at(map.at('B')), RegionId(320100));
  EXPECT_EQ(built.city().region_at(map.at('1')), RegionId(320100));
  EXPECT_EQ(built.city().region_at({400'000'000, 0}), std::nullopt);
  EXPECT_EQ(built.city().region_at({INT32_MIN, INT32_MAX}), std::nullopt);
  EXPECT_EQ(built.city().district_at(map.at('C')), AsciiMap::kDistrict);
}

TEST(CityFile, TheSameDraftGivesTheSameBytesAndAnotherGivesAnotherFingerprint) {
  AsciiMap map = small_town();
  const BuiltCity first = map.build();
  const BuiltCity second = map.build();
  EXPECT_TRUE(std::ranges::equal(first.bytes(), second.bytes()));
  EXPECT_EQ(first.city().fingerprint(), second.city().fingerprint());
  map.draft().posts[0].name = "Harbour";
  EXPECT_NE(map.build().city().fingerprint(), first.city().fingerprint());
}

TEST(CityFile, AStreetTakesItsLengthOverItsSpeedRoundedUp) {
  AsciiMap map("A--B");
  map.draft().edges[0].forward_mm_s = {7'000, 0, 4'000'000'000};
  const BuiltCity built = map.build();
  const road::Edge& edge = built.roads().edges[0];
  const road::EdgeMs& edge_ms = built.roads().edge_ms[0];
  EXPECT_NEAR(edge.length_mm, 300'000, 300);
  EXPECT_EQ(edge_ms.forward[0], (std::uint64_t{edge.length_mm} * 1000 + 6'999) / 7'000);
  EXPECT_EQ(edge_ms.forward[1], road::kNoEntry);
  EXPECT_EQ(edge_ms.forward[2], 1U);
}

TEST(CityBuild, TellsWhatIsWrongWithADraft) {
  const auto error_when = [](auto spoil) {
    AsciiMap map = small_town();
    spoil(map.draft());
    return build_error(map.draft());
  };
  EXPECT_EQ(error_when([](CityDraft&) {}), "no error");
  EXPECT_EQ(error_when([](CityDraft& d) { d.junctions.clear(); }), "the city has no junction");
  EXPECT_EQ(error_when([](CityDraft& d) { d.edges[2].to = 4; }), "edge 2 ends at junction 4, there are only 4");
  EXPECT_EQ(error_when([](CityDraft& d) { d.edges[1].forward_mm_s[0] = 1; }),
            "edge 1 takes longer than a day; check its speed");
  EXPECT_THAT(error_when([](CityDraft& d) {
                d.edges[1].between = {{900'000'001, 0}};
              }),
              HasSubstr("is not on the earth"));
  EXPECT_THAT(error_when([](CityDraft& d) { d.junctions[1].latitude_e7 = 200'000'000; }),
              HasSubstr("more than 500 km"));
  EXPECT_EQ(error_when([](CityDraft& d) { d.posts[1].id = d.posts[0].id; }), "post 1 is there twice");
  EXPECT_EQ(error_when([](CityDraft& d) { d.units[1].id = d.units[2].id; }), "unit 3 is there twice");
  EXPECT_EQ(error_when([](CityDraft& d) { d.regions.push_back(d.regions[0]); }), "region 320200 is there twice");
  EXPECT_EQ(error_when([](CityDraft& d) { d.units[1].id = UnitId(0); }), "unit ids start at 1");
  EXPECT_EQ(error_when([](CityDraft& d) { d.units[1].post = PostId(77); }),
            "unit 2 (M-2) belongs to post 77, which does not exist");
  EXPECT_EQ(error_when([](CityDraft& d) { d.districts[0].region = RegionId(1); }),
            "district 320205 (map district) belongs to region 1, which does not exist");
  EXPECT_EQ(error_when([](CityDraft& d) { d.regions[0].outline.resize(2); }),
            "region 320200 (map city) has an outline with fewer than 3 corners");
  EXPECT_EQ(error_when([](CityDraft& d) { d.posts[0].kind = v1::POST_KIND_UNSPECIFIED; }),
            "post 1 (Market) has no kind");
  EXPECT_EQ(error_when([](CityDraft& d) { d.units[0].travel_kind = v1::TRAVEL_KIND_UNSPECIFIED; }),
            "unit 1 (M-1) has no kind of travel");
  EXPECT_EQ(error_when([](CityDraft& d) { d.places[0].place_class = v1::PLACE_CLASS_UNSPECIFIED; }),
            "place 0 (First Bank) has no class");
}

TEST(CityBuild, APostOutsideEveryRegionIsRefused) {
  AsciiMap map = small_town();
  map.draft().regions[0].outline = {{100'000'000, 0}, {100'000'000, 10}, {100'000'010, 0}};
  EXPECT_EQ(build_error(map.draft()), "post 1 (Market) lies in no region, 0 m from the nearest road for anybody (AB)");
}

TEST(CityBuild, APostOffTheRoadIsRefusedWithTheDistanceAndTheNearestStreet) {
  AsciiMap map(R"(
    A--1--B



                                 9
  )");
  map.add_post("Hill", '9');
  map.draft().regions[0].outline = {{-10'000'000, -10'000'000}, {-10'000'000, 10'000'000}, {10'000'000, 0}};
  EXPECT_EQ(build_error(map.draft()),
            "post 1 (Hill) is 2334 m from the nearest road for anybody (AB); at most 1000 m are allowed");
}

TEST(CityBuild, APostWithACarNeedsARoadForCars) {
  AsciiMap map(R"(
    A-:-1-:-B
    |
    |
    |
    |
    |
    |
    |
    |
    |
    |
    |
    |
    C-------------D
  )");
  map.draft().edges[1].forward_mm_s[0] = map.draft().edges[1].backward_mm_s[0] = 0;
  map.add_post("Park", '1');
  map.add_unit("walker", "Park", v1::UNIT_KIND_FOOT_PATROL, v1::TRAVEL_KIND_FOOT);
  EXPECT_EQ(build_error(map.draft()), "no error");
  map.add_unit("car", "Park");
  EXPECT_THAT(build_error(map.draft()), HasSubstr("m from the nearest road for cars (CD); at most 1000 m are allowed"));
}

TEST(CityFile, ATruncatedFileIsRefused) {
  const BuiltCity built = small_town().build();
  for (std::size_t size = 0; size < built.bytes().size(); ++size) {
    ASSERT_FALSE(City::open(built.bytes().first(size))) << size << " bytes";
  }
  std::vector<std::byte> longer(built.bytes().begin(), built.bytes().end());
  longer.resize(longer.size() + 8);
  EXPECT_THAT(open_error(longer), HasSubstr("has 8 bytes after its last section"));
}

TEST(CityFile, EveryFlippedBitIsRefused) {
  const BuiltCity built = small_town().build();
  std::vector<std::byte> bytes(built.bytes().begin(), built.bytes().end());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::byte whole = bytes[i];
    bytes[i] ^= std::byte{1} << (i % 8);
    ASSERT_FALSE(City::open(bytes)) << "byte " << i;
    bytes[i] = whole;
  }
  EXPECT_TRUE(City::open(bytes));
}

format::SectionTable table_of(std::span<const std::byte> bytes) {
  format::SectionTable table;
  std::memcpy(&table, bytes.data() + sizeof(format::Header), sizeof(table));
  return table;
}

TEST(CityFile, ADamagedSectionIsNamed) {
  const BuiltCity built = small_town().build();
  std::vector<std::byte> bytes(built.bytes().begin(), built.bytes().end());
  bytes[table_of(bytes)[3].offset] ^= std::byte{1};
  EXPECT_EQ(open_error(bytes), "city file: section 4 (edges) is damaged (checksum); build it again with citybuild");
}

TEST(CityFile, AnotherVersionOrAnotherFileIsRefused) {
  const BuiltCity built = small_town().build();
  std::vector<std::byte> bytes(built.bytes().begin(), built.bytes().end());
  bytes[8] = std::byte{4};
  EXPECT_THAT(open_error(bytes), HasSubstr("version 4, this program reads 3"));
  bytes[0] = std::byte{'X'};
  EXPECT_THAT(open_error(bytes), HasSubstr("does not start with D135CITY"));
  EXPECT_THAT(open_error(std::span(bytes).subspan(1)), HasSubstr("multiple of 8"));
}

class Everybody : public road::UnitFilter {
 public:
  bool accepts(UnitIndex, DurationMs& turnout) const override {
    turnout = {0};
    return true;
  }
};

// Calls all that a city offers; the sum keeps the calls from being left out.
std::uint64_t use(const City& city, Dice& dice) {
  std::uint64_t sum = city.fingerprint().value() + city.name().size();
  for (std::size_t i = 0; i < city.region_count(); ++i)
    sum += city.region(i).name.size() + city.region_outline(i).size();
  for (std::size_t i = 0; i < city.district_count(); ++i) sum += city.district(i).name.size();
  for (std::uint32_t i = 0; i < city.post_count(); ++i) sum += city.post(PostIndex(i)).name.size();
  for (std::size_t i = 0; i < city.place_count(); ++i) sum += city.place(i).name.size();
  const road::Network& roads = city.roads();
  road::LiveRoads live(roads);
  road::UnitsOnRoad units(live, city.unit_count());
  road::RouteFinder routes(live);
  std::optional<road::RoadPoint> last;
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const UnitInfo unit = city.unit(UnitIndex(i));
    sum += unit.call_sign.size() + city.find_unit(unit.id)->value();
    const auto place = roads.snap(city.post(unit.post).position, to_road(unit.travel_kind), 100'000'000);
    if (!place) continue;
    units.place(UnitIndex(i), to_road(unit.travel_kind), *place);
    sum += static_cast<std::uint64_t>(roads.locate(*place).latitude_e7);
    if (last) sum += routes.find(*last, *place, to_road(unit.travel_kind)).has_value() ? 1 : 0;
    last = place;
  }
  for (std::uint32_t i = 0; i < roads.edges.size(); ++i) sum += city.street_name(EdgeIndex(i)).size();
  road::NearestSearch search(live);
  const Everybody everybody;
  for (const geo::Point where : {testing::random_point(dice, roads), geo::Point{-10'000, 30'000}}) {
    sum += search.k_soonest(where, 100'000'000, units, everybody, 3).size();
    sum += static_cast<std::uint64_t>(city.place_class_at(where, 100'000'000));
    sum += city.region_at(where).has_value() + city.district_at(where).has_value();
  }
  return sum;
}

// Whoever can write a file can also write its checksums: what opens must be safe to use all the same.
TEST(CityFile, AForgedFileIsRefusedOrHarmless) {
  constexpr std::uint64_t kSeed = 2'024;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  const BuiltCity built = small_town().build();
  const std::vector<std::byte> whole(built.bytes().begin(), built.bytes().end());
  std::uint32_t opened = 0;
  std::uint32_t refused = 0;
  std::uint64_t sum = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes = whole;
    format::SectionTable table = table_of(bytes);
    for (std::uint32_t changes = 1 + dice.roll(3); changes > 0; --changes) {
      format::SectionEntry& entry = table[dice.roll(table.size())];
      if (entry.size == 0) continue;
      const std::size_t at = entry.offset + dice.roll(entry.size);
      bytes[at] = dice.chance(40) ? std::byte{0xff} : static_cast<std::byte>(dice.roll(256));
      entry.checksum = hash_bytes(bytes.data() + entry.offset, entry.size);
    }
    std::memcpy(bytes.data() + sizeof(format::Header), &table, sizeof(table));
    const auto city = City::open(bytes);
    city ? ++opened : ++refused;
    if (city) sum += use(city.value(), dice);
  }
  EXPECT_GT(opened, 1'000U);
  EXPECT_GT(refused, 1'000U);
  EXPECT_NE(sum, 0U);
}

TEST(CityFile, AForgedLinkTimeIsFoundByTheWholeCheck) {
  const BuiltCity built = small_town().build();
  EXPECT_FALSE(built.city().check_link_times());
  std::vector<std::byte> bytes(built.bytes().begin(), built.bytes().end());
  format::SectionTable table = table_of(bytes);
  format::SectionEntry& entry = table[static_cast<std::size_t>(format::Section::kLinkMs) - 1];
  ASSERT_GE(entry.size, sizeof(road::LinkMs));
  const road::LinkMs forged = {{1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}};
  std::memcpy(bytes.data() + entry.offset, &forged, sizeof(forged));
  entry.checksum = hash_bytes(bytes.data() + entry.offset, entry.size);
  std::memcpy(bytes.data() + sizeof(format::Header), &table, sizeof(table));
  const auto city = City::open(bytes);
  ASSERT_TRUE(city);
  const auto problem = city.value().check_link_times();
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->message, HasSubstr("link 0 has times that are not its edges'"));
}

}  // namespace
}  // namespace dispatch135::city
