// What a policy says about moving units to where the cover went. The meaning of each field is in cover.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

struct MoveUpRule {
  bool order = false;         // False: propose.
  std::vector<PostId> posts;  // Empty: all.
  std::int64_t fall_ppm = 0;
  std::int64_t gain_ppm = 0;
  std::int64_t keep_ppm = 0;
  DurationMs drive_within;
  std::uint32_t at_once = 0;
  DurationMs look_every;
  DurationMs stay_at_least;
  DurationMs propose_for;

  void hash(StateHasher& hasher) const;
  // Nothing: the policy has no such section. Error: the field, by its proto path, and what it must be.
  static Result<std::optional<MoveUpRule>> compile(const v1::Policy& policy);
};

}  // namespace dispatch135::policy
