// An incident and the units' work on it, as the core keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/geo/point.h"

namespace dispatch135::core {

// One unit's work on one incident, from the order to its end.
struct Assignment {
  AssignmentId id;
  IncidentId incident;
  UnitIndex unit;
  bool by_operator = false;
  TimeMs assigned_at;
  TimeMs acknowledged_at;
  TimeMs en_route_at;
  TimeMs on_scene_at;
  TimeMs acknowledge_by;
  DurationMs eta;
};

// A unit that is not asked again for this incident until then.
struct Tried {
  UnitIndex unit;
  TimeMs until;
};

struct Incident {
  IncidentId id;
  std::string source;
  std::string event_id;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;
  geo::Point position;
  DistrictId district;
  std::string address;
  std::string description;
  std::uint32_t required_capabilities = 0;
  std::uint32_t required_unit_kinds = 0;
  std::int64_t reported_at_ms = 0;  // The source's clock: shown, never used.
  std::string caller_reference;

  v1::IncidentStatus status = v1::INCIDENT_STATUS_ACTIVE;
  TimeMs opened_at;
  TimeMs deadline_at;
  std::uint32_t ring_min = 0;
  std::uint32_t units_needed = 1;
  std::uint32_t units_done = 0;         // Gave feedback: their part is done.
  std::vector<Assignment> assignments;  // Live ones, in the order of assignment.
  std::vector<Tried> tried;
  std::uint32_t reported_missing = 0;  // Of the last IncidentQueued; 0: none since all were found.
  TimeMs first_on_scene_at;
  bool breached = false;
  TimeMs ended_at;
  v1::Disposition disposition = v1::DISPOSITION_UNSPECIFIED;

  Assignment* find(AssignmentId assignment);
  const Assignment* find(AssignmentId assignment) const;
  // Units still to be found.
  std::uint32_t missing() const;
  // What the live assignments make of it, while it is open.
  v1::IncidentStatus status_of_assignments() const;
  void hash(StateHasher& hasher) const;
};

}  // namespace dispatch135::core
