// A policy's answers in words, and what two policies answer differently.
#pragma once

#include <string>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/policy/policy.h"

namespace dispatch135::dispatchctl {

// One line for the deadline, the plan, the clock, the limits and the mode, each.
std::string describe(const policy::Response& response);

// "default.yaml:12 place_classes.bank: deadline 3min"; one line for each rule that acted.
std::string describe(const std::vector<policy::RuleEffect>& effects, const std::string& file);

// What the second one answers otherwise, for each matter that the two can tell apart: kinds of place, severities,
// categories, the districts that either names, and on a Wednesday at noon and whenever hours of either begin; matters
// that differ alike are put together. Then the other values that differ. Empty: nothing differs.
std::string difference(const v1::Policy& before, const v1::Policy& after);

}  // namespace dispatch135::dispatchctl
