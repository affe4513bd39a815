// How soon a target that flees could be anywhere: never later than this says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::pursuit {

inline constexpr std::int64_t kNever = INT64_MAX / 4;

// How the target is taken to drive.
struct TargetRule {
  road::TravelKind kind = road::TravelKind::kCar;
  std::uint32_t speed_pct = 100;  // Of that kind's speed.
  bool against_one_way = false;   // Also the wrong way through one-way streets.
};

// Dijkstra's algorithm from junction to junction, ended at a time or a number of junctions. Turns cost nothing and none
// is forbidden: who flees does not heed them, and the answer must not be too late. Times are milliseconds from the
// start, rounded down. Keeps its memory; one per thread.
class TargetReach {
 public:
  // `network` must outlive it; its times are taken at each question.
  explicit TargetReach(const road::Network& network);
  void from(const road::RoadPoint& start, const TargetRule& rule, std::int64_t within_ms, std::size_t most_junctions);

  const road::Network& network() const { return *network_; }
  const road::RoadPoint& start() const { return start_; }
  // Junctions reached, by time, then index.
  std::span<const std::uint32_t> reached() const { return reached_; }
  // No junction that is reached within this is left out.
  std::int64_t complete_ms() const { return complete_ms_; }
  // The number of junctions ended it.
  bool bounded() const { return bounded_; }
  // kNever: not reached.
  std::int64_t at(std::uint32_t junction) const { return ms_[junction]; }
  // At a place on an edge that was reached; kNever: it was not.
  std::int64_t at(const road::RoadPoint& place) const;
  // From one end of an edge to the other; kNever: not this way.
  std::int64_t along_ms(std::uint32_t edge, bool against) const;
  // Half of the way along, for who comes from that end.
  std::int64_t at_middle(std::uint32_t edge, bool against) const;
  std::span<const std::uint32_t> edges_at(std::uint32_t junction) const;
  // How many of the junctions reached, the quickest way to which leads over the edge.
  std::uint32_t behind(std::uint32_t edge) const;

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  using Entry = std::pair<std::int64_t, std::uint32_t>;  // Milliseconds, junction.
  void reach(std::uint32_t junction, std::int64_t ms, std::uint32_t by);
  void count_behind();

  const road::Network* network_;
  std::vector<std::uint32_t> edges_begin_;  // By junction, into edges_at_.
  std::vector<std::uint32_t> edges_at_;
  road::RoadPoint start_;
  TargetRule rule_;
  std::int64_t complete_ms_ = 0;
  bool bounded_ = false;
  std::vector<std::int64_t> ms_;       // By junction.
  std::vector<std::uint32_t> by_;      // By junction: the last edge of the quickest way to it.
  std::vector<std::uint32_t> behind_;  // By junction: itself and those to which the quickest way leads over it.
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> reached_;
  std::vector<Entry> frontier_;
};

}  // namespace dispatch135::pursuit
