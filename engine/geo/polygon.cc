#include "engine/geo/polygon.h"

#include <algorithm>

#include "engine/base/check.h"

namespace dispatch135::geo {

bool in_range(Point p) {
  return p.latitude_e7 >= -900'000'000 && p.latitude_e7 <= 900'000'000 && p.longitude_e7 >= -1'800'000'000 &&
         p.longitude_e7 <= 1'800'000'000;
}

Box box_around(std::span<const Point> points) {
  D135_CHECK(!points.empty(), "a box needs at least one point");
  Box box = {points[0], points[0]};
  for (const Point& p : points) {
    box.least.latitude_e7 = std::min(box.least.latitude_e7, p.latitude_e7);
    box.least.longitude_e7 = std::min(box.least.longitude_e7, p.longitude_e7);
    box.most.latitude_e7 = std::max(box.most.latitude_e7, p.latitude_e7);
    box.most.longitude_e7 = std::max(box.most.longitude_e7, p.longitude_e7);
  }
  return box;
}

Point middle_of(std::span<const Point> corners) {
  D135_CHECK(!corners.empty(), "a middle needs at least one corner");
  std::int64_t latitude = 0;
  std::int64_t longitude = 0;
  for (const Point& p : corners) {
    latitude += p.latitude_e7;
    longitude += p.longitude_e7;
  }
  const auto count = static_cast<std::int64_t>(corners.size());
  return {static_cast<std::int32_t>(latitude / count), static_cast<std::int32_t>(longitude / count)};
}

bool contains(std::span<const Point> outline, Point p) {
  bool inside = false;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Point& a = outline[i];
    const Point& b = outline[i + 1 == outline.size() ? 0 : i + 1];
    // Which side of the line a-b the point lies on. Each product fits into 64 bits, their difference may not.
    const std::int64_t left =
        (std::int64_t{p.longitude_e7} - a.longitude_e7) * (std::int64_t{b.latitude_e7} - a.latitude_e7);
    const std::int64_t right =
        (std::int64_t{b.longitude_e7} - a.longitude_e7) * (std::int64_t{p.latitude_e7} - a.latitude_e7);
    if (left == right) {
      const bool on_segment = p.latitude_e7 >= std::min(a.latitude_e7, b.latitude_e7) &&
                              p.latitude_e7 <= std::max(a.latitude_e7, b.latitude_e7) &&
                              p.longitude_e7 >= std::min(a.longitude_e7, b.longitude_e7) &&
                              p.longitude_e7 <= std::max(a.longitude_e7, b.longitude_e7);
      if (on_segment) return true;
    }
    const bool spans_latitude = (a.latitude_e7 > p.latitude_e7) != (b.latitude_e7 > p.latitude_e7);
    if (spans_latitude && (b.latitude_e7 > a.latitude_e7 ? left < right : left > right)) inside = !inside;
  }
  return inside;
}

}  // namespace dispatch135::geo
