// Whether what was restored fits together. A reader of bytes believes none of them: what one part names must be there
// in the other, else a record that comes later would stop the node.
#include <set>
#include <string>
#include <utility>

#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

std::string Region::misfit() const {
  for (const auto& wrong : {misfit_of_work(), misfit_of_queue(), misfit_of_names(), misfit_of_moves()}) {
    if (!wrong.empty()) return wrong;
  }
  return {};
}

// Each assignment is its unit's and its incident's.
std::string Region::misfit_of_work() const {
  std::size_t holders = 0;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const Unit& unit = units_[i];
    const bool holds = unit.assignment != AssignmentId{};
    if (is_assigned(unit.secondary) != holds) return "a unit whose status and assignment do not fit";
    if (!holds) continue;
    ++holders;
    const auto incident = incidents_.find(unit.incident);
    const Assignment* assignment = incident == incidents_.end() ? nullptr : incident->second.find(unit.assignment);
    if (assignment == nullptr || assignment->unit.value() != i || assignment->incident != unit.incident) {
      return "a unit's assignment that its incident does not have";
    }
  }
  std::size_t held = 0;
  for (const auto& [id, incident] : incidents_) {
    if (incident.id != id) return "an incident under another's id";
    if (is_final(incident.status) && !incident.assignments.empty()) return "an ended incident with assignments";
    if (incident.category == v1::CATEGORY_UNSPECIFIED || incident.severity == v1::SEVERITY_UNSPECIFIED ||
        incident.place_class == v1::PLACE_CLASS_UNSPECIFIED || incident.status == v1::INCIDENT_STATUS_UNSPECIFIED) {
      return "an incident without category, severity, class of place or status";
    }
    if (incident.levels_sent == 0 || incident.levels_sent > incident.response.plan.size()) {
      return "an incident of which more levels were sent than its response has";
    }
    held += incident.assignments.size();
    for (const Assignment& assignment : incident.assignments) {
      if (assignment.plan_entry > incident.plan.size()) return "an assignment to a place that its plan does not have";
    }
  }
  return held == holders ? "" : "an assignment that its unit does not have";
}

std::string Region::misfit_of_queue() const {
  std::size_t open = 0;
  std::set<QueueKey> waiting;
  std::set<std::pair<UnitIndex, IncidentId>> awaiting;
  for (const auto& [id, incident] : incidents_) {
    for (const UnitIndex unit : incident.awaited) awaiting.emplace(unit, id);
    if (is_final(incident.status)) continue;
    ++open;
    if (incident.hold != v1::HoldIncident::HOLD_WAIT && incident.missing() > 0) waiting.insert(key_of(incident));
  }
  if (open != open_incidents_) return "a count of open incidents that is not theirs";
  if (waiting != queue_) return "a queue that is not that of the incidents that miss units";
  if (awaiting != awaiting_) return "awaited units that are not those of the incidents";
  return {};
}

// Whatever names an incident names one that is there.
std::string Region::misfit_of_names() const {
  const auto there = [&](IncidentId id) { return incidents_.contains(id); };
  for (const auto& [name, id] : by_event_) {
    if (!there(id)) return "a name of an incident that is not there";
  }
  for (const auto& [request, id] : requests_) {
    if (!there(id)) return "a request for an incident that is not there";
  }
  for (const auto& [asker, id] : loans_) {
    const auto incident = incidents_.find(id);
    if (incident == incidents_.end() || !incident->second.lent) return "a loan without its incident";
  }
  for (const auto& [id, pursuit] : pursuits_) {
    if (!there(id)) return "a pursuit without its incident";
  }
  for (const auto& [count, command] : command_order_) {
    if (count > command_count_ || !commands_.contains(command)) return "an order of commands that is not theirs";
  }
  if (command_order_.size() != commands_.size()) return "an order of commands that is not theirs";
  return links_.misfit(there);
}

std::string Region::misfit_of_moves() const {
  for (const auto& [id, move] : moves_.all()) {
    if (coverage_ && move.zone.value() >= coverage_->zones().size()) return "a move to a zone that is not there";
  }
  return moves_.misfit();
}

}  // namespace dispatch135::core
