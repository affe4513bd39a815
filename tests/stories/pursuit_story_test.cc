// Targets that move: sightings, plans, and the dispatcher's word. The rule is the policy's section `pursuit`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/stories/pursuits.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

}  // namespace
}  // namespace dispatch135::core::testing
