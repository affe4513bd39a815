// Dispatchers overrule the engine: which units go, which don't, how many, and who decides.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region_choice.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

// Why a dispatcher cannot send this unit, and what would help.
Outcome Region::why_not(UnitIndex index, const Incident& incident, bool force) const {
  const Unit& unit = units_[index.value()];
  const std::string name = "unit " + std::to_string(unit_infos_[index.value()].id.value());
  const auto refuse = [&](const std::string& reason) -> Outcome {
    return Reject{v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE, name + " " + reason};
  };
  if (unit.secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) {
    return refuse("is off duty; it cannot be forced: it must sign on first");
  }
  if (unit.secondary == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) {
    return refuse("is out of service; it cannot be forced: put it back in service first");
  }
  if (unit.orders.size() >= limits::kUnseenOrders) {
    return refuse("has " + std::to_string(unit.orders.size()) + " orders that it has not read; it cannot be forced");
  }
  if (unit.incident == incident.id && unit.assignment != AssignmentId{}) {
    return refuse("is assigned to this incident already");
  }
  if (const std::string off = off_shift(index, incident.severity, force); !off.empty()) return refuse(off);
  if (force) return {};
  const std::string how = "; force takes it nevertheless";
  if (unit.assignment != AssignmentId{}) {
    return refuse("is " + v1::UnitSecondaryStatus_Name(unit.secondary) + " at incident " +
                  std::to_string(unit.incident.value()) + how + ", and that incident gets another");
  }
  if (!is_free(unit.secondary) && !waits_in_break(index))
    return refuse("is " + v1::UnitSecondaryStatus_Name(unit.secondary) + how);
  if (unit.unheard) return refuse("is silent: it may not get the order" + how);
  if (incident.is_excluded(index)) return refuse("is excluded from this incident by a dispatcher" + how);
  return {};
}

