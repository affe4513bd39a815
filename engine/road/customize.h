// The times of a hierarchy's links, from the times of the arcs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::road {

// The link that each of network.out_arcs is part of; kNoLink: of none, it leads back to where it begins.
inline constexpr std::uint32_t kNoLink = 0xffffffffU;
std::vector<std::uint32_t> links_of_arcs(const Network& network);

// Fills in the times of every link of network.hierarchy, for every kind of travel; network.hierarchy.ms is not read.
// `links` are links_of_arcs(network).
void customize(const Network& network, std::span<const std::uint32_t> links, std::span<LinkMs> ms);

// Counts an arc in its link, if it is the quickest way so far. `up`: it leads from the lower end to the upper.
inline void take_arc(const Network& network, const Arc& arc, bool up, LinkMs& link) {
  constexpr auto kNone = static_cast<std::uint32_t>(kNoWayMs);
  const PerKind<std::uint32_t>& along_ms = network.edge_ms[arc.edge()].of(arc.against());
  const PerKind<std::uint32_t>& turning_ms = network.turn_ms[arc.turn];
  PerKind<std::int32_t>& best = up ? link.up : link.down;
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    // No entry is the largest number there is, and no way once it is cut.
    const std::uint32_t ms = std::min(along_ms[k], kNone) + std::min(turning_ms[k], kNone);
    best[k] = std::min(best[k], static_cast<std::int32_t>(ms));
  }
}

// Counts the ways from the upper end of `a` over its lower end to the upper end of `b`, and back, in the link between
// the two upper ends; that of `a` is the lower of them.
inline void take_detour(const LinkMs& a, const LinkMs& b, LinkMs& between) {
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    between.up[k] = std::min(between.up[k], a.down[k] + b.up[k]);
    between.down[k] = std::min(between.down[k], b.down[k] + a.up[k]);
  }
}

}  // namespace dispatch135::road
