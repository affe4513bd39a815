// Units: duty, being heard, orders that none is lost of, and dispatchers who overrule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "engine/core/state_machines.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Town two_posts() { return Town().long_street(20).post(1, 0, 0).post(2, 500, 0); }

TEST(SignOn, ASecondDeviceIsRefusedWhileTheFirstIsHeard) {
  World world(two_posts().draft());
  world.sign_on(1, "radio");
  EXPECT_EQ(rejected(world.sign_on(1, "phone")), v1::REJECT_CODE_ALREADY_SIGNED_ON);
  EXPECT_EQ(world.engine().device(kRegion, UnitId(1)), "radio");
  EXPECT_EQ(rejected(world.sign_on(1, "radio")), v1::REJECT_CODE_UNSPECIFIED);
  world.later_s(60);  // Silent now.
  EXPECT_EQ(rejected(world.sign_on(1, "phone")), v1::REJECT_CODE_UNSPECIFIED);
}

TEST(SignOn, AnUnknownUnitIsRefused) {
  World world(two_posts().draft());
  EXPECT_EQ(rejected(world.sign_on(99)), v1::REJECT_CODE_UNKNOWN_UNIT);
  EXPECT_EQ(rejected(world.heartbeat(1)), v1::REJECT_CODE_NOT_SIGNED_ON);
}

TEST(SignOn, AReturningDeviceGetsExactlyTheOrdersItHasNotSeen) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.cancel("e1");
  world.report("e2", Town::at(0, 0));
  const auto sequences = [&](std::uint64_t after) {
    std::vector<std::uint64_t> all;
    for (const v1::UnitOrder& order : world.engine().orders_after(kRegion, UnitId(1), after))
      all.push_back(order.sequence());
    return all;
  };
  EXPECT_THAT(sequences(0), ElementsAre(1, 2, 3));
  world.sign_on(1, "device", 1);
  EXPECT_THAT(sequences(1), ElementsAre(2, 3));
  EXPECT_EQ(world.assignment_of(1), world.incident("e2").assignments(0).assignment_id()) << "it keeps its work";
  world.heartbeat(1, 3);
  EXPECT_THAT(sequences(0), IsEmpty());
  EXPECT_EQ(rejected(world.heartbeat(1, 4)), v1::REJECT_CODE_OUT_OF_RANGE) << "an order that was never given";
}

TEST(SignOff, HandsTheWorkOn) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  EXPECT_THAT(assigned_units(world.sign_off(1)), ElementsAre(2));
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_OFF_DUTY);
}

TEST(Silence, AUnitUnderWayThatFallsSilentIsReplacedOnce) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  world.acknowledge(1);
  world.en_route(1);
  world.later_s(30);
  world.heartbeat(2);
  const auto decisions = world.later_s(30);
  ASSERT_EQ(only(decisions, v1::Decision::kAssignmentEnded).size(), 1U);
  EXPECT_EQ(only(decisions, v1::Decision::kAssignmentEnded)[0].assignment_ended().reason(),
            v1::AssignmentEnded::REASON_SILENT);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_CONDITIONALLY_AVAILABLE);
}

TEST(Silence, AUnitOnSceneIsNotTakenAwayFromItsWork) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.acknowledge(1);
  world.on_scene(1);
  EXPECT_THAT(only(world.later_s(300), v1::Decision::kAssignmentEnded), IsEmpty());
}

TEST(Silence, AFreeUnitWhoseConnectionIsLostGetsNoWorkUntilItIsHeardAgain) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  world.sign_on(1);
  world.disconnect(1);
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_CONDITIONALLY_AVAILABLE);
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), IsEmpty());
  EXPECT_THAT(assigned_units(world.sign_on(1)), ElementsAre(1));
}

