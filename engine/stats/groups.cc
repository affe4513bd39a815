#include "engine/stats/groups.h"

#include <algorithm>
#include <vector>

#include "engine/base/limits.h"

namespace dispatch135::stats {
namespace {

// Milliseconds.
constexpr std::array<std::int64_t, 4> kSigning = {30'000, 60'000, 120'000, 180'000};
constexpr std::array<std::int64_t, 6> kResponse = {60'000, 180'000, 300'000, 600'000, 900'000, 1'800'000};
constexpr std::array<std::int64_t, 4> kFeedback = {1'800'000, 3'600'000, 7'200'000, 14'400'000};

template <std::size_t kLimits>
void count(Timing<kLimits>& timing, const std::array<std::int64_t, kLimits>& limits, std::int64_t ms) {
  for (std::size_t i = 0; i < kLimits; ++i) timing.within[i] += ms <= limits[i] ? 1 : 0;
  timing.took.add(ms);
}

template <std::size_t kLimits>
void put_together(Timing<kLimits>& into, const Timing<kLimits>& other) {
  for (std::size_t i = 0; i < kLimits; ++i) into.within[i] += other.within[i];
  into.took.add(other.took);
}

template <std::size_t kLimits>
void fill_timing(const Timing<kLimits>& timing, const std::array<std::int64_t, kLimits>& limits,
                 v1::TimeStatistics& out) {
  out.set_count(timing.took.count());
  for (std::size_t i = 0; i < kLimits; ++i) {
    out.add_within(timing.within[i]);
    out.add_limits_ms(limits[i]);
  }
  out.set_mean_ms(timing.took.mean_ms());
  out.set_p50_ms(timing.took.percentile_ms(50));
  out.set_p90_ms(timing.took.percentile_ms(90));
}

}  // namespace

void Group::add(const Group& other) {
  opened += other.opened;
  closed += other.closed;
  cancelled += other.cancelled;
  breaches += other.breaches;
  void_calls += other.void_calls;
  false_alarms += other.false_alarms;
  duplicates += other.duplicates;
  assignments += other.assignments;
  put_together(signing, other.signing);
  put_together(response, other.response);
  put_together(feedback, other.feedback);
}

void Group::fill(v1::GroupStatistics& out) const {
  out.set_opened(opened);
  out.set_closed(closed);
  out.set_cancelled(cancelled);
  out.set_breaches(breaches);
  out.set_void_calls(void_calls);
  out.set_false_alarms(false_alarms);
  out.set_duplicates(duplicates);
  out.set_assignments(assignments);
  fill_timing(signing, kSigning, *out.mutable_signing());
  fill_timing(response, kResponse, *out.mutable_response());
  fill_timing(feedback, kFeedback, *out.mutable_feedback());
}

Groups::Known Groups::known(const v1::Incident& incident) {
  Known made;
  made.district = incident.district();
  made.category = static_cast<std::uint64_t>(incident.category());
  made.quarter = static_cast<std::uint64_t>(incident.opened_at_ms() / kQuarterMs % kQuarters);
  made.opened_at_ms = incident.opened_at_ms();
  made.reached = incident.first_on_scene_at_ms() != 0;
  made.linked = incident.status() == v1::INCIDENT_STATUS_LINKED;
  return made;
}

template <typename Visit>
void Groups::each_of(const Known& incident, Visit visit) {
  visit(all_);
  visit(by_district_[incident.district]);
  visit(by_category_[incident.category]);
  visit(by_quarter_[incident.quarter]);
}

void Groups::on_decision(const v1::Decision& decision) {
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened: {
      const v1::Incident& incident = decision.incident_opened().incident();
      if (incident.has_loan()) return;  // It counts where it is.
      const Known opened = known(incident);
      each_of(opened, [&](Group& group) {
        ++group.opened;
        group.duplicates += opened.linked ? 1 : 0;
      });
      open_[incident.incident_id()] = opened;
      return;
    }
    case v1::Decision::kIncidentChanged:
      if (decision.incident_changed().cause() == v1::IncidentChanged::CAUSE_REOPENED) {
        each_of(known(decision.incident_changed().incident()), [](Group& group) { --group.closed; });
      }
      return on_incident(decision.incident_changed().incident());
    case v1::Decision::kDeadlineBreached: {
      const auto found = open_.find(decision.deadline_breached().incident_id());
      if (found == open_.end()) return;
      each_of(found->second, [](Group& group) { ++group.breaches; });
      return;
    }
    case v1::Decision::kAssignmentEnded:
      return on_ended(decision.assignment_ended(), decision.decided_at_ms());
    case v1::Decision::kUnitChanged: {
      const v1::Unit& unit = decision.unit_changed().unit();
      if (post_of_unit_.emplace(unit.unit_id(), unit.post_id()).second) {
        name_of_unit_[unit.unit_id()] = unit.call_sign();
      }
      return;
    }
    default:
      return;
  }
}

void Groups::on_incident(const v1::Incident& incident) {
  if (incident.has_loan()) return;
  const auto found = open_.find(incident.incident_id());
  if (found == open_.end()) {
    // One that had ended goes on: what was counted of it stays counted.
    if (incident.ended_at_ms() == 0) open_[incident.incident_id()] = known(incident);
    return;
  }
  Known& before = found->second;
  const Known now = known(incident);
  if (now.linked != before.linked) {
    each_of(before, [&](Group& group) { now.linked ? ++group.duplicates : --group.duplicates; });
    before.linked = now.linked;
  }
  if (now.reached && !before.reached) {
    before.reached = true;
    const std::int64_t took = incident.first_on_scene_at_ms() - before.opened_at_ms;
    each_of(before, [&](Group& group) { count(group.response, kResponse, took); });
  }
  if (incident.ended_at_ms() == 0) return;
  each_of(before, [&](Group& group) {
    incident.status() == v1::INCIDENT_STATUS_CANCELLED ? ++group.cancelled : ++group.closed;
    group.void_calls += incident.disposition() == v1::DISPOSITION_VOID ? 1 : 0;
    group.false_alarms += incident.disposition() == v1::DISPOSITION_FALSE_ALARM ? 1 : 0;
    group.duplicates += incident.disposition() == v1::DISPOSITION_DUPLICATE && !before.linked ? 1 : 0;
  });
  open_.erase(found);
}

void Groups::on_ended(const v1::AssignmentEnded& ended, std::int64_t at_ms) {
  const v1::Assignment& assignment = ended.assignment();
  const std::int64_t from_ms = assignment.assigned_at_ms();
  const auto work = [&](Group& group) {
    ++group.assignments;
    if (assignment.acknowledged_at_ms() != 0) count(group.signing, kSigning, assignment.acknowledged_at_ms() - from_ms);
    if (ended.reason() == v1::AssignmentEnded::REASON_FEEDBACK) count(group.feedback, kFeedback, at_ms - from_ms);
  };
  const auto own_work = [&](Group& group) {
    work(group);
    if (assignment.on_scene_at_ms() != 0) count(group.response, kResponse, assignment.on_scene_at_ms() - from_ms);
  };
  if (const auto found = open_.find(assignment.incident_id()); found != open_.end()) each_of(found->second, work);
  own_work(by_unit_[assignment.unit_id()]);
  if (const auto post = post_of_unit_.find(assignment.unit_id()); post != post_of_unit_.end()) {
    own_work(by_post_[post->second]);
  }
}

void Groups::fill(const v1::StatisticsRequest& request, v1::StatisticsResponse& response) const {
  all_.fill(*response.mutable_all());
  std::map<std::uint64_t, Group> hours;
  const std::map<std::uint64_t, Group>* groups = nullptr;
  switch (request.group_by()) {
    case v1::STATISTICS_GROUPING_UNIT:
      groups = &by_unit_;
      break;
    case v1::STATISTICS_GROUPING_POST:
      groups = &by_post_;
      break;
    case v1::STATISTICS_GROUPING_DISTRICT:
      groups = &by_district_;
      break;
    case v1::STATISTICS_GROUPING_CATEGORY:
      groups = &by_category_;
      break;
    case v1::STATISTICS_GROUPING_HOUR: {
      const std::int64_t minutes = request.utc_offset_min();
      const bool good = minutes % 15 == 0 && minutes >= -limits::kUtcOffsetMin && minutes <= limits::kUtcOffsetMin;
      for (const auto& [quarter, group] : by_quarter_) {
        const std::int64_t local = static_cast<std::int64_t>(quarter) + kQuarters + (good ? minutes / 15 : 0);
        hours[static_cast<std::uint64_t>(local % kQuarters / 4)].add(group);
      }
      groups = &hours;
      break;
    }
    default:
      return;
  }
  std::vector<std::uint64_t> keys(request.keys().begin(), request.keys().end());
  std::sort(keys.begin(), keys.end());
  for (const auto& [key, group] : *groups) {
    if (!keys.empty() && !std::binary_search(keys.begin(), keys.end(), key)) continue;
    v1::GroupStatistics& out = *response.add_groups();
    out.set_key(key);
    if (request.group_by() == v1::STATISTICS_GROUPING_UNIT) {
      const auto name = name_of_unit_.find(key);
      if (name != name_of_unit_.end()) out.set_name(name->second);
    }
    group.fill(out);
  }
}

}  // namespace dispatch135::stats
