#include <gtest/gtest.h>

#include <cstdio>

#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"
#include "tests/engine/road_oracle.h"

namespace dispatch135::road {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::Dice;

TEST(Snap, FindsTheSamePlaceAsLookingEverywhere) {
  constexpr std::uint64_t kSeed = 531;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint32_t found = 0;
  std::uint32_t missed = 0;
  for (std::uint32_t c = 0; c < 60; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed + c);
    const BuiltCity built(testing::random_city(dice, 2 + dice.roll(12), 2 + dice.roll(12)));
    for (std::uint32_t query = 0; query < 400; ++query) {
      const geo::Point point = testing::random_point(dice, built.roads());
      const auto kind = static_cast<TravelKind>(dice.roll(3));
      const std::int64_t limit_mm = dice.chance(50) ? 100'000'000 : dice.roll(500'000);
      const auto expected = testing::snap_by_looking_everywhere(built.roads(), point, kind, limit_mm);
      const auto place = built.roads().snap(point, kind, limit_mm);
      ASSERT_EQ(place.has_value(), expected.has_value()) << "query " << query;
      if (!place) {
        ++missed;
        continue;
      }
      ++found;
      ASSERT_EQ(place->edge, expected->edge) << "query " << query;
      ASSERT_EQ(place->offset_mm, expected->offset_mm) << "query " << query;
      ASSERT_EQ(place->distance_mm, expected->distance_mm) << "query " << query;
      ASSERT_LE(place->offset_mm, built.roads().edges[place->edge.value()].length_mm);
    }
  }
  EXPECT_GT(found, 10'000U);
  EXPECT_GT(missed, 1'000U);
}

TEST(Snap, APlaceOnTheRoadSnapsToItself) {
  constexpr std::uint64_t kSeed = 77;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  const BuiltCity built(testing::random_city(dice, 10, 10));
  for (int i = 0; i < 5'000; ++i) {
    const RoadPoint place = testing::random_road_point(dice, built.roads(), TravelKind::kCar);
    const auto again = built.roads().snap(built.roads().locate(place), TravelKind::kCar, 1'000);
    ASSERT_TRUE(again);
    EXPECT_LE(again->distance_mm, 12) << "an e7 degree is 11 mm";
  }
}

TEST(Snap, FartherThanTheLimitIsOffRoad) {
  AsciiMap map(R"(
    A-----B


          2
    1
  )");
  map.add_post("only to have it", 'A');
  const BuiltCity built = map.build();
  EXPECT_FALSE(built.roads().snap(map.at('2'), TravelKind::kCar, 299'000));
  const auto place = built.roads().snap(map.at('2'), TravelKind::kCar, 301'000);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->offset_mm, built.roads().edges[0].length_mm);
  EXPECT_FALSE(built.roads().snap(map.at('1'), TravelKind::kCar, 399'000));
  EXPECT_FALSE(built.roads().snap(map.at('A'), TravelKind::kCar, -1));
}

TEST(Snap, PlacesAtTheEndOfTheWorldAreOffRoad) {
  const AsciiMap map("A--B");
  const BuiltCity built = map.build();
  for (const std::int32_t latitude : {-900'000'000, 0, 900'000'000, INT32_MIN, INT32_MAX}) {
    for (const std::int32_t longitude : {-1'800'000'000, 900'000'000, INT32_MIN, INT32_MAX}) {
      EXPECT_FALSE(built.roads().snap({latitude, longitude}, TravelKind::kCar, INT64_MAX));
    }
  }
}

TEST(Snap, OfEquallyNearStreetsTheLowerEdgeIsTaken) {
  AsciiMap map(R"(
    A--B
    1
    C--D
  )");
  const BuiltCity built = map.build();
  const auto place = built.roads().snap(map.at('A'), TravelKind::kCar, 1'000);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->edge, EdgeIndex(0));
  map.draft().edges.push_back(map.draft().edges[0]);
  const BuiltCity doubled = map.build();
  EXPECT_EQ(doubled.roads().snap(map.at('B'), TravelKind::kCar, 1'000)->edge, EdgeIndex(0));
}

}  // namespace
}  // namespace dispatch135::road
