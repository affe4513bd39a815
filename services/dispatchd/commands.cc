#include "services/dispatchd/commands.h"

#include <utility>

#include "engine/base/limits.h"
#include "engine/core/premises.h"
#include "engine/core/roster.h"
#include "engine/core/shared.h"
#include "engine/core/street_times.h"

namespace dispatch135::dispatchd {
namespace {

using common::Refused;

std::optional<Refused> text(const char* field, const std::string& value, std::size_t least, std::size_t most) {
  if (value.size() < least) return Refused{v1::REJECT_CODE_MISSING_FIELD, std::string(field) + " is missing"};
  if (value.size() > most) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE, std::string(field) + " has " + std::to_string(value.size()) +
                                                     " bytes; at most " + std::to_string(most) + " are taken"};
  }
  return std::nullopt;
}

std::optional<Refused> id(const char* field, std::uint64_t value) {
  if (value == 0) return Refused{v1::REJECT_CODE_MISSING_FIELD, std::string(field) + " is missing"};
  return std::nullopt;
}

std::optional<Refused> known(const char* field, int value, bool valid) {
  if (value == 0) return Refused{v1::REJECT_CODE_MISSING_FIELD, std::string(field) + " is missing"};
  if (!valid) {
    return Refused{v1::REJECT_CODE_UNKNOWN_VALUE,
                   std::string(field) + " is " + std::to_string(value) + ", which this version does not know"};
  }
  return std::nullopt;
}

