// The hierarchy part of a city file, made from the order of nested_dissection().
#pragma once

#include <cstdint>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::city {

struct BuiltHierarchy {
  std::vector<std::uint32_t> node_of;
  std::vector<road::HierarchyNode> nodes;
  std::vector<std::uint32_t> link_up_to;
  std::vector<road::LinkMs> ms;  // Empty: more links than format::kMostLinksWithTimes.

  // Valid as long as this stays unchanged.
  road::Hierarchy hierarchy() const;
};

// For a network that has no hierarchy yet.
BuiltHierarchy build_hierarchy(road::Network network);

}  // namespace dispatch135::city
