// What is left of each kind's network when only its largest strongly connected part stays.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "engine/city/draft.h"
#include "engine/city/draft_arcs.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::city {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::Dice;

constexpr auto kCar = static_cast<std::size_t>(road::TravelKind::kCar);
constexpr auto kFoot = static_cast<std::size_t>(road::TravelKind::kFoot);

void close_to_all_but_cars(CityDraft& draft) {
  for (DraftEdge& edge : draft.edges) {
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      if (kind != kCar) edge.forward_mm_s[kind] = edge.backward_mm_s[kind] = 0;
    }
  }
}

DraftTurn forbidden(DraftArc from, DraftArc to) { return {from, to, road::kClosedToAll}; }

TEST(KeepConnected, DeadEndsOfOneWayStreetsAndFootPathsFallAwayForCars) {
  AsciiMap map(R"(
    A---B->-C
    |   |
    D---E-:-F-G
  )");
  close_to_all_but_cars(map.draft());
  const KeptPart kept = keep_connected(map.draft());
  EXPECT_EQ(kept.junctions_before, 7U);
  EXPECT_EQ(kept.junctions, 4U);
  EXPECT_EQ(kept.edges_before, 7U);
  EXPECT_EQ(kept.edges, 4U);
  EXPECT_EQ(kept.kinds[kCar].components, 3U);
  EXPECT_EQ(kept.kinds[kCar].edges_before, 6U);
  EXPECT_EQ(kept.kinds[kCar].edges, 4U);
  EXPECT_LT(kept.kinds[kCar].length_mm, kept.kinds[kCar].length_before_mm);
  EXPECT_EQ(kept.kinds[kFoot].components, 0U);
  EXPECT_EQ(map.draft().junctions, (std::vector{map.at('A'), map.at('B'), map.at('D'), map.at('E')}));
}

TEST(KeepConnected, PathBetweenTwoCarNetworksStaysForWalkersOnly) {
  AsciiMap map(R"(
    A---B
    |   |
    D---E-:-F-G
  )");
  const KeptPart kept = keep_connected(map.draft());
  EXPECT_EQ(kept.junctions, 6U);
  EXPECT_EQ(kept.kinds[kFoot].components, 1U);
  EXPECT_EQ(kept.kinds[kFoot].edges, 6U);
  EXPECT_EQ(kept.kinds[kCar].components, 2U);
  EXPECT_EQ(kept.kinds[kCar].edges, 4U);
}

TEST(KeepConnected, OfEqualPartsTheFirstStays) {
  AsciiMap map("A-B C-D");
  keep_connected(map.draft());
  EXPECT_EQ(map.draft().junctions, (std::vector{map.at('A'), map.at('B')}));
}

TEST(KeepConnected, AnEmptyDraftStaysEmpty) {
  CityDraft draft;
  EXPECT_EQ(keep_connected(draft).kinds[kCar].components, 0U);
}

TEST(KeepConnected, StreetThatOnlyAForbiddenTurnLeadsIntoFallsAway) {
  // C can be entered from B, but whoever is there cannot come back: the U-turn is forbidden.
  AsciiMap map("A-B-C");
  close_to_all_but_cars(map.draft());
  const std::size_t last = map.draft().edges.size() - 1;
  map.draft().turns = {forbidden(forward_arc(last), backward_arc(last))};
  keep_connected(map.draft());
  EXPECT_EQ(map.draft().junctions, (std::vector{map.at('A'), map.at('B')}));
  EXPECT_TRUE(map.draft().turns.empty());
}

