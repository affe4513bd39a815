#include "engine/road/ways.h"

#include <algorithm>
#include <array>

namespace dispatch135::road {
namespace {

std::int32_t whole_or_none(std::int64_t ms) {
  return ms <= std::int64_t{kLongestWayMs} ? static_cast<std::int32_t>(ms) : kNoWayMs;
}

std::int32_t part(std::uint32_t edge_ms, std::uint32_t part_mm, std::uint32_t length_mm) {
  return edge_ms == kNoEntry ? kNoWayMs : static_cast<std::int32_t>(Network::part_ms(edge_ms, part_mm, length_mm));
}

// Along the edge that both are on, without leaving it.
std::int32_t along_edge(const Network& network, const RoadPoint& start, const RoadPoint& end, TravelKind kind) {
  if (start.edge != end.edge) return kNoWayMs;
  const auto k = static_cast<std::size_t>(kind);
  const std::uint32_t length_mm = network.edges[start.edge.value()].length_mm;
  const EdgeMs& ms = network.edge_ms[start.edge.value()];
  std::int32_t best = kNoWayMs;
  if (start.offset_mm <= end.offset_mm) best = part(ms.forward[k], end.offset_mm - start.offset_mm, length_mm);
  if (start.offset_mm >= end.offset_mm) {
    best = std::min(best, part(ms.backward[k], start.offset_mm - end.offset_mm, length_mm));
  }
  return best;
}

}  // namespace

void label_upwards(LiveRoads& roads, const RoadPoint& place, TravelKind kind, PlaceLabel& label) {
  const Network& network = roads.network();
  const Edge& edge = network.edges[place.edge.value()];
  const EdgeMs& edge_ms = network.edge_ms[place.edge.value()];
  const auto k = static_cast<std::size_t>(kind);
  struct Exit {
    std::uint32_t node;
    std::int32_t ms;
  };
  std::array<Exit, 2> exits = {Exit{network.hierarchy.node_of[edge.approach_of_to],
                                    part(edge_ms.forward[k], edge.length_mm - place.offset_mm, edge.length_mm)},
                               Exit{network.hierarchy.node_of[edge.approach_of_from],
                                    part(edge_ms.backward[k], place.offset_mm, edge.length_mm)}};
  label.version = roads.version();
  label.memory.resize(roads.labels().longest());
  if (exits[1].node < exits[0].node) std::swap(exits[0], exits[1]);
  if (exits[0].ms == kNoWayMs) exits[0] = exits[1];
  if (exits[0].ms == kNoWayMs) {
    label.length = 0;
    return;
  }
  // The lower exit's chain holds all that is above either.
  label.node = exits[0].node;
  label.length = network.hierarchy.nodes[label.node].depth + std::size_t{1};
  std::span<const std::int32_t> upper;
  if (exits[1].ms != kNoWayMs) upper = roads.labels().label(kind, Way::kUp, exits[1].node);
  const auto lower = roads.labels().label(kind, Way::kUp, exits[0].node);
  Labels::combine(label.memory, lower, exits[0].ms, upper, exits[1].ms);
}

WaysTo::WaysTo(LiveRoads& roads, TravelKind kind) : roads_(&roads), kind_(kind) {}

void WaysTo::aim(const RoadPoint& place) {
  place_ = place;
  const Network& network = roads_->network();
  const std::uint32_t length_mm = network.edges[place.edge.value()].length_mm;
  const EdgeMs& edge_ms = network.edge_ms[place.edge.value()];
  const auto k = static_cast<std::size_t>(kind_);
  entries_.clear();
  add_entries(false, part(edge_ms.forward[k], place.offset_mm, length_mm));
  add_entries(true, part(edge_ms.backward[k], length_mm - place.offset_mm, length_mm));
  chain_.clear();
  ms_.clear();
  if (entries_.empty()) return;
  // All approaches of both ends of an edge are on one chain.
  const auto lowest = std::min_element(entries_.begin(), entries_.end(),
                                       [](const Entry& a, const Entry& b) { return a.node < b.node; });
  const std::span<const HierarchyNode> nodes = network.hierarchy.nodes;
  std::uint32_t above = lowest->node;
  const std::size_t length = nodes[above].depth + std::size_t{1};
  chain_.resize(length);
  ms_.assign(length, kNoWayMs);
  for (std::size_t i = length; i-- > 0; above = nodes[above].parent) {
    const std::uint32_t first_below = nodes[above].first_below;
    chain_[i] = {first_below, above - first_below};
  }
  for (const Entry& entry : entries_) {
    const auto down = roads_->labels().label(kind_, Way::kDown, entry.node);
    Labels::improve(std::span(ms_).first(down.size()), down, entry.rest_ms);
  }
}

// The approaches from which the place's edge is entered in one direction, with what is left to go from each.
void WaysTo::add_entries(bool against, std::int32_t rest_ms) {
  if (rest_ms == kNoWayMs) return;
  const Network& network = roads_->network();
  network.each_way_onto(place_.edge.value(), against, kind_, [&](std::uint32_t approach, std::uint32_t turn_ms) {
    entries_.push_back({network.hierarchy.node_of[approach], rest_ms + static_cast<std::int32_t>(turn_ms)});
  });
}

// How many nodes of the chain, from the root, are above a node or are it.
std::size_t WaysTo::common(std::uint32_t node) const {
  if (chain_.empty()) return 0;
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

WaysTo::Prepared WaysTo::bring(std::uint32_t node, std::span<const std::int32_t> label) const {
  const Prepared prepared = {label.data(), std::min(label.size(), common(node))};
#if defined(__GNUC__)
  constexpr std::size_t kEntriesOfALine = 64 / sizeof(std::int32_t);
  for (std::size_t i = 0; i < prepared.common; i += kEntriesOfALine) __builtin_prefetch(prepared.label + i);
#endif
  return prepared;
}

std::int32_t WaysTo::from_approach(std::uint32_t approach) const {
  const std::uint32_t node = roads_->network().hierarchy.node_of[approach];
  const Prepared prepared = bring(node, roads_->labels().label(kind_, Way::kUp, node));
  return whole_or_none(Labels::least_sum(prepared.label, ms_.data(), prepared.common));
}

WaysTo::Prepared WaysTo::prepare(const PlaceLabel& start) const { return bring(start.node, start.ms()); }

std::int32_t WaysTo::from(const RoadPoint& start, const Prepared& prepared) const {
  return whole_or_none(std::min(Labels::least_sum(prepared.label, ms_.data(), prepared.common),
                                along_edge(roads_->network(), start, place_, kind_)));
}

std::int32_t WaysTo::from(const RoadPoint& start) {
  label_upwards(*roads_, start, kind_, start_);
  return from(start, prepare(start_));
}

}  // namespace dispatch135::road
