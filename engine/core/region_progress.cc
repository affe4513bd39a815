// From the signature to the arrival: who does not get on, and who is there.
#include <algorithm>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"
#include "engine/geo/plane.h"

namespace dispatch135::core {
namespace {

bool under_way(v1::UnitSecondaryStatus status) {
  return status == v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION || status == v1::UNIT_SECONDARY_STATUS_EN_ROUTE;
}

// When it must be there by its place in the plan; an additional unit by the incident's deadline, one that blocks a way
// before the target. 0: no clock runs.
TimeMs due_on_scene(const Incident& incident, const Assignment& assignment) {
  if (assignment.destination) return assignment.destination->target_at;
  return assignment.plan_entry == 0 ? incident.deadline_at : incident.plan[assignment.plan_entry - 1].due();
}

}  // namespace

// From the signature on, if the policy watches.
void Region::watch_progress(UnitIndex index) {
  if (!policy_->progress().on) return;
  const Unit& unit = units_[index.value()];
  Progress& progress = incidents_.at(unit.incident).find(unit.assignment)->progress;
  if (unit.position_at != TimeMs{} && !unit.position_stale) progress.from = unit.position;
  look_at_progress(index);
}

void Region::look_again(UnitIndex index, Progress& progress, TimeMs when) {
  progress.look_at = when;
  shared_->timers.set({when, TimerKind::kProgress, id_, unit_infos_[index.value()].id.value()});
}

void Region::look_at_progress(UnitIndex index) {
  const Unit& unit = units_[index.value()];
  Incident& incident = incidents_.at(unit.incident);
  Assignment& assignment = *incident.find(unit.assignment);
  Progress& progress = assignment.progress;
  const policy::ProgressRule& rule = policy_->progress();
  // Beyond the own roads nobody here knows the way.
  if (!rule.on || !under_way(unit.secondary) || beyond_roads(incident)) return end_progress(assignment);

  Sight sight;
  sight.now = shared_->now;
  sight.signed_at = assignment.acknowledged_at;
  sight.departs_at = assignment.assigned_at + policy_->turnout(post_kinds_[index.value()]);
  if (assignment.eta.count != 0) sight.foreseen_at = assignment.assigned_at + assignment.eta;
  sight.deadline_at = due_on_scene(incident, assignment);
  sight.en_route = unit.secondary == v1::UNIT_SECONDARY_STATUS_EN_ROUTE;
  if (unit.position_at != TimeMs{} && !unit.position_stale) {
    sight.at = unit.position;
    const geo::Point from = progress.from.value_or(unit.position);
    sight.from_start_mm = geo::distance_mm(city_->roads().projection, from, unit.position);
    const road::TravelKind kind = on_road_.kind(index);
    const auto to = roads_.network().snap(incident.destination_of(assignment), kind, limits::kSnapLimitMm);
    if (to) sight.left = route_finder_.time(on_road_.point(index), *to, kind);
    sight.way = sight.left.has_value();
  }
  const Assessment seen = assess(rule, sight, progress);
  for (const WarningKind kind : seen.changed) {
    *decide().mutable_assignment_warned() = warning(assignment, kind);
  }
  look_again(index, progress, seen.look_again_at);
  if (!seen.reinforce_for || assignment.destination || !reinforce(incident, assignment.plan_entry)) return;
  // assign() may have moved the assignments to another place in memory.
  v1::AssignmentWarned reinforced = warning(*incident.find(unit.assignment), *seen.reinforce_for);
  reinforced.set_reinforced(true);
  *decide().mutable_assignment_warned() = std::move(reinforced);
}

// What stood is over, and nobody looks any more.
void Region::end_progress(Assignment& assignment) {
  Progress& progress = assignment.progress;
  progress.look_at = {};
  for (const WarningKind kind : kWarningKinds) {
    TimeMs& since = progress.since[static_cast<std::size_t>(kind)];
    if (since == TimeMs{}) continue;
    since = {};
    *decide().mutable_assignment_warned() = warning(assignment, kind);
  }
}

v1::AssignmentWarned Region::warning(const Assignment& assignment, WarningKind kind) const {
  const Progress& progress = assignment.progress;
  const TimeMs since = progress.since[static_cast<std::size_t>(kind)];
  v1::AssignmentWarned warned;
  warned.set_kind(kind);
  warned.set_stands(since != TimeMs{});
  warned.set_assignment_id(assignment.id.value());
  warned.set_incident_id(assignment.incident.value());
  warned.set_unit_id(unit_infos_[assignment.unit.value()].id.value());
  warned.set_since_ms(since.since_epoch);
  warned.set_left_ms(progress.left ? progress.left->count : -1);
  warned.set_best_left_ms(progress.best_left ? progress.best_left->count : -1);
  warned.set_expected_at_ms(progress.expected_at.since_epoch);
  if (assignment.eta.count != 0) warned.set_foreseen_at_ms((assignment.assigned_at + assignment.eta).since_epoch);
  warned.set_deadline_at_ms(due_on_scene(incidents_.at(assignment.incident), assignment).since_epoch);
  warned.set_moved_m(static_cast<std::uint32_t>(progress.moved_mm / 1'000));
  return warned;
}

// One more unit than the plan asks for, of the same sort. False: the incident has ended or holds as many as it can.
bool Region::reinforce(Incident& incident, std::uint32_t plan_entry) {
  if (is_final(incident.status) || incident.plan.empty() || incident.lent) return false;
  if (incident.assignments.size() + incident.missing() >= limits::kAssignmentsPerIncident) return false;
  ++incident.plan[plan_entry == 0 ? 0 : plan_entry - 1].extra;
  assign_missing(incident);
  decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  return true;
}

// What a unit was nearest to by road is another matter once the roads or the place are others.
void Region::forget_best_ways(Incident& incident) {
  for (Assignment& assignment : incident.assignments) {
    assignment.progress.best_left.reset();
    assignment.progress.near_reports = 0;
  }
}

// A unit with an assignment has told where it is: is it there?
void Region::note_position(UnitIndex index, geo::Point position) {
  const policy::ProgressRule& rule = policy_->progress();
  if (rule.arrival_radius_mm == 0) return;
  const Unit& unit = units_[index.value()];
  const bool on_scene = unit.secondary == v1::UNIT_SECONDARY_STATUS_ON_SCENE;
  if (!on_scene && !under_way(unit.secondary)) return;
  Incident& incident = incidents_.at(unit.incident);
  Assignment& assignment = *incident.find(unit.assignment);
  Progress& progress = assignment.progress;
  if (progress.arrived_by_position != TimeMs{}) return;
  const std::int64_t away_mm =
      geo::distance_mm(city_->roads().projection, position, incident.destination_of(assignment));
  progress.near_reports = away_mm <= rule.arrival_radius_mm ? progress.near_reports + 1 : 0;
  if (progress.near_reports < rule.arrival_reports) return;
  if (!on_scene) set_status(index, v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  arrive(index, assignment, true);
  set_status(incident, incident.status_of_assignments());
  decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
}

// The first of the two ways of being there counts; both are kept where the policy watches.
void Region::arrive(UnitIndex index, Assignment& assignment, bool by_position) {
  if (policy_->progress().on) {
    (by_position ? assignment.progress.arrived_by_position : assignment.progress.arrived_by_report) = shared_->now;
  }
  if (assignment.on_scene_at != TimeMs{}) return;
  assignment.on_scene_at = shared_->now;
  Incident& incident = incidents_.at(assignment.incident);
  if (!assignment.destination) {
    if (incident.first_on_scene_at == TimeMs{}) incident.first_on_scene_at = shared_->now;
    incident.was_diverted_from = false;
    own_unit_was_sooner(incident);
  }
  end_progress(assignment);
  ask_later(index, assignment);
}

// The unit reports the status that it has already: news only when its position had told of its arrival.
Outcome Region::said_again(UnitIndex index) {
  const Unit& unit = units_[index.value()];
  word(index);
  if (unit.secondary != v1::UNIT_SECONDARY_STATUS_ON_SCENE || !policy_->progress().on) return {};
  Incident& incident = incidents_.at(unit.incident);
  Assignment& assignment = *incident.find(unit.assignment);
  if (assignment.progress.arrived_by_report != TimeMs{}) return {};
  arrive(index, assignment, false);
  decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
  return {};
}

}  // namespace dispatch135::core
