// Which move of an idle unit to a place without cover wins most.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/coverage/unit_cover.h"

namespace dispatch135::coverage {

// A unit that could go to a place, and how long that takes.
struct CanGo {
  UnitIndex unit;
  DurationMs drive;
};

// A place to which units may be moved.
struct OpenPoint {
  std::uint32_t point = 0;  // The caller's number of it.
  ZoneIndex zone;
  std::vector<CanGo> units;  // Each stands in the cover.
};

struct Move {
  std::uint32_t point = 0;
  UnitIndex unit;
  std::int64_t gain = 0;  // As of UnitCover.
  DurationMs drive;
};

// The move with the greatest gain of at least least_gain; of equals the shortest drive, then the lower unit, then the
// lower point. Changes nothing in the end.
std::optional<Move> best_move(UnitCover& cover, std::span<const OpenPoint> points, std::int64_t least_gain);

// Where a unit would cover from if it were moved.
Standing moved_to(const UnitCover& cover, UnitIndex unit, ZoneIndex zone);

}  // namespace dispatch135::coverage
