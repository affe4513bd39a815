// Targets on the move in words.
#pragma once

#include <string>

#include "dispatch135/v1/pursuit.pb.h"

namespace dispatch135::dispatchctl {

// One line for the plan, and one for each of its points, each but the last with its newline.
std::string describe(const v1::Pursuit& pursuit);
// One line: what is proposed, ordered or over, with each point.
std::string describe(const v1::PursuitChanged& changed);

}  // namespace dispatch135::dispatchctl
