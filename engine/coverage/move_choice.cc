#include "engine/coverage/move_choice.h"

#include <tuple>

namespace dispatch135::coverage {

Standing moved_to(const UnitCover& cover, UnitIndex unit, ZoneIndex zone) {
  Standing standing = cover.standing(unit);
  standing.zone = zone;
  return standing;
}

std::optional<Move> best_move(UnitCover& cover, std::span<const OpenPoint> points, std::int64_t least_gain) {
  const auto rank = [](const Move& move) { return std::make_tuple(-move.gain, move.drive, move.unit, move.point); };
  std::optional<Move> best;
  for (const OpenPoint& point : points) {
    for (const CanGo& can : point.units) {
      const std::int64_t gain = cover.gain_of_move(can.unit, moved_to(cover, can.unit, point.zone));
      if (gain < least_gain) continue;
      const Move move = {point.point, can.unit, gain, can.drive};
      if (!best || rank(move) < rank(*best)) best = move;
    }
  }
  return best;
}

}  // namespace dispatch135::coverage
