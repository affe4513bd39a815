// I2 and I3, and gapless counts: what was done twice, otherwise, or out of place is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oracle/story.h"

namespace dispatch135::oracle {
namespace {

using ::testing::IsEmpty;

TEST(Twice, ReportThatBecomesTwoIncidentsIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  story.call(2'000, "a", 8);
  const Verdict verdict = story.verdict();
  EXPECT_THAT(verdict.findings, finding(Fault::kDoubleAssigned, "the report 110/a became two incidents"));
  EXPECT_EQ(verdict.double_assigned, 1U);
}

TEST(Twice, UnitWithTwoLiveAssignmentsIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  story.call(2'000, "b", 7);
  const Verdict verdict = story.verdict();
  EXPECT_THAT(verdict.findings, finding(Fault::kDoubleAssigned, "unit 7 was given assignment 2"));
  EXPECT_EQ(verdict.double_assigned, 1U);
}

TEST(Twice, MoreUnitsThanAnIncidentNeedsAreFoundUnlessADispatcherSentThem) {
  for (const bool by_operator : {false, true}) {
    Story story;
    auto [incident, assignment] = story.call(1'000, "a", 7);
    story.log(2'000).mutable_tick();
    story.assign(incident, 8);
    story.end_record();
    if (by_operator) {
      v1::Decision decision;
      decision.ParseFromString(story.records.back().value);
      decision.mutable_unit_assigned()->mutable_why()->set_rule(v1::Why::RULE_OPERATOR);
      story.records.back().value = decision.SerializeAsString();
      EXPECT_THAT(texts(story.verdict()), IsEmpty());
    } else {
      EXPECT_THAT(story.verdict().findings, finding(Fault::kDoubleAssigned, "needs 1 units and has 2"));
    }
  }
}

TEST(Twice, UnitThatActsOnTwoOrdersAtOnceIsFoundInItsDiary) {
  Story story;
  auto [first, held] = story.call(1'000, "a", 7);
  auto [second, other] = story.call(2'000, "b", 8);
  story.sign(3'000, first, held);
  other.set_unit_id(7);
  story.write(DiaryEntry::Kind::kAcknowledged, other);
  EXPECT_THAT(story.verdict().findings,
              finding(Fault::kDoubleAssigned, "unit 7 signed for assignment 2 while it acted on 1"));
}

TEST(Twice, OrderSignedForTwiceIsFoundInTheDiary) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(3'000, incident, assignment);
  story.write(DiaryEntry::Kind::kAcknowledged, assignment);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kDoubleAssigned, "unit 7 signed twice for assignment 1"));
}

TEST(Determinism, DecisionThatChangedItsContentIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  v1::Decision decision;
  decision.ParseFromString(story.records.back().value);
  decision.set_decided_at_ms(1);
  story.publish(decision);
  EXPECT_THAT(
      story.verdict().findings,
      finding(Fault::kNotDeterministic, "partition 0 offset 1 index 2 was published with two different contents"));
}

TEST(Determinism, OrderThatNoDecisionGaveIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  assignment.set_assignment_id(99);
  story.write(DiaryEntry::Kind::kAssignmentReceived, assignment);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kNotDeterministic, "assignment 99, which no decision gave"));
}

TEST(Sequence, MissingDecisionOfARecordIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  story.records.erase(story.records.end() - 2);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kSequence, "decision 1 is missing before 2"));
}

TEST(Sequence, GapInAUnitsOrdersIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.log(2'000).mutable_incident_updated();
  v1::AssignmentUpdated& updated = *story.decide().mutable_assignment_updated();
  *updated.mutable_assignment() = assignment;
  updated.set_order_sequence(3);
  story.end_record();
  EXPECT_THAT(story.verdict().findings, finding(Fault::kSequence, "unit 7 was given order 3"));
}

}  // namespace
}  // namespace dispatch135::oracle
