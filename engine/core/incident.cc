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

std::uint32_t Incident::missing() const {
  const auto held = static_cast<std::uint32_t>(assignments.size()) + units_done;
  return held >= units_needed ? 0 : units_needed - held;
}

v1::IncidentStatus Incident::status_of_assignments() const {
  v1::IncidentStatus furthest = v1::INCIDENT_STATUS_ACTIVE;
  for (const Assignment& a : assignments) {
    const v1::IncidentStatus reached = a.on_scene_at != TimeMs{}   ? v1::INCIDENT_STATUS_RESOURCES_ONSCENE
                                       : a.en_route_at != TimeMs{} ? v1::INCIDENT_STATUS_RESOURCES_ENROUTE
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
  hasher.add(static_cast<int>(status));
  hasher.add(opened_at.since_epoch);
  hasher.add(deadline_at.since_epoch);
  hasher.add(ring_min);
  hasher.add(units_needed);
  hasher.add(units_done);
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
  }
  hasher.add(tried.size());
  for (const Tried& t : tried) {
    hasher.add(t.unit.value());
    hasher.add(t.until.since_epoch);
  }
  hasher.add(reported_missing);
  hasher.add(first_on_scene_at.since_epoch);
  hasher.add(breached);
  hasher.add(ended_at.since_epoch);
  hasher.add(static_cast<int>(disposition));
}

}  // namespace dispatch135::core
