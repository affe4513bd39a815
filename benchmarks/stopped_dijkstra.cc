#include "benchmarks/stopped_dijkstra.h"

#include <algorithm>

namespace dispatch135::benchmarks {
namespace {

constexpr auto kKind = road::TravelKind::kCar;
constexpr auto kCar = static_cast<std::size_t>(kKind);

}  // namespace

StoppedDijkstra::StoppedDijkstra(const road::Network& roads)
    : roads_(&roads),
      ways_in_(roads.approaches()),
      set_out_(roads.approaches()),
      on_edge_(roads.edges.size()),
      ms_(roads.approaches()) {
  for (std::uint32_t approach = 0; approach < roads.approaches(); ++approach) {
    for (const road::Arc& arc : roads.arcs_from(approach)) {
      const std::uint32_t ms = roads.arc_ms(arc, kKind);
      if (ms == road::kNoEntry) continue;
      ways_in_[arc.approach].push_back({approach, ms});
    }
  }
  for (std::uint32_t edge = 0; edge < roads.edges.size(); ++edge) {
    const road::EdgeMs& ms = roads.edge_ms[edge];
    if (ms.forward[kCar] != road::kNoEntry) set_out_[roads.edges[edge].approach_of_to].push_back(edge << 1);
    if (ms.backward[kCar] != road::kNoEntry) set_out_[roads.edges[edge].approach_of_from].push_back(edge << 1 | 1U);
  }
}

void StoppedDijkstra::put(std::uint32_t unit, const road::RoadPoint& point) {
  on_edge_[point.edge.value()].push_back({unit, point.offset_mm});
  units_ = std::max<std::size_t>(units_, unit + 1);
}

std::uint64_t StoppedDijkstra::fifth_ms(const road::RoadPoint& place) { return search(place, true); }
std::uint64_t StoppedDijkstra::fifth_ms_of_all(const road::RoadPoint& place) { return search(place, false); }

std::uint64_t StoppedDijkstra::search(const road::RoadPoint& place, bool stop) {
  ++search_;
  best_.assign(units_, kNever);
  found_.clear();
  const std::uint32_t last = place.edge.value();
  const std::uint32_t length_mm = roads_->edges[last].length_mm;
  for (const bool against : {false, true}) {
    const std::uint32_t edge_ms = roads_->edge_ms[last].of(against)[kCar];
    if (edge_ms == road::kNoEntry) continue;
    const std::uint32_t part_mm = against ? length_mm - place.offset_mm : place.offset_mm;
    const std::uint32_t part_ms = road::Network::part_ms(edge_ms, part_mm, length_mm);
    roads_->each_way_onto(last, against, kKind,
                          [&](std::uint32_t approach, std::uint32_t turn_ms) { reach(approach, turn_ms + part_ms); });
    meet(last, against, 0, place.offset_mm);
  }
  while (!frontier_.empty()) {
    const auto [ms, approach] = frontier_.top();
    if (stop && found_.size() >= kWanted && fifth() <= ms) break;
    frontier_.pop();
    if (ms != ms_[approach].ms) continue;
    for (const WayIn& way : ways_in_[approach]) reach(way.from, ms + way.ms);
    for (const std::uint32_t arc : set_out_[approach]) {
      const bool against = (arc & 1U) != 0;
      meet(arc >> 1, against, ms, against ? 0 : roads_->edges[arc >> 1].length_mm);
    }
  }
  frontier_ = {};
  return fifth();
}

void StoppedDijkstra::reach(std::uint32_t approach, std::uint64_t ms) {
  Label& label = ms_[approach];
  if (label.search == search_ && label.ms <= ms) return;
  label = {ms, search_};
  frontier_.push({ms, approach});
}

// Units on an edge that drive on to `up_to_mm` and from there `rest_ms`.
void StoppedDijkstra::meet(std::uint32_t edge, bool against, std::uint64_t rest_ms, std::uint32_t up_to_mm) {
  const std::uint32_t edge_ms = roads_->edge_ms[edge].of(against)[kCar];
  for (const OnEdge& here : on_edge_[edge]) {
    if (against ? here.offset_mm < up_to_mm : here.offset_mm > up_to_mm) continue;
    const std::uint32_t part_mm = against ? here.offset_mm - up_to_mm : up_to_mm - here.offset_mm;
    const std::uint64_t ms = rest_ms + road::Network::part_ms(edge_ms, part_mm, roads_->edges[edge].length_mm);
    std::uint64_t& best = best_[here.unit];
    if (ms >= best) continue;
    if (best != kNever) found_.erase(std::find(found_.begin(), found_.end(), best));
    best = ms;
    found_.insert(std::upper_bound(found_.begin(), found_.end(), ms), ms);
  }
}

}  // namespace dispatch135::benchmarks
