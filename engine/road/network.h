// The road network of a city: read-only arrays that live in the city file. Immutable, shared by all threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/geo/grid.h"
#include "engine/geo/point.h"
#include "engine/road/hierarchy.h"

namespace dispatch135::road {

// Which travel times count. Same order as v1::TravelKind without UNSPECIFIED.
enum class TravelKind : std::uint8_t { kCar = 0, kMotorcycle = 1, kFoot = 2, kCarWithSiren = 3, kBicycle = 4 };
inline constexpr std::size_t kTravelKinds = 5;
inline constexpr std::array<TravelKind, kTravelKinds> kAllTravelKinds = {
    TravelKind::kCar, TravelKind::kMotorcycle, TravelKind::kFoot, TravelKind::kCarWithSiren, TravelKind::kBicycle};
template <typename T>
using PerKind = std::array<T, kTravelKinds>;

// A travel time that says: no entry this way for this kind.
inline constexpr std::uint32_t kNoEntry = 0xffffffffU;
inline constexpr PerKind<std::uint32_t> kClosedToAll = {kNoEntry, kNoEntry, kNoEntry, kNoEntry, kNoEntry};

// A way that takes longer is no way, for the nearest unit and for routes alike. No single edge takes longer.
inline constexpr std::uint32_t kLongestWayMs = 24U * 3'600'000U;

// A piece of street between two junctions, with the points of its line in between.
struct Edge {
  std::uint32_t from = 0;         // Junction.
  std::uint32_t to = 0;           // Junction.
  std::uint32_t first_shape = 0;  // Into shape_points: the line from `from` to `to`, both ends included.
  std::uint32_t shape_count = 0;  // At least 2.
  std::uint32_t length_mm = 0;    // At least 1.
  std::uint32_t name = 0;         // Into the city's names; 0: none.
  PerKind<std::uint32_t> forward_ms = kClosedToAll;   // from -> to, at least 1.
  PerKind<std::uint32_t> backward_ms = kClosedToAll;  // to -> from, at least 1.

  bool usable(TravelKind kind) const {
    const auto k = static_cast<std::size_t>(kind);
    return forward_ms[k] != kNoEntry || backward_ms[k] != kNoEntry;
  }
};
static_assert(sizeof(Edge) == 64);

// A way out of a junction.
struct Arc {
  std::uint32_t junction = 0;            // Where it leads.
  std::uint32_t edge_and_direction = 0;  // edge << 1 | (1 if travelled from `to` to `from`).
  PerKind<std::uint32_t> ms = kClosedToAll;
};
static_assert(sizeof(Arc) == 28);

// One straight piece of an edge's line: from shape_points[shape] to the next one.
struct Piece {
  std::uint32_t edge = 0;
  std::uint32_t shape = 0;
  std::uint32_t kinds = 0;                        // Bit k: travel kind k may use the edge in some direction.
  std::array<std::int32_t, 2> start_mm = {0, 0};  // x and y on the plane of the two ends.
  std::array<std::int32_t, 2> end_mm = {0, 0};
};
static_assert(sizeof(Piece) == 28);

// A place on an edge.
struct RoadPoint {
  EdgeIndex edge;
  std::uint32_t offset_mm = 0;   // From the edge's `from`, along its line; 0..length_mm.
  std::int64_t distance_mm = 0;  // Straight line from the place that was snapped.
};

// The arrays. `out_begin` has one entry more than there are junctions.
struct Network {
  geo::Projection projection;
  std::span<const geo::Point> junctions;
  std::span<const Edge> edges;
  std::span<const geo::Point> shape_points;
  std::span<const std::uint32_t> shape_mm;  // How far along its edge each of the shape_points is; the last: length_mm.
  std::span<const std::uint32_t> out_begin;
  std::span<const Arc> out_arcs;
  Hierarchy hierarchy;

  // Where the pieces of the edges are: the pieces that touch cell c are grid_pieces[grid_begin[c] .. grid_begin[c +
  // 1]).
  geo::Grid grid;
  std::span<const std::uint32_t> grid_begin;
  std::span<const Piece> grid_pieces;

  // The nearest place on an edge that `kind` may use in some direction, not farther than limit_mm (100 km at most).
  // Exact to the millimetre that places on a line are rounded to; of equals the lower edge index. No allocation.
  std::optional<RoadPoint> snap(geo::Point point, TravelKind kind, std::int64_t limit_mm) const;
  // The same for each kind, in one go.
  std::array<std::optional<RoadPoint>, kTravelKinds> snap_each(geo::Point point, std::int64_t limit_mm) const;

  // Where a road point is.
  geo::Point locate(const RoadPoint& point) const;
  geo::PlanePoint plane_at(const RoadPoint& point) const;

  // Travel time of a part of an edge, rounded up to whole milliseconds: edge_ms * part_mm / length_mm.
  static std::uint32_t part_ms(std::uint32_t edge_ms, std::uint32_t part_mm, std::uint32_t length_mm) {
    return static_cast<std::uint32_t>((std::uint64_t{edge_ms} * part_mm + length_mm - 1) / length_mm);
  }
};

}  // namespace dispatch135::road
