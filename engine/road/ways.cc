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

Exits exits_of(const Network& network, const RoadPoint& place, TravelKind kind) {
  const Edge& edge = network.edges[place.edge.value()];
  const auto k = static_cast<std::size_t>(kind);
  return {{network.hierarchy.node_of[edge.to], network.hierarchy.node_of[edge.from]},
          {part(edge.forward_ms[k], edge.length_mm - place.offset_mm, edge.length_mm),
           part(edge.backward_ms[k], place.offset_mm, edge.length_mm)}};
}

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
  ms_.assign(length, kNoWayMs);
  for (std::size_t i = length; i-- > 0; above = hierarchy.nodes[above].parent) {
    const std::uint32_t first_below = hierarchy.nodes[above].first_below;
    chain_[i] = {first_below, above - first_below};
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
  const auto is_below = [&](std::size_t i) { return node - chain_[i].first_below <= chain_[i].below; };
  // Without branches that depend on the node: which way they go could not be foreseen.
  std::size_t first = 0;
  for (std::size_t left = chain_.size(); left > 1;) {
    const std::size_t half = left / 2;
    first += is_below(first + half - 1) ? half : 0;
    left -= half;
  }
  return first + (is_below(first) ? 1 : 0);
}

WaysTo::Prepared WaysTo::prepare(std::uint32_t node) const { return bring(node, common(node)); }

WaysTo::Prepared WaysTo::bring(std::uint32_t node, std::size_t common) const {
  const auto label = labels_->label(kind_, Way::kUp, node);
  const Prepared prepared = {label.data(), std::min(label.size(), common)};
#if defined(__GNUC__)
  constexpr std::size_t kEntriesOfALine = 64 / sizeof(std::int32_t);
  for (std::size_t i = 0; i < prepared.common; i += kEntriesOfALine) __builtin_prefetch(prepared.label + i);
#endif
  return prepared;
}

std::int32_t WaysTo::from(const Prepared& prepared) const {
  return whole_or_none(Labels::least_sum(prepared.label, ms_.data(), prepared.common));
}

std::array<WaysTo::Prepared, 2> WaysTo::prepare(const Exits& exits) const {
  // One end of an edge is above the other, and shares as many nodes with the chain as it has.
  const std::size_t of_lower_end = common(std::min(exits.node[0], exits.node[1]));
  std::array<Prepared, 2> prepared;
  for (std::size_t i = 0; i < 2; ++i) {
    if (exits.ms[i] != kNoWayMs) prepared[i] = bring(exits.node[i], of_lower_end);
  }
  return prepared;
}

std::int32_t WaysTo::from(const RoadPoint& start, const Exits& exits, const std::array<Prepared, 2>& prepared) const {
  std::int64_t best = kNoWayMs;
  for (std::size_t i = 0; i < 2; ++i) {
    if (exits.ms[i] < best) best = std::min(best, std::int64_t{exits.ms[i]} + from(prepared[i]));
  }
  if (start.edge == place_.edge) {
    const Edge& edge = network_->edges[start.edge.value()];
    const auto k = static_cast<std::size_t>(kind_);
    const std::uint32_t here = start.offset_mm;
    const std::uint32_t there = place_.offset_mm;
    if (here <= there) best = std::min<std::int64_t>(best, part(edge.forward_ms[k], there - here, edge.length_mm));
    if (here >= there) best = std::min<std::int64_t>(best, part(edge.backward_ms[k], here - there, edge.length_mm));
  }
  return whole_or_none(best);
}

std::int32_t WaysTo::from(const RoadPoint& start) const {
  const Exits exits = exits_of(*network_, start, kind_);
  return from(start, exits, prepare(exits));
}

}  // namespace dispatch135::road
