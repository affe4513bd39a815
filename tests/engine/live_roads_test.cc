// Streets that close, open and slow down: held against working everything out anew.
#include "engine/road/live_roads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <vector>

#include "engine/road/customize.h"
#include "engine/road/nearest.h"
#include "engine/road/route.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/plain_dijkstra.h"
#include "tests/engine/random_city.h"

namespace dispatch135::road {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::Dice;
using ::dispatch135::testing::PlainDijkstra;

constexpr std::uint32_t kAllKinds = (1U << kTravelKinds) - 1;

class LiveStreets : public ::testing::Test {
 protected:
  LiveStreets()
      : map_(R"(
          A--1--B
          |     |
          |     |
          |     |
          C-----D
        )"),
        built_(map_.build()),
        routes_(built_.live()) {}

  std::uint32_t edge(const char* name) const {
    for (std::uint32_t i = 0; i < built_.roads().edges.size(); ++i) {
      if (built_.city().street_name(EdgeIndex(i)) == name) return i;
    }
    ADD_FAILURE() << "no street " << name;
    return 0;
  }

  static StreetEffect both_ways(std::uint64_t id, std::uint32_t edge, std::uint32_t speed_permille,
                                std::uint32_t kinds = kAllKinds) {
    return {id, {edge << 1, edge << 1 | 1U}, kinds, speed_permille};
  }

  void set(const std::vector<StreetEffect>& effects) {
    std::vector<const StreetEffect*> list;
    for (const StreetEffect& effect : effects) list.push_back(&effect);
    built_.live().set(list);
  }

  // Rounded; -1: no way.
  std::int64_t seconds(char from, char to, TravelKind kind = TravelKind::kCar) {
    const Network& roads = built_.live().network();
    const auto start = roads.snap(map_.at(from), kind, 1'000'000);
    const auto end = roads.snap(map_.at(to), kind, 1'000'000);
    if (!start || !end) return -1;
    const auto route = routes_.find(*start, *end, kind);
    return route ? (route->time.count + 500) / 1000 : -1;
  }

