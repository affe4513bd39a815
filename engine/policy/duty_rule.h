// What rosters are used for, as the policy says: v1::DutyRule, checked.
#pragma once

#include <cstdint>

#include "dispatch135/v1/duty.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

struct DutyRule {
  bool on = false;                                        // The roster's clock is told: advisory or required.
  bool required = false;                                  // It decides who is on duty.
  v1::Severity on_break_from = v1::SEVERITY_UNSPECIFIED;  // UNSPECIFIED: nobody is called in a break.
  DurationMs overtime_limit;                              // 0: not watched, unless the shift says.
  DurationMs absent_after;                                // 0: not watched.
  DurationMs outside_area_after;                          // 0: not watched.

  // May a unit in a break be called for this?
  bool calls_from_break(v1::Severity severity) const { return severity <= on_break_from; }

  // Checks the whole section as duty.proto says. Error: the field, by its path in the policy, and what it must be.
  static Result<DutyRule> compile(const v1::DutyRule& rule);
  void hash(StateHasher& hasher) const;
};

}  // namespace dispatch135::policy
