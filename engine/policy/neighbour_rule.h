// What a policy says about units of other districts and of other cities. The meaning of each field is in
// neighbours.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

// When units cross from one district to another.
struct DistrictCrossing {
  v1::DistrictCrossing::Crossing crossing = v1::DistrictCrossing::CROSSING_ALWAYS;
  std::int64_t border_mm = 0;
  DurationMs gain;
  std::vector<std::pair<DistrictId, DistrictId>> pairs;  // The lower code first, rising; empty: all.
  v1::Severity from_severity = v1::SEVERITY_LOW;

  // Units of `home` may go to `there` for this severity, if crossing is not a matter of distance.
  bool allows(DistrictId home, DistrictId there, v1::Severity severity) const;
};

struct AskRule {
  v1::Severity from_severity = v1::SEVERITY_LOW;
  std::int64_t border_mm = 0;  // 0: anywhere.
  DurationMs gain;
};

struct LendRule {
  v1::Severity from_severity = v1::SEVERITY_LOW;
  std::uint32_t at_most = 0;
  std::uint32_t keep_free_permille = 0;
  DurationMs within;
  std::int64_t beyond_km_h = 0;

  // The straight line beyond the own roads at the policy's speed, rounded up.
  DurationMs beyond(std::int64_t straight_mm) const {
    const std::int64_t per_km_h = beyond_km_h * 10;
    return {(straight_mm * 36 + per_km_h - 1) / per_km_h};
  }
};

struct CityNeighbour {
  RegionId region;
  std::optional<AskRule> ask;
  std::optional<LendRule> lend;
  DurationMs answer_within;
};

struct NeighbourRule {
  std::optional<DistrictCrossing> districts;
  std::vector<CityNeighbour> cities;  // In the order in which they are asked.

  // Null: the policy does not name it.
  const CityNeighbour* city(RegionId region) const;
  void hash(StateHasher& hasher) const;
  // Nothing: the policy has no such section. Error: the field, by its proto path, and what it must be.
  static Result<std::optional<NeighbourRule>> compile(const v1::Policy& policy);
};

}  // namespace dispatch135::policy
