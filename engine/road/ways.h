// The time of the quickest way between two places on the roads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/road/labels.h"
#include "engine/road/network.h"

namespace dispatch135::road {

// How the edge that a place is on can be left: by each of its two ends, and after how long; kNoWayMs: not this way.
struct Exits {
  std::array<std::uint32_t, 2> node = {0, 0};
  std::array<std::int32_t, 2> ms = {kNoWayMs, kNoWayMs};
};
Exits exits_of(const Network& network, const RoadPoint& place, TravelKind kind);

// All ways that end at one place, for one kind of travel. To be aimed anew for each place; keeps its memory.
class WaysTo {
 public:
  // `labels` of the same network; it must outlive this.
  WaysTo(const Network& network, Labels& labels, TravelKind kind);
  void aim(const RoadPoint& place);
  const RoadPoint& place() const { return place_; }
  // From a junction (by its node) or a place, in milliseconds; kNoWayMs: none, or longer than kLongestWayMs. Only after
  // aim().
  std::int32_t from_node(std::uint32_t node) const { return from(prepare(node)); }
  std::int32_t from(const RoadPoint& start) const;

  // The same in two steps, for many starts at once: prepare() has what is needed brought near, so that one does not
  // wait for each.
  struct Prepared {
    const std::int32_t* label = nullptr;
    std::size_t common = 0;  // Entries of the label that count.
  };
  Prepared prepare(std::uint32_t node) const;
  std::int32_t from(const Prepared& prepared) const;
  std::array<Prepared, 2> prepare(const Exits& exits) const;
  std::int32_t from(const RoadPoint& start, const Exits& exits, const std::array<Prepared, 2>& prepared) const;

 private:
  void come_from(std::uint32_t node, std::int32_t rest_ms);
  std::size_t common(std::uint32_t node) const;
  Prepared bring(std::uint32_t node, std::size_t common) const;

  const Network* network_;
  Labels* labels_;
  TravelKind kind_;
  RoadPoint place_;
  // A node of the chain from the root to the lower end of the place's edge: it and those below it are first_below up to
  // first_below + below.
  struct Above {
    std::uint32_t first_below = 0;
    std::uint32_t below = 0;
  };
  std::vector<Above> chain_;
  std::vector<std::int32_t> ms_;  // From each node of the chain to the place.
};

}  // namespace dispatch135::road
