// What becomes of a plan for a target on the move: units that are lost, new sightings, its end, and who is kept in the
// log.
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

}  // namespace
}  // namespace dispatch135::core::testing
