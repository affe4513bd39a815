// Whole-number geometry on the plane: roots, fractions, distances, the nearest place on a segment.
#pragma once

#include <bit>
#include <cstdint>

#include "engine/geo/point.h"

namespace dispatch135::geo {

// No plane coordinate of a city is farther from its origin; squares and dot products below then fit into 64 bits.
inline constexpr std::int64_t kPlaneLimitMm = 500'000'000;  // 500 km
// No two places of a city are farther apart: the diagonal of the plane, rounded up.
inline constexpr std::int64_t kAcrossPlaneMm = 1'414'213'563;

// The whole part of the square root.
constexpr std::int64_t floor_sqrt(std::uint64_t value) {
  if (value == 0) return 0;
  std::uint64_t root = std::uint64_t{1} << ((std::bit_width(value) + 1) / 2);
  while (true) {
    const std::uint64_t next = (root + value / root) / 2;
    if (next >= root) return static_cast<std::int64_t>(root);
    root = next;
  }
}

// value * numerator / denominator, rounded to the nearest, halves away from zero. 0 <= numerator <= denominator.
constexpr std::int64_t scaled(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t size = value < 0 ? -value : value;
  std::int64_t result = 0;
  if (size < (std::int64_t{1} << 21) && denominator < (std::int64_t{1} << 41)) {
    result = (size * numerator + denominator / 2) / denominator;
  } else {
    __extension__ using Wide = __int128;
    result = static_cast<std::int64_t>((Wide{size} * numerator + denominator / 2) / denominator);
  }
  return value < 0 ? -result : result;
}

// `a` and `b` must differ by less than 2^31 in each coordinate.
constexpr std::int64_t squared_distance(PlanePoint a, PlanePoint b) {
  const std::int64_t dx = a.x_mm - b.x_mm;
  const std::int64_t dy = a.y_mm - b.y_mm;
  return dx * dx + dy * dy;
}

// Millimetres, rounded down. Points farther apart than 2^31 - 1 mm (2,147 km) in a direction count as that far in it.
constexpr std::int64_t distance_mm(PlanePoint a, PlanePoint b) {
  constexpr std::int64_t kFar = (std::int64_t{1} << 31) - 1;
  const std::int64_t dx = a.x_mm < b.x_mm ? b.x_mm - a.x_mm : a.x_mm - b.x_mm;
  const std::int64_t dy = a.y_mm < b.y_mm ? b.y_mm - a.y_mm : a.y_mm - b.y_mm;
  return floor_sqrt(static_cast<std::uint64_t>(squared_distance({}, {dx < kFar ? dx : kFar, dy < kFar ? dy : kFar})));
}
constexpr std::int64_t distance_mm(const Projection& projection, Point a, Point b) {
  return distance_mm(projection.project(a), projection.project(b));
}

// The place on a segment nearest to a point, as the fraction numerator / denominator of the way from its start to its
// end.
struct OnSegment {
  std::int64_t squared_mm = 0;  // From the point to that place, which is first rounded to whole millimetres.
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

// The segment lies within kPlaneLimitMm, the point within 1.4 times that.
constexpr OnSegment nearest_on_segment(PlanePoint start, PlanePoint end, PlanePoint point) {
  const std::int64_t dx = end.x_mm - start.x_mm;
  const std::int64_t dy = end.y_mm - start.y_mm;
  const std::int64_t dot = (point.x_mm - start.x_mm) * dx + (point.y_mm - start.y_mm) * dy;
  const std::int64_t length_squared = dx * dx + dy * dy;
  if (dot <= 0) return {squared_distance(start, point), 0, 1};
  if (dot >= length_squared) return {squared_distance(end, point), 1, 1};
  const PlanePoint foot = {start.x_mm + scaled(dx, dot, length_squared), start.y_mm + scaled(dy, dot, length_squared)};
  return {squared_distance(foot, point), dot, length_squared};
}

}  // namespace dispatch135::geo