  AsciiMap map_;
  BuiltCity built_;
  RouteFinder routes_;
};

TEST_F(LiveStreets, AClosedStreetIsGoneRoundAndGoneThroughAgainWhenItOpens) {
  EXPECT_EQ(seconds('1', 'D'), 30 + 40);
  set({both_ways(1, edge("BD"), 0)});
  EXPECT_EQ(seconds('1', 'D'), 30 + 40 + 60);
  set({});
  EXPECT_EQ(seconds('1', 'D'), 30 + 40);
}

TEST_F(LiveStreets, AStreetClosedToCarsLetsOthersThrough) {
  set({both_ways(1, edge("BD"), 0, 1U << static_cast<int>(TravelKind::kCar))});
  EXPECT_EQ(seconds('1', 'D'), 130);
  EXPECT_EQ(seconds('1', 'D', TravelKind::kMotorcycle), 70);
}

TEST_F(LiveStreets, SpeedsOfOneStreetMultiplyAndClosingWins) {
  set({both_ways(1, edge("BD"), 500), both_ways(2, edge("BD"), 800)});
  EXPECT_EQ(seconds('1', 'D'), 30 + 100);
  set({both_ways(1, edge("BD"), 500), both_ways(2, edge("BD"), 800), both_ways(3, edge("BD"), 0)});
  EXPECT_EQ(seconds('1', 'D'), 130);
  set({both_ways(2, edge("BD"), 2'000)});
  EXPECT_EQ(seconds('1', 'D'), 30 + 20);
}

TEST_F(LiveStreets, APlaceOnAClosedStreetIsTakenToTheNearestOpenOne) {
  const Network& roads = built_.live().network();
  set({both_ways(1, edge("AB"), 0)});
  const auto place = roads.snap(map_.at('1'), TravelKind::kCar, 1'000'000);
  ASSERT_TRUE(place);
  EXPECT_NE(place->edge.value(), edge("AB"));
  set({});
  EXPECT_EQ(roads.snap(map_.at('1'), TravelKind::kCar, 1'000'000)->edge.value(), edge("AB"));
}

TEST_F(LiveStreets, AUnitPlacedBeforeAClosureIsFoundByTheTimesAfterIt) {
  UnitsOnRoad units(built_.live(), 1);
  NearestSearch search(built_.live());
  class Everybody : public UnitFilter {
    bool accepts(UnitIndex, DurationMs& turnout) const override {
      turnout = {0};
      return true;
    }
  };
  units.place(UnitIndex(0), TravelKind::kCar, *built_.roads().snap(map_.at('1'), TravelKind::kCar, 1'000'000));
  const auto seconds_to_d = [&] {
    const auto found = search.k_soonest(map_.at('D'), 1'000'000, units, Everybody(), 1);
    return found.empty() ? -1 : (found[0].travel.count + 500) / 1000;
  };
  EXPECT_EQ(seconds_to_d(), 70);
  set({both_ways(1, edge("BD"), 0)});
  EXPECT_EQ(seconds_to_d(), 130);
  set({both_ways(1, edge("BD"), 0), both_ways(2, edge("CD"), 0)});
  // D cannot be reached: to the nearest street that can.
  EXPECT_EQ(seconds_to_d(), 30);
}

// One direction of an edge after all effects, worked out for itself.
std::uint32_t naive_ms(std::uint32_t built_ms, std::uint32_t arc, std::size_t kind,
                       const std::vector<StreetEffect>& effects) {
  std::uint64_t ms = built_ms;
  for (const StreetEffect& effect : effects) {
    if (ms == kNoEntry || (effect.kinds >> kind & 1U) == 0) continue;
    if (std::find(effect.arcs.begin(), effect.arcs.end(), arc) == effect.arcs.end()) continue;
    if (effect.speed_permille == 0) {
      ms = kNoEntry;
      continue;
    }
    ms = std::min<std::uint64_t>((ms * 1000 + effect.speed_permille - 1) / effect.speed_permille, kLongestWayMs);
  }
  return static_cast<std::uint32_t>(ms);
}

StreetEffect random_effect(Dice& dice, std::uint64_t id, const Network& roads) {
  StreetEffect effect;
  effect.id = id;
  const std::uint32_t share = dice.chance(10) ? 100 : dice.chance(30) ? 20 : 2;
  for (std::uint32_t arc = 0; arc < roads.edges.size() * 2; ++arc) {
    if (dice.chance(share)) effect.arcs.push_back(arc);
  }
  effect.kinds = 1 + dice.roll(kAllKinds);
  effect.speed_permille = dice.chance(40) ? 0 : 1 + dice.roll(3'000);
  return effect;
}

void expect_all_as_if_worked_out_anew(const Network& built, const Network& now,
                                      const std::vector<StreetEffect>& effects) {
  for (std::uint32_t edge = 0; edge < built.edges.size(); ++edge) {
    for (std::size_t k = 0; k < kTravelKinds; ++k) {
      ASSERT_EQ(now.edge_ms[edge].forward[k], naive_ms(built.edge_ms[edge].forward[k], edge << 1, k, effects));
      ASSERT_EQ(now.edge_ms[edge].backward[k], naive_ms(built.edge_ms[edge].backward[k], edge << 1 | 1U, k, effects));
    }
  }
  std::vector<LinkMs> anew(now.hierarchy.link_up_to.size());
  customize(now, links_of_arcs(now), anew);
  ASSERT_TRUE(std::equal(anew.begin(), anew.end(), now.hierarchy.ms.begin(), now.hierarchy.ms.end()));
}

TEST(LiveRoadsRandom, EveryChangeGivesTheTimesAndRoutesThatWorkingOutAllAnewWould) {
  constexpr std::uint64_t kSeed = 135;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint32_t ways = 0;
  for (std::uint32_t c = 0; c < 60; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed * 4'000'037 + c);
    // Some large enough that one street is a small part of it: then only what depends on it is worked out.
    const std::uint32_t side = dice.chance(30) ? 15 : 2 + dice.roll(6);
    BuiltCity built(testing::random_city(dice, side, side));
    LiveRoads& live = built.live();
    const Network as_built = built.roads();
    RouteFinder routes(live);
    PlainDijkstra dijkstra(live.network());
    std::vector<StreetEffect> effects;
    std::uint64_t next_id = 1;
    for (std::uint32_t change = 0; change < 20; ++change) {
      SCOPED_TRACE("change " + std::to_string(change));
      if (!effects.empty() && dice.chance(45)) {
        effects.erase(effects.begin() + dice.roll(effects.size()));
      } else if (dice.chance(10)) {
        effects.clear();
      } else {
        effects.push_back(random_effect(dice, next_id++, as_built));
      }
      std::vector<const StreetEffect*> list;
      for (const StreetEffect& effect : effects) list.push_back(&effect);
      live.set(list);
      ASSERT_NO_FATAL_FAILURE(expect_all_as_if_worked_out_anew(as_built, live.network(), effects));
      for (std::uint32_t question = 0; question < 10; ++question) {
        const TravelKind kind = kAllTravelKinds[dice.roll(kTravelKinds)];
        const RoadPoint from = testing::random_road_point(dice, as_built, kind);
        const RoadPoint to = testing::random_road_point(dice, as_built, kind);
        dijkstra.aim(to, kind);
        const auto expected = dijkstra.travel_ms(from);
        const auto route = routes.find(from, to, kind);
        ASSERT_EQ(route.has_value(), expected.has_value());
        if (!route) continue;
        ASSERT_EQ(static_cast<std::uint64_t>(route->time.count), *expected);
        ++ways;
      }
    }
  }
  EXPECT_GT(ways, 3'000U);
}

}  // namespace
}  // namespace dispatch135::road
