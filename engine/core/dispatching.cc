// Who goes where: the choice, the assignment, its end, and the queue of those who wait.
#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

bool capable(const city::UnitInfo& unit, const Incident& incident) {
  if ((incident.required_capabilities & ~unit.capabilities) != 0) return false;
  return incident.required_unit_kinds == 0 || (incident.required_unit_kinds >> (unit.kind - 1) & 1U) != 0;
}

bool tried(const Incident& incident, UnitIndex unit, TimeMs now) {
  return std::any_of(incident.tried.begin(), incident.tried.end(),
                     [&](const Tried& t) { return t.unit == unit && t.until > now; });
}

}  // namespace

// Free, capable, and not lately asked in vain.
class Region::Filter : public road::UnitFilter {
 public:
  Filter(const Region& region, const Incident& incident) : region_(region), incident_(incident) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    if (!region_.assignable(unit) || !capable(region_.unit_infos_[unit.value()], incident_)) return false;
    if (tried(incident_, unit, region_.shared_->now)) return false;
    turnout = region_.policy_->turnout(region_.post_kinds_[unit.value()]);
    return true;
  }
  DurationMs least_turnout() const override { return region_.policy_->least_turnout(); }

 private:
  const Region& region_;
  const Incident& incident_;
};

void Region::set_rule(Incident& incident) {
  const DurationMs deadline = policy_->deadline(incident.place_class, incident.severity);
  incident.deadline_at = incident.opened_at + deadline;
  incident.ring_min = policy::ring_of(deadline);
  incident.units_needed = policy_->units(incident.severity);
  shared_->timers.set({incident.deadline_at, TimerKind::kDeadline, id_, incident.id.value()});
}

void Region::open(Incident incident) {
  incident.opened_at = shared_->now;
  set_rule(incident);
  by_event_.emplace(EventName{incident.source, incident.event_id}, incident.id);
  Incident& kept = incidents_.emplace(incident.id, std::move(incident)).first->second;
  ++open_incidents_;
  fill(kept, true, *decide().mutable_incident_opened()->mutable_incident());
  assign_missing(kept);
  if (!kept.assignments.empty()) decide_changed(kept, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
}

void Region::assign_missing(Incident& incident) {
  std::erase_if(incident.tried, [&](const Tried& t) { return t.until <= shared_->now; });
  if (const std::uint32_t missing = incident.missing(); missing > 0) {
    v1::Why why = weigh(incident);
    if (why.considered() > why.not_available() + why.not_capable() + why.already_tried()) {
      const Filter filter(*this, incident);
      const std::size_t k = std::max<std::size_t>(missing, policy_->explain_candidates());
      const auto found = search_.k_soonest(incident.position, limits::kSnapLimitMm, on_road_, filter, k);
      const DurationMs left = incident.deadline_at - shared_->now;
      for (const road::Found& unit : found.first(std::min<std::size_t>(found.size(), policy_->explain_candidates()))) {
        v1::Candidate& candidate = *why.add_candidates();
        candidate.set_unit_id(unit_infos_[unit.unit.value()].id.value());
        candidate.set_eta_ms(unit.eta().count);
        candidate.set_turnout_ms(unit.turnout.count);
        candidate.set_travel_ms(unit.travel.count);
        candidate.set_ring_min(policy::ring_of(unit.eta()));
      }
      for (const road::Found& unit : found.first(std::min<std::size_t>(found.size(), missing))) {
        why.set_rule(unit.eta() <= left ? v1::Why::RULE_SOONEST_IN_TIME : v1::Why::RULE_SOONEST_TOO_LATE);
        assign(incident, unit.unit, unit.eta(), false, why);
      }
    }
    if (const std::uint32_t still = incident.missing(); still > 0 && still != incident.reported_missing) {
      why.set_rule(v1::Why::RULE_NOBODY_AVAILABLE);
      v1::IncidentQueued& queued = *decide().mutable_incident_queued();
      queued.set_incident_id(incident.id.value());
      queued.set_units_missing(still);
      incident.reported_missing = still;
      *queued.mutable_why() = std::move(why);
    }
  }
  requeue(incident);
}

// What is known before the roads are asked: who is out of the question, and why.
v1::Why Region::weigh(const Incident& incident) const {
  std::uint32_t considered = 0;
  std::uint32_t not_available = 0;
  std::uint32_t not_capable = 0;
  std::uint32_t already_tried = 0;
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (units_[i].secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) continue;
    ++considered;
    if (!assignable(UnitIndex(i))) {
      ++not_available;
    } else if (!capable(unit_infos_[i], incident)) {
      ++not_capable;
    } else if (tried(incident, UnitIndex(i), shared_->now)) {
      ++already_tried;
    }
  }
  v1::Why why;
  why.set_considered(considered);
  why.set_not_available(not_available);
  why.set_not_capable(not_capable);
  why.set_already_tried(already_tried);
  why.set_deadline_ms((incident.deadline_at - shared_->now).count);
  why.set_policy(policy_->name());
  return why;
}

