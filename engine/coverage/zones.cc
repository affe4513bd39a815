#include "engine/coverage/zones.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/geo/plane.h"

namespace dispatch135::coverage {
namespace {

using Square = std::pair<std::int64_t, std::int64_t>;  // Row, column.

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

}  // namespace

Zones::Zones(const road::Network& roads, std::int64_t side_mm) : roads_(&roads), zone_of_(roads.junctions.size()) {
  D135_CHECK(side_mm > 0, "the policy's zone has a side");
  std::vector<geo::PlanePoint> where;
  where.reserve(roads.junctions.size());
  for (const geo::Point junction : roads.junctions) where.push_back(roads.projection.project(junction));
  std::vector<Square> squares;
  const auto square_of = [&](std::size_t junction) {
    return Square{floor_div(where[junction].y_mm, side_mm), floor_div(where[junction].x_mm, side_mm)};
  };
  for (;; side_mm *= 2) {
    squares.clear();
    for (std::size_t j = 0; j < where.size(); ++j) squares.push_back(square_of(j));
    std::sort(squares.begin(), squares.end());
    squares.erase(std::unique(squares.begin(), squares.end()), squares.end());
    if (squares.size() <= kMost) break;
  }
  std::vector<std::int64_t> junctions(squares.size());
  middle_.resize(squares.size());
  street_mm_.resize(squares.size());
  for (std::size_t j = 0; j < where.size(); ++j) {
    const auto zone =
        static_cast<std::uint32_t>(std::lower_bound(squares.begin(), squares.end(), square_of(j)) - squares.begin());
    zone_of_[j] = zone;
    ++junctions[zone];
    middle_[zone].x_mm += where[j].x_mm;
    middle_[zone].y_mm += where[j].y_mm;
  }
  for (std::size_t zone = 0; zone < squares.size(); ++zone) {
    middle_[zone].x_mm = floor_div(middle_[zone].x_mm, junctions[zone]);
    middle_[zone].y_mm = floor_div(middle_[zone].y_mm, junctions[zone]);
  }
  zone_of_approach_.resize(roads.approaches());
  for (std::size_t j = 0; j < where.size(); ++j) {
    for (std::uint32_t a = roads.approach_begin[j]; a < roads.approach_begin[j + 1]; ++a) {
      zone_of_approach_[a] = zone_of_[j];
    }
  }
  for (const road::Edge& edge : roads.edges) {
    street_mm_[zone_of_[edge.from]] += edge.length_mm / 2;
    street_mm_[zone_of_[edge.to]] += edge.length_mm - edge.length_mm / 2;
  }
}

ZoneIndex Zones::of(const road::RoadPoint& place) const {
  const road::Edge& edge = roads_->edges[place.edge.value()];
  return of_junction(std::uint64_t{place.offset_mm} * 2 <= edge.length_mm ? edge.from : edge.to);
}

std::optional<ZoneIndex> Zones::at(geo::Point point) const {
  std::optional<road::RoadPoint> nearest;
  for (const auto& place : roads_->snap_each(point, road::kEveryKind, limits::kSnapLimitMm)) {
    if (place && (!nearest || place->distance_mm < nearest->distance_mm)) nearest = place;
  }
  if (!nearest) return std::nullopt;
  return of(*nearest);
}

void Zones::find_middles(const road::Network& now, road::TravelKind kind, const std::vector<bool>& which,
                         std::vector<std::optional<road::RoadPoint>>& out) const {
  for (std::size_t zone = 0; zone < size(); ++zone) {
    if (which[zone]) out[zone].reset();
  }
  std::vector<std::int64_t> nearest(size());
  for (std::uint32_t e = 0; e < now.edges.size(); ++e) {
    const road::Edge& edge = now.edges[e];
    if (!which[zone_of_[edge.from]] && !which[zone_of_[edge.to]]) continue;
    if (!now.edge_ms[e].usable(kind)) continue;
    for (const bool at_end : {false, true}) {
      const std::uint32_t junction = at_end ? edge.to : edge.from;
      const std::uint32_t zone = zone_of_[junction];
      if (!which[zone]) continue;
      const std::int64_t off_mm = geo::distance_mm(now.projection.project(now.junctions[junction]), middle_[zone]);
      if (out[zone] && off_mm >= nearest[zone]) continue;
      nearest[zone] = off_mm;
      out[zone] = road::RoadPoint{EdgeIndex(e), at_end ? edge.length_mm : 0, 0};
    }
  }
}

}  // namespace dispatch135::coverage
