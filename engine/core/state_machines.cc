#include "engine/core/state_machines.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dispatch135::core {
namespace {

using UnitStep = std::pair<v1::UnitSecondaryStatus, v1::UnitSecondaryStatus>;
using IncidentStep = std::pair<v1::IncidentStatus, v1::IncidentStatus>;

constexpr auto kOffDuty = v1::UNIT_SECONDARY_STATUS_OFF_DUTY;
constexpr auto kOnDuty = v1::UNIT_SECONDARY_STATUS_ON_DUTY;
constexpr auto kDispatched = v1::UNIT_SECONDARY_STATUS_DISPATCHED;
constexpr auto kAcknowledged = v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION;
constexpr auto kEnRoute = v1::UNIT_SECONDARY_STATUS_EN_ROUTE;
constexpr auto kOnScene = v1::UNIT_SECONDARY_STATUS_ON_SCENE;
constexpr auto kCleared = v1::UNIT_SECONDARY_STATUS_CLEARED;
constexpr auto kCalledOff = v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED;
constexpr auto kOut = v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE;
constexpr auto kCovering = v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA;
constexpr auto kPending = v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING;
constexpr auto kOnBreak = v1::UNIT_SECONDARY_STATUS_ON_BREAK;

constexpr std::array kUnitSteps = {
    // Duty.
    UnitStep{kOffDuty, kOnDuty},
    UnitStep{kOffDuty, kOut},
    UnitStep{kOnDuty, kOffDuty},
    UnitStep{kCleared, kOffDuty},
    UnitStep{kCalledOff, kOffDuty},
    UnitStep{kOut, kOffDuty},
    UnitStep{kOnDuty, kOut},
    UnitStep{kCleared, kOut},
    UnitStep{kCalledOff, kOut},
    UnitStep{kOut, kOnDuty},
    // The roster's clock, which holds whoever has no work back and lets it go.
    UnitStep{kOffDuty, kPending},
    UnitStep{kOffDuty, kOnBreak},
    UnitStep{kPending, kOnDuty},
    UnitStep{kPending, kOnBreak},
    UnitStep{kPending, kOffDuty},
    UnitStep{kPending, kOut},
    UnitStep{kOnBreak, kOnDuty},
    UnitStep{kOnBreak, kPending},
    UnitStep{kOnBreak, kOffDuty},
    UnitStep{kOnBreak, kOut},
    UnitStep{kOnDuty, kOnBreak},
    UnitStep{kCleared, kOnBreak},
    UnitStep{kCalledOff, kOnBreak},
    UnitStep{kCovering, kOnBreak},
    UnitStep{kCovering, kPending},
    UnitStep{kOnDuty, kPending},
    UnitStep{kCleared, kPending},
    UnitStep{kCalledOff, kPending},
    // Work, forwards. A unit that is already there may report on scene without having reported en route.
    UnitStep{kOnDuty, kDispatched},
    UnitStep{kCleared, kDispatched},
    UnitStep{kCalledOff, kDispatched},
    UnitStep{kOnBreak, kDispatched},
    UnitStep{kDispatched, kAcknowledged},
    UnitStep{kAcknowledged, kEnRoute},
    UnitStep{kAcknowledged, kOnScene},
    UnitStep{kEnRoute, kOnScene},
    // Work, done.
    UnitStep{kAcknowledged, kCleared},
    UnitStep{kEnRoute, kCleared},
    UnitStep{kOnScene, kCleared},
    // Work, called off.
    UnitStep{kDispatched, kCalledOff},
    UnitStep{kAcknowledged, kCalledOff},
    UnitStep{kEnRoute, kCalledOff},
    UnitStep{kOnScene, kCalledOff},
    // Moved to where the cover went, and back.
    UnitStep{kOnDuty, kCovering},
    UnitStep{kCleared, kCovering},
    UnitStep{kCalledOff, kCovering},
    UnitStep{kCovering, kOnDuty},
    UnitStep{kCovering, kDispatched},
    UnitStep{kCovering, kOut},
    UnitStep{kCovering, kOffDuty},
};

constexpr auto kActive = v1::INCIDENT_STATUS_ACTIVE;
constexpr auto kResAssigned = v1::INCIDENT_STATUS_RESOURCES_ASSIGNED;
constexpr auto kResEnRoute = v1::INCIDENT_STATUS_RESOURCES_ENROUTE;
constexpr auto kResOnScene = v1::INCIDENT_STATUS_RESOURCES_ONSCENE;
constexpr auto kCancelled = v1::INCIDENT_STATUS_CANCELLED;
constexpr auto kClosed = v1::INCIDENT_STATUS_CLOSED;
constexpr auto kLinked = v1::INCIDENT_STATUS_LINKED;

// Units come and go, so an open incident may go back as well as on; only the ends are one-way.
constexpr std::array kIncidentSteps = {
    IncidentStep{kActive, kResAssigned},
    IncidentStep{kActive, kCancelled},
    IncidentStep{kActive, kClosed},
    IncidentStep{kResAssigned, kActive},
    IncidentStep{kResAssigned, kResEnRoute},
    IncidentStep{kResAssigned, kResOnScene},
    IncidentStep{kResAssigned, kCancelled},
    IncidentStep{kResAssigned, kClosed},
    IncidentStep{kResEnRoute, kActive},
    IncidentStep{kResEnRoute, kResAssigned},
    IncidentStep{kResEnRoute, kResOnScene},
    IncidentStep{kResEnRoute, kCancelled},
    IncidentStep{kResEnRoute, kClosed},
    IncidentStep{kResOnScene, kActive},
    IncidentStep{kResOnScene, kResAssigned},
    IncidentStep{kResOnScene, kResEnRoute},
    IncidentStep{kResOnScene, kCancelled},
    IncidentStep{kResOnScene, kClosed},
    // Its units are told to stop before it becomes a further call of another one.
    IncidentStep{kActive, kLinked},
    // Opened again.
    IncidentStep{kClosed, kActive},
    IncidentStep{kLinked, kActive},
    IncidentStep{kLinked, kCancelled},
    IncidentStep{kLinked, kClosed},
};

}  // namespace

bool unit_may_change(v1::UnitSecondaryStatus from, v1::UnitSecondaryStatus to) {
  return std::find(kUnitSteps.begin(), kUnitSteps.end(), UnitStep{from, to}) != kUnitSteps.end();
}

bool incident_may_change(v1::IncidentStatus from, v1::IncidentStatus to) {
  return std::find(kIncidentSteps.begin(), kIncidentSteps.end(), IncidentStep{from, to}) != kIncidentSteps.end();
}

bool is_final(v1::IncidentStatus status) { return status == kCancelled || status == kClosed; }

}  // namespace dispatch135::core
