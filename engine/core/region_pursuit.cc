// Targets that move: sightings, and the dispatcher's word on what is proposed. The plans: region_pursuit_plan.cc.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region_choice.h"
#include "engine/core/sighting.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

geo::Point to_point(const v1::Position& position) { return {position.latitude_e7(), position.longitude_e7()}; }

// Every use is audited, the refused ones too: who it was stands in the reason.
Outcome refused_to(const std::string& who, Outcome refused) {
  if (refused) refused->reason = "refused to " + who + ": " + refused->reason;
  return refused;
}
Outcome refused_to(const v1::OperatorCommand& from, Outcome refused) {
  return refused_to("operator " + from.operator_id(), std::move(refused));
}

}  // namespace

bool Region::may_pursue(const Incident& incident) const {
  // What another city has asked for is its own to pursue.
  return policy_->pursuit() && !incident.lent && policy_->pursuit()->allows(incident.category, incident.severity);
}

Outcome Region::refuse_pursuit(const Incident& incident) const {
  if (Outcome refused = refuse_linked(incident)) return refused;
  if (may_pursue(incident)) return {};
  return Reject{v1::REJECT_CODE_NOT_ALLOWED, "the policy '" + policy_->name() + "' allows no pursuit of incident " +
                                                 std::to_string(incident.id.value()) + ", which is " +
                                                 v1::Category_Name(incident.category) + ", " +
                                                 v1::Severity_Name(incident.severity)};
}

// Fills in what it leaves out.
Outcome Region::check_sighting(const Incident& incident, v1::Sighting& sighting) const {
  if (Outcome refused = refuse_pursuit(incident)) return refused;
  const policy::PursuitRule& rule = *policy_->pursuit();
  if (!sighting.has_position()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "the sighting has no position"};
  if (sighting.seen_at_ms() == 0) sighting.set_seen_at_ms(shared_->now.since_epoch);
  if (Outcome refused = wrong_time(sighting, rule, shared_->now)) return refused;
  sighting.set_seen_at_ms(std::min(sighting.seen_at_ms(), shared_->now.since_epoch));
  const geo::Point place = to_point(sighting.position());
  if (city_->region_at(place) != id_) {
    return Reject{v1::REJECT_CODE_OUTSIDE_REGIONS,
                  "the sighting lies outside of region " + std::to_string(id_.value())};
  }
  if (!city_->roads().snap(place, city::to_road(rule.target_travel), limits::kSnapLimitMm)) {
    return Reject{v1::REJECT_CODE_OFF_ROAD, "no road that the target could use within 1 km of the sighting"};
  }
  const auto pursuit = pursuits_.find(incident.id);
  if (pursuit == pursuits_.end()) return {};
  return jumps(sighting, pursuit->second.shown.sighting(), rule, city_->roads().projection);
}

// The incident is where its target is.
void Region::take_sighting(Incident& incident, const v1::Sighting& sighting, v1::IncidentChanged::Cause cause,
                           const std::string& reason) {
  const geo::Point place = to_point(sighting.position());
  if (place != incident.position) {
    incident.position = place;
    incident.district = city_->district_at(place).value_or(DistrictId());
    send_to_new_place(incident);
    tell_new_place(incident);
  }
  assign_missing(incident);
  pursue(incident, sighting, reason);
  decide_changed(incident, cause, sighting.by());
  after_update(incident, false);
}

// A plan from the newest sighting.
void Region::pursue(Incident& incident, const v1::Sighting& sighting, const std::string& reason) {
  if (is_final(incident.status)) return;
  Pursuit& pursuit = pursuits_[incident.id];
  replace_plan(pursuit, v1::PursuitChanged::CAUSE_SIGHTING);
  *pursuit.shown.mutable_sighting() = sighting;
  shared_->timers.set({TimeMs{sighting.seen_at_ms()} + policy_->pursuit()->stale_after + DurationMs{1},
                       TimerKind::kPursuit, id_, incident.id.value()});
  make_plan(incident, pursuit);
  decide_pursuit(pursuit, v1::PursuitChanged::CAUSE_SIGHTING, sighting.by(), reason);
}

