// Who is sent, by which rule, and what happens when nobody can be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

//   post 1 . . . . . . . . . . X . . . post 2          a street of 2 km, 10 s a block
TEST(Dispatch, TheSoonestByRoadIsSentAndTheReasonsAreGiven) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 1'400, 0).draft());
  world.sign_on(1);
  world.sign_on(2);
  const auto decisions = world.report("e1", Town::at(1'000, 0));

  const auto assigned = only(decisions, v1::Decision::kUnitAssigned);
  ASSERT_EQ(assigned.size(), 1U);
  const v1::UnitAssigned& order = assigned[0].unit_assigned();
  EXPECT_EQ(order.assignment().unit_id(), 2U);
  EXPECT_TRUE(order.in_time());
  EXPECT_EQ(order.order_sequence(), 1U);
  EXPECT_EQ(order.why().rule(), v1::Why::RULE_SOONEST_IN_TIME);
  ASSERT_EQ(order.why().candidates_size(), 2);
  EXPECT_EQ(order.why().candidates(0).unit_id(), 2U);
  EXPECT_NEAR(static_cast<double>(order.why().candidates(0).eta_ms()), 40'000, 100);
  EXPECT_EQ(order.why().candidates(0).ring_min(), 1U);
  EXPECT_EQ(order.why().candidates(1).unit_id(), 1U);
  EXPECT_NEAR(static_cast<double>(order.why().candidates(1).eta_ms()), 100'000, 100);
  EXPECT_EQ(order.why().candidates(1).ring_min(), 3U);
  EXPECT_EQ(order.why().policy(), "test");
}

//   y=300   2 . . . . . . . .        the river runs between the two streets
//           ~ ~ ~ ~ ~ ~ ~ ~ |        and its only bridge is 800 m to the east
//   y=0     X . . . 1 . . . .
TEST(Dispatch, AcrossTheRiverIsNear_ButTheBridgeIsFar) {
  Town town;
  town.long_street(8, 0);    // junctions 0-8
  town.long_street(8, 300);  // junctions 9-17
  town.street(8, 17);
  World world(town.post(1, 400, 0).post(2, 0, 300).draft());
  world.sign_on(1);
  world.sign_on(2);
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), ElementsAre(1));
}

TEST(Dispatch, TurnoutCountsSoAnOutpostBeatsANearerStation) {
  World world(Town()
                  .long_street(20)
                  .post(1, 400, 0, v1::POST_KIND_STREET_STATION)
                  .post(2, 1'050, 0, v1::POST_KIND_OUTPOST)
                  .draft());
  world.sign_on(1);
  world.sign_on(2);
  // 30 s + 10 s turnout against 35 s.
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(700, 0))), ElementsAre(2));
}

TEST(Rule, ARailwayStationIsAOneMinutePlaceAMallThreeTheRestFive) {
  World world(Town().long_street(20).draft());
  const auto ring = [&](const std::string& event, v1::PlaceClass place) {
    world.report(event, Town::at(0, 0), [&](v1::IncidentReported& r) { r.set_place_class(place); });
    const v1::Incident incident = world.incident(event);
    EXPECT_EQ(incident.deadline_at_ms() - incident.opened_at_ms(), incident.ring_min() * 60'000);
    return incident.ring_min();
  };
  EXPECT_EQ(ring("station", v1::PLACE_CLASS_RAILWAY_STATION), 1U);
  EXPECT_EQ(ring("mall", v1::PLACE_CLASS_MALL), 3U);
  EXPECT_EQ(ring("home", v1::PLACE_CLASS_RESIDENTIAL), 5U);
}

TEST(Rule, AReportWithoutPlaceClassTakesThatOfTheNearestKnownPlace) {
  World world(Town().long_street(20).place("Wuxi Station", v1::PLACE_CLASS_RAILWAY_STATION, 500, 40).draft());
  const auto unspecified = [](v1::IncidentReported& r) { r.set_place_class(v1::PLACE_CLASS_UNSPECIFIED); };
  world.report("near", Town::at(500, 0), unspecified);
  world.report("far", Town::at(900, 0), unspecified);
  EXPECT_EQ(world.incident("near").place_class(), v1::PLACE_CLASS_RAILWAY_STATION);
  EXPECT_EQ(world.incident("near").ring_min(), 1U);
  EXPECT_EQ(world.incident("far").place_class(), v1::PLACE_CLASS_OTHER);
}

TEST(Rule, IfNobodyCanBeThereInTimeTheSoonestStillGoesAndTheDecisionSaysSo) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  const auto decisions = world.report(
      "e1", Town::at(1'000, 0), [](v1::IncidentReported& r) { r.set_place_class(v1::PLACE_CLASS_RAILWAY_STATION); });
  const auto assigned = only(decisions, v1::Decision::kUnitAssigned);
  ASSERT_EQ(assigned.size(), 1U);
  EXPECT_FALSE(assigned[0].unit_assigned().in_time());
  EXPECT_EQ(assigned[0].unit_assigned().why().rule(), v1::Why::RULE_SOONEST_TOO_LATE);
}

TEST(Rule, ACriticalIncidentGetsTwoUnits) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 500, 0).post(3, 2'000, 0).draft());
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  const auto decisions =
      world.report("e1", Town::at(0, 0), [](v1::IncidentReported& r) { r.set_severity(v1::SEVERITY_CRITICAL); });
  EXPECT_THAT(assigned_units(decisions), ElementsAre(1, 2));
}

TEST(Choice, OnlyTheCapableAreConsidered) {
  const std::uint32_t hazmat = 1U << (v1::CAPABILITY_HAZMAT - 1);
  Town town;
  town.long_street(20).post(1, 0, 0).post(2, 1'500, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, hazmat);
  town.post(3, 2'000, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, hazmat, v1::UNIT_KIND_SPECIAL);
  World world(town.draft());
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0), [&](auto& r) { r.set_required_capabilities(hazmat); })),
              ElementsAre(2));
  const auto special = world.report("e2", Town::at(0, 0),
                                    [&](auto& r) { r.set_required_unit_kinds(1U << (v1::UNIT_KIND_SPECIAL - 1)); });
  EXPECT_THAT(assigned_units(special), ElementsAre(3));
  EXPECT_EQ(only(special, v1::Decision::kUnitAssigned)[0].unit_assigned().why().not_capable(), 1U);
}

