#include "engine/road/reach.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/road/shorter.h"

namespace dispatch135::road {
namespace {

bool by_edge(const Start& a, const Start& b) { return a.place.edge < b.place.edge; }

}  // namespace

Reach::Reach(const Network& network, TravelKind kind)
    : network_(&network), kind_(kind), ms_(network.junctions.size(), kNoWayMs) {}

void Reach::from(std::span<const Start> starts) {
  std::fill(ms_.begin(), ms_.end(), kNoWayMs);
  starts_.assign(starts.begin(), starts.end());
  std::sort(starts_.begin(), starts_.end(), by_edge);
  for (const Start& start : starts_) {
    D135_CHECK(start.turnout.count >= 0 && start.turnout.count <= std::int64_t{kLongestWayMs},
               "a turnout of a day at most");
    const Exits exits = exits_of(*network_, start.place, kind_);
    for (std::size_t i = 0; i < 2; ++i) {
      if (exits.ms[i] != kNoWayMs) make_shorter(ms_[exits.node[i]], start.turnout.count + exits.ms[i]);
    }
  }
  const Hierarchy& hierarchy = network_->hierarchy;
  const std::span<const LinkMs> link_ms = hierarchy.ms[static_cast<std::size_t>(kind_)];
  for (std::size_t node = 0; node < hierarchy.size(); ++node) {
    if (ms_[node] == kNoWayMs) continue;
    for (std::size_t link = hierarchy.nodes[node].first_link; link < hierarchy.nodes[node + 1].first_link; ++link) {
      make_shorter(ms_[hierarchy.link_up_to[link]], std::int64_t{ms_[node]} + link_ms[link].up);
    }
  }
  for (std::size_t node = hierarchy.size(); node-- > 0;) {
    for (std::size_t link = hierarchy.nodes[node].first_link; link < hierarchy.nodes[node + 1].first_link; ++link) {
      make_shorter(ms_[node], std::int64_t{ms_[hierarchy.link_up_to[link]]} + link_ms[link].down);
    }
  }
}

std::int32_t Reach::at(const RoadPoint& place) const {
  const Edge& edge = network_->edges[place.edge.value()];
  const std::uint32_t forward = edge.forward_ms[static_cast<std::size_t>(kind_)];
  const std::uint32_t backward = edge.backward_ms[static_cast<std::size_t>(kind_)];
  std::int32_t best = kNoWayMs;
  const auto along = [&](std::int64_t before_ms, std::uint32_t edge_ms, std::uint32_t part_mm) {
    if (edge_ms != kNoEntry) make_shorter(best, before_ms + Network::part_ms(edge_ms, part_mm, edge.length_mm));
  };
  along(at_junction(edge.from), forward, place.offset_mm);
  along(at_junction(edge.to), backward, edge.length_mm - place.offset_mm);
  const auto [begin, end] = std::equal_range(starts_.begin(), starts_.end(), Start{place, {}}, by_edge);
  for (auto start = begin; start != end; ++start) {
    const std::uint32_t offset_mm = start->place.offset_mm;
    if (offset_mm <= place.offset_mm) along(start->turnout.count, forward, place.offset_mm - offset_mm);
    if (offset_mm >= place.offset_mm) along(start->turnout.count, backward, offset_mm - place.offset_mm);
  }
  return best;
}

}  // namespace dispatch135::road
