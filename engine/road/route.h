// The way from one place on the roads to another.
#pragma once

#include <optional>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::road {

// A part of an edge, travelled from one offset to another (falling offsets: against the edge's direction).
struct RouteLeg {
  EdgeIndex edge;
  std::uint32_t from_mm = 0;
  std::uint32_t to_mm = 0;
  DurationMs time;
};

struct Route {
  std::vector<RouteLeg> legs;  // In order of travel; empty when start and end are the same place.
  DurationMs time;             // Sum of the legs; equals what NearestSearch gives for the same two places.
};

// The quickest way; nothing when there is none.
std::optional<Route> find_route(const Network& network, const RoadPoint& from, const RoadPoint& to, TravelKind kind);

}  // namespace dispatch135::road
