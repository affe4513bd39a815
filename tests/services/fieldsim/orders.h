// Orders as dispatchd would send them.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch135/v1/field_units.pb.h"
#include "engine/geo/point.h"

namespace dispatch135::testing {

inline v1::UnitOrder assignment_order(std::uint64_t sequence, std::uint64_t assignment_id, geo::Point scene) {
  v1::UnitOrder order;
  order.set_sequence(sequence);
  order.mutable_decision()->set_offset(1'000 + sequence);
  v1::AssignmentOrder& assignment = *order.mutable_assignment();
  assignment.set_assignment_id(assignment_id);
  assignment.set_eta_ms(60'000);
  v1::Incident& incident = *assignment.mutable_incident();
  incident.set_incident_id(1'000 + sequence);
  incident.set_source("110");
  incident.set_event_id("e-" + std::to_string(sequence));
  incident.mutable_position()->set_latitude_e7(scene.latitude_e7);
  incident.mutable_position()->set_longitude_e7(scene.longitude_e7);
  return order;
}

inline v1::UnitOrder cancel_order(std::uint64_t sequence, std::uint64_t assignment_id) {
  v1::UnitOrder order;
  order.set_sequence(sequence);
  order.mutable_decision()->set_offset(1'000 + sequence);
  order.mutable_cancel()->set_assignment_id(assignment_id);
  order.mutable_cancel()->set_reason(v1::AssignmentEnded::REASON_INCIDENT_CANCELLED);
  return order;
}

}  // namespace dispatch135::testing