Outcome Region::command(const v1::AssignUnit& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_linked(*incident)) return refused;
  UnitIndex index;
  if (Outcome refused = find_any(command.unit_id(), index)) return refused;
  if (Outcome refused = why_not(index, *incident, command.force())) return refused;
  if (incident->assignments.size() >= limits::kAssignmentsPerIncident) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the incident has as many units as it can hold"};
  }

  remember(applied(from, incident->id, UnitId(command.unit_id())));
  Unit& unit = units_[index.value()];
  Incident* left = unit.assignment == AssignmentId{} ? nullptr : &incidents_.at(unit.incident);
  if (left != nullptr) {
    end_assignment(*left, unit.assignment, v1::AssignmentEnded::REASON_DIVERTED,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  std::uint32_t plan_entry = 0;
  for (std::size_t entry = incident->plan.size(); entry-- > 0;) {
    if (incident->missing(entry) > 0 && fits(index, *incident, incident->plan[entry].entry)) {
      plan_entry = static_cast<std::uint32_t>(entry + 1);
    }
  }
  v1::Why why = weigh(*incident, plan_entry == 0 ? 0 : plan_entry - 1, standing_of(*incident));
  why.set_rule(v1::Why::RULE_OPERATOR);
  DurationMs eta;
  if (const auto travel = search_.travel(incident->position, limits::kSnapLimitMm, on_road_, index)) {
    const road::Found found = {index, *travel, policy_->turnout(post_kinds_[index.value()])};
    eta = found.eta();
    add_candidate(found, why);
  }
  assign(*incident, index, eta, plan_entry, true, std::move(why));
  requeue(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  if (left != nullptr) {
    assign_missing(*left);
    decide_changed(*left, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  }
  return {};
}

Outcome Region::command(const v1::ReleaseUnit& command, const v1::OperatorCommand& from) {
  UnitIndex index;
  if (Outcome refused = find_any(command.unit_id(), index)) return refused;
  const Unit& unit = units_[index.value()];
  if (unit.assignment == AssignmentId{}) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT,
                  "unit " + std::to_string(command.unit_id()) + " holds no assignment"};
  }
  Incident& incident = incidents_.at(unit.incident);
  remember(applied(from, incident.id, UnitId(command.unit_id())));
  mark_tried(incident, index);
  end_assignment(incident, unit.assignment, v1::AssignmentEnded::REASON_RELEASED,
                 v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  assign_missing(incident);
  decide_changed(incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::ExcludeUnit& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_linked(*incident)) return refused;
  UnitIndex index;
  if (Outcome refused = find_any(command.unit_id(), index)) return refused;
  if (command.excluded() && incident->excluded.size() >= limits::kExcludedPerIncident) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the incident excludes as many units as it can; take it over by hand"};
  }
  remember(applied(from, incident->id, UnitId(command.unit_id())));
  std::erase(incident->excluded, index);
  if (command.excluded()) incident->excluded.push_back(index);
  const Unit& unit = units_[index.value()];
  if (command.excluded() && unit.assignment != AssignmentId{} && unit.incident == incident->id) {
    end_assignment(*incident, unit.assignment, v1::AssignmentEnded::REASON_EXCLUDED,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  assign_missing(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::HoldIncident& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_linked(*incident)) return refused;
  if (!v1::HoldIncident::Hold_IsValid(command.hold()) || command.hold() == v1::HoldIncident::HOLD_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "hold is HOLD_NONE, HOLD_WAIT or HOLD_BY_HAND"};
  }
  remember(applied(from, incident->id, {}));
  incident->hold = command.hold();
  incident->held_by = command.hold() == v1::HoldIncident::HOLD_NONE ? std::string() : from.operator_id();
  incident->proposed.clear();
  assign_missing(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::ReinforceIncident& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_linked(*incident)) return refused;
  if (incident->levels_sent >= incident->response.plan.size()) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED, "the plan of '" + incident->response.plan_rule.name + "' has " +
                                                   std::to_string(incident->response.plan.size()) +
                                                   " level(s), and all are sent; assign further units by name"};
  }
  remember(applied(from, incident->id, {}));
  send_level(*incident);
  set_timers(*incident);
  assign_missing(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::StandDown& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_linked(*incident)) return refused;
  const auto stands_down = [&](const Assignment& a) {
    return command.unit_id() == 0 ? a.on_scene_at == TimeMs{}
                                  : unit_infos_[a.unit.value()].id == UnitId(command.unit_id());
  };
  std::vector<AssignmentId> ending;
  for (const Assignment& assignment : incident->assignments) {
    if (stands_down(assignment)) ending.push_back(assignment.id);
  }
  if (command.unit_id() != 0 && ending.empty()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT,
                  "unit " + std::to_string(command.unit_id()) + " is not assigned to this incident"};
  }
  const bool somebody_stays = std::any_of(incident->assignments.begin(), incident->assignments.end(),
                                          [&](const Assignment& a) { return !a.destination && !stands_down(a); });
  const bool only_blocks_a_way = command.unit_id() != 0 && incident->find(ending.front())->destination;
  if (!somebody_stays && !only_blocks_a_way && !incident->borrowed.any_on_scene()) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED, "nobody would be left; cancel or close the incident instead"};
  }
  remember(applied(from, incident->id, UnitId(command.unit_id())));
  for (const AssignmentId id : ending) {
    const std::uint32_t plan_entry = incident->find(id)->plan_entry;
    if (plan_entry != 0) incident->plan[plan_entry - 1].release(1);
    end_assignment(*incident, id, v1::AssignmentEnded::REASON_STOOD_DOWN,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  if (command.unit_id() == 0) {
    for (std::size_t i = incident->borrowed.all().size(); i-- > 0;) {
      const v1::BorrowedUnit& unit = incident->borrowed.all()[i];
      if (unit.on_scene_at_ms() != 0) continue;
      give_back(*incident, unit.request_id(), v1::NeighbourRelease::REASON_STOOD_DOWN);
    }
    for (std::size_t entry = 0; entry < incident->plan.size(); ++entry) {
      incident->plan[entry].release(incident->missing(entry));
    }
  }
  requeue(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

}  // namespace dispatch135::core
