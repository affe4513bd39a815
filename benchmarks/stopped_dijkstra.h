// What a search is compared with: Dijkstra's algorithm backwards from the incident, for cars, until five units are
// certain.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::benchmarks {

class StoppedDijkstra {
 public:
  static constexpr std::size_t kWanted = 5;
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  // `roads` must outlive it.
  explicit StoppedDijkstra(const road::Network& roads);
  void put(std::uint32_t unit, const road::RoadPoint& point);
  // The time of the last of the five; kNever: there are not so many.
  std::uint64_t fifth_ms(const road::RoadPoint& place);
  // The same without stopping: all of the city is visited.
  std::uint64_t fifth_ms_of_all(const road::RoadPoint& place);

 private:
  struct WayIn {
    std::uint32_t from;  // Approach.
    std::uint32_t ms;    // Of the edge and the turn into it.
  };
  struct OnEdge {
    std::uint32_t unit;
    std::uint32_t offset_mm;
  };
  struct Label {
    std::uint64_t ms = 0;
    std::uint32_t search = 0;
  };
  using Waiting = std::pair<std::uint64_t, std::uint32_t>;

  std::uint64_t search(const road::RoadPoint& place, bool stop);
  void reach(std::uint32_t approach, std::uint64_t ms);
  void meet(std::uint32_t edge, bool against, std::uint64_t rest_ms, std::uint32_t up_to_mm);
  std::uint64_t fifth() const { return found_.size() < kWanted ? kNever : found_[kWanted - 1]; }

  const road::Network* roads_;
  std::vector<std::vector<WayIn>> ways_in_;          // By approach.
  std::vector<std::vector<std::uint32_t>> set_out_;  // By approach: edge << 1 | against of those who set out on it.
  std::vector<std::vector<OnEdge>> on_edge_;
  std::vector<Label> ms_;
  std::uint32_t search_ = 0;
  std::size_t units_ = 0;
  std::vector<std::uint64_t> best_;   // By unit.
  std::vector<std::uint64_t> found_;  // Times of the units met so far, in order; a unit that is met twice counts once.
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> frontier_;
};

}  // namespace dispatch135::benchmarks
