// What the hierarchy promises: every junction once, parts of the city apart, little above each junction.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "engine/base/hash.h"
#include "engine/city/format.h"
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

// The same file without the times of its links.
std::vector<std::byte> without_link_times(std::span<const std::byte> whole) {
  std::vector<std::byte> bytes(whole.begin(), whole.end());
  format::SectionTable table;
  std::memcpy(&table, bytes.data() + sizeof(format::Header), sizeof(table));
  const std::size_t links = static_cast<std::size_t>(format::Section::kLinkMs) - 1;
  const std::uint64_t size = table[links].size;
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(table[links].offset);
  bytes.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
  for (std::size_t i = links + 1; i < table.size(); ++i) table[i].offset -= size;
  table[links].size = 0;
  table[links].checksum = hash_bytes(nullptr, 0);
  std::memcpy(bytes.data() + sizeof(format::Header), &table, sizeof(table));
  return bytes;
}

TEST(Hierarchy, TimesThatAFileLeavesOutAreThoseThatItWouldHold) {
  testing::Dice dice(2);
  const testing::BuiltCity built(testing::random_city(dice, 10, 10));
  static_assert(sizeof(road::LinkMs) % format::kAlignment == 0);
  const std::vector<std::byte> bytes = without_link_times(built.bytes());
  ASSERT_LT(bytes.size(), built.bytes().size());
  const auto city = City::open(bytes);
  ASSERT_TRUE(city) << city.error().message;
  EXPECT_TRUE(std::ranges::equal(city.value().roads().hierarchy.ms, built.roads().hierarchy.ms));
  EXPECT_FALSE(city.value().check_link_times());
}

}  // namespace
}  // namespace dispatch135::city
