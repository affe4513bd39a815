#include "tests/engine/road_oracle.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/geo/plane.h"

namespace dispatch135::testing {
namespace {

constexpr std::uint64_t kNever = std::uint64_t{1} << 60;

std::uint64_t part_of(std::uint32_t edge_ms, std::uint64_t part_mm, std::uint64_t length_mm) {
  if (edge_ms == road::kNoEntry) return kNever;
  const std::uint64_t product = edge_ms * part_mm;
  return product / length_mm + (product % length_mm == 0 ? 0 : 1);
}

}  // namespace

RoadOracle::RoadOracle(const city::CityDraft& draft, const road::Network& roads, road::TravelKind kind)
    : draft_(draft),
      edges_(roads.edges),
      edge_ms_(roads.edge_ms.begin(), roads.edge_ms.end()),
      kind_(static_cast<std::size_t>(kind)),
      arcs_at_(roads.junctions.size()),
      ms_(edges_.size() * 2 * edges_.size() * 2, kNever) {
  for (const city::DraftTurn& turn : draft.turns) turns_[{turn.from, turn.to}] = turn.ms[kind_];
  for (const city::DraftForbiddenWay& way : draft.forbidden_ways) {
    remembered_ = std::max(remembered_, way.arcs.size() - 1);
  }
  for (city::DraftArc arc = 0; arc < edges_.size() * 2; ++arc) arcs_at_[start_of(arc)].push_back(arc);
  for (city::DraftArc arc = 0; arc < edges_.size() * 2; ++arc) {
    if (whole_ms(arc) < kNever) explore(arc);
  }
}

std::uint32_t RoadOracle::start_of(city::DraftArc arc) const {
  return arc % 2 == 0 ? edges_[arc / 2].from : edges_[arc / 2].to;
}

std::uint64_t RoadOracle::whole_ms(city::DraftArc arc) const {
  const std::uint32_t ms = (arc % 2 == 0 ? edge_ms_[arc / 2].forward : edge_ms_[arc / 2].backward)[kind_];
  return ms == road::kNoEntry ? kNever : ms;
}

std::optional<std::uint64_t> RoadOracle::turn_ms(city::DraftArc from, city::DraftArc to) const {
  const auto listed = turns_.find({from, to});
  if (listed == turns_.end()) return 0;
  return listed->second == road::kNoEntry ? std::nullopt : std::optional<std::uint64_t>(listed->second);
}

std::optional<std::uint64_t> RoadOracle::turn_after(const Past& past, city::DraftArc next) const {
  for (const city::DraftForbiddenWay& way : draft_.forbidden_ways) {
    if ((way.kinds >> kind_ & 1U) == 0 || way.arcs.back() != next || way.arcs.size() - 1 > past.size()) continue;
    if (std::equal(way.arcs.rbegin() + 1, way.arcs.rend(), past.rbegin())) return std::nullopt;
  }
  return turn_ms(past.back(), next);
}

// Dijkstra's algorithm, without a queue's finesse: the soonest of those that wait goes on.
void RoadOracle::explore(city::DraftArc first) {
  std::map<Past, std::uint64_t> known;
  std::set<std::pair<std::uint64_t, Past>> waiting = {{0, {first}}};
  known[{first}] = 0;
  while (!waiting.empty()) {
    const auto [ms, past] = *waiting.begin();
    waiting.erase(waiting.begin());
    for (const city::DraftArc next : arcs_at_[start_of(past.back() ^ 1U)]) {
      const auto turn = turn_after(past, next);
      if (!turn) continue;
      std::uint64_t& best = ms_[first * edges_.size() * 2 + next];
      best = std::min(best, ms + *turn);
      if (whole_ms(next) >= kNever) continue;
      Past then = past;
      then.push_back(next);
      if (then.size() > remembered_) then.erase(then.begin());
      const std::uint64_t then_ms = ms + *turn + whole_ms(next);
      const auto [entry, is_new] = known.emplace(then, then_ms);
      if (!is_new && entry->second <= then_ms) continue;
      waiting.erase({entry->second, then});
      entry->second = then_ms;
      waiting.insert({then_ms, then});
    }
  }
}

std::optional<std::uint64_t> RoadOracle::travel_ms(const road::RoadPoint& from, const road::RoadPoint& to) const {
  const std::uint64_t first_mm = edges_[from.edge.value()].length_mm;
  const std::uint64_t last_mm = edges_[to.edge.value()].length_mm;
  const road::EdgeMs& first = edge_ms_[from.edge.value()];
  const road::EdgeMs& last = edge_ms_[to.edge.value()];
  const std::array<std::uint64_t, 2> leave = {part_of(first.forward[kind_], first_mm - from.offset_mm, first_mm),
                                              part_of(first.backward[kind_], from.offset_mm, first_mm)};
  const std::array<std::uint64_t, 2> arrive = {part_of(last.forward[kind_], to.offset_mm, last_mm),
                                               part_of(last.backward[kind_], last_mm - to.offset_mm, last_mm)};
  std::uint64_t best = kNever;
  for (std::uint32_t out = 0; out < 2; ++out) {
    for (std::uint32_t in = 0; in < 2; ++in) {
      const std::size_t between = (from.edge.value() * 2 + out) * edges_.size() * 2 + to.edge.value() * 2 + in;
      best = std::min(best, leave[out] + ms_[between] + arrive[in]);
    }
  }
  if (from.edge == to.edge) {
    if (from.offset_mm <= to.offset_mm) {
      best = std::min(best, part_of(first.forward[kind_], to.offset_mm - from.offset_mm, first_mm));
    }
    if (from.offset_mm >= to.offset_mm) {
      best = std::min(best, part_of(first.backward[kind_], from.offset_mm - to.offset_mm, first_mm));
    }
  }
  return best > road::kLongestWayMs ? std::nullopt : std::optional(best);
}

std::optional<road::RoadPoint> snap_by_looking_everywhere(const road::Network& roads, geo::Point point,
                                                          road::TravelKind kind, std::int64_t limit_mm) {
  const geo::PlanePoint target = roads.projection.project(point);
  std::optional<road::RoadPoint> best;
  std::int64_t best_squared = limit_mm * limit_mm;
  for (std::uint32_t e = 0; e < roads.edges.size(); ++e) {
    const road::Edge& edge = roads.edges[e];
    if (!roads.edge_ms[e].usable(kind)) continue;
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
