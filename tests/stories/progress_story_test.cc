// Signed for: is it moving, will it be in time, is it there? In the words of the command centre.
//
//   x=0                                     x=2000                        x=5000   x=6000
//   1 . . . . . . . . . . . . . . . . . . . . X . . . . . . . . . . . . . . 2 . . . . 3
//
// 100 m are 10 s by car. The deadline is five minutes after the call unless said otherwise.
#include "tests/stories/watched_road.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Warned = v1::AssignmentWarned;

// The town's streets are some tenths of a per cent longer or shorter than drawn.
constexpr double kRounding = 1'500;

class Progress : public WatchedRoad {};

TEST_F(Progress, AUnitThatHasSignedAndStandsIsWarnedOfAfterMoveWithin) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  EXPECT_THAT(warnings(stand(world, 1, 0, 19)), IsEmpty());
  const auto warned = warnings(stand(world, 1, 0, 1));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].kind(), Warned::KIND_NOT_MOVING);
  EXPECT_TRUE(warned[0].stands());
  EXPECT_EQ(warned[0].unit_id(), 1U);
  EXPECT_EQ(warned[0].moved_m(), 0U);
  EXPECT_NEAR(static_cast<double>(warned[0].left_ms()), 200e3, kRounding);
  EXPECT_EQ(world.engine().snapshot(kRegion).warnings_size(), 1);
}

TEST_F(Progress, TheWarningIsOverOnceItMoves) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  stand(world, 1, 0, 20);
  const auto warned = warnings(drive(world, 1, 0, 200, 20));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].kind(), Warned::KIND_NOT_MOVING);
  EXPECT_FALSE(warned[0].stands());
  EXPECT_EQ(world.engine().snapshot(kRegion).warnings_size(), 0);
}

TEST_F(Progress, AFewMetresBesideThePostAreNotMoving) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  EXPECT_THAT(warnings(drive(world, 1, 0, 45, 20)), ::testing::SizeIs(1));
}

TEST_F(Progress, WhoSaysThatItIsUnderWayIsTakenAtItsWord) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  EXPECT_THAT(warnings(stand(world, 1, 0, 30)), IsEmpty());
}

