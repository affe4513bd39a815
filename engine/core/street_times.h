// When a change of streets holds: its form, and its times of day by log time. Nothing here knows a city.
#pragma once

#include <optional>

#include "dispatch135/v1/streets.pb.h"
#include "engine/base/time.h"
#include "engine/core/reject.h"

namespace dispatch135::core {

// What is wrong with a change in any city and at any time; nothing: its form is good. The functions below are for
// changes of good form.
Outcome malformed(const v1::ChangeStreets& change);

// Its time has passed for good.
bool is_over(const v1::ChangeStreets& change, TimeMs now);

// Within from_ms and until_ms, and within one of its windows if it has any. Each begins with its first millisecond and
// ends before its last.
bool holds(const v1::ChangeStreets& change, TimeMs now);

// The first moment after now at which it may begin or cease to hold; nothing: it stays as it is.
std::optional<TimeMs> next_switch(const v1::ChangeStreets& change, TimeMs now);

}  // namespace dispatch135::core
