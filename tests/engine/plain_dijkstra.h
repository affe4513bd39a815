// Travel times to one place by Dijkstra's algorithm with nothing done to make it quick, written apart from
// engine/road's search. From arc to arc with the turn between them; knows nothing of the hierarchy.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::testing {

// From everywhere to one place, for one kind of travel, with the times that the network has when it is aimed. `roads`
// must outlive it.
class PlainDijkstra {
 public:
  explicit PlainDijkstra(const road::Network& roads);
  void aim(const road::RoadPoint& place, road::TravelKind kind);
  // The least travel time; nothing: no way, or one longer than road::kLongestWayMs. Only after aim().
  std::optional<std::uint64_t> travel_ms(const road::RoadPoint& from) const;

 private:
  struct WayIn {
    std::uint32_t from;  // Approach.
    std::uint32_t edge;
    bool against;
    std::uint32_t turn;
  };
  std::uint64_t edge_ms(std::uint32_t edge, bool against) const;

  const road::Network* roads_;
  std::vector<std::vector<WayIn>> ways_in_;  // By approach.
  road::RoadPoint place_;
  std::size_t kind_ = 0;
  std::vector<std::uint64_t> ms_;  // From each approach.
};

}  // namespace dispatch135::testing
