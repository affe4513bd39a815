// What a policy says about targets that move. The meaning of each field is in pursuit.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/geo/point.h"

namespace dispatch135::policy {

struct ChokePoint {
  std::uint32_t id = 0;
  std::string name;
  v1::ChokePoint::Kind kind = v1::ChokePoint::KIND_UNSPECIFIED;
  geo::Point position;
};

struct PursuitRule {
  std::uint32_t categories = 0;  // Bit c-1: Category c; 0: all.
  v1::Severity from_severity = v1::SEVERITY_UNSPECIFIED;
  v1::TravelKind target_travel = v1::TRAVEL_KIND_CAR;
  std::uint32_t target_speed_pct = 100;
  bool against_one_way = false;
  std::int64_t max_speed_kmh = 0;
  std::int64_t place_error_mm = 0;
  DurationMs stale_after;
  DurationMs margin;
  std::vector<DurationMs> rings;
  std::uint32_t unit_kinds = 0;  // Bit k-1: UnitKind k may block; never 0.
  std::uint32_t capabilities = 0;
  std::uint32_t most_units = 0;
  std::vector<ChokePoint> choke_points;

  // Whether such an incident may have a moving target.
  bool allows(v1::Category category, v1::Severity severity) const;
  void hash(StateHasher& hasher) const;
  // Nothing: the policy has no such section. Error: the field, by its proto path, and what it must be.
  static Result<std::optional<PursuitRule>> compile(const v1::Policy& policy);
};

}  // namespace dispatch135::policy
