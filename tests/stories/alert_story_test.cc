// Warnings (CAP 1.2) that units and posts act upon, and one-key alarms (一键报警).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Info = v1::AlertInfo;

// Flood warnings: units in the area stand by, posts are warned. Gas leaks: an incident, told to all. The rest as
// before.
v1::Policy alert_policy() {
  v1::Policy policy = test_policy();
  v1::AlertAction& flood = *policy.mutable_alerts()->add_actions();
  flood.add_events("Flood warning");
  flood.set_stand_by(true);
  flood.set_warn_posts(true);
  v1::AlertAction& gas = *policy.mutable_alerts()->add_actions();
  gas.add_events("gas leak");
  gas.set_certainty_at_or_above(v1::AlertInfo::CERTAINTY_LIKELY);
  gas.set_incident_severity(v1::SEVERITY_CRITICAL);
  gas.set_broadcast(true);
  return policy;
}

void set(v1::Position& position, geo::Point point) {
  position.set_latitude_e7(point.latitude_e7);
  position.set_longitude_e7(point.longitude_e7);
}

//   1 . . . . . . . . . 2 . . . . . . . . . 3        a street of 2 km with three cars at their posts
class Alerts : public ::testing::Test {
 protected:
  Alerts() : world_(Town().long_street(20).post(1, 0, 0).post(2, 1'000, 0).post(3, 2'000, 0).draft(), alert_policy()) {
    for (const std::uint64_t unit : {1, 2, 3}) world_.sign_on(unit);
  }

  using Shape = std::function<void(v1::AlertReported&)>;
  v1::LogRecord alert(const std::string& identifier, const std::string& event, const Shape& shape) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    v1::AlertReported& reported = *record.mutable_alert_reported();
    v1::AlertReport& report = *reported.mutable_alert();
    report.set_sender("weather");
    report.set_identifier(identifier);
    report.set_msg_type(v1::AlertReport::MSG_TYPE_ALERT);
    report.mutable_info()->set_event(event);
    report.mutable_info()->set_category(v1::CATEGORY_DISASTER);
    report.mutable_info()->set_urgency(Info::URGENCY_EXPECTED);
    report.mutable_info()->set_severity(Info::ALERT_SEVERITY_SEVERE);
    report.mutable_info()->set_certainty(Info::CERTAINTY_OBSERVED);
    report.mutable_info()->set_headline("headline");
    report.mutable_info()->set_instruction("keep off the river");
    report.mutable_info()->mutable_area()->set_area_desc("the river");
    report.mutable_info()->set_expires_ms(world_.now_ms() + 3'600'000);
    set(*reported.mutable_centre(), Town::at(0, 0));
    shape(reported);
    return record;
  }
  static Shape circle(double x_m, std::uint32_t radius_m) {
    return [=](v1::AlertReported& reported) {
      v1::AlertShape& shape = *reported.add_shapes();
      set(*shape.mutable_centre(), Town::at(x_m, 0));
      shape.set_radius_m(radius_m);
    };
  }
  static Shape polygon(const std::vector<std::pair<double, double>>& corners) {
    return [=](v1::AlertReported& reported) {
      v1::AlertShape& shape = *reported.add_shapes();
      for (const auto& [x_m, y_m] : corners) set(*shape.add_corners(), Town::at(x_m, y_m));
    };
  }
  World::Decisions end(const std::string& identifier) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    v1::AlertReport& report = *record.mutable_alert_reported()->mutable_alert();
    report.set_sender("weather");
    report.set_identifier(identifier + "-end");
    report.set_msg_type(v1::AlertReport::MSG_TYPE_CANCEL);
    report.add_references(identifier);
    return world_.apply(record);
  }
  World::Decisions confirm(std::uint64_t unit, std::uint64_t order) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    record.mutable_area_order_receipt()->set_unit_id(unit);
    record.mutable_area_order_receipt()->set_area_order_id(order);
    return world_.apply(record);
  }
  static std::vector<std::uint64_t> told(const World::Decisions& decisions, bool over = false) {
    std::vector<std::uint64_t> units;
    for (const auto& decision : only(decisions, v1::Decision::kUnitTold)) {
      if (decision.unit_told().over() == over) units.push_back(decision.unit_told().unit_id());
    }
    return units;
  }
  v1::AreaOrderState area_order() { return world_.engine().snapshot(kRegion).area_orders(0); }
  static std::string refusal(const World::Decisions& decisions) {
    return decisions.empty() ? "" : decisions.back().record_rejected().reason();
  }

  World world_;
};

