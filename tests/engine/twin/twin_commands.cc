// What the dispatchers say.
#include <algorithm>
#include <utility>

#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {

void Twin::command(const v1::OperatorCommand& command) {
  switch (command.command_case()) {
    case v1::OperatorCommand::kAssign:
      return assign_by_hand(command.assign());
    case v1::OperatorCommand::kRelease: {
      const std::size_t index = index_of(command.release().unit_id());
      if (units_[index].assignment == 0) return;
      Incident& incident = incidents_.at(units_[index].incident);
      mark_tried(incident, index);
      end_work(incident, units_[index].assignment, v1::AssignmentEnded::REASON_RELEASED,
               v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
      return assign_missing(incident);
    }
    case v1::OperatorCommand::kCancel:
      if (Incident* incident = open_incident(command.cancel().incident_id())) call_off(*incident);
      return;
    case v1::OperatorCommand::kClose:
      if (Incident* incident = open_incident(command.close().incident_id())) {
        end_incident(*incident, v1::INCIDENT_STATUS_CLOSED, v1::AssignmentEnded::REASON_INCIDENT_CLOSED);
      }
      return;
    case v1::OperatorCommand::kChangeSeverity:
      if (Incident* incident = open_incident(command.change_severity().incident_id())) {
        change_severity(*incident, command.change_severity().severity());
        assign_missing(*incident);
      }
      return;
    case v1::OperatorCommand::kUnitService: {
      const std::size_t index = index_of(command.unit_service().unit_id());
      units_[index].held_out = !command.unit_service().in_service();
      return units_[index].held_out ? take_out(index) : put_back(index);
    }
    case v1::OperatorCommand::kReinforce: {
      Incident* incident = open_incident(command.reinforce().incident_id());
      if (incident == nullptr || incident->levels_sent >= incident->answer.levels.size()) return;
      send_level(*incident);
      ++moments_[Kind::kLevel];
      return assign_missing(*incident);
    }
    case v1::OperatorCommand::kStandDown:
      return stand_down(command.stand_down());
    case v1::OperatorCommand::kHold:
      if (Incident* incident = open_incident(command.hold().incident_id())) {
        incident->hold = command.hold().hold();
        incident->proposed.clear();
        assign_missing(*incident);
      }
      return;
    case v1::OperatorCommand::kExclude: {
      Incident* incident = open_incident(command.exclude().incident_id());
      if (incident == nullptr) return;
      const std::size_t index = index_of(command.exclude().unit_id());
      if (!command.exclude().excluded()) {
        incident->excluded.erase(index);
      } else {
        incident->excluded.insert(index);
        if (units_[index].assignment != 0 && units_[index].incident == incident->id) {
          end_work(*incident, units_[index].assignment, v1::AssignmentEnded::REASON_EXCLUDED,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
        }
      }
      return assign_missing(*incident);
    }
    case v1::OperatorCommand::kPublishRoster:
      return publish(command.publish_roster());
    default:
      return;
  }
}

bool Twin::refused(std::size_t index, const Incident& incident, bool force) const {
  const Unit& unit = units_[index];
  if (unit.status == v1::UNIT_SECONDARY_STATUS_OFF_DUTY || unit.status == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) {
    return true;
  }
  if (unit.last_order - unit.last_read >= 64 || (unit.assignment != 0 && unit.incident == incident.id)) return true;
  if (!rostered_for(unit, now_, incident.matter.severity)) {
    const bool in_break = unit.shift && unit.shift->has(now_);
    if (!in_break || !force) return true;
  }
  if (force) return false;
  return unit.assignment != 0 || (!is_free(unit.status) && !waits_in_break(unit)) || unit.unheard ||
         incident.excluded.contains(index);
}

void Twin::assign_by_hand(const v1::AssignUnit& command) {
  Incident* incident = open_incident(command.incident_id());
  const std::size_t index = index_of(command.unit_id());
  if (incident == nullptr || refused(index, *incident, command.force())) return;
  const std::uint64_t left = units_[index].assignment == 0 ? 0 : units_[index].incident;
  if (left != 0) {
    end_work(incidents_.at(left), units_[index].assignment, v1::AssignmentEnded::REASON_DIVERTED,
             v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  Work work = {.unit = index};
  fit_into_plan(*incident, work);
  const std::size_t entry = work.entry == 0 ? 0 : work.entry - 1;
  Told told;
  told.rule = v1::Why::RULE_OPERATOR;
  told.left_ms = time_left(*incident, entry);
  told.counts = count(*incident, incident->plan[entry].entry);
  const auto way = town_->travel_ms(units_[index].card.travel, units_[index].place, incident->place);
  if (way) {
    const std::int64_t before = turnout(units_[index]);
    told.eta_ms = before + *way;
    told.candidates.push_back({units_[index].card.id, told.eta_ms, before, 0});
  }
  assign(*incident, index, work.entry, true, std::move(told));
  note_waiting(*incident);
  if (left != 0) assign_missing(incidents_.at(left));
}

// Who is not needed any more is not replaced.
void Twin::stand_down(const v1::StandDown& command) {
  Incident* incident = open_incident(command.incident_id());
  if (incident == nullptr) return;
  std::vector<Work> ending;
  for (const Work& work : incident->works) {
    const bool named = units_[work.unit].card.id == command.unit_id();
    if (command.unit_id() == 0 ? !work.on_scene : named) ending.push_back(work);
  }
  if ((command.unit_id() != 0 && ending.empty()) || ending.size() == incident->works.size()) return;
  for (const Work& work : ending) {
    const auto entry = std::find_if(incident->works.begin(), incident->works.end(), [&](const Work& w) {
                         return w.id == work.id;
                       })->entry;
    if (entry != 0) --incident->plan[entry - 1].entry.units;
    end_work(*incident, work.id, v1::AssignmentEnded::REASON_STOOD_DOWN, v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED,
             true);
  }
  if (command.unit_id() == 0) {
    for (std::size_t entry = 0; entry < incident->plan.size(); ++entry) {
      incident->plan[entry].entry.units -= incident->missing(entry);
    }
  }
  note_waiting(*incident);
}

// The cases publish one roster, with at most one shift and one break for each unit.
void Twin::publish(const v1::PublishRoster& roster) {
  for (const v1::RosterShift& entry : roster.shifts()) {
    Shift shift = {.begin_ms = entry.begin_ms(), .end_ms = entry.end_ms()};
    for (const v1::RosterBreak& pause : entry.breaks()) {
      shift.break_begin_ms = pause.begin_ms();
      shift.break_end_ms = pause.end_ms();
    }
    units_[index_of(entry.unit_id())].shift = shift;
  }
  for (std::size_t unit = 0; unit < units_.size(); ++unit) {
    if (units_[unit].shift) follow_roster(unit);
  }
}

}  // namespace dispatch135::core::twin