std::optional<Refused> malformed_body(const v1::OperatorCommand& command) {
  switch (command.command_case()) {
    case v1::OperatorCommand::kAssign:
      if (auto wrong = id("assign.incident_id", command.assign().incident_id())) return wrong;
      return id("assign.unit_id", command.assign().unit_id());
    case v1::OperatorCommand::kRelease:
      return id("release.unit_id", command.release().unit_id());
    case v1::OperatorCommand::kCancel:
      return id("cancel.incident_id", command.cancel().incident_id());
    case v1::OperatorCommand::kClose:
      if (auto wrong = id("close.incident_id", command.close().incident_id())) return wrong;
      return known("close.disposition", command.close().disposition(),
                   v1::Disposition_IsValid(command.close().disposition()));
    case v1::OperatorCommand::kActivatePolicy:
      if (command.activate_policy().has_policy()) return std::nullopt;
      return Refused{v1::REJECT_CODE_MISSING_FIELD, "activate_policy.policy is missing"};
    case v1::OperatorCommand::kVerifyIncident:
      return id("verify_incident.incident_id", command.verify_incident().incident_id());
    case v1::OperatorCommand::kReopenIncident:
      return id("reopen_incident.incident_id", command.reopen_incident().incident_id());
    case v1::OperatorCommand::kChangeSeverity:
      if (auto wrong = id("change_severity.incident_id", command.change_severity().incident_id())) return wrong;
      return known("change_severity.severity", command.change_severity().severity(),
                   v1::Severity_IsValid(command.change_severity().severity()));
    case v1::OperatorCommand::kUnitService:
      return id("unit_service.unit_id", command.unit_service().unit_id());
    case v1::OperatorCommand::kPostService:
      return id("post_service.post_id", command.post_service().post_id());
    case v1::OperatorCommand::kChangeStreets:
      if (const core::Outcome wrong = core::malformed(command.change_streets())) {
        return Refused{wrong->code, "change_streets: " + wrong->reason};
      }
      return std::nullopt;
    case v1::OperatorCommand::kRestoreStreets:
      return id("restore_streets.change_id", command.restore_streets().change_id());
    case v1::OperatorCommand::kReinforce:
      return id("reinforce.incident_id", command.reinforce().incident_id());
    case v1::OperatorCommand::kStandDown:
      return id("stand_down.incident_id", command.stand_down().incident_id());
    case v1::OperatorCommand::kHold:
      if (auto wrong = id("hold.incident_id", command.hold().incident_id())) return wrong;
      return known("hold.hold", command.hold().hold(), v1::HoldIncident::Hold_IsValid(command.hold().hold()));
    case v1::OperatorCommand::kExclude:
      if (auto wrong = id("exclude.incident_id", command.exclude().incident_id())) return wrong;
      return id("exclude.unit_id", command.exclude().unit_id());
    case v1::OperatorCommand::kMerge:
      if (auto wrong = id("merge.child", command.merge().child())) return wrong;
      return id("merge.into", command.merge().into());
    case v1::OperatorCommand::kUnmerge:
      return id("unmerge.child", command.unmerge().child());
    case v1::OperatorCommand::kRegisterPremise:
      if (const core::Outcome wrong = core::malformed(command.register_premise().premise())) {
        return Refused{wrong->code, "register_premise: " + wrong->reason};
      }
      return std::nullopt;
    case v1::OperatorCommand::kRemovePremise:
      return id("remove_premise.premise_id", command.remove_premise().premise_id());
    case v1::OperatorCommand::kSettleUnitCheck:
      return id("settle_unit_check.unit_id", command.settle_unit_check().unit_id());
    case v1::OperatorCommand::kAskNeighbour:
      if (auto wrong = id("ask_neighbour.incident_id", command.ask_neighbour().incident_id())) return wrong;
      return id("ask_neighbour.region", command.ask_neighbour().region());
    case v1::OperatorCommand::kReleaseNeighbour:
      return id("release_neighbour.incident_id", command.release_neighbour().incident_id());
    case v1::OperatorCommand::kConfirmMove:
      return id("confirm_move.move_id", command.confirm_move().move_id());
    case v1::OperatorCommand::kDeclineMove:
      return id("decline_move.move_id", command.decline_move().move_id());
    case v1::OperatorCommand::kMoveUnit:
      if (auto wrong = id("move_unit.unit_id", command.move_unit().unit_id())) return wrong;
      return id("move_unit.post_id", command.move_unit().post_id());
    case v1::OperatorCommand::kSendBack:
      return id("send_back.unit_id", command.send_back().unit_id());
    case v1::OperatorCommand::kAcceptMatter:
      return id("accept_matter.matter_id", command.accept_matter().matter_id());
    case v1::OperatorCommand::kReturnMatter:
      return id("return_matter.matter_id", command.return_matter().matter_id());
    case v1::OperatorCommand::kEscalateMatter:
      return id("escalate_matter.matter_id", command.escalate_matter().matter_id());
    case v1::OperatorCommand::kReopenMatter:
      return id("reopen_matter.matter_id", command.reopen_matter().matter_id());
    case v1::OperatorCommand::kCloseMatter:
      return id("close_matter.matter_id", command.close_matter().matter_id());
    case v1::OperatorCommand::kScoreMatter:
      return id("score_matter.matter_id", command.score_matter().matter_id());
    case v1::OperatorCommand::kVerifyMatter:
      return id("verify_matter.matter_id", command.verify_matter().matter_id());
    case v1::OperatorCommand::kAssignMatter:
      if (auto wrong = id("assign_matter.matter_id", command.assign_matter().matter_id())) return wrong;
      return id("assign_matter.centre_id", command.assign_matter().centre_id());
    case v1::OperatorCommand::kTransferMatter:
      return known("transfer_matter.channel", command.transfer_matter().channel(),
                   v1::Channel_IsValid(command.transfer_matter().channel()));
    case v1::OperatorCommand::kOrderWorker:
      if (auto wrong = id("order_worker.matter_id", command.order_worker().matter_id())) return wrong;
      return id("order_worker.unit_id", command.order_worker().unit_id());
    case v1::OperatorCommand::kHandleMatter:
      if (auto wrong = id("handle_matter.matter_id", command.handle_matter().matter_id())) return wrong;
      return known("handle_matter.disposition", command.handle_matter().disposition(),
                   v1::Disposition_IsValid(command.handle_matter().disposition()));
    case v1::OperatorCommand::kReportSighting:
      return id("report_sighting.incident_id", command.report_sighting().incident_id());
    case v1::OperatorCommand::kConfirmPursuit:
      if (auto wrong = id("confirm_pursuit.incident_id", command.confirm_pursuit().incident_id())) return wrong;
      return id("confirm_pursuit.plan", command.confirm_pursuit().plan());
    case v1::OperatorCommand::kEndPursuit:
      return id("end_pursuit.incident_id", command.end_pursuit().incident_id());
    case v1::OperatorCommand::kPublishRoster:
      if (const core::Outcome wrong = core::malformed(command.publish_roster())) {
        return Refused{wrong->code, "publish_roster: " + wrong->reason};
      }
      return std::nullopt;
    case v1::OperatorCommand::kActivateBehaviour:
      if (command.activate_behaviour().level() > core::kNewestBehaviour) {
        return Refused{v1::REJECT_CODE_OUT_OF_RANGE, "activate_behaviour.level: this node knows levels up to " +
                                                         std::to_string(core::kNewestBehaviour)};
      }
      return std::nullopt;
    case v1::OperatorCommand::COMMAND_NOT_SET:
      break;
  }
  return Refused{v1::REJECT_CODE_MISSING_FIELD, "command is missing: say what is to be done"};
}

}  // namespace

