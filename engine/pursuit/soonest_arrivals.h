// When the first of several units could stand in the middle of each piece of street.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/geo/plane.h"
#include "engine/pursuit/target_reach.h"
#include "engine/road/live_roads.h"
#include "engine/road/network.h"

namespace dispatch135::pursuit {

// Where a unit is, and the time it loses before it moves.
struct Start {
  road::TravelKind kind = road::TravelKind::kCar;
  road::RoadPoint place;
  std::int64_t turnout_ms = 0;
};

// Where it is asked for: around both ends of all pieces of street that matter.
struct Area {
  geo::PlanePoint centre;
  std::int64_t radius_mm = 0;
};

// Dijkstra's algorithm from all units of one kind of travel at once, with turns, ended at a time, and not from where
// nobody can come into the area in that time at the highest speed. Keeps its memory; one per thread.
class SoonestArrivals {
 public:
  // `roads` must outlive it; their times are taken at each question.
  explicit SoonestArrivals(const road::LiveRoads& roads);
  void from(std::span<const Start> starts, std::int64_t within_ms, const Area& area);
  // Milliseconds, turnout included; kNever: nobody within the time. Only with both ends in the area.
  std::int64_t at_middle(std::uint32_t edge) const { return middle_ms_[edge]; }

 private:
  using Entry = std::pair<std::int64_t, std::uint32_t>;  // Milliseconds, approach.
  void from(std::span<const Start> starts, road::TravelKind kind);
  // An approach of a junction.
  void reach(std::uint32_t approach, std::uint32_t junction, std::int64_t ms);
  // One drives along an edge from a place on it, where he is at some time, towards one of its ends, which he enters by
  // an approach: what is forbidden there may depend on more than the edge.
  void drive(std::uint32_t edge, bool against, std::uint32_t from_mm, std::int64_t at_ms, std::uint32_t approach,
             std::size_t kind);

  const road::LiveRoads* roads_;
  const road::Network* network_;
  std::vector<geo::PlanePoint> junctions_;
  std::int64_t within_ms_ = 0;
  Area area_;
  std::int64_t fastest_mm_s_ = 0;        // Of the kind.
  std::vector<std::int64_t> ms_;         // By approach, for one kind.
  std::vector<std::int64_t> middle_ms_;  // By edge.
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> touched_edges_;
  std::vector<Entry> frontier_;
};

}  // namespace dispatch135::pursuit
