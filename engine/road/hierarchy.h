// The approaches of junctions in an order that makes every way short: up to a few important junctions and down again. A
// customizable contraction hierarchy (Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", JEA 21, 2016):
// the order and the links depend on how streets meet, the times of the links on how long streets take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/road/travel_kind.h"

namespace dispatch135::road {

// A time that says: no way. Four of them still fit into 31 bits.
inline constexpr std::int32_t kNoWayMs = 500'000'000;

inline constexpr std::uint32_t kNoNode = 0xffffffffU;

// An approach in its place in the order. Nodes form trees: what lies below a node is reached from elsewhere only
// through it and the nodes above it.
struct HierarchyNode {
  std::uint32_t parent = kNoNode;  // The lowest node that it is linked with upwards; kNoNode at a root.
  std::uint32_t first_below = 0;   // The nodes below it, with itself, are first_below..its own number.
  std::uint32_t depth = 0;         // How many nodes are above it in its tree.
  std::uint32_t first_link = 0;    // Its links upwards: from here to the next node's first.
};
static_assert(sizeof(HierarchyNode) == 16);

// From a node to one above it and back, by the quickest way over nodes below both; kNoWayMs: none. Ways longer than
// kLongestWayMs are kept here and passed over where answers are given.
struct LinkMs {
  PerKind<std::int32_t> up = kNoWays;
  PerKind<std::int32_t> down = kNoWays;
  static constexpr PerKind<std::int32_t> kNoWays = {kNoWayMs, kNoWayMs, kNoWayMs, kNoWayMs, kNoWayMs};
  constexpr bool operator==(const LinkMs&) const = default;
};
static_assert(sizeof(LinkMs) == 40);

// Arrays that live in the city file.
struct Hierarchy {
  std::span<const std::uint32_t> node_of;  // By approach. All approaches of the two ends of an edge are on one chain.
  std::span<const HierarchyNode> nodes;    // One more than there are approaches; the last only ends the links.
  std::span<const std::uint32_t> link_up_to;  // The upper node of each link; rising for each lower node.
  std::span<const LinkMs> ms;                 // By link.

  std::size_t size() const { return node_of.size(); }
};

}  // namespace dispatch135::road
