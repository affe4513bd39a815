// What a log is decided by is raised by a record in it, for the whole partition, and never goes back:
// docs/formats/behaviour.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/core/shared.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

city::CityDraft one_post_town() { return Town().long_street(20).post(1, 0, 0).draft(); }

World::Decisions raise_to(World& world, std::uint32_t level, const std::string& command_id = "c1") {
  return world.command(command_id, [level](v1::OperatorCommand& command) {
    command.set_reason("every node has 0.2");
    command.mutable_activate_behaviour()->set_level(level);
  });
}

v1::LogRecord asking_for(std::uint32_t level) {
  v1::LogRecord record;
  record.set_region(kRegion.value());
  record.mutable_operator_command()->set_command_id("c1");
  record.mutable_operator_command()->set_operator_id("dispatcher");
  record.mutable_operator_command()->mutable_activate_behaviour()->set_level(level);
  return record;
}

TEST(Behaviour, ADispatcherRaisesTheLevelAndTheLogSaysWhoAndWhy) {
  World world(one_post_town());
  ASSERT_EQ(world.engine().behaviour(), 0U);
  const auto decisions = raise_to(world, 1);
  EXPECT_EQ(world.engine().behaviour(), 1U);
  ASSERT_THAT(decisions, SizeIs(2));
  EXPECT_EQ(decisions[0].behaviour_in_force().level(), 1U);
  EXPECT_EQ(decisions[0].region(), 0U) << "it is in force for every region of the partition";
  const v1::CommandApplied& applied = decisions[1].command_applied();
  EXPECT_EQ(applied.command_id(), "c1");
  EXPECT_EQ(applied.operator_id(), "dispatcher");
  EXPECT_EQ(applied.reason(), "every node has 0.2");
  EXPECT_EQ(world.engine().command(kRegion, "c1")->operator_id(), "dispatcher");
}

TEST(Behaviour, TheSameCommandAgainIsSilentAndTheSameLevelAgainIsApplied) {
  World world(one_post_town());
  raise_to(world, 1);
  EXPECT_THAT(raise_to(world, 1), IsEmpty()) << "a console that asks again";
  EXPECT_THAT(only(raise_to(world, 1, "c2"), v1::Decision::kCommandApplied), SizeIs(1));
  EXPECT_EQ(world.engine().behaviour(), 1U);
}

TEST(Behaviour, ALowerLevelIsRefusedWithItsReasonAndChangesNothing) {
  World world(one_post_town());
  raise_to(world, 1);
  const auto decisions = raise_to(world, 0, "c2");
  ASSERT_EQ(rejected(decisions), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_THAT(only(decisions, v1::Decision::kCommandApplied), IsEmpty());
  EXPECT_THAT(decisions[0].record_rejected().reason(), HasSubstr("level 1 is in force and never goes back"));
  EXPECT_EQ(world.engine().behaviour(), 1U);
  EXPECT_FALSE(world.engine().command(kRegion, "c2").has_value());
  EXPECT_THAT(only(raise_to(world, 1, "c2"), v1::Decision::kCommandApplied), SizeIs(1))
      << "what was refused is not remembered as done";
}

// No engine may decide by a level that it does not know: the node stops following before it, and goes on when it has
// been given the newer version. What an operator asks for is refused before it is ordered (dispatchd/commands.cc).
TEST(Behaviour, OfALevelThatThisVersionDoesNotKnowNothingIsApplied) {
  World world(one_post_town());
  EXPECT_TRUE(world.engine().can_apply(asking_for(kNewestBehaviour)));
  EXPECT_FALSE(world.engine().can_apply(asking_for(kNewestBehaviour + 1)));
  v1::LogRecord by_a_node;
  by_a_node.mutable_behaviour_activated()->set_level(kNewestBehaviour + 1);
  EXPECT_FALSE(world.engine().can_apply(by_a_node));
  EXPECT_EQ(world.engine().behaviour(), 0U);
}

TEST(Behaviour, ARegionWithoutCityAndPolicyCannotRaiseIt) {
  World world(one_post_town(), std::nullopt);
  EXPECT_EQ(rejected(raise_to(world, 1)), v1::REJECT_CODE_UNKNOWN_REGION);
  EXPECT_EQ(world.engine().behaviour(), 0U);
}

}  // namespace
}  // namespace dispatch135::core::testing