void Region::decide_pursuit(const Pursuit& pursuit, v1::PursuitChanged::Cause cause, const std::string& by,
                            const std::string& reason) {
  v1::PursuitChanged& changed = *decide().mutable_pursuit_changed();
  *changed.mutable_pursuit() = pursuit.shown;
  changed.set_cause(cause);
  changed.set_by(by);
  changed.set_reason(reason);
}

void Region::replace_plan(Pursuit& pursuit, v1::PursuitChanged::Cause cause) {
  if (!pursuit.live()) return;
  pursuit.shown.set_state(v1::Pursuit::STATE_REPLACED);
  pursuit.shown.set_since_ms(shared_->now.since_epoch);
  decide_pursuit(pursuit, cause, {}, {});
}

void Region::end_pursuit(Pursuit& pursuit, v1::PursuitChanged::Cause cause, const std::string& by,
                         const std::string& reason) {
  if (!pursuit.live()) return;
  pursuit.shown.set_state(v1::Pursuit::STATE_ENDED);
  pursuit.shown.set_since_ms(shared_->now.since_epoch);
  decide_pursuit(pursuit, cause, by, reason);
}

bool Region::is_stale(const Pursuit& pursuit) const {
  const TimeMs seen_at = {pursuit.shown.sighting().seen_at_ms()};
  return !policy_->pursuit() || shared_->now - seen_at > policy_->pursuit()->stale_after;
}

// Proposals from a sighting that is too old are not acted upon any more; who was ordered stays until a dispatcher ends
// it.
void Region::fire_pursuit(IncidentId id) {
  const auto found = pursuits_.find(id);
  if (found == pursuits_.end() || !is_stale(found->second) || incidents_.at(id).has_blocker()) return;
  end_pursuit(found->second, v1::PursuitChanged::CAUSE_STALE, {}, {});
}

// After every record: what is said of units and incidents must still be so.
void Region::look_at_pursuits() {
  for (auto next = pursuits_.begin(); next != pursuits_.end();) {
    const auto here = next++;
    const bool over = is_final(std::as_const(incidents_).at(here->first).status);
    if (!over && !here->second.live()) continue;
    Pursuit& pursuit = pursuits_.at(here->first);
    Incident& incident = incidents_.at(here->first);
    if (over) {
      end_pursuit(pursuit, v1::PursuitChanged::CAUSE_INCIDENT, {}, {});
      pursuits_.erase(here);
      continue;
    }
    if (incident.status == v1::INCIDENT_STATUS_LINKED) {
      end_pursuit(pursuit, v1::PursuitChanged::CAUSE_INCIDENT, {}, {});
    } else if (!may_pursue(incident) && !incident.has_blocker()) {
      end_pursuit(pursuit, v1::PursuitChanged::CAUSE_POLICY, {}, {});
    } else if (open_lost_points(incident, pursuit)) {
      after_loss(incident, pursuit);
    }
  }
}

// True: a unit that the plan counts on is not to be had any more.
bool Region::open_lost_points(const Incident& incident, Pursuit& pursuit) const {
  bool lost = false;
  for (v1::PursuitPoint& point : *pursuit.shown.mutable_points()) {
    const bool there =
        point.state() == v1::PursuitPoint::STATE_ORDERED
            ? incident.find(AssignmentId(point.assignment_id())) != nullptr
            : point.state() != v1::PursuitPoint::STATE_PROPOSED || can_block(*find_unit(point.unit_id()), incident);
    if (there) continue;
    lost = true;
    point.set_state(v1::PursuitPoint::STATE_OPEN);
    point.clear_unit_id();
    point.clear_unit_at_ms();
    point.clear_assignment_id();
    if (!point.cordon()) continue;
    pursuit.shown.set_closed(false);
    pursuit.shown.set_open_ways(pursuit.shown.open_ways() + 1);
  }
  return lost;
}

