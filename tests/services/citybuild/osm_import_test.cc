// Cities out of OpenStreetMap: small ones drawn here as XML, and Porto and Monaco where their extracts are at hand.
#include "services/citybuild/osm_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "engine/city/city.h"
#include "services/citybuild/osm_network.h"
#include "services/citybuild/osm_read.h"
#include "tests/services/citybuild/map_extract.h"
#include "tests/services/citybuild/osm_map.h"
#include "tests/services/citybuild/temporary_folder.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;

std::string car_profile() {
  std::ifstream in(D135_SOURCE_DIR "/config/profiles/car.yaml");
  return {std::istreambuf_iterator<char>(in), {}};
}

class OsmImport : public ::testing::Test {
 protected:
  OsmData read(const Map& map) const {
    auto data = read_osm(folder_.file("map.osm", map.str()), preset_profiles(), [](int) {});
    EXPECT_TRUE(data.ok()) << data.error().message;
    return std::move(data.value());
  }
  city::CityDraft network(const Map& map) const {
    city::CityDraft draft;
    add_osm_network(read(map), draft);
    return draft;
  }
  OsmOptions options(const Map& map) const {
    OsmOptions options;
    options.pbf = folder_.file("map.osm", map.str());
    options.region = RegionId(320200);
    options.name = "Block";
    options.posts = "spread:2";
    return options;
  }
  Result<city::CityDraft> import(const OsmOptions& options) {
    Report report(told_, false);
    return import_osm(options, report);
  }

  TemporaryFolder folder_;
  std::ostringstream told_;
};