TEST(Silence, BeingHeardKeepsAUnitAvailableForHours) {
  World world(two_posts().draft());
  world.sign_on(1);
  for (int i = 0; i < 500; ++i) {
    EXPECT_THAT(only(world.later_s(50), v1::Decision::kUnitChanged), IsEmpty());
    world.heartbeat(1);
  }
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
}

TEST(Position, DecidesWhoIsSoonest) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.position(1, Town::at(1'500, 0));
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(1'400, 0))), ElementsAre(1));
}

TEST(Position, AnOlderOneThatComesLateIsNotUsed) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.position(1, Town::at(1'500, 0), 2'000);
  world.position(1, Town::at(0, 0), 1'000);
  EXPECT_EQ(world.unit(1).position().longitude_e7(), Town::at(1'500, 0).longitude_e7);
}

TEST(Position, AStaleOneIsShownAsStaleAndThePostIsUsedInstead) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.position(1, Town::at(1'500, 0));
  // It goes on being heard through its status, but says nothing of where it is.
  for (int i = 0; i < 5; ++i) {
    world.later_s(30);
    world.status(1, v1::UNIT_SECONDARY_STATUS_ON_DUTY, 0);
    world.heartbeat(2);
  }
  EXPECT_TRUE(world.unit(1).position_stale());
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(1'500, 0))), ElementsAre(2));
  world.position(1, Town::at(1'500, 0));
  EXPECT_FALSE(world.unit(1).position_stale());
}

TEST(Position, FarFromAnyRoadIsRefused) {
  World world(two_posts().draft());
  world.sign_on(1);
  EXPECT_EQ(rejected(world.position(1, Town::at(0, 5'000))), v1::REJECT_CODE_OFF_ROAD);
}

TEST(Orders, AUnitThatReadsNoneOfThemGetsNoMoreWork) {
  World world(two_posts().draft());
  world.sign_on(1);
  for (std::size_t i = 0; i < limits::kUnseenOrders; ++i) {
    const std::string event = "e" + std::to_string(i);
    world.report(event, Town::at(0, 0));
    world.cancel(event);
  }
  EXPECT_THAT(assigned_units(world.report("last", Town::at(0, 0))), IsEmpty());
  EXPECT_THAT(assigned_units(world.sign_on(1, "device", world.unit(1).last_order_sequence())), ElementsAre(1));
}

TEST(Transitions, WhatTheTableDoesNotHaveIsRefusedWithAReason) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  EXPECT_EQ(rejected(world.en_route(1)), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "not signed for yet";
  EXPECT_EQ(rejected(world.feedback(1)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  world.acknowledge(1);
  world.on_scene(1);
  EXPECT_EQ(rejected(world.en_route(1)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(rejected(world.decline(1)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(rejected(world.status(2, v1::UNIT_SECONDARY_STATUS_EN_ROUTE, world.assignment_of(1))),
            v1::REJECT_CODE_NOT_SIGNED_ON);
  world.sign_on(2);
  EXPECT_EQ(rejected(world.status(2, v1::UNIT_SECONDARY_STATUS_ON_SCENE, world.assignment_of(1))),
            v1::REJECT_CODE_UNKNOWN_ASSIGNMENT)
      << "another's";
}

TEST(Transitions, AClosedIncidentCanOnlyBeOpenedAgainAndAnAssignedUnitCannotGoOffDutyDirectly) {
  for (int to = 1; to <= v1::IncidentStatus_MAX; ++to) {
    EXPECT_EQ(incident_may_change(v1::INCIDENT_STATUS_CLOSED, static_cast<v1::IncidentStatus>(to)),
              to == v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_FALSE(incident_may_change(v1::INCIDENT_STATUS_CANCELLED, static_cast<v1::IncidentStatus>(to)));
  }
  for (int from = 1; from <= v1::UnitSecondaryStatus_MAX; ++from) {
    const auto status = static_cast<v1::UnitSecondaryStatus>(from);
    EXPECT_FALSE(is_assigned(status) && unit_may_change(status, v1::UNIT_SECONDARY_STATUS_OFF_DUTY));
    EXPECT_FALSE(is_assigned(status) && unit_may_change(status, v1::UNIT_SECONDARY_STATUS_DISPATCHED)) << from;
    const bool callable = is_free(status) || status == v1::UNIT_SECONDARY_STATUS_ON_BREAK;
    EXPECT_EQ(callable, unit_may_change(status, v1::UNIT_SECONDARY_STATUS_DISPATCHED)) << from;
  }
}

TEST(Command, ActsOnceByItsId) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  const auto assign_two = [&](v1::OperatorCommand& c) {
    c.mutable_assign()->set_incident_id(world.incident("e1").incident_id());
    c.mutable_assign()->set_unit_id(2);
  };
  const auto decisions = world.command("c1", assign_two);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  EXPECT_EQ(only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why().rule(), v1::Why::RULE_OPERATOR);
  EXPECT_THAT(world.command("c1", assign_two), IsEmpty());
  ASSERT_TRUE(world.engine().command(kRegion, "c1").has_value());
  EXPECT_EQ(world.engine().command(kRegion, "c1")->operator_id(), "dispatcher");
}

TEST(Command, IsRefusedOnAClosedIncidentAndForABusyUnit) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  const std::uint64_t incident = world.incident("e1").incident_id();
  EXPECT_EQ(rejected(world.command("c1",
                                   [&](v1::OperatorCommand& c) {
                                     c.mutable_assign()->set_incident_id(incident);
                                     c.mutable_assign()->set_unit_id(1);
                                   })),
            v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE);
  world.command("c2", [&](v1::OperatorCommand& c) {
    c.mutable_close()->set_incident_id(incident);
    c.mutable_close()->set_disposition(v1::DISPOSITION_VOID);
  });
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_CLOSED);
  EXPECT_EQ(
      rejected(world.command("c3", [&](v1::OperatorCommand& c) { c.mutable_cancel()->set_incident_id(incident); })),
      v1::REJECT_CODE_INCIDENT_FINAL);
  EXPECT_EQ(rejected(world.command("c4", [&](v1::OperatorCommand& c) { c.mutable_cancel()->set_incident_id(12345); })),
            v1::REJECT_CODE_UNKNOWN_INCIDENT);
}

TEST(Command, ReleasingAUnitSendsAnother) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  EXPECT_THAT(assigned_units(world.command("c1", [](auto& c) { c.mutable_release()->set_unit_id(1); })),
              ElementsAre(2));
}

TEST(Command, RaisingTheSeverityMovesTheDeadlineAndAsksForMoreUnits) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  const auto decisions = world.command("c1", [&](v1::OperatorCommand& c) {
    c.mutable_change_severity()->set_incident_id(world.incident("e1").incident_id());
    c.mutable_change_severity()->set_severity(v1::SEVERITY_CRITICAL);
  });
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  EXPECT_EQ(world.incident("e1").ring_min(), 3U);
  world.later_s(200);
  EXPECT_TRUE(world.incident("e1").breached()) << "by the new deadline";
}

TEST(Command, AUnitTakenOutOfServiceStaysOutUntilADispatcherPutsItBack) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0));
  const auto service = [](bool in) {
    return [=](v1::OperatorCommand& c) {
      c.mutable_unit_service()->set_unit_id(1);
      c.mutable_unit_service()->set_in_service(in);
    };
  };
  EXPECT_THAT(assigned_units(world.command("out", service(false))), ElementsAre(2)) << "its work goes to another";
  EXPECT_EQ(rejected(world.status(1, v1::UNIT_SECONDARY_STATUS_ON_DUTY, 0)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  world.sign_off(1);
  world.sign_on(1);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE);
  world.command("in", service(true));
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
}

TEST(Command, APostOutOfServiceTakesItsUnitsOut) {
  World world(two_posts().draft());
  world.sign_on(1);
  world.sign_on(2);
  world.command("out", [](v1::OperatorCommand& c) { c.mutable_post_service()->set_post_id(1); });
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), ElementsAre(2));
}

v1::LogRecord alert(const std::string& identifier, v1::AlertReport::MsgType type, const std::string& reference = {}) {
  v1::LogRecord record;
  record.set_region(kRegion.value());
  v1::AlertReport& alert = *record.mutable_alert_reported()->mutable_alert();
  alert.set_sender("weather");
  alert.set_identifier(identifier);
  alert.set_msg_type(type);
  if (!reference.empty()) alert.add_references(reference);
  if (type != v1::AlertReport::MSG_TYPE_CANCEL) {
    alert.mutable_info()->set_category(v1::CATEGORY_DISASTER);
    alert.mutable_info()->set_urgency(v1::AlertInfo::URGENCY_IMMEDIATE);
    alert.mutable_info()->set_severity(v1::AlertInfo::ALERT_SEVERITY_SEVERE);
    record.mutable_alert_reported()->mutable_centre()->set_latitude_e7(Town::at(0, 0).latitude_e7);
    record.mutable_alert_reported()->mutable_centre()->set_longitude_e7(Town::at(0, 0).longitude_e7);
  }
  return record;
}

TEST(Alert, AGraveOneBecomesAnIncidentAndItsCancellationCallsThatOff) {
  World world(two_posts().draft());
  world.sign_on(1);
  const auto decisions = world.apply(alert("a1", v1::AlertReport::MSG_TYPE_ALERT));
  EXPECT_THAT(assigned_units(decisions), ElementsAre(1));
  const auto cancelled = world.apply(alert("a2", v1::AlertReport::MSG_TYPE_CANCEL, "a1"));
  EXPECT_EQ(only(cancelled, v1::Decision::kAlertChanged)[0].alert_changed().state(), v1::AlertChanged::STATE_CANCELLED);
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  EXPECT_EQ(rejected(world.apply(alert("a3", v1::AlertReport::MSG_TYPE_CANCEL, "a1"))), v1::REJECT_CODE_UNKNOWN_VALUE);
}

TEST(Alert, ExpiresByThePolicyWhenItDoesNotSayWhen) {
  World world(two_posts().draft());
  world.apply(alert("a1", v1::AlertReport::MSG_TYPE_ALERT));
  const auto expired = only(world.later_s(3'600), v1::Decision::kAlertChanged);
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].alert_changed().state(), v1::AlertChanged::STATE_EXPIRED);
}

TEST(Policy, ABadOneIsRefusedAndTheOldOneStays) {
  World world(two_posts().draft());
  v1::LogRecord record;
  record.set_region(kRegion.value());
  *record.mutable_policy_activated()->mutable_policy() = test_policy();
  record.mutable_policy_activated()->mutable_policy()->set_silent_after_ms(-1);
  EXPECT_EQ(rejected(world.apply(record)), v1::REJECT_CODE_BAD_POLICY);
  EXPECT_EQ(world.engine().snapshot(kRegion).policy(), "test");
}

TEST(City, ARecordThatNeedsAnotherCityFileIsNotForThisNode) {
  World world(two_posts().draft());
  v1::LogRecord record;
  record.set_region(kRegion.value());
  record.mutable_city_activated()->set_fingerprint(1);
  EXPECT_FALSE(world.engine().can_apply(record));
}

TEST(City, ARegionWithoutCityAndPolicyRefusesEverything) {
  World world(two_posts().draft());
  v1::LogRecord record;
  record.set_region(110000);
  record.mutable_unit_signed_on()->set_unit_id(1);
  EXPECT_EQ(rejected(world.apply(record)), v1::REJECT_CODE_UNKNOWN_REGION);
  EXPECT_EQ(rejected(world.apply(v1::LogRecord())), v1::REJECT_CODE_MALFORMED);
}

}  // namespace
}  // namespace dispatch135::core::testing
