// The times of a hierarchy's links, from the times of the arcs.
#pragma once

#include <algorithm>
#include <span>

#include "engine/road/network.h"

namespace dispatch135::road {

// Fills in the times of every link of network.hierarchy, for every kind of travel; network.hierarchy.ms is not read.
void customize(const Network& network, std::span<LinkMs> ms);

// The link between two nodes, one of them above the other. Only for nodes that are linked.
std::size_t link_between(const Hierarchy& hierarchy, std::uint32_t a, std::uint32_t b);

// Counts an arc between two nodes in the link between them, if it is the quickest way so far.
void take_arc(const Network& network, const Arc& arc, std::uint32_t from_node, std::uint32_t to_node, LinkMs& link);

// Counts the ways from the upper end of `a` over its lower end to the upper end of `b`, and back, in the link between
// the two upper ends; that of `a` is the lower of them.
inline void take_detour(const LinkMs& a, const LinkMs& b, LinkMs& between) {
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    between.up[k] = std::min(between.up[k], a.down[k] + b.up[k]);
    between.down[k] = std::min(between.down[k], b.down[k] + a.up[k]);
  }
}

}  // namespace dispatch135::road
