// What a policy says about cover, ready for use. The meaning of each field is in cover.proto.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dispatch135/v1/policy.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"

namespace dispatch135::policy {

inline constexpr std::size_t kRings = 3;
inline constexpr std::array<std::uint32_t, kRings> kRingMinutes = {1, 3, 5};
template <typename T>
using PerRing = std::array<T, kRings>;

// Into kRingMinutes. Beyond three minutes is the last ring, whatever the limit.
std::size_t ring_index(std::int64_t deadline_ms);

struct CoverageRule {
  std::int64_t zone_mm = 0;
  std::uint32_t busy_permille = 0;
  std::array<std::uint32_t, v1::PlaceClass_MAX + 1> place_weight = {};
  std::array<std::size_t, v1::PlaceClass_MAX + 1> place_ring = {};  // Index of the ring of the class's deadline.
  std::uint32_t street_weight = 0;
  std::uint32_t call_weight = 0;
  std::uint32_t parts_of_day = 1;
  std::uint32_t keep_permille = 0;
  std::int32_t utc_offset_min = 0;
  std::uint32_t unit_kinds = 0;  // Bit k-1: UnitKind k covers.

  bool covers(v1::UnitKind kind) const { return (unit_kinds >> (kind - 1) & 1U) != 0; }
  // What was learned of calls under one rule may be used under the other.
  bool same_zones_and_parts(const CoverageRule& other) const {
    return zone_mm == other.zone_mm && parts_of_day == other.parts_of_day && utc_offset_min == other.utc_offset_min &&
           keep_permille == other.keep_permille;
  }
  void hash(StateHasher& hasher) const;

  // Nothing: the policy has no such section. Error: the field, by its proto path, and what it must be.
  static Result<std::optional<CoverageRule>> compile(const v1::Policy& policy);
};

}  // namespace dispatch135::policy
