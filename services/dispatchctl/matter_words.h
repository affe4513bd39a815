// Matters of city services in words; one line each.
#pragma once

#include <string>

#include "dispatch135/v1/matters.pb.h"

namespace dispatch135::dispatchctl {

// "matter 42 (12345/a17) of city service, assigned to centre 320205: due 14:03:07.125".
std::string describe(const v1::Matter& matter);
// "matter 42 (12345/a17) escalated to centre 320205, by zhang: overdue".
std::string describe(const v1::MatterChanged& changed);
std::string describe(const v1::HotlineFeedback& told);

}  // namespace dispatch135::dispatchctl
