#include "engine/city/build_roads.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "engine/city/split_junctions.h"
#include "engine/geo/plane.h"
#include "engine/geo/polygon.h"
#include "engine/geo/projection_build.h"

namespace dispatch135::city {
namespace {

using Problem = std::optional<Error>;

std::string edge_text(std::size_t index) { return "edge " + std::to_string(index); }

// Nothing: longer than a day. Rounded up to whole milliseconds, at least 1.
std::optional<std::uint32_t> whole_edge_ms(std::uint32_t length_mm, std::uint32_t speed_mm_s, std::uint32_t extra_ms) {
  if (speed_mm_s == 0) return road::kNoEntry;
  const std::uint64_t ms =
      std::max<std::uint64_t>((std::uint64_t{length_mm} * 1000 + speed_mm_s - 1) / speed_mm_s, 1) + extra_ms;
  if (ms > road::kLongestWayMs) return std::nullopt;
  return static_cast<std::uint32_t>(ms);
}

Problem place_junctions(const CityDraft& draft, BuiltRoads& out) {
  if (draft.junctions.empty()) return Error{"the city has no junction"};
  for (std::size_t i = 0; i < draft.junctions.size(); ++i) {
    if (!geo::in_range(draft.junctions[i])) return Error{"junction " + std::to_string(i) + " is not on the earth"};
  }
  const geo::Box box = geo::box_around(draft.junctions);
  const geo::Point middle = {
      static_cast<std::int32_t>((std::int64_t{box.least.latitude_e7} + box.most.latitude_e7) / 2),
      static_cast<std::int32_t>((std::int64_t{box.least.longitude_e7} + box.most.longitude_e7) / 2)};
  if (middle.latitude_e7 < -850'000'000 || middle.latitude_e7 > 850'000'000) {
    return Error{"the city's middle is within 5 degrees of a pole"};
  }
  out.projection = geo::make_projection_at_city_build(middle);
  out.junctions = draft.junctions;
  for (std::size_t i = 0; i < out.junctions.size(); ++i) {
    const std::string problem = problem_of(out.projection, out.junctions[i]);
    if (!problem.empty()) return Error{"junction " + std::to_string(i) + " " + problem};
  }
  return std::nullopt;
}

// Adds the edge's line to the shape points and measures it.
Problem draw_line(const DraftEdge& draft, std::size_t index, BuiltRoads& out, road::Edge& edge) {
  edge.first_shape = static_cast<std::uint32_t>(out.shape_points.size());
  edge.shape_count = static_cast<std::uint32_t>(draft.between.size() + 2);
  out.shape_points.push_back(out.junctions[draft.from]);
  out.shape_points.insert(out.shape_points.end(), draft.between.begin(), draft.between.end());
  out.shape_points.push_back(out.junctions[draft.to]);
  std::int64_t along_mm = 0;
  for (std::size_t i = edge.first_shape; i < out.shape_points.size(); ++i) {
    const std::string problem = problem_of(out.projection, out.shape_points[i]);
    if (!problem.empty()) return Error{edge_text(index) + " has a point that " + problem};
    if (i > edge.first_shape)
      along_mm += geo::distance_mm(out.projection, out.shape_points[i - 1], out.shape_points[i]);
    if (along_mm > std::numeric_limits<std::int32_t>::max())
      return Error{edge_text(index) + " is longer than 2,147 km"};
    out.shape_mm.push_back(static_cast<std::uint32_t>(along_mm));
  }
  out.shape_mm.back() = std::max<std::uint32_t>(out.shape_mm.back(), 1);
  edge.length_mm = out.shape_mm.back();
  return std::nullopt;
}

Problem add_edges(const CityDraft& draft, BuiltRoads& out) {
  std::map<std::string, std::uint32_t> names = {{"", 0}};
  out.street_names = {""};
  for (std::size_t i = 0; i < draft.edges.size(); ++i) {
    const DraftEdge& from = draft.edges[i];
    if (from.from >= out.junctions.size() || from.to >= out.junctions.size()) {
      return Error{edge_text(i) + " ends at junction " + std::to_string(std::max(from.from, from.to)) +
                   ", there are only " + std::to_string(out.junctions.size())};
    }
    road::Edge edge;
    edge.from = from.from;
    edge.to = from.to;
    if (Problem problem = draw_line(from, i, out, edge)) return problem;
    const auto [name, is_new] = names.emplace(from.name, static_cast<std::uint32_t>(out.street_names.size()));
    if (is_new) out.street_names.push_back(from.name);
    edge.name = name->second;
    if (from.road_class == v1::ROAD_CLASS_UNSPECIFIED || !v1::RoadClass_IsValid(from.road_class)) {
      return Error{edge_text(i) + " has no road class"};
    }
    edge.road_class = static_cast<std::uint32_t>(from.road_class);
    road::EdgeMs edge_ms;
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      const auto forward = whole_edge_ms(edge.length_mm, from.forward_mm_s[kind], from.forward_extra_ms[kind]);
      const auto backward = whole_edge_ms(edge.length_mm, from.backward_mm_s[kind], from.backward_extra_ms[kind]);
      if (!forward || !backward) return Error{edge_text(i) + " takes longer than a day; check its speed"};
      edge_ms.forward[kind] = *forward;
      edge_ms.backward[kind] = *backward;
    }
    out.edge_ms.push_back(edge_ms);
    out.edges.push_back(edge);
  }
  return std::nullopt;
}

// True unless the line through the piece leaves the whole closed cell on one side.
bool line_meets_cell(const geo::Grid& grid, geo::PlanePoint a, geo::PlanePoint b, std::int64_t column,
                     std::int64_t row) {
  bool above = false;
  bool below = false;
  for (const std::int64_t right : {0, 1}) {
    for (const std::int64_t up : {0, 1}) {
      const std::int64_t x = grid.origin_x_mm + (column + right) * grid.cell_mm;
      const std::int64_t y = grid.origin_y_mm + (row + up) * grid.cell_mm;
      const std::int64_t side = (b.x_mm - a.x_mm) * (y - a.y_mm) - (b.y_mm - a.y_mm) * (x - a.x_mm);
      above = above || side >= 0;
      below = below || side <= 0;
    }
  }
  return above && below;
}

// Within kPlaneLimitMm, as checked before.
std::array<std::int32_t, 2> on_plane(geo::PlanePoint p) {
  return {static_cast<std::int32_t>(p.x_mm), static_cast<std::int32_t>(p.y_mm)};
}

void fill_grid(BuiltRoads& roads) {
  std::vector<geo::PlanePoint> plane;
  plane.reserve(roads.shape_points.size());
  for (const geo::Point& p : roads.shape_points) plane.push_back(roads.projection.project(p));
  geo::PlanePoint least;
  geo::PlanePoint most;
  if (!plane.empty()) least = most = plane[0];
  for (const geo::PlanePoint& p : plane) {
    least = {std::min(least.x_mm, p.x_mm), std::min(least.y_mm, p.y_mm)};
    most = {std::max(most.x_mm, p.x_mm), std::max(most.y_mm, p.y_mm)};
  }
  constexpr std::int64_t kLeastCellMm = 50'000;
  roads.grid = geo::grid_over(least, most, roads.edges.size() * 12, kLeastCellMm);

  struct Placed {
    std::size_t cell;
    road::Piece piece;
  };
  std::vector<Placed> placed;
  for (std::uint32_t e = 0; e < roads.edges.size(); ++e) {
    const road::Edge& edge = roads.edges[e];
    const std::uint32_t kinds = roads.edge_ms[e].kinds();
    for (std::uint32_t s = edge.first_shape; s + 1 < edge.first_shape + edge.shape_count; ++s) {
      const geo::PlanePoint a = plane[s];
      const geo::PlanePoint b = plane[s + 1];
      const std::int64_t right = roads.grid.column_of(std::max(a.x_mm, b.x_mm));
      const std::int64_t top = roads.grid.row_of(std::max(a.y_mm, b.y_mm));
      for (std::int64_t row = roads.grid.row_of(std::min(a.y_mm, b.y_mm)); row <= top; ++row) {
        for (std::int64_t column = roads.grid.column_of(std::min(a.x_mm, b.x_mm)); column <= right; ++column) {
          if (!line_meets_cell(roads.grid, a, b, column, row)) continue;
          const auto cell = static_cast<std::size_t>(row) * roads.grid.columns + static_cast<std::size_t>(column);
          placed.push_back({cell, {e, s, kinds, on_plane(a), on_plane(b)}});
        }
      }
    }
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.cell < b.cell; });
  roads.grid_begin.assign(roads.grid.cells() + 1, 0);
  for (const Placed& p : placed) {
    ++roads.grid_begin[p.cell + 1];
    roads.grid_pieces.push_back(p.piece);
  }
  for (std::size_t i = 1; i < roads.grid_begin.size(); ++i) roads.grid_begin[i] += roads.grid_begin[i - 1];
}

}  // namespace

