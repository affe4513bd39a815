// What a hotline should never publish, and some day does.
#pragma once

#include <string>

#include "dispatch135/v1/events.pb.h"
#include "services/fieldsim/random.h"

namespace dispatch135::fieldsim {

// The bytes of an IncidentEvent for `incidents` that cannot be used: this report, spoilt in one of a dozen ways.
std::string bad_event(v1::IncidentReport report, Random& random);

}  // namespace dispatch135::fieldsim
