#include <algorithm>
#include <limits>

#include "engine/base/check.h"
#include "engine/city/draft.h"

namespace dispatch135::city {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr auto kCar = static_cast<std::size_t>(road::TravelKind::kCar);

// For each junction, where a car can go from it.
struct CarNetwork {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> next;
};

CarNetwork car_network(const CityDraft& draft) {
  CarNetwork cars;
  cars.begin.assign(draft.junctions.size() + 1, 0);
  for (const DraftEdge& edge : draft.edges) {
    D135_CHECK(edge.from < draft.junctions.size() && edge.to < draft.junctions.size(), "an edge without its junction");
  }
  const auto each_arc = [&draft](auto visit) {
    for (const DraftEdge& edge : draft.edges) {
      if (edge.forward_mm_s[kCar] > 0) visit(edge.from, edge.to);
      if (edge.backward_mm_s[kCar] > 0) visit(edge.to, edge.from);
    }
  };
  each_arc([&cars](std::uint32_t from, std::uint32_t) { ++cars.begin[from + 1]; });
  for (std::size_t i = 1; i < cars.begin.size(); ++i) cars.begin[i] += cars.begin[i - 1];
  cars.next.resize(cars.begin.back());
  std::vector<std::uint32_t> fill(cars.begin.begin(), cars.begin.end() - 1);
  each_arc([&](std::uint32_t from, std::uint32_t to) { cars.next[fill[from]++] = to; });
  return cars;
}

// Strongly connected components: R. Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
class Tarjan {
 public:
  explicit Tarjan(const CarNetwork& cars)
      : component(cars.begin.size() - 1, kNone), cars_(cars), order_(component.size(), kNone), low_(component.size()) {
    for (std::uint32_t junction = 0; junction < component.size(); ++junction) {
      if (order_[junction] == kNone) explore(junction);
    }
  }

  std::vector<std::uint32_t> component;  // Of each junction.
  std::uint32_t components = 0;

 private:
  struct Visit {
    std::uint32_t junction;
    std::uint32_t arc;
  };

  void enter(std::uint32_t junction) {
    order_[junction] = low_[junction] = visited_++;
    open_.push_back(junction);
    path_.push_back({junction, cars_.begin[junction]});
  }

  void explore(std::uint32_t root) {
    enter(root);
    while (!path_.empty()) {
      Visit& visit = path_.back();
      const std::uint32_t junction = visit.junction;
      if (visit.arc < cars_.begin[junction + 1]) {
        const std::uint32_t next = cars_.next[visit.arc++];
        if (order_[next] == kNone) {
          enter(next);
        } else if (component[next] == kNone) {
          low_[junction] = std::min(low_[junction], order_[next]);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().junction] = std::min(low_[path_.back().junction], low_[junction]);
      if (low_[junction] == order_[junction]) close(junction);
    }
  }

  void close(std::uint32_t root) {
    while (true) {
      const std::uint32_t junction = open_.back();
      open_.pop_back();
      component[junction] = components;
      if (junction == root) break;
    }
    ++components;
  }

  const CarNetwork& cars_;
  std::vector<std::uint32_t> order_;  // When each junction was first visited.
  std::vector<std::uint32_t> low_;    // The earliest visited junction of its part that it is known to lead to.
  std::vector<std::uint32_t> open_;
  std::vector<Visit> path_;
  std::uint32_t visited_ = 0;
};

}  // namespace

KeptPart keep_largest_component(CityDraft& draft) {
  KeptPart kept;
  kept.junctions_before = static_cast<std::uint32_t>(draft.junctions.size());
  kept.edges_before = static_cast<std::uint32_t>(draft.edges.size());
  if (draft.junctions.empty()) return kept;

  const CarNetwork cars = car_network(draft);
  const Tarjan parts(cars);
  kept.components = parts.components;
  std::vector<std::uint32_t> sizes(parts.components, 0);
  for (const std::uint32_t component : parts.component) ++sizes[component];
  std::uint32_t largest = parts.component[0];
  for (const std::uint32_t component : parts.component) {
    if (sizes[component] > sizes[largest]) largest = component;
  }

  std::vector<std::uint32_t> new_index(draft.junctions.size(), kNone);
  std::vector<geo::Point> junctions;
  for (std::size_t i = 0; i < draft.junctions.size(); ++i) {
    if (parts.component[i] != largest) continue;
    new_index[i] = static_cast<std::uint32_t>(junctions.size());
    junctions.push_back(draft.junctions[i]);
  }
  draft.junctions = std::move(junctions);
  std::erase_if(draft.edges, [&new_index](const DraftEdge& edge) {
    return new_index[edge.from] == kNone || new_index[edge.to] == kNone;
  });
  for (DraftEdge& edge : draft.edges) {
    edge.from = new_index[edge.from];
    edge.to = new_index[edge.to];
  }
  kept.junctions = static_cast<std::uint32_t>(draft.junctions.size());
  kept.edges = static_cast<std::uint32_t>(draft.edges.size());
  return kept;
}

}  // namespace dispatch135::city
