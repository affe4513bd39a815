// An order of junctions for the hierarchy of a road network: parts of the city first, what separates them last.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/geo/point.h"

namespace dispatch135::city {

// Every junction once. Junctions are split again and again by a smallest set whose removal parts them: the least vertex
// cut between a quarter of them on one side and a quarter on the other, in the best of four directions (inertial flow:
// Schild, Sommer, "On Balanced Separators in Road Networks", SEA 2015). The same input gives the same order; how good
// it is decides only how fast searches are. Links from a junction to itself and repeated ones are allowed.
std::vector<std::uint32_t> nested_dissection(std::span<const geo::PlanePoint> junctions,
                                             std::span<const std::pair<std::uint32_t, std::uint32_t>> links);

}  // namespace dispatch135::city
