// Stories of officers who are checked on, and of duty, at a node.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/engine/policy_fixture.h"
#include "tests/services/dispatchd/cluster.h"

namespace dispatch135::dispatchd::testing {
namespace {

struct DispatchdUnitLife : ::testing::Test {
  DispatchdUnitLife() {
    cluster.start("a");
    cluster.lead("a");
  }
  void activate(const v1::Policy& policy) {
    v1::LogRecord record;
    record.set_region(Cluster::kRegion.value());
    *record.mutable_policy_activated()->mutable_policy() = policy;
    cluster.log.put(log::Topic::kLog, 0, std::to_string(Cluster::kRegion.value()), record.SerializeAsString());
    cluster.settle();
  }
  FakeUnits::Device& device(SessionId session) { return cluster["a"].units[session]; }
  void say(SessionId session, const std::function<void(v1::UnitMessage&)>& fill) {
    v1::UnitMessage message;
    message.set_client_sequence(++sequence);
    fill(message);
    cluster.say("a", session, message);
  }
  void answer(SessionId session, std::uint64_t check, v1::CheckReply reply) {
    say(session, [&](v1::UnitMessage& message) {
      message.mutable_check_answer()->set_check_id(check);
      message.mutable_check_answer()->set_reply(reply);
    });
  }
  std::size_t logged(v1::LogRecord::BodyCase body) {
    const auto records = cluster.logged();
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(),
                                                  [body](const auto& record) { return record.body_case() == body; }));
  }
  std::vector<v1::UnitChecked::What> checked() {
    std::vector<v1::UnitChecked::What> all;
    for (const v1::Decision& decision : cluster.published()) {
      if (decision.has_unit_checked()) all.push_back(decision.unit_checked().what());
    }
    return all;
  }

  Cluster cluster;
  std::uint64_t sequence = 1;
};

