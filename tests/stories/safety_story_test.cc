// Is the officer well? Whoever is on scene without a word is asked; whoever does not answer is a matter for the command
// centre. The road is that of progress_story_test.cc.
#include "tests/stories/watched_road.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Checked = v1::UnitChecked;

class Safety : public WatchedRoad {
 protected:
  void be_on_scene(World& world) {
    send(world, 1, 100);
    world.on_scene(1);
  }
  // The device goes on telling that it is there, by itself.
  static Decisions beat(World& world, int seconds) {
    Decisions all;
    for (int s = 0; s < seconds; s += 10) {
      for (const Decisions& more : {world.later_s(10), world.heartbeat(1)}) {
        all.insert(all.end(), more.begin(), more.end());
      }
    }
    return all;
  }
};

TEST_F(Safety, AnOfficerOnSceneWithoutAWordIsAskedAlthoughTheDeviceIsHeard) {
  World world(town(), watching_policy());
  be_on_scene(world);
  const std::uint64_t orders = world.unit(1).last_order_sequence();
  EXPECT_THAT(checks(beat(world, 290)), IsEmpty());
  const auto asked = checks(beat(world, 10));
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].what(), Checked::WHAT_ASKED);
  EXPECT_EQ(asked[0].cause(), v1::CHECK_CAUSE_NO_WORD);
  EXPECT_EQ(asked[0].answer_by_ms(), world.now_ms() + 30'000);
  EXPECT_EQ(asked[0].order_sequence(), orders + 1);
  EXPECT_EQ(world.unit(1).check_id(), asked[0].check_id());
  const auto to_device = world.engine().orders_after(kRegion, UnitId(1), orders);
  ASSERT_EQ(to_device.size(), 1U);
  EXPECT_EQ(to_device[0].check().check_id(), asked[0].check_id());
  EXPECT_EQ(world.engine().snapshot(kRegion).checks_size(), 1);
}

TEST_F(Safety, AllWellEndsTheCheckAndTheClockStartsAgain) {
  World world(town(), watching_policy());
  be_on_scene(world);
  const auto asked = checks(beat(world, 300));
  beat(world, 20);
  const auto answered = checks(answer(world, 1, asked.at(0).check_id(), v1::CHECK_REPLY_ALL_WELL));
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].what(), Checked::WHAT_ANSWERED);
  EXPECT_EQ(world.unit(1).check_id(), 0U);
  EXPECT_THAT(checks(beat(world, 290)), IsEmpty());
  EXPECT_EQ(checks(beat(world, 10)).size(), 1U);
}

TEST_F(Safety, NoAnswerInTimeIsEscalatedToTheCommandCentreAndHelpIsSent) {
  World world(town(), watching_policy());
  be_on_scene(world);
  beat(world, 300);
  world.sign_on(2);
  const auto decisions = beat(world, 30);
  const auto escalated = checks(decisions);
  ASSERT_EQ(escalated.size(), 1U);
  EXPECT_EQ(escalated[0].what(), Checked::WHAT_ESCALATED);
  EXPECT_TRUE(escalated[0].reinforced());
  EXPECT_EQ(escalated[0].incident_id(), world.incident("e1").incident_id());
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  // Once is enough.
  EXPECT_THAT(checks(beat(world, 600)), IsEmpty());
}

TEST_F(Safety, AWordAboutTheWorkIsAnAnswer) {
  World world(town(), watching_policy());
  be_on_scene(world);
  beat(world, 310);
  const auto answered = checks(world.feedback(1));
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].what(), Checked::WHAT_ANSWERED);
  EXPECT_THAT(checks(beat(world, 600)), IsEmpty());
}

TEST_F(Safety, ADispatcherWhoSpokeWithTheOfficerSettlesTheCheck) {
  World world(town(), watching_policy());
  be_on_scene(world);
  beat(world, 340);
  const auto settled = checks(settle(world, 1));
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].what(), Checked::WHAT_SETTLED);
  EXPECT_EQ(settled[0].by(), "dispatcher");
  EXPECT_THAT(checks(beat(world, 290)), IsEmpty());
  EXPECT_EQ(checks(beat(world, 10)).size(), 1U);
}

