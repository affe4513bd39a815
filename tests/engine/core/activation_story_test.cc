// What happens to events that reach the log before their region's city and policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

city::CityDraft one_post() { return Town().long_street(20).post(1, 0, 0).draft(); }

std::vector<std::string> opened_events(const World::Decisions& decisions) {
  std::vector<std::string> events;
  for (const v1::Decision& decision : only(decisions, v1::Decision::kIncidentOpened)) {
    events.push_back(decision.incident_opened().incident().event_id());
  }
  return events;
}

TEST(BeforeActivation, ReportsAreHeldAndOpenedInTheirOrderWhenThePolicyComes) {
  World world(one_post(), std::nullopt);
  EXPECT_THAT(world.report("before the city", Town::at(100, 0)), IsEmpty());
  world.activate_city();
  EXPECT_THAT(world.report("before the policy", Town::at(200, 0)), IsEmpty());
  EXPECT_EQ(world.engine().held_events(), 2U);

  const auto decisions = world.activate_policy();
  EXPECT_THAT(opened_events(decisions), ElementsAre("before the city", "before the policy"));
  EXPECT_EQ(decisions.front().change_case(), v1::Decision::kPolicyInForce);
  EXPECT_EQ(world.engine().held_events(), 0U);
  // Each has the offset of its own record as its id, so they differ.
  EXPECT_EQ(world.incident("before the city").incident_id(), 0U);
  EXPECT_EQ(world.incident("before the policy").incident_id(), 2U);
  EXPECT_THAT(assigned_units(world.sign_on(1)), SizeIs(1));
}

// Where an incident is named, 0 means none: nobody could show, link or explain it.
TEST(BeforeActivation, TheVeryFirstRecordOfAllBecomesAnIncidentThatCanBeNamed) {
  World world(one_post(), std::nullopt);
  EXPECT_THAT(world.report("first of all", Town::at(100, 0)), IsEmpty());
  v1::LogRecord level;
  level.mutable_behaviour_activated()->set_level(1);
  world.apply(level);
  world.activate_city();
  world.activate_policy();
  EXPECT_EQ(world.incident("first of all").incident_id(), (1ULL << 48) - 1);
  EXPECT_THAT(assigned_units(world.sign_on(1)), SizeIs(1));
  EXPECT_EQ(world.engine().unit(kRegion, UnitId(1))->incident_id(), (1ULL << 48) - 1);
}

TEST(BeforeActivation, AHeldReportThatWasCancelledMeanwhileSendsNobody) {
  World world(one_post(), std::nullopt);
  world.report("e1", Town::at(100, 0));
  world.cancel("e1");
  world.activate_city();
  world.activate_policy();
  EXPECT_EQ(world.incident("e1").status(), v1::INCIDENT_STATUS_CANCELLED);
  EXPECT_THAT(assigned_units(world.sign_on(1)), IsEmpty());
}

TEST(BeforeActivation, AHeldReportThatCannotBeUsedIsRefusedWithItsOwnSourceWhenThePolicyComes) {
  World world(one_post(), std::nullopt);
  v1::LogRecord record;
  record.set_region(kRegion.value());
  record.mutable_source()->set_topic(v1::SourceOffset::TOPIC_INCIDENTS);
  record.mutable_source()->set_offset(77);
  record.mutable_incident_reported()->set_source("110");
  EXPECT_THAT(world.apply(record), IsEmpty());
  world.activate_city();
  const auto refused = only(world.activate_policy(), v1::Decision::kRecordRejected);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].record_rejected().source().offset(), 77);
}

TEST(BeforeActivation, ARefusedPolicyLeavesTheReportsHeld) {
  World world(one_post(), std::nullopt);
  world.report("e1", Town::at(100, 0));
  world.activate_city();
  EXPECT_EQ(rejected(world.activate_policy(v1::Policy())), v1::REJECT_CODE_BAD_POLICY);
  EXPECT_EQ(world.engine().held_events(), 1U);
  EXPECT_THAT(opened_events(world.activate_policy()), ElementsAre("e1"));
}

TEST(BeforeActivation, AnotherRegionsReportsStayHeld) {
  World world(one_post(), std::nullopt);
  v1::LogRecord elsewhere;
  elsewhere.set_region(110000);
  elsewhere.mutable_incident_reported()->set_event_id("elsewhere");
  world.apply(elsewhere);
  world.report("here", Town::at(100, 0));
  world.activate_city();
  EXPECT_THAT(opened_events(world.activate_policy()), ElementsAre("here"));
  EXPECT_EQ(world.engine().held_events(), 1U);
}

TEST(BeforeActivation, MoreThanTheLimitAreRefusedAndWhatIsHeldStays) {
  World world(one_post(), std::nullopt);
  for (std::size_t i = 0; i < limits::kHeldEvents; ++i) {
    ASSERT_THAT(world.report("e" + std::to_string(i), Town::at(100, 0)), IsEmpty());
  }
  EXPECT_EQ(rejected(world.report("one too many", Town::at(100, 0))), v1::REJECT_CODE_UNKNOWN_REGION);
  world.activate_city();
  EXPECT_THAT(opened_events(world.activate_policy()), SizeIs(limits::kHeldEvents));
}

TEST(BeforeActivation, WhatIsHeldIsPartOfTheState) {
  World one(one_post(), std::nullopt);
  World other(one_post(), std::nullopt);
  one.report("e1", Town::at(100, 0));
  other.heartbeat(1);
  EXPECT_NE(one.engine().state_hash(), other.engine().state_hash());
}

}  // namespace
}  // namespace dispatch135::core::testing
