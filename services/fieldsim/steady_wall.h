// One clock for the whole process: the wall clock at its start plus the steady time since, so that it never goes back
// and differences are exact.
#pragma once

#include <chrono>
#include <cstdint>

#include "engine/base/time.h"

namespace dispatch135::fieldsim {

// Any thread.
class SteadyWall {
 public:
  // Microseconds since 1970 UTC.
  std::int64_t now_us() const {
    const auto since = std::chrono::steady_clock::now() - steady_start_;
    return wall_start_us_ + std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  }
  TimeMs now() const { return {now_us() / 1'000}; }
  std::chrono::steady_clock::time_point steady(TimeMs time) const {
    return steady_start_ + std::chrono::microseconds(time.since_epoch * 1'000 - wall_start_us_);
  }

 private:
  std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
  std::int64_t wall_start_us_ =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
};

}  // namespace dispatch135::fieldsim
