#include "engine/road/customize.h"

#include <algorithm>

#include "engine/base/check.h"

namespace dispatch135::road {

std::size_t link_between(const Hierarchy& hierarchy, std::uint32_t a, std::uint32_t b) {
  const auto [lower, upper] = std::minmax(a, b);
  const auto begin = hierarchy.link_up_to.begin() + hierarchy.nodes[lower].first_link;
  const auto end = hierarchy.link_up_to.begin() + hierarchy.nodes[lower + 1].first_link;
  const auto found = std::lower_bound(begin, end, upper);
  D135_CHECK(found != end && *found == upper, "the nodes are linked");
  return static_cast<std::size_t>(found - hierarchy.link_up_to.begin());
}

void take_arc(const Network& network, const Arc& arc, std::uint32_t from_node, std::uint32_t to_node, LinkMs& link) {
  PerKind<std::int32_t>& ms = from_node < to_node ? link.up : link.down;
  for (const TravelKind kind : kAllTravelKinds) {
    const std::uint32_t arc_ms = network.arc_ms(arc, kind);
    std::int32_t& best = ms[static_cast<std::size_t>(kind)];
    if (arc_ms != kNoEntry) best = std::min(best, static_cast<std::int32_t>(arc_ms));
  }
}

void customize(const Network& network, std::span<LinkMs> ms) {
  const Hierarchy& hierarchy = network.hierarchy;
  D135_CHECK(ms.size() == hierarchy.link_up_to.size(), "times for every link");
  std::fill(ms.begin(), ms.end(), LinkMs{});
  for (std::uint32_t approach = 0; approach < network.approaches(); ++approach) {
    const std::uint32_t from = hierarchy.node_of[approach];
    for (const Arc& arc : network.arcs_from(approach)) {
      const std::uint32_t to = hierarchy.node_of[arc.approach];
      if (from != to) take_arc(network, arc, from, to, ms[link_between(hierarchy, from, to)]);
    }
  }
  // Lower nodes first, so that the links of each are final when ways over it are tried.
  for (std::size_t over = 0; over < hierarchy.size(); ++over) {
    const std::size_t end = hierarchy.nodes[over + 1].first_link;
    for (std::size_t a = hierarchy.nodes[over].first_link; a < end; ++a) {
      const LinkMs over_a = ms[a];
      // Both lists rise, and what the node is linked with above `a` is linked with `a`.
      std::size_t between = hierarchy.nodes[hierarchy.link_up_to[a]].first_link;
      for (std::size_t b = a + 1; b < end; ++b, ++between) {
        while (hierarchy.link_up_to[between] != hierarchy.link_up_to[b]) ++between;
        take_detour(over_a, ms[b], ms[between]);
      }
    }
  }
}

}  // namespace dispatch135::road
