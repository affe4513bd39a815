// I2, and the counts: the decisions in the order of their identities, whoever published them and how often.
#include "tests/oracle/judgement.h"

namespace dispatch135::oracle {

void Judgement::replay_decisions() {
  std::optional<Place> record;
  std::uint32_t next_index = 0;
  for (const auto& [id, value] : history_.decisions_) {
    if (record != id.at) {
      if (record) close_record(*record);
      record = id.at;
      next_index = 0;
      if (!history_.log_.contains(id.at)) {
        find(Fault::kSequence, "the decision " + to_string(id) + " answers a log record that is not there");
      }
    }
    if (id.index != next_index) {
      find(Fault::kSequence, "of the log record at " + to_string(id.at) + " decision " + std::to_string(next_index) +
                                 " is missing before " + std::to_string(id.index));
    }
    next_index = id.index + 1;
    v1::Decision decision;
    decision.ParseFromString(value);  // Was checked when it was read.
    on_decision(id, decision);
    by_record_[id.at].push_back(std::move(decision));
  }
  if (record) close_record(*record);
}

void Judgement::on_decision(const Identity& id, const v1::Decision& decision) {
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened:
      return on_opened(id, decision);
    case v1::Decision::kIncidentChanged:
      return on_whole_incident(id, decision.incident_changed().incident());
    case v1::Decision::kUnitAssigned:
      return on_assigned(id, decision);
    case v1::Decision::kAssignmentEnded:
      return on_ended(id, decision);
    case v1::Decision::kAssignmentUpdated:
      return on_order(id, decision.region(), decision.assignment_updated().assignment().unit_id(),
                      decision.assignment_updated().order_sequence());
    case v1::Decision::kUnitChecked:
      if (decision.unit_checked().what() != v1::UnitChecked::WHAT_ASKED) return;
      return on_order(id, decision.region(), decision.unit_checked().unit_id(),
                      decision.unit_checked().order_sequence());
    case v1::Decision::kMatterChanged:
      if (decision.matter_changed().order_sequence() == 0) return;
      return on_order(id, decision.region(), decision.matter_changed().unit_id(),
                      decision.matter_changed().order_sequence());
    case v1::Decision::kCoverMoveChanged:
      if (decision.cover_move_changed().order_sequence() == 0) return;
      return on_order(id, decision.region(), decision.cover_move_changed().move().unit_id(),
                      decision.cover_move_changed().order_sequence());
    case v1::Decision::kUnitTold:
      return on_order(id, decision.region(), decision.unit_told().unit_id(), decision.unit_told().order_sequence());
    case v1::Decision::kIncidentQueued: {
      Incident& incident = incidents_[decision.incident_queued().incident_id()];
      incident.waiting = incident.ever_queued = true;
      return;
    }
    case v1::Decision::kNeighbourSaid:
      return on_said(id, decision.neighbour_said());
    case v1::Decision::kDeadlineBreached:
      return on_breach(id, decision.deadline_breached());
    case v1::Decision::kRecordRejected:
      ++verdict_.rejected[v1::RejectCode_Name(decision.record_rejected().code())];
      return;
    case v1::Decision::kCityInForce:
      in_force_[decision.region()][id.at] = false;
      return;
    case v1::Decision::kPolicyInForce: {
      in_force_[decision.region()][id.at] = true;
      const auto logged = history_.log_.find(id.at);
      if (logged == history_.log_.end()) return;
      const v1::LogRecord& record = logged->second.record;
      const v1::PolicyActivated& activated =
          record.has_policy_activated() ? record.policy_activated() : record.operator_command().activate_policy();
      if (activated.has_policy()) {
        acknowledge_within_ms_[decision.region()] = activated.policy().acknowledge_within_ms();
      }
      return;
    }
    default:
      return;
  }
}

void Judgement::on_opened(const Identity& id, const v1::Decision& decision) {
  const v1::Incident& opened = decision.incident_opened().incident();
  const auto [first, is_new] = opened_.emplace(
      std::pair{decision.region(), EventName{opened.source(), opened.event_id()}}, opened.incident_id());
  if (!is_new) {
    find(Fault::kDoubleAssigned, "the report " + opened.source() + "/" + opened.event_id() + " became two incidents, " +
                                     std::to_string(first->second) + " and " + std::to_string(opened.incident_id()));
  }
  incidents_[opened.incident_id()].opened_at = id.at;
  on_whole_incident(id, opened);
}

