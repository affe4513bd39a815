// How well the city is covered by its free units, and what changes it. The rule is the policy's section `coverage`.
#include <gtest/gtest.h>

#include "engine/policy/policy.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr int kOne = 0;
constexpr int kThree = 1;
constexpr int kFive = 2;

// Squares of 1 km; a unit is busy half of the time; a railway station (one minute), a mall (three) and any other place
// (five) are worth 10, a call a day 100.
v1::Policy cover_policy() {
  v1::Policy policy = test_policy();
  v1::CoverageRule& rule = *policy.mutable_coverage();
  rule.set_zone_m(1'000);
  rule.set_busy_permille(500);
  for (const v1::PlaceClass place : {v1::PLACE_CLASS_RAILWAY_STATION, v1::PLACE_CLASS_MALL, v1::PLACE_CLASS_OTHER}) {
    v1::PlaceWeight& weight = *rule.add_places();
    weight.set_place_class(place);
    weight.set_weight(10);
  }
  rule.set_call_weight(100);
  rule.set_parts_of_day(4);
  rule.set_keep_permille(900);
  return policy;
}

v1::RingCoverage ring(World& world, int index) { return world.engine().snapshot(kRegion).coverage().rings(index); }

// A street of 6 km at 10 m/s: 100 s from one square to the next.
//
//   km  0         1         2         3         4         5         6
//       1 . . . . . . . . . . . . . mall . . . . . . . . . . . . . .
TEST(Cover, APlaceIsCoveredWhenAFreeUnitCanBeThereWithinItsRing) {
  World world(
      Town().long_street(60).post(1, 450, 0).post(2, 4'450, 0).place("Mall", v1::PLACE_CLASS_MALL, 2'450, 0).draft(),
      cover_policy());
  EXPECT_EQ(ring(world, kThree).demand_milli(), 10'000U);
  EXPECT_EQ(ring(world, kThree).reached_permille(), 0U) << "nobody is on duty";
  world.sign_on(1);
  EXPECT_EQ(ring(world, kThree).reached_permille(), 0U) << "200 s away";
  world.position(1, Town::at(1'450, 0));
  EXPECT_EQ(ring(world, kThree).reached_permille(), 1'000U) << "100 s away";
  EXPECT_EQ(ring(world, kThree).expected_permille(), 500U) << "but busy half of the time";
  world.sign_on(2);
  world.position(2, Town::at(2'450, 0));
  EXPECT_EQ(ring(world, kThree).expected_permille(), 750U) << "two of them are both busy a quarter of the time";
}

TEST(Cover, AUnitWithWorkSilentOrOffDutyCoversNothing) {
  World world(Town().long_street(30).post(1, 450, 0).place("Station", v1::PLACE_CLASS_RAILWAY_STATION, 450, 0).draft(),
              cover_policy());
  world.sign_on(1);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 1'000U);
  world.report("e1", Town::at(2'450, 0));
  EXPECT_EQ(ring(world, kOne).reached_permille(), 0U) << "it has work";
  world.acknowledge(1);
  world.en_route(1);
  world.feedback(1);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 1'000U) << "its work is done";
  world.later_s(61);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 0U) << "it is silent";
  world.heartbeat(1);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 1'000U);
  world.sign_off(1);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 0U);
}

TEST(Cover, TheTurnoutCountsSoAStationCoversLessThanAnOutpost) {
  Town town;
  town.long_street(30).place("Mall", v1::PLACE_CLASS_MALL, 2'050, 0);
  World station(Town(town).post(1, 450, 0, v1::POST_KIND_STREET_STATION).draft(), cover_policy());
  World outpost(Town(town).post(1, 450, 0, v1::POST_KIND_OUTPOST).draft(), cover_policy());
  station.sign_on(1);
  outpost.sign_on(1);
  const auto reached = [](World& world) { return ring(world, kThree).reached_permille(); };
  // The squares' middles are 1,750 m apart: 175 s, and 10 s of turnout for the station's crew.
  EXPECT_EQ(reached(outpost), 1'000U);
  EXPECT_EQ(reached(station), 0U);
}

//   1 . . . X . . mall       the street is closed at X
TEST(Cover, AClosedStreetTakesTheCoverAwayAndItsOpeningGivesItBack) {
  World world(Town().long_street(30).post(1, 450, 0).place("Mall", v1::PLACE_CLASS_MALL, 1'450, 0).draft(),
              cover_policy());
  world.sign_on(1);
  EXPECT_EQ(ring(world, kThree).reached_permille(), 1'000U);
  const auto closed = world.command("c1", [](v1::OperatorCommand& command) {
    v1::ChangeStreets& change = *command.mutable_change_streets();
    change.mutable_piece()->mutable_at()->set_latitude_e7(Town::at(950, 0).latitude_e7);
    change.mutable_piece()->mutable_at()->set_longitude_e7(Town::at(950, 0).longitude_e7);
    change.set_closed(true);
  });
  const auto changes = only(closed, v1::Decision::kStreetsChanged);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(ring(world, kThree).reached_permille(), 0U);
  world.command("c2", [&](v1::OperatorCommand& command) {
    command.mutable_restore_streets()->set_change_id(changes[0].streets_changed().change().change_id());
  });
  EXPECT_EQ(ring(world, kThree).reached_permille(), 1'000U);
}

TEST(Cover, WhereCallsComeFromIsLearnedByPartOfTheDayAndSlowlyForgotten) {
  World world(Town().long_street(30).post(1, 450, 0).draft(), cover_policy());
  const auto demand = [&] { return ring(world, kFive).demand_milli(); };
  ASSERT_EQ(demand(), 0U);
  world.report("e1", Town::at(2'450, 0));
  EXPECT_EQ(demand(), 10'000U) << "one call a day, of which a tenth is believed after one day";
  world.report("e2", Town::at(2'450, 0));
  EXPECT_EQ(demand(), 20'000U);
  world.later_s(6 * 3'600);
  EXPECT_EQ(demand(), 0U) << "another part of the day, in which nothing happened yet";
  world.later_s(18 * 3'600);
  EXPECT_EQ(demand(), 18'000U) << "the same part a day later: nine tenths";
}

TEST(Cover, GridWorkersAndRescueTeamsDoNotCoverUnlessThePolicySaysSo) {
  const city::CityDraft draft =
      Town()
          .long_street(10)
          .post(1, 450, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, 0, v1::UNIT_KIND_GRID_WORKER)
          .place("Station", v1::PLACE_CLASS_RAILWAY_STATION, 450, 0)
          .draft();
  World world(draft, cover_policy());
  world.sign_on(1);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 0U);
  v1::Policy policy = cover_policy();
  policy.mutable_coverage()->add_unit_kinds(v1::UNIT_KIND_GRID_WORKER);
  world.activate_policy(policy);
  EXPECT_EQ(ring(world, kOne).reached_permille(), 1'000U);
}

TEST(Cover, WithoutTheSectionNothingIsReckonedAndDecisionsAreTheSame) {
  const city::CityDraft draft = Town().long_street(30).post(1, 450, 0).post(2, 2'450, 0).draft();
  World with(draft, cover_policy());
  World without(draft);
  const auto play = [](World& world) {
    std::string all;
    const auto keep = [&all](const World::Decisions& decisions) {
      for (const v1::Decision& decision : decisions) all += decision.SerializeAsString();
    };
    keep(world.sign_on(1));
    keep(world.sign_on(2));
    keep(world.report("e1", Town::at(1'000, 0)));
    keep(world.later_s(40));
    return all;
  };
  EXPECT_EQ(play(with), play(without));
  EXPECT_TRUE(with.engine().snapshot(kRegion).has_coverage());
  EXPECT_FALSE(without.engine().snapshot(kRegion).has_coverage());
  with.activate_policy(test_policy());
  EXPECT_FALSE(with.engine().snapshot(kRegion).has_coverage()) << "a policy without it ends it";
}

TEST(Cover, AfterTenThousandMixedRecordsItIsWhatANewCountGives) {
  constexpr std::uint64_t kSeed = 24;
  World world(grid_town(24, 60, kSeed), std::nullopt);
  MixedLog log(world.city(), kRegion.value(), kSeed, {.positions_of_1000 = 500, .calls_of_100 = 10});
  v1::Policy policy = cover_policy();
  policy.mutable_coverage()->set_zone_m(400);
  policy.mutable_coverage()->set_street_weight(3);
  std::size_t compared = 0;
  const auto feed = [&](const v1::LogRecord& record) {
    for (const v1::Decision& decision : world.apply(record)) log.saw(decision);
  };
  for (const v1::LogRecord& record : log.opening(policy)) feed(record);
  for (int i = 1; i <= 10'000; ++i) {
    feed(log.next());
    if (i % 500 != 0) continue;
    world.later_ms(log.gap_ms());
    const v1::CoverageTotals before = world.engine().snapshot(kRegion).coverage();
    world.activate_policy(policy);  // Counts everything anew, but for what was learned of calls.
    const v1::CoverageTotals after = world.engine().snapshot(kRegion).coverage();
    ASSERT_EQ(before.SerializeAsString(), after.SerializeAsString()) << "seed " << kSeed << " record " << i;
    compared += before.units() > 0 ? 1 : 0;
  }
  EXPECT_GT(compared, 10U);
}

}  // namespace
}  // namespace dispatch135::core::testing
