#include "engine/road/customize.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/road/shorter.h"

namespace dispatch135::road {
namespace {

std::size_t link_between(const Hierarchy& hierarchy, std::uint32_t lower, std::uint32_t upper) {
  const auto begin = hierarchy.link_up_to.begin() + hierarchy.nodes[lower].first_link;
  const auto end = hierarchy.link_up_to.begin() + hierarchy.nodes[lower + 1].first_link;
  const auto found = std::lower_bound(begin, end, upper);
  D135_CHECK(found != end && *found == upper, "every edge has its link");
  return static_cast<std::size_t>(found - hierarchy.link_up_to.begin());
}

void take_edges(const Network& network, std::size_t kind, std::vector<LinkMs>& ms) {
  for (const Edge& edge : network.edges) {
    if (edge.from == edge.to) continue;
    const std::uint32_t from = network.hierarchy.node_of[edge.from];
    const std::uint32_t to = network.hierarchy.node_of[edge.to];
    LinkMs& link = ms[link_between(network.hierarchy, std::min(from, to), std::max(from, to))];
    make_shorter(from < to ? link.up : link.down, edge.forward_ms[kind]);
    make_shorter(from < to ? link.down : link.up, edge.backward_ms[kind]);
  }
}

}  // namespace

std::vector<LinkMs> customize(const Network& network, TravelKind kind) {
  const Hierarchy& hierarchy = network.hierarchy;
  std::vector<LinkMs> ms(hierarchy.link_up_to.size());
  take_edges(network, static_cast<std::size_t>(kind), ms);
  // Lower nodes first, so that the links of each are final when ways over it are tried.
  for (std::size_t over = 0; over < hierarchy.size(); ++over) {
    const std::size_t end = hierarchy.nodes[over + 1].first_link;
    for (std::size_t a = hierarchy.nodes[over].first_link; a < end; ++a) {
      // Both lists rise, and what the node is linked with above `a` is linked with `a`.
      std::size_t between = hierarchy.nodes[hierarchy.link_up_to[a]].first_link;
      for (std::size_t b = a + 1; b < end; ++b, ++between) {
        while (hierarchy.link_up_to[between] != hierarchy.link_up_to[b]) ++between;
        make_shorter(ms[between].up, std::int64_t{ms[a].down} + ms[b].up);
        make_shorter(ms[between].down, std::int64_t{ms[b].down} + ms[a].up);
      }
    }
  }
  return ms;
}

}  // namespace dispatch135::road
