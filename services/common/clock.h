// The machine's clock behind an interface, so that tests and the simulation run on their own time. For edges only: what
// decides takes its time from the record.
#pragma once

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

}  // namespace dispatch135::common
