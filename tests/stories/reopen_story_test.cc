// After the end: the caller is called back, and what was not settled is seen to once more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

//   X 1 . . . . 2        a street of 1 km; X is where the call comes from
Town street_with_two() {
  Town town;
  town.long_street(10).post(1, 100, 0).post(2, 600, 0);
  return town;
}

struct Night : World {
  Night() : World(street_with_two().draft()) {
    for (const std::uint64_t unit : {1, 2}) sign_on(unit);
  }
  void deal_with(const std::string& event, std::uint64_t unit) {
    acknowledge(unit);
    en_route(unit);
    on_scene(unit);
    feedback(unit);
    ASSERT_EQ(incident(event).status(), v1::INCIDENT_STATUS_CLOSED);
  }
  Decisions verify(const std::string& id, const std::string& event, std::uint32_t score) {
    return command(id, [&](auto& c) {
      c.mutable_verify_incident()->set_incident_id(incident(event).incident_id());
      c.mutable_verify_incident()->set_score(score);
    });
  }
  Decisions reopen(const std::string& id, const std::string& event, const std::string& why = "they are back") {
    return command(id, [&](auto& c) {
      c.mutable_reopen_incident()->set_incident_id(incident(event).incident_id());
      c.set_reason(why);
    });
  }
};

TEST(AfterTheEnd, WhatTheCallerSaysWhenCalledBackIsKeptWithTheIncident) {
  Night night;
  night.report("e1", Town::at(0, 0));
  night.deal_with("e1", 1);
  night.later_ms(60'000);
  EXPECT_THAT(night.verify("c1", "e1", 4), SizeIs(2));
  EXPECT_EQ(night.incident("e1").caller_score(), 4U);
  EXPECT_GT(night.incident("e1").verified_at_ms(), night.incident("e1").ended_at_ms());
  EXPECT_EQ(night.incident("e1").status(), v1::INCIDENT_STATUS_CLOSED);
  EXPECT_EQ(rejected(night.verify("c2", "e1", 6)), v1::REJECT_CODE_OUT_OF_RANGE);
}

TEST(AfterTheEnd, AnIncidentOpenedAgainIsDispatchedLikeANewOneWithAClockOfItsOwn) {
  Night night;
  night.report("e1", Town::at(0, 0));
  night.deal_with("e1", 1);
  const v1::Incident before = night.incident("e1");
  night.later_ms(600'000);
  night.heartbeat(1);
  night.heartbeat(2);
  const auto decisions = night.reopen("c1", "e1");
  const v1::Incident now = night.incident("e1");
  EXPECT_EQ(now.incident_id(), before.incident_id());
  EXPECT_EQ(now.status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
  EXPECT_EQ(now.reopened(), 1U);
  EXPECT_EQ(now.opened_at_ms(), before.opened_at_ms());
  EXPECT_EQ(now.clock_started_at_ms(), night.now_ms());
  EXPECT_EQ(now.deadline_at_ms() - now.clock_started_at_ms(), before.deadline_at_ms() - before.clock_started_at_ms());
  EXPECT_EQ(now.first_on_scene_at_ms(), 0);
  EXPECT_EQ(now.disposition(), v1::DISPOSITION_UNSPECIFIED);
  EXPECT_THAT(only(decisions, v1::Decision::kUnitAssigned), SizeIs(1));
  const auto told = only(decisions, v1::Decision::kHotlineFeedback);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].hotline_feedback().what(), v1::HotlineFeedback::WHAT_REOPENED);
  EXPECT_EQ(told[0].hotline_feedback().event_id(), "e1");
  EXPECT_EQ(told[0].hotline_feedback().reason(), "they are back");
}

TEST(AfterTheEnd, NobodyThereByTheNewDeadlineIsABreachOfItsOwn) {
  Night night;
  night.report("e1", Town::at(0, 0));
  night.deal_with("e1", 1);
  for (const std::uint64_t unit : {1, 2}) night.sign_off(unit);
  night.reopen("c1", "e1");
  EXPECT_EQ(night.incident("e1").status(), v1::INCIDENT_STATUS_ACTIVE);
  const std::int64_t left_ms = night.incident("e1").deadline_at_ms() - night.now_ms();
  EXPECT_THAT(only(night.later_ms(left_ms - 1), v1::Decision::kDeadlineBreached), IsEmpty());
  EXPECT_THAT(only(night.later_ms(1), v1::Decision::kDeadlineBreached), SizeIs(1));
  EXPECT_TRUE(night.incident("e1").breached());
}

TEST(AfterTheEnd, ASecondEndIsKeptForAWholeDay) {
  Night night;
  night.report("e1", Town::at(0, 0));
  night.deal_with("e1", 1);
  night.later_ms(limits::kEndedIncidentKeptMs / 2);
  for (const std::uint64_t unit : {1, 2}) night.heartbeat(unit);
  night.reopen("c1", "e1");
  night.deal_with("e1", 1);
  night.later_ms(limits::kEndedIncidentKeptMs / 2);
  EXPECT_EQ(night.incident("e1").reopened(), 1U) << "the first end is not the one that counts";
  night.later_ms(limits::kEndedIncidentKeptMs / 2);
  EXPECT_EQ(rejected(night.command("c2", [](auto& c) { c.mutable_reopen_incident()->set_incident_id(4711); })),
            v1::REJECT_CODE_UNKNOWN_INCIDENT);
  EXPECT_FALSE(night.engine().incident(kRegion, "110", "e1"));
}

TEST(AfterTheEnd, WhatIsOpenCancelledOrWithoutAReasonIsNotOpenedAgain) {
  Night night;
  night.report("e1", Town::at(0, 0));
  EXPECT_EQ(rejected(night.reopen("c1", "e1")), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(rejected(night.verify("c2", "e1", 3)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  night.deal_with("e1", 1);
  const auto refused = night.reopen("c3", "e1", "");
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_THAT(reject_reason(refused), HasSubstr("say why"));
  night.report("e2", Town::at(0, 0));
  night.command("c4", [&](auto& c) { c.mutable_cancel()->set_incident_id(night.incident("e2").incident_id()); });
  EXPECT_EQ(rejected(night.reopen("c5", "e2")), v1::REJECT_CODE_ILLEGAL_TRANSITION);
}

TEST(AfterTheEnd, AFurtherCallIsSeenToByOpeningTheIncidentThatItBelongedTo) {
  Night night;
  night.report("e1", Town::at(0, 0));
  night.report("e2", Town::at(0, 0));
  night.command("c1", [&](auto& c) {
    c.mutable_merge()->set_child(night.incident("e2").incident_id());
    c.mutable_merge()->set_into(night.incident("e1").incident_id());
  });
  night.deal_with("e1", 1);
  ASSERT_EQ(night.incident("e2").status(), v1::INCIDENT_STATUS_CLOSED);
  const auto refused = night.reopen("c2", "e2");
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_THAT(reject_reason(refused), HasSubstr("incident " + std::to_string(night.incident("e1").incident_id())));
}

}  // namespace
}  // namespace dispatch135::core::testing
