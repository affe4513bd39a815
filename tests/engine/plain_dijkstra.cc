#include "tests/engine/plain_dijkstra.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace dispatch135::testing {
namespace {

constexpr std::uint64_t kNoWay = std::uint64_t{1} << 60;

std::uint64_t part_of(std::uint64_t edge_ms, std::uint64_t part_mm, std::uint64_t length_mm) {
  return edge_ms >= kNoWay ? kNoWay : (edge_ms * part_mm + length_mm - 1) / length_mm;
}

}  // namespace

PlainDijkstra::PlainDijkstra(const road::Network& roads) : roads_(&roads), ways_in_(roads.approaches()) {
  for (std::uint32_t a = 0; a < roads.approaches(); ++a) {
    for (const road::Arc& arc : roads.arcs_from(a)) {
      ways_in_[arc.approach].push_back({a, arc.edge(), arc.against(), arc.turn});
    }
  }
}

std::uint64_t PlainDijkstra::edge_ms(std::uint32_t edge, bool against) const {
  const std::uint32_t ms = (against ? roads_->edge_ms[edge].backward : roads_->edge_ms[edge].forward)[kind_];
  return ms == road::kNoEntry ? kNoWay : ms;
}

void PlainDijkstra::aim(const road::RoadPoint& place, road::TravelKind kind) {
  place_ = place;
  kind_ = static_cast<std::size_t>(kind);
  ms_.assign(roads_->approaches(), kNoWay);
  using Entry = std::pair<std::uint64_t, std::uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> frontier;
  const auto reach = [&](std::uint32_t approach, std::uint64_t ms) {
    if (ms >= ms_[approach]) return;
    ms_[approach] = ms;
    frontier.push({ms, approach});
  };
  const std::uint32_t last = place.edge.value();
  const std::uint64_t length_mm = roads_->edges[last].length_mm;
  for (std::uint32_t a = 0; a < roads_->approaches(); ++a) {
    for (const road::Arc& arc : roads_->arcs_from(a)) {
      if (arc.edge() != last || roads_->turn_ms[arc.turn][kind_] == road::kNoEntry) continue;
      const std::uint64_t part_mm = arc.against() ? length_mm - place.offset_mm : place.offset_mm;
      reach(a, part_of(edge_ms(last, arc.against()), part_mm, length_mm) + roads_->turn_ms[arc.turn][kind_]);
    }
  }
  while (!frontier.empty()) {
    const auto [ms, approach] = frontier.top();
    frontier.pop();
    if (ms != ms_[approach]) continue;
    for (const WayIn& way : ways_in_[approach]) {
      const std::uint32_t turn_ms = roads_->turn_ms[way.turn][kind_];
      if (turn_ms != road::kNoEntry) reach(way.from, ms + edge_ms(way.edge, way.against) + turn_ms);
    }
  }
}

std::optional<std::uint64_t> PlainDijkstra::travel_ms(const road::RoadPoint& from) const {
  const std::uint32_t first = from.edge.value();
  const road::Edge& edge = roads_->edges[first];
  const std::uint64_t length_mm = edge.length_mm;
  std::uint64_t best = kNoWay;
  best =
      std::min(best, ms_[edge.approach_of_to] + part_of(edge_ms(first, false), length_mm - from.offset_mm, length_mm));
  best = std::min(best, ms_[edge.approach_of_from] + part_of(edge_ms(first, true), from.offset_mm, length_mm));
  if (from.edge == place_.edge) {
    if (from.offset_mm <= place_.offset_mm) {
      best = std::min(best, part_of(edge_ms(first, false), place_.offset_mm - from.offset_mm, length_mm));
    }
    if (from.offset_mm >= place_.offset_mm) {
      best = std::min(best, part_of(edge_ms(first, true), from.offset_mm - place_.offset_mm, length_mm));
    }
  }
  return best > road::kLongestWayMs ? std::nullopt : std::optional(best);
}

}  // namespace dispatch135::testing
