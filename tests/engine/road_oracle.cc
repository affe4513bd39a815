#include "tests/engine/road_oracle.h"

#include <algorithm>

#include "engine/geo/plane.h"

namespace dispatch135::testing {
namespace {

constexpr std::uint64_t kNoWay = std::uint64_t{1} << 60;

std::uint64_t part_of(std::uint32_t edge_ms, std::uint64_t part_mm, std::uint64_t length_mm) {
  if (edge_ms == road::kNoEntry) return kNoWay;
  const std::uint64_t product = edge_ms * part_mm;
  return product / length_mm + (product % length_mm == 0 ? 0 : 1);
}

}  // namespace

RoadOracle::RoadOracle(const road::Network& roads, road::TravelKind kind)
    : roads_(roads), kind_(static_cast<std::size_t>(kind)) {
  const std::size_t n = roads.junctions.size();
  ms_.assign(n * n, kNoWay);
  const auto improve = [this, n](std::size_t from, std::size_t to, std::uint64_t ms) {
    ms_[from * n + to] = std::min(ms_[from * n + to], ms);
  };
  for (std::size_t i = 0; i < n; ++i) improve(i, i, 0);
  for (const road::Edge& edge : roads.edges) {
    if (edge.forward_ms[kind_] != road::kNoEntry) improve(edge.from, edge.to, edge.forward_ms[kind_]);
    if (edge.backward_ms[kind_] != road::kNoEntry) improve(edge.to, edge.from, edge.backward_ms[kind_]);
  }
  for (std::size_t via = 0; via < n; ++via) {
    for (std::size_t from = 0; from < n; ++from) {
      for (std::size_t to = 0; to < n; ++to) improve(from, to, ms_[from * n + via] + ms_[via * n + to]);
    }
  }
}

std::optional<std::uint64_t> RoadOracle::travel_ms(const road::RoadPoint& from, const road::RoadPoint& to) const {
  const road::Edge& first = roads_.edges[from.edge.value()];
  const road::Edge& last = roads_.edges[to.edge.value()];
  const std::uint64_t leave_forward =
      part_of(first.forward_ms[kind_], first.length_mm - from.offset_mm, first.length_mm);
  const std::uint64_t leave_backward = part_of(first.backward_ms[kind_], from.offset_mm, first.length_mm);
  const std::uint64_t enter_forward = part_of(last.forward_ms[kind_], to.offset_mm, last.length_mm);
  const std::uint64_t enter_backward = part_of(last.backward_ms[kind_], last.length_mm - to.offset_mm, last.length_mm);
  std::uint64_t best = kNoWay;
  best = std::min(best, leave_forward + between(first.to, last.from) + enter_forward);
  best = std::min(best, leave_forward + between(first.to, last.to) + enter_backward);
  best = std::min(best, leave_backward + between(first.from, last.from) + enter_forward);
  best = std::min(best, leave_backward + between(first.from, last.to) + enter_backward);
  if (from.edge == to.edge) {
    if (from.offset_mm <= to.offset_mm) {
      best = std::min(best, part_of(first.forward_ms[kind_], to.offset_mm - from.offset_mm, first.length_mm));
    }
    if (from.offset_mm >= to.offset_mm) {
      best = std::min(best, part_of(first.backward_ms[kind_], from.offset_mm - to.offset_mm, first.length_mm));
    }
  }
  return best >= kNoWay ? std::nullopt : std::optional(best);
}

std::optional<road::RoadPoint> snap_by_looking_everywhere(const road::Network& roads, geo::Point point,
                                                          road::TravelKind kind, std::int64_t limit_mm) {
  const geo::PlanePoint target = roads.projection.project(point);
  std::optional<road::RoadPoint> best;
  std::int64_t best_squared = limit_mm * limit_mm;
  for (std::uint32_t e = 0; e < roads.edges.size(); ++e) {
    const road::Edge& edge = roads.edges[e];
    if (!edge.usable(kind)) continue;
    std::int64_t along_mm = 0;
    for (std::uint32_t s = edge.first_shape; s + 1 < edge.first_shape + edge.shape_count; ++s) {
      const geo::PlanePoint a = roads.projection.project(roads.shape_points[s]);
      const geo::PlanePoint b = roads.projection.project(roads.shape_points[s + 1]);
      const std::int64_t piece_mm =
          std::max<std::int64_t>(geo::distance_mm(a, b), edge.shape_count == 2 && a == b ? 1 : 0);
      const geo::OnSegment here = geo::nearest_on_segment(a, b, target);
      if (here.squared_mm < best_squared || (!best && here.squared_mm == best_squared)) {
        best_squared = here.squared_mm;
        best = {EdgeIndex(e),
                static_cast<std::uint32_t>(along_mm + geo::scaled(piece_mm, here.numerator, here.denominator)),
                geo::floor_sqrt(static_cast<std::uint64_t>(here.squared_mm))};
      }
      along_mm += piece_mm;
    }
  }
  return best;
}

}  // namespace dispatch135::testing
