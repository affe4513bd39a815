// What the region looks like from outside.
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

void Region::decide_changed(const Incident& incident, v1::IncidentChanged::Cause cause, const std::string& by) {
  v1::IncidentChanged& changed = *decide().mutable_incident_changed();
  fill(incident, true, *changed.mutable_incident());
  changed.set_cause(cause);
  changed.set_by(by);
  if (incident.lent) tell_asker(incidents_.at(incident.id));
}

void Region::decide_changed(UnitIndex unit) {
  recount(unit);
  fill(unit, *decide().mutable_unit_changed()->mutable_unit());
}

void Region::fill(const Assignment& assignment, v1::Assignment& out) const {
  out.set_assignment_id(assignment.id.value());
  out.set_incident_id(assignment.incident.value());
  out.set_unit_id(unit_infos_[assignment.unit.value()].id.value());
  out.set_assigned_at_ms(assignment.assigned_at.since_epoch);
  out.set_acknowledged_at_ms(assignment.acknowledged_at.since_epoch);
  out.set_en_route_at_ms(assignment.en_route_at.since_epoch);
  out.set_on_scene_at_ms(assignment.on_scene_at.since_epoch);
  out.set_eta_ms(assignment.eta.count);
  const Progress& progress = assignment.progress;
  out.set_arrived_by_position_at_ms(progress.arrived_by_position.since_epoch);
  out.set_arrived_by_report_at_ms(progress.arrived_by_report.since_epoch);
  out.set_expected_at_ms(progress.expected_at.since_epoch);
  out.set_plan_entry(assignment.plan_entry);
  if (assignment.destination) {
    out.mutable_destination()->set_latitude_e7(assignment.destination->place.latitude_e7);
    out.mutable_destination()->set_longitude_e7(assignment.destination->place.longitude_e7);
    out.set_destination_name(assignment.destination->name);
    out.set_due_at_ms(assignment.destination->target_at.since_epoch);
  }
  if (assignment.plan_entry == 0) return;
  const auto incident = incidents_.find(assignment.incident);
  if (incident == incidents_.end() || assignment.plan_entry > incident->second.plan.size()) return;
  out.set_due_at_ms(incident->second.plan[assignment.plan_entry - 1].due().since_epoch);
}

void Region::fill(const policy::RuleReference& rule, v1::RuleReference& out) {
  out.set_name(rule.name);
  out.set_line(rule.line);
}

void Region::fill(const Incident& incident, std::size_t plan_entry, v1::PlannedUnits& out) const {
  const PlannedUnits& planned = incident.plan[plan_entry];
  out.set_role(planned.entry.role);
  out.set_level(planned.level);
  out.set_due_at_ms(planned.due().since_epoch);
  out.set_ring_min(policy::ring_of(planned.entry.within));
  out.set_units(planned.entry.units);
  out.set_unit_kinds(planned.entry.unit_kinds);
  out.set_capabilities(planned.entry.capabilities);
  out.set_missing(is_final(incident.status) ? 0 : incident.missing(plan_entry));
  out.set_done(planned.done);
}

void Region::fill(const Incident& incident, bool with_assignments, v1::Incident& out) const {
  out.set_incident_id(incident.id.value());
  out.set_source(incident.source);
  out.set_event_id(incident.event_id);
  out.set_category(incident.category);
  out.set_severity(incident.severity);
  out.set_place_class(incident.place_class);
  out.mutable_position()->set_latitude_e7(incident.position.latitude_e7);
  out.mutable_position()->set_longitude_e7(incident.position.longitude_e7);
  out.set_district(incident.district.value());
  out.set_address(incident.address);
  out.set_description(incident.description);
  out.set_required_capabilities(incident.required_capabilities);
  out.set_required_unit_kinds(incident.required_unit_kinds);
  out.set_reported_at_ms(incident.reported_at_ms);
  out.set_caller_reference(incident.caller_reference);
  out.set_matter_id(incident.matter);
  out.set_status(incident.status);
  out.set_opened_at_ms(incident.opened_at.since_epoch);
  out.set_deadline_at_ms(incident.deadline_at.since_epoch);
  out.set_ring_min(incident.ring_min());
  out.set_units_needed(incident.units_needed());
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) fill(incident, entry, *out.add_plan());
  out.set_levels_left(static_cast<std::uint32_t>(incident.response.plan.size() - incident.levels_sent));
  out.set_clock_start(incident.response.clock_start);
  out.set_clock_started_at_ms(incident.clock_started_at.since_epoch);
  out.set_hold(incident.hold);
  out.set_held_by(incident.held_by);
  for (const UnitIndex unit : incident.excluded) out.add_excluded_unit_ids(unit_infos_[unit.value()].id.value());
  out.set_mode(incident.response.mode);
  fill(incident.response.deadline_rule, *out.mutable_deadline_rule());
  fill(incident.response.plan_rule, *out.mutable_plan_rule());
  if (with_assignments) {
    for (const Assignment& assignment : incident.assignments) fill(assignment, *out.add_assignments());
  }
  out.set_first_on_scene_at_ms(incident.first_on_scene_at.since_epoch);
  out.set_breached(incident.breached);
  out.set_ended_at_ms(incident.ended_at.since_epoch);
  out.set_disposition(incident.disposition);
  out.set_reopened(incident.reopened);
  out.set_caller_score(incident.caller_score);
  out.set_verified_at_ms(incident.verified_at.since_epoch);
  out.set_units_missing(is_final(incident.status) ? 0 : incident.missing());
  fill_related(incident, out);
  fill_alarm(incident, out);
  for (const v1::BorrowedUnit& unit : incident.borrowed.all()) *out.add_borrowed() = unit;
  if (incident.lent) *out.mutable_loan() = incident.lent->shown;
  fill_pursuit(incident, out);
}

