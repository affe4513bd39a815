// Outlines for cities that bring none: boxes, hulls, and districts by nearness.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/city/draft.h"
#include "engine/geo/point.h"

namespace dispatch135::citybuild {

// The box around all junctions and line points of the draft and the points beside, widened by margin_mm on each side.
// At least one junction or point.
std::vector<geo::Point> box_around(const city::CityDraft& draft, std::span<const geo::Point> beside,
                                   std::int64_t margin_mm);

// For each centre the part of the convex outline that is nearer to it than to any other centre (its Voronoi cell), in
// the order of the centres. A cell with fewer than 3 corners is empty: the outline lies wholly nearer to others.
std::vector<std::vector<geo::Point>> nearest_parts(std::span<const geo::Point> outline,
                                                   std::span<const geo::Point> centres);

}  // namespace dispatch135::citybuild
