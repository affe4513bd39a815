// Targets that move: sightings, cordons, interception points, and the dispatcher's word. The rule is the policy's
// section `pursuit`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// For crimes of high severity and above. The target drives as a car does; a unit must be there 10 s before it. Cordons
// of 60 and 120 s are tried. 180 km/h is the most; a sighting may be off by 50 m, and is good for 120 s.
v1::Policy pursuit_policy() {
  v1::Policy policy = test_policy();
  v1::PursuitRule& rule = *policy.mutable_pursuit();
  rule.add_categories(v1::CATEGORY_CRIMINAL);
  rule.set_from_severity(v1::SEVERITY_HIGH);
  rule.set_target_speed_pct(100);
  rule.set_max_speed_kmh(180);
  rule.set_place_error_m(50);
  rule.set_stale_after_ms(120'000);
  rule.set_margin_ms(10'000);
  for (const std::int64_t ring : {60'000, 120'000}) rule.add_rings_ms(ring);
  rule.set_most_units(6);
  return policy;
}

void choke_point(v1::Policy& policy, std::uint32_t id, const std::string& name, double x_m, double y_m) {
  v1::ChokePoint& point = *policy.mutable_pursuit()->add_choke_points();
  point.set_id(id);
  point.set_name(name);
  point.set_kind(v1::ChokePoint::KIND_BRIDGE);
  point.mutable_position()->set_latitude_e7(Town::at(x_m, y_m).latitude_e7);
  point.mutable_position()->set_longitude_e7(Town::at(x_m, y_m).longitude_e7);
}

class Pursuits : public ::testing::Test {
 protected:
  void start(const city::CityDraft& draft, const std::vector<std::uint64_t>& units,
             const v1::Policy& policy = pursuit_policy()) {
    world_.emplace(draft, policy);
    for (const std::uint64_t unit : units) world_->sign_on(unit);
    units_ = units;
  }
  World::Decisions robbery(geo::Point at, v1::Severity severity = v1::SEVERITY_HIGH) {
    World::Decisions decided = world_->report("robbery", at, [&](v1::IncidentReported& report) {
      report.set_category(v1::CATEGORY_CRIMINAL);
      report.set_severity(severity);
    });
    incident_ = world_->incident("robbery").incident_id();
    return decided;
  }
  World::Decisions command(const std::function<void(v1::OperatorCommand&)>& fill, const std::string& reason = "seen") {
    return world_->command("c" + std::to_string(++commands_), [&](v1::OperatorCommand& c) {
      c.set_reason(reason);
      fill(c);
    });
  }
  World::Decisions seen(geo::Point at, std::int64_t seconds_ago = 0, bool force = false) {
    return command([&](v1::OperatorCommand& c) {
      v1::ReportSighting& sighting = *c.mutable_report_sighting();
      sighting.set_incident_id(incident_);
      sighting.mutable_position()->set_latitude_e7(at.latitude_e7);
      sighting.mutable_position()->set_longitude_e7(at.longitude_e7);
      if (seconds_ago != 0) sighting.set_seen_at_ms(world_->now_ms() - seconds_ago * 1'000);
      sighting.set_force(force);
    });
  }
  World::Decisions confirm(std::uint32_t plan, const std::vector<std::uint32_t>& points = {}) {
    return command([&](v1::OperatorCommand& c) {
      c.mutable_confirm_pursuit()->set_incident_id(incident_);
      c.mutable_confirm_pursuit()->set_plan(plan);
      for (const std::uint32_t point : points) c.mutable_confirm_pursuit()->add_points(point);
    });
  }
  World::Decisions end() {
    return command([&](v1::OperatorCommand& c) { c.mutable_end_pursuit()->set_incident_id(incident_); });
  }
  // Time passes, and every unit is heard.
  World::Decisions live(int seconds) {
    World::Decisions all;
    for (; seconds > 0; seconds -= 10) {
      World::Decisions decided = world_->later_s(10);
      all.insert(all.end(), decided.begin(), decided.end());
      for (const std::uint64_t unit : units_) {
        if (world_->unit(unit).secondary() != v1::UNIT_SECONDARY_STATUS_OFF_DUTY) world_->heartbeat(unit);
      }
    }
    return all;
  }
  static std::vector<v1::PursuitChanged> changes(const World::Decisions& decisions) {
    std::vector<v1::PursuitChanged> changes;
    for (const v1::Decision& decision : only(decisions, v1::Decision::kPursuitChanged)) {
      changes.push_back(decision.pursuit_changed());
    }
    return changes;
  }
  // The last one that the decisions tell of.
  static v1::Pursuit plan_of(const World::Decisions& decisions) {
    const auto all = changes(decisions);
    return all.empty() ? v1::Pursuit() : all.back().pursuit();
  }
  static std::vector<std::uint64_t> units_of(const v1::Pursuit& plan) {
    std::vector<std::uint64_t> units;
    for (const v1::PursuitPoint& point : plan.points()) units.push_back(point.unit_id());
    return units;
  }
  static std::string why(const World::Decisions& decisions) {
    for (const v1::Decision& decision : decisions) {
      if (decision.has_record_rejected()) return decision.record_rejected().reason();
    }
    return {};
  }
  v1::RegionSnapshot snapshot() { return world_->engine().snapshot(kRegion); }
  v1::Incident incident() { return world_->incident("robbery"); }

  std::optional<World> world_;
  std::vector<std::uint64_t> units_;
  std::uint64_t incident_ = 0;
  int commands_ = 0;
};

//   km  0         1         2         3         4
//       . . 1 . .4. . . . . T . . . . . . . . 2 3 . .    one street, 10 m/s; T: the target
//   Unit 3 takes the robbery itself; unit 4 is off duty.
city::CityDraft one_street() {
  return Town().long_street(45).post(1, 400, 0).post(2, 3'800, 0).post(3, 4'000, 0).post(4, 900, 0).draft();
}

class OnOneStreet : public Pursuits {
 protected:
  void SetUp() override {
    start(one_street(), {1, 2, 3});
    robbery(Town::at(4'400, 0));
    ASSERT_NE(world_->assignment_of(3), 0U);
    world_->acknowledge(3);
  }
  World::Decisions seen_in_the_middle() { return seen(Town::at(2'000, 0), 0, true); }
};

TEST_F(OnOneStreet, ASightingMovesTheIncidentAndWhoeverIsOnTheWayToIt) {
  const auto decided = seen(Town::at(4'000, 0));
  EXPECT_EQ(incident().position().longitude_e7(), Town::at(4'000, 0).longitude_e7);
  EXPECT_EQ(incident().last_sighting().by(), "dispatcher");
  ASSERT_THAT(only(decided, v1::Decision::kAssignmentUpdated), SizeIs(1));
  const auto orders = world_->engine().orders_after(kRegion, UnitId(3), 1);
  ASSERT_THAT(orders, SizeIs(1));
  EXPECT_EQ(orders[0].assignment().incident().position().longitude_e7(), Town::at(4'000, 0).longitude_e7);
  EXPECT_FALSE(orders[0].assignment().has_destination());
}

TEST_F(OnOneStreet, ACordonClosesEveryWayOutOfTheSmallestRingThatUnitsReachBeforeTheTarget) {
  // The ring of 60 s is left at 1.45 and 2.55 km, 55 s away: unit 1 would need 105 s.
  const v1::Pursuit plan = plan_of(seen_in_the_middle());
  EXPECT_EQ(plan.state(), v1::Pursuit::STATE_PROPOSED);
  EXPECT_EQ(plan.ring_ms(), 120'000);
  EXPECT_TRUE(plan.closed());
  EXPECT_EQ(plan.open_ways(), 0U);
  ASSERT_THAT(plan.points(), SizeIs(2));
  EXPECT_THAT(units_of(plan), ::testing::UnorderedElementsAre(1, 2));
  for (const v1::PursuitPoint& point : plan.points()) {
    EXPECT_TRUE(point.cordon());
    EXPECT_EQ(point.state(), v1::PursuitPoint::STATE_PROPOSED);
    EXPECT_LE(point.unit_at_ms() + 10'000, point.target_at_ms());
    EXPECT_NEAR(static_cast<double>(point.target_at_ms() - world_->now_ms()), 115'000, 1'000);
  }
  EXPECT_EQ(world_->assignment_of(1), 0U) << "a dispatcher confirms";
  EXPECT_THAT(snapshot().pursuits(), SizeIs(1));
  EXPECT_EQ(incident().pursuit_plan(), 1U);
}

TEST_F(OnOneStreet, TheOlderASightingIsTheLessTimeTheUnitsHave) {
  live(100);
  const v1::Pursuit plan = plan_of(seen(Town::at(2'000, 0), 30));
  EXPECT_TRUE(plan.closed());
  EXPECT_NEAR(static_cast<double>(plan.points(0).target_at_ms() - world_->now_ms()), 85'000, 1'000);
  live(10);
  EXPECT_TRUE(plan_of(seen(Town::at(2'000, 0), 40)).closed()) << "65 s to the point, 10 s before the target";
  live(20);
  EXPECT_EQ(plan_of(seen(Town::at(2'000, 0), 60)).open_ways(), 1U) << "the other way is 45 s";
  live(20);
  const v1::Pursuit too_old = plan_of(seen(Town::at(2'000, 0), 80));
  EXPECT_EQ(too_old.open_ways(), 2U);
  EXPECT_FALSE(too_old.closed());
}

TEST_F(OnOneStreet, ConfirmedUnitsAreOrderedToTheirPointsAndTakeNoPlaceOfThePlan) {
  const v1::Pursuit plan = plan_of(seen_in_the_middle());
  const auto decided = confirm(1);
  EXPECT_EQ(plan_of(decided).state(), v1::Pursuit::STATE_ORDERED);
  EXPECT_EQ(changes(decided).back().by(), "dispatcher");
  EXPECT_EQ(changes(decided).back().reason(), "seen");
  ASSERT_THAT(only(decided, v1::Decision::kUnitAssigned), SizeIs(2));
  for (const v1::PursuitPoint& point : plan.points()) {
    const auto orders = world_->engine().orders_after(kRegion, UnitId(point.unit_id()), 0);
    ASSERT_THAT(orders, SizeIs(1));
    EXPECT_EQ(orders[0].assignment().destination().longitude_e7(), point.position().longitude_e7());
    EXPECT_THAT(orders[0].assignment().role(), IsEmpty());
  }
  const v1::Incident now = incident();
  for (const v1::Assignment& assignment : now.assignments()) {
    EXPECT_EQ(assignment.has_destination(), assignment.plan_entry() == 0);
  }
  EXPECT_EQ(incident().units_missing(), 0U) << "unit 3 has the plan's only place";
  v1::Route route;
  ASSERT_FALSE(world_->engine().route(kRegion, UnitId(1), route).has_value());
  EXPECT_NEAR(static_cast<double>(route.time_ms()), 45'000, 1'000) << "to its point, not to the incident";
}

TEST_F(OnOneStreet, WhoBlocksAWayIsNotTheFirstOnScene) {
  seen_in_the_middle();
  confirm(1);
  for (const std::uint64_t unit : {1, 2}) {
    world_->acknowledge(unit);
    world_->en_route(unit);
    world_->on_scene(unit);
  }
  EXPECT_EQ(incident().first_on_scene_at_ms(), 0);
  EXPECT_NE(incident().status(), v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
  EXPECT_THAT(only(live(310), v1::Decision::kDeadlineBreached), SizeIs(1)) << "the incident's own unit is not there";
}

TEST_F(OnOneStreet, FeedbackOfWhoBlockedAWayDoesNotCloseTheIncident) {
  seen_in_the_middle();
  confirm(1);
  world_->acknowledge(1);
  world_->en_route(1);
  world_->on_scene(1);
  world_->decline(3);
  world_->feedback(1);
  EXPECT_NE(incident().status(), v1::INCIDENT_STATUS_CLOSED);
}

TEST_F(OnOneStreet, OnlyTheNamedPointsAreOrdered) {
  const v1::Pursuit plan = plan_of(seen_in_the_middle());
  confirm(1, {2});
  EXPECT_EQ(world_->assignment_of(plan.points(0).unit_id()), 0U);
  EXPECT_NE(world_->assignment_of(plan.points(1).unit_id()), 0U);
  EXPECT_EQ(rejected(confirm(1, {2})), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "ordered already";
  EXPECT_EQ(rejected(confirm(1, {3})), v1::REJECT_CODE_OUT_OF_RANGE) << "there is no such point";
  EXPECT_EQ(rejected(confirm(1, {1})), v1::REJECT_CODE_UNSPECIFIED);
}

TEST_F(OnOneStreet, AnOlderPlanThanTheNewestIsRefused) {
  seen_in_the_middle();
  live(10);
  const auto decided = seen(Town::at(2'100, 0));
  ASSERT_THAT(changes(decided), SizeIs(2));
  EXPECT_EQ(changes(decided)[0].pursuit().state(), v1::Pursuit::STATE_REPLACED);
  EXPECT_EQ(changes(decided)[1].pursuit().plan(), 2U);
  const auto refused = confirm(1);
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_THAT(why(refused), HasSubstr("look at plan 2"));
  EXPECT_EQ(world_->assignment_of(1), 0U);
}

TEST_F(OnOneStreet, ASightingThatJumpsIsRefusedUnlessADispatcherIsCertain) {
  seen_in_the_middle();
  live(20);
  // 1.5 km in 20 s is 270 km/h; 180 km/h and twice 50 m allow 1.1 km.
  const auto refused = seen(Town::at(500, 0));
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_THAT(why(refused), ::testing::AllOf(HasSubstr("operator dispatcher"), HasSubstr("1501 m"), HasSubstr("20 s"),
                                             HasSubstr("forces it")));
  EXPECT_EQ(incident().position().longitude_e7(), Town::at(2'000, 0).longitude_e7);
  const auto forced = seen(Town::at(500, 0), 0, true);
  EXPECT_TRUE(plan_of(forced).sighting().forced());
  EXPECT_EQ(incident().position().longitude_e7(), Town::at(500, 0).longitude_e7);
}

TEST_F(OnOneStreet, SightingsOfTheFutureOfLongAgoOrOlderThanTheNewestAreRefused) {
  live(200);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 0), -60)), v1::REJECT_CODE_TIME_FAR_OFF);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 0), 121)), v1::REJECT_CODE_TIME_FAR_OFF);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 0), 20)), v1::REJECT_CODE_UNSPECIFIED);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 0), 30)), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 5'000))), v1::REJECT_CODE_OFF_ROAD);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 60'000))), v1::REJECT_CODE_OUTSIDE_REGIONS);
}

TEST_F(OnOneStreet, AMovedReportIsASightingAndMayJumpNeither) {
  const auto decided = world_->move("robbery", Town::at(2'000, 0));
  EXPECT_EQ(plan_of(decided).sighting().by(), "110");
  EXPECT_EQ(plan_of(decided).ring_ms(), 120'000);
  world_->later_s(5);
  EXPECT_EQ(rejected(world_->move("robbery", Town::at(500, 0))), v1::REJECT_CODE_OUT_OF_RANGE);
}

TEST_F(OnOneStreet, AnOfficersDeviceReportsWhatHeSees) {
  v1::LogRecord record;
  record.set_region(kRegion.value());
  v1::SightingReported& sighting = *record.mutable_sighting_reported();
  sighting.set_unit_id(3);
  sighting.mutable_position()->set_latitude_e7(Town::at(2'000, 0).latitude_e7);
  sighting.mutable_position()->set_longitude_e7(Town::at(2'000, 0).longitude_e7);
  EXPECT_EQ(plan_of(world_->apply(record)).sighting().unit_id(), 3U) << "of its own incident";
  sighting.set_unit_id(1);
  EXPECT_EQ(rejected(world_->apply(record)), v1::REJECT_CODE_UNKNOWN_INCIDENT) << "unit 1 has none";
  sighting.set_incident_id(incident_);
  EXPECT_EQ(plan_of(world_->apply(record)).sighting().unit_id(), 1U);
}

TEST_F(OnOneStreet, AUnitThatDeclinesLeavesItsPointOpenAndAnotherIsProposed) {
  const v1::Pursuit plan = plan_of(seen_in_the_middle());
  confirm(1);
  world_->feedback(3);  // Free again, at the eastern end.
  const auto decided = world_->decline(2);
  const auto told = changes(decided);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().cause(), v1::PursuitChanged::CAUSE_UNIT_LOST);
  const v1::Pursuit& now = told.back().pursuit();
  EXPECT_EQ(now.state(), v1::Pursuit::STATE_ORDERED);
  EXPECT_EQ(now.points(0).unit_id(), 1U) << "the other stays where it is";
  EXPECT_EQ(now.points(0).state(), v1::PursuitPoint::STATE_ORDERED);
  ASSERT_THAT(now.points(), SizeIs(2));
  EXPECT_EQ(now.points(1).unit_id(), 3U);
  EXPECT_EQ(now.points(1).state(), v1::PursuitPoint::STATE_PROPOSED);
  EXPECT_TRUE(now.closed());
  EXPECT_EQ(plan.plan() + 1, now.plan());
}

TEST_F(OnOneStreet, AProposedUnitThatSignsOffIsReplacedAndTheWayIsSaidToBeOpen) {
  seen_in_the_middle();
  const v1::Pursuit plan = plan_of(world_->sign_off(1));
  EXPECT_EQ(plan.plan(), 2U);
  EXPECT_FALSE(plan.closed());
  EXPECT_EQ(plan.open_ways(), 1U);
  EXPECT_THAT(units_of(plan), ::testing::UnorderedElementsAre(0, 2));
}

TEST_F(OnOneStreet, ANewSightingKeepsWhoIsBeforeTheTargetAndMovesTheOther) {
  seen_in_the_middle();
  confirm(1);
  for (const std::uint64_t unit : {1, 2}) {
    world_->acknowledge(unit);
    world_->en_route(unit);
  }
  live(10);
  const std::uint64_t kept = world_->assignment_of(1);
  // 100 m to the west: the block in the east lies beyond the ring now.
  const v1::Pursuit plan = plan_of(seen(Town::at(1'900, 0)));
  EXPECT_EQ(plan.state(), v1::Pursuit::STATE_ORDERED);
  EXPECT_TRUE(plan.closed());
  ASSERT_THAT(units_of(plan), ElementsAre(1, 2));
  EXPECT_EQ(plan.points(0).state(), v1::PursuitPoint::STATE_ORDERED);
  EXPECT_EQ(plan.points(1).state(), v1::PursuitPoint::STATE_PROPOSED);
  EXPECT_EQ(rejected(confirm(2)), v1::REJECT_CODE_UNSPECIFIED);
  EXPECT_EQ(world_->assignment_of(1), kept);
  const auto orders = world_->engine().orders_after(kRegion, UnitId(2), 1);
  ASSERT_THAT(orders, SizeIs(2));
  EXPECT_TRUE(orders[0].has_cancel());
  EXPECT_EQ(orders[1].assignment().destination().longitude_e7(), plan.points(1).position().longitude_e7());
}

class OnOneStreetWithAShortRing : public OnOneStreet {
 protected:
  // Units 1 and 2 block the street on both sides of the target; then it is seen in the far west, in another vehicle.
  v1::Pursuit seen_elsewhere() {
    v1::Policy policy = pursuit_policy();
    policy.mutable_pursuit()->clear_rings_ms();
    policy.mutable_pursuit()->add_rings_ms(30'000);
    world_->activate_policy(policy);
    world_->position(1, Town::at(1'700, 0));
    world_->position(2, Town::at(2'300, 0));
    EXPECT_TRUE(plan_of(seen_in_the_middle()).closed());
    confirm(1);
    live(10);
    world_->sign_on(4);
    return plan_of(seen(Town::at(600, 0), 0, true));
  }
};

TEST_F(OnOneStreetWithAShortRing, WhoIsNotNeededAnyMoreIsStoodDownWhenTheNewPlanIsConfirmed) {
  const v1::Pursuit plan = seen_elsewhere();
  EXPECT_THAT(plan.released_unit_ids(), ElementsAre(1, 2));
  confirm(2);
  EXPECT_EQ(world_->assignment_of(1), 0U);
  EXPECT_EQ(world_->assignment_of(2), 0U);
  EXPECT_NE(world_->assignment_of(4), 0U);
}

TEST_F(OnOneStreetWithAShortRing, NobodyIsStoodDownWhenOnlyNamedPointsAreConfirmed) {
  const v1::Pursuit plan = seen_elsewhere();
  const auto point = std::find_if(plan.points().begin(), plan.points().end(),
                                  [](const v1::PursuitPoint& p) { return p.unit_id() == 4; });
  ASSERT_NE(point, plan.points().end());
  confirm(2, {point->number()});
  EXPECT_NE(world_->assignment_of(1), 0U);
  EXPECT_NE(world_->assignment_of(4), 0U);
}

TEST_F(OnOneStreetWithAShortRing, TheEndOfThePursuitStandsDownWhoBlocksAWayAndNobodyElse) {
  seen_elsewhere();
  EXPECT_EQ(rejected(end()), v1::REJECT_CODE_UNSPECIFIED);
  EXPECT_EQ(world_->assignment_of(1), 0U);
  EXPECT_EQ(world_->assignment_of(2), 0U);
  EXPECT_NE(world_->assignment_of(3), 0U) << "who is at the incident itself stays";
  EXPECT_THAT(snapshot().pursuits(), IsEmpty());
  EXPECT_EQ(rejected(end()), v1::REJECT_CODE_ILLEGAL_TRANSITION);
}

TEST_F(OnOneStreet, TheEndOfTheIncidentEndsThePursuitAndItsUnitsAreToldToStop) {
  seen_in_the_middle();
  confirm(1);
  const auto decided = command([&](v1::OperatorCommand& c) {
    c.mutable_close()->set_incident_id(incident_);
    c.mutable_close()->set_disposition(v1::DISPOSITION_HANDLED);
  });
  EXPECT_EQ(changes(decided).back().cause(), v1::PursuitChanged::CAUSE_INCIDENT);
  EXPECT_EQ(plan_of(decided).state(), v1::Pursuit::STATE_ENDED);
  EXPECT_TRUE(world_->engine().orders_after(kRegion, UnitId(1), 1).at(0).has_cancel());
  EXPECT_THAT(snapshot().pursuits(), IsEmpty());
}

TEST_F(OnOneStreet, AProposalLapsesWithItsSighting) {
  seen_in_the_middle();
  const auto decided = live(130);
  EXPECT_EQ(changes(decided).back().cause(), v1::PursuitChanged::CAUSE_STALE);
  EXPECT_EQ(rejected(confirm(1)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(incident().pursuit_plan(), 0U);
}

TEST_F(OnOneStreet, WhoWasOrderedStaysWhenTheSightingIsTooOld) {
  seen_in_the_middle();
  confirm(1, {1});
  world_->acknowledge(world_->assignment_of(1) != 0 ? 1 : 2);
  live(130);
  EXPECT_THAT(snapshot().pursuits(), SizeIs(1));
  EXPECT_EQ(rejected(confirm(1, {2})), v1::REJECT_CODE_TIME_FAR_OFF);
}

TEST_F(OnOneStreet, AnotherPolicyThatAllowsNoneEndsWhatIsOnlyProposed) {
  seen_in_the_middle();
  const auto decided = world_->activate_policy(test_policy());
  EXPECT_EQ(changes(decided).back().cause(), v1::PursuitChanged::CAUSE_POLICY);
  EXPECT_EQ(rejected(seen(Town::at(2'000, 0))), v1::REJECT_CODE_NOT_ALLOWED);
}

TEST_F(OnOneStreet, EveryUseIsAuditedWithTheNameAndTheReason) {
  const auto refused = command(
      [&](v1::OperatorCommand& c) {
        c.mutable_report_sighting()->set_incident_id(incident_);
        c.mutable_report_sighting()->mutable_position()->set_latitude_e7(Town::at(2'000, 0).latitude_e7);
      },
      "");
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_THAT(why(refused), HasSubstr("refused to operator dispatcher: say why"));
  const auto taken = only(seen_in_the_middle(), v1::Decision::kCommandApplied);
  ASSERT_THAT(taken, SizeIs(1));
  EXPECT_EQ(taken[0].command_applied().operator_id(), "dispatcher");
  EXPECT_EQ(taken[0].command_applied().reason(), "seen");
  EXPECT_EQ(taken[0].command_applied().incident_id(), incident_);
}

TEST_F(Pursuits, OnlyIncidentsThatThePolicyAllowsHaveAMovingTarget) {
  start(one_street(), {1, 2, 3});
  robbery(Town::at(4'400, 0), v1::SEVERITY_MEDIUM);
  const auto refused = seen(Town::at(4'000, 0));
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_NOT_ALLOWED);
  EXPECT_THAT(why(refused), ::testing::AllOf(HasSubstr("policy 'test'"), HasSubstr("SEVERITY_MEDIUM"),
                                             HasSubstr("operator dispatcher")));
  EXPECT_THAT(only(world_->move("robbery", Town::at(4'000, 0)), v1::Decision::kPursuitChanged), IsEmpty())
      << "it moves as any incident does";
}

//              w1                                            e1
//               \                                            /           w1-w3 and e1-e3 lie 4 km out
//       w2 ------ w ======== a --- b --- c ======== e ------ e2          ====  the only two bridges of the island
//               /            |     T     |            \                  T     the target, 150 m below b
//              w3            d --- f --- g             e3
//     m    -4000  -1000      0    300   600  (down to -300)  1600  4600
city::CityDraft island() {
  Town town;
  const auto a = town.junction(0, 0), b = town.junction(300, 0), c = town.junction(600, 0);
  const auto d = town.junction(0, -300), f = town.junction(300, -300), g = town.junction(600, -300);
  const auto w = town.junction(-1'000, 0), e = town.junction(1'600, 0);
  town.street(a, b).street(b, c).street(a, d).street(b, f).street(c, g).street(d, f).street(f, g);
  town.street(w, a).street(c, e);
  for (const double y : {-1'000.0, 0.0, 1'000.0}) {
    town.street(w, town.junction(-4'000, y));
    town.street(e, town.junction(4'600, y));
  }
  return town.post(1, -900, 0).post(2, 1'500, 0).post(3, 300, -300).post(4, 0, 0).draft();
}

v1::Policy island_policy() {
  v1::Policy policy = pursuit_policy();
  choke_point(policy, 7, "West Bridge", -600, 0);
  choke_point(policy, 8, "East Bridge", 1'200, 0);
  return policy;
}

TEST_F(Pursuits, AnIslandIsClosedAtItsBridgesWhichAreNamed) {
  start(island(), {1, 2, 3}, island_policy());
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  EXPECT_TRUE(plan.closed());
  EXPECT_EQ(plan.ring_ms(), 60'000);
  ASSERT_THAT(plan.points(), SizeIs(2));
  for (const v1::PursuitPoint& point : plan.points()) {
    EXPECT_EQ(point.kind(), v1::ChokePoint::KIND_BRIDGE);
    EXPECT_EQ(point.unit_id(), point.choke_point_id() == 7 ? 1U : 2U);
    EXPECT_EQ(point.name(), point.choke_point_id() == 7 ? "West Bridge" : "East Bridge");
  }
}

TEST_F(Pursuits, WaysThatNobodyClosesInTimeAreSaidToBeOpen) {
  start(island(), {2, 3}, island_policy());
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  EXPECT_FALSE(plan.closed());
  EXPECT_EQ(plan.open_ways(), 1U);
  for (const v1::PursuitPoint& point : plan.points()) {
    EXPECT_EQ(point.state(),
              point.choke_point_id() == 7 ? v1::PursuitPoint::STATE_OPEN : v1::PursuitPoint::STATE_PROPOSED);
  }
}

TEST_F(Pursuits, ABridgeIsAnInterceptionPointForWhoIsThereBeforeTheTarget) {
  // The ring of 240 s reaches beyond the bridges, where three streets leave each of them: too many for the units.
  v1::Policy policy = island_policy();
  policy.mutable_pursuit()->clear_rings_ms();
  policy.mutable_pursuit()->add_rings_ms(240'000);
  policy.mutable_pursuit()->set_most_units(2);
  start(island(), {1, 2, 3}, policy);
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  std::vector<std::string> bridges;
  for (const v1::PursuitPoint& point : plan.points()) {
    if (point.unit_id() == 0) continue;
    bridges.push_back(point.name());
    EXPECT_LE(point.unit_at_ms() + 10'000, point.target_at_ms()) << point.name();
    EXPECT_GT(point.behind_permille(), 0U);
  }
  EXPECT_THAT(bridges, ::testing::UnorderedElementsAre("West Bridge", "East Bridge"));
}

TEST_F(Pursuits, AUnitThatWouldComeAfterTheTargetIsNotProposed) {
  v1::Policy policy = island_policy();
  policy.mutable_pursuit()->set_margin_ms(70'000);
  start(island(), {1, 2, 3}, policy);
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  EXPECT_THAT(units_of(plan), ElementsAre(0, 0)) << "30 s to the bridges, and the target 95 s";
  EXPECT_FALSE(plan.closed());
}

//       0 -------- 1 -------- 2 -------- 3        one way to the east; the target at the middle of 1-2
//              <   unit 1        unit 2 >
TEST_F(Pursuits, WhoFleesTheWrongWayOnlyCountsWhereThePolicyExpectsIt) {
  Town town;
  std::vector<std::uint32_t> j;
  for (int i = 0; i < 12; ++i) j.push_back(town.junction(i * 500.0, 0));
  for (std::size_t i = 0; i + 1 < j.size(); ++i) town.one_way(j[i], j[i + 1]);
  // A way back, so that all is connected.
  const auto back1 = town.junction(5'500, 8'000), back0 = town.junction(0, 8'000);
  town.one_way(j.back(), back1).one_way(back1, back0).one_way(back0, j.front());
  town.post(1, 1'000, 0).post(2, 3'500, 0).post(3, 2'400, 0);
  v1::Policy policy = pursuit_policy();
  start(town.draft(), {1, 2, 3}, policy);
  robbery(Town::at(2'750, 0));
  EXPECT_THAT(units_of(plan_of(seen(Town::at(2'750, 0)))), ElementsAre(2)) << "one way out, to the east";
  policy.mutable_pursuit()->set_against_one_way(true);
  world_->activate_policy(policy);
  live(10);
  const v1::Pursuit plan = plan_of(seen(Town::at(2'750, 0)));
  EXPECT_EQ(plan.points_size(), 2) << "the way back is one too";
}

}  // namespace
}  // namespace dispatch135::core::testing
