// What the dispatchers say. Each command acts once, by its id.
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

Outcome Region::apply(const v1::OperatorCommand& record) {
  if (record.command_id().empty()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "command_id is empty"};
  if (record.operator_id().empty()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "operator_id is empty"};
  if (commands_.contains(record.command_id())) return {};
  switch (record.command_case()) {
    case v1::OperatorCommand::kAssign:
      return command(record.assign(), record);
    case v1::OperatorCommand::kRelease:
      return command(record.release(), record);
    case v1::OperatorCommand::kCancel:
      return command(record.cancel(), record);
    case v1::OperatorCommand::kClose:
      return command(record.close(), record);
    case v1::OperatorCommand::kChangeSeverity:
      return command(record.change_severity(), record);
    case v1::OperatorCommand::kUnitService:
      return command(record.unit_service(), record);
    case v1::OperatorCommand::kPostService:
      return command(record.post_service(), record);
    case v1::OperatorCommand::kChangeStreets:
      return command(record.change_streets(), record);
    case v1::OperatorCommand::kRestoreStreets:
      return command(record.restore_streets(), record);
    case v1::OperatorCommand::kReinforce:
      return command(record.reinforce(), record);
    case v1::OperatorCommand::kStandDown:
      return command(record.stand_down(), record);
    case v1::OperatorCommand::kHold:
      return command(record.hold(), record);
    case v1::OperatorCommand::kExclude:
      return command(record.exclude(), record);
    case v1::OperatorCommand::kMerge:
      return command(record.merge(), record);
    case v1::OperatorCommand::kUnmerge:
      return command(record.unmerge(), record);
    case v1::OperatorCommand::kRegisterPremise:
      return command(record.register_premise(), record);
    case v1::OperatorCommand::kRemovePremise:
      return command(record.remove_premise(), record);
    case v1::OperatorCommand::kSettleUnitCheck:
      return command(record.settle_unit_check(), record);
    case v1::OperatorCommand::kConfirmMove:
      return command(record.confirm_move(), record);
    case v1::OperatorCommand::kDeclineMove:
      return command(record.decline_move(), record);
    case v1::OperatorCommand::kMoveUnit:
      return command(record.move_unit(), record);
    case v1::OperatorCommand::kSendBack:
      return command(record.send_back(), record);
    case v1::OperatorCommand::kAssignMatter:
      return command(record.assign_matter(), record);
    case v1::OperatorCommand::kAcceptMatter:
      return command(record.accept_matter(), record);
    case v1::OperatorCommand::kReturnMatter:
      return command(record.return_matter(), record);
    case v1::OperatorCommand::kEscalateMatter:
      return command(record.escalate_matter(), record);
    case v1::OperatorCommand::kTransferMatter:
      return command(record.transfer_matter(), record);
    case v1::OperatorCommand::kOrderWorker:
      return command(record.order_worker(), record);
    case v1::OperatorCommand::kHandleMatter:
      return command(record.handle_matter(), record);
    case v1::OperatorCommand::kVerifyMatter:
      return command(record.verify_matter(), record);
    case v1::OperatorCommand::kReopenMatter:
      return command(record.reopen_matter(), record);
    case v1::OperatorCommand::kCloseMatter:
      return command(record.close_matter(), record);
    case v1::OperatorCommand::kScoreMatter:
      return command(record.score_matter(), record);
    case v1::OperatorCommand::kActivatePolicy:
      return activate(record.activate_policy(), &record);
    case v1::OperatorCommand::kVerifyIncident:
      return command(record.verify_incident(), record);
    case v1::OperatorCommand::kReopenIncident:
      return command(record.reopen_incident(), record);
    case v1::OperatorCommand::kAskNeighbour:
      return command(record.ask_neighbour(), record);
    case v1::OperatorCommand::kReleaseNeighbour:
      return command(record.release_neighbour(), record);
    case v1::OperatorCommand::kReportSighting:
      return command(record.report_sighting(), record);
    case v1::OperatorCommand::kConfirmPursuit:
      return command(record.confirm_pursuit(), record);
    case v1::OperatorCommand::kEndPursuit:
      return command(record.end_pursuit(), record);
    case v1::OperatorCommand::kPublishRoster:
      return command(record.publish_roster(), record);
    case v1::OperatorCommand::kActivateBehaviour:
      return command(record.activate_behaviour(), record);
    case v1::OperatorCommand::COMMAND_NOT_SET:
      break;
  }
  return Reject{v1::REJECT_CODE_MISSING_FIELD, "the command is empty or of a newer version"};
}