road::Network BuiltRoads::network() const {
  road::Network n;
  n.projection = projection;
  n.junctions = junctions;
  n.edges = edges;
  n.edge_ms = edge_ms;
  n.shape_points = shape_points;
  n.shape_mm = shape_mm;
  n.approach_begin = approach_begin;
  n.out_begin = out_begin;
  n.out_arcs = out_arcs;
  n.turn_ms = turn_ms;
  n.hierarchy = hierarchy.hierarchy();
  n.grid = grid;
  n.grid_begin = grid_begin;
  n.grid_pieces = grid_pieces;
  return n;
}

std::string problem_of(const geo::Projection& projection, geo::Point point) {
  if (!geo::in_range(point)) return "is not on the earth";
  const geo::PlanePoint p = projection.project(point);
  const auto within = [](std::int64_t v) { return v >= -geo::kPlaneLimitMm && v <= geo::kPlaneLimitMm; };
  return within(p.x_mm) && within(p.y_mm) ? "" : "is more than 500 km from the city's middle";
}

Result<BuiltRoads> build_roads(const CityDraft& draft) {
  BuiltRoads roads;
  if (Problem problem = place_junctions(draft, roads)) return *problem;
  if (Problem problem = add_edges(draft, roads)) return *problem;
  if (roads.edges.size() > road::kNoEntry >> 1 || roads.shape_points.size() > road::kNoEntry >> 1) {
    return Error{"the city has too many edges for one file"};
  }
  if (Problem problem = split_junctions(draft, roads)) return *problem;
  fill_grid(roads);
  roads.hierarchy = build_hierarchy(roads.network());
  return roads;
}

}  // namespace dispatch135::city
