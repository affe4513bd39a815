#include "engine/road/route.h"

#include <algorithm>
#include <utility>

namespace dispatch135::road {
namespace {

// Puts the legs together from the start to the end. Along a quickest way what is left falls by exactly the time of each
// leg, so the way is found by looking at each approach for the arc that agrees.
class RouteWalk {
 public:
  RouteWalk(const Network& network, WaysTo& ways, TravelKind kind) : network_(network), ways_(ways), kind_(kind) {}

  std::optional<Route> from(const RoadPoint& start) {
    const std::int32_t total_ms = ways_.from(start);
    if (total_ms == kNoWayMs) return std::nullopt;
    left_ms_ = total_ms;
    route_.time = {total_ms};
    if (!stay(start)) {
      bool on_the_way = leave(start);
      while (on_the_way && !arrive()) on_the_way = next();
      // Only a file whose link times are not its edges' (City::check_link_times) leads astray.
      if (!on_the_way) return std::nullopt;
    }
    return std::move(route_);
  }

 private:
  // Adds the leg if the quickest way can begin with it, given what is left after it.
  bool take(std::uint32_t edge, bool against, std::uint32_t from_mm, std::uint32_t to_mm, std::uint32_t turn_ms,
            std::int32_t rest_ms) {
    const std::uint32_t edge_ms = network_.edge_ms[edge].of(against)[static_cast<std::size_t>(kind_)];
    if (edge_ms == kNoEntry || turn_ms == kNoEntry || (against ? from_mm < to_mm : from_mm > to_mm)) return false;
    const std::uint32_t part_mm = against ? from_mm - to_mm : to_mm - from_mm;
    const std::int64_t ms = std::int64_t{turn_ms} + Network::part_ms(edge_ms, part_mm, network_.edges[edge].length_mm);
    if (ms + rest_ms != left_ms_) return false;
    if (ms > 0 || part_mm > 0) route_.legs.push_back({EdgeIndex(edge), from_mm, to_mm, {ms}});
    left_ms_ = rest_ms;
    return true;
  }

  bool stay(const RoadPoint& start) {
    const RoadPoint& place = ways_.place();
    if (start.edge != place.edge) return false;
    return take(start.edge.value(), false, start.offset_mm, place.offset_mm, 0, 0) ||
           take(start.edge.value(), true, start.offset_mm, place.offset_mm, 0, 0);
  }

  bool leave(const RoadPoint& start) {
    const Edge& edge = network_.edges[start.edge.value()];
    for (const bool against : {false, true}) {
      approach_ = against ? edge.approach_of_from : edge.approach_of_to;
      if (take(start.edge.value(), against, start.offset_mm, against ? 0 : edge.length_mm, 0,
               ways_.from_approach(approach_))) {
        return true;
      }
    }
    return false;
  }

  // The last leg, if the place's edge is entered from here.
  bool arrive() {
    const RoadPoint& place = ways_.place();
    for (const Arc& arc : network_.arcs_from(approach_)) {
      if (arc.edge() == place.edge.value() &&
          take(arc.edge(), arc.against(), begin_mm(arc), place.offset_mm, turn_ms(arc), 0)) {
        return true;
      }
    }
    return false;
  }

  bool next() {
    for (const Arc& arc : network_.arcs_from(approach_)) {
      const std::uint32_t ms = network_.arc_ms(arc, kind_);
      if (ms == kNoEntry || std::int64_t{ms} > left_ms_) continue;
      const std::uint32_t end_mm = arc.against() ? 0 : network_.edges[arc.edge()].length_mm;
      if (!take(arc.edge(), arc.against(), begin_mm(arc), end_mm, turn_ms(arc), ways_.from_approach(arc.approach))) {
        continue;
      }
      approach_ = arc.approach;
      return true;
    }
    return false;
  }

  std::uint32_t begin_mm(const Arc& arc) const { return arc.against() ? network_.edges[arc.edge()].length_mm : 0; }
  std::uint32_t turn_ms(const Arc& arc) const { return network_.turn_ms[arc.turn][static_cast<std::size_t>(kind_)]; }

  const Network& network_;
  WaysTo& ways_;
  const TravelKind kind_;
  Route route_;
  std::int64_t left_ms_ = 0;
  std::uint32_t approach_ = 0;
};

}  // namespace

RouteFinder::RouteFinder(LiveRoads& roads) : roads_(&roads) {
  for (const TravelKind kind : kAllTravelKinds) ways_.emplace_back(roads, kind);
}

std::optional<Route> RouteFinder::find(const RoadPoint& from, const RoadPoint& to, TravelKind kind) {
  WaysTo& ways = ways_[static_cast<std::size_t>(kind)];
  ways.aim(to);
  return RouteWalk(roads_->network(), ways, kind).from(from);
}

std::optional<DurationMs> RouteFinder::time(const RoadPoint& from, const RoadPoint& to, TravelKind kind) {
  WaysTo& ways = ways_[static_cast<std::size_t>(kind)];
  ways.aim(to);
  const std::int32_t ms = ways.from(from);
  if (ms == kNoWayMs) return std::nullopt;
  return DurationMs{ms};
}

}  // namespace dispatch135::road
