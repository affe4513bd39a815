// How the work of units is watched between the order and the end, as the policy says: v1::ProgressRule, checked.
#pragma once

#include <cstdint>

#include "dispatch135/v1/progress.pb.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

// A time of 0 switches what it is for off; so does a radius of 0.
struct ProgressRule {
  bool on = false;  // The policy has the section. Else all below is 0.
  DurationMs check_every;
  DurationMs move_within;
  std::int64_t move_distance_mm = 0;
  DurationMs slip;
  DurationMs away;
  DurationMs reinforce_after;
  DurationMs reinforce_slip;
  std::int64_t arrival_radius_mm = 0;
  std::uint32_t arrival_reports = 0;
  DurationMs safety_check_after;
  DurationMs safety_answer_within;
  bool safety_reinforce = false;

  // Checks the whole section as progress.proto says. Error: the field, by its path in the policy, and what it must be.
  static Result<ProgressRule> compile(const v1::ProgressRule& rule);
  void hash(StateHasher& hasher) const;
};

}  // namespace dispatch135::policy
