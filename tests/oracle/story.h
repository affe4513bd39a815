// A history as a correct system writes it; tests plant a fault in it.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/history_checker.h"

namespace dispatch135::oracle {

inline constexpr std::uint32_t kRegion = 320200;
inline constexpr std::int64_t kStart = 1'700'000'000'000;  // Log time of the first record.
inline constexpr std::int64_t kDeadline = 60'000;
inline constexpr std::int64_t kSignWithin = 30'000;

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

inline auto finding(Fault fault, const std::string& text) {
  return ::testing::Contains(::testing::AllOf(::testing::Field(&Finding::fault, fault),
                                              ::testing::Field(&Finding::text, ::testing::HasSubstr(text))));
}

inline std::vector<std::string> texts(const Verdict& verdict) {
  std::vector<std::string> result;
  for (const Finding& finding : verdict.findings) result.push_back(finding.text);
  return result;
}

}  // namespace dispatch135::oracle