TEST_F(DispatchdUnitLife, ACheckIsPushedToTheDeviceAndItsAnswerEndsIt) {
  v1::Policy policy = policy::valid_policy();
  policy.mutable_progress()->set_check_every_ms(10'000);
  policy.mutable_progress()->set_safety_check_after_ms(2'000);
  policy.mutable_progress()->set_safety_answer_within_ms(60'000);
  activate(policy);
  const SessionId session = cluster.connect("a", kWest);
  cluster.report("e1");
  const std::uint64_t assignment = device(session).orders().at(0).assignment().assignment_id();
  say(session, [&](v1::UnitMessage& m) { m.mutable_acknowledge()->set_assignment_id(assignment); });
  say(session, [&](v1::UnitMessage& m) {
    m.mutable_status()->set_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
    m.mutable_status()->set_assignment_id(assignment);
  });
  cluster.later_ms(2'500);
  const auto orders = device(session).orders();
  ASSERT_EQ(orders.size(), 2U);
  ASSERT_TRUE(orders[1].has_check());
  EXPECT_EQ(orders[1].check().cause(), v1::CHECK_CAUSE_NO_WORD);
  answer(session, orders[1].check().check_id(), v1::CHECK_REPLY_ALL_WELL);
  EXPECT_THAT(checked(), ::testing::ElementsAre(v1::UnitChecked::WHAT_ASKED, v1::UnitChecked::WHAT_ANSWERED));
}

TEST_F(DispatchdUnitLife, ACryForHelpIsLoggedAndEscalated) {
  const SessionId session = cluster.connect("a", kWest);
  answer(session, 0, v1::CHECK_REPLY_NEED_HELP);
  EXPECT_EQ(logged(v1::LogRecord::kUnitCheckAnswered), 1U);
  EXPECT_THAT(checked(), ::testing::ElementsAre(v1::UnitChecked::WHAT_ESCALATED));
}

TEST_F(DispatchdUnitLife, AMalformedAnswerIsRefusedAndNeverLogged) {
  const SessionId session = cluster.connect("a", kWest);
  for (const auto& [check, reply] :
       {std::pair<std::uint64_t, int>{0, v1::CHECK_REPLY_ALL_WELL}, {1, v1::CHECK_REPLY_UNSPECIFIED}, {1, 99}}) {
    answer(session, check, static_cast<v1::CheckReply>(reply));
    ASSERT_TRUE(device(session).last().has_refusal());
    EXPECT_EQ(device(session).last().refusal().client_sequence(), sequence);
  }
  EXPECT_EQ(logged(v1::LogRecord::kUnitCheckAnswered), 0U);
}

TEST_F(DispatchdUnitLife, ADeviceIsToldOfItsShiftAndItsStreamEndsWithIt) {
  v1::Policy policy = policy::valid_policy();
  policy.mutable_duty()->set_roster(v1::DutyRule::ROSTER_REQUIRED);
  activate(policy);
  v1::CommandRequest request;
  request.set_region(Cluster::kRegion.value());
  request.mutable_command()->set_command_id("roster");
  request.mutable_command()->set_operator_id("zhang");
  v1::PublishRoster& roster = *request.mutable_command()->mutable_publish_roster();
  roster.set_from_ms(cluster.clock.ms - 10'000);
  roster.set_until_ms(cluster.clock.ms + 86'400'000);
  v1::RosterShift& shift = *roster.add_shifts();
  shift.set_unit_id(kWest);
  shift.set_begin_ms(cluster.clock.ms + 1'000);
  shift.set_end_ms(cluster.clock.ms + 3'000);
  std::optional<Status> answered;
  cluster["a"].node->command(request, [&](const Status& status, const v1::CommandResponse&) { answered = status; });
  cluster.settle();
  ASSERT_TRUE(answered && answered->ok());

  const SessionId session = cluster.connect("a", kWest);
  EXPECT_EQ(device(session).last().signed_on().unit().secondary(), v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING);
  cluster.later_ms(1'500);
  EXPECT_EQ(device(session).last().duty().what(), v1::DutyChanged::WHAT_SHIFT_BEGUN);
  EXPECT_FALSE(device(session).closed);
  cluster.later_ms(2'000);
  EXPECT_EQ(device(session).last().duty().what(), v1::DutyChanged::WHAT_SHIFT_ENDED);
  ASSERT_TRUE(device(session).closed);
  EXPECT_TRUE(device(session).closed->ok());
  EXPECT_EQ(logged(v1::LogRecord::kUnitDisconnected), 0U);
}

TEST_F(DispatchdUnitLife, AMalformedRosterNeverReachesTheLog) {
  v1::CommandRequest request;
  request.set_region(Cluster::kRegion.value());
  request.mutable_command()->set_command_id("roster");
  request.mutable_command()->set_operator_id("zhang");
  request.mutable_command()->mutable_publish_roster();
  std::optional<Status> answered;
  cluster["a"].node->command(request, [&](const Status& status, const v1::CommandResponse&) { answered = status; });
  cluster.settle();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->code, v1::REJECT_CODE_BAD_ROSTER);
  EXPECT_EQ(logged(v1::LogRecord::kOperatorCommand), 0U);
}

TEST_F(DispatchdUnitLife, ACrewComesWithTheSignOnAndABadOneIsRefused) {
  v1::UnitMessage message;
  message.set_client_sequence(1);
  message.mutable_sign_on()->set_unit_id(kWest);
  message.mutable_sign_on()->set_region(Cluster::kRegion.value());
  message.mutable_sign_on()->set_device_id("device");
  message.mutable_sign_on()->mutable_crew()->set_count(65);
  cluster.say("a", SessionId(900), message);
  ASSERT_TRUE(device(SessionId(900)).closed);
  EXPECT_EQ(device(SessionId(900)).closed->code, v1::REJECT_CODE_OUT_OF_RANGE);
  message.mutable_sign_on()->mutable_crew()->set_count(2);
  cluster.say("a", SessionId(901), message);
  EXPECT_EQ(device(SessionId(901)).last().signed_on().unit().crew().count(), 2U);
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
