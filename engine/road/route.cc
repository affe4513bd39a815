#include "engine/road/route.h"

#include <algorithm>

namespace dispatch135::road {
namespace {

// Puts the legs together from the start to the end. Along a quickest way what is left falls by exactly the time of each
// leg, so the way is found by looking at each junction for the street that agrees.
class RouteWalk {
 public:
  RouteWalk(const Network& network, const WaysTo& ways, TravelKind kind)
      : network_(network), ways_(ways), kind_(static_cast<std::size_t>(kind)) {}

  std::optional<Route> from(const RoadPoint& start) {
    const std::int32_t total_ms = ways_.from(start);
    if (total_ms == kNoWayMs) return std::nullopt;
    left_ms_ = total_ms;
    route_.time = {total_ms};
    if (start.edge != ways_.place().edge || !take(start.edge, start.offset_mm, ways_.place().offset_mm, 0)) {
      bool on_the_way = leave(start);
      while (on_the_way && !arrive()) on_the_way = next();
      // Only a file whose link times are not its edges' (City::check_link_times) leads astray.
      if (!on_the_way) return std::nullopt;
    }
    return std::move(route_);
  }

 private:
  // Adds the leg if the quickest way can begin with it, given what is left after it.
  bool take(EdgeIndex index, std::uint32_t from_mm, std::uint32_t to_mm, std::int32_t rest_ms) {
    const Edge& edge = network_.edges[index.value()];
    std::uint32_t ms = kNoEntry;
    if (from_mm <= to_mm && edge.forward_ms[kind_] != kNoEntry) {
      ms = Network::part_ms(edge.forward_ms[kind_], to_mm - from_mm, edge.length_mm);
    }
    if (from_mm >= to_mm && edge.backward_ms[kind_] != kNoEntry) {
      ms = std::min(ms, Network::part_ms(edge.backward_ms[kind_], from_mm - to_mm, edge.length_mm));
    }
    if (ms == kNoEntry || std::int64_t{ms} + rest_ms != left_ms_) return false;
    if (from_mm != to_mm) route_.legs.push_back({index, from_mm, to_mm, {ms}});
    left_ms_ = rest_ms;
    return true;
  }

  std::int32_t rest_from(std::uint32_t junction) const { return ways_.from_node(network_.hierarchy.node_of[junction]); }

  bool leave(const RoadPoint& start) {
    const Edge& edge = network_.edges[start.edge.value()];
    if (edge.forward_ms[kind_] != kNoEntry && take(start.edge, start.offset_mm, edge.length_mm, rest_from(edge.to))) {
      junction_ = edge.to;
      return true;
    }
    junction_ = edge.from;
    return edge.backward_ms[kind_] != kNoEntry && take(start.edge, start.offset_mm, 0, rest_from(edge.from));
  }

  // The last leg, if the place's edge is entered here.
  bool arrive() {
    const RoadPoint& place = ways_.place();
    const Edge& edge = network_.edges[place.edge.value()];
    return (junction_ == edge.from && take(place.edge, 0, place.offset_mm, 0)) ||
           (junction_ == edge.to && take(place.edge, edge.length_mm, place.offset_mm, 0));
  }

  bool next() {
    const std::uint32_t begin = network_.out_begin[junction_];
    for (const Arc& arc : network_.out_arcs.subspan(begin, network_.out_begin[junction_ + 1] - begin)) {
      if (arc.ms[kind_] == kNoEntry || std::int64_t{arc.ms[kind_]} > left_ms_) continue;
      const std::uint32_t length_mm = network_.edges[arc.edge_and_direction >> 1].length_mm;
      const bool against = (arc.edge_and_direction & 1) != 0;
      if (!take(EdgeIndex(arc.edge_and_direction >> 1), against ? length_mm : 0, against ? 0 : length_mm,
                rest_from(arc.junction))) {
        continue;
      }
      junction_ = arc.junction;
      return true;
    }
    return false;
  }

  const Network& network_;
  const WaysTo& ways_;
  const std::size_t kind_;
  Route route_;
  std::int64_t left_ms_ = 0;
  std::uint32_t junction_ = 0;
};

}  // namespace

RouteFinder::RouteFinder(const Network& network)
    : network_(&network),
      labels_(network),
      ways_{WaysTo(network, labels_, TravelKind::kCar), WaysTo(network, labels_, TravelKind::kMotorcycle),
            WaysTo(network, labels_, TravelKind::kFoot), WaysTo(network, labels_, TravelKind::kCarWithSiren),
            WaysTo(network, labels_, TravelKind::kBicycle)} {}

std::optional<Route> RouteFinder::find(const RoadPoint& from, const RoadPoint& to, TravelKind kind) {
  WaysTo& ways = ways_[static_cast<std::size_t>(kind)];
  ways.aim(to);
  return RouteWalk(*network_, ways, kind).from(from);
}

}  // namespace dispatch135::road
