// Who goes where: the choice, the assignment, its end, and the queue of those who wait.
#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
void Region::open(Incident incident, bool may_link) {
  incident.opened_at = shared_->now;
  judge(incident);
  learn(incident);
  by_event_.emplace(EventName{incident.source, incident.event_id}, incident.id);
  Incident& kept = incidents_.emplace(incident.id, std::move(incident)).first->second;
  ++open_incidents_;
  const v1::IncidentRelated::What related = relate(kept, may_link);
  fill(kept, true, *decide().mutable_incident_opened()->mutable_incident());
  announce(kept, related);
  assign_missing(kept);
  if (!kept.assignments.empty()) decide_changed(kept, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
}

void Region::assign(Incident& incident, UnitIndex index, DurationMs eta, std::uint32_t plan_entry, bool by_operator,
                    v1::Why why, std::optional<Destination> destination) {
  Unit& unit = units_[index.value()];
  D135_CHECK(unit.assignment == AssignmentId{}, "a unit holds one assignment at most");
  D135_CHECK(incident.assignments.size() < limits::kAssignmentsPerIncident, "checked before units are chosen");

  Assignment assignment;
  assignment.id = AssignmentId(shared_->id_here(++shared_->assignments));
  assignment.incident = incident.id;
  assignment.unit = index;
  assignment.by_operator = by_operator;
  assignment.assigned_at = shared_->now;
  assignment.acknowledge_by = shared_->now + incident.response.acknowledge_within;
  assignment.eta = eta;
  assignment.plan_entry = plan_entry;
  const DurationMs left =
      destination ? destination->target_at - shared_->now : time_left(incident, plan_entry == 0 ? 0 : plan_entry - 1);
  const bool in_time = why.candidates_size() > 0 && eta <= left;
  const bool responds = !destination;
  assignment.destination = std::move(destination);
  incident.assignments.push_back(assignment);
  unit.assignment = assignment.id;
  unit.incident = incident.id;
  const std::uint64_t unit_id = unit_infos_[index.value()].id.value();
  shared_->timers.set({assignment.acknowledge_by, TimerKind::kAcknowledge, id_, unit_id});
  if (incident.response.feedback_within.count != 0) {
    shared_->timers.set({shared_->now + incident.response.feedback_within, TimerKind::kFeedback, id_, unit_id});
  }
  if (responds && incident.response.clock_start == v1::CLOCK_START_SENT) start_clock(incident);
  if (!is_final(incident.status)) set_status(incident, incident.status_of_assignments());

  v1::Decision& decision = decide();
  unit.orders.push_back({.sequence = ++unit.last_order,
                         .kind = Order::Kind::kAssignment,
                         .offset = decision.id().offset(),
                         .index = decision.id().index(),
                         .assignment = assignment.id,
                         .incident = incident.id,
                         .eta = eta,
                         .acknowledge_by = assignment.acknowledge_by});
  v1::UnitAssigned& assigned = *decision.mutable_unit_assigned();
  fill(assignment, *assigned.mutable_assignment());
  assigned.set_order_sequence(unit.last_order);
  assigned.set_in_time(in_time);
  *assigned.mutable_why() = std::move(why);
  set_status(index, v1::UNIT_SECONDARY_STATUS_DISPATCHED);
}

void Region::end_assignment(Incident& incident, AssignmentId id, v1::AssignmentEnded::Reason reason,
                            v1::UnitSecondaryStatus next, bool tell) {
  const Assignment* found = incident.find(id);
  D135_CHECK(found != nullptr, "only live assignments are ended");
  const Assignment assignment = *found;
  Unit& unit = units_[assignment.unit.value()];
  unit.assignment = {};
  unit.incident = {};
  unit.free_at = {};
  if (incident.lent) incident.lent->left = reason;
  std::erase_if(incident.assignments, [&](const Assignment& a) { return a.id == id; });
  // A unit that did its part need not be replaced.
  if (assignment.plan_entry != 0) {
    PlannedUnits& planned = incident.plan[assignment.plan_entry - 1];
    if (reason == v1::AssignmentEnded::REASON_FEEDBACK) {
      ++planned.done;
    } else if (assignment.progress.reinforced && planned.extra > 0) {
      // Whoever was sent because it did not get on takes its place.
      --planned.extra;
    }
    // Additional units that fit take the place that is empty now, before another is sent.
    for (Assignment& other : incident.assignments) {
      if (other.plan_entry == 0) fit_into_plan(incident, other);
    }
    fit_borrowed_into_plan(incident);
  }

  v1::Decision& decision = decide();
  v1::AssignmentEnded& ended = *decision.mutable_assignment_ended();
  fill(assignment, *ended.mutable_assignment());
  ended.set_reason(reason);
  if (tell) {
    unit.orders.push_back({.sequence = ++unit.last_order,
                           .kind = Order::Kind::kCancel,
                           .offset = decision.id().offset(),
                           .index = decision.id().index(),
                           .assignment = id,
                           .incident = incident.id,
                           .eta = {},
                           .acknowledge_by = {},
                           .reason = reason});
    ended.set_order_sequence(unit.last_order);
  }
  set_status(assignment.unit, next);
  if (policy_->duty().on) follow_roster(assignment.unit);
  if (!is_final(incident.status)) set_status(incident, incident.status_of_assignments());
  requeue(incident);
}

void Region::end_incident(Incident& incident, v1::IncidentStatus status, v1::Disposition disposition,
                          v1::AssignmentEnded::Reason reason, v1::IncidentChanged::Cause cause, const std::string& by) {
  set_status(incident, status);
  incident.disposition = disposition;
  incident.ended_at = shared_->now;
  --open_incidents_;
  while (!incident.assignments.empty()) {
    end_assignment(incident, incident.assignments.front().id, reason, v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED,
                   true);
  }
  give_all_back(incident, status == v1::INCIDENT_STATUS_CANCELLED ? v1::NeighbourRelease::REASON_INCIDENT_CANCELLED
                                                                  : v1::NeighbourRelease::REASON_INCIDENT_CLOSED);
  requeue(incident);
  shared_->timers.set(
      {shared_->now + DurationMs{limits::kEndedIncidentKeptMs}, TimerKind::kForget, id_, incident.id.value()});
  decide_changed(incident, cause, by);
  after_end(incident, by);
}

// All who were wanted have done their part, and the last of the others has left without a word: nobody would ever look
// at it again.
bool Region::close_if_done(Incident& incident) {
  if (is_final(incident.status) || incident.status == v1::INCIDENT_STATUS_LINKED) return false;
  // A neighbour asked for one unit, and that has left.
  if (incident.lent && incident.assignments.empty()) {
    end_incident(incident, v1::INCIDENT_STATUS_CANCELLED, v1::DISPOSITION_TRANSFERRED,
                 v1::AssignmentEnded::REASON_INCIDENT_CANCELLED, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
    return true;
  }
  const bool worked_on = std::any_of(incident.plan.begin(), incident.plan.end(),
                                     [](const PlannedUnits& planned) { return planned.done > 0; });
  if (!worked_on || !incident.nobody_sent() || incident.missing() > 0) return false;
  end_incident(incident, v1::INCIDENT_STATUS_CLOSED, v1::DISPOSITION_HANDLED,
               v1::AssignmentEnded::REASON_INCIDENT_CLOSED, v1::IncidentChanged::CAUSE_FEEDBACK, {});
  return true;
}

void Region::mark_tried(Incident& incident, UnitIndex unit) {
  if (incident.tried.size() == limits::kTriedPerIncident) incident.tried.erase(incident.tried.begin());
  const TimeMs until = shared_->now + policy_->reoffer_after();
  incident.tried.push_back({unit, until});
  shared_->timers.set({until, TimerKind::kReoffer, id_, incident.id.value()});
}

void Region::set_status(Incident& incident, v1::IncidentStatus status) {
  if (incident.status == status) return;
  D135_CHECK(incident_may_change(incident.status, status),
             "handlers refuse steps that the incident's table does not have");
  incident.status = status;
}

Region::QueueKey Region::key_of(const Incident& incident) {
  return {static_cast<int>(incident.severity), incident.opened_at.since_epoch, incident.id.value()};
}

// Keeps the queue what it is by definition: the open incidents that miss units, unless they are told to wait.
void Region::requeue(Incident& incident) {
  const QueueKey key = key_of(incident);
  if (!is_final(incident.status) && incident.hold != v1::HoldIncident::HOLD_WAIT && incident.missing() > 0) {
    queue_.insert(key);
  } else {
    incident.reported_missing = 0;
    await_nobody(incident);
    queue_.erase(key);
  }
}

void Region::serve_queue() {
  if (!came_free_) return;
  came_free_ = false;
  const bool await_ended = std::exchange(await_ended_, false);
  if (queue_.empty()) return;
  std::vector<UnitIndex> free;
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (assignable(UnitIndex(i)) || waits_in_break(UnitIndex(i))) free.push_back(UnitIndex(i));
  }
  if (policy_->matches_together() && queue_.size() > 1) match_together(free);
  // Serving one may take it from the queue, and others too from which or to which units are diverted.
  QueueKey served;
  for (auto next = queue_.begin(); next != queue_.end() && (!free.empty() || await_ended);
       next = queue_.upper_bound(served)) {
    served = *next;
    Incident& incident = incidents_.at(IncidentId(std::get<2>(served)));
    // With nobody free only those may have to be told anew who waited for one of whom they hear no more.
    if (free.empty() && incident.awaited.empty()) continue;
    // The head of a long queue is those that none of the free units can help: passed by without a search.
    if (incident.reported_missing == incident.missing() && !can_help(free, incident)) continue;
    const std::size_t before = incident.assignments.size();
    assign_missing(incident);
    if (incident.assignments.size() == before) continue;
    std::erase_if(free, [&](UnitIndex unit) { return !assignable(unit) && !waits_in_break(unit); });
    decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
}

// One of the free units fits a place that is still empty.
bool Region::can_help(const std::vector<UnitIndex>& free, const Incident& incident) const {
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) == 0) continue;
    const policy::PlanEntry& wanted = incident.plan[entry].entry;
    if (std::any_of(free.begin(), free.end(), [&](UnitIndex unit) {
          return kept_out(unit, incident, wanted) == v1::Passed::REASON_UNSPECIFIED;
        })) {
      return true;
    }
  }
  return false;
}

}  // namespace dispatch135::core