// Told, and proposed anew as long as the sighting is good for it.
void Region::after_loss(Incident& incident, Pursuit& pursuit) {
  if (may_pursue(incident) && !is_stale(pursuit)) {
    replace_plan(pursuit, v1::PursuitChanged::CAUSE_UNIT_LOST);
    make_plan(incident, pursuit);
  } else if (!incident.has_blocker()) {
    return end_pursuit(pursuit, v1::PursuitChanged::CAUSE_STALE, {}, {});
  }
  decide_pursuit(pursuit, v1::PursuitChanged::CAUSE_UNIT_LOST, {}, {});
}

void Region::fill_pursuit(const Incident& incident, v1::Incident& out) const {
  const auto pursuit = pursuits_.find(incident.id);
  if (pursuit == pursuits_.end()) return;
  *out.mutable_last_sighting() = pursuit->second.shown.sighting();
  if (pursuit->second.live()) out.set_pursuit_plan(pursuit->second.shown.plan());
}

Outcome Region::apply(const v1::SightingReported& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  const std::uint64_t own = units_[index.value()].incident.value();
  Incident* incident = nullptr;
  const std::string who = "unit " + std::to_string(record.unit_id());
  if (Outcome refused = find_open(record.incident_id() != 0 ? record.incident_id() : own, incident)) {
    return refused_to(who, refused);
  }
  v1::Sighting sighting;
  if (record.has_position()) *sighting.mutable_position() = record.position();
  sighting.set_seen_at_ms(record.seen_at_ms());
  sighting.set_unit_id(record.unit_id());
  if (Outcome refused = check_sighting(*incident, sighting)) return refused_to(who, refused);
  hear(index);
  take_sighting(*incident, sighting, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
  return {};
}

Outcome Region::command(const v1::ReportSighting& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused_to(from, refused);
  if (Outcome refused = give_reason(from)) return refused_to(from, refused);
  v1::Sighting sighting;
  if (command.has_position()) *sighting.mutable_position() = command.position();
  sighting.set_seen_at_ms(command.seen_at_ms());
  sighting.set_by(from.operator_id());
  sighting.set_forced(command.force());
  if (Outcome refused = check_sighting(*incident, sighting)) return refused_to(from, refused);
  remember(applied(from, incident->id, {}));
  take_sighting(*incident, sighting, v1::IncidentChanged::CAUSE_OPERATOR, from.reason());
  return {};
}

// The points that it orders.
Outcome Region::check_confirmation(const v1::ConfirmPursuit& command, const Incident& incident,
                                   std::vector<std::size_t>& chosen) const {
  if (Outcome refused = refuse_pursuit(incident)) return refused;
  const auto found = pursuits_.find(incident.id);
  if (found == pursuits_.end() || !found->second.live()) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "nothing is proposed; report a sighting"};
  }
  const v1::Pursuit& plan = found->second.shown;
  if (command.plan() != plan.plan()) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "plan " + std::to_string(command.plan()) +
                                                          " is not the newest one; look at plan " +
                                                          std::to_string(plan.plan())};
  }
  if (is_stale(found->second)) {
    return Reject{v1::REJECT_CODE_TIME_FAR_OFF,
                  "the sighting of plan " + std::to_string(plan.plan()) + " is too old to act upon; report a new one"};
  }
  for (const std::uint32_t number : command.points()) {
    if (number < 1 || number > static_cast<std::uint32_t>(plan.points_size())) {
      return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "plan " + std::to_string(plan.plan()) + " has no point " +
                                                      std::to_string(number) + ", it has 1 to " +
                                                      std::to_string(plan.points_size())};
    }
    if (plan.points(static_cast<int>(number) - 1).state() != v1::PursuitPoint::STATE_PROPOSED) {
      return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                    "point " + std::to_string(number) + " has no unit to be ordered, or has been ordered"};
    }
  }
  for (int i = 0; i < plan.points_size(); ++i) {
    if (plan.points(i).state() != v1::PursuitPoint::STATE_PROPOSED) continue;
    const bool named = std::find(command.points().begin(), command.points().end(), static_cast<std::uint32_t>(i) + 1) !=
                       command.points().end();
    if (named || command.points().empty()) chosen.push_back(static_cast<std::size_t>(i));
  }
  if (chosen.empty()) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "plan " + std::to_string(plan.plan()) + " proposes no unit"};
  }
  if (incident.assignments.size() + chosen.size() > limits::kAssignmentsPerIncident) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the incident has as many units as it can hold"};
  }
  return {};
}

