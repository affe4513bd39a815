#include "engine/road/network.h"

#include <algorithm>

#include "engine/geo/plane.h"

namespace dispatch135::road {

std::optional<RoadPoint> Network::snap(geo::Point point, TravelKind kind, std::int64_t limit_mm) const {
  const geo::PlanePoint target = projection.project(point);
  limit_mm = std::min(limit_mm, geo::Grid::kLongestSearchMm);
  std::int64_t best_squared = limit_mm * limit_mm;
  Piece best_piece;
  geo::OnSegment best;
  bool found = false;
  geo::search_outward(grid, target, limit_mm, [&](std::size_t cell) {
    for (const Piece& piece : grid_pieces.subspan(grid_begin[cell], grid_begin[cell + 1] - grid_begin[cell])) {
      if (!edges[piece.edge].usable(kind)) continue;
      const geo::OnSegment here = geo::nearest_on_segment(projection.project(shape_points[piece.shape]),
                                                          projection.project(shape_points[piece.shape + 1]), target);
      const bool nearer =
          here.squared_mm < best_squared ||
          (here.squared_mm == best_squared && (!found || piece.edge < best_piece.edge ||
                                               (piece.edge == best_piece.edge && piece.shape < best_piece.shape)));
      if (!nearer) continue;
      best_squared = here.squared_mm;
      best_piece = piece;
      best = here;
      found = true;
    }
    return best_squared;
  });
  if (!found) return std::nullopt;
  const std::int64_t start_mm = shape_mm[best_piece.shape];
  const std::int64_t piece_mm = shape_mm[best_piece.shape + 1] - start_mm;
  RoadPoint place;
  place.edge = EdgeIndex(best_piece.edge);
  place.offset_mm = static_cast<std::uint32_t>(start_mm + geo::scaled(piece_mm, best.numerator, best.denominator));
  place.distance_mm = geo::floor_sqrt(static_cast<std::uint64_t>(best_squared));
  return place;
}

geo::Point Network::locate(const RoadPoint& point) const {
  const Edge& edge = edges[point.edge.value()];
  const auto along = shape_mm.subspan(edge.first_shape, edge.shape_count);
  // The last piece that starts at or before the place; never the last point of the line, where no piece starts.
  const auto after = std::upper_bound(along.begin() + 1, along.end() - 1, point.offset_mm);
  const auto piece = static_cast<std::size_t>(after - along.begin()) - 1;
  const geo::Point start = shape_points[edge.first_shape + piece];
  const geo::Point end = shape_points[edge.first_shape + piece + 1];
  const std::int64_t piece_mm = along[piece + 1] - along[piece];
  if (piece_mm == 0) return start;
  const std::int64_t offset = std::min<std::int64_t>(point.offset_mm - along[piece], piece_mm);
  const auto between = [&](std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(a + geo::scaled(std::int64_t{b} - a, offset, piece_mm));
  };
  return {between(start.latitude_e7, end.latitude_e7), between(start.longitude_e7, end.longitude_e7)};
}

}  // namespace dispatch135::road
