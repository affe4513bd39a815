// A wall clock that a test sets.
#pragma once

#include "services/common/clock.h"

namespace dispatch135::log {

class ManualClock final : public common::Clock {
 public:
  TimeMs wall() const override { return now; }
  TimeMs now{1'000'000};
};

}  // namespace dispatch135::log
