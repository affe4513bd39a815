// What dispatchers and centres do with matters: assign, sign for, return, escalate, transfer, handle, verify, re-open,
// close and score.
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

Reject illegal(const Matter& matter, const std::string& what) {
  return {v1::REJECT_CODE_ILLEGAL_TRANSITION, "matter " + std::to_string(matter.id()) + " is " +
                                                  v1::Matter::Status_Name(matter.shown.status()) + "; " + what};
}

bool at_centre(const Matter& matter) {
  return matter.shown.status() == v1::Matter::STATUS_ASSIGNED || matter.shown.status() == v1::Matter::STATUS_ACCEPTED;
}

bool for_centres(v1::Channel channel) { return channel == v1::CHANNEL_CITY_SERVICE || channel == v1::CHANNEL_GRID; }

}  // namespace

Outcome Region::find_matter(std::uint64_t id, Matter*& matter) {
  if (!policy_->matters()) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED, "the policy in force has no section `matters`"};
  }
  matter = matters_.find(id);
  if (matter != nullptr) return {};
  return Reject{v1::REJECT_CODE_UNKNOWN_INCIDENT, "no matter " + std::to_string(id) + " in this region"};
}

// One that a centre has, and a reason.
Outcome Region::find_matter_at_centre(std::uint64_t id, const v1::OperatorCommand& from, Matter*& matter) {
  if (Outcome refused = find_matter(id, matter)) return refused;
  if (!at_centre(*matter)) return illegal(*matter, "no centre has it to see to");
  return give_reason(from);
}

void Region::remember_matter(const v1::OperatorCommand& from, const Matter& matter) {
  v1::CommandApplied result = applied(from, {}, {});
  result.set_matter_id(matter.id());
  remember(std::move(result));
}

Outcome Region::command(const v1::AssignMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter_at_centre(command.matter_id(), from, matter)) return refused;
  if (policy_->matters()->centre(command.centre_id()) == nullptr) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE,
                  "no centre " + std::to_string(command.centre_id()) + " in the policy in force"};
  }
  if (matter->shown.centre_id() == command.centre_id()) return illegal(*matter, "and that centre has it already");
  remember_matter(from, *matter);
  matter->given_by.push_back(matter->shown.centre_id());
  give_to(*matter, command.centre_id());
  step(*matter, v1::MatterStep::KIND_ASSIGNED, from.operator_id(), from.reason());
  return {};
}

Outcome Region::command(const v1::AcceptMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (matter->shown.status() != v1::Matter::STATUS_ASSIGNED) return illegal(*matter, "nobody waits for a signature");
  remember_matter(from, *matter);
  accept(*matter, from.operator_id());
  return {};
}

Outcome Region::command(const v1::ReturnMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter_at_centre(command.matter_id(), from, matter)) return refused;
  const policy::Centre* above = centre_above(*matter);
  while (!matter->given_by.empty() && policy_->matters()->centre(matter->given_by.back()) == nullptr) {
    matter->given_by.pop_back();  // Another policy does not know it.
  }
  if (matter->given_by.empty() && above == nullptr) {
    return illegal(*matter, "nobody gave it to this centre and there is none above; transfer it");
  }
  remember_matter(from, *matter);
  const std::uint32_t back = matter->given_by.empty() ? above->id : matter->given_by.back();
  if (!matter->given_by.empty()) matter->given_by.pop_back();
  give_to(*matter, back);
  step(*matter, v1::MatterStep::KIND_RETURNED, from.operator_id(), from.reason());
  return {};
}

Outcome Region::command(const v1::EscalateMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter_at_centre(command.matter_id(), from, matter)) return refused;
  const policy::Centre* above = centre_above(*matter);
  if (above == nullptr) return illegal(*matter, "and there is no centre above");
  remember_matter(from, *matter);
  matter->given_by.push_back(matter->shown.centre_id());
  give_to(*matter, above->id);
  step(*matter, v1::MatterStep::KIND_ESCALATED, from.operator_id(), from.reason());
  return {};
}

