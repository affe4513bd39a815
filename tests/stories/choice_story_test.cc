// The choice among those who could go: diverted, awaited, matched together, and sparing the cover.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const auto with_severity = [](v1::Severity severity) {
  return [severity](v1::IncidentReported& r) { r.set_severity(severity); };
};

v1::Policy diverting() {
  v1::Policy policy = test_policy();
  policy.mutable_choice()->set_preempt_levels(2);
  return policy;
}

//   low X1 . . . . . unit 1 . . X2 critical . . . . . . . . . . . . (6 km) unit 2
//
// Rule: choice.preempt_levels. Unit 2 would take minutes; unit 1 is on its way to a matter that can wait.
TEST(Divert, AUnitOnItsWayToAMilderMatterIsTakenWhenNobodyElseIsInTime) {
  World world(Town().long_street(70).post(1, 500, 0).post(2, 6'500, 0).draft(), diverting());
  world.sign_on(1);
  world.report("cat in tree", Town::at(0, 0), with_severity(v1::SEVERITY_LOW));
  world.acknowledge(1);
  world.en_route(1);
  world.sign_on(2);
  const auto decisions = world.report("robbery", Town::at(800, 0), with_severity(v1::SEVERITY_HIGH));
  const auto orders = only(decisions, v1::Decision::kUnitAssigned);
  ASSERT_EQ(orders.size(), 2U);
  EXPECT_EQ(orders[0].unit_assigned().assignment().unit_id(), 1U);
  EXPECT_EQ(orders[0].unit_assigned().why().rule(), v1::Why::RULE_DIVERTED);
  EXPECT_EQ(orders[1].unit_assigned().assignment().unit_id(), 2U) << "the victim is served again at once";
  EXPECT_EQ(world.unit(2).incident_id(), world.incident("cat in tree").incident_id());
}

TEST(Divert, NobodyIsTakenFromAMatterThatIsAlmostAsGrave) {
  World world(Town().long_street(70).post(1, 500, 0).post(2, 6'500, 0).draft(), diverting());
  world.sign_on(1);
  world.report("brawl", Town::at(0, 0), with_severity(v1::SEVERITY_MEDIUM));
  world.sign_on(2);
  EXPECT_THAT(assigned_units(world.report("robbery", Town::at(800, 0), with_severity(v1::SEVERITY_HIGH))),
              ElementsAre(2));
}

TEST(Divert, WhoeverIsOnSceneStays) {
  World world(Town().long_street(70).post(1, 500, 0).post(2, 6'500, 0).draft(), diverting());
  world.sign_on(1);
  world.report("cat in tree", Town::at(500, 0), with_severity(v1::SEVERITY_LOW));
  world.acknowledge(1);
  world.on_scene(1);
  world.sign_on(2);
  EXPECT_THAT(assigned_units(world.report("robbery", Town::at(800, 0), with_severity(v1::SEVERITY_HIGH))),
              ElementsAre(2));
}

TEST(Divert, NotWhenAFreeUnitIsInTimeThoughLaterThanTheDiverted) {
  World world(Town().long_street(70).post(1, 500, 0).post(2, 2'500, 0).draft(), diverting());
  world.sign_on(1);
  world.report("cat in tree", Town::at(0, 0), with_severity(v1::SEVERITY_LOW));
  world.sign_on(2);
  EXPECT_THAT(assigned_units(world.report("robbery", Town::at(800, 0), with_severity(v1::SEVERITY_HIGH))),
              ElementsAre(2));
}

//   low X1 . unit 1 . X2 critical, 2 units . . . . (4 km) unit 2 . . . (6 km) unit 3
//
// Unit 1 takes the first place; for the second the soonest of those who are free is as free as before.
TEST(Divert, TheOtherPlacesGoToTheSoonestOfThoseWhoAreFree) {
  World world(Town().long_street(70).post(1, 500, 0).post(2, 4'800, 0).post(3, 6'800, 0).draft(), diverting());
  world.sign_on(1);
  world.report("cat in tree", Town::at(0, 0), with_severity(v1::SEVERITY_LOW));
  world.sign_on(2);
  world.sign_on(3);
  const auto decisions = world.report("robbery", Town::at(800, 0), with_severity(v1::SEVERITY_CRITICAL));
  EXPECT_THAT(assigned_units(decisions), ElementsAre(1, 2, 3));
  EXPECT_EQ(world.unit(2).incident_id(), world.incident("robbery").incident_id());
  EXPECT_EQ(world.unit(3).incident_id(), world.incident("cat in tree").incident_id());
}

//   Each new robbery would like the unit that drives to the cat; the cat loses it only once.
TEST(Divert, NeverTwiceInARow) {
  World world(Town().long_street(70).post(1, 500, 0).post(2, 1'000, 0).draft(), diverting());
  world.sign_on(1);
  world.report("cat in tree", Town::at(0, 0), with_severity(v1::SEVERITY_LOW));
  world.report("first robbery", Town::at(800, 0), with_severity(v1::SEVERITY_HIGH));
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("first robbery").incident_id());
  world.sign_on(2);
  EXPECT_EQ(world.unit(2).incident_id(), world.incident("cat in tree").incident_id());
  EXPECT_THAT(assigned_units(world.report("second robbery", Town::at(800, 0), with_severity(v1::SEVERITY_HIGH))),
              IsEmpty());
  EXPECT_EQ(world.unit(2).incident_id(), world.incident("cat in tree").incident_id());
}

//   high X . . . unit 1 (on its way to the low one) . . . . . low X . fight X units 2, 3
//
// When units 2 and 3 come free the robbery takes unit 1, and the low matter, next in the queue, is served by both at
// once.
TEST(Divert, AVictimThatWaitsInTheQueueItselfIsServedInTheSameRecord) {
  v1::Policy policy = diverting();
  v1::ResponseRule& pairs = *policy.add_rules();
  pairs.set_name("low in pairs");
  pairs.mutable_when()->add_severities(v1::SEVERITY_LOW);
  pairs.add_plan()->add_entries()->set_units(2);
  World world(Town().long_street(70).post(1, 6'000, 0).post(2, 7'000, 0).post(3, 6'900, 0).draft(), policy);
  world.sign_on(2);
  world.sign_on(3);
  world.report("fight", Town::at(7'000, 0), with_severity(v1::SEVERITY_CRITICAL));
  world.sign_on(1);
  EXPECT_THAT(assigned_units(world.report("low", Town::at(6'500, 0), with_severity(v1::SEVERITY_LOW))), ElementsAre(1));
  EXPECT_THAT(assigned_units(world.report("robbery", Town::at(0, 0), with_severity(v1::SEVERITY_HIGH))), IsEmpty());
  world.acknowledge(1);
  world.en_route(1);
  world.position(1, Town::at(2'500, 0));
  EXPECT_THAT(assigned_units(world.cancel("fight")), UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("robbery").incident_id());
  EXPECT_EQ(world.incident("low").assignments_size(), 2);
  EXPECT_EQ(world.incident("low").units_missing(), 0U);
}

// ---- awaited ----

//   X . . unit 1, on scene, free in a minute . . . . . . . . . . . . . . . . . . . . . . unit 2 (7 km)
v1::Policy awaiting() {
  v1::Policy policy = test_policy();
  policy.mutable_choice()->set_await_gain_ms(60'000);
  return policy;
}

struct OneOnScene : World {
  OneOnScene() : World(Town().long_street(70).post(1, 300, 0).post(2, 7'000, 0).draft(), awaiting()) {
    sign_on(1);
    report("first", Town::at(300, 0));
    acknowledge(1);
    on_scene(1);
    sign_on(2);
  }
  Decisions free_in(std::int64_t ms) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    v1::UnitStatusReported& body = *record.mutable_unit_status_reported();
    body.set_unit_id(1);
    body.set_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
    body.set_assignment_id(assignment_of(1));
    body.set_free_in_ms(ms);
    return apply(record);
  }
};

// Rule: choice.await_gain. The far unit needs 700 s, the one that will be free 90 s.
TEST(Await, AUnitThatIsAboutToBeFreeIsWaitedForWhenAllOthersAreFarTooLate) {
  OneOnScene world;
  world.free_in(60'000);
  const auto decisions = world.report("second", Town::at(0, 0));
  EXPECT_THAT(assigned_units(decisions), IsEmpty());
  const auto awaited = only(decisions, v1::Decision::kUnitAwaited);
  ASSERT_EQ(awaited.size(), 1U);
  EXPECT_EQ(awaited[0].unit_awaited().unit_id(), 1U);
  EXPECT_NEAR(static_cast<double>(awaited[0].unit_awaited().eta_ms()), 90'000, 200);
  world.later_s(50);
  EXPECT_THAT(assigned_units(world.feedback(1)), ElementsAre(1));
}

TEST(Await, WhoIsNotFreeWhenItSaidIsWaitedForNoLonger) {
  OneOnScene world;
  world.free_in(50'000);
  world.report("second", Town::at(0, 0));
  EXPECT_THAT(assigned_units(world.later_s(49)), IsEmpty());
  EXPECT_THAT(assigned_units(world.later_s(1)), ElementsAre(2));
}

// Nobody is free any more when the one that was awaited stays away: the incident waits for anybody, and that is told.
TEST(Await, WhoeverWaitedInVainIsToldToWaitForAnybody) {
  OneOnScene world;
  world.free_in(50'000);
  world.report("second", Town::at(0, 0));
  world.sign_off(2);
  const auto queued = only(world.later_s(50), v1::Decision::kIncidentQueued);
  ASSERT_EQ(queued.size(), 1U);
  EXPECT_EQ(queued[0].incident_queued().incident_id(), world.incident("second").incident_id());
}

// Unit 1 can go to one of them only: the older one waits for it, the other has unit 2 that is free now.
TEST(Await, OneUnitIsAwaitedForOneIncident) {
  OneOnScene world;
  world.free_in(60'000);
  EXPECT_EQ(only(world.report("second", Town::at(0, 0)), v1::Decision::kUnitAwaited).size(), 1U);
  EXPECT_THAT(assigned_units(world.report("third", Town::at(100, 0))), ElementsAre(2));
  world.later_s(50);
  world.feedback(1);
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("second").incident_id());
}

TEST(Await, NobodyIsWaitedForWhoDoesNotSay) {
  OneOnScene world;
  EXPECT_THAT(assigned_units(world.report("second", Town::at(0, 0))), ElementsAre(2));
}

// ---- together ----

//   A . . . unit 1 . B                          both wait, A longer; then both units come on duty at once
//                    unit 2 is 100 m beyond B
TEST(Together, WaitingIncidentsAreMatchedForTheLeastLatenessNotFirstComeFirstServed) {
  v1::Policy policy = test_policy();
  policy.mutable_choice()->set_together(true);
  Town town;
  town.long_street(60).post(1, 3'000, 0).post(2, 3'100, 0);
  World world(town.draft(), policy);
  world.report("A", Town::at(0, 0));
  world.report("B", Town::at(6'000, 0));
  world.command("out", [](auto& c) {
    c.mutable_unit_service()->set_unit_id(1);
    c.mutable_unit_service()->set_in_service(false);
  });
  world.sign_on(1);
  world.later_s(1);
  // Unit 2 alone is free first: it serves the one that it can reach sooner, though A has waited longer.
  EXPECT_THAT(assigned_units(world.sign_on(2)), ElementsAre(2));
  EXPECT_EQ(world.unit(2).incident_id(), world.incident("B").incident_id());
  const auto in = world.command("in", [](auto& c) {
    c.mutable_unit_service()->set_unit_id(1);
    c.mutable_unit_service()->set_in_service(true);
  });
  EXPECT_THAT(assigned_units(in), ElementsAre(1));
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("A").incident_id());
}

TEST(Together, TheGraverMatterIsServedFirstHoweverFar) {
  v1::Policy policy = test_policy();
  policy.mutable_choice()->set_together(true);
  World world(Town().long_street(60).post(1, 0, 0).draft(), policy);
  world.report("near and low", Town::at(0, 0), with_severity(v1::SEVERITY_LOW));
  world.report("far and high", Town::at(5'000, 0), with_severity(v1::SEVERITY_HIGH));
  world.sign_on(1);
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("far and high").incident_id());
}

// ---- cover ----

//   unit 1 at the station (nobody else is near) . X . . unit 2, unit 3 (two of them at the market)
//
// Rule: choice.cover. Unit 1 is sooner by seconds; its leaving would leave the station without anybody.
TEST(SparesCover, TheUnitWhoseLeavingOpensTheSmallerHoleGoesWhenItIsInTime) {
  v1::Policy policy = test_policy();
  v1::CoverageRule& coverage = *policy.mutable_coverage();
  coverage.set_zone_m(500);
  coverage.set_busy_permille(300);
  coverage.set_parts_of_day(1);
  v1::PlaceWeight& weight = *coverage.add_places();
  weight.set_place_class(v1::PLACE_CLASS_RAILWAY_STATION);
  weight.set_weight(100);
  policy.mutable_choice()->set_cover_weight_ms(1'000);
  policy.mutable_choice()->set_cover_candidates(4);
  policy.mutable_choice()->set_cover_from_severity(v1::SEVERITY_HIGH);
  Town town;
  town.long_street(30).post(1, 0, 0).post(2, 1'900, 0).post(3, 1'900, 0);
  town.place("Station", v1::PLACE_CLASS_RAILWAY_STATION, 0, 0).place("Market", v1::PLACE_CLASS_MALL, 1'900, 0);
  World world(town.draft(), policy);
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  const auto decisions = world.report("e1", Town::at(900, 0));
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2)) << "100 s instead of 90 s, both within five minutes";
  const v1::Why why = only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why();
  EXPECT_EQ(why.rule(), v1::Why::RULE_SPARES_COVER);
  EXPECT_EQ(why.candidates(0).unit_id(), 1U);
  EXPECT_GT(why.candidates(0).cover_loss_ppm(), why.candidates(1).cover_loss_ppm());
  EXPECT_THAT(assigned_units(world.report("grave", Town::at(400, 0), with_severity(v1::SEVERITY_CRITICAL))),
              ElementsAre(1, 3))
      << "for the gravest the soonest go";
}

//   unit 1 at station A . X . unit 2 at station B . . . . unit 3, unit 4
//
// Rule: choice.cover.candidates. Unit 3 would cost no cover, but is not among the two that are looked at.
TEST(SparesCover, HowManyAreExplainedDoesNotChangeWhoGoes) {
  v1::Policy policy = test_policy();
  v1::CoverageRule& coverage = *policy.mutable_coverage();
  coverage.set_zone_m(500);
  coverage.set_busy_permille(300);
  coverage.set_parts_of_day(1);
  v1::PlaceWeight& weight = *coverage.add_places();
  weight.set_place_class(v1::PLACE_CLASS_RAILWAY_STATION);
  weight.set_weight(100);
  policy.mutable_choice()->set_cover_weight_ms(1'000);
  policy.mutable_choice()->set_cover_candidates(2);
  Town town;
  town.long_street(30).post(1, 0, 0).post(2, 1'900, 0).post(3, 2'800, 0).post(4, 2'800, 0);
  town.place("A", v1::PLACE_CLASS_RAILWAY_STATION, 0, 0).place("B", v1::PLACE_CLASS_RAILWAY_STATION, 1'900, 0);
  for (const std::uint32_t explained : {1, 5}) {
    policy.set_explain_candidates(explained);
    World world(town.draft(), policy);
    for (const std::uint64_t unit : {1, 2, 3, 4}) world.sign_on(unit);
    EXPECT_THAT(assigned_units(world.report("e1", Town::at(900, 0))), ElementsAre(1)) << explained << " explained";
  }
}

// ---- who was passed over ----

//   X . 1 (busy) . 2 (cannot) . 3
TEST(Explain, WhoWasNearerAndCouldNotGoIsNamedWithTheReasonAndTheTime) {
  v1::Policy policy = test_policy();
  policy.set_explain_passed(4);
  const std::uint32_t dog = 1U << (v1::CAPABILITY_DOG - 1);
  Town town;
  town.long_street(20).post(1, 100, 0).post(2, 200, 0);
  town.post(3, 300, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, dog);
  World world(town.draft(), policy);
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  world.report("other", Town::at(0, 0));
  const auto decisions =
      world.report("e1", Town::at(0, 0), [&](v1::IncidentReported& r) { r.set_required_capabilities(dog); });
  const v1::Why why = only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why();
  ASSERT_EQ(why.passed_size(), 2);
  for (const v1::Passed& passed : why.passed()) {
    EXPECT_EQ(passed.reason(), passed.unit_id() == 1 ? v1::Passed::REASON_BUSY : v1::Passed::REASON_NOT_CAPABLE);
    EXPECT_NEAR(static_cast<double>(passed.eta_ms()), passed.unit_id() == 1 ? 10'000 : 20'000, 100);
  }
}

}  // namespace
}  // namespace dispatch135::core::testing
