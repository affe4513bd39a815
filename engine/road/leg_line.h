// The line of a route's leg, for maps.
#pragma once

#include <algorithm>

#include "engine/road/route.h"

namespace dispatch135::road {

// Calls visit(geo::Point) for each point of the leg's line in order of travel, without its first one: where that is,
// the leg before it ends, or the route begins.
template <typename Visit>
void each_point_of_leg(const Network& roads, const RouteLeg& leg, Visit visit) {
  const Edge& edge = roads.edges[leg.edge.value()];
  const auto along_mm = roads.shape_mm.subspan(edge.first_shape, edge.shape_count);
  const auto points = roads.shape_points.subspan(edge.first_shape, edge.shape_count);
  const auto [low_mm, high_mm] = std::minmax(leg.from_mm, leg.to_mm);
  const bool against = leg.from_mm > leg.to_mm;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t at = against ? points.size() - 1 - i : i;
    if (along_mm[at] > low_mm && along_mm[at] < high_mm) visit(points[at]);
  }
  visit(roads.locate({leg.edge, leg.to_mm, 0}));
}

}  // namespace dispatch135::road
