// The road part of a city file, made from the draft's junctions and edges.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/city/build_hierarchy.h"
#include "engine/city/draft.h"
#include "engine/road/network.h"

namespace dispatch135::city {

struct BuiltRoads {
  geo::Projection projection;
  std::vector<geo::Point> junctions;
  std::vector<road::Edge> edges;
  std::vector<road::EdgeMs> edge_ms;
  std::vector<geo::Point> shape_points;
  std::vector<std::uint32_t> shape_mm;
  std::vector<std::uint32_t> approach_begin;
  std::vector<std::uint32_t> out_begin;
  std::vector<road::Arc> out_arcs;
  std::vector<road::PerKind<std::uint32_t>> turn_ms;
  geo::Grid grid;
  std::vector<std::uint32_t> grid_begin;
  std::vector<road::Piece> grid_pieces;
  BuiltHierarchy hierarchy;
  std::vector<std::string> street_names;  // Each once; the first is empty.

  // Valid as long as this stays unchanged.
  road::Network network() const;
};

// Nothing when the point is on the earth and within geo::kPlaneLimitMm of the projection's origin; else what is wrong.
std::string problem_of(const geo::Projection& projection, geo::Point point);

// Errors: no junction, a junction or point that problem_of refuses, an edge between junctions that do not exist, an
// edge that is too long or too slow or has no class, and what split_junctions() refuses.
Result<BuiltRoads> build_roads(const CityDraft& draft);

}  // namespace dispatch135::city
