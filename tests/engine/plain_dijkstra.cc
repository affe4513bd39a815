#include "tests/engine/plain_dijkstra.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace dispatch135::testing {
namespace {

constexpr std::uint64_t kNoWay = std::uint64_t{1} << 60;

std::uint64_t part_of(std::uint32_t edge_ms, std::uint64_t part_mm, std::uint64_t length_mm) {
  if (edge_ms == road::kNoEntry) return kNoWay;
  return (edge_ms * part_mm + length_mm - 1) / length_mm;
}

}  // namespace

PlainDijkstra::PlainDijkstra(const road::Network& roads) : roads_(roads), ways_in_(roads.junctions.size()) {
  for (std::uint32_t i = 0; i < roads.edges.size(); ++i) {
    ways_in_[roads.edges[i].to].push_back({roads.edges[i].from, i, true});
    ways_in_[roads.edges[i].from].push_back({roads.edges[i].to, i, false});
  }
}

void PlainDijkstra::aim(const road::RoadPoint& place, road::TravelKind kind) {
  place_ = place;
  kind_ = static_cast<std::size_t>(kind);
  ms_.assign(roads_.junctions.size(), kNoWay);
  using Entry = std::pair<std::uint64_t, std::uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> frontier;
  const auto reach = [&](std::uint32_t junction, std::uint64_t ms) {
    if (ms >= ms_[junction]) return;
    ms_[junction] = ms;
    frontier.push({ms, junction});
  };
  const road::Edge& last = roads_.edges[place.edge.value()];
  reach(last.from, part_of(last.forward_ms[kind_], place.offset_mm, last.length_mm));
  reach(last.to, part_of(last.backward_ms[kind_], last.length_mm - place.offset_mm, last.length_mm));
  while (!frontier.empty()) {
    const auto [ms, junction] = frontier.top();
    frontier.pop();
    if (ms != ms_[junction]) continue;
    for (const WayIn& way : ways_in_[junction]) {
      const road::Edge& edge = roads_.edges[way.edge];
      const std::uint32_t edge_ms = way.forward ? edge.forward_ms[kind_] : edge.backward_ms[kind_];
      if (edge_ms != road::kNoEntry) reach(way.from, ms + edge_ms);
    }
  }
}

std::optional<std::uint64_t> PlainDijkstra::travel_ms(const road::RoadPoint& from) const {
  const road::Edge& first = roads_.edges[from.edge.value()];
  std::uint64_t best = kNoWay;
  best = std::min(best,
                  ms_[first.to] + part_of(first.forward_ms[kind_], first.length_mm - from.offset_mm, first.length_mm));
  best = std::min(best, ms_[first.from] + part_of(first.backward_ms[kind_], from.offset_mm, first.length_mm));
  if (from.edge == place_.edge) {
    if (from.offset_mm <= place_.offset_mm) {
      best = std::min(best, part_of(first.forward_ms[kind_], place_.offset_mm - from.offset_mm, first.length_mm));
    }
    if (from.offset_mm >= place_.offset_mm) {
      best = std::min(best, part_of(first.backward_ms[kind_], from.offset_mm - place_.offset_mm, first.length_mm));
    }
  }
  return best > road::kLongestWayMs ? std::nullopt : std::optional(best);
}

}  // namespace dispatch135::testing
