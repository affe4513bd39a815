#include "services/demo/scoreboard.h"

namespace dispatch135::demo {

void Scoreboard::on_event(const v1::WatchEvent& event) {
  for (const v1::Incident& incident : event.snapshot().incidents()) on_new(incident);
  for (const v1::Unit& unit : event.snapshot().units()) units_[unit.unit_id()] = unit.secondary();
  for (const v1::Decision& decision : event.decisions().decisions()) on_decision(decision);
}

void Scoreboard::on_new(const v1::Incident& incident) {
  if (!incidents_.insert_or_assign(incident.incident_id(), incident).second) return;
  latest_calls_.push_front(incident.incident_id());
  if (latest_calls_.size() > kShown) latest_calls_.pop_back();
}

void Scoreboard::on_decision(const v1::Decision& decision) {
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened:
      on_new(decision.incident_opened().incident());
      break;
    case v1::Decision::kIncidentChanged:
      on_new(decision.incident_changed().incident());
      break;
    case v1::Decision::kDeadlineBreached:
      incidents_[decision.deadline_breached().incident_id()].set_breached(true);
      break;
    case v1::Decision::kUnitChanged:
      units_[decision.unit_changed().unit().unit_id()] = decision.unit_changed().unit().secondary();
      break;
    case v1::Decision::kUnitAssigned: {
      const v1::UnitAssigned& assigned = decision.unit_assigned();
      ++orders_;
      latest_orders_.push_front({decision.decided_at_ms(), assigned.assignment().unit_id(),
                                 assigned.assignment().incident_id(), assigned.assignment().eta_ms(),
                                 assigned.in_time()});
      if (latest_orders_.size() > kShown) latest_orders_.pop_back();
      break;
    }
    default:
      break;
  }
}

Scoreboard::Counts Scoreboard::counts() const {
  Counts counts;
  for (const auto& [id, incident] : incidents_) {
    ++counts.calls;
    counts.breached += incident.breached() ? 1 : 0;
    counts.on_scene += incident.first_on_scene_at_ms() != 0 ? 1 : 0;
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED) {
      ++counts.closed;
    } else if (incident.status() == v1::INCIDENT_STATUS_CANCELLED) {
      ++counts.cancelled;
    } else {
      ++counts.open;
      counts.waiting += incident.status() == v1::INCIDENT_STATUS_ACTIVE ? 1 : 0;
    }
  }
  return counts;
}

std::map<std::uint32_t, RingCount> Scoreboard::rings() const {
  std::map<std::uint32_t, RingCount> rings = {{1, {}}, {3, {}}, {5, {}}};
  for (const auto& [id, incident] : incidents_) {
    RingCount& ring = rings[incident.ring_min()];
    if (incident.breached()) {
      ++ring.late;
    } else if (incident.first_on_scene_at_ms() != 0) {
      ++ring.in_time;
    } else if (incident.ended_at_ms() == 0) {
      ++ring.pending;
    }
  }
  return rings;
}

std::map<v1::UnitSecondaryStatus, std::uint64_t> Scoreboard::units() const {
  std::map<v1::UnitSecondaryStatus, std::uint64_t> counts;
  for (const auto& [id, status] : units_) ++counts[status];
  return counts;
}

const v1::Incident* Scoreboard::incident(std::uint64_t incident_id) const {
  const auto it = incidents_.find(incident_id);
  return it == incidents_.end() ? nullptr : &it->second;
}

}  // namespace dispatch135::demo
