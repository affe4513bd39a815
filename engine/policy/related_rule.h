// When two reports may be about one event, as a city has set it.
#pragma once

#include <array>
#include <cstdint>

#include "dispatch135/v1/related.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

struct RelatedRule {
  std::int64_t radius_mm = 0;    // Farther apart is not compared.
  DurationMs within;             // Nor with what was opened longer ago.
  std::uint32_t suggest_at = 0;  // Permille.
  std::uint32_t link_at = 0;     // Permille; 0: never.
  std::array<std::array<bool, v1::Category_ARRAYSIZE>, v1::Category_ARRAYSIZE> compatible = {};  // By enum value.

  // Checks it as related.proto says. Error: the field, by its proto path within the policy, and what it must be.
  static Result<RelatedRule> compile(const v1::RelatedRule& rule);
  // Permille: 1,000 for the same category, 600 for a compatible one, 0: not compared.
  std::uint32_t category_likeness(v1::Category a, v1::Category b) const;
  void hash(StateHasher& hasher) const;
};

}  // namespace dispatch135::policy
