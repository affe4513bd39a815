#include "engine/pursuit/soonest_arrivals.h"

#include <algorithm>
#include <functional>

namespace dispatch135::pursuit {

SoonestArrivals::SoonestArrivals(const road::Network& network)
    : network_(&network), ms_(network.approaches(), kNever), middle_ms_(network.edges.size(), kNever) {}

void SoonestArrivals::reach(std::uint32_t approach, std::int64_t ms) {
  if (ms > within_ms_ || ms >= ms_[approach]) return;
  if (ms_[approach] == kNever) touched_.push_back(approach);
  ms_[approach] = ms;
  frontier_.emplace_back(ms, approach);
  std::push_heap(frontier_.begin(), frontier_.end(), std::greater<>());
}

void SoonestArrivals::drive(std::uint32_t edge, bool against, std::uint32_t from_mm, std::int64_t at_ms,
                            std::size_t kind) {
  const road::Edge& along = network_->edges[edge];
  const std::uint32_t edge_ms = network_->edge_ms[edge].of(against)[kind];
  if (edge_ms == road::kNoEntry) return;
  const std::uint32_t middle_mm = along.length_mm / 2;
  if (against ? from_mm >= middle_mm : from_mm <= middle_mm) {
    const std::uint32_t part_mm = against ? from_mm - middle_mm : middle_mm - from_mm;
    const std::int64_t ms = at_ms + road::Network::part_ms(edge_ms, part_mm, along.length_mm);
    if (ms <= within_ms_ && ms < middle_ms_[edge]) {
      if (middle_ms_[edge] == kNever) touched_edges_.push_back(edge);
      middle_ms_[edge] = ms;
    }
  }
  const std::uint32_t rest_mm = against ? from_mm : along.length_mm - from_mm;
  reach(against ? along.approach_of_from : along.approach_of_to,
        at_ms + road::Network::part_ms(edge_ms, rest_mm, along.length_mm));
}

void SoonestArrivals::from(std::span<const Start> starts, std::int64_t within_ms) {
  for (const std::uint32_t edge : touched_edges_) middle_ms_[edge] = kNever;
  touched_edges_.clear();
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    if (std::any_of(starts.begin(), starts.end(), [&](const Start& start) { return start.kind == kind; })) {
      from(starts, kind, within_ms);
    }
  }
}

void SoonestArrivals::from(std::span<const Start> starts, road::TravelKind kind, std::int64_t within_ms) {
  within_ms_ = within_ms;
  for (const std::uint32_t approach : touched_) ms_[approach] = kNever;
  touched_.clear();
  frontier_.clear();
  const auto k = static_cast<std::size_t>(kind);
  for (const Start& start : starts) {
    if (start.kind != kind) continue;
    drive(start.place.edge.value(), false, start.place.offset_mm, start.turnout_ms, k);
    drive(start.place.edge.value(), true, start.place.offset_mm, start.turnout_ms, k);
  }
  while (!frontier_.empty()) {
    const auto [ms, approach] = frontier_.front();
    std::pop_heap(frontier_.begin(), frontier_.end(), std::greater<>());
    frontier_.pop_back();
    if (ms != ms_[approach]) continue;
    for (const road::Arc& arc : network_->arcs_from(approach)) {
      const std::uint32_t turning_ms = network_->turn_ms[arc.turn][k];
      if (turning_ms == road::kNoEntry) continue;
      drive(arc.edge(), arc.against(), arc.against() ? network_->edges[arc.edge()].length_mm : 0, ms + turning_ms, k);
    }
  }
}

}  // namespace dispatch135::pursuit
