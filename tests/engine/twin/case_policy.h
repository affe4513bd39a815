// Random policies: every reading of the rule that the choice of units knows.
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "tests/engine/random_city.h"

namespace dispatch135::core::twin {

// Good in itself; a region may be too small for its plans.
v1::Policy some_policy(::dispatch135::testing::Dice& dice);

}  // namespace dispatch135::core::twin
