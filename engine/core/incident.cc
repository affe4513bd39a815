#include "engine/core/incident.h"

#include <algorithm>

namespace dispatch135::core {
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

}  // namespace dispatch135::core
