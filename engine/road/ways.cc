#include "engine/road/ways.h"

#include <algorithm>

namespace dispatch135::road {
namespace {

std::int32_t whole_or_none(std::int64_t ms) {
  return ms <= std::int64_t{kLongestWayMs} ? static_cast<std::int32_t>(ms) : kNoWayMs;
}

std::int32_t part(std::uint32_t edge_ms, std::uint32_t part_mm, std::uint32_t length_mm) {
  return edge_ms == kNoEntry ? kNoWayMs : static_cast<std::int32_t>(Network::part_ms(edge_ms, part_mm, length_mm));
}

}  // namespace

WaysTo::WaysTo(const Network& network, Labels& labels, TravelKind kind)
    : network_(&network), labels_(&labels), kind_(kind) {}

void WaysTo::aim(const RoadPoint& place) {
  place_ = place;
  const Hierarchy& hierarchy = network_->hierarchy;
  const Edge& edge = network_->edges[place.edge.value()];
  const auto k = static_cast<std::size_t>(kind_);
  const std::uint32_t from = hierarchy.node_of[edge.from];
  const std::uint32_t to = hierarchy.node_of[edge.to];
  // One end of an edge is above the other, so one chain holds all that is above either.
  std::uint32_t above = std::min(from, to);
  const std::size_t length = hierarchy.nodes[above].depth + std::size_t{1};
  chain_.resize(length);
  first_below_.resize(length);
  ms_.assign(length, kNoWayMs);
  for (std::size_t i = length; i-- > 0; above = hierarchy.nodes[above].parent) {
    chain_[i] = above;
    first_below_[i] = hierarchy.nodes[above].first_below;
  }
  come_from(from, part(edge.forward_ms[k], place.offset_mm, edge.length_mm));
  come_from(to, part(edge.backward_ms[k], edge.length_mm - place.offset_mm, edge.length_mm));
}

// What is left to go from an end of the place's edge.
void WaysTo::come_from(std::uint32_t node, std::int32_t rest_ms) {
  if (rest_ms == kNoWayMs) return;
  const auto down = labels_->label(kind_, Way::kDown, node);
  for (std::size_t i = 0; i < down.size(); ++i) ms_[i] = std::min(ms_[i], down[i] + rest_ms);
}

// How many nodes of the chain, from the root, are above a node or are it.
std::size_t WaysTo::common(std::uint32_t node) const {
  std::size_t least = 0;
  std::size_t most = chain_.size();
  while (least < most) {
    const std::size_t middle = (least + most) / 2;
    if (first_below_[middle] <= node && node <= chain_[middle]) {
      least = middle + 1;
    } else {
      most = middle;
    }
  }
  return least;
}

std::int32_t WaysTo::from_node(std::uint32_t node) const {
  const auto up = labels_->label(kind_, Way::kUp, node);
  return whole_or_none(Labels::least_sum(up.data(), ms_.data(), common(node)));
}

std::int32_t WaysTo::from(const RoadPoint& start) const {
  const Edge& edge = network_->edges[start.edge.value()];
  const auto k = static_cast<std::size_t>(kind_);
  std::int64_t best = kNoWayMs;
  const auto leave = [&](std::uint32_t junction, std::int32_t first_ms) {
    if (first_ms < best)
      best = std::min(best, std::int64_t{first_ms} + from_node(network_->hierarchy.node_of[junction]));
  };
  leave(edge.to, part(edge.forward_ms[k], edge.length_mm - start.offset_mm, edge.length_mm));
  leave(edge.from, part(edge.backward_ms[k], start.offset_mm, edge.length_mm));
  if (start.edge == place_.edge) {
    const std::uint32_t here = start.offset_mm;
    const std::uint32_t there = place_.offset_mm;
    if (here <= there) best = std::min<std::int64_t>(best, part(edge.forward_ms[k], there - here, edge.length_mm));
    if (here >= there) best = std::min<std::int64_t>(best, part(edge.backward_ms[k], here - there, edge.length_mm));
  }
  return whole_or_none(best);
}

}  // namespace dispatch135::road
