#include "engine/pursuit/soonest_arrivals.h"

#include <algorithm>
#include <functional>

namespace dispatch135::pursuit {
namespace {

// What rounding hides of a way's length is metres; beyond such a speed nothing is ruled out, so that products fit.
constexpr std::int64_t kSlackMm = 1'000'000;
constexpr std::int64_t kFastestKnown = 1'000'000;

}  // namespace

SoonestArrivals::SoonestArrivals(const road::LiveRoads& roads)
    : roads_(&roads),
      network_(&roads.network()),
      ms_(network_->approaches(), kNever),
      middle_ms_(network_->edges.size(), kNever) {
  junctions_.reserve(network_->junctions.size());
  for (const geo::Point junction : network_->junctions) junctions_.push_back(network_->projection.project(junction));
}

void SoonestArrivals::reach(std::uint32_t approach, std::uint32_t junction, std::int64_t ms) {
  if (ms > within_ms_ || ms >= ms_[approach]) return;
  const std::int64_t farthest_mm = area_.radius_mm + (within_ms_ - ms) * fastest_mm_s_ / 1'000 + kSlackMm;
  if (fastest_mm_s_ <= kFastestKnown &&
      geo::squared_distance(junctions_[junction], area_.centre) > farthest_mm * farthest_mm) {
    return;
  }
  if (ms_[approach] == kNever) touched_.push_back(approach);
  ms_[approach] = ms;
  frontier_.emplace_back(ms, approach);
  std::push_heap(frontier_.begin(), frontier_.end(), std::greater<>());
}

void SoonestArrivals::drive(std::uint32_t edge, bool against, std::uint32_t from_mm, std::int64_t at_ms,
                            std::uint32_t approach, std::size_t kind) {
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
  reach(approach, against ? along.from : along.to, at_ms + road::Network::part_ms(edge_ms, rest_mm, along.length_mm));
}

void SoonestArrivals::from(std::span<const Start> starts, std::int64_t within_ms, const Area& area) {
  within_ms_ = within_ms;
  area_ = area;
  for (const std::uint32_t edge : touched_edges_) middle_ms_[edge] = kNever;
  touched_edges_.clear();
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    if (std::any_of(starts.begin(), starts.end(), [&](const Start& start) { return start.kind == kind; })) {
      from(starts, kind);
    }
  }
}

void SoonestArrivals::from(std::span<const Start> starts, road::TravelKind kind) {
  fastest_mm_s_ = roads_->fastest_mm_s(kind);
  for (const std::uint32_t approach : touched_) ms_[approach] = kNever;
  touched_.clear();
  frontier_.clear();
  const auto k = static_cast<std::size_t>(kind);
  for (const Start& start : starts) {
    if (start.kind != kind) continue;
    const std::uint32_t edge = start.place.edge.value();
    const road::Edge& along = network_->edges[edge];
    drive(edge, false, start.place.offset_mm, start.turnout_ms, along.approach_of_to, k);
    drive(edge, true, start.place.offset_mm, start.turnout_ms, along.approach_of_from, k);
  }
  while (!frontier_.empty()) {
    const auto [ms, approach] = frontier_.front();
    std::pop_heap(frontier_.begin(), frontier_.end(), std::greater<>());
    frontier_.pop_back();
    if (ms != ms_[approach]) continue;
    for (const road::Arc& arc : network_->arcs_from(approach)) {
      const std::uint32_t turning_ms = network_->turn_ms[arc.turn][k];
      if (turning_ms == road::kNoEntry) continue;
      const std::uint32_t begin_mm = arc.against() ? network_->edges[arc.edge()].length_mm : 0;
      drive(arc.edge(), arc.against(), begin_mm, ms + turning_ms, arc.approach, k);
    }
  }
}

}  // namespace dispatch135::pursuit
