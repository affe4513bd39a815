// The machine's steady clock. Any thread.
#pragma once

#include <chrono>

#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

class MachineClock final : public SteadyClock {
 public:
  std::int64_t now_ms() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace dispatch135::dispatchd