// Rule: stand_by. Those in the area get the order with the instruction, and stay available.
TEST_F(Alerts, UnitsInTheAreaStandByAndStayAvailable) {
  const auto decisions = world_.apply(alert("rain-7", "FLOOD WARNING", circle(0, 1'200)));
  EXPECT_THAT(told(decisions), ElementsAre(1, 2));
  EXPECT_EQ(world_.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  const auto orders = world_.engine().orders_after(kRegion, UnitId(1), 0);
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_TRUE(orders[0].area_order().order().stand_by());
  EXPECT_EQ(orders[0].area_order().order().instruction(), "keep off the river");
  EXPECT_EQ(orders[0].area_order().order().area_desc(), "the river");
  EXPECT_EQ(orders[0].sequence(), 1U);
  EXPECT_THAT(assigned_units(world_.report("e1", Town::at(0, 0))), ElementsAre(1));
}

// Rule: warn_posts.
TEST_F(Alerts, ThePostsInTheAreaAreWarned) {
  world_.apply(alert("rain-7", "flood warning", circle(0, 1'200)));
  EXPECT_THAT(area_order().warned_post_ids(), ElementsAre(1, 2));
}

// Rule: an alert holds wherever one of its areas does.
//   [1] . . . . . . . . . 2 . . . . . . . . (3)
TEST_F(Alerts, SeveralPolygonsAndCirclesAreOneArea) {
  const auto decisions = world_.apply(alert("rain-7", "flood warning", [](v1::AlertReported& reported) {
    polygon({{-50, -50}, {50, -50}, {50, 50}, {-50, 50}})(reported);
    circle(2'000, 100)(reported);
  }));
  EXPECT_THAT(told(decisions), ElementsAre(1, 3));
}

// Rule: every receipt counts, and who has not confirmed is seen.
TEST_F(Alerts, WhoHasNotConfirmedIsSeen) {
  world_.apply(alert("rain-7", "flood warning", circle(0, 1'200)));
  const std::uint64_t order = area_order().order().area_order_id();
  world_.later_s(5);
  const auto confirmed = only(confirm(2, order), v1::Decision::kAreaOrderConfirmed);
  ASSERT_EQ(confirmed.size(), 1U);
  EXPECT_EQ(confirmed[0].area_order_confirmed().told(), 2U);
  EXPECT_EQ(confirmed[0].area_order_confirmed().confirmed(), 1U);
  EXPECT_EQ(area_order().receipts(0).confirmed_at_ms(), 0);
  EXPECT_EQ(area_order().receipts(1).confirmed_at_ms(), world_.now_ms());
  EXPECT_THAT(confirm(2, order), IsEmpty());  // Said twice.
}

TEST_F(Alerts, AUnitThatComesIntoTheAreaIsToldOnce) {
  world_.apply(alert("rain-7", "flood warning", circle(0, 500)));
  EXPECT_THAT(told(world_.position(3, Town::at(300, 0))), ElementsAre(3));
  world_.later_s(1);
  EXPECT_THAT(told(world_.position(3, Town::at(200, 0))), IsEmpty());
  world_.sign_off(2);
  EXPECT_THAT(told(world_.sign_on(2)), IsEmpty());  // Its post lies outside.
}

// Rule: a stand-by ends with the alert: called off, replaced or expired.
TEST_F(Alerts, TheStandByEndsWithTheAlert) {
  world_.apply(alert("rain-7", "flood warning", circle(0, 500)));
  EXPECT_THAT(told(end("rain-7"), true), ElementsAre(1));
  EXPECT_TRUE(world_.engine().snapshot(kRegion).area_orders().empty());
  const auto orders = world_.engine().orders_after(kRegion, UnitId(1), 1);
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_TRUE(orders[0].area_order().over());

  world_.apply(alert("rain-8", "flood warning", circle(0, 500)));
  EXPECT_THAT(told(world_.later_s(3'600), true), ElementsAre(1));
}

TEST_F(Alerts, AnUpdateThatMovesTheAreaReleasesSomeAndTellsOthers) {
  world_.apply(alert("rain-7", "flood warning", circle(0, 500)));
  v1::LogRecord update = alert("rain-8", "flood warning", circle(1'000, 500));
  update.mutable_alert_reported()->mutable_alert()->set_msg_type(v1::AlertReport::MSG_TYPE_UPDATE);
  update.mutable_alert_reported()->mutable_alert()->add_references("rain-7");
  const auto decisions = world_.apply(update);
  EXPECT_THAT(told(decisions, true), ElementsAre(1));
  EXPECT_THAT(told(decisions), ElementsAre(2));
}

// Rule: a stand-by begins with the onset.
TEST_F(Alerts, TonightsFloodPutsNobodyOnStandByBeforeItsOnset) {
  v1::LogRecord record = alert("rain-7", "flood warning", circle(0, 500));
  record.mutable_alert_reported()->mutable_alert()->mutable_info()->set_onset_ms(world_.now_ms() + 1'800'000);
  const auto decisions = world_.apply(record);
  EXPECT_THAT(told(decisions), IsEmpty());
  EXPECT_THAT(only(decisions, v1::Decision::kAreaOrderChanged)[0].area_order_changed().state().warned_post_ids(),
              ElementsAre(1));
  EXPECT_THAT(told(world_.later_s(1'799)), IsEmpty());
  world_.heartbeat(1);
  EXPECT_THAT(told(world_.later_s(1)), ElementsAre(1));
}

TEST_F(Alerts, AnAlertThatIsCalledOffBeforeItsOnsetTellsNobody) {
  v1::LogRecord record = alert("rain-7", "flood warning", circle(0, 500));
  record.mutable_alert_reported()->mutable_alert()->mutable_info()->set_onset_ms(world_.now_ms() + 1'800'000);
  world_.apply(record);
  EXPECT_THAT(told(end("rain-7"), true), IsEmpty());
  EXPECT_THAT(told(world_.later_s(1'801)), IsEmpty());
}

// Rule: the first action that fits decides, with all of its conditions.
TEST_F(Alerts, AGasLeakThatIsLikelyBecomesAnIncidentAndIsToldToAll) {
  const auto decisions = world_.apply(alert("gas-1", "Gas leak", circle(0, 5'000)));
  EXPECT_THAT(told(decisions), ElementsAre(1, 2, 3));
  const auto opened = only(decisions, v1::Decision::kIncidentOpened);
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].incident_opened().incident().severity(), v1::SEVERITY_CRITICAL);
  EXPECT_FALSE(area_order().order().stand_by());

  v1::LogRecord doubtful = alert("gas-2", "Gas leak", circle(0, 5'000));
  doubtful.mutable_alert_reported()->mutable_alert()->mutable_info()->set_certainty(Info::CERTAINTY_POSSIBLE);
  const auto nothing = world_.apply(doubtful);
  EXPECT_THAT(told(nothing), IsEmpty());
  EXPECT_THAT(only(nothing, v1::Decision::kIncidentOpened), IsEmpty());
}

// ---- bad input ----

//   d---c
//    \ /          a bow tie: its sides cross
//    / \.
//   a---b  (a, c, b... )
TEST_F(Alerts, APolygonThatCrossesItselfIsRefusedWithItsSides) {
  const auto decisions =
      world_.apply(alert("rain-7", "flood warning", polygon({{0, 0}, {100, 100}, {100, 0}, {0, 100}})));
  EXPECT_EQ(rejected(decisions), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_THAT(refusal(decisions),
              HasSubstr("area 0 crosses itself: the side from corner 0 meets the side from corner 2"));
  EXPECT_TRUE(world_.engine().snapshot(kRegion).alerts().empty());
}

TEST_F(Alerts, ExpiredAlertsAndAnOnsetAfterTheEndAreRefused) {
  v1::LogRecord old = alert("rain-7", "flood warning", circle(0, 500));
  old.mutable_alert_reported()->mutable_alert()->mutable_info()->set_expires_ms(world_.now_ms() - 1);
  EXPECT_THAT(refusal(world_.apply(old)), HasSubstr("expired before it came"));
  v1::LogRecord late = alert("rain-8", "flood warning", circle(0, 500));
  late.mutable_alert_reported()->mutable_alert()->mutable_info()->set_onset_ms(world_.now_ms() + 3'600'000);
  EXPECT_THAT(refusal(world_.apply(late)), HasSubstr("onset_ms"));
  EXPECT_EQ(rejected(end("nobody")), v1::REJECT_CODE_UNKNOWN_VALUE);
}

TEST_F(Alerts, AReceiptForWhatTheUnitWasNotToldIsRefused) {
  world_.apply(alert("rain-7", "flood warning", circle(0, 500)));
  const std::uint64_t order = area_order().order().area_order_id();
  EXPECT_EQ(rejected(confirm(3, order)), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_EQ(rejected(confirm(1, order + 1)), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_EQ(rejected(confirm(99, order)), v1::REJECT_CODE_UNKNOWN_UNIT);
  end("rain-7");
  EXPECT_EQ(rejected(confirm(1, order)), v1::REJECT_CODE_OUT_OF_RANGE);
}

// ---- one-key alarms ----

class Alarms : public Alerts {
 protected:
  static v1::Premise bank() {
    v1::Premise premise;
    premise.set_premise_id(7);
    premise.set_name("Bank at the corner");
    set(*premise.mutable_position(), Town::at(1'900, 0));
    premise.set_place_class(v1::PLACE_CLASS_MALL);
    premise.add_alarm_points(71);
    premise.add_alarm_points(72);
    premise.add_hazards("armed robbery in 2024");
    premise.add_contacts("guard, extension 9");
    premise.set_keys("with the guard");
    return premise;
  }
  World::Decisions enlist(const v1::Premise& premise) {
    return world_.command("p" + std::to_string(++commands_),
                          [&](v1::OperatorCommand& c) { *c.mutable_register_premise()->mutable_premise() = premise; });
  }
  World::Decisions press(const std::string& event, std::uint64_t point, bool with_place = false) {
    return world_.report(event, Town::at(100, 0), [&](v1::IncidentReported& report) {
      report.set_alarm_point_id(point);
      report.set_severity(v1::SEVERITY_UNSPECIFIED);
      if (!with_place) report.clear_position();
    });
  }
  int commands_ = 0;
};

// Rule: a one-key alarm is critical, at its premise, and the crew reads what it must know in its order.
TEST_F(Alarms, AOneKeyAlarmSendsTwoCarsWithThePremisesNotes) {
  EXPECT_EQ(enlist(bank()).back().premise_changed().premise().name(), "Bank at the corner");
  EXPECT_THAT(assigned_units(press("alarm", 72)), ElementsAre(3, 2));
  const v1::Incident incident = world_.incident("alarm");
  EXPECT_EQ(incident.severity(), v1::SEVERITY_CRITICAL);
  EXPECT_EQ(incident.place_class(), v1::PLACE_CLASS_MALL);
  EXPECT_EQ(incident.position().latitude_e7(), bank().position().latitude_e7());
  EXPECT_EQ(incident.address(), "Bank at the corner");
  EXPECT_EQ(incident.alarm_point_id(), 72U);
  const auto orders = world_.engine().orders_after(kRegion, UnitId(3), 0);
  EXPECT_EQ(orders[0].assignment().incident().premise().keys(), "with the guard");
  EXPECT_THAT(orders[0].assignment().incident().premise().hazards(), ElementsAre("armed robbery in 2024"));
}

TEST_F(Alarms, WhatIsLearntOfThePremiseLaterShowsInTheOpenIncident) {
  enlist(bank());
  press("alarm", 71);
  v1::Premise premise = bank();
  premise.set_notes("the back door is open");
  enlist(premise);
  EXPECT_EQ(world_.incident("alarm").premise().notes(), "the back door is open");
}

TEST_F(Alarms, AnUnknownButtonWithAPlaceStillSendsCarsOneWithoutIsRefused) {
  EXPECT_EQ(assigned_units(press("alarm", 99, true)).size(), 2U);
  EXPECT_FALSE(world_.incident("alarm").has_premise());
  const auto decisions = press("lost", 98);
  EXPECT_EQ(rejected(decisions), v1::REJECT_CODE_UNKNOWN_VALUE);
  EXPECT_THAT(refusal(decisions), HasSubstr("alarm point 98 is not registered"));
}

// Rule: an alarm is never made a further call by likeness.
TEST_F(Alarms, ASecondAlarmOfTheSameBankIsNotLinkedByItself) {
  v1::Policy policy = alert_policy();
  policy.mutable_related()->set_radius_m(300);
  policy.mutable_related()->set_within_ms(600'000);
  policy.mutable_related()->set_suggest_at(500);
  policy.mutable_related()->set_link_at(500);
  world_.activate_policy(policy);
  enlist(bank());
  press("alarm", 71);
  const auto related = only(press("again", 72), v1::Decision::kIncidentRelated);
  ASSERT_EQ(related.size(), 1U);
  EXPECT_EQ(related[0].incident_related().what(), v1::IncidentRelated::WHAT_SUGGESTED);
}

TEST_F(Alarms, APremiseThatIsImpossibleOrTakesAnothersButtonIsRefused) {
  enlist(bank());
  v1::Premise other = bank();
  other.set_premise_id(8);
  EXPECT_THAT(refusal(enlist(other)), HasSubstr("that of premise 7 (Bank at the corner)"));
  other.clear_alarm_points();
  other.add_alarm_points(5);
  other.add_alarm_points(5);
  EXPECT_EQ(rejected(enlist(other)), v1::REJECT_CODE_OUT_OF_RANGE);
  other = bank();
  other.clear_position();
  EXPECT_EQ(rejected(enlist(other)), v1::REJECT_CODE_MISSING_FIELD);
  set(*other.mutable_position(), Town::at(60'000, 0));
  EXPECT_EQ(rejected(enlist(other)), v1::REJECT_CODE_OUTSIDE_REGIONS);
  set(*other.mutable_position(), Town::at(10'000, 0));
  EXPECT_EQ(rejected(enlist(other)), v1::REJECT_CODE_OFF_ROAD);
  other = bank();
  other.set_premise_id(0);
  EXPECT_EQ(rejected(enlist(other)), v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_EQ(world_.engine().snapshot(kRegion).premises_size(), 1);
}

TEST_F(Alarms, ARemovedPremisesButtonIsUnknownAgain) {
  enlist(bank());
  const auto remove = [&](std::uint64_t premise) {
    return world_.command("r" + std::to_string(++commands_),
                          [&](v1::OperatorCommand& c) { c.mutable_remove_premise()->set_premise_id(premise); });
  };
  EXPECT_TRUE(remove(7).back().premise_changed().removed());
  EXPECT_EQ(rejected(remove(7)), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_EQ(rejected(press("alarm", 71)), v1::REJECT_CODE_UNKNOWN_VALUE);
}

}  // namespace
}  // namespace dispatch135::core::testing
