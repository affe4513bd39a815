#include "engine/pursuit/cordon.h"

#include <algorithm>

namespace dispatch135::pursuit {

std::optional<std::vector<Closing>> CordonFinder::find(const TargetReach& target, const SoonestArrivals& units,
                                                       const Question& question) {
  const road::Network& network = target.network();
  const auto reached = target.reached();
  const auto inside = reached.first(static_cast<std::size_t>(
      std::upper_bound(reached.begin(), reached.end(), question.ring_ms,
                       [&](std::int64_t ring, std::uint32_t junction) { return ring < target.at(junction); }) -
      reached.begin()));
  const auto beyond = static_cast<std::uint32_t>(inside.size());
  const std::uint32_t source = beyond + 1;
  node_.resize(network.junctions.size());
  for (std::uint32_t i = 0; i < inside.size(); ++i) node_[inside[i]] = i;
  const auto node_of = [&](std::uint32_t junction) {
    return target.at(junction) <= question.ring_ms ? node_[junction] : beyond;
  };

  cut_.clear(inside.size() + 2);
  arcs_.clear();
  const std::uint32_t start = target.start().edge.value();
  bool leads_out = false;
  const auto add = [&](std::uint32_t from, std::uint32_t to, const Closing& closing, std::int64_t capacity) {
    leads_out |= to == beyond;
    cut_.add_arc(from, to, capacity);
    arcs_.push_back(closing);
  };
  // Where it was seen it is not to be stopped any more.
  if (target.along_ms(start, false) != kNever) add(source, node_of(network.edges[start].to), {}, kFree);
  if (target.along_ms(start, true) != kNever) add(source, node_of(network.edges[start].from), {}, kFree);
  for (const std::uint32_t junction : inside) {
    for (const std::uint32_t e : target.edges_at(junction)) {
      const road::Edge& edge = network.edges[e];
      if (e == start || edge.from == edge.to) continue;
      const bool against = edge.to == junction;
      const std::int64_t target_ms = target.at_middle(e, against);
      if (target_ms == kNever) continue;
      const std::uint32_t to = node_of(against ? edge.from : edge.to);
      if (std::binary_search(question.closed_edges.begin(), question.closed_edges.end(), e)) {
        leads_out |= to == beyond;
        continue;
      }
      const std::int64_t unit_ms = units.at_middle(e);
      const bool in_time = unit_ms != kNever && unit_ms + question.margin_ms + question.age_ms <= target_ms;
      add(node_[junction], to, {e, target_ms, in_time}, in_time ? 1 : kOpenWay);
    }
  }
  if (!leads_out) return std::nullopt;
  if (!cut_.solve(source, beyond, kOpenWay * (kMostOpenWays + 1) - 1)) return std::nullopt;
  std::vector<Closing> closings;
  for (const std::uint32_t arc : cut_.arcs()) closings.push_back(arcs_[arc]);
  std::sort(closings.begin(), closings.end(), [](const Closing& a, const Closing& b) {
    return a.target_ms != b.target_ms ? a.target_ms < b.target_ms : a.edge < b.edge;
  });
  return closings;
}

}  // namespace dispatch135::pursuit