Outcome Region::command(const v1::ConfirmPursuit& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  std::vector<std::size_t> chosen;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused_to(from, refused);
  if (Outcome refused = give_reason(from)) return refused_to(from, refused);
  if (Outcome refused = check_confirmation(command, *incident, chosen)) return refused_to(from, refused);
  remember(applied(from, incident->id, {}));
  Pursuit& pursuit = pursuits_.at(incident->id);
  if (command.points().empty()) {
    for (const std::uint64_t unit : pursuit.shown.released_unit_ids()) stand_down_blocker(*incident, unit);
    pursuit.shown.clear_released_unit_ids();
  }
  for (const std::size_t i : chosen) order_to(*incident, *pursuit.shown.mutable_points(static_cast<int>(i)));
  pursuit.shown.set_state(v1::Pursuit::STATE_ORDERED);
  pursuit.shown.set_since_ms(shared_->now.since_epoch);
  decide_pursuit(pursuit, v1::PursuitChanged::CAUSE_OPERATOR, from.operator_id(), from.reason());
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

void Region::stand_down_blocker(Incident& incident, std::uint64_t unit_id) {
  const Unit& unit = units_[find_unit(unit_id)->value()];
  const Assignment* assignment = unit.incident == incident.id ? incident.find(unit.assignment) : nullptr;
  if (assignment == nullptr || !assignment->destination) return;
  end_assignment(incident, assignment->id, v1::AssignmentEnded::REASON_STOOD_DOWN,
                 v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
}

// From wherever it is; one that blocks another way leaves that. Who goes off duty by that is found to be lost.
void Region::order_to(Incident& incident, v1::PursuitPoint& point) {
  const UnitIndex index = *find_unit(point.unit_id());
  const bool rolling = is_rolling(index);
  stand_down_blocker(incident, point.unit_id());
  point.set_state(v1::PursuitPoint::STATE_ORDERED);
  if (!assignable(index)) return;
  const DurationMs turnout = rolling ? DurationMs{} : policy_->turnout(post_kinds_[index.value()]);
  const Destination destination = {to_point(point.position()), point.name(), {point.target_at_ms()}};
  v1::Why why;
  why.set_rule(v1::Why::RULE_OPERATOR);
  why.set_policy(policy_->name());
  why.set_deadline_ms((destination.target_at - shared_->now).count);
  DurationMs eta;
  if (const auto travel = search_.travel(destination.place, limits::kBlockSnapMm, on_road_, index)) {
    const road::Found found = {index, *travel, turnout};
    eta = found.eta();
    add_candidate(found, why);
    point.set_unit_at_ms((shared_->now + eta).since_epoch);
  }
  assign(incident, index, eta, 0, true, std::move(why), destination);
  point.set_assignment_id(incident.assignments.back().id.value());
}

Outcome Region::command(const v1::EndPursuit& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused_to(from, refused);
  if (Outcome refused = give_reason(from)) return refused_to(from, refused);
  const auto found = pursuits_.find(incident->id);
  if (found == pursuits_.end() || !found->second.live()) {
    return refused_to(from, Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "the incident has no pursuit to end"});
  }
  remember(applied(from, incident->id, {}));
  end_pursuit(found->second, v1::PursuitChanged::CAUSE_OPERATOR, from.operator_id(), from.reason());
  std::vector<std::uint64_t> blockers;
  for (const Assignment& assignment : incident->assignments) {
    if (assignment.destination) blockers.push_back(unit_infos_[assignment.unit.value()].id.value());
  }
  for (const std::uint64_t unit : blockers) stand_down_blocker(*incident, unit);
  assign_missing(*incident);
  if (!is_final(incident->status)) {
    decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  }
  return {};
}

}  // namespace dispatch135::core
