// The time of the quickest way between two places on the roads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/road/live_roads.h"
#include "engine/road/network.h"

namespace dispatch135::road {

// How far a place on an edge is from the approaches above it in the hierarchy, by either end of its edge.
struct PlaceLabel {
  std::uint32_t node = 0;            // The lower of the two ends: the label is along the chain from the root to it.
  std::size_t length = 0;            // Of the label; 0: the place cannot be left.
  std::uint64_t version = 0;         // Of the LiveRoads when it was worked out; 0: not yet.
  std::vector<std::int32_t> memory;  // As long as any label.
  std::span<const std::int32_t> ms() const { return {memory.data(), length}; }
};
// Works it out for one kind of travel. Allocates only when `label` is new.
void label_upwards(LiveRoads& roads, const RoadPoint& place, TravelKind kind, PlaceLabel& label);

// All ways that end at one place, for one kind of travel. To be aimed anew for each place and version of the roads;
// keeps its memory.
class WaysTo {
 public:
  // `roads` must outlive it.
  WaysTo(LiveRoads& roads, TravelKind kind);
  void aim(const RoadPoint& place);
  const RoadPoint& place() const { return place_; }
  // From an approach, or from a place, in milliseconds; kNoWayMs: none, or longer than kLongestWayMs. Only after aim().
  std::int32_t from_approach(std::uint32_t approach) const;
  std::int32_t from(const RoadPoint& start);

  // The same in two steps, for many starts at once: prepare() has what is needed brought near, so that one does not
  // wait for each.
  struct Prepared {
    const std::int32_t* label = nullptr;
    std::size_t common = 0;  // Entries of the label that count.
  };
  Prepared prepare(const PlaceLabel& start) const;
  std::int32_t from(const RoadPoint& start, const Prepared& prepared) const;

 private:
  struct Entry {
    std::uint32_t node = 0;
    std::int32_t rest_ms = 0;
  };
  void add_entries(bool against, std::int32_t rest_ms);
  std::size_t common(std::uint32_t node) const;
  Prepared bring(std::uint32_t node, std::span<const std::int32_t> label) const;

  LiveRoads* roads_;
  TravelKind kind_;
  RoadPoint place_;
  // A node of the chain from the root to the lowest node by which the place's edge is entered: it and those below it
  // are first_below up to first_below + below.
  struct Above {
    std::uint32_t first_below = 0;
    std::uint32_t below = 0;
  };
  std::vector<Above> chain_;
  std::vector<std::int32_t> ms_;  // From each node of the chain to the place.
  std::vector<Entry> entries_;
  PlaceLabel start_;
};

}  // namespace dispatch135::road
