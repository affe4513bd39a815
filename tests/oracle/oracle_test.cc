// Histories with a planted fault: the oracle finds each, and finds nothing in the clean one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/oracle/diary.h"
#include "tests/oracle/history_checker.h"

namespace dispatch135::oracle {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t kRegion = 320200;
constexpr std::int64_t kStart = 1'700'000'000'000;  // Log time of the first record.
constexpr std::int64_t kDeadline = 60'000;
constexpr std::int64_t kSignWithin = 30'000;

// Writes a history as a correct system would have, one log record at a time; tests then spoil it.
class Story {
 public:
  std::vector<Record> records;
  std::vector<DiaryEntry> diary;

  Story() {
    v1::LogRecord& policy = log(0);
    policy.mutable_policy_activated()->mutable_policy()->set_acknowledge_within_ms(kSignWithin);
    decide().mutable_policy_in_force()->set_name("default");
    end_record();
  }

  // ---- a record of the log, and what it brings about ----
  v1::LogRecord& log(std::int64_t after_ms) {
    now_ = std::max(now_, kStart + after_ms);
    record_.Clear();
    record_.set_region(kRegion);
    return record_;
  }
  v1::Decision& decide() {
    v1::Decision& decision = decisions_.emplace_back();
    decision.mutable_id()->set_offset(static_cast<std::uint64_t>(offset_));
    decision.mutable_id()->set_index(static_cast<std::uint32_t>(decisions_.size() - 1));
    decision.set_decided_at_ms(now_);
    decision.set_region(kRegion);
    return decision;
  }
  void end_record() {
    records.push_back({Topic::kLog, 0, offset_++, now_, record_.SerializeAsString()});
    for (const v1::Decision& decision : decisions_) publish(decision);
    decisions_.clear();
  }
  void publish(const v1::Decision& decision) {
    records.push_back({Topic::kDecisions, 0, published_++, now_, decision.SerializeAsString()});
  }
  void tick(std::int64_t after_ms) {
    log(after_ms).mutable_tick();
    end_record();
  }

  // ---- what people do ----
  void source_report(const std::string& event_id) {
    v1::IncidentEvent event;
    event.mutable_report()->set_source("110");
    event.mutable_report()->set_event_id(event_id);
    records.push_back({Topic::kIncidents, 0, sourced_, now_, event.SerializeAsString()});
    DiaryEntry entry;
    entry.at_us = now_ * 1'000;
    entry.source = "110";
    entry.event_id = event_id;
    entry.topic = "incidents";
    entry.published_as = "report";
    entry.partition = 0;
    entry.offset = sourced_++;
    diary.push_back(entry);
  }
  v1::LogRecord& carried_report(std::int64_t after_ms, const std::string& event_id) {
    v1::LogRecord& record = log(after_ms);
    record.mutable_source()->set_topic(v1::SourceOffset::TOPIC_INCIDENTS);
    record.mutable_source()->set_offset(sourced_ - 1);
    record.mutable_incident_reported()->set_source("110");
    record.mutable_incident_reported()->set_event_id(event_id);
    return record;
  }
  v1::Incident open(const std::string& event_id) {
    v1::Incident incident;
    incident.set_incident_id(static_cast<std::uint64_t>(offset_));
    incident.set_source("110");
    incident.set_event_id(event_id);
    incident.set_status(v1::INCIDENT_STATUS_ACTIVE);
    incident.set_opened_at_ms(now_);
    incident.set_deadline_at_ms(now_ + kDeadline);
    incident.set_ring_min(1);
    incident.set_units_needed(1);
    *decide().mutable_incident_opened()->mutable_incident() = incident;
    return incident;
  }
  v1::Assignment assign(const v1::Incident& incident, std::uint64_t unit, bool write_diary = true) {
    v1::Assignment assignment;
    assignment.set_assignment_id(++assignments_);
    assignment.set_incident_id(incident.incident_id());
    assignment.set_unit_id(unit);
    assignment.set_assigned_at_ms(now_);
    v1::UnitAssigned& assigned = *decide().mutable_unit_assigned();
    *assigned.mutable_assignment() = assignment;
    assigned.set_order_sequence(++orders_[unit]);
    assigned.mutable_why()->set_rule(v1::Why::RULE_SOONEST_IN_TIME);
    if (write_diary) write(DiaryEntry::Kind::kAssignmentReceived, assignment, 2);
    return assignment;
  }
  // The incident as it is now.
  void show(const v1::Incident& incident) { *decide().mutable_incident_changed()->mutable_incident() = incident; }
  void end(const v1::Assignment& assignment, v1::AssignmentEnded::Reason reason) {
    v1::AssignmentEnded& ended = *decide().mutable_assignment_ended();
    *ended.mutable_assignment() = assignment;
    ended.set_reason(reason);
    if (reason != v1::AssignmentEnded::REASON_FEEDBACK) ended.set_order_sequence(++orders_[assignment.unit_id()]);
  }
  void write(DiaryEntry::Kind kind, const v1::Assignment& assignment, std::int64_t late_ms = 0) {
    DiaryEntry entry;
    entry.kind = kind;
    entry.at_us = (now_ + late_ms) * 1'000;
    entry.unit_id = assignment.unit_id();
    entry.assignment_id = assignment.assignment_id();
    diary.push_back(entry);
  }

