// I1: what was lost is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oracle/story.h"

namespace dispatch135::oracle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Lost, ReportThatNeverReachedTheLogIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  story.source_report("gone");
  const Verdict verdict = story.verdict();
  EXPECT_THAT(verdict.findings,
              finding(Fault::kLost, "110/gone at incidents partition 0 offset 1 never reached the log"));
  EXPECT_EQ(verdict.lost, 1U);
  EXPECT_EQ(verdict.incidents, 2U);
}

TEST(Lost, ReportInTheLogWithoutADecisionIsFound) {
  Story story;
  story.source_report("a");
  story.carried_report(1'000, "a");
  story.end_record();
  EXPECT_THAT(story.verdict().findings,
              finding(Fault::kLost, "110/a at incidents partition 0 offset 0 reached the log"));
}

// A report that comes while the region has a city and no policy yet, and the policy's record.
Story held_report(bool opened) {
  Story story;
  story.log(500).mutable_city_activated();
  story.decide().mutable_city_in_force();
  story.end_record();
  story.source_report("a");
  story.carried_report(1'000, "a");
  story.end_record();
  story.log(2'000).mutable_policy_activated();
  story.decide().mutable_policy_in_force();
  if (opened) story.decide().mutable_incident_queued()->set_incident_id(story.open("a").incident_id());
  story.end_record();
  return story;
}

TEST(Lost, ReportBeforeThePolicyIsAnsweredByThePolicysRecord) {
  EXPECT_THAT(texts(held_report(true).verdict()), IsEmpty());
  const Verdict verdict = held_report(false).verdict();
  EXPECT_EQ(verdict.lost, 1U);
  EXPECT_THAT(texts(verdict), ElementsAre(HasSubstr("110/a")));
}

// An alert in its topic, carried into the log.
void carried_alert(Story& story, std::int64_t after_ms, std::int64_t source_offset) {
  story.records.push_back({Topic::kAlerts, 0, source_offset, kStart + after_ms, "an alert"});
  v1::LogRecord& record = story.log(after_ms);
  record.mutable_source()->set_topic(v1::SourceOffset::TOPIC_ALERTS);
  record.mutable_source()->set_offset(source_offset);
  record.mutable_alert_reported()->mutable_alert()->set_sender("weather");
  record.mutable_alert_reported()->mutable_alert()->set_identifier("storm");
}

void alert_is(Story& story, v1::AlertChanged::State state) {
  v1::AlertChanged& changed = *story.decide().mutable_alert_changed();
  changed.mutable_alert()->set_sender("weather");
  changed.mutable_alert()->set_identifier("storm");
  changed.set_state(state);
}

TEST(Lost, AnAlertThatIsSaidAgainWhileItIsActiveIsNotLost) {
  Story story;
  carried_alert(story, 1'000, 0);
  alert_is(story, v1::AlertChanged::STATE_ACTIVE);
  story.end_record();
  carried_alert(story, 2'000, 1);
  story.end_record();
  EXPECT_THAT(texts(story.verdict()), IsEmpty());
}

TEST(Lost, AnAlertWithoutADecisionAfterItsNamesakeExpiredIsFound) {
  Story story;
  carried_alert(story, 1'000, 0);
  alert_is(story, v1::AlertChanged::STATE_ACTIVE);
  story.end_record();
  story.log(1'500).mutable_tick();
  alert_is(story, v1::AlertChanged::STATE_EXPIRED);
  story.end_record();
  carried_alert(story, 2'000, 1);
  story.end_record();
  EXPECT_THAT(story.verdict().findings, finding(Fault::kLost, "the alert at alerts partition 0 offset 1"));
}

TEST(Lost, AcknowledgedReportThatIsNotInItsTopicIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  std::erase_if(story.records, [](const Record& record) { return record.topic == Topic::kIncidents; });
  const Verdict verdict = story.verdict();
  EXPECT_THAT(verdict.findings, finding(Fault::kLost, "110/a was acknowledged"));
  EXPECT_EQ(verdict.lost, 1U);
}

TEST(Lost, OpenIncidentThatNeitherHasAUnitNorWaitsIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.log(2'000).mutable_assignment_declined();
  story.end(assignment, v1::AssignmentEnded::REASON_DECLINED);
  story.end_record();
  const Verdict verdict = story.verdict();
  EXPECT_THAT(verdict.findings, finding(Fault::kLost, "is open, has no unit, and does not wait for one"));
  EXPECT_EQ(verdict.lost, 1U);
}

TEST(Lost, RejectedReportIsNotLost) {
  Story story;
  story.source_report("odd");
  v1::RejectedInput reject;
  reject.set_topic("incidents");
  reject.set_code(v1::REJECT_CODE_OFF_ROAD);
  story.records.push_back({Topic::kRejects, 0, 0, kStart, reject.SerializeAsString()});
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.rejected.at("REJECT_CODE_OFF_ROAD"), 1U);
  EXPECT_EQ(verdict.incidents, 0U);
}

}  // namespace
}  // namespace dispatch135::oracle
