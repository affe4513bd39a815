// A town of n x n junctions, 150 m apart, some streets one-way and some missing, by seed; whole numbers only, so that
// its bytes are the same everywhere. Units of every kind of travel stand at random junctions.
#pragma once

#include <cstdint>
#include <string>

#include "engine/city/draft.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {

inline city::CityDraft grid_town(std::uint32_t n, std::uint32_t units, std::uint64_t seed) {
  Random random(seed);
  city::CityDraft draft;
  draft.name = "grid";
  constexpr std::int32_t kStepLat = 13'475;  // 150 m
  constexpr std::int32_t kStepLon = 15'815;  // 150 m at 31.57 N
  const auto at = [](std::int32_t row, std::int32_t column) {
    return geo::Point{315'700'000 + row * kStepLat, 1'203'000'000 + column * kStepLon};
  };
  const auto side = static_cast<std::int32_t>(n);
  draft.regions.push_back({kRegion, "Wuxi", {at(-5, -5), at(-5, side + 5), at(side + 5, side + 5), at(side + 5, -5)}});
  for (std::int32_t row = 0; row < side; ++row) {
    for (std::int32_t column = 0; column < side; ++column) draft.junctions.push_back(at(row, column));
  }
  const auto street = [&](std::uint32_t from, std::uint32_t to) {
    if (random.below(12) == 0) return;
    city::DraftEdge edge;
    edge.from = from;
    edge.to = to;
    const auto speed = static_cast<std::uint32_t>(5'000 + random.below(12'000));
    edge.forward_mm_s = {speed, speed + 1'000, 1'400};
    const bool one_way = random.below(6) == 0;
    edge.backward_mm_s = {one_way ? 0 : speed, one_way ? 0 : speed + 1'000, 1'400};
    draft.edges.push_back(edge);
  };
  for (std::uint32_t row = 0; row < n; ++row) {
    for (std::uint32_t column = 0; column < n; ++column) {
      if (column + 1 < n) street(row * n + column, row * n + column + 1);
      if (row + 1 < n) street(row * n + column, (row + 1) * n + column);
    }
  }
  city::keep_connected(draft);
  for (std::uint32_t i = 0; i < units; ++i) {
    const std::uint64_t id = 1'000 + i;
    const geo::Point place = draft.junctions[random.below(draft.junctions.size())];
    draft.posts.push_back({PostId(id), "post", static_cast<v1::PostKind>(1 + random.below(3)), place});
    draft.units.push_back({UnitId(id), PostId(id), "unit", static_cast<v1::UnitKind>(1 + random.below(8)),
                           static_cast<v1::TravelKind>(1 + random.below(3)),
                           static_cast<std::uint32_t>(random.below(256))});
  }
  for (std::uint32_t i = 0; i < 40; ++i) {
    draft.places.push_back({"place", static_cast<v1::PlaceClass>(1 + random.below(11)),
                            draft.junctions[random.below(draft.junctions.size())]});
  }
  return draft;
}

}  // namespace dispatch135::core::testing
