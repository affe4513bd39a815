// Whether a city file is good, what it holds, and how much of its roads can be reached.
#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <iomanip>
#include <iostream>
#include <utility>
#include <vector>

#include "services/citybuild/commands.h"
#include "services/citybuild/kind_words.h"
#include "services/citybuild/open_city.h"
#include "services/citybuild/summary.h"

namespace dispatch135::citybuild {
namespace {

// The directions of pieces of street that a kind may use. From any of the joined ones it gets to any other of them, by
// turns that it may take; of such parts this is the one with the most.
struct Directions {
  std::size_t all = 0;
  std::size_t joined = 0;
  std::uint64_t all_mm = 0;
};

Directions directions_of(const road::Network& roads, road::TravelKind kind) {
  // Straight from the out-arcs: approaches in order, and for each the approaches that follow.
  using Graph = boost::compressed_sparse_row_graph<boost::directedS>;
  std::vector<std::pair<std::size_t, std::size_t>> steps;
  for (std::uint32_t approach = 0; approach < roads.approaches(); ++approach) {
    for (const road::Arc& arc : roads.arcs_from(approach)) {
      if (roads.arc_ms(arc, kind) != road::kNoEntry) {
        steps.emplace_back(approach, arc.approach);
      }
    }
  }
  const Graph graph(boost::edges_are_sorted, steps.begin(), steps.end(), roads.approaches());
  std::vector<std::size_t> part(roads.approaches());
  const std::size_t parts = boost::strong_components(
      graph, boost::make_iterator_property_map(part.begin(), boost::get(boost::vertex_index, graph)));

  // One direction can be entered in several ways, and so be in several parts.
  std::vector<std::pair<std::size_t, std::uint32_t>> of_parts;
  for (std::uint32_t approach = 0; approach < roads.approaches(); ++approach) {
    for (const road::Arc& arc : roads.arcs_from(approach)) {
      if (part[approach] == part[arc.approach] && roads.arc_ms(arc, kind) != road::kNoEntry) {
        of_parts.emplace_back(part[approach], arc.edge_and_direction);
      }
    }
  }
  std::sort(of_parts.begin(), of_parts.end());
  of_parts.erase(std::unique(of_parts.begin(), of_parts.end()), of_parts.end());
  std::vector<std::size_t> size(parts, 0);
  for (const auto& [of, direction] : of_parts) {
    ++size[of];
  }
  Directions directions;
  directions.joined = *std::max_element(size.begin(), size.end());
  for (std::size_t edge = 0; edge < roads.edges.size(); ++edge) {
    for (const bool against : {false, true}) {
      if (roads.edge_ms[edge].of(against)[static_cast<std::size_t>(kind)] != road::kNoEntry) {
        ++directions.all;
        directions.all_mm += roads.edges[edge].length_mm;
      }
    }
  }
  return directions;
}

void print_reachable(const road::Network& roads) {
  std::cout << std::left << std::setw(16) << "by" << std::right << std::setw(12) << "directions" << std::setw(10)
            << "km" << std::setw(22) << "reach each other\n"
            << std::fixed << std::setprecision(2);
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    const Directions directions = directions_of(roads, kind);
    std::cout << std::left << std::setw(16) << kind_word(kind) << std::right << std::setw(12) << directions.all
              << std::setw(10) << directions.all_mm / 1'000'000;
    if (directions.all > 0) {
      std::cout << std::setw(19) << 100.0 * static_cast<double>(directions.joined) / static_cast<double>(directions.all)
                << " %";
    }
    std::cout << '\n';
  }
}

}  // namespace

std::optional<Error> run_check(const CheckOptions& options) {
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  if (const auto problem = open.value().city.check_link_times()) {
    return Error{options.file + ": " + problem->message};
  }
  print_summary(open.value().city, std::cout);
  print_reachable(open.value().city.roads());
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
