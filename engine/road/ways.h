// The time of the quickest way between two places on the roads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/road/labels.h"
#include "engine/road/network.h"

namespace dispatch135::road {

// All ways that end at one place, for one kind of travel. To be aimed anew for each place; keeps its memory.
class WaysTo {
 public:
  // `labels` of the same network; it must outlive this.
  WaysTo(const Network& network, Labels& labels, TravelKind kind);
  void aim(const RoadPoint& place);
  const RoadPoint& place() const { return place_; }
  // From a junction (by its node) or a place, in milliseconds; kNoWayMs: none, or longer than kLongestWayMs. Only after
  // aim().
  std::int32_t from_node(std::uint32_t node) const;
  std::int32_t from(const RoadPoint& start) const;

 private:
  void come_from(std::uint32_t node, std::int32_t rest_ms);
  std::size_t common(std::uint32_t node) const;

  const Network* network_;
  Labels* labels_;
  TravelKind kind_;
  RoadPoint place_;
  std::vector<std::uint32_t> chain_;        // From the root to the lower end of the place's edge.
  std::vector<std::uint32_t> first_below_;  // Of each node of the chain.
  std::vector<std::int32_t> ms_;            // From each node of the chain to the place.
};

}  // namespace dispatch135::road
