#include "engine/core/incident.h"

#include <algorithm>

namespace dispatch135::core {
namespace {

void add(StateHasher& hasher, const policy::PlanEntry& entry) {
  hasher.add(entry.within.count);
  hasher.add(entry.units);
  hasher.add(entry.unit_kinds);
  hasher.add(entry.capabilities);
}

}  // namespace

Assignment* Incident::find(AssignmentId assignment) {
  auto found =
      std::find_if(assignments.begin(), assignments.end(), [&](const Assignment& a) { return a.id == assignment; });
  return found == assignments.end() ? nullptr : &*found;
}

const Assignment* Incident::find(AssignmentId assignment) const {
  return const_cast<Incident*>(this)->find(assignment);
}

bool Incident::has_responder() const {
  return std::any_of(assignments.begin(), assignments.end(), [](const Assignment& a) { return !a.destination; });
}

Requirement Incident::requirement(const policy::PlanEntry& entry) const {
  constexpr std::uint32_t kGridWorkers = 1U << (v1::UNIT_KIND_GRID_WORKER - 1);
  const std::uint32_t kinds = entry.unit_kinds != 0 ? entry.unit_kinds : required_unit_kinds;
  return {.capabilities = entry.capabilities != 0 ? entry.capabilities : required_capabilities,
          .kinds = kinds != 0 ? kinds : ~kGridWorkers};
}

std::uint32_t Incident::missing(std::size_t entry) const {
  if (status == v1::INCIDENT_STATUS_LINKED || lent) return 0;
  const auto live = static_cast<std::uint32_t>(std::count_if(
      assignments.begin(), assignments.end(), [&](const Assignment& a) { return a.plan_entry == entry + 1; }));
  const std::uint32_t held = live + borrowed.granted(static_cast<std::uint32_t>(entry + 1)) + plan[entry].done;
  return held >= plan[entry].wanted() ? 0 : plan[entry].wanted() - held;
}

std::uint32_t Incident::missing() const {
  std::uint32_t sum = 0;
  for (std::size_t entry = 0; entry < plan.size(); ++entry) sum += missing(entry);
  return sum;
}

std::uint32_t Incident::on_scene(std::size_t entry) const {
  return plan[entry].done + borrowed.on_scene(static_cast<std::uint32_t>(entry + 1)) +
         static_cast<std::uint32_t>(std::count_if(assignments.begin(), assignments.end(), [&](const Assignment& a) {
           return a.plan_entry == entry + 1 && a.on_scene_at != TimeMs{};
         }));
}

std::uint32_t Incident::units_needed() const {
  std::uint32_t sum = 0;
  for (const PlannedUnits& planned : plan) sum += planned.entry.units;
  return sum;
}

bool Incident::only_advised() const {
  return hold == v1::HoldIncident::HOLD_BY_HAND || response.mode == v1::DISPATCH_MODE_RECOMMEND;
}

v1::IncidentStatus Incident::status_of_assignments() const {
  v1::IncidentStatus furthest = borrowed.furthest();
  for (const Assignment& a : assignments) {
    const bool there = a.on_scene_at != TimeMs{};
    const v1::IncidentStatus reached = there && !a.destination              ? v1::INCIDENT_STATUS_RESOURCES_ONSCENE
                                       : there || a.en_route_at != TimeMs{} ? v1::INCIDENT_STATUS_RESOURCES_ENROUTE
                                                                            : v1::INCIDENT_STATUS_RESOURCES_ASSIGNED;
    furthest = std::max(furthest, reached);
  }
  return furthest;
}

void Incident::hash(StateHasher& hasher) const {
  hasher.add(id.value());
  hasher.add(source);
  hasher.add(event_id);
  hasher.add(static_cast<int>(category));
  hasher.add(static_cast<int>(severity));
  hasher.add(static_cast<int>(place_class));
  hasher.add(position.latitude_e7);
  hasher.add(position.longitude_e7);
  hasher.add(district.value());
  hasher.add(address);
  hasher.add(description);
  hasher.add(required_capabilities);
  hasher.add(required_unit_kinds);
  hasher.add(reported_at_ms);
  hasher.add(caller_reference);
  if (matter != 0) hasher.add(matter);
  hasher.add(static_cast<int>(status));
  hasher.add(opened_at.since_epoch);
  hasher.add(deadline_at.since_epoch);
  hasher.add(response.deadline.count);
  hasher.add(static_cast<int>(response.clock_start));
  hasher.add(response.acknowledge_within.count);
  hasher.add(response.feedback_within.count);
  hasher.add(static_cast<int>(response.mode));
  hasher.add(response.plan.size());
  for (const policy::PlanLevel& level : response.plan) {
    for (const policy::PlanEntry& entry : level) add(hasher, entry);
  }
  hasher.add(levels_sent);
  hasher.add(plan.size());
  for (const PlannedUnits& planned : plan) {
    add(hasher, planned.entry);
    hasher.add(planned.level);
    hasher.add(planned.clock_start.since_epoch);
    hasher.add(planned.done);
    hasher.add(planned.late);
    if (planned.extra != 0) hasher.add(planned.extra);
  }
  hasher.add(clock_started_at.since_epoch);
  hasher.add(static_cast<int>(hold));
  hasher.add(held_by);
  hasher.add(was_diverted_from);
  for (const UnitIndex unit : excluded) hasher.add(unit.value());
  for (const UnitIndex unit : proposed) hasher.add(unit.value());
  for (const UnitIndex unit : awaited) hasher.add(unit.value());
  hasher.add(assignments.size());
  for (const Assignment& a : assignments) {
    hasher.add(a.id.value());
    hasher.add(a.unit.value());
    hasher.add(a.by_operator);
    hasher.add(a.assigned_at.since_epoch);
    hasher.add(a.acknowledged_at.since_epoch);
    hasher.add(a.en_route_at.since_epoch);
    hasher.add(a.on_scene_at.since_epoch);
    hasher.add(a.acknowledge_by.since_epoch);
    hasher.add(a.eta.count);
    hasher.add(a.plan_entry);
    hasher.add(a.diverted);
    hasher.add(a.feedback_overdue);
    if (!a.progress.empty()) a.progress.hash(hasher);
    if (!a.destination) continue;
    hasher.add(a.destination->place.latitude_e7);
    hasher.add(a.destination->place.longitude_e7);
    hasher.add(a.destination->name);
    hasher.add(a.destination->target_at.since_epoch);
  }
  hasher.add(tried.size());
  for (const Tried& t : tried) {
    hasher.add(t.unit.value());
    hasher.add(t.until.since_epoch);
  }
  borrowed.hash(hasher);
  if (lent) lent->hash(hasher);
  hasher.add(reported_missing);
  hasher.add(first_on_scene_at.since_epoch);
  hasher.add(breached);
  hasher.add(ended_at.since_epoch);
  hasher.add(static_cast<int>(disposition));
  if (reopened != 0 || caller_score != 0) {
    hasher.add(reopened);
    hasher.add(caller_score);
    hasher.add(verified_at.since_epoch);
  }
}

}  // namespace dispatch135::core