std::optional<Refused> malformed(const v1::OperatorCommand& command) {
  if (auto wrong = text("command_id", command.command_id(), 1, limits::kCommandIdBytes)) return wrong;
  if (auto wrong = text("operator_id", command.operator_id(), 1, limits::kOperatorIdBytes)) return wrong;
  if (auto wrong = text("reason", command.reason(), 0, limits::kReasonBytes)) return wrong;
  return malformed_body(command);
}

void Commands::start(const v1::CommandRequest& request, OnAnswer answer) {
  const RegionId region(request.region());
  const Partition& partition = partitions_.of(region);
  if (const auto wrong = malformed(request.command())) return answer(refused(wrong->code, wrong->reason), {});
  if (partition.phase != Phase::kLive) {
    return answer(unavailable("this node has not read the region's log up to its end; send it again"), {});
  }
  if (!partition.engine.has_region(region)) {
    return answer(refused(v1::REJECT_CODE_UNKNOWN_REGION,
                          "region " + std::to_string(region.value()) + " has no city and policy in force here"),
                  {});
  }
  if (const auto earlier = partition.engine.command(region, request.command().command_id())) {
    v1::CommandResponse response;
    *response.mutable_applied() = *earlier;
    response.set_revision(partition.next_offset);
    return answer({}, response);
  }
  if (pending_.size() >= kPendingCommands) return answer(exhausted("too many commands wait; send it again later"), {});

  v1::LogRecord record;
  record.set_region(region.value());
  *record.mutable_operator_command() = request.command();
  if (!partition.engine.can_apply(record)) {
    return answer(
        refused(v1::REJECT_CODE_BAD_POLICY,
                "activate_policy.policy.matters.micro_grids names a file that this node does not have: give it "
                "to every node first"),
        {});
  }
  const std::uint64_t sequence = appender_.append(
      partition.index, record, [this](std::uint64_t failed, const log::Appended&) { append_failed(failed); });
  if (sequence == 0) return answer(unavailable("too much waits to be logged; send it again after a pause"), {});
  pending_[sequence] = {region, request.command().command_id(), std::move(answer)};
}

void Commands::append_failed(std::uint64_t sequence) {
  const auto found = pending_.find(sequence);
  if (found == pending_.end()) return;
  const OnAnswer answer = std::move(found->second.answer);
  pending_.erase(found);
  answer(unavailable("the log did not take the command; send it again with the same command_id"), {});
}

void Commands::on_applied(const Partition& partition, const v1::LogRecord& record,
                          std::span<const v1::Decision> decisions) {
  if (!record.has_operator_command() || !appender_.is_ours(record)) return;
  const auto found = pending_.find(record.origin().sequence());
  if (found == pending_.end()) return;
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  if (const v1::RecordRejected* rejected = rejection_of(record, decisions)) {
    return pending.answer(refused(rejected->code(), rejected->reason()), {});
  }
  v1::CommandResponse response;
  if (const auto applied = partition.engine.command(pending.region, pending.command_id)) {
    *response.mutable_applied() = *applied;
  }
  response.set_revision(partition.next_offset);
  pending.answer({}, response);
}

void Commands::fail_all(const Status& status) {
  while (!pending_.empty()) {
    const OnAnswer answer = std::move(pending_.begin()->second.answer);
    pending_.erase(pending_.begin());
    answer(status, {});
  }
}

}  // namespace dispatch135::dispatchd