TEST_F(Safety, ASilentUnitUnderWayIsReplacedAndAskedAndThenEscalated) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  world.later_s(59);
  world.sign_on(2);
  const auto decisions = world.later_s(1);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  const auto ended = only(decisions, v1::Decision::kAssignmentEnded);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].assignment_ended().reason(), v1::AssignmentEnded::REASON_SILENT);
  const auto asked = checks(decisions);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].cause(), v1::CHECK_CAUSE_SILENT);
  world.acknowledge(2);
  world.en_route(2);
  const auto escalated = checks(world.later_s(30));
  ASSERT_EQ(escalated.size(), 1U);
  EXPECT_EQ(escalated[0].what(), Checked::WHAT_ESCALATED);
}

TEST_F(Safety, ASilentUnitThatIsHeardAgainNeedsNobody) {
  World world(town(), watching_policy());
  send(world, 1, 2'000);
  world.en_route(1);
  world.later_s(60);
  ASSERT_NE(world.unit(1).check_id(), 0U);
  const auto heard = checks(world.heartbeat(1));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].what(), Checked::WHAT_ANSWERED);
  EXPECT_THAT(checks(world.later_s(40)), IsEmpty());
}

TEST_F(Safety, ASilentUnitOnSceneIsCheckedOnAndStays) {
  World world(town(), watching_policy());
  be_on_scene(world);
  const auto decisions = world.later_s(60);
  const auto asked = checks(decisions);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].cause(), v1::CHECK_CAUSE_SILENT);
  EXPECT_THAT(only(decisions, v1::Decision::kAssignmentEnded), IsEmpty());
}

TEST_F(Safety, AFreeUnitThatFallsSilentIsNobodysWorry) {
  World world(town(), watching_policy());
  world.sign_on(1);
  EXPECT_THAT(checks(world.later_s(120)), IsEmpty());
}

TEST_F(Safety, ACryForHelpIsEscalatedAtOnceAndWithoutHavingBeenAsked) {
  World world(town(), watching_policy());
  be_on_scene(world);
  world.sign_on(2);
  const auto decisions = answer(world, 1, 0, v1::CHECK_REPLY_NEED_HELP);
  const auto escalated = checks(decisions);
  ASSERT_EQ(escalated.size(), 1U);
  EXPECT_EQ(escalated[0].what(), Checked::WHAT_ESCALATED);
  EXPECT_EQ(escalated[0].cause(), v1::CHECK_CAUSE_NEEDS_HELP);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  // Only the officer or a dispatcher ends it.
  EXPECT_THAT(checks(world.on_scene(1)), IsEmpty());
  EXPECT_EQ(checks(answer(world, 1, escalated[0].check_id(), v1::CHECK_REPLY_ALL_WELL)).size(), 1U);
}

TEST_F(Safety, ACryForHelpIsHeardUnderAnyPolicy) {
  World world(town());
  world.sign_on(1);
  EXPECT_EQ(checks(answer(world, 1, 0, v1::CHECK_REPLY_NEED_HELP)).size(), 1U);
  EXPECT_EQ(checks(settle(world, 1)).size(), 1U);
}

TEST_F(Safety, WhoSignsOffHasSaidAWord) {
  World world(town(), watching_policy());
  be_on_scene(world);
  beat(world, 310);
  EXPECT_EQ(checks(world.sign_off(1)).size(), 1U);
  EXPECT_EQ(world.engine().snapshot(kRegion).checks_size(), 0);
}

TEST_F(Safety, AnAnswerToACheckThatIsNotOpenIsRefusedAndChangesNothing) {
  World world(town(), watching_policy());
  be_on_scene(world);
  const std::uint64_t before = world.engine().orders_after(kRegion, UnitId(1), 0).size();
  EXPECT_EQ(rejected(answer(world, 1, 9, v1::CHECK_REPLY_ALL_WELL)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(rejected(answer(world, 1, 9, v1::CHECK_REPLY_UNSPECIFIED)), v1::REJECT_CODE_UNKNOWN_VALUE);
  EXPECT_EQ(rejected(answer(world, 77, 1, v1::CHECK_REPLY_NEED_HELP)), v1::REJECT_CODE_UNKNOWN_UNIT);
  EXPECT_EQ(rejected(answer(world, 2, 1, v1::CHECK_REPLY_NEED_HELP)), v1::REJECT_CODE_NOT_SIGNED_ON);
  EXPECT_EQ(rejected(settle(world, 1)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(rejected(settle(world, 77)), v1::REJECT_CODE_UNKNOWN_UNIT);
  EXPECT_EQ(world.engine().orders_after(kRegion, UnitId(1), 0).size(), before);
}

}  // namespace
}  // namespace dispatch135::core::testing