TEST_F(Progress, DrivingTheWrongWayIsWarnedOfWithTheTimeThatWasLost) {
  World world(town(), watching_policy());
  world.sign_on(2);
  world.position(2, Town::at(5'000, 0));
  world.report("e1", Town::at(3'000, 0));
  world.acknowledge(2);
  world.en_route(2);
  EXPECT_THAT(warnings(drive(world, 2, 5'000, 4'800, 20)), IsEmpty());
  const auto warned = warnings(drive(world, 2, 4'800, 5'200, 40));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].kind(), Warned::KIND_MOVING_AWAY);
  EXPECT_NEAR(static_cast<double>(warned[0].best_left_ms()), 180e3, kRounding);
  EXPECT_GT(warned[0].left_ms(), 200'000);
  // It turns round.
  const auto over = warnings(drive(world, 2, 5'200, 4'900, 20));
  ASSERT_EQ(over.size(), 1U);
  EXPECT_FALSE(over[0].stands());
}

// Foreseen: 200 s; the deadline is after 300 s. At half the speed the arrival slips by 10 s in each 20 s.
TEST_F(Progress, AJamIsNoMatterUntilTheArrivalSlipsPastTheDeadline) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  EXPECT_THAT(warnings(drive(world, 1, 0, 1'000, 200)), IsEmpty());  // Expected at 300 s now.
  const std::int64_t opened_at = world.incident("e1").opened_at_ms();
  const auto after_ms = [opened_at](std::int64_t at_ms) { return static_cast<double>(at_ms - opened_at); };
  EXPECT_NEAR(after_ms(world.incident("e1").assignments(0).expected_at_ms()), 300e3, kRounding);
  const auto warned = warnings(drive(world, 1, 1'000, 1'200, 40));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].kind(), Warned::KIND_ETA_SLIPPING);
  EXPECT_EQ(warned[0].deadline_at_ms() - opened_at, 300'000);
  EXPECT_NEAR(after_ms(warned[0].foreseen_at_ms()), 200e3, kRounding);
  EXPECT_NEAR(after_ms(warned[0].expected_at_ms()), 318e3, 3e3);
}

TEST_F(Progress, WhoWasForeseenTooLateIsNotBlamedForComingAsForeseen) {
  World world(town(), watching_policy());
  world.sign_on(3);
  world.position(3, Town::at(6'000, 0));
  world.report("e1", Town::at(2'000, 0));  // 400 s.
  world.acknowledge(3);
  world.en_route(3);
  EXPECT_THAT(warnings(drive(world, 3, 6'000, 2'100, 390)), IsEmpty());
}

TEST_F(Progress, AWarningThatStandsTooLongSendsOneMoreUnitAndOnlyOne) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.sign_on(2);
  world.sign_on(3);
  for (int i = 0; i < 59; ++i) {
    stand(world, 1, 0, 1);
    if (i % 20 == 0) {
      world.heartbeat(2);
      world.heartbeat(3);
    }
  }
  const auto decisions = stand(world, 1, 0, 1);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  const auto warned = warnings(decisions);
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].kind(), Warned::KIND_NOT_MOVING);
  EXPECT_TRUE(warned[0].reinforced());
  world.acknowledge(2);
  world.en_route(2);
  world.heartbeat(3);
  EXPECT_THAT(assigned_units(stand(world, 1, 0, 50)), IsEmpty());
  EXPECT_EQ(world.incident("e1").assignments_size(), 2);
}

TEST_F(Progress, AGreatSlipSendsOneMoreUnitAtOnce) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  drive(world, 1, 0, 1'000, 100);
  // An accident: from here on it crawls at 1 m/s.
  bool sent = false;
  Decisions at_once;
  world.sign_on(2);
  for (int s = 0; s < 400 && !sent; ++s) {
    at_once = drive(world, 1, 1'000 + s, 1'001 + s, 1);
    if (s % 20 == 0) world.heartbeat(2);
    sent = !assigned_units(at_once).empty();
  }
  ASSERT_TRUE(sent);
  const auto warned = warnings(at_once);
  ASSERT_FALSE(warned.empty());
  EXPECT_TRUE(warned.back().reinforced());
  const std::int64_t slip = warned.back().expected_at_ms() - warned.back().deadline_at_ms();
  EXPECT_TRUE(slip > 90'000 || world.now_ms() - warned.back().since_ms() >= 40'000) << slip;
}

TEST_F(Progress, TheReinforcementTakesThePlaceOfTheUnitThatFallsOut) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  for (const std::uint64_t unit : {2, 3}) world.sign_on(unit);
  for (int i = 0; i < 60; ++i) {
    stand(world, 1, 0, 1);
    if (i % 20 == 0) {
      for (const std::uint64_t unit : {2, 3}) world.heartbeat(unit);
    }
  }
  ASSERT_EQ(world.unit(2).incident_id(), world.unit(1).incident_id());
  const auto decisions = world.decline(1);
  EXPECT_THAT(assigned_units(decisions), IsEmpty());
  EXPECT_EQ(world.incident("e1").units_missing(), 0U);
}

TEST_F(Progress, NobodyIsBlamedForARoadThatWasClosed) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  drive(world, 1, 0, 500, 50);
  world.command("close", [](v1::OperatorCommand& c) {
    v1::ChangeStreets& change = *c.mutable_change_streets();
    change.mutable_piece()->mutable_at()->set_latitude_e7(Town::at(1'550, 0).latitude_e7);
    change.mutable_piece()->mutable_at()->set_longitude_e7(Town::at(1'550, 0).longitude_e7);
    change.set_closed(true);
  });
  const auto warned = warnings(drive(world, 1, 500, 600, 10));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].kind(), Warned::KIND_NO_WAY);
  EXPECT_EQ(warned[0].left_ms(), -1);
}

TEST_F(Progress, ThreePositionsAtThePlaceAreAnArrivalAndStopTheClock) {
  World world(town(), watching_policy());
  send(world, 1, 500);
  world.en_route(1);
  drive(world, 1, 0, 460, 46);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_EN_ROUTE);  // 440, 450, 460: two are within 60 m.
  const auto there = drive(world, 1, 470, 480, 2);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  EXPECT_FALSE(only(there, v1::Decision::kIncidentChanged).empty());
  const v1::Incident incident = world.incident("e1");
  EXPECT_EQ(incident.status(), v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
  EXPECT_NE(incident.first_on_scene_at_ms(), 0);
  EXPECT_EQ(incident.assignments(0).arrived_by_position_at_ms(), incident.assignments(0).on_scene_at_ms());
  EXPECT_EQ(incident.assignments(0).arrived_by_report_at_ms(), 0);
  EXPECT_THAT(only(world.later_s(300), v1::Decision::kDeadlineBreached), IsEmpty());
}

TEST_F(Progress, TheReportThatFollowsIsKeptBesideThePosition) {
  World world(town(), watching_policy());
  send(world, 1, 500);
  drive(world, 1, 0, 500, 50);
  const v1::Assignment by_position = world.incident("e1").assignments(0);
  world.later_s(7);
  const auto told = world.on_scene(1);
  EXPECT_EQ(rejected(told), v1::REJECT_CODE_UNSPECIFIED);
  const v1::Assignment both = world.incident("e1").assignments(0);
  EXPECT_EQ(both.on_scene_at_ms(), by_position.on_scene_at_ms());
  EXPECT_EQ(both.arrived_by_position_at_ms(), by_position.arrived_by_position_at_ms());
  EXPECT_EQ(both.arrived_by_report_at_ms(), world.now_ms());
  EXPECT_EQ(only(told, v1::Decision::kIncidentChanged).size(), 1U);
}

TEST_F(Progress, AndThePositionThatFollowsIsKeptBesideTheReport) {
  World world(town(), watching_policy());
  send(world, 1, 500);
  drive(world, 1, 0, 300, 30);
  world.on_scene(1);
  const std::int64_t said_at = world.now_ms();
  drive(world, 1, 300, 500, 20);
  const v1::Assignment both = world.incident("e1").assignments(0);
  EXPECT_EQ(both.on_scene_at_ms(), said_at);
  EXPECT_EQ(both.arrived_by_report_at_ms(), said_at);
  EXPECT_GT(both.arrived_by_position_at_ms(), said_at);
}

TEST_F(Progress, DrivingPastIsNotArriving) {
  World world(town(), watching_policy());
  send(world, 1, 500);
  world.en_route(1);
  drive(world, 1, 0, 400, 40);
  drive(world, 1, 400, 1'000, 8);  // 75 m in each report: at most two within 60 m.
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_EN_ROUTE);
}

TEST_F(Progress, WhoHasNotSignedDoesNotArriveByStandingThere) {
  World world(town(), watching_policy());
  world.sign_on(1);
  world.report("e1", Town::at(20, 0));
  stand(world, 1, 20, 5);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_DISPATCHED);
}

TEST_F(Progress, AnIncidentThatMovesIsNotReachedByHavingBeenNear) {
  World world(town(), watching_policy());
  send(world, 1, 500);
  world.en_route(1);
  drive(world, 1, 0, 460, 46);
  world.move("e1", Town::at(900, 0));
  stand(world, 1, 470, 5);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_EN_ROUTE);
}

TEST_F(Progress, AStalePositionIsNotUsedToReckonTheArrival) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  drive(world, 1, 0, 100, 10);
  // No position any more for longer than the limit; the officer's words show that the device is there.
  Decisions all;
  for (int i = 0; i < 4; ++i) {
    const auto later = world.later_s(40);
    all.insert(all.end(), later.begin(), later.end());
    world.en_route(1);
  }
  ASSERT_TRUE(world.unit(1).position_stale());
  const v1::Assignment assignment = world.incident("e1").assignments(0);
  EXPECT_EQ(assignment.expected_at_ms(), assignment.assigned_at_ms() + assignment.eta_ms());
}

TEST_F(Progress, APolicyWithoutTheSectionWatchesNobody) {
  World world(town());
  send(world, 1, 500);
  EXPECT_THAT(warnings(stand(world, 1, 0, 120)), IsEmpty());
  stand(world, 1, 500, 20);
  EXPECT_EQ(world.unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION);
  world.on_scene(1);
  EXPECT_EQ(world.incident("e1").assignments(0).arrived_by_report_at_ms(), 0);
}

TEST_F(Progress, ANewPolicyWithoutTheSectionEndsWhatStands) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  stand(world, 1, 0, 25);
  world.activate_policy();
  const auto warned = warnings(stand(world, 1, 0, 10));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_FALSE(warned[0].stands());
}

TEST_F(Progress, AContradictoryRuleIsRefusedWithItsField) {
  const auto refusal = [](const std::function<void(v1::ProgressRule&)>& spoil) {
    v1::Policy policy = watching_policy();
    spoil(*policy.mutable_progress());
    World world(town());
    const auto decisions = world.activate_policy(policy);
    EXPECT_EQ(rejected(decisions), v1::REJECT_CODE_BAD_POLICY);
    return decisions.front().record_rejected().reason();
  };
  using ::testing::HasSubstr;
  EXPECT_THAT(refusal([](auto& r) { r.set_check_every_ms(0); }), HasSubstr("policy.progress.check_every_ms"));
  EXPECT_THAT(refusal([](auto& r) { r.set_move_distance_m(0); }), HasSubstr("policy.progress.move_distance_m"));
  EXPECT_THAT(refusal([](auto& r) { r.set_reinforce_slip_ms(1); }), HasSubstr("policy.progress.reinforce_slip_ms"));
  EXPECT_THAT(refusal([](auto& r) { r.set_arrival_reports(0); }), HasSubstr("policy.progress.arrival_reports"));
  EXPECT_THAT(refusal([](auto& r) { r.set_arrival_radius_m(5'000); }), HasSubstr("policy.progress.arrival_radius_m"));
  EXPECT_THAT(refusal([](auto& r) { r.set_safety_answer_within_ms(0); }),
              HasSubstr("policy.progress.safety_answer_within_ms"));
  EXPECT_THAT(refusal([](auto& r) { r.set_slip_ms(-1); }), HasSubstr("policy.progress.slip_ms"));
}

}  // namespace
}  // namespace dispatch135::core::testing