Outcome Region::command(const v1::TransferMatter& command, const v1::OperatorCommand& from) {
  if (!policy_->matters()) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED, "the policy in force has no section `matters`"};
  }
  if (!v1::Channel_IsValid(command.channel()) || command.channel() == v1::CHANNEL_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "channel " + std::to_string(command.channel()) + " is not known"};
  }
  if (Outcome refused = give_reason(from)) return refused;
  if (for_centres(command.channel()) && policy_->matters()->row_of(command.channel()) == nullptr) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED,
                  "the policy's triage has no row for " + v1::Channel_Name(command.channel())};
  }
  if (command.incident_id() != 0) return transfer_incident(command, from);
  Matter* matter = nullptr;
  if (Outcome refused = find_matter_at_centre(command.matter_id(), from, matter)) return refused;
  if (matter->shown.channel() == command.channel()) return illegal(*matter, "and has that channel already");
  if (!for_centres(command.channel())) return to_police(*matter, command.channel(), from);
  remember_matter(from, *matter);
  const policy::TriageEntry& row = *policy_->matters()->row_of(command.channel());
  matter->shown.set_channel(command.channel());
  matter->shown.clear_triage();
  matter->handle_within = row.handle_within;
  matter->given_by.clear();
  give_to(*matter, centre_for(matter->shown).id);
  step_and_stop_worker(*matter, v1::MatterStep::KIND_TRANSFERRED, from.operator_id(), from.reason());
  tell_hotline(*matter, v1::HotlineFeedback::WHAT_TRANSFERRED, from.reason());
  return {};
}

// 12345 -> 110: the matter becomes an incident of the same name.
Outcome Region::to_police(Matter& matter, v1::Channel channel, const v1::OperatorCommand& from) {
  v1::IncidentReported report;
  report.set_source(matter.shown.source());
  report.set_event_id(matter.shown.event_id());
  report.set_category(matter.shown.category());
  report.set_severity(matter.shown.severity());
  *report.mutable_position() = matter.shown.position();
  report.set_district(matter.shown.district());
  report.set_address(matter.shown.address());
  report.set_description(matter.shown.description());
  report.set_caller_reference(matter.shown.caller_reference());
  if (Outcome refused = acceptable(report)) return refused;
  remember_matter(from, matter);
  Incident incident = incident_of(report);
  if (const policy::TriageEntry* row = policy_->matters()->row_of(channel)) make_as_grave(incident, *row);
  incident.matter = matter.id();
  matter.shown.set_channel(channel);
  matter.shown.set_incident_id(incident.id.value());
  end_matter(matter, v1::Matter::STATUS_TO_POLICE, v1::MatterStep::KIND_TRANSFERRED, from.operator_id(), from.reason());
  tell_hotline(matter, v1::HotlineFeedback::WHAT_TRANSFERRED, from.reason());
  matters_.give_name_away(matter);
  by_event_.erase({report.source(), report.event_id()});
  open(std::move(incident));
  return {};
}

// 110 -> 12345: the incident is closed as transferred, and a matter of the same name is opened.
Outcome Region::transfer_incident(const v1::TransferMatter& command, const v1::OperatorCommand& from) {
  if (!for_centres(command.channel())) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "the police have incident " + std::to_string(command.incident_id()) + " already"};
  }
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_lent(*incident)) return refused;
  v1::IncidentReported report;
  report.set_source(incident->source);
  report.set_event_id(incident->event_id);
  report.set_category(incident->category);
  report.set_severity(incident->severity);
  report.mutable_position()->set_latitude_e7(incident->position.latitude_e7);
  report.mutable_position()->set_longitude_e7(incident->position.longitude_e7);
  report.set_district(incident->district.value());
  report.set_address(incident->address);
  report.set_description(incident->description);
  report.set_caller_reference(incident->caller_reference);
  if (Outcome refused = room_for_matter()) return refused;
  v1::CommandApplied result = applied(from, incident->id, {});
  result.set_matter_id(shared_->id_here(shared_->record));
  remember(std::move(result));
  by_event_.erase({report.source(), report.event_id()});
  Matter& matter = open_matter(report, *policy_->matters()->row_of(command.channel()));
  matter.shown.set_incident_id(incident->id.value());
  matter.shown.clear_triage();
  step(matter, v1::MatterStep::KIND_TRANSFERRED, from.operator_id(), from.reason());
  tell_hotline(matter, v1::HotlineFeedback::WHAT_TRANSFERRED, from.reason());
  end_incident(*incident, v1::INCIDENT_STATUS_CLOSED, v1::DISPOSITION_TRANSFERRED,
               v1::AssignmentEnded::REASON_INCIDENT_CLOSED, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::OrderWorker& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (matter->shown.status() != v1::Matter::STATUS_ACCEPTED) return illegal(*matter, "a centre signs for it first");
  const auto index = find_unit(command.unit_id());
  if (!index) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(command.unit_id()) + " is not in the city file of this region"};
  }
  if (unit_infos_[index->value()].kind != v1::UNIT_KIND_GRID_WORKER || !assignable(*index)) {
    return Reject{v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE,
                  "unit " + std::to_string(command.unit_id()) + " is no grid worker on duty"};
  }
  remember_matter(from, *matter);
  order_worker(*matter, *index, from.operator_id(), from.reason());
  return {};
}

