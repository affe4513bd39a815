// Whether a sighting can be of the target that was seen before.
#pragma once

#include "dispatch135/v1/pursuit.pb.h"
#include "engine/base/time.h"
#include "engine/core/reject.h"
#include "engine/geo/point.h"
#include "engine/policy/pursuit_rule.h"

namespace dispatch135::core {

// Refuses a time in the future, or too long ago.
Outcome wrong_time(const v1::Sighting& sighting, const policy::PursuitRule& rule, TimeMs now);
// Refuses one that is older than `last`, and, unless it is forced, one that lies farther away than the target could
// have come since, in a straight line, with both places wrong by the rule's error.
Outcome jumps(const v1::Sighting& sighting, const v1::Sighting& last, const policy::PursuitRule& rule,
              const geo::Projection& projection);

}  // namespace dispatch135::core
