// The one rule by which times of ways are made shorter.
#pragma once

#include <cstdint>

#include "engine/road/network.h"

namespace dispatch135::road {

// A way that takes `candidate` milliseconds, if it is quicker than `ms` and no longer than kLongestWayMs.
inline void make_shorter(std::int32_t& ms, std::int64_t candidate) {
  if (candidate < ms && candidate <= std::int64_t{kLongestWayMs}) ms = static_cast<std::int32_t>(candidate);
}

}  // namespace dispatch135::road
