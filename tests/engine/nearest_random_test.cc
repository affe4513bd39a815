// The search and the routes against an oracle, on hundreds of random networks and thousands of places in each. As many
// networks as wanted:
//   D135_NEAREST_CITIES=10000 build/release/tests/nearest_random_test
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
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
constexpr std::uint32_t kQueriesPerCity = 200;
constexpr std::int64_t kLimitMm = 2'000'000;
constexpr auto& kKinds = kAllTravelKinds;

std::uint32_t cities_to_try() {
  const char* asked = std::getenv("D135_NEAREST_CITIES");
  return asked == nullptr ? 500 : static_cast<std::uint32_t>(std::atoi(asked));
}

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
        draft(testing::random_city(dice, 2 + dice.roll(6), 2 + dice.roll(6))),
        built(draft),
        roads(built.roads()),
        units(built.live(), unit_count),
        search(built.live()),
        routes(built.live()),
        oracles([this] {
          std::vector<RoadOracle> all;
          for (const TravelKind kind : kKinds) all.emplace_back(draft, roads, kind);
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
      const TravelKind kind = kKinds[dice.roll(kTravelKinds)];
      RoadPoint place = testing::random_road_point(dice, roads, kind);
      const UnitIndex other(dice.roll(count));
      if (dice.chance(40) && units.placed(other) && roads.edge_ms[units.point(other).edge.value()].usable(kind)) {
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
  const city::CityDraft draft;
  BuiltCity built;
  const Network& roads;
  UnitsOnRoad units;
  NearestSearch search;
  RouteFinder routes;
  std::vector<RoadOracle> oracles;
};

// Follows a route by what the draft permits. Ways that are forbidden as a whole are held by the time: the oracle's.
class Driver {
 public:
  Driver(const World& world, TravelKind kind, const RoadPoint& start) : world_(world), kind_(kind) {
    for (const bool against : {false, true}) {
      if (edge_ms(arc(start.edge, against)) != kNoEntry) on_.push_back({arc(start.edge, against), start.offset_mm});
    }
  }

  // False: nobody may take this leg from here, or not in that time.
  bool take(const RouteLeg& leg) {
    std::vector<At> next;
    for (const bool against : {false, true}) {
      if (against ? leg.from_mm < leg.to_mm : leg.from_mm > leg.to_mm) continue;
      const city::DraftArc along = arc(leg.edge, against);
      const std::uint32_t ms = edge_ms(along);
      if (ms == kNoEntry) continue;
      const std::uint32_t part_mm = std::max(leg.from_mm, leg.to_mm) - std::min(leg.from_mm, leg.to_mm);
      const std::uint64_t drive_ms = Network::part_ms(ms, part_mm, length_mm(along));
      const auto taken = [&](std::optional<std::uint64_t> turn_ms) {
        return turn_ms && *turn_ms + drive_ms == static_cast<std::uint64_t>(leg.time.count);
      };
      for (const At& at : on_) {
        const bool goes_on = at.arc == along && at.offset_mm == leg.from_mm;
        if ((goes_on && taken(0)) || (turns(at, along, leg.from_mm) && taken(turn_ms(at, along)))) {
          next.push_back({along, leg.to_mm});
        }
      }
    }
    on_ = next;
    return !on_.empty();
  }

  // There, or where the place's street begins and may be entered in no time.
  bool is_at(const RoadPoint& place) const {
    return std::any_of(on_.begin(), on_.end(), [&](const At& at) {
      if (at.arc >> 1 == place.edge.value() && at.offset_mm == place.offset_mm) return true;
      const auto enters = [&](city::DraftArc last) {
        return turns(at, last, place.offset_mm) && edge_ms(last) != kNoEntry && turn_ms(at, last) == 0U;
      };
      return enters(arc(place.edge, false)) || enters(arc(place.edge, true));
    });
  }

 private:
  struct At {
    city::DraftArc arc;
    std::uint32_t offset_mm;
  };
  static city::DraftArc arc(EdgeIndex edge, bool against) { return edge.value() << 1 | (against ? 1U : 0U); }
  const Edge& edge_of(city::DraftArc arc) const { return world_.roads.edges[arc >> 1]; }
  std::uint32_t length_mm(city::DraftArc arc) const { return edge_of(arc).length_mm; }
  std::uint32_t edge_ms(city::DraftArc arc) const {
    return world_.roads.edge_ms[arc >> 1].of((arc & 1U) != 0)[static_cast<std::size_t>(kind_)];
  }
  // Whether one who is at the end of his street can be at the beginning of the next, as far as the ground goes.
  bool turns(const At& at, city::DraftArc next, std::uint32_t next_mm) const {
    const bool at_end = at.offset_mm == ((at.arc & 1U) != 0 ? 0 : length_mm(at.arc));
    const bool at_begin = next_mm == ((next & 1U) != 0 ? length_mm(next) : 0);
    const std::uint32_t end = (at.arc & 1U) != 0 ? edge_of(at.arc).from : edge_of(at.arc).to;
    return at_end && at_begin && end == ((next & 1U) != 0 ? edge_of(next).to : edge_of(next).from);
  }
  std::optional<std::uint64_t> turn_ms(const At& at, city::DraftArc next) const {
    return world_.oracles[static_cast<std::size_t>(kind_)].turn_ms(at.arc, next);
  }

  const World& world_;
  const TravelKind kind_;
  std::vector<At> on_;  // All that is possible.
};

void expect_drivable(const World& world, const Route& route, const RoadPoint& from, const RoadPoint& to,
                     TravelKind kind) {
  Driver driver(world, kind, from);
  std::int64_t sum_ms = 0;
  for (const RouteLeg& leg : route.legs) {
    ASSERT_TRUE(driver.take(leg)) << "onto edge " << leg.edge.value();
    sum_ms += leg.time.count;
  }
  EXPECT_TRUE(driver.is_at(to));
  EXPECT_EQ(sum_ms, route.time.count);
}

TEST(NearestRandom, TheSearchFindsWhatTheOracleFinds) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint64_t found_in_all = 0;
  const std::uint32_t cities = cities_to_try();
  for (std::uint32_t c = 0; c < cities; ++c) {
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
  EXPECT_GT(found_in_all, std::uint64_t{cities} * kQueriesPerCity);
}

TEST(NearestRandom, TheRouteTakesAsLongAsTheOracleSaysAndCanBeDriven) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint32_t routes = 0;
  const std::uint32_t cities = cities_to_try();
  for (std::uint32_t c = 0; c < cities; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed * 2'000'003 + c);
    World world(dice, 1);
    for (std::uint32_t query = 0; query < kQueriesPerCity; ++query) {
      SCOPED_TRACE("query " + std::to_string(query));
      const TravelKind kind = kKinds[dice.roll(kTravelKinds)];
      const RoadPoint from = testing::random_road_point(dice, world.roads, kind);
      RoadPoint to = testing::random_road_point(dice, world.roads, kind);
      if (dice.chance(30)) to = {from.edge, dice.roll(world.roads.edges[from.edge.value()].length_mm), 0};
      const auto expected = world.oracles[static_cast<std::size_t>(kind)].travel_ms(from, to);
      const auto route = world.routes.find(from, to, kind);
      ASSERT_EQ(route.has_value(), expected.has_value());
      ASSERT_EQ(world.routes.time(from, to, kind).has_value(), route.has_value());
      if (!route) continue;
      ASSERT_EQ(static_cast<std::uint64_t>(route->time.count), *expected);
      ASSERT_EQ(world.routes.time(from, to, kind), std::optional(route->time));
      ASSERT_NO_FATAL_FAILURE(expect_drivable(world, *route, from, to, kind));
      ++routes;
    }
  }
  EXPECT_GT(routes, cities * kQueriesPerCity / 2);
}