TEST_F(OsmImport, NodesWhereWaysMeetAreJunctionsAndTheOthersBends) {
  //   4----3
  //   |    |
  //   1-5-6-2   way 11 bends at 5; way 15 leaves from 6
  Map map;
  map.node(1, 0, 0).node(5, 1, 3).node(6, 0, 6).node(2, 0, 10).node(7, -5, 6);
  map.way(11, {1, 5, 6, 2}, street("South")).way(15, {6, 7}, street("Pier"));
  const auto draft = network(map);
  ASSERT_EQ(draft.edges.size(), 3U);
  EXPECT_EQ(draft.junctions.size(), 4U);
  EXPECT_EQ(draft.edges[0].between, (std::vector<geo::Point>{{310'010'000, 1'200'030'000}}));
  EXPECT_EQ(draft.edges[0].name, "South");
  EXPECT_TRUE(draft.edges[1].between.empty());
}

TEST_F(OsmImport, LoopBackToOneJunctionBecomesTwoEdges) {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).node(3, 5, 15).node(4, -5, 15).node(5, 0, 20);
  map.way(11, {1, 2}, street("Stem")).way(12, {2, 3, 5, 4, 2}, street("Loop"));
  const auto draft = network(map);
  ASSERT_EQ(draft.edges.size(), 3U);
  for (const auto& edge : draft.edges) {
    EXPECT_NE(edge.from, edge.to);
  }
}

TEST_F(OsmImport, WayIsCutWhereANodeIsMissing) {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).node(4, 0, 30).node(5, 0, 40);
  map.way(11, {1, 2, 3, 4, 5}, street("Long"));
  EXPECT_EQ(read(map).missing_nodes, 1U);
  EXPECT_EQ(network(map).edges.size(), 2U);
}

TEST_F(OsmImport, WaysWithOneNodeAndNonRoadsAreCounted) {
  Map map = block();
  map.way(21, {1}, street("Stump")).way(22, {1, 1}, street("Standing"));
  map.way(23, {1, 3}, tag("route", "ferry")).way(24, {1, 3}, tag("highway", "construction"));
  const OsmData data = read(map);
  EXPECT_EQ(data.ways.size(), 4U);
  EXPECT_EQ(data.dropped[static_cast<std::size_t>(WayDrop::kTooFewNodes)], 2U);
  EXPECT_EQ(data.dropped[static_cast<std::size_t>(WayDrop::kFerry)], 1U);
  EXPECT_EQ(data.dropped[static_cast<std::size_t>(WayDrop::kUnbuilt)], 1U);
}

TEST_F(OsmImport, DeadEndOfAOneWayStreetIsKeptForThoseOnlyWhoMayComeBack) {
  Map map = block();
  map.node(8, 20, 0).way(15, {4, 8}, street("Trap") + tag("oneway", "yes"));
  const auto draft = import(options(map));
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  ASSERT_EQ(draft.value().edges.size(), 5U);
  const auto& trap = draft.value().edges[4];
  EXPECT_EQ(trap.forward_mm_s[static_cast<std::size_t>(road::TravelKind::kCar)], 0U);
  EXPECT_GT(trap.forward_mm_s[static_cast<std::size_t>(road::TravelKind::kFoot)], 0U);
  EXPECT_THAT(told_.str(), HasSubstr("by car: 4 of 5 edges"));
}

TEST_F(OsmImport, SpreadPostsAndMapPlacesMakeAWholeCity) {
  Map map = block();
  map.node(30, 1, 1, tag("amenity", "school") + tag("name", "School 1"));
  map.way(31, {1, 2, 3, 4, 1}, tag("amenity", "hospital"));
  const auto draft = import(options(map));
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  ASSERT_EQ(draft.value().places.size(), 2U);
  EXPECT_EQ(draft.value().places[1].position, (geo::Point{310'050'000, 1'200'050'000}));
  const auto bytes = city::build_city(draft.value());
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto city = city::City::open(bytes.value());
  ASSERT_TRUE(city.ok()) << city.error().message;
  EXPECT_EQ(city.value().post_count(), 2U);
  EXPECT_EQ(city.value().region_at({310'050'000, 1'200'050'000}), RegionId(320200));
  const auto again = import(options(map));
  EXPECT_EQ(city::build_city(again.value()).value(), bytes.value());
}

TEST_F(OsmImport, PoliceStationsOfTheMapArePosts) {
  Map map = block();
  map.node(30, 1, 0, tag("amenity", "police") + tag("name", "Gate")).node(31, 500, 0, tag("amenity", "police"));
  OsmOptions told = options(map);
  told.posts = "osm";
  const auto draft = import(told);
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  ASSERT_EQ(draft.value().posts.size(), 1U);
  EXPECT_EQ(draft.value().posts[0].name, "Gate");
  EXPECT_EQ(draft.value().units.size(), 1U);
}

TEST_F(OsmImport, MapWithoutPoliceAsksForPosts) {
  OsmOptions told = options(block());
  told.posts = "osm";
  EXPECT_THAT(import(told).error().message, HasSubstr("no amenity=police"));
  told.posts = "spread:zero";
  EXPECT_THAT(import(told).error().message, HasSubstr("spread:N"));
}

TEST_F(OsmImport, PostsOfAFileKeepTheirIdsAndWishes) {
  OsmOptions told = options(block());
  told.posts = folder_.file("posts.csv",
                            "id,name,kind,lat,lon,units,travel_kind,capabilities\n"
                            "42,Corner,street_station,31.0,120.0,3,motorcycle,drone\n");
  const auto draft = import(told);
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  ASSERT_EQ(draft.value().units.size(), 3U);
  EXPECT_EQ(draft.value().units[2].post, PostId(42));
  EXPECT_EQ(draft.value().units[2].travel_kind, v1::TRAVEL_KIND_MOTORCYCLE);
  EXPECT_EQ(draft.value().units[2].capabilities, 0b1000000U);
}

TEST_F(OsmImport, PostOffTheRoadIsRefusedWithItsDistance) {
  OsmOptions told = options(block());
  told.posts = folder_.file("posts.csv", "id,name,kind,lat,lon\n42,Field,outpost,30.989,120.0\n");
  const auto outside = city::build_city(import(told).value());
  ASSERT_FALSE(outside.ok());
  EXPECT_THAT(outside.error().message, HasSubstr("42"));
  told.districts = folder_.file("d.geojson", R"({"features": [{"properties": {"code": 320200}, "geometry":
      {"type": "Polygon", "coordinates": [[[119, 30], [121, 30], [121, 32], [119, 32]]]}}]})");
  const auto off_road = city::build_city(import(told).value());
  ASSERT_FALSE(off_road.ok());
  EXPECT_THAT(off_road.error().message, HasSubstr("1219 m"));
}

TEST_F(OsmImport, MapWithoutRoadsSaysSo) {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).way(11, {1, 2}, tag("highway", "raceway"));
  EXPECT_THAT(import(options(map)).error().message, HasSubstr("has no road for any kind of travel"));
  EXPECT_THAT(import(options(Map())).error().message, HasSubstr("has no road for any kind of travel"));
}

TEST_F(OsmImport, CityForCarsAloneHasNoFootpaths) {
  Map map = block();
  map.way(15, {1, 3}, tag("highway", "footway"));
  OsmOptions told = options(map);
  ASSERT_EQ(import(told).value().edges.size(), 5U);
  folder_.file("car.yaml", car_profile());
  told.profiles = folder_.path("");
  const auto draft = import(told);
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  EXPECT_EQ(draft.value().edges.size(), 4U);
  for (const auto& unit : draft.value().units) {
    EXPECT_EQ(unit.travel_kind, v1::TRAVEL_KIND_CAR);
  }
}

TEST_F(OsmImport, MistakeInAProfileIsToldBeforeTheMapIsRead) {
  OsmOptions told = options(block());
  told.profiles = folder_.path("absent");
  EXPECT_THAT(import(told).error().message, HasSubstr("absent"));
  EXPECT_THAT(told_.str(), ::testing::IsEmpty());
}

TEST_F(OsmImport, SameMapGivesTheSameBytesAgain) {
  Map map = block();
  map.node(5, 5, 5, tag("barrier", "bollard")).node(6, 10, 20).node(7, 5, 15, tag("highway", "traffic_signals"));
  map.way(15, {1, 5, 3}, street("Across")).way(16, {3, 7, 6}, tag("highway", "primary"));
  map.relation(91, "from:15 via:n3 to:16", tag("type", "restriction") + tag("restriction", "no_left_turn"));
  const auto bytes = [&] { return city::build_city(import(options(map)).value()).value(); };
  EXPECT_EQ(bytes(), bytes());
}

TEST_F(OsmImport, ForeignAndMissingFilesAreRefusedByName) {
  const auto refusal = [](const std::string& path) {
    const auto data = read_osm(path, preset_profiles(), [](int) {});
    return data.ok() ? "no mistake" : data.error().message;
  };
  EXPECT_THAT(refusal(folder_.file("noise.osm.pbf", "This is no map, and never was one.")), HasSubstr("noise.osm.pbf"));
  EXPECT_THAT(refusal(folder_.file("cut.osm", "<osm version='0.6'><node id='1'")), HasSubstr("cut.osm"));
  EXPECT_THAT(refusal(folder_.path("absent.osm.pbf")), HasSubstr("absent.osm.pbf"));
  EXPECT_THAT(refusal(folder_.file("map.txt", "")), HasSubstr("map.txt"));
}

std::size_t car_arcs(const city::CityDraft& draft) {
  std::size_t arcs = 0;
  for (const auto& edge : draft.edges) {
    arcs += (edge.forward_mm_s[0] > 0 ? 1U : 0U) + (edge.backward_mm_s[0] > 0 ? 1U : 0U);
  }
  return arcs;
}

TEST_F(OsmImport, PortoHasAbout70000JunctionsAnd156000ArcsForCars) {
  const auto path = map_extract(kPortoExtract);
  if (!path) {
    GTEST_SKIP() << kPortoExtract << " is not there; set D135_SHARED_DATA to its folder";
  }
  const auto draft = import(porto(*path));
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  EXPECT_NEAR(static_cast<double>(draft.value().junctions.size()), 69'600, 1'000);
  EXPECT_NEAR(static_cast<double>(car_arcs(draft.value())), 156'000, 2'000);
  EXPECT_NEAR(static_cast<double>(draft.value().turns.size()), 16'600, 500);
  const auto bytes = city::build_city(draft.value());
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  EXPECT_TRUE(city::City::open(bytes.value()).ok());
}

TEST_F(OsmImport, MonacoBringsItsOwnPoliceStations) {
  const auto path = map_extract(kMonacoExtract);
  if (!path) {
    GTEST_SKIP() << kMonacoExtract << " is not there; set D135_SHARED_DATA to its folder";
  }
  const auto draft = import(monaco(*path));
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  EXPECT_NEAR(static_cast<double>(draft.value().junctions.size()), 3'900, 100);
  EXPECT_EQ(draft.value().posts.size(), 14U);
  EXPECT_TRUE(city::build_city(draft.value()).ok());
}

TEST_F(OsmImport, TruncatedExtractIsRefused) {
  const auto path = map_extract(kMonacoExtract);
  if (!path) {
    GTEST_SKIP() << kMonacoExtract << " is not there; set D135_SHARED_DATA to its folder";
  }
  std::ifstream in(*path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  bytes.resize(bytes.size() / 2);
  const auto data = read_osm(folder_.file("half.osm.pbf", bytes), preset_profiles(), [](int) {});
  ASSERT_FALSE(data.ok());
  EXPECT_THAT(data.error().message, HasSubstr("half.osm.pbf"));
}

}  // namespace
}  // namespace dispatch135::citybuild
