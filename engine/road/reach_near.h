// How soon one who starts anywhere is at each of many fixed places, as far as he gets within some minutes.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::road {

// Dijkstra's algorithm, ended at the time limit: what lies within a few minutes is little beside a whole city, so that
// the hierarchy does not help. For one kind of travel, with the times that the network has at each question. Keeps its
// memory; one per thread.
class ReachNear {
 public:
  struct Reached {
    std::uint32_t goal = 0;  // Into the goals.
    std::int32_t ms = 0;
    bool operator==(const Reached&) const = default;
  };

  // `network` must outlive it.
  ReachNear(const Network& network, TravelKind kind, std::span<const RoadPoint> goals);
  // Adds to `out` every goal that can be reached from `start` within within_ms, at most kLongestWayMs, in the order of
  // the goals; exact.
  void from(const RoadPoint& start, std::int32_t within_ms, std::vector<Reached>& out);
  // The approaches that the last question came by. Its answer holds until the times of an edge or turn out of one of
  // them change, or those of the start's edge, or a goal moves from or to such an edge. Until the next question.
  std::span<const std::uint32_t> passed() const { return touched_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  using Entry = std::pair<std::int32_t, std::uint32_t>;  // Milliseconds, approach.
  void reach(std::uint32_t approach, std::int64_t ms);
  // Goals on an edge, by one who has come `before_ms` when he is from_mm along it and drives on in one direction.
  void pass(std::uint32_t edge, bool against, std::uint32_t from_mm, std::int64_t before_ms);

  const Network* network_;
  TravelKind kind_;
  std::vector<RoadPoint> goals_;
  std::vector<std::uint32_t> first_goal_;  // By edge.
  std::vector<std::uint32_t> next_goal_;   // By goal: another one on the same edge.
  std::int64_t within_ms_ = 0;
  std::vector<std::int32_t> ms_;  // By approach; kNoWayMs where the last question did not come by.
  std::vector<std::uint32_t> touched_;
  std::vector<Entry> frontier_;        // A heap, the soonest first.
  std::vector<std::int32_t> goal_ms_;  // By goal; kNoWayMs between questions.
  std::vector<std::uint32_t> reached_;
};

}  // namespace dispatch135::road
