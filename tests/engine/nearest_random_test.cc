// The search and the routes against an oracle, on thousands of random networks and places.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <tuple>

#include "engine/road/nearest.h"
#include "engine/road/reach.h"
#include "engine/road/route.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"
#include "tests/engine/road_oracle.h"

namespace dispatch135::road {
namespace {

using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::Dice;
using ::dispatch135::testing::RoadOracle;

constexpr std::uint64_t kSeed = 135;
constexpr std::uint32_t kCities = 500;
constexpr std::uint32_t kQueriesPerCity = 200;
constexpr std::int64_t kLimitMm = 2'000'000;
constexpr auto& kKinds = kAllTravelKinds;

class RandomRoster : public UnitFilter {
 public:
  RandomRoster(Dice& dice, std::size_t units) {
    for (std::size_t unit = 0; unit < units; ++unit) {
      taking_part_.push_back(dice.chance(70));
      turnouts_.push_back({dice.chance(30) ? 0 : dice.roll(4) * 20'000});
    }
  }
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = turnouts_[unit.value()];
    return taking_part_[unit.value()];
  }

 private:
  std::vector<bool> taking_part_;
  std::vector<DurationMs> turnouts_;
};

class World {
 public:
  World(Dice& dice, std::size_t unit_count)
      : count(unit_count),
        built(testing::random_city(dice, 2 + dice.roll(6), 2 + dice.roll(6))),
        roads(built.roads()),
        units(roads, unit_count),
        search(roads),
        routes(roads),
        oracles([this] {
          std::vector<RoadOracle> all;
          for (const TravelKind kind : kKinds) all.emplace_back(roads, kind);
          return all;
        }()) {}

  // Moves a few units to new places, some of them onto the road of others, and takes some off the road.
  void move_units(Dice& dice) {
    for (std::size_t moves = 1 + dice.roll(count); moves > 0; --moves) {
      const UnitIndex unit(dice.roll(count));
      if (dice.chance(10)) {
        units.remove(unit);
        continue;
      }
      const TravelKind kind = kKinds[dice.roll(3)];
      RoadPoint place = testing::random_road_point(dice, roads, kind);
      const UnitIndex other(dice.roll(count));
      if (dice.chance(40) && units.placed(other) && roads.edges[units.point(other).edge.value()].usable(kind)) {
        place = units.point(other);
        if (dice.chance(70)) place.offset_mm = dice.roll(std::uint64_t{roads.edges[place.edge.value()].length_mm} + 1);
      }
      units.place(unit, kind, place);
    }
  }

  // Often on a unit's own street.
  geo::Point incident(Dice& dice) {
    const UnitIndex unit(dice.roll(count));
    if (dice.chance(60) || !units.placed(unit)) return testing::random_point(dice, roads);
    RoadPoint place = units.point(unit);
    if (dice.chance(80)) place.offset_mm = dice.roll(std::uint64_t{roads.edges[place.edge.value()].length_mm} + 1);
    return roads.locate(place);
  }

  // Every unit's time by the oracle, in order.
  std::vector<Found> expected(geo::Point where, const UnitFilter& filter) const {
    std::vector<Found> all;
    for (std::uint32_t i = 0; i < count; ++i) {
      DurationMs turnout;
      if (!units.placed(UnitIndex(i)) || !filter.accepts(UnitIndex(i), turnout)) continue;
      const TravelKind kind = units.kind(UnitIndex(i));
      const auto place = roads.snap(where, kind, kLimitMm);
      if (!place) continue;
      const auto ms = oracles[static_cast<std::size_t>(kind)].travel_ms(units.point(UnitIndex(i)), *place);
      if (ms) all.push_back({UnitIndex(i), {static_cast<std::int64_t>(*ms)}, turnout});
    }
    std::sort(all.begin(), all.end(),
              [](const Found& a, const Found& b) { return std::tuple(a.eta(), a.unit) < std::tuple(b.eta(), b.unit); });
    return all;
  }

