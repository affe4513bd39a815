// The road network of a city: arrays that live in the city file, shared by all threads. Times can be another set than
// the file's (LiveRoads).
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
#include "engine/road/travel_kind.h"

namespace dispatch135::road {

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
  std::uint32_t road_class = 0;   // A v1::RoadClass, not UNSPECIFIED.
  // How the junction at the end is entered by whoever set out on this edge: an approach of `to`, and one of `from`.
  std::uint32_t approach_of_to = 0;
  std::uint32_t approach_of_from = 0;
};
static_assert(sizeof(Edge) == 36);

// How long an edge takes; what stands on it and at its end (signals, crossings) is counted in.
struct EdgeMs {
  PerKind<std::uint32_t> forward = kClosedToAll;   // from -> to, at least 1.
  PerKind<std::uint32_t> backward = kClosedToAll;  // to -> from, at least 1.

  bool usable(TravelKind kind) const {
    const auto k = static_cast<std::size_t>(kind);
    return forward[k] != kNoEntry || backward[k] != kNoEntry;
  }
  // Bit k: travel kind k may use it in some direction.
  std::uint32_t kinds() const {
    std::uint32_t kinds = 0;
    for (std::size_t k = 0; k < kTravelKinds; ++k) {
      kinds |= (forward[k] != kNoEntry || backward[k] != kNoEntry ? 1U : 0U) << k;
    }
    return kinds;
  }
  const PerKind<std::uint32_t>& of(bool against) const { return against ? backward : forward; }
  bool operator==(const EdgeMs&) const = default;
};
static_assert(sizeof(EdgeMs) == 40);

// A way out of a junction, for those who entered it by one of its approaches.
struct Arc {
  std::uint32_t approach = 0;            // How the next junction is entered.
  std::uint32_t edge_and_direction = 0;  // edge << 1 | (1 if travelled from `to` to `from`).
  std::uint32_t turn = 0;                // Into turn_ms.

  std::uint32_t edge() const { return edge_and_direction >> 1; }
  bool against() const { return (edge_and_direction & 1U) != 0; }
};
static_assert(sizeof(Arc) == 12);

// One straight piece of an edge's line: from shape_points[shape] to the next one.
struct Piece {
  std::uint32_t edge = 0;
  std::uint32_t shape = 0;
  std::uint32_t kinds = 0;                        // Bit k: travel kind k may use the edge in some direction, as built.
  std::array<std::int32_t, 2> start_mm = {0, 0};  // x and y on the plane of the two ends.
  std::array<std::int32_t, 2> end_mm = {0, 0};
};
static_assert(sizeof(Piece) == 28);

// A place on an edge.
struct RoadPoint {
  EdgeIndex edge;
  std::uint32_t offset_mm = 0;   // From the edge's `from`, along its line; 0..length_mm.
  std::int64_t distance_mm = 0;  // Straight line from the place that was snapped.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("edge", x.edge);
    a("offset_mm", x.offset_mm);
    a("distance_mm", x.distance_mm);
  }
};

// The arrays. What may be done at a junction can depend on how it was entered: a forbidden left turn binds those who
// come from one street only. So a junction has approaches: all ways to enter it that leave the same choice ahead at the
// same cost are one; most junctions have a single one. Ways are sequences of arcs from approach to approach.
struct Network {
  geo::Projection projection;
  std::span<const geo::Point> junctions;
  std::span<const Edge> edges;
  std::span<const EdgeMs> edge_ms;  // By edge.
  bool as_built = true;             // edge_ms are the file's: whoever may use a piece as built may use it now.
  std::span<const geo::Point> shape_points;
  std::span<const std::uint32_t> shape_mm;  // How far along its edge each of the shape_points is; the last: length_mm.
  std::span<const std::uint32_t> approach_begin;  // Junction j has the approaches approach_begin[j]..[j + 1].
  std::span<const std::uint32_t> out_begin;  // Approach a has the arcs out_begin[a]..[a + 1], by edge_and_direction.
  std::span<const Arc> out_arcs;
  std::span<const PerKind<std::uint32_t>> turn_ms;  // What turns cost; kNoEntry: forbidden. The first: nothing.
  Hierarchy hierarchy;

  // Where the pieces of the edges are: the pieces that touch cell c are grid_pieces[grid_begin[c] .. grid_begin[c +
  // 1]).
  geo::Grid grid;
  std::span<const std::uint32_t> grid_begin;
  std::span<const Piece> grid_pieces;

  std::size_t approaches() const { return out_begin.size() - 1; }
  std::span<const Arc> arcs_from(std::uint32_t approach) const {
    return out_arcs.subspan(out_begin[approach], out_begin[approach + 1] - out_begin[approach]);
  }
  // The time of an arc with its turn; kNoEntry: not for this kind.
  std::uint32_t arc_ms(const Arc& arc, TravelKind kind) const {
    const auto k = static_cast<std::size_t>(kind);
    const std::uint32_t along_ms = edge_ms[arc.edge()].of(arc.against())[k];
    const std::uint32_t turning_ms = turn_ms[arc.turn][k];
    return along_ms == kNoEntry || turning_ms == kNoEntry ? kNoEntry : along_ms + turning_ms;
  }
  // Calls visit(approach, turn in ms) for each way to come onto an edge in one direction, except those that are
  // forbidden to the kind.
  template <typename Visit>
  void each_way_onto(std::uint32_t edge, bool against, TravelKind kind, Visit visit) const {
    const std::uint32_t junction = against ? edges[edge].to : edges[edge].from;
    for (std::uint32_t a = approach_begin[junction]; a < approach_begin[junction + 1]; ++a) {
      for (const Arc& arc : arcs_from(a)) {
        if (arc.edge() != edge || arc.against() != against) continue;
        const std::uint32_t turning_ms = turn_ms[arc.turn][static_cast<std::size_t>(kind)];
        if (turning_ms != kNoEntry) visit(a, turning_ms);
      }
    }
  }

  // The nearest place on an edge that `kind` may use in some direction, not farther than limit_mm (100 km at most).
  // Exact to the millimetre that places on a line are rounded to; of equals the lower edge index. No allocation.
  std::optional<RoadPoint> snap(geo::Point point, TravelKind kind, std::int64_t limit_mm) const;
  // The same for each of several kinds (bit k: travel kind k), in one go.
  PerKind<std::optional<RoadPoint>> snap_each(geo::Point point, std::uint32_t kinds, std::int64_t limit_mm) const;

  // Where a road point is.
  geo::Point locate(const RoadPoint& point) const;
  geo::PlanePoint plane_at(const RoadPoint& point) const;

  // Travel time of a part of an edge, rounded up to whole milliseconds: edge_ms * part_mm / length_mm.
  static std::uint32_t part_ms(std::uint32_t edge_ms, std::uint32_t part_mm, std::uint32_t length_mm) {
    return static_cast<std::uint32_t>((std::uint64_t{edge_ms} * part_mm + length_mm - 1) / length_mm);
  }
};

}  // namespace dispatch135::road
