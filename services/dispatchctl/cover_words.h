// Cover and moves in words.
#pragma once

#include <string>

#include "dispatch135/v1/cover.pb.h"

namespace dispatch135::dispatchctl {

// "unit 7 is to cover post 3 (move 2, proposed; wins 0.45 % of the cover, 240.0 s by road)".
std::string describe(const v1::CoverMove& move);
std::string describe(const v1::CoverMoveChanged& changed);
// One line for each ring, each with its newline.
std::string describe(const v1::CoverageTotals& totals);

}  // namespace dispatch135::dispatchctl
