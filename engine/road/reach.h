// How soon anybody can be everywhere: all junctions in one go. What a set of posts or units covers follows from it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/time.h"
#include "engine/road/network.h"
#include "engine/road/ways.h"

namespace dispatch135::road {

// Somebody who stands at a place and sets out after a time of 0 to kLongestWayMs.
struct Start {
  RoadPoint place;
  DurationMs turnout;
};

// For one kind of travel. Keeps its memory; one per thread.
class Reach {
 public:
  Reach(const Network& network, TravelKind kind);
  // Works it out anew: up the hierarchy from the starts and down again to every approach, each link once.
  void from(std::span<const Start> starts);
  // The soonest arrival of any of the starts, turnout included, in milliseconds; kNoWayMs: none within kLongestWayMs.
  // kNoWayMs everywhere before from().
  std::int32_t at_junction(std::uint32_t junction) const;
  std::int32_t at(const RoadPoint& place) const;

 private:
  const Network* network_;
  TravelKind kind_;
  std::vector<std::int32_t> ms_;  // By node.
  std::vector<Start> starts_;     // By edge.
};

}  // namespace dispatch135::road
