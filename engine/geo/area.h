// An outline that is asked many questions: its sides are kept by bands of latitude, so that each looks at few of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/geo/polygon.h"

namespace dispatch135::geo {

class Area {
 public:
  // At least 3 corners, in_range, as for contains() of engine/geo/polygon.h; one that crosses itself counts by the
  // even-odd rule.
  explicit Area(std::span<const Point> outline);

  const Box& box() const { return box_; }
  // The same answer as contains() gives for the outline.
  bool contains(Point p) const;
  // True when the straight line from a to b has a point inside or on the border.
  bool touches(Point a, Point b) const;

 private:
  struct Side {
    Point a;
    Point b;
  };
  std::size_t band_of(std::int32_t latitude_e7) const;

  Box box_;
  std::vector<std::vector<Side>> bands_;  // Each: the sides that have a point in it.
};

// The first two sides, by the corners that they begin at, that meet elsewhere than where one ends and the next begins;
// for a side without length, that side twice. Nothing: the outline, of at least 3 corners and not closed, does not
// cross itself.
std::optional<std::pair<std::size_t, std::size_t>> first_crossing(std::span<const Point> outline);

}  // namespace dispatch135::geo