void Region::fill(UnitIndex index, v1::Unit& out) const {
  const Unit& unit = units_[index.value()];
  const city::UnitInfo& info = unit_infos_[index.value()];
  const city::PostInfo post = city_->post(info.post);
  const bool own_position = unit.position_at != TimeMs{};
  const geo::Point position = own_position ? unit.position : home_points_[index.value()];
  out.set_unit_id(info.id.value());
  out.set_post_id(post.id.value());
  out.set_call_sign(std::string(info.call_sign));
  out.set_kind(info.kind);
  out.set_travel_kind(info.travel_kind);
  out.set_capabilities(info.capabilities);
  out.set_primary(unit.primary());
  out.set_secondary(unit.secondary);
  out.mutable_position()->set_latitude_e7(position.latitude_e7);
  out.mutable_position()->set_longitude_e7(position.longitude_e7);
  out.set_position_at_ms(unit.position_at.since_epoch);
  out.set_position_stale(unit.position_stale);
  out.set_assignment_id(unit.assignment.value());
  out.set_incident_id(unit.incident.value());
  out.set_heard_at_ms(unit.heard_at.since_epoch);
  out.set_last_order_sequence(unit.last_order);
  out.set_district(post.district.value());
  const auto work = incidents_.find(unit.incident);
  if (unit.assignment != AssignmentId{} && work != incidents_.end() && work->second.lent) {
    out.set_lent_to(work->second.lent->shown.region());
  }
  if (const auto check = checks_.find(index); check != checks_.end()) out.set_check_id(check->second.id);
  if (const CoverMove* move = moves_.of(index); move != nullptr && move->ordered) {
    out.set_cover_post_id(city_->post(move->post).id.value());
  }
  if (const Shift* shift = roster_.at_or_after(index, shared_->now)) fill(index, *shift, *out.mutable_shift());
  if (const auto crew = crews_.find(index); crew != crews_.end()) *out.mutable_crew() = crew->second;
  const auto duty = duties_.find(index);
  out.set_overtime(duty != duties_.end() && duty->second.phase == Duty::Phase::kOvertime);
}

v1::RegionSnapshot Region::snapshot() const {
  v1::RegionSnapshot snapshot;
  for (const auto& [id, incident] : incidents_) {
    if (is_final(incident.status)) continue;
    fill(incident, true, *snapshot.add_incidents());
    for (const Assignment& assignment : incident.assignments) {
      for (const WarningKind kind : kWarningKinds) {
        if (assignment.progress.since[static_cast<std::size_t>(kind)] == TimeMs{}) continue;
        *snapshot.add_warnings() = warning(assignment, kind);
      }
    }
  }
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (homes_[i]) fill(UnitIndex(i), *snapshot.add_units());
  }
  for (const auto& [number, alert] : alerts_) {
    v1::AlertChanged& active = *snapshot.add_alerts();
    *active.mutable_alert() = alert.report;
    active.set_state(v1::AlertChanged::STATE_ACTIVE);
    active.set_incident_id(alert.incident.value());
  }
  for (const auto& [id, change] : street_changes_) *snapshot.add_streets() = change.shown;
  for (const auto& [unit, check] : checks_) fill(unit, check, *snapshot.add_checks());
  for (const auto& [id, premise] : premises_.all()) *snapshot.add_premises() = premise;
  for (const auto& [id, order] : area_orders_) fill(order, *snapshot.add_area_orders());
  for (const auto& [unit, shifts] : roster_.all()) {
    for (const Shift& shift : shifts) fill(unit, shift, *snapshot.add_roster());
  }
  for (const auto& [unit, duty] : duties_) {
    for (std::size_t kind = 0; kind < duty.warned.size(); ++kind) {
      if (duty.warned[kind] == TimeMs{}) continue;
      *snapshot.add_duty_warnings() = duty_warning(unit, static_cast<v1::DutyWarned::Kind>(kind), duty.warned[kind]);
    }
  }
  if (policy_) snapshot.set_policy(policy_->name());
  if (coverage_) fill(*snapshot.mutable_coverage());
  for (const auto& [id, matter] : matters_.all()) {
    if (matter.open()) fill(matter, *snapshot.add_matters());
  }
  for (const auto& [id, move] : moves_.all()) {
    fill(move, move.ordered ? v1::CoverMove::STATE_ORDERED : v1::CoverMove::STATE_PROPOSED,
         *snapshot.add_cover_moves());
  }
  for (const auto& [incident, pursuit] : pursuits_) {
    if (pursuit.live()) *snapshot.add_pursuits() = pursuit.shown;
  }
  snapshot.set_now_ms(shared_->now.since_epoch);
  return snapshot;
}