TEST(KeepConnected, TurnsAndForbiddenWaysFollowTheirEdges) {
  AsciiMap map(R"(
    A->-B---C
        |   |
        E---F
  )");
  CityDraft& draft = map.draft();
  close_to_all_but_cars(draft);
  const auto edge = [&](char from, char to) {
    for (std::size_t i = 0; i < draft.edges.size(); ++i) {
      const geo::Point a = draft.junctions[draft.edges[i].from];
      const geo::Point b = draft.junctions[draft.edges[i].to];
      if (a == map.at(from) && b == map.at(to)) return forward_arc(i);
      if (b == map.at(from) && a == map.at(to)) return backward_arc(i);
    }
    ADD_FAILURE() << "no street " << from << to;
    return DraftArc{0};
  };
  const auto streets = [&] { return std::array{edge('B', 'C'), edge('C', 'F'), edge('F', 'E')}; };
  const auto before = streets();
  DraftTurn dear{before[0], before[1], {}};
  dear.ms[kCar] = 5'000;
  DraftTurn for_walkers{before[1], before[2], {}};
  for_walkers.ms[kFoot] = 5'000;
  draft.turns = {dear, forbidden(edge('A', 'B'), before[0]), for_walkers};
  draft.forbidden_ways = {{{before[0], before[1], before[2]}, 0b11111U},
                          {{edge('A', 'B'), before[0], before[1]}, 0b1U},
                          {{before[0], before[1], before[2]}, 1U << kFoot}};
  const KeptPart kept = keep_connected(draft);
  const auto after = streets();
  EXPECT_EQ(kept.turns_dropped, 2U);
  ASSERT_EQ(draft.turns.size(), 1U);
  EXPECT_EQ(draft.turns[0].from, after[0]);
  EXPECT_EQ(draft.turns[0].to, after[1]);
  EXPECT_EQ(draft.turns[0].ms[kCar], 5'000U);
  EXPECT_EQ(kept.forbidden_ways_dropped, 2U);
  ASSERT_EQ(draft.forbidden_ways.size(), 1U);
  EXPECT_EQ(draft.forbidden_ways[0].arcs, std::vector(after.begin(), after.end()));
  EXPECT_EQ(draft.forbidden_ways[0].kinds, 0b1U);
}

// Which arcs reach which, by Warshall's closure.
std::vector<std::vector<bool>> reachable(const CityDraft& draft, std::size_t kind) {
  const std::size_t n = draft.edges.size() * 2;
  std::set<std::pair<DraftArc, DraftArc>> banned;
  for (const DraftTurn& turn : draft.turns) {
    if (turn.ms[kind] == road::kNoEntry) banned.emplace(turn.from, turn.to);
  }
  std::vector<std::vector<bool>> reaches(n, std::vector<bool>(n, false));
  for (DraftArc a = 0; a < n; ++a) {
    if (speed_of(draft, a, kind) == 0) continue;
    reaches[a][a] = true;
    for (DraftArc b = 0; b < n; ++b) {
      const bool meets = speed_of(draft, b, kind) > 0 && end_of(draft, a) == start_of(draft, b);
      if (meets && !banned.contains({a, b})) reaches[a][b] = true;
    }
  }
  for (std::size_t via = 0; via < n; ++via) {
    for (std::size_t from = 0; from < n; ++from) {
      if (!reaches[from][via]) continue;
      for (std::size_t to = 0; to < n; ++to) {
        if (reaches[via][to]) reaches[from][to] = true;
      }
    }
  }
  return reaches;
}

// The parts of a kind's network, each by its arcs, in the order of their lowest arc.
std::vector<std::vector<DraftArc>> parts_of(const CityDraft& draft, std::size_t kind) {
  const auto reaches = reachable(draft, kind);
  std::vector<std::vector<DraftArc>> parts;
  for (DraftArc a = 0; a < reaches.size(); ++a) {
    std::vector<DraftArc> part;
    for (DraftArc b = 0; b < reaches.size(); ++b) {
      if (reaches[a][b] && reaches[b][a]) part.push_back(b);
    }
    if (!part.empty() && part.front() == a) parts.push_back(part);
  }
  return parts;
}

void ban_some_turns(Dice& dice, CityDraft& draft) {
  const DraftArcs arcs(draft);
  for (DraftArc from = 0; from < draft.edges.size() * 2; ++from) {
    for (const DraftArc to : arcs.leaving(end_of(draft, from))) {
      DraftTurn turn{from, to, {}};
      for (auto& ms : turn.ms) ms = dice.chance(20) ? road::kNoEntry : 0;
      draft.turns.push_back(turn);
    }
  }
}

TEST(KeepConnected, KeepsWhatTheClosureKeeps) {
  constexpr std::uint64_t kSeed = 99;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  for (std::uint32_t c = 0; c < 200; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed + c);
    CityDraft draft = testing::random_city(dice, 1 + dice.roll(4), 1 + dice.roll(4));
    for (DraftEdge& edge : draft.edges) {
      if (dice.chance(40)) edge.forward_mm_s[kCar] = 0;
      if (dice.chance(40)) edge.backward_mm_s[kCar] = 0;
    }
    ban_some_turns(dice, draft);
    std::vector<DraftEdge> expected = draft.edges;
    road::PerKind<std::size_t> components;
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      const auto parts = parts_of(draft, kind);
      components[kind] = parts.size();
      const auto largest = std::max_element(parts.begin(), parts.end(),
                                            [](const auto& a, const auto& b) { return a.size() < b.size(); });
      const std::set<DraftArc> stays =
          largest == parts.end() ? std::set<DraftArc>{} : std::set(largest->begin(), largest->end());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!stays.contains(forward_arc(i))) expected[i].forward_mm_s[kind] = 0;
        if (!stays.contains(backward_arc(i))) expected[i].backward_mm_s[kind] = 0;
      }
    }
    std::erase_if(expected, [](const DraftEdge& edge) {
      return edge.forward_mm_s == road::PerKind<std::uint32_t>{} &&
             edge.backward_mm_s == road::PerKind<std::uint32_t>{};
    });
    const std::vector<geo::Point> junctions = draft.junctions;
    const KeptPart kept = keep_connected(draft);
    ASSERT_EQ(draft.edges.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(draft.junctions[draft.edges[i].from], junctions[expected[i].from]);
      EXPECT_EQ(draft.junctions[draft.edges[i].to], junctions[expected[i].to]);
      EXPECT_EQ(draft.edges[i].forward_mm_s, expected[i].forward_mm_s);
      EXPECT_EQ(draft.edges[i].backward_mm_s, expected[i].backward_mm_s);
    }
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      EXPECT_EQ(kept.kinds[kind].components, components[kind]);
      EXPECT_LE(parts_of(draft, kind).size(), 1U);
    }
  }
}

}  // namespace
}  // namespace dispatch135::city