Outcome Region::command(const v1::BehaviourActivated& command, const v1::OperatorCommand& from) {
  if (Outcome refused = activate_behaviour(command, *shared_)) return refused;
  remember(applied(from, {}, {}));
  return {};
}

// For what people answer for later: nothing is wrong when it is there.
Outcome Region::give_reason(const v1::OperatorCommand& from) {
  if (!from.reason().empty()) return {};
  return Reject{v1::REJECT_CODE_MISSING_FIELD, "say why: the command's reason is empty"};
}

void Region::remember(v1::CommandApplied applied) {
  if (commands_.size() == limits::kRememberedCommands) {
    commands_.erase(command_order_.begin()->second);
    command_order_.erase(command_order_.begin());
  }
  *decide().mutable_command_applied() = applied;
  command_order_.emplace(++command_count_, applied.command_id());
  std::string id = applied.command_id();
  commands_.emplace(std::move(id), std::move(applied));
}

v1::CommandApplied Region::applied(const v1::OperatorCommand& from, IncidentId incident, UnitId unit) {
  v1::CommandApplied result;
  result.set_command_id(from.command_id());
  result.set_operator_id(from.operator_id());
  result.set_reason(from.reason());
  result.set_incident_id(incident.value());
  result.set_unit_id(unit.value());
  return result;
}

Outcome Region::find_any(std::uint64_t unit_id, UnitIndex& unit) const {
  const auto index = find_unit(unit_id);
  if (!index) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(unit_id) + " is not in the city file of this region"};
  }
  unit = *index;
  return {};
}

Outcome Region::find_open(std::uint64_t incident_id, Incident*& incident) {
  auto found = incidents_.find(IncidentId(incident_id));
  if (found == incidents_.end()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_INCIDENT, "no incident " + std::to_string(incident_id) + " in this region"};
  }
  if (is_final(found->second.status)) {
    return Reject{v1::REJECT_CODE_INCIDENT_FINAL,
                  "incident " + std::to_string(incident_id) + " is " + v1::IncidentStatus_Name(found->second.status)};
  }
  incident = &found->second;
  return {};
}

Outcome Region::command(const v1::CancelIncident& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  remember(applied(from, incident->id, {}));
  end_incident(*incident, v1::INCIDENT_STATUS_CANCELLED, v1::DISPOSITION_CANCELLED_BY_DISPATCHER,
               v1::AssignmentEnded::REASON_INCIDENT_CANCELLED, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::CloseIncident& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (!v1::Disposition_IsValid(command.disposition()) || command.disposition() == v1::DISPOSITION_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_MISSING_FIELD, "closing gives the disposition"};
  }
  remember(applied(from, incident->id, {}));
  end_incident(*incident, v1::INCIDENT_STATUS_CLOSED, command.disposition(),
               v1::AssignmentEnded::REASON_INCIDENT_CLOSED, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::ChangeSeverity& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (!v1::Severity_IsValid(command.severity()) || command.severity() == v1::SEVERITY_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "severity " + std::to_string(command.severity()) + " is not known"};
  }
  remember(applied(from, incident->id, {}));
  operator_severity(*incident, command.severity());
  assign_missing(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  after_update(*incident, true);
  return {};
}

void Region::change_severity(Incident& incident, v1::Severity severity) {
  if (incident.severity == severity) return;
  // Its place in the queue goes by severity: out under the old one, in again under the new one.
  queue_.erase({static_cast<int>(incident.severity), incident.opened_at.since_epoch, incident.id.value()});
  incident.severity = severity;
  judge(incident);
  requeue(incident);
}

Outcome Region::command(const v1::SetUnitService& command, const v1::OperatorCommand& from) {
  UnitIndex index;
  if (Outcome refused = find_any(command.unit_id(), index)) return refused;
  remember(applied(from, units_[index.value()].incident, UnitId(command.unit_id())));
  units_[index.value()].held_out = !command.in_service();
  if (command.in_service()) {
    put_back(index);
  } else {
    take_out(index);
  }
  return {};
}

Outcome Region::command(const v1::SetPostService& command, const v1::OperatorCommand& from) {
  const auto post = city_->find_post(PostId(command.post_id()));
  if (!post || city_->post(*post).region != id_) {
    return Reject{v1::REJECT_CODE_UNKNOWN_POST, "post " + std::to_string(command.post_id()) + " is not in this region"};
  }
  remember(applied(from, {}, {}));
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (unit_infos_[i].post != *post || !homes_[i]) continue;
    units_[i].held_out = !command.in_service();
    if (command.in_service()) {
      put_back(UnitIndex(i));
    } else {
      take_out(UnitIndex(i));
    }
  }
  return {};
}

}  // namespace dispatch135::core
