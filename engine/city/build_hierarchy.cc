#include "engine/city/build_hierarchy.h"

#include <algorithm>
#include <utility>

#include "engine/city/nested_dissection.h"
#include "engine/road/customize.h"

namespace dispatch135::city {
namespace {

using Lists = std::vector<std::vector<std::uint32_t>>;

// For each place of the order: the places after it that it is linked with, in rising order, once all before it are
// taken out and their neighbours linked with each other.
Lists contract(const std::vector<std::uint32_t>& place_of, std::span<const road::Edge> edges) {
  Lists above(place_of.size());
  for (const road::Edge& edge : edges) {
    const std::uint32_t a = place_of[edge.from];
    const std::uint32_t b = place_of[edge.to];
    if (a != b) above[std::min(a, b)].push_back(std::max(a, b));
  }
  for (std::vector<std::uint32_t>& list : above) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    // Linking the lowest with all others is enough: it will hand them on.
    if (list.size() > 1) above[list[0]].insert(above[list[0]].end(), list.begin() + 1, list.end());
  }
  return above;
}

// New numbers for the places, so that all below a node have the numbers right before it. Parents come after their
// children before and after.
std::vector<std::uint32_t> number_by_subtree(const Lists& above) {
  const auto n = static_cast<std::uint32_t>(above.size());
  std::vector<std::uint32_t> below(n, 1);  // How many, with itself.
  for (std::uint32_t p = 0; p < n; ++p) {
    if (!above[p].empty()) below[above[p][0]] += below[p];
  }
  std::vector<std::uint32_t> number(n);
  std::vector<std::uint32_t> free(n);  // By place: the highest number that its next child gets.
  std::uint32_t next_root = n;
  for (std::uint32_t p = n; p-- > 0;) {
    std::uint32_t& highest = above[p].empty() ? next_root : free[above[p][0]];
    number[p] = highest - 1;
    free[p] = highest - 1;
    highest -= below[p];
  }
  return number;
}

}  // namespace

road::Hierarchy BuiltHierarchy::hierarchy() const {
  road::Hierarchy h;
  h.node_of = node_of;
  h.nodes = nodes;
  h.link_up_to = link_up_to;
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) h.ms[kind] = ms[kind];
  return h;
}

BuiltHierarchy build_hierarchy(road::Network network) {
  const auto n = static_cast<std::uint32_t>(network.junctions.size());
  std::vector<geo::PlanePoint> plane;
  plane.reserve(n);
  for (const geo::Point& p : network.junctions) plane.push_back(network.projection.project(p));
  std::vector<std::pair<std::uint32_t, std::uint32_t>> streets;
  streets.reserve(network.edges.size());
  for (const road::Edge& edge : network.edges) streets.push_back({edge.from, edge.to});
  const std::vector<std::uint32_t> order = nested_dissection(plane, streets);

  std::vector<std::uint32_t> place_of(n);
  for (std::uint32_t place = 0; place < n; ++place) place_of[order[place]] = place;
  const Lists above = contract(place_of, network.edges);
  const std::vector<std::uint32_t> number = number_by_subtree(above);

  BuiltHierarchy built;
  built.node_of.resize(n);
  std::vector<std::uint32_t> place_at(n);  // By number.
  for (std::uint32_t junction = 0; junction < n; ++junction) built.node_of[junction] = number[place_of[junction]];
  for (std::uint32_t place = 0; place < n; ++place) place_at[number[place]] = place;
  built.nodes.resize(std::size_t{n} + 1);
  for (std::uint32_t node = 0; node < n; ++node) {
    built.nodes[node].first_link = static_cast<std::uint32_t>(built.link_up_to.size());
    for (const std::uint32_t place : above[place_at[node]]) built.link_up_to.push_back(number[place]);
    const auto links = built.link_up_to.begin() + built.nodes[node].first_link;
    std::sort(links, built.link_up_to.end());
    if (links != built.link_up_to.end()) built.nodes[node].parent = *links;
  }
  built.nodes[n].first_link = static_cast<std::uint32_t>(built.link_up_to.size());
  for (std::uint32_t node = 0; node < n; ++node) built.nodes[node].first_below = node;
  for (std::uint32_t node = 0; node < n; ++node) {
    const std::uint32_t parent = built.nodes[node].parent;
    if (parent == road::kNoNode) continue;
    built.nodes[parent].first_below = std::min(built.nodes[parent].first_below, built.nodes[node].first_below);
  }
  for (std::uint32_t node = n; node-- > 0;) {
    const std::uint32_t parent = built.nodes[node].parent;
    if (parent != road::kNoNode) built.nodes[node].depth = built.nodes[parent].depth + 1;
  }
  network.hierarchy = built.hierarchy();
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    built.ms[kind] = road::customize(network, static_cast<road::TravelKind>(kind));
  }
  return built;
}

}  // namespace dispatch135::city
