#include "services/citybuild/outlines.h"

#include <algorithm>
#include <limits>

#include "engine/base/check.h"
#include "services/citybuild/local_plane.h"

namespace dispatch135::citybuild {
namespace {

// Products of three plane coordinates of a province need more than 64 bits.
__extension__ using Wide = __int128;

// Above 0: nearer to `own`; below: nearer to `other`. Twice the signed distance to the bisector, times their distance.
Wide nearness(geo::PlanePoint p, geo::PlanePoint own, geo::PlanePoint other) {
  const auto square = [](geo::PlanePoint a, geo::PlanePoint b) {
    const Wide dx = a.x_mm - b.x_mm;
    const Wide dy = a.y_mm - b.y_mm;
    return dx * dx + dy * dy;
  };
  return square(p, other) - square(p, own);
}

// Sutherland-Hodgman: the part of a convex polygon on the near side of the bisector.
std::vector<geo::PlanePoint> clip(const std::vector<geo::PlanePoint>& polygon, geo::PlanePoint own,
                                  geo::PlanePoint other) {
  std::vector<geo::PlanePoint> kept;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const geo::PlanePoint a = polygon[i];
    const geo::PlanePoint b = polygon[(i + 1) % polygon.size()];
    const Wide at_a = nearness(a, own, other);
    const Wide at_b = nearness(b, own, other);
    if (at_a >= 0) {
      kept.push_back(a);
    }
    if ((at_a > 0 && at_b < 0) || (at_a < 0 && at_b > 0)) {
      const Wide whole = at_a - at_b;
      kept.push_back({a.x_mm + static_cast<std::int64_t>(Wide{b.x_mm - a.x_mm} * at_a / whole),
                      a.y_mm + static_cast<std::int64_t>(Wide{b.y_mm - a.y_mm} * at_a / whole)});
    }
  }
  return kept;
}

}  // namespace

std::vector<geo::Point> box_around(const city::CityDraft& draft, std::span<const geo::Point> beside,
                                   std::int64_t margin_mm) {
  D135_CHECK(!draft.junctions.empty() || !beside.empty(), "a box around nothing");
  constexpr std::int32_t kLow = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kHigh = std::numeric_limits<std::int32_t>::max();
  geo::Point low = {kHigh, kHigh};
  geo::Point high = {kLow, kLow};
  const auto include = [&](geo::Point p) {
    low = {std::min(low.latitude_e7, p.latitude_e7), std::min(low.longitude_e7, p.longitude_e7)};
    high = {std::max(high.latitude_e7, p.latitude_e7), std::max(high.longitude_e7, p.longitude_e7)};
  };
  std::for_each(draft.junctions.begin(), draft.junctions.end(), include);
  std::for_each(beside.begin(), beside.end(), include);
  for (const auto& edge : draft.edges) {
    std::for_each(edge.between.begin(), edge.between.end(), include);
  }
  const geo::Point south_west = LocalPlane(low).to_point({-margin_mm, -margin_mm});
  const geo::Point north_east = LocalPlane(high).to_point({margin_mm, margin_mm});
  return {south_west,
          {south_west.latitude_e7, north_east.longitude_e7},
          north_east,
          {north_east.latitude_e7, south_west.longitude_e7}};
}

std::vector<std::vector<geo::Point>> nearest_parts(std::span<const geo::Point> outline,
                                                   std::span<const geo::Point> centres) {
  D135_CHECK(!outline.empty(), "parts of no outline");
  const LocalPlane plane(outline.front());
  std::vector<geo::PlanePoint> whole;
  for (const geo::Point corner : outline) {
    whole.push_back(plane.to_plane(corner));
  }
  std::vector<std::vector<geo::Point>> parts;
  for (const geo::Point own : centres) {
    std::vector<geo::PlanePoint> cell = whole;
    for (const geo::Point other : centres) {
      if (other != own) {
        cell = clip(cell, plane.to_plane(own), plane.to_plane(other));
      }
    }
    auto& part = parts.emplace_back();
    for (const geo::PlanePoint corner : cell) {
      const geo::Point point = plane.to_point(corner);
      if (part.empty() || point != part.back()) {
        part.push_back(point);
      }
    }
    while (part.size() > 1 && part.back() == part.front()) {
      part.pop_back();
    }
  }
  return parts;
}

}  // namespace dispatch135::citybuild
