// The junctions in an order that makes every way short: up to a few important junctions and down again. A customizable
// contraction hierarchy (Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", JEA 21, 2016): the order
// and the links depend on how streets meet, the times of the links on how long streets take.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dispatch135::road {

// A time that says: no way. Three of them and a day still fit into 31 bits.
inline constexpr std::int32_t kNoWayMs = 500'000'000;

inline constexpr std::uint32_t kNoNode = 0xffffffffU;

// A junction in its place in the order. Nodes form trees: what lies below a node is reached from elsewhere only through
// it and the nodes above it.
struct HierarchyNode {
  std::uint32_t parent = kNoNode;  // The lowest node that it is linked with upwards; kNoNode at a root.
  std::uint32_t first_below = 0;   // The nodes below it, with itself, are first_below..its own number.
  std::uint32_t depth = 0;         // How many nodes are above it in its tree.
  std::uint32_t first_link = 0;    // Its links upwards: from here to the next node's first.
};
static_assert(sizeof(HierarchyNode) == 16);

// From a node to one above it and back, by the quickest way over nodes below both; kNoWayMs: none.
struct LinkMs {
  std::int32_t up = kNoWayMs;
  std::int32_t down = kNoWayMs;
  constexpr bool operator==(const LinkMs&) const = default;
};
static_assert(sizeof(LinkMs) == 8);

// Arrays that live in the city file.
struct Hierarchy {
  std::span<const std::uint32_t> node_of;     // By junction.
  std::span<const HierarchyNode> nodes;       // One more than there are junctions; the last only ends the links.
  std::span<const std::uint32_t> link_up_to;  // The upper node of each link; rising for each lower node.
  std::array<std::span<const LinkMs>, 5> ms;  // By kind of travel (road::TravelKind), then by link.

  std::size_t size() const { return node_of.size(); }
};

}  // namespace dispatch135::road