TEST(Choice, WhoIsOffDutyOrOutOfServiceIsNeverCalled) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 100, 0).post(3, 1'000, 0).draft());
  world.sign_on(2);
  world.sign_on(3);
  world.status(2, v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE, 0);
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), ElementsAre(3));
}

TEST(Choice, AUnitOnFootNearbyCompetesWithACarFartherAway) {
  Town town;
  town.long_street(30).post(1, 20, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_FOOT);
  World world(town.post(2, 1'000, 0).draft());
  world.sign_on(1);
  world.sign_on(2);
  EXPECT_THAT(assigned_units(world.report("near", Town::at(0, 0))), ElementsAre(1));     // 20 s on foot
  EXPECT_THAT(assigned_units(world.report("far", Town::at(1'500, 0))), ElementsAre(2));  // 50 s by car
}

TEST(Queue, WaitsBySeverityThenByAge) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.report("busy", Town::at(0, 0));
  const auto with = [](v1::Severity severity) { return [=](v1::IncidentReported& r) { r.set_severity(severity); }; };
  const auto queued = world.report("low", Town::at(100, 0), with(v1::SEVERITY_LOW));
  ASSERT_EQ(only(queued, v1::Decision::kIncidentQueued).size(), 1U);
  EXPECT_EQ(only(queued, v1::Decision::kIncidentQueued)[0].incident_queued().why().rule(),
            v1::Why::RULE_NOBODY_AVAILABLE);
  EXPECT_EQ(world.incident("low").status(), v1::INCIDENT_STATUS_ACTIVE);
  world.later_s(1);
  world.report("older", Town::at(100, 0), with(v1::SEVERITY_HIGH));
  world.later_s(1);
  world.report("younger", Town::at(100, 0), with(v1::SEVERITY_HIGH));

  for (const std::string next : {"older", "younger", "low"}) {
    world.acknowledge(1);
    EXPECT_THAT(assigned_units(world.feedback(1)), ElementsAre(1)) << next;
    EXPECT_EQ(world.unit(1).incident_id(), world.incident(next).incident_id()) << next;
  }
}

TEST(Queue, SigningOnBringsTheFirstUnitToThoseWhoWait) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), IsEmpty());
  EXPECT_THAT(assigned_units(world.sign_on(1)), ElementsAre(1));
}

TEST(Acknowledgement, WhoDoesNotSignIsToldToStopAndTheNextIsSent) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 500, 0).draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  const std::uint64_t first = world.assignment_of(1);
  const auto decisions = world.later_s(30);

  const auto ended = only(decisions, v1::Decision::kAssignmentEnded);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].assignment_ended().reason(), v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED);
  EXPECT_EQ(ended[0].assignment_ended().order_sequence(), 2U) << "the first unit is told to stop";
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  // Its late answer is refused politely and changes nothing.
  v1::LogRecord late;
  late.set_region(kRegion.value());
  late.mutable_assignment_acknowledged()->set_unit_id(1);
  late.mutable_assignment_acknowledged()->set_assignment_id(first);
  EXPECT_EQ(rejected(world.apply(late)), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_EQ(world.incident("e1").assignments(0).unit_id(), 2U);
}

TEST(Acknowledgement, WhoDeclinedIsNotAskedAgainUntilTheReofferTimeHasPassed) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  const auto declined = world.decline(1);
  EXPECT_EQ(only(declined, v1::Decision::kAssignmentEnded)[0].assignment_ended().reason(),
            v1::AssignmentEnded::REASON_DECLINED);
  EXPECT_EQ(only(declined, v1::Decision::kIncidentQueued).size(), 1U);
  world.later_s(50);
  world.heartbeat(1);
  EXPECT_THAT(assigned_units(world.later_s(39)), IsEmpty());
  EXPECT_THAT(assigned_units(world.later_s(1)), ElementsAre(1));
}

