#include "engine/road/reach.h"

#include <algorithm>

#include "engine/base/check.h"

namespace dispatch135::road {
namespace {

bool by_edge(const Start& a, const Start& b) { return a.place.edge < b.place.edge; }

// Ways longer than a day are no ways.
void make_shorter(std::int32_t& ms, std::int64_t candidate) {
  if (candidate < ms && candidate <= std::int64_t{kLongestWayMs}) ms = static_cast<std::int32_t>(candidate);
}

}  // namespace

Reach::Reach(const Network& network, TravelKind kind)
    : network_(&network), kind_(kind), ms_(network.approaches(), kNoWayMs) {}

void Reach::from(std::span<const Start> starts) {
  std::fill(ms_.begin(), ms_.end(), kNoWayMs);
  starts_.assign(starts.begin(), starts.end());
  std::sort(starts_.begin(), starts_.end(), by_edge);
  const Hierarchy& hierarchy = network_->hierarchy;
  const auto k = static_cast<std::size_t>(kind_);
  for (const Start& start : starts_) {
    D135_CHECK(start.turnout.count >= 0 && start.turnout.count <= std::int64_t{kLongestWayMs},
               "a turnout of a day at most");
    const Edge& edge = network_->edges[start.place.edge.value()];
    const EdgeMs& edge_ms = network_->edge_ms[start.place.edge.value()];
    const auto leave = [&](std::uint32_t approach, std::uint32_t ms, std::uint32_t part_mm) {
      if (ms == kNoEntry) return;
      make_shorter(ms_[hierarchy.node_of[approach]],
                   start.turnout.count + Network::part_ms(ms, part_mm, edge.length_mm));
    };
    leave(edge.approach_of_to, edge_ms.forward[k], edge.length_mm - start.place.offset_mm);
    leave(edge.approach_of_from, edge_ms.backward[k], start.place.offset_mm);
  }
  for (std::size_t node = 0; node < hierarchy.size(); ++node) {
    if (ms_[node] == kNoWayMs) continue;
    for (std::size_t link = hierarchy.nodes[node].first_link; link < hierarchy.nodes[node + 1].first_link; ++link) {
      make_shorter(ms_[hierarchy.link_up_to[link]], std::int64_t{ms_[node]} + hierarchy.ms[link].up[k]);
    }
  }
  for (std::size_t node = hierarchy.size(); node-- > 0;) {
    for (std::size_t link = hierarchy.nodes[node].first_link; link < hierarchy.nodes[node + 1].first_link; ++link) {
      make_shorter(ms_[node], std::int64_t{ms_[hierarchy.link_up_to[link]]} + hierarchy.ms[link].down[k]);
    }
  }
}

std::int32_t Reach::at_junction(std::uint32_t junction) const {
  std::int32_t best = kNoWayMs;
  for (std::uint32_t a = network_->approach_begin[junction]; a < network_->approach_begin[junction + 1]; ++a) {
    best = std::min(best, ms_[network_->hierarchy.node_of[a]]);
  }
  return best;
}

std::int32_t Reach::at(const RoadPoint& place) const {
  const std::uint32_t edge = place.edge.value();
  const std::uint32_t length_mm = network_->edges[edge].length_mm;
  const auto k = static_cast<std::size_t>(kind_);
  std::int32_t best = kNoWayMs;
  const auto along = [&](std::int64_t before_ms, bool against, std::uint32_t part_mm) {
    const std::uint32_t edge_ms = network_->edge_ms[edge].of(against)[k];
    if (edge_ms != kNoEntry) make_shorter(best, before_ms + Network::part_ms(edge_ms, part_mm, length_mm));
  };
  for (const bool against : {false, true}) {
    network_->each_way_onto(edge, against, kind_, [&](std::uint32_t approach, std::uint32_t turn_ms) {
      along(std::int64_t{ms_[network_->hierarchy.node_of[approach]]} + turn_ms, against,
            against ? length_mm - place.offset_mm : place.offset_mm);
    });
  }
  const auto [begin, end] = std::equal_range(starts_.begin(), starts_.end(), Start{place, {}}, by_edge);
  for (auto start = begin; start != end; ++start) {
    const std::uint32_t offset_mm = start->place.offset_mm;
    if (offset_mm <= place.offset_mm) along(start->turnout.count, false, place.offset_mm - offset_mm);
    if (offset_mm >= place.offset_mm) along(start->turnout.count, true, offset_mm - place.offset_mm);
  }
  return best;
}

}  // namespace dispatch135::road
