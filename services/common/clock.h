// The machine's clocks behind interfaces, so that tests and the simulation run on their own time. For edges only: what
// decides takes its time from the record.
#pragma once

#include <cstdint>

#include "engine/base/time.h"

namespace dispatch135::common {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimeMs wall() const override;
};

// Never goes back; counts from anywhere. Only for waiting.
class SteadyClock {
 public:
  virtual ~SteadyClock() = default;
  virtual std::int64_t now_ms() const = 0;
};

// Any thread.
class MachineClock final : public SteadyClock {
 public:
  std::int64_t now_ms() const override;
};

}  // namespace dispatch135::common
