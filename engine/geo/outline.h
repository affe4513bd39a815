// How far a place is from an outline.
#pragma once

#include <cstdint>
#include <span>

#include "engine/geo/point.h"

namespace dispatch135::geo {

// Millimetres in a straight line from the point to the outline (as for contains() of engine/geo/polygon.h), rounded
// down; 0 inside. Corners lie within kPlaneLimitMm of the projection's origin. A point that is farther from it than
// that counts as kAcrossPlaneMm away.
std::int64_t distance_mm(const Projection& projection, std::span<const Point> outline, Point point);
// The same to the border alone, from inside too.
std::int64_t distance_to_border_mm(const Projection& projection, std::span<const Point> outline, Point point);

}  // namespace dispatch135::geo
