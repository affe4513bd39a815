// What the hierarchy promises: every junction once, parts of the city apart, little above each junction.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/city/nested_dissection.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::city {
namespace {

using Links = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> list) {
  std::sort(list.begin(), list.end());
  return list;
}

TEST(NestedDissection, PutsWhatSeparatesTheTwoHalvesLast) {
  // Two squares, and between them one bridge of three junctions: 0-1-2-3, 4, 5-6-7-8.
  const std::vector<geo::PlanePoint> places = {{0, 0},   {0, 100},   {100, 0},  {100, 100}, {500, 50},
                                               {900, 0}, {900, 100}, {1000, 0}, {1000, 100}};
  const Links links = {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {5, 7}, {6, 8}, {7, 8}, {4, 4}, {3, 4}};
  const auto order = nested_dissection(places, links);
  EXPECT_EQ(sorted(order), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  // One of those that the bridge hangs on, or its middle: nothing else parts the squares alone.
  EXPECT_TRUE(order.back() == 3 || order.back() == 4 || order.back() == 5) << order.back();
}

TEST(NestedDissection, OrdersJunctionsThatHangTogetherByNothingOrStandInOnePlace) {
  const std::vector<geo::PlanePoint> places(7, geo::PlanePoint{5, 5});
  EXPECT_EQ(nested_dissection(places, {}).size(), 7U);
  Links star;
  for (std::uint32_t i = 1; i < 7; ++i) star.push_back({0, i});
  EXPECT_EQ(sorted(nested_dissection(places, star)), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Hierarchy, HasNoMoreAboveAJunctionThanAGridNeeds) {
  // In a grid of n x n streets no order has fewer than about n above the lowest; a bad one has n * n.
  constexpr std::uint32_t kSide = 40;
  testing::Dice dice(1);
  const testing::BuiltCity built(testing::random_city(dice, kSide, kSide));
  std::uint32_t deepest = 0;
  const road::Hierarchy& hierarchy = built.roads().hierarchy;
  for (std::size_t node = 0; node < hierarchy.size(); ++node) deepest = std::max(deepest, hierarchy.nodes[node].depth);
  EXPECT_LT(deepest, kSide * 5 * built.roads().approaches() / built.roads().junctions.size());
  EXPECT_FALSE(built.city().check_link_times());
}

}  // namespace
}  // namespace dispatch135::city
