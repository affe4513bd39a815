#include <algorithm>
#include <functional>
#include <vector>

#include "engine/city/validate.h"
#include "engine/road/customize.h"

namespace dispatch135::city::format {
namespace {

using Problem = std::optional<std::string>;

std::span<const std::uint32_t> links_of(const road::Hierarchy& h, std::size_t node) {
  return h.link_up_to.subspan(h.nodes[node].first_link, h.nodes[node + 1].first_link - h.nodes[node].first_link);
}

Problem check_node_of(const road::Hierarchy& h, std::size_t approaches) {
  if (h.node_of.size() != approaches) return "not every approach has a hierarchy node";
  std::vector<bool> taken(approaches, false);
  for (std::size_t i = 0; i < approaches; ++i) {
    if (h.node_of[i] >= approaches || taken[h.node_of[i]]) return nth("approach", i) + " has a wrong hierarchy node";
    taken[h.node_of[i]] = true;
  }
  return std::nullopt;
}

// Links lead up, and whatever a node is linked with, its parent is linked with or is.
Problem check_links(const road::Hierarchy& h) {
  const std::size_t n = h.size();
  if (h.nodes.size() != n + 1 || h.nodes[0].first_link != 0 || h.nodes[n].first_link != h.link_up_to.size()) {
    return "the hierarchy's links are out of order";
  }
  for (std::size_t node = 0; node < n; ++node) {
    if (h.nodes[node].first_link > h.nodes[node + 1].first_link) return "the hierarchy's links are out of order";
  }
  for (std::size_t node = 0; node < n; ++node) {
    const auto links = links_of(h, node);
    const std::uint32_t parent = links.empty() ? road::kNoNode : links.front();
    if (h.nodes[node].parent != parent) return nth("hierarchy node", node) + " has a wrong parent";
    if (links.empty()) continue;
    const bool rising = std::adjacent_find(links.begin(), links.end(), std::greater_equal<>()) == links.end();
    if (!rising || links.front() <= node || links.back() >= n) return nth("hierarchy node", node) + " has wrong links";
    const auto above = links_of(h, parent);
    if (!std::includes(above.begin(), above.end(), links.begin() + 1, links.end())) {
      return nth("hierarchy node", node) + " has links that its parent has not";
    }
  }
  return std::nullopt;
}

// The nodes below each one have the numbers right before it; depths count from the roots.
Problem check_trees(const road::Hierarchy& h) {
  const std::size_t n = h.size();
  std::vector<std::uint32_t> below(n, 1);
  for (std::size_t node = 0; node < n; ++node) {
    if (std::size_t{h.nodes[node].first_below} + below[node] != node + 1) {
      return nth("hierarchy node", node) + " has not all nodes below it right before it";
    }
    const std::uint32_t parent = h.nodes[node].parent;
    if (parent == road::kNoNode) continue;
    below[parent] += below[node];
    if (h.nodes[parent].first_below > h.nodes[node].first_below) {
      return nth("hierarchy node", node) + " is not among those below its parent";
    }
  }
  for (std::size_t node = n; node-- > 0;) {
    const std::uint32_t parent = h.nodes[node].parent;
    if (h.nodes[node].depth != (parent == road::kNoNode ? 0 : h.nodes[parent].depth + 1)) {
      return nth("hierarchy node", node) + " has a wrong depth";
    }
  }
  return std::nullopt;
}

// The nodes of all approaches of the two ends of an edge are on one chain, and every arc has its link.
Problem check_ends(const road::Network& roads) {
  const road::Hierarchy& h = roads.hierarchy;
  std::vector<std::uint32_t> nodes;
  for (std::size_t i = 0; i < roads.edges.size(); ++i) {
    nodes.clear();
    for (const std::uint32_t junction : {roads.edges[i].from, roads.edges[i].to}) {
      for (std::uint32_t a = roads.approach_begin[junction]; a < roads.approach_begin[junction + 1]; ++a) {
        nodes.push_back(h.node_of[a]);
      }
    }
    std::sort(nodes.begin(), nodes.end());
    for (std::size_t n = 1; n < nodes.size(); ++n) {
      if (h.nodes[nodes[n]].first_below > nodes[n - 1])
        return nth("edge", i) + " has ends on two chains of the hierarchy";
    }
  }
  for (std::uint32_t a = 0; a < roads.approaches(); ++a) {
    for (const road::Arc& arc : roads.arcs_from(a)) {
      const auto [lower, upper] = std::minmax(h.node_of[a], h.node_of[arc.approach]);
      if (lower == upper) continue;
      const auto links = links_of(h, lower);
      if (!std::binary_search(links.begin(), links.end(), upper)) {
        return nth("approach", a) + " has an arc without a link in the hierarchy";
      }
    }
  }
  return std::nullopt;
}

Problem check_times(const road::Hierarchy& h) {
  if (!h.ms.empty() && h.ms.size() != h.link_up_to.size()) return "not every link of the hierarchy has its times";
  for (std::size_t i = 0; i < h.ms.size(); ++i) {
    for (const auto& ways : {h.ms[i].up, h.ms[i].down}) {
      for (const std::int32_t ms : ways) {
        if (ms < 1 || ms > road::kNoWayMs) return nth("link", i) + " has a time out of range";
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Problem check_hierarchy(const View& view) {
  const road::Hierarchy& h = view.roads.hierarchy;
  if (Problem problem = check_node_of(h, view.roads.approaches())) return problem;
  if (Problem problem = check_links(h)) return problem;
  if (Problem problem = check_trees(h)) return problem;
  if (Problem problem = check_ends(view.roads)) return problem;
  return check_times(h);
}

Problem check_link_times(const View& view) {
  const road::Hierarchy& h = view.roads.hierarchy;
  std::vector<road::LinkMs> right(h.ms.size());
  road::customize(view.roads, road::links_of_arcs(view.roads), right);
  const auto wrong = std::mismatch(h.ms.begin(), h.ms.end(), right.begin()).first;
  if (wrong == h.ms.end()) return std::nullopt;
  return nth("link", static_cast<std::size_t>(wrong - h.ms.begin())) + " has times that are not its edges'";
}

}  // namespace dispatch135::city::format
