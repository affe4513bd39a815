#include "engine/road/reach_near.h"

#include <algorithm>
#include <functional>

#include "engine/base/check.h"

namespace dispatch135::road {

ReachNear::ReachNear(const Network& network, TravelKind kind, std::span<const RoadPoint> goals)
    : network_(&network),
      kind_(kind),
      goals_(goals.begin(), goals.end()),
      first_goal_(network.edges.size(), kNone),
      next_goal_(goals.size(), kNone),
      ms_(network.approaches(), kNoWayMs),
      goal_ms_(goals.size(), kNoWayMs) {
  for (std::uint32_t goal = 0; goal < goals_.size(); ++goal) {
    next_goal_[goal] = std::exchange(first_goal_[goals_[goal].edge.value()], goal);
  }
}

void ReachNear::reach(std::uint32_t approach, std::int64_t ms) {
  if (ms > within_ms_ || ms >= ms_[approach]) return;
  if (ms_[approach] == kNoWayMs) touched_.push_back(approach);
  ms_[approach] = static_cast<std::int32_t>(ms);
  frontier_.emplace_back(ms_[approach], approach);
  std::push_heap(frontier_.begin(), frontier_.end(), std::greater<>());
}

void ReachNear::pass(std::uint32_t edge, bool against, std::uint32_t from_mm, std::int64_t before_ms) {
  const std::uint32_t edge_ms = network_->edge_ms[edge].of(against)[static_cast<std::size_t>(kind_)];
  if (edge_ms == kNoEntry) return;
  for (std::uint32_t goal = first_goal_[edge]; goal != kNone; goal = next_goal_[goal]) {
    const std::uint32_t goal_mm = goals_[goal].offset_mm;
    if (against ? goal_mm > from_mm : goal_mm < from_mm) continue;
    const std::uint32_t part_mm = against ? from_mm - goal_mm : goal_mm - from_mm;
    const std::int64_t ms = before_ms + Network::part_ms(edge_ms, part_mm, network_->edges[edge].length_mm);
    if (ms > within_ms_ || ms >= goal_ms_[goal]) continue;
    if (goal_ms_[goal] == kNoWayMs) reached_.push_back(goal);
    goal_ms_[goal] = static_cast<std::int32_t>(ms);
  }
}

void ReachNear::from(const RoadPoint& start, std::int32_t within_ms, std::vector<Reached>& out) {
  D135_CHECK(within_ms >= 0 && within_ms <= static_cast<std::int32_t>(kLongestWayMs), "a way of a day at most");
  within_ms_ = within_ms;
  for (const std::uint32_t approach : touched_) ms_[approach] = kNoWayMs;
  touched_.clear();
  const auto k = static_cast<std::size_t>(kind_);
  const std::uint32_t first = start.edge.value();
  const Edge& edge = network_->edges[first];
  const EdgeMs& edge_ms = network_->edge_ms[first];
  const auto leave = [&](std::uint32_t approach, std::uint32_t ms, std::uint32_t part_mm) {
    if (ms != kNoEntry) reach(approach, Network::part_ms(ms, part_mm, edge.length_mm));
  };
  pass(first, false, start.offset_mm, 0);
  pass(first, true, start.offset_mm, 0);
  leave(edge.approach_of_to, edge_ms.forward[k], edge.length_mm - start.offset_mm);
  leave(edge.approach_of_from, edge_ms.backward[k], start.offset_mm);
  while (!frontier_.empty()) {
    const auto [ms, approach] = frontier_.front();
    std::pop_heap(frontier_.begin(), frontier_.end(), std::greater<>());
    frontier_.pop_back();
    if (ms != ms_[approach]) continue;
    for (const Arc& arc : network_->arcs_from(approach)) {
      const std::uint32_t turning_ms = network_->turn_ms[arc.turn][k];
      const std::uint32_t along_ms = network_->edge_ms[arc.edge()].of(arc.against())[k];
      if (turning_ms == kNoEntry || along_ms == kNoEntry) continue;
      const std::int64_t before_ms = std::int64_t{ms} + turning_ms;
      if (first_goal_[arc.edge()] != kNone) {
        pass(arc.edge(), arc.against(), arc.against() ? network_->edges[arc.edge()].length_mm : 0, before_ms);
      }
      reach(arc.approach, before_ms + along_ms);
    }
  }
  std::sort(reached_.begin(), reached_.end());
  for (const std::uint32_t goal : reached_) out.push_back({goal, std::exchange(goal_ms_[goal], kNoWayMs)});
  reached_.clear();
}

}  // namespace dispatch135::road
