// Cover on random cities against plain code: Dijkstra's algorithm from scratch for every unit and zone, and every sum
// made anew.
#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <vector>

#include "engine/coverage/coverage.h"
#include "engine/coverage/move_choice.h"
#include "engine/road/reach_near.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/plain_cover.h"
#include "tests/engine/plain_dijkstra.h"
#include "tests/engine/random_city.h"

namespace dispatch135::coverage {
namespace {

using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::Dice;
using ::dispatch135::testing::PlainDijkstra;

constexpr std::uint64_t kSeed = 20'261'123;
constexpr std::uint32_t kUnits = 12;
constexpr TimeMs kStart = {1'700'000'000'000};

policy::CoverageRule some_rule(Dice& dice) {
  policy::CoverageRule rule;
  rule.zone_mm = 200'000 + dice.roll(400'000);
  rule.busy_permille = 1 + dice.roll(999);
  for (std::size_t place = 1; place < rule.place_weight.size(); ++place) {
    rule.place_weight[place] = dice.roll(100);
    rule.place_ring[place] = dice.roll(kRings);
  }
  rule.street_weight = dice.roll(20);
  rule.call_weight = dice.roll(50);
  rule.parts_of_day = 4;
  rule.keep_permille = dice.roll(1'000);
  return rule;
}

city::CityDraft some_city(Dice& dice) {
  city::CityDraft draft = testing::random_city(dice, 5 + dice.roll(6), 5 + dice.roll(6));
  city::keep_connected(draft);
  draft.posts.push_back({PostId(1), "post", v1::POST_KIND_OUTPOST, draft.junctions[0]});
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    draft.units.push_back({UnitId(i + 1), PostId(1), "unit", v1::UNIT_KIND_CAR_PATROL, v1::TRAVEL_KIND_CAR, 0});
  }
  for (std::uint32_t i = 0; i < 20; ++i) {
    draft.places.push_back({"place", static_cast<v1::PlaceClass>(1 + dice.roll(v1::PlaceClass_MAX)),
                            draft.junctions[dice.roll(draft.junctions.size())]});
  }
  return draft;
}

std::vector<road::StreetEffect> some_effects(Dice& dice, const road::Network& roads) {
  std::vector<road::StreetEffect> effects;
  for (std::uint32_t i = dice.roll(4); i > 0; --i) {
    road::StreetEffect effect = {
        effects.size() + 1, {}, 1 + dice.roll(road::kEveryKind), dice.chance(60) ? 0U : 2'000U};
    for (std::uint32_t arc = 0; arc < roads.edges.size() * 2; ++arc) {
      if (dice.chance(10)) effect.arcs.push_back(arc);
    }
    effects.push_back(effect);
  }
  return effects;
}

TEST(CoverageTwin, CountsLossesAndGainsAreThoseOfPlainCode) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  std::size_t losses = 0;
  std::size_t far_zones = 0;
  for (int round = 0; round < 150; ++round) {
    const BuiltCity built(some_city(dice));
    road::LiveRoads live(built.roads());
    const policy::CoverageRule rule = some_rule(dice);
    Coverage coverage(rule, built.city(), live, kStart);
    UnitCover& cover = coverage.free_units();
    std::vector<std::optional<Standing>> units(kUnits);
    const auto zones = static_cast<std::uint32_t>(coverage.zones().size());
    const auto somewhere = [&] {
      const auto kind = static_cast<road::TravelKind>(dice.roll(road::kTravelKinds));
      return Standing{ZoneIndex(dice.roll(zones)), kind, DurationMs{dice.roll(4) * 20'000}};
    };
    for (int change = 0; change < 4; ++change) {
      for (int move = 0; move < 20; ++move) {
        const std::uint32_t unit = dice.roll(kUnits);
        if (dice.chance(30)) {
          cover.take(UnitIndex(unit));
          units[unit].reset();
        } else {
          units[unit] = somewhere();
          cover.put(UnitIndex(unit), *units[unit]);
        }
        if (dice.chance(20)) coverage.opened(ZoneIndex(dice.roll(zones)), dice.roll(kRings));
      }
      const std::vector<road::StreetEffect> effects = some_effects(dice, live.network());
      std::vector<const road::StreetEffect*> list;
      for (const road::StreetEffect& effect : effects) list.push_back(&effect);
      live.set(list);
      coverage.roads_changed();

      const testing::PlainCover plain(coverage.zones(), rule.busy_permille, live.network());
      std::vector<PerRing<std::int64_t>> demand(zones);
      for (std::uint32_t zone = 0; zone < zones; ++zone) {
        for (std::size_t ring = 0; ring < kRings; ++ring) demand[zone][ring] = coverage.demand(ZoneIndex(zone), ring);
      }
      const std::int64_t worth = plain.worth(units, demand);
      ASSERT_EQ(cover.worth(), worth) << "round " << round;
      for (std::uint32_t zone = 0; zone < zones; ++zone) {
        for (std::size_t ring = 0; ring < kRings; ++ring) {
          const std::uint32_t covering = plain.covering(units, zone, ring);
          ASSERT_EQ(cover.units_covering(ZoneIndex(zone), ring), covering) << "zone " << zone << " ring " << ring;
          if (ring == 2 && covering > 0) ++far_zones;
        }
      }
      for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
        auto without = units;
        without[unit].reset();
        const std::int64_t rest = plain.worth(without, demand);
        ASSERT_EQ(cover.loss(UnitIndex(unit)), worth - rest) << "unit " << unit;
        losses += worth != rest ? 1 : 0;
        const Standing to = somewhere();
        auto more = units;
        more.push_back(to);
        ASSERT_EQ(cover.gain(to), plain.worth(more, demand) - worth);
        without[unit] = to;
        ASSERT_EQ(cover.gain_of_move(UnitIndex(unit), to), plain.worth(without, demand) - worth);
      }
      ASSERT_EQ(cover.worth(), worth) << "a question changes nothing";
    }
  }
  EXPECT_GT(losses, 3'000U);
  EXPECT_GT(far_zones, 5'000U);
}

TEST(CoverageTwin, TheBestMoveIsThatOfTryingAll) {
  Dice dice(kSeed + 2);
  std::size_t moves = 0;
  for (int round = 0; round < 300; ++round) {
    const BuiltCity built(some_city(dice));
    road::LiveRoads live(built.roads());
    Coverage coverage(some_rule(dice), built.city(), live, kStart);
    UnitCover& cover = coverage.free_units();
    const auto zones = static_cast<std::uint32_t>(coverage.zones().size());
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
      cover.put(UnitIndex(unit), {ZoneIndex(dice.roll(zones)), road::TravelKind::kCar, DurationMs{0}});
    }
    std::vector<OpenPoint> points;
    for (std::uint32_t point = 0; point < 4; ++point) {
      points.push_back({10 - point, ZoneIndex(dice.roll(zones)), {}});
      for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
        if (dice.chance(50)) points.back().units.push_back({UnitIndex(unit), DurationMs{dice.roll(3) * 1'000}});
      }
    }
    const std::int64_t least = dice.chance(50) ? 1 : static_cast<std::int64_t>(dice.roll(20'000)) * 1'000'000;
    const std::int64_t before = cover.worth();
    std::optional<Move> plain;
    for (const OpenPoint& point : points) {
      for (const CanGo& can : point.units) {
        const Standing home = cover.standing(can.unit);
        cover.put(can.unit, moved_to(cover, can.unit, point.zone));
        const std::int64_t gain = cover.worth() - before;
        cover.put(can.unit, home);
        if (gain < least) continue;
        const bool better = !plain || gain > plain->gain ||
                            (gain == plain->gain &&
                             (can.drive < plain->drive ||
                              (can.drive == plain->drive &&
                               (can.unit < plain->unit || (can.unit == plain->unit && point.point < plain->point)))));
        if (better) plain = Move{point.point, can.unit, gain, can.drive};
      }
    }
    const std::optional<Move> best = best_move(cover, points, least);
    ASSERT_EQ(best.has_value(), plain.has_value()) << "round " << round;
    ASSERT_EQ(cover.worth(), before);
    if (!best) continue;
    ++moves;
    ASSERT_EQ(best->point, plain->point) << "round " << round;
    ASSERT_EQ(best->unit, plain->unit) << "round " << round;
    ASSERT_EQ(best->gain, plain->gain) << "round " << round;
  }
  EXPECT_GT(moves, 100U);
}

TEST(CoverageTwin, GoalsAreReachedAsSoonAsByPlainDijkstra) {
  Dice dice(kSeed + 1);
  std::size_t reached = 0;
  for (int round = 0; round < 200; ++round) {
    const BuiltCity built(testing::random_city(dice, 4 + dice.roll(6), 4 + dice.roll(6)));
    road::LiveRoads live(built.roads());
    const auto kind = static_cast<road::TravelKind>(dice.roll(road::kTravelKinds));
    std::vector<road::RoadPoint> goals;
    for (int i = 0; i < 15; ++i) goals.push_back(testing::random_road_point(dice, built.roads(), kind));
    road::ReachNear reach(live.network(), kind, goals);
    PlainDijkstra dijkstra(live.network());
    for (int change = 0; change < 3; ++change) {
      for (int question = 0; question < 10; ++question) {
        const road::RoadPoint start = testing::random_road_point(dice, built.roads(), kind);
        const auto within = static_cast<std::int32_t>(dice.roll(600'000));
        std::vector<road::ReachNear::Reached> found;
        reach.from(start, within, found);
        std::vector<road::ReachNear::Reached> expected;
        for (std::uint32_t goal = 0; goal < goals.size(); ++goal) {
          dijkstra.aim(goals[goal], kind);
          const auto ms = dijkstra.travel_ms(start);
          if (ms && *ms <= static_cast<std::uint64_t>(within)) {
            expected.push_back({goal, static_cast<std::int32_t>(*ms)});
          }
        }
        ASSERT_EQ(found, expected) << "round " << round << " change " << change << " question " << question;
        reached += found.size();
      }
      const std::vector<road::StreetEffect> effects = some_effects(dice, live.network());
      std::vector<const road::StreetEffect*> list;
      for (const road::StreetEffect& effect : effects) list.push_back(&effect);
      live.set(list);
    }
  }
  EXPECT_GT(reached, 10'000U);
}

}  // namespace
}  // namespace dispatch135::coverage
