// The way from one place on the roads to another.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/road/labels.h"
#include "engine/road/network.h"
#include "engine/road/ways.h"

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

// Finds routes on one network. Keeps its working memory from call to call; one per thread.
class RouteFinder {
 public:
  explicit RouteFinder(const Network& network);
  RouteFinder(const RouteFinder&) = delete;
  RouteFinder& operator=(const RouteFinder&) = delete;
  // The quickest way; nothing when there is none.
  std::optional<Route> find(const RoadPoint& from, const RoadPoint& to, TravelKind kind);

 private:
  const Network* network_;
  Labels labels_;
  std::array<WaysTo, kTravelKinds> ways_;
};

}  // namespace dispatch135::road
