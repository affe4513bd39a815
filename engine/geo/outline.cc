#include "engine/geo/outline.h"

#include <algorithm>
#include <cstdlib>

#include "engine/geo/plane.h"
#include "engine/geo/polygon.h"

namespace dispatch135::geo {

std::int64_t distance_mm(const Projection& projection, std::span<const Point> outline, Point point) {
  return contains(outline, point) ? 0 : distance_to_border_mm(projection, outline, point);
}

std::int64_t distance_to_border_mm(const Projection& projection, std::span<const Point> outline, Point point) {
  const PlanePoint place = projection.project(point);
  if (std::abs(place.x_mm) > kPlaneLimitMm || std::abs(place.y_mm) > kPlaneLimitMm) return kAcrossPlaneMm;
  std::int64_t least = kAcrossPlaneMm * kAcrossPlaneMm;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const PlanePoint a = projection.project(outline[i]);
    const PlanePoint b = projection.project(outline[i + 1 == outline.size() ? 0 : i + 1]);
    least = std::min(least, nearest_on_segment(a, b, place).squared_mm);
  }
  return floor_sqrt(static_cast<std::uint64_t>(least));
}

}  // namespace dispatch135::geo
