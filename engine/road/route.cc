#include "engine/road/route.h"

#include <algorithm>
#include <limits>

#include "engine/road/time_heap.h"

namespace dispatch135::road {
namespace {

constexpr std::uint32_t kNotReached = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kFromStart = std::numeric_limits<std::uint32_t>::max();

// Time from one offset to another on the same edge; kNoEntry when that direction is not permitted.
std::uint32_t along_ms(const Edge& edge, std::size_t kind, std::uint32_t from_mm, std::uint32_t to_mm) {
  const std::uint32_t edge_ms = from_mm <= to_mm ? edge.forward_ms[kind] : edge.backward_ms[kind];
  if (from_mm == to_mm) return edge.forward_ms[kind] == kNoEntry && edge.backward_ms[kind] == kNoEntry ? kNoEntry : 0;
  if (edge_ms == kNoEntry) return kNoEntry;
  return Network::part_ms(edge_ms, from_mm < to_mm ? to_mm - from_mm : from_mm - to_mm, edge.length_mm);
}

// Dijkstra from the start over the junctions, until the target is certain.
class RouteSearch {
 public:
  RouteSearch(const Network& network, std::size_t kind, const RoadPoint& from, const RoadPoint& to)
      : network_(network),
        kind_(kind),
        from_(from),
        to_(to),
        times_(network.junctions.size(), kNotReached),
        arrivals_(network.junctions.size(), kFromStart) {}

  std::optional<Route> run() {
    const Edge& first = network_.edges[from_.edge.value()];
    const Edge& last = network_.edges[to_.edge.value()];
    if (from_.edge == to_.edge) offer(along_ms(first, kind_, from_.offset_mm, to_.offset_mm), kStraight);
    const std::uint32_t backward = first.backward_ms[kind_];
    const std::uint32_t forward = first.forward_ms[kind_];
    if (backward != kNoEntry)
      reach(first.from, Network::part_ms(backward, from_.offset_mm, first.length_mm), kFromStart);
    if (forward != kNoEntry) {
      reach(first.to, Network::part_ms(forward, first.length_mm - from_.offset_mm, first.length_mm), kFromStart);
    }
    while (!frontier_.empty()) {
      const TimeHeap::Entry next = frontier_.pop();
      if (next.ms >= best_) break;
      if (times_[next.node] != next.ms) continue;
      if (next.node == last.from && last.forward_ms[kind_] != kNoEntry) {
        offer(std::uint64_t{next.ms} + Network::part_ms(last.forward_ms[kind_], to_.offset_mm, last.length_mm),
              kForward);
      }
      if (next.node == last.to && last.backward_ms[kind_] != kNoEntry) {
        const std::uint32_t part_mm = last.length_mm - to_.offset_mm;
        offer(std::uint64_t{next.ms} + Network::part_ms(last.backward_ms[kind_], part_mm, last.length_mm), kBackward);
      }
      const std::uint32_t begin = network_.out_begin[next.node];
      const std::uint32_t end = network_.out_begin[next.node + 1];
      for (std::uint32_t arc = begin; arc < end; ++arc) {
        const std::uint32_t arc_ms = network_.out_arcs[arc].ms[kind_];
        if (arc_ms != kNoEntry) reach(network_.out_arcs[arc].junction, std::uint64_t{next.ms} + arc_ms, arc);
      }
    }
    if (best_ > kLongestWayMs) return std::nullopt;
    return legs();
  }

 private:
  // How the target is come to on its edge.
  enum Ending { kStraight, kForward, kBackward };

  void offer(std::uint64_t ms, Ending ending) {
    if (ms >= best_) return;
    best_ = ms;
    ending_ = ending;
  }

  void reach(std::uint32_t junction, std::uint64_t ms, std::uint32_t arc) {
    if (ms > kLongestWayMs || ms >= times_[junction]) return;
    times_[junction] = static_cast<std::uint32_t>(ms);
    arrivals_[junction] = arc;
    frontier_.push(times_[junction], junction);
  }

  void add_leg(Route& route, EdgeIndex edge, std::uint32_t from_mm, std::uint32_t to_mm) const {
    if (from_mm == to_mm) return;
    const std::uint32_t ms = along_ms(network_.edges[edge.value()], kind_, from_mm, to_mm);
    route.legs.push_back({edge, from_mm, to_mm, {ms}});
  }

  // From the target back to the start, then turned round.
  Route legs() const {
    Route route;
    route.time = {static_cast<std::int64_t>(best_)};
    if (ending_ == kStraight) {
      add_leg(route, from_.edge, from_.offset_mm, to_.offset_mm);
      return route;
    }
    const Edge& last = network_.edges[to_.edge.value()];
    add_leg(route, to_.edge, ending_ == kForward ? 0 : last.length_mm, to_.offset_mm);
    std::uint32_t junction = ending_ == kForward ? last.from : last.to;
    while (arrivals_[junction] != kFromStart) {
      const std::uint32_t taken = network_.out_arcs[arrivals_[junction]].edge_and_direction;
      const Edge& edge = network_.edges[taken >> 1];
      const bool against = (taken & 1) != 0;
      add_leg(route, EdgeIndex(taken >> 1), against ? edge.length_mm : 0, against ? 0 : edge.length_mm);
      junction = against ? edge.to : edge.from;
    }
    add_leg(route, from_.edge, from_.offset_mm, first_leg_end(junction));
    std::reverse(route.legs.begin(), route.legs.end());
    return route;
  }

  // Both ends of the first edge may be the same junction: then it was left by the quicker one.
  std::uint32_t first_leg_end(std::uint32_t junction) const {
    const Edge& first = network_.edges[from_.edge.value()];
    const bool by_from = first.from == junction && along_ms(first, kind_, from_.offset_mm, 0) == times_[junction] &&
                         (first.backward_ms[kind_] != kNoEntry);
    return by_from ? 0 : first.length_mm;
  }

  const Network& network_;
  const std::size_t kind_;
  const RoadPoint from_;
  const RoadPoint to_;
  std::vector<std::uint32_t> times_;     // Of each junction, from the start.
  std::vector<std::uint32_t> arrivals_;  // The arc out of its predecessor by which each junction was reached.
  TimeHeap frontier_;
  std::uint64_t best_ = std::uint64_t{kLongestWayMs} + 1;
  Ending ending_ = kStraight;
};

}  // namespace

std::optional<Route> find_route(const Network& network, const RoadPoint& from, const RoadPoint& to, TravelKind kind) {
  return RouteSearch(network, static_cast<std::size_t>(kind), from, to).run();
}

}  // namespace dispatch135::road