TEST(NearestRandom, ReachIsTheSoonestOfAllStartsByTheOracle) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::uint32_t reached = 0;
  const std::uint32_t cities = cities_to_try();
  for (std::uint32_t c = 0; c < cities; ++c) {
    SCOPED_TRACE("city " + std::to_string(c));
    Dice dice(kSeed * 3'000'003 + c);
    World world(dice, 1);
    const TravelKind kind = kKinds[dice.roll(kTravelKinds)];
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
  EXPECT_GT(reached, cities * 40);
}

TEST(UnitsOnRoad, PlacedAnewInTheirOrderAreLookedAtAsBefore) {
  Dice dice(kSeed);
  for (int round = 0; round < 20; ++round) {
    World world(dice, 40);
    for (int i = 0; i < 300; ++i) {
      const UnitIndex unit(dice.roll(40));
      if (dice.chance(20)) {
        world.units.remove(unit);
      } else {
        const TravelKind kind = kKinds[dice.roll(kKinds.size())];
        world.units.place(unit, kind, testing::random_road_point(dice, world.roads, kind));
      }
    }
    UnitsOnRoad again(world.built.live(), 40);
    const std::vector<UnitIndex> order = world.units.order();
    for (const UnitIndex unit : order) again.place(unit, world.units.kind(unit), world.units.point(unit));
    EXPECT_EQ(again.order(), order);
    for (std::uint32_t unit = 0; unit < 40; ++unit) {
      EXPECT_EQ(again.placed(UnitIndex(unit)), world.units.placed(UnitIndex(unit)));
    }
  }
}

}  // namespace
}  // namespace dispatch135::road
