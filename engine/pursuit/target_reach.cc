#include "engine/pursuit/target_reach.h"

#include <algorithm>
#include <functional>

namespace dispatch135::pursuit {

TargetReach::TargetReach(const road::Network& network)
    : network_(&network),
      edges_begin_(network.junctions.size() + 1, 0),
      ms_(network.junctions.size(), kNever),
      by_(network.junctions.size(), kNone),
      behind_(network.junctions.size(), 0) {
  for (const road::Edge& edge : network.edges) {
    ++edges_begin_[edge.from + 1];
    ++edges_begin_[edge.to + 1];
  }
  for (std::size_t j = 1; j < edges_begin_.size(); ++j) edges_begin_[j] += edges_begin_[j - 1];
  edges_at_.resize(network.edges.size() * 2);
  std::vector<std::uint32_t> next(edges_begin_.begin(), edges_begin_.end() - 1);
  for (std::uint32_t e = 0; e < network.edges.size(); ++e) {
    edges_at_[next[network.edges[e].from]++] = e;
    edges_at_[next[network.edges[e].to]++] = e;
  }
}

std::span<const std::uint32_t> TargetReach::edges_at(std::uint32_t junction) const {
  return std::span(edges_at_).subspan(edges_begin_[junction], edges_begin_[junction + 1] - edges_begin_[junction]);
}

std::int64_t TargetReach::along_ms(std::uint32_t edge, bool against) const {
  const auto k = static_cast<std::size_t>(rule_.kind);
  std::uint32_t ms = network_->edge_ms[edge].of(against)[k];
  if (ms == road::kNoEntry && rule_.against_one_way) ms = network_->edge_ms[edge].of(!against)[k];
  return ms == road::kNoEntry ? kNever : std::int64_t{ms} * 100 / rule_.speed_pct;
}

void TargetReach::reach(std::uint32_t junction, std::int64_t ms, std::uint32_t by) {
  if (ms >= ms_[junction]) return;
  if (ms_[junction] == kNever) touched_.push_back(junction);
  ms_[junction] = ms;
  by_[junction] = by;
  frontier_.emplace_back(ms, junction);
  std::push_heap(frontier_.begin(), frontier_.end(), std::greater<>());
}

void TargetReach::from(const road::RoadPoint& start, const TargetRule& rule, std::int64_t within_ms,
                       std::size_t most_junctions) {
  for (const std::uint32_t junction : touched_) ms_[junction] = kNever;
  touched_.clear();
  reached_.clear();
  frontier_.clear();
  start_ = start;
  rule_ = rule;
  complete_ms_ = within_ms;
  bounded_ = false;
  const std::uint32_t first = start.edge.value();
  const road::Edge& edge = network_->edges[first];
  const std::int64_t forward = along_ms(first, false);
  const std::int64_t backward = along_ms(first, true);
  if (forward != kNever) reach(edge.to, forward * (edge.length_mm - start.offset_mm) / edge.length_mm, first);
  if (backward != kNever) reach(edge.from, backward * start.offset_mm / edge.length_mm, first);
  while (!frontier_.empty()) {
    const auto [ms, junction] = frontier_.front();
    std::pop_heap(frontier_.begin(), frontier_.end(), std::greater<>());
    frontier_.pop_back();
    if (ms != ms_[junction]) continue;
    bounded_ = ms <= within_ms && reached_.size() == most_junctions;
    if (bounded_) complete_ms_ = ms - 1;
    if (ms > within_ms || bounded_) break;
    reached_.push_back(junction);
    for (const std::uint32_t e : edges_at(junction)) {
      const road::Edge& out = network_->edges[e];
      for (const bool against : {false, true}) {
        if ((against ? out.to : out.from) != junction) continue;
        const std::int64_t along = along_ms(e, against);
        if (along != kNever) reach(against ? out.from : out.to, ms + along, e);
      }
    }
  }
  // What was only seen from afar may be reached sooner another way.
  std::erase_if(touched_, [&](std::uint32_t junction) {
    if (ms_[junction] <= complete_ms_) return false;
    ms_[junction] = kNever;
    return true;
  });
  while (!reached_.empty() && ms_[reached_.back()] == kNever) reached_.pop_back();
  count_behind();
}

void TargetReach::count_behind() {
  for (const std::uint32_t junction : reached_) behind_[junction] = 1;
  for (std::size_t i = reached_.size(); i-- > 0;) {
    const std::uint32_t junction = reached_[i];
    const std::uint32_t by = by_[junction];
    if (by == start_.edge.value()) continue;
    const road::Edge& edge = network_->edges[by];
    behind_[edge.from == junction ? edge.to : edge.from] += behind_[junction];
  }
}

std::uint32_t TargetReach::behind(std::uint32_t edge) const {
  const road::Edge& of = network_->edges[edge];
  std::uint32_t most = 0;
  for (const std::uint32_t end : {of.from, of.to}) {
    if (ms_[end] != kNever && by_[end] == edge) most = std::max(most, behind_[end]);
  }
  return most;
}

std::int64_t TargetReach::at(const road::RoadPoint& place) const {
  const std::uint32_t e = place.edge.value();
  const road::Edge& edge = network_->edges[e];
  const std::int64_t forward = along_ms(e, false);
  const std::int64_t backward = along_ms(e, true);
  const std::int64_t rest_mm = std::int64_t{edge.length_mm} - place.offset_mm;
  std::int64_t best = kNever;
  if (forward != kNever && ms_[edge.from] != kNever) {
    best = std::min(best, ms_[edge.from] + forward * place.offset_mm / edge.length_mm);
  }
  if (backward != kNever && ms_[edge.to] != kNever) {
    best = std::min(best, ms_[edge.to] + backward * rest_mm / edge.length_mm);
  }
  if (place.edge == start_.edge) {
    const std::int64_t ahead_mm = std::int64_t{place.offset_mm} - start_.offset_mm;
    if (ahead_mm >= 0 && forward != kNever) best = std::min(best, forward * ahead_mm / edge.length_mm);
    if (ahead_mm <= 0 && backward != kNever) best = std::min(best, backward * -ahead_mm / edge.length_mm);
  }
  return best;
}

std::int64_t TargetReach::at_middle(std::uint32_t edge, bool against) const {
  const road::Edge& of = network_->edges[edge];
  const std::int64_t before = ms_[against ? of.to : of.from];
  const std::int64_t along = along_ms(edge, against);
  return before == kNever || along == kNever ? kNever : before + along / 2;
}

}  // namespace dispatch135::pursuit