void Region::assign(Incident& incident, UnitIndex index, DurationMs eta, bool by_operator, v1::Why why) {
  Unit& unit = units_[index.value()];
  D135_CHECK(unit.assignment == AssignmentId{}, "a unit holds one assignment at most");
  D135_CHECK(incident.assignments.size() < limits::kAssignmentsPerIncident, "checked before units are chosen");

  Assignment assignment;
  assignment.id = AssignmentId(shared_->id_here(++shared_->assignments));
  assignment.incident = incident.id;
  assignment.unit = index;
  assignment.by_operator = by_operator;
  assignment.assigned_at = shared_->now;
  assignment.acknowledge_by = shared_->now + policy_->acknowledge_within();
  assignment.eta = eta;
  incident.assignments.push_back(assignment);
  unit.assignment = assignment.id;
  unit.incident = incident.id;
  shared_->timers.set({assignment.acknowledge_by, TimerKind::kAcknowledge, id_, unit_infos_[index.value()].id.value()});
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
  assigned.set_in_time(why.candidates_size() > 0 && shared_->now + eta <= incident.deadline_at);
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
  std::erase_if(incident.assignments, [&](const Assignment& a) { return a.id == id; });
  // A unit that did its part need not be replaced.
  if (reason == v1::AssignmentEnded::REASON_FEEDBACK) ++incident.units_done;

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
  requeue(incident);
  shared_->timers.set(
      {shared_->now + DurationMs{limits::kEndedIncidentKeptMs}, TimerKind::kForget, id_, incident.id.value()});
  decide_changed(incident, cause, by);
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

// Keeps the queue what it is by definition: the open incidents that miss units.
void Region::requeue(Incident& incident) {
  const QueueKey key{static_cast<int>(incident.severity), incident.opened_at.since_epoch, incident.id.value()};
  if (!is_final(incident.status) && incident.missing() > 0) {
    queue_.insert(key);
  } else {
    incident.reported_missing = 0;
    queue_.erase(key);
  }
}

void Region::serve_queue() {
  if (!came_free_) return;
  came_free_ = false;
  if (queue_.empty()) return;
  std::vector<UnitIndex> free;
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (assignable(UnitIndex(i))) free.push_back(UnitIndex(i));
  }
  // Gone on before the incident is served: it leaves the queue when it gets its units.
  for (auto next = queue_.begin(); next != queue_.end() && !free.empty();) {
    Incident& incident = incidents_.at(IncidentId(std::get<2>(*next++)));
    // The head of a long queue is those that none of the free units can help: passed by without a search.
    const bool nobody = std::none_of(free.begin(), free.end(), [&](UnitIndex unit) {
      return capable(unit_infos_[unit.value()], incident) && !tried(incident, unit, shared_->now);
    });
    if (nobody && incident.reported_missing == incident.missing()) continue;
    const std::size_t before = incident.assignments.size();
    assign_missing(incident);
    if (incident.assignments.size() == before) continue;
    std::erase_if(free, [&](UnitIndex unit) { return !assignable(unit); });
    decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
}

}  // namespace dispatch135::core
