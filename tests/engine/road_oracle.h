// Travel times and snapping in the plainest way there is, written apart from engine/road. Slow; for small networks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::testing {

// All pairs of junctions by Floyd and Warshall, for one kind of travel.
class RoadOracle {
 public:
  RoadOracle(const road::Network& roads, road::TravelKind kind);
  // The least travel time between two places on edges; nothing: no way.
  std::optional<std::uint64_t> travel_ms(const road::RoadPoint& from, const road::RoadPoint& to) const;

 private:
  std::uint64_t between(std::uint32_t from, std::uint32_t to) const { return ms_[from * roads_.junctions.size() + to]; }

  const road::Network roads_;
  const std::size_t kind_;
  std::vector<std::uint64_t> ms_;
};

// Looks at every piece of every edge.
std::optional<road::RoadPoint> snap_by_looking_everywhere(const road::Network& roads, geo::Point point,
                                                          road::TravelKind kind, std::int64_t limit_mm);

}  // namespace dispatch135::testing
