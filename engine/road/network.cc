#include "engine/road/network.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "engine/geo/plane.h"

namespace dispatch135::road {

namespace {

// The nearest piece so far, for one kind of travel.
struct Nearest {
  std::int64_t squared_mm = 0;
  const Piece* piece = nullptr;
  geo::OnSegment on;

  bool improves(const geo::OnSegment& here, const Piece& by) const {
    if (here.squared_mm != squared_mm) return here.squared_mm < squared_mm;
    return piece == nullptr || std::tie(by.edge, by.shape) < std::tie(piece->edge, piece->shape);
  }
};

// The squared distance to the box around a piece: at most that to the piece.
std::int64_t squared_to_box(const Piece& piece, geo::PlanePoint p) {
  const auto beyond = [](std::int64_t a, std::int64_t b, std::int64_t v) {
    return std::max(std::max(std::min(a, b) - v, v - std::max(a, b)), std::int64_t{0});
  };
  const std::int64_t dx = beyond(piece.start_mm[0], piece.end_mm[0], p.x_mm);
  const std::int64_t dy = beyond(piece.start_mm[1], piece.end_mm[1], p.y_mm);
  return dx * dx + dy * dy;
}

RoadPoint place_on(const Network& network, const Nearest& nearest) {
  const std::int64_t start_mm = network.shape_mm[nearest.piece->shape];
  const std::int64_t piece_mm = network.shape_mm[nearest.piece->shape + 1] - start_mm;
  RoadPoint place;
  place.edge = EdgeIndex(nearest.piece->edge);
  place.offset_mm =
      static_cast<std::uint32_t>(start_mm + geo::scaled(piece_mm, nearest.on.numerator, nearest.on.denominator));
  place.distance_mm = geo::floor_sqrt(static_cast<std::uint64_t>(nearest.squared_mm));
  return place;
}

// For the kinds whose bits are set. `open(piece, kind)`: may the piece be taken?
template <typename Open>
PerKind<Nearest> nearest_pieces(const Network& network, geo::PlanePoint target, std::uint32_t kinds,
                                std::int64_t limit_mm, Open open) {
  PerKind<Nearest> nearest;
  for (Nearest& n : nearest) n.squared_mm = limit_mm * limit_mm;
  std::int64_t farthest_mm2 = limit_mm * limit_mm;  // Of the kinds.
  geo::search_outward(network.grid, target, limit_mm, [&](std::size_t cell) {
    const std::uint32_t begin = network.grid_begin[cell];
    for (const Piece& piece : network.grid_pieces.subspan(begin, network.grid_begin[cell + 1] - begin)) {
      const std::uint32_t wanted = piece.kinds & kinds;
      if (wanted == 0 || squared_to_box(piece, target) > farthest_mm2) continue;
      const geo::OnSegment here =
          geo::nearest_on_segment({piece.start_mm[0], piece.start_mm[1]}, {piece.end_mm[0], piece.end_mm[1]}, target);
      bool improved = false;
      for (std::uint32_t left = wanted; left != 0; left &= left - 1) {
        const auto k = static_cast<std::size_t>(std::countr_zero(left));
        if (!nearest[k].improves(here, piece) || !open(piece, static_cast<TravelKind>(k))) continue;
        nearest[k] = {here.squared_mm, &piece, here};
        improved = true;
      }
      if (!improved) continue;
      farthest_mm2 = 0;
      for (std::uint32_t left = kinds; left != 0; left &= left - 1) {
        farthest_mm2 = std::max(farthest_mm2, nearest[static_cast<std::size_t>(std::countr_zero(left))].squared_mm);
      }
    }
    return farthest_mm2;
  });
  return nearest;
}

PerKind<std::optional<RoadPoint>> snap_kinds(const Network& network, geo::Point point, std::uint32_t kinds,
                                             std::int64_t limit_mm) {
  const geo::PlanePoint target = network.projection.project(point);
  limit_mm = std::min(limit_mm, geo::Grid::kLongestSearchMm);
  // A piece knows what its edge is for as built. Few are closed now: whether one is, is asked of the nearest alone, and
  // of all only when that one is closed.
  const auto open_now = [&](const Piece& piece, TravelKind kind) { return network.edge_ms[piece.edge].usable(kind); };
  PerKind<Nearest> nearest =
      nearest_pieces(network, target, kinds, limit_mm, [](const Piece&, TravelKind) { return true; });
  std::uint32_t closed = 0;
  for (std::size_t k = 0; k < kTravelKinds && !network.as_built; ++k) {
    if (nearest[k].piece != nullptr && !open_now(*nearest[k].piece, static_cast<TravelKind>(k))) closed |= 1U << k;
  }
  if (closed != 0) {
    const PerKind<Nearest> nearest_open = nearest_pieces(network, target, closed, limit_mm, open_now);
    for (std::size_t k = 0; k < kTravelKinds; ++k) {
      if ((closed >> k & 1U) != 0) nearest[k] = nearest_open[k];
    }
  }
  PerKind<std::optional<RoadPoint>> places;
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    if (nearest[k].piece != nullptr) places[k] = place_on(network, nearest[k]);
  }
  return places;
}

// The piece of an edge's line that a place is on, and how far along it.
struct AlongPiece {
  std::size_t shape = 0;
  std::int64_t offset_mm = 0;
  std::int64_t piece_mm = 0;

  std::int64_t between(std::int64_t a, std::int64_t b) const {
    return piece_mm == 0 ? a : a + geo::scaled(b - a, offset_mm, piece_mm);
  }
};

AlongPiece along_piece(const Network& network, const RoadPoint& point) {
  const Edge& edge = network.edges[point.edge.value()];
  const auto along = network.shape_mm.subspan(edge.first_shape, edge.shape_count);
  // The last piece that starts at or before the place; never the last point of the line, where no piece starts.
  const auto after = std::upper_bound(along.begin() + 1, along.end() - 1, point.offset_mm);
  const auto piece = static_cast<std::size_t>(after - along.begin()) - 1;
  const std::int64_t piece_mm = along[piece + 1] - along[piece];
  return {edge.first_shape + piece, std::min<std::int64_t>(point.offset_mm - along[piece], piece_mm), piece_mm};
}

}  // namespace

std::optional<RoadPoint> Network::snap(geo::Point point, TravelKind kind, std::int64_t limit_mm) const {
  const auto k = static_cast<std::size_t>(kind);
  return snap_kinds(*this, point, 1U << k, limit_mm)[k];
}

PerKind<std::optional<RoadPoint>> Network::snap_each(geo::Point point, std::uint32_t kinds,
                                                     std::int64_t limit_mm) const {
  return snap_kinds(*this, point, kinds, limit_mm);
}

geo::Point Network::locate(const RoadPoint& point) const {
  const AlongPiece along = along_piece(*this, point);
  const geo::Point a = shape_points[along.shape];
  const geo::Point b = shape_points[along.shape + 1];
  return {static_cast<std::int32_t>(along.between(a.latitude_e7, b.latitude_e7)),
          static_cast<std::int32_t>(along.between(a.longitude_e7, b.longitude_e7))};
}

geo::PlanePoint Network::plane_at(const RoadPoint& point) const {
  const AlongPiece along = along_piece(*this, point);
  const geo::PlanePoint a = projection.project(shape_points[along.shape]);
  const geo::PlanePoint b = projection.project(shape_points[along.shape + 1]);
  return {along.between(a.x_mm, b.x_mm), along.between(a.y_mm, b.y_mm)};
}

}  // namespace dispatch135::road