  const std::size_t count;
  BuiltCity built;
  const Network& roads;
  UnitsOnRoad units;
  NearestSearch search;
  RouteFinder routes;
  std::vector<RoadOracle> oracles;
};

// Where a leg begins or ends, if that is a junction.
std::optional<std::uint32_t> junction_at(const Network& roads, EdgeIndex edge_index, std::uint32_t offset_mm) {
  const Edge& edge = roads.edges[edge_index.value()];
  if (offset_mm == 0) return edge.from;
  if (offset_mm == edge.length_mm) return edge.to;
  return std::nullopt;
}

// Every leg is permitted, begins where the one before it ended, and they lead from the one place to the other.
void expect_drivable(const Network& roads, const Route& route, const RoadPoint& from, const RoadPoint& to,
                     TravelKind kind) {
  const auto k = static_cast<std::size_t>(kind);
  EdgeIndex edge = from.edge;
  std::uint32_t offset_mm = from.offset_mm;
  std::int64_t sum_ms = 0;
  const auto expect_same_place = [&](EdgeIndex next_edge, std::uint32_t next_mm) {
    if (next_edge == edge && next_mm == offset_mm) return;
    const auto here = junction_at(roads, edge, offset_mm);
    ASSERT_TRUE(here) << "the route jumps";
    EXPECT_EQ(here, junction_at(roads, next_edge, next_mm));
  };
  for (const RouteLeg& leg : route.legs) {
    expect_same_place(leg.edge, leg.from_mm);
    const Edge& on = roads.edges[leg.edge.value()];
    const std::uint32_t edge_ms = leg.from_mm < leg.to_mm ? on.forward_ms[k] : on.backward_ms[k];
    ASSERT_NE(edge_ms, kNoEntry);
    ASSERT_NE(leg.from_mm, leg.to_mm);
    const std::uint32_t part_mm = std::max(leg.from_mm, leg.to_mm) - std::min(leg.from_mm, leg.to_mm);
    EXPECT_EQ(leg.time.count, Network::part_ms(edge_ms, part_mm, on.length_mm));
    sum_ms += leg.time.count;
    edge = leg.edge;
    offset_mm = leg.to_mm;
  }
  expect_same_place(to.edge, to.offset_mm);
  EXPECT_EQ(sum_ms, route.time.count);
}

TEST(NearestRandom, TheSearchFindsWhatTheOracleFinds) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint64_t found_in_all = 0;
  for (std::uint32_t c = 0; c < kCities; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed * 1'000'003 + c);
    World world(dice, 1 + dice.roll(30));
    for (std::uint32_t query = 0; query < kQueriesPerCity; ++query) {
      SCOPED_TRACE("query " + std::to_string(query));
      world.move_units(dice);
      const RandomRoster roster(dice, world.count);
      const geo::Point where = world.incident(dice);
      const std::size_t k = dice.roll(world.count + 2);
      const auto expected = world.expected(where, roster);
      const auto found = world.search.k_soonest(where, kLimitMm, world.units, roster, k);
      ASSERT_EQ(found.size(), std::min(k, expected.size()));
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].unit, expected[i].unit) << "at rank " << i;
        ASSERT_EQ(found[i].travel, expected[i].travel) << "at rank " << i;
        ASSERT_EQ(found[i].turnout, expected[i].turnout) << "at rank " << i;
      }
      found_in_all += found.size();
    }
  }
  EXPECT_GT(found_in_all, std::uint64_t{kCities} * kQueriesPerCity);
}

TEST(NearestRandom, TheRouteTakesAsLongAsTheOracleSaysAndCanBeDriven) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint32_t routes = 0;
  for (std::uint32_t c = 0; c < kCities; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed * 2'000'003 + c);
    World world(dice, 1);
    for (std::uint32_t query = 0; query < kQueriesPerCity; ++query) {
      SCOPED_TRACE("query " + std::to_string(query));
      const TravelKind kind = kKinds[dice.roll(3)];
      const RoadPoint from = testing::random_road_point(dice, world.roads, kind);
      RoadPoint to = testing::random_road_point(dice, world.roads, kind);
      if (dice.chance(30)) to = {from.edge, dice.roll(world.roads.edges[from.edge.value()].length_mm), 0};
      const auto expected = world.oracles[static_cast<std::size_t>(kind)].travel_ms(from, to);
      const auto route = world.routes.find(from, to, kind);
      ASSERT_EQ(route.has_value(), expected.has_value());
      if (!route) continue;
      ASSERT_EQ(static_cast<std::uint64_t>(route->time.count), *expected);
      ASSERT_NO_FATAL_FAILURE(expect_drivable(world.roads, *route, from, to, kind));
      ++routes;
    }
  }
  EXPECT_GT(routes, kCities * kQueriesPerCity / 2);
}

TEST(NearestRandom, ReachIsTheSoonestOfAllStartsByTheOracle) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint32_t reached = 0;
  for (std::uint32_t c = 0; c < kCities; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed * 3'000'003 + c);
    World world(dice, 1);
    const TravelKind kind = kKinds[dice.roll(3)];
    Reach reach(world.roads, kind);
    for (std::uint32_t round = 0; round < 5; ++round) {
      std::vector<Start> starts;
      for (std::uint32_t i = dice.roll(6); i > 0; --i) {
        starts.push_back({testing::random_road_point(dice, world.roads, kind), {dice.roll(3) * 30'000}});
      }
      reach.from(starts);
      for (std::uint32_t query = 0; query < 20; ++query) {
        RoadPoint place = testing::random_road_point(dice, world.roads, kind);
        if (!starts.empty() && dice.chance(30)) place.edge = starts[0].place.edge;
        place.offset_mm = std::min(place.offset_mm, world.roads.edges[place.edge.value()].length_mm);
        std::uint64_t soonest = kNoWayMs;
        for (const Start& start : starts) {
          const auto ms = world.oracles[static_cast<std::size_t>(kind)].travel_ms(start.place, place);
          if (ms) soonest = std::min(soonest, *ms + static_cast<std::uint64_t>(start.turnout.count));
        }
        ASSERT_EQ(static_cast<std::uint64_t>(reach.at(place)), soonest);
        if (soonest != kNoWayMs) ++reached;
      }
    }
  }
  EXPECT_GT(reached, kCities * 40);
}

}  // namespace
}  // namespace dispatch135::road
