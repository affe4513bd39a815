// I4: each timer once, not too early, and within a second.
#include <algorithm>

#include "tests/oracle/judgement.h"

namespace dispatch135::oracle {
namespace {

constexpr std::int64_t kPunctualMs = 1'000;
// While nobody leads a partition nobody lets time pass in its log; a session timeout and the hand-over last so long.
constexpr std::int64_t kTakeoverMs = 15'000;

}  // namespace

// Late are two things: log time had passed the due time by a second before the decision's own record (the core was
// wrong), or that record came late because the leader let the log stand still (unless there was no leader).
void Judgement::judge_timer(const Identity& id, std::int64_t due_ms, const std::string& what) {
  const std::int64_t at_ms = log_time_ms(id.at);
  if (at_ms < due_ms) {
    find(Fault::kClock, what + " was decided " + std::to_string(due_ms - at_ms) + " ms too early, by " + to_string(id));
    return;
  }
  verdict_.latest_timer_ms = std::max(verdict_.latest_timer_ms, at_ms - due_ms);
  if (at_ms <= due_ms + kPunctualMs) return;
  const auto own = history_.log_.find(id.at);
  if (own != history_.log_.begin()) {
    const auto before = std::prev(own)->first;
    if (before.partition == id.at.partition && log_time_ms(before) > due_ms + kPunctualMs) {
      find(Fault::kClock, what + " was due " + std::to_string(at_ms - due_ms) + " ms before it was decided by " +
                              to_string(id) + ", and earlier records had passed it by");
      return;
    }
  }
  if (history_.may_be_late_.contains(id.at)) return;
  for (auto it = own; it != history_.log_.end() && it->first.partition == id.at.partition; ++it) {
    if (it->second.timestamp_ms > at_ms + kTakeoverMs) break;
    if (it->second.record.has_leader_started()) return;
  }
  find(Fault::kClock, what + " was due " + std::to_string(at_ms - due_ms) + " ms before it was decided by " +
                          to_string(id) + ": the log stood still");
}

void Judgement::on_breach(const Identity& id, const v1::DeadlineBreached& breach) {
  Incident& incident = incidents_[breach.incident_id()];
  const std::string what = "the breach of incident " + name_of(breach.incident_id());
  ++verdict_.breaches;
  if (++incident.breaches > 1) {
    find(Fault::kClock, what + " was decided again by " + to_string(id));
    return;
  }
  if (breach.deadline_at_ms() != incident.now.deadline_at_ms()) {
    find(Fault::kClock, what + " names another deadline than the incident has, by " + to_string(id));
  }
  const std::int64_t there = incident.now.first_on_scene_at_ms();
  if (there != 0 && there < breach.deadline_at_ms()) {
    find(Fault::kClock, what + " was decided though a unit was there in time, by " + to_string(id));
  }
  if (!incident.open()) find(Fault::kClock, what + " was decided though it had ended, by " + to_string(id));
  judge_timer(id, std::max(breach.deadline_at_ms(), incident.deadline_set_at_ms), what);
}

void Judgement::on_not_acknowledged(const Identity& id, const v1::Assignment& shown) {
  const Assignment& assignment = assignments_[shown.assignment_id()];
  const std::string what =
      "the end of assignment " + std::to_string(shown.assignment_id()) + " for want of a signature";
  if (assignment.acknowledged || shown.acknowledged_at_ms() != 0) {
    find(Fault::kClock, what + " was decided by " + to_string(id) + " though the unit had signed");
  }
  if (assignment.acknowledge_by_ms != 0) judge_timer(id, assignment.acknowledge_by_ms, what);
}

void Judgement::judge_missing_timers() {
  for (const auto& [incident_id, incident] : incidents_) {
    if (incident.breaches > 0 || incident.now.deadline_at_ms() == 0 || incident.now.linked_to() != 0) continue;
    const std::int64_t deadline = std::max(incident.now.deadline_at_ms(), incident.deadline_set_at_ms);
    const std::int64_t there = incident.now.first_on_scene_at_ms();
    const std::int64_t ended = incident.now.ended_at_ms();
    if ((there != 0 && there <= deadline) || (ended != 0 && ended <= deadline)) continue;
    const auto end = end_times_.find(incident.opened_at.partition);
    if (end != end_times_.end() && end->second > deadline + kPunctualMs) {
      find(Fault::kClock,
           "incident " + name_of(incident_id) + " had nobody on scene by its deadline, and no breach was decided");
    }
  }
  for (const auto& [assignment_id, assignment] : assignments_) {
    if (!assignment.live || assignment.acknowledged || assignment.acknowledge_by_ms == 0) continue;
    const auto end = end_times_.find(assignment.partition);
    if (end != end_times_.end() && end->second > assignment.acknowledge_by_ms + kPunctualMs) {
      find(Fault::kClock,
           "assignment " + std::to_string(assignment_id) + " was not signed for in time, and is still live");
    }
  }
}

void Judgement::judge_rings() {
  for (const auto& [incident_id, incident] : incidents_) {
    if (incident.now.has_loan()) continue;  // Its clock is the asker's.
    const auto ring = verdict_.rings.find(incident.now.ring_min());
    if (ring == verdict_.rings.end()) continue;
    const std::int64_t there = incident.now.first_on_scene_at_ms();
    if (incident.breaches > 0) {
      ++ring->second.late;
    } else if (there != 0 && there <= incident.now.deadline_at_ms()) {
      ++ring->second.in_time;
    } else if (incident.open()) {
      ++ring->second.pending;
    } else {
      ++ring->second.ended_before;
    }
  }
}

}  // namespace dispatch135::oracle