TEST(Deadline, IsBreachedOnceWhenNobodyIsOnScene) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.report("e1", Town::at(1'000, 0), [](auto& r) { r.set_place_class(v1::PLACE_CLASS_RAILWAY_STATION); });
  world.acknowledge(1);
  world.later_s(59);
  world.heartbeat(1);
  const auto decisions = world.later_s(1);
  ASSERT_EQ(only(decisions, v1::Decision::kDeadlineBreached).size(), 1U);
  EXPECT_EQ(only(decisions, v1::Decision::kDeadlineBreached)[0].deadline_breached().ring_min(), 1U);
  EXPECT_TRUE(world.incident("e1").breached());
  EXPECT_THAT(only(world.later_s(3'600), v1::Decision::kDeadlineBreached), IsEmpty());
}

TEST(Deadline, IsKeptByTheFirstUnitOnScene) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.acknowledge(1);
  world.en_route(1);
  world.later_s(10);
  world.on_scene(1);
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
  EXPECT_THAT(only(world.later_s(3'600), v1::Decision::kDeadlineBreached), IsEmpty());
}

TEST(Incident, GoesThroughAllItsStatesAndIsClosedByTheLastFeedback) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 100, 0).draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0), [](auto& r) { r.set_severity(v1::SEVERITY_CRITICAL); });
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
  world.acknowledge(1);
  world.acknowledge(2);
  world.en_route(1);
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ENROUTE);
  world.on_scene(1);
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
  world.feedback(1);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_CLEARED);
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED) << "the other one is still at work";
  world.feedback(2);
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_CLOSED);
  EXPECT_EQ(world.incident("e1").disposition(), v1::DISPOSITION_HANDLED);
}

TEST(Incident, CalledOffByItsSourceFreesItsUnitsAndTellsThem) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.cancel("e1");
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_CANCELLED);
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  const auto orders = world.engine().orders_after(kRegion, UnitId(1), 0);
  ASSERT_EQ(orders.size(), 2U);
  EXPECT_TRUE(orders[0].has_assignment());
  EXPECT_EQ(orders[1].cancel().reason(), v1::AssignmentEnded::REASON_INCIDENT_CANCELLED);
  EXPECT_EQ(rejected(world.cancel("e1")), v1::REJECT_CODE_INCIDENT_FINAL);
}

TEST(Incident, ThatMovesTakesItsUnitsAlong) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  const std::uint64_t assignment = world.assignment_of(1);
  const auto decisions = world.move("e1", Town::at(500, 0));
  ASSERT_EQ(only(decisions, v1::Decision::kAssignmentUpdated).size(), 1U);
  const auto orders = world.engine().orders_after(kRegion, UnitId(1), 1);
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].assignment().assignment_id(), assignment);
  EXPECT_EQ(orders[0].assignment().incident().position().longitude_e7(), Town::at(500, 0).longitude_e7);
}

TEST(Repetition, ASecondReportOfTheSameEventChangesNothing) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 0, 0).draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  const auto decisions = world.report("e1", Town::at(300, 0));
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(decisions[0].report_repeated().incident_id(), world.incident("e1").incident_id());
}

TEST(Repetition, ARecordOfASourceOffsetAlreadySeenIsIgnored) {
  World world(Town().long_street(20).draft());
  v1::LogRecord record;
  record.set_region(kRegion.value());
  record.mutable_source()->set_topic(v1::SourceOffset::TOPIC_INCIDENTS);
  record.mutable_source()->set_offset(7);
  v1::IncidentReported& report = *record.mutable_incident_reported();
  report.set_source("110");
  report.set_event_id("e1");
  report.set_category(v1::CATEGORY_HELP);
  report.set_severity(v1::SEVERITY_LOW);
  report.mutable_position()->set_latitude_e7(Town::at(0, 0).latitude_e7);
  report.mutable_position()->set_longitude_e7(Town::at(0, 0).longitude_e7);
  EXPECT_EQ(only(world.apply(record), v1::Decision::kIncidentOpened).size(), 1U);
  EXPECT_THAT(world.apply(record), IsEmpty());
  report.set_event_id("e2");
  EXPECT_THAT(world.apply(record), IsEmpty()) << "an old offset, whatever it says";
  record.mutable_source()->set_offset(8);
  EXPECT_EQ(only(world.apply(record), v1::Decision::kIncidentOpened).size(), 1U);
}

TEST(Repetition, DecisionsCarryTheirRecordsPlaceInTheLogAsIdentity) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  const auto decisions = world.report("e1", Town::at(0, 0));
  ASSERT_GE(decisions.size(), 2U);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    EXPECT_EQ(decisions[i].id().offset(), world.engine().next_offset() - 1);
    EXPECT_EQ(decisions[i].id().index(), i);
  }
}

}  // namespace
}  // namespace dispatch135::core::testing