  // A call that unit `unit` is sent to at once.
  std::pair<v1::Incident, v1::Assignment> call(std::int64_t after_ms, const std::string& event_id, std::uint64_t unit) {
    now_ = kStart + after_ms;
    source_report(event_id);
    carried_report(after_ms, event_id);
    v1::Incident incident = open(event_id);
    v1::Assignment assignment = assign(incident, unit);
    incident.set_status(v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
    *incident.add_assignments() = assignment;
    show(incident);
    end_record();
    return {incident, assignment};
  }
  void sign(std::int64_t after_ms, v1::Incident& incident, v1::Assignment& assignment) {
    log(after_ms).mutable_assignment_acknowledged()->set_assignment_id(assignment.assignment_id());
    write(DiaryEntry::Kind::kAcknowledged, assignment);
    assignment.set_acknowledged_at_ms(now_);
    *incident.mutable_assignments(0) = assignment;
    show(incident);
    end_record();
  }
  void arrive(std::int64_t after_ms, v1::Incident& incident, v1::Assignment& assignment) {
    log(after_ms).mutable_unit_status_reported()->set_assignment_id(assignment.assignment_id());
    assignment.set_on_scene_at_ms(now_);
    incident.set_first_on_scene_at_ms(now_);
    incident.set_status(v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
    *incident.mutable_assignments(0) = assignment;
    show(incident);
    end_record();
  }
  void finish(std::int64_t after_ms, v1::Incident& incident, v1::Assignment& assignment) {
    log(after_ms).mutable_feedback_given()->set_assignment_id(assignment.assignment_id());
    write(DiaryEntry::Kind::kFeedback, assignment);
    end(assignment, v1::AssignmentEnded::REASON_FEEDBACK);
    incident.clear_assignments();
    incident.set_status(v1::INCIDENT_STATUS_CLOSED);
    incident.set_ended_at_ms(now_);
    show(incident);
    end_record();
  }
  // A breach of the incident's deadline, decided that long after it.
  void breach(const v1::Incident& incident, std::int64_t late_ms) {
    log(incident.deadline_at_ms() + late_ms - kStart).mutable_tick();
    v1::DeadlineBreached& breached = *decide().mutable_deadline_breached();
    breached.set_incident_id(incident.incident_id());
    breached.set_deadline_at_ms(incident.deadline_at_ms());
    breached.set_ring_min(1);
    end_record();
  }

  Verdict verdict() const {
    HistoryChecker checker;
    for (const Record& record : records) checker.on_record(record);
    for (const DiaryEntry& entry : diary) checker.on_diary(entry);
    return checker.check();
  }

 private:
  std::int64_t now_ = kStart;
  std::int64_t offset_ = 0;
  std::int64_t sourced_ = 0;
  std::int64_t published_ = 0;
  std::uint64_t assignments_ = 0;
  std::map<std::uint64_t, std::uint64_t> orders_;
  v1::LogRecord record_;
  std::vector<v1::Decision> decisions_;
};

auto finding(Fault fault, const std::string& text) {
  return Contains(AllOf(Field(&Finding::fault, fault), Field(&Finding::text, HasSubstr(text))));
}

std::vector<std::string> texts(const Verdict& verdict) {
  std::vector<std::string> result;
  for (const Finding& finding : verdict.findings) result.push_back(finding.text);
  return result;
}

TEST(CleanHistory, HasNoFindingAndIsCounted) {
  Story story;
  auto [first, unit7] = story.call(1'000, "a", 7);
  auto [second, unit8] = story.call(2'000, "b", 8);
  story.sign(3'000, first, unit7);
  story.sign(3'500, second, unit8);
  story.arrive(40'000, first, unit7);
  story.breach(second, 120);
  story.arrive(70'000, second, unit8);
  story.finish(80'000, first, unit7);
  auto [third, again] = story.call(81'000, "c", 7);
  story.sign(82'000, third, again);
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.incidents, 3U);
  EXPECT_EQ(verdict.assigned, 3U);
  EXPECT_EQ(verdict.on_scene, 2U);
  EXPECT_EQ(verdict.closed, 1U);
  EXPECT_EQ(verdict.lost, 0U);
  EXPECT_EQ(verdict.double_assigned, 0U);
  EXPECT_EQ(verdict.breaches, 1U);
  EXPECT_EQ(verdict.latest_timer_ms, 120);
  EXPECT_EQ(verdict.rings.at(1).in_time, 1U);
  EXPECT_EQ(verdict.rings.at(1).late, 1U);
  EXPECT_EQ(verdict.rings.at(1).pending, 1U);
  EXPECT_THAT(verdict.report_to_order_ms, ElementsAre(2.0, 2.0, 2.0));
}

TEST(CleanHistory, StaysCleanWhenTheNewLeaderPublishesTheSameDecisionsAgain) {
  Story story;
  story.call(1'000, "a", 7);
  const std::vector<Record> once = story.records;
  for (Record record : once) {
    if (record.topic != Topic::kDecisions) continue;
    record.offset += 1'000;
    story.records.push_back(record);
  }
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.incidents, 1U);
  EXPECT_EQ(verdict.repeated_decisions, 4U);
}

TEST(CleanHistory, CountsAnIncidentThatWaitsAsQueued) {
  Story story;
  story.source_report("a");
  story.carried_report(1'000, "a");
  const v1::Incident incident = story.open("a");
  story.decide().mutable_incident_queued()->set_incident_id(incident.incident_id());
  story.end_record();
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.queued, 1U);
  EXPECT_EQ(verdict.waiting, 1U);
}

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

TEST(Clock, BreachThatLogTimePassedByIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.tick(63'000);
  story.breach(incident, 2'500);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "earlier records had passed it by"));
}

TEST(Clock, BreachThatCameLateInAStillLogIsFoundUnlessNobodyLed) {
  for (const bool takeover : {false, true}) {
    Story story;
    auto [incident, assignment] = story.call(1'000, "a", 7);
    story.sign(2'000, incident, assignment);
    story.breach(incident, 2'500);
    if (takeover) {
      story.log(64'000).mutable_leader_started();
      story.end_record();
      EXPECT_THAT(texts(story.verdict()), IsEmpty());
    } else {
      EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "the log stood still"));
    }
  }
}

TEST(Clock, MissingBreachIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.tick(62'500);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "no breach was decided"));
}

TEST(Clock, SecondBreachIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.breach(incident, 0);
  story.breach(incident, 10);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "was decided again"));
}

TEST(Clock, BreachThoughAUnitWasThereIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.arrive(20'000, incident, assignment);
  story.breach(incident, 0);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "though a unit was there in time"));
}

TEST(Clock, AssignmentThatNobodySignedForAndNobodyEndedIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  story.tick(33'000);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "was not signed for in time, and is still live"));
}

TEST(Clock, AssignmentEndedBeforeItsTimeToSignIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.log(21'000).mutable_tick();
  story.end(assignment, v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED);
  story.end_record();
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "10000 ms too early"));
}

TEST(Inputs, BadInputThatWasNotKeptIsFound) {
  Story story;
  story.records.push_back({Topic::kIncidents, 0, 0, kStart, "\xff\xff"});
  DiaryEntry bad;
  bad.topic = "incidents";
  bad.published_as = "bad";
  bad.partition = 0;
  bad.offset = 0;
  story.diary.push_back(bad);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kInput, "the bad input at incidents partition 0 offset 0"));
}

TEST(Diary, LinesBecomeEntries) {
  const DiaryLine published = parse_diary_line(
      R"({"t_ms":5,"event":"published","source":"110","event_id":"a","topic":"incidents","kind":"report",)"
      R"("repeated":false,"acked":true,"partition":2,"offset":9,"t_us":4321})");
  ASSERT_TRUE(published.entry.has_value()) << published.error;
  EXPECT_EQ(published.entry->kind, DiaryEntry::Kind::kPublished);
  EXPECT_EQ(published.entry->at_us, 4321);
  EXPECT_EQ(published.entry->offset, 9);
  const DiaryLine order = parse_diary_line(
      R"({"t_ms":6,"unit":7,"event":"order_received","sequence":1,"order":"cancel","assignment_id":3})");
  ASSERT_TRUE(order.entry.has_value()) << order.error;
  EXPECT_EQ(order.entry->kind, DiaryEntry::Kind::kCancelReceived);
  EXPECT_EQ(order.entry->at_us, 6'000);
  EXPECT_EQ(order.entry->assignment_id, 3U);
  EXPECT_FALSE(parse_diary_line(R"({"t_ms":6,"unit":7,"event":"connected"})").entry.has_value());
  EXPECT_THAT(parse_diary_line("{\"t_ms\":").error, HasSubstr("parse error"));
}

TEST(Diary, LineThatTheEndOfTheProcessCutOffIsLeftOut) {
  const std::string path = testing::TempDir() + "/cut.diary";
  std::ofstream(path) << R"({"t_ms":6,"unit":7,"event":"feedback","assignment_id":3})"
                      << "\n"
                      << R"({"t_ms":7,"un)";
  std::vector<std::string> errors;
  EXPECT_EQ(read_diary(path, errors).size(), 1U);
  EXPECT_THAT(errors, IsEmpty());
  std::remove(path.c_str());
}

}  // namespace
}  // namespace dispatch135::oracle