void Judgement::on_whole_incident(const Identity& id, const v1::Incident& whole) {
  Incident& incident = incidents_[whole.incident_id()];
  if (incident.now.deadline_at_ms() != whole.deadline_at_ms()) incident.deadline_set_at_ms = log_time_ms(id.at);
  // A further call has no clock of its own until it is taken apart again.
  const bool was_linked = incident.now.status() == v1::INCIDENT_STATUS_LINKED;
  if (was_linked && whole.status() != v1::INCIDENT_STATUS_LINKED) incident.deadline_set_at_ms = log_time_ms(id.at);
  const bool is_opening = incident.now.incident_id() == 0;
  // Opened again, it has another deadline, which may be missed as well.
  if (whole.reopened() > incident.now.reopened()) incident.breaches = 0;
  incident.now = whole;
  // ACTIVE means that it waits; when it was opened a moment ago, nothing has been said about units yet.
  if (!is_opening && whole.status() == v1::INCIDENT_STATUS_ACTIVE) incident.waiting = true;
  for (const v1::Assignment& shown : whole.assignments()) {
    const auto it = assignments_.find(shown.assignment_id());
    if (it == assignments_.end()) continue;
    it->second.acknowledged |= shown.acknowledged_at_ms() + shown.en_route_at_ms() + shown.on_scene_at_ms() != 0;
  }
}

void Judgement::on_assigned(const Identity& id, const v1::Decision& decision) {
  const v1::Assignment& given = decision.unit_assigned().assignment();
  const auto unit_key = std::pair{decision.region(), given.unit_id()};
  Unit& unit = units_[unit_key];
  if (unit.assignment_id != 0) {
    find(Fault::kDoubleAssigned, "unit " + std::to_string(given.unit_id()) + " was given assignment " +
                                     std::to_string(given.assignment_id()) + " by " + to_string(id) +
                                     " while it held assignment " + std::to_string(unit.assignment_id));
  }
  Incident& incident = incidents_[given.incident_id()];
  if (!incident.open()) {
    find(Fault::kDoubleAssigned, "unit " + std::to_string(given.unit_id()) + " was sent by " + to_string(id) +
                                     " to incident " + name_of(given.incident_id()) + ", which had ended");
  }
  unit.assignment_id = given.assignment_id();
  incident.live.insert(given.assignment_id());
  if (decision.unit_assigned().why().rule() == v1::Why::RULE_OPERATOR) {
    incident.live_by_operator.insert(given.assignment_id());
  } else {
    filled_.insert(given.incident_id());
  }
  incident.ever_assigned = true;

  Assignment& assignment = assignments_[given.assignment_id()];
  assignment.incident_id = given.incident_id();
  assignment.unit = unit_key;
  assignment.partition = id.at.partition;
  const auto within = acknowledge_within_ms_.find(decision.region());
  if (within != acknowledge_within_ms_.end()) assignment.acknowledge_by_ms = log_time_ms(id.at) + within->second;
  on_order(id, decision.region(), given.unit_id(), decision.unit_assigned().order_sequence());
}

void Judgement::on_ended(const Identity& id, const v1::Decision& decision) {
  const v1::AssignmentEnded& ended = decision.assignment_ended();
  const auto it = assignments_.find(ended.assignment().assignment_id());
  if (it == assignments_.end() || !it->second.live) {
    find(Fault::kSequence, "the decision " + to_string(id) + " ends assignment " +
                               std::to_string(ended.assignment().assignment_id()) + ", which was not live");
    return;
  }
  if (ended.reason() == v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED) on_not_acknowledged(id, ended.assignment());
  it->second.live = false;
  units_[it->second.unit].assignment_id = 0;
  Incident& incident = incidents_[it->second.incident_id];
  incident.live.erase(it->first);
  incident.live_by_operator.erase(it->first);
  incident.waiting = false;  // Until it is said again.
  if (ended.order_sequence() != 0) {
    on_order(id, decision.region(), ended.assignment().unit_id(), ended.order_sequence());
  }
}

void Judgement::on_order(const Identity& id, std::uint32_t region, std::uint64_t unit_id, std::uint64_t sequence) {
  Unit& unit = units_[{region, unit_id}];
  if (sequence != unit.last_order + 1) {
    find(Fault::kSequence, "unit " + std::to_string(unit_id) + " was given order " + std::to_string(sequence) + " by " +
                               to_string(id) + " after order " + std::to_string(unit.last_order));
  }
  unit.last_order = sequence;
}

// How many units an incident needs may change in the same record that sends them, so this is looked at afterwards.
void Judgement::close_record(const Place& at) {
  for (const std::uint64_t incident_id : filled_) {
    const Incident& incident = incidents_[incident_id];
    const std::size_t by_rule = incident.live.size() - incident.live_by_operator.size();
    if (by_rule > incident.now.units_needed()) {
      find(Fault::kDoubleAssigned, "incident " + name_of(incident_id) + " needs " +
                                       std::to_string(incident.now.units_needed()) + " units and has " +
                                       std::to_string(by_rule) + " since " + to_string(at));
    }
  }
  filled_.clear();
}

}  // namespace dispatch135::oracle
