#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "engine/city/draft.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::city {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::Dice;

TEST(LargestComponent, DeadEndsOfOneWayStreetsAndFootPathsFallAway) {
  AsciiMap map(R"(
    A---B->-C
    |   |
    D---E-:-F-G
  )");
  const KeptPart kept = keep_largest_component(map.draft());
  EXPECT_EQ(kept.junctions_before, 7U);
  EXPECT_EQ(kept.junctions, 4U);
  EXPECT_EQ(kept.edges_before, 7U);
  EXPECT_EQ(kept.edges, 4U);
  EXPECT_EQ(kept.components, 3U);
  EXPECT_EQ(map.draft().junctions, (std::vector{map.at('A'), map.at('B'), map.at('D'), map.at('E')}));
}

TEST(LargestComponent, OfEqualPartsTheFirstStays) {
  AsciiMap map("A-B C-D");
  keep_largest_component(map.draft());
  EXPECT_EQ(map.draft().junctions, (std::vector{map.at('A'), map.at('B')}));
}

TEST(LargestComponent, AnEmptyDraftStaysEmpty) {
  CityDraft draft;
  EXPECT_EQ(keep_largest_component(draft).components, 0U);
}

// Who reaches whom, by Warshall's closure.
std::vector<std::vector<bool>> reachable(const CityDraft& draft) {
  const std::size_t n = draft.junctions.size();
  std::vector<std::vector<bool>> reaches(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) reaches[i][i] = true;
  for (const DraftEdge& edge : draft.edges) {
    if (edge.forward_mm_s[0] > 0) reaches[edge.from][edge.to] = true;
    if (edge.backward_mm_s[0] > 0) reaches[edge.to][edge.from] = true;
  }
  for (std::size_t via = 0; via < n; ++via) {
    for (std::size_t from = 0; from < n; ++from) {
      for (std::size_t to = 0; to < n; ++to) {
        if (reaches[from][via] && reaches[via][to]) reaches[from][to] = true;
      }
    }
  }
  return reaches;
}

TEST(LargestComponent, KeepsWhatTheClosureKeeps) {
  constexpr std::uint64_t kSeed = 99;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  for (std::uint32_t c = 0; c < 300; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed + c);
    CityDraft draft = testing::random_city(dice, 1 + dice.roll(7), 1 + dice.roll(7));
    for (DraftEdge& edge : draft.edges) {
      if (dice.chance(40)) edge.forward_mm_s[0] = 0;
      if (dice.chance(40)) edge.backward_mm_s[0] = 0;
    }
    const auto reaches = reachable(draft);
    std::vector<geo::Point> largest;
    std::set<std::vector<geo::Point>> parts;
    for (std::size_t i = 0; i < draft.junctions.size(); ++i) {
      std::vector<geo::Point> part;
      for (std::size_t j = 0; j < draft.junctions.size(); ++j) {
        if (reaches[i][j] && reaches[j][i]) part.push_back(draft.junctions[j]);
      }
      parts.insert(part);
      if (part.size() > largest.size()) largest = part;
    }
    const KeptPart kept = keep_largest_component(draft);
    EXPECT_EQ(kept.components, parts.size());
    EXPECT_EQ(draft.junctions, largest);
    const auto reaches_after = reachable(draft);
    for (const auto& row : reaches_after) EXPECT_TRUE(std::all_of(row.begin(), row.end(), [](bool r) { return r; }));
  }
}

}  // namespace
}  // namespace dispatch135::city
