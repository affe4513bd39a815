// The two state machines of the police work, as tables, in EIDO words. Everything that changes a status asks here
// first.
#pragma once

#include "dispatch135/v1/types.pb.h"

namespace dispatch135::core {

// May a unit go from one secondary status to the other?
bool unit_may_change(v1::UnitSecondaryStatus from, v1::UnitSecondaryStatus to);

// May an incident go from one status to the other? Nothing leaves CANCELLED; CLOSED leads to ACTIVE alone.
bool incident_may_change(v1::IncidentStatus from, v1::IncidentStatus to);

// CANCELLED or CLOSED.
bool is_final(v1::IncidentStatus status);

// The unit is on duty and without work: ON_DUTY, CLEARED, ASSIGNMENT_CANCELLED or COVERING_ALTERNATE_AREA.
constexpr bool is_free(v1::UnitSecondaryStatus status) {
  return status == v1::UNIT_SECONDARY_STATUS_ON_DUTY || status == v1::UNIT_SECONDARY_STATUS_CLEARED ||
         status == v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED ||
         status == v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA;
}

// The unit holds an assignment: DISPATCHED, ACKNOWLEDGED_TRANSMISSION, EN_ROUTE or ON_SCENE.
constexpr bool is_assigned(v1::UnitSecondaryStatus status) {
  return status == v1::UNIT_SECONDARY_STATUS_DISPATCHED ||
         status == v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION ||
         status == v1::UNIT_SECONDARY_STATUS_EN_ROUTE || status == v1::UNIT_SECONDARY_STATUS_ON_SCENE;
}

}  // namespace dispatch135::core