Outcome Region::command(const v1::HandleMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (!at_centre(*matter)) return illegal(*matter, "no centre has it to see to");
  if (!v1::Disposition_IsValid(command.disposition()) || command.disposition() == v1::DISPOSITION_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_MISSING_FIELD, "what was handled has a disposition"};
  }
  remember_matter(from, *matter);
  handle(*matter, command.disposition(), from.operator_id(), from.reason());
  return {};
}

Outcome Region::command(const v1::VerifyMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (matter->shown.status() != v1::Matter::STATUS_HANDLED)
    return illegal(*matter, "only what was handled is verified");
  if (command.score() < 1 || command.score() > 5) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "a caller's score is 1 to 5, not " + std::to_string(command.score())};
  }
  remember_matter(from, *matter);
  matter->shown.set_caller_score(command.score());
  step(*matter, v1::MatterStep::KIND_VERIFIED, from.operator_id(), from.reason());
  if (command.score() < policy_->matters()->satisfied_score()) {
    reopen(*matter, from);
    return {};
  }
  end_matter(*matter, v1::Matter::STATUS_CLOSED, v1::MatterStep::KIND_CLOSED, from.operator_id(), {});
  tell_hotline(*matter, v1::HotlineFeedback::WHAT_CLOSED, {});
  return {};
}

void Region::reopen(Matter& matter, const v1::OperatorCommand& from) {
  if (!matter.open()) matters_.count_open(true);
  matter.shown.set_reopened(matter.shown.reopened() + 1);
  matter.shown.set_disposition(v1::DISPOSITION_UNSPECIFIED);
  const std::uint32_t centre = matter.shown.centre_id();
  give_to(matter, policy_->matters()->centre(centre) != nullptr ? centre : centre_for(matter.shown).id);
  step(matter, v1::MatterStep::KIND_REOPENED, from.operator_id(), from.reason());
  tell_hotline(matter, v1::HotlineFeedback::WHAT_REOPENED, from.reason());
}

Outcome Region::command(const v1::ReopenMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (matter->shown.status() != v1::Matter::STATUS_HANDLED && matter->shown.status() != v1::Matter::STATUS_CLOSED) {
    return illegal(*matter, "only what was handled or closed is opened again");
  }
  if (Outcome refused = give_reason(from)) return refused;
  remember_matter(from, *matter);
  reopen(*matter, from);
  return {};
}

Outcome Region::command(const v1::CloseMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (!matter->open()) return illegal(*matter, "it has ended");
  if (Outcome refused = give_reason(from)) return refused;
  remember_matter(from, *matter);
  end_matter(*matter, v1::Matter::STATUS_CLOSED, v1::MatterStep::KIND_CLOSED, from.operator_id(), from.reason());
  tell_hotline(*matter, v1::HotlineFeedback::WHAT_CLOSED, from.reason());
  return {};
}

Outcome Region::command(const v1::ScoreMatter& command, const v1::OperatorCommand& from) {
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(command.matter_id(), matter)) return refused;
  if (matter->shown.status() != v1::Matter::STATUS_HANDLED && matter->shown.status() != v1::Matter::STATUS_CLOSED) {
    return illegal(*matter, "only what was handled or closed is scored");
  }
  if (command.score() < 1 || command.score() > 100) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                  "a supervisor's score is 1 to 100, not " + std::to_string(command.score())};
  }
  remember_matter(from, *matter);
  matter->shown.set_supervisor_score(command.score());
  step(*matter, v1::MatterStep::KIND_SCORED, from.operator_id(), from.reason());
  return {};
}

}  // namespace dispatch135::core
