// After the end: the caller is called back, and what was not settled is seen to once more.
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

Outcome Region::find_closed(std::uint64_t incident_id, Incident*& incident) {
  const auto found = incidents_.find(IncidentId(incident_id));
  const std::string name = "incident " + std::to_string(incident_id);
  if (found == incidents_.end()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_INCIDENT,
                  "no " + name + " in this region; one that ended is kept for a day: report it anew"};
  }
  const Incident& known = found->second;
  if (known.status != v1::INCIDENT_STATUS_CLOSED) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  name + " is " + v1::IncidentStatus_Name(known.status) + ", not closed"};
  }
  if (Outcome refused = refuse_lent(known)) return refused;
  if (const Link* link = links_.find(known.id)) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, name + " was a further call of incident " +
                                                          std::to_string(link->parent.value()) + ": command that one"};
  }
  incident = &found->second;
  return {};
}

Outcome Region::command(const v1::VerifyIncident& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_closed(command.incident_id(), incident)) return refused;
  if (command.score() < 1 || command.score() > 5) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "a caller's score is 1 to 5, not " + std::to_string(command.score())};
  }
  remember(applied(from, incident->id, {}));
  incident->caller_score = command.score();
  incident->verified_at = shared_->now;
  decide_changed(*incident, v1::IncidentChanged::CAUSE_VERIFIED, from.operator_id());
  return {};
}

Outcome Region::command(const v1::ReopenIncident& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_closed(command.incident_id(), incident)) return refused;
  if (Outcome refused = give_reason(from)) return refused;
  if (incident->disposition == v1::DISPOSITION_TRANSFERRED) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "incident " + std::to_string(incident->id.value()) +
                      " was transferred: its matter is opened again, or transferred back"};
  }
  if (open_incidents_ >= limits::kOpenIncidents) {
    return Reject{v1::REJECT_CODE_CAPACITY,
                  "the region has " + std::to_string(open_incidents_) + " open incidents; close some"};
  }
  remember(applied(from, incident->id, {}));
  open_again(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_REOPENED, from.operator_id());
  v1::HotlineFeedback& told = *decide().mutable_hotline_feedback();
  told.set_source(incident->source);
  told.set_event_id(incident->event_id);
  told.set_caller_reference(incident->caller_reference);
  told.set_incident_id(incident->id.value());
  told.set_what(v1::HotlineFeedback::WHAT_REOPENED);
  told.set_channel(v1::CHANNEL_POLICE);
  told.set_reason(from.reason());
  assign_missing(*incident);
  if (!incident->assignments.empty()) decide_changed(*incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  return {};
}

// As when it was opened, by today's policy. What was known of it, and whom dispatchers excluded, stays.
void Region::open_again(Incident& incident) {
  ++open_incidents_;
  ++incident.reopened;
  incident.caller_score = 0;
  incident.verified_at = {};
  set_status(incident, v1::INCIDENT_STATUS_ACTIVE);
  incident.ended_at = {};
  incident.disposition = v1::DISPOSITION_UNSPECIFIED;
  incident.plan.clear();
  incident.levels_sent = 1;
  incident.clock_started_at = {};
  incident.deadline_at = {};
  incident.first_on_scene_at = {};
  incident.breached = false;
  incident.was_diverted_from = false;
  incident.hold = v1::HoldIncident::HOLD_NONE;
  incident.held_by.clear();
  incident.proposed.clear();
  await_nobody(incident);
  incident.tried.clear();
  incident.borrowed = {};
  incident.reported_missing = 0;
  judge(incident);
}

}  // namespace dispatch135::core
