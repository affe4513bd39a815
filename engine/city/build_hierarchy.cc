#include "engine/city/build_hierarchy.h"

#include <algorithm>
#include <utility>

#include "engine/city/format.h"
#include "engine/city/nested_dissection.h"
#include "engine/road/customize.h"

namespace dispatch135::city {
namespace {

using Lists = std::vector<std::vector<std::uint32_t>>;

// The approaches in the order of their junctions; those of one junction one after the other.
std::vector<std::uint32_t> places_of_approaches(const road::Network& network) {
  std::vector<geo::PlanePoint> plane;
  plane.reserve(network.junctions.size());
  for (const geo::Point& p : network.junctions) plane.push_back(network.projection.project(p));
  std::vector<std::pair<std::uint32_t, std::uint32_t>> streets;
  streets.reserve(network.edges.size());
  for (const road::Edge& edge : network.edges) streets.push_back({edge.from, edge.to});
  std::vector<std::uint32_t> place_of(network.approaches());
  std::uint32_t place = 0;
  for (const std::uint32_t junction : nested_dissection(plane, streets)) {
    for (std::uint32_t a = network.approach_begin[junction]; a < network.approach_begin[junction + 1]; ++a) {
      place_of[a] = place++;
    }
  }
  return place_of;
}

// For each place of the order: the places after it that it is linked with, in rising order, once all before it are
// taken out and their neighbours linked with each other. All approaches of the two ends of an edge are linked, also
// where no arc leads from one to the other: so they are on one chain.
Lists contract(const std::vector<std::uint32_t>& place_of, const road::Network& network) {
  Lists above(place_of.size());
  std::vector<std::uint32_t> ends;
  for (const road::Edge& edge : network.edges) {
    ends.clear();
    for (const std::uint32_t junction : {edge.from, edge.to}) {
      for (std::uint32_t a = network.approach_begin[junction]; a < network.approach_begin[junction + 1]; ++a) {
        ends.push_back(place_of[a]);
      }
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    // Linking the lowest with all others is enough: it will hand them on.
    above[ends[0]].insert(above[ends[0]].end(), ends.begin() + 1, ends.end());
  }
  for (std::vector<std::uint32_t>& list : above) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
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
  h.ms = ms;
  return h;
}

BuiltHierarchy build_hierarchy(road::Network network) {
  const std::vector<std::uint32_t> place_of = places_of_approaches(network);
  const auto n = static_cast<std::uint32_t>(place_of.size());
  const Lists above = contract(place_of, network);
  const std::vector<std::uint32_t> number = number_by_subtree(above);

  BuiltHierarchy built;
  built.node_of.resize(n);
  std::vector<std::uint32_t> place_at(n);  // By number.
  for (std::uint32_t approach = 0; approach < n; ++approach) built.node_of[approach] = number[place_of[approach]];
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
  if (built.link_up_to.size() > format::kMostLinksWithTimes) return built;
  built.ms.resize(built.link_up_to.size());
  road::customize(network, road::links_of_arcs(network), built.ms);
  return built;
}

}  // namespace dispatch135::city
