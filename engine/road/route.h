// The way from one place on the roads to another.
#pragma once

#include <optional>
#include <vector>

#include "engine/road/live_roads.h"
#include "engine/road/network.h"
#include "engine/road/ways.h"

namespace dispatch135::road {

// A part of an edge, travelled from one offset to another (falling offsets: against the edge's direction). The time of
// turning into it is counted in.
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

// Finds routes. Keeps its working memory from call to call; one per thread.
class RouteFinder {
 public:
  // `roads` must outlive it.
  explicit RouteFinder(LiveRoads& roads);
  RouteFinder(const RouteFinder&) = delete;
  RouteFinder& operator=(const RouteFinder&) = delete;
  // The quickest way; nothing when there is none.
  std::optional<Route> find(const RoadPoint& from, const RoadPoint& to, TravelKind kind);
  // Its time alone, which is found without the way.
  std::optional<DurationMs> time(const RoadPoint& from, const RoadPoint& to, TravelKind kind);

 private:
  LiveRoads* roads_;
  std::vector<WaysTo> ways_;  // By kind of travel.
};

}  // namespace dispatch135::road