std::optional<v1::Incident> Region::incident(IncidentId id) const {
  auto found = incidents_.find(id);
  if (found == incidents_.end()) return std::nullopt;
  v1::Incident out;
  fill(found->second, true, out);
  return out;
}

std::optional<v1::Incident> Region::incident(std::string_view source, std::string_view event_id) const {
  auto found = by_event_.find({std::string(source), std::string(event_id)});
  if (found == by_event_.end()) return std::nullopt;
  return incident(found->second);
}

std::optional<v1::Unit> Region::unit(UnitId id) const {
  const auto index = find_unit(id.value());
  if (!index) return std::nullopt;
  v1::Unit out;
  fill(*index, out);
  return out;
}

std::vector<v1::Unit> Region::units() const {
  std::vector<v1::Unit> all;
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (homes_[i]) fill(UnitIndex(i), all.emplace_back());
  }
  return all;
}

std::string_view Region::device(UnitId id) const {
  const auto index = find_unit(id.value());
  return index ? std::string_view(units_[index->value()].device_id) : std::string_view();
}

std::vector<v1::UnitOrder> Region::orders_after(UnitId id, std::uint64_t after) const {
  std::vector<v1::UnitOrder> orders;
  const auto index = find_unit(id.value());
  if (!index) return orders;
  for (const Order& order : units_[index->value()].orders) {
    if (order.sequence <= after) continue;
    v1::UnitOrder& out = orders.emplace_back();
    out.set_sequence(order.sequence);
    out.mutable_decision()->set_partition(shared_->partition);
    out.mutable_decision()->set_offset(order.offset);
    out.mutable_decision()->set_index(order.index);
    if (order.kind == Order::Kind::kCheck) {
      out.mutable_check()->set_check_id(order.check);
      out.mutable_check()->set_cause(order.check_cause);
      out.mutable_check()->set_answer_by_ms(order.acknowledge_by.since_epoch);
      continue;
    }
    if (order.matter != 0) {
      fill_matter(order, out);
      continue;
    }
    if (order.move != 0) {
      fill(order, out);
      continue;
    }
    if (order.kind == Order::Kind::kCancel) {
      out.mutable_cancel()->set_assignment_id(order.assignment.value());
      out.mutable_cancel()->set_reason(order.reason);
      continue;
    }
    if (order.kind != Order::Kind::kAssignment) {
      fill(order, *out.mutable_area_order());
      continue;
    }
    v1::AssignmentOrder& assignment = *out.mutable_assignment();
    assignment.set_assignment_id(order.assignment.value());
    // An incident that was forgotten since has an order behind this one that calls it off.
    if (auto found = incidents_.find(order.incident); found != incidents_.end()) {
      fill(found->second, false, *assignment.mutable_incident());
      const Assignment* work = found->second.find(order.assignment);
      if (work != nullptr && work->plan_entry != 0) {
        assignment.set_role(found->second.plan[work->plan_entry - 1].entry.role);
      }
      if (work != nullptr && work->destination) {
        assignment.mutable_destination()->set_latitude_e7(work->destination->place.latitude_e7);
        assignment.mutable_destination()->set_longitude_e7(work->destination->place.longitude_e7);
        assignment.set_destination_name(work->destination->name);
      }
    } else {
      assignment.mutable_incident()->set_incident_id(order.incident.value());
    }
    assignment.set_eta_ms(order.eta.count);
    assignment.set_acknowledge_by_ms(order.acknowledge_by.since_epoch);
  }
  return orders;
}

std::optional<v1::CommandApplied> Region::command(std::string_view command_id) const {
  auto found = commands_.find(command_id);
  if (found == commands_.end()) return std::nullopt;
  return found->second;
}

}  // namespace dispatch135::core
