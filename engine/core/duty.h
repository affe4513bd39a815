// Where a unit stands with its roster, as far as it was told.
#pragma once

#include <array>
#include <cstdint>

#include "dispatch135/v1/duty.pb.h"
#include "engine/base/time.h"
#include "engine/core/roster.h"

namespace dispatch135::core {

struct Duty {
  enum class Phase : std::uint8_t { kOff, kShift, kBreak, kOvertime };
  friend constexpr Phase last_of(Phase) { return Phase::kOvertime; }
  Phase phase = Phase::kOff;
  Shift shift;             // That it is on, or in overtime of; means nothing while off.
  bool signed_on = false;  // At some time since the shift began.
  TimeMs outside_since;    // Free and outside its patrol area; 0: it is not.
  std::array<TimeMs, v1::DutyWarned::Kind_MAX + 1> warned = {};  // Since when, by kind; 0: does not stand.
  TimeMs look_at;                                                // When its kDuty timer fires; 0: none is set.

  bool on_shift() const { return phase == Phase::kShift || phase == Phase::kBreak; }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("phase", x.phase);
    a("shift", x.shift);
    a("signed_on", x.signed_on);
    a("outside_since", x.outside_since);
    a("warned", x.warned);
    a("look_at", x.look_at);
  }
};

}  // namespace dispatch135::core
