// The roads as they are now: a network whose times change while it is used, by closures and speeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/road/labels.h"
#include "engine/road/network.h"

namespace dispatch135::road {

// A closure or a change of speed.
struct StreetEffect {
  std::uint64_t id = 0;              // Two effects of the same id are the same.
  std::vector<std::uint32_t> arcs;   // edge << 1 | (1 if from `to` to `from`); rising.
  std::uint32_t kinds = 0;           // Bit k: travel kind k.
  std::uint32_t speed_permille = 0;  // Of the speed as built, 1-10,000; 0: closed.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("id", x.id);
    a("arcs", x.arcs);
    a("kinds", x.kinds);
    a("speed_permille", x.speed_permille);
  }
};

// Copies the times of a city's network when they change for the first time. What a change touches is worked out anew:
// first the links that depend on its edges, then, when they are asked for, the labels below them. One per thread;
// searches see each set of effects as a whole.
class LiveRoads {
 public:
  // As built; the arrays of `as_built` must outlive it.
  explicit LiveRoads(const Network& as_built);
  LiveRoads(const LiveRoads&) = delete;
  LiveRoads& operator=(const LiveRoads&) = delete;

  // From now on exactly these hold; ids rise. Closing wins; the speeds of several on one street are multiplied, in this
  // order, rounded up to whole milliseconds each time and never slower than kLongestWayMs.
  void set(std::span<const StreetEffect* const> effects);

  // The edges whose times the last set() changed, rising.
  std::span<const std::uint32_t> changed_edges() const { return changed_edges_; }

  // With the times as they are now. Stays where it is.
  const Network& network() const { return now_; }
  Labels& labels() { return labels_; }
  // Grows with each change: what was worked out of the times of an earlier version is not to be used.
  std::uint64_t version() const { return version_; }
  // From 1, never the same again: tells apart the states of what stands on these roads.
  std::uint64_t new_mark() { return ++marks_; }
  // No way between two places is a longer straight line than this speed (mm/s) would take it in the same time.
  std::int64_t fastest_mm_s(TravelKind kind) const { return fastest_mm_s_[static_cast<std::size_t>(kind)]; }

 private:
  // A link as it is seen from its upper end.
  struct LinkDown {
    std::uint32_t node = 0;  // The lower end.
    std::uint32_t link = 0;
  };
  void own_times();
  void work_out_edges(std::vector<std::uint32_t>& edges);
  void work_out_links_of(std::span<const std::uint32_t> edges);
  void work_out_links_anew(std::uint32_t node, const std::vector<bool>& which);
  void look_down();
  void raise_fastest(std::uint32_t edge);

  const Network built_;
  Network now_;
  Labels labels_;
  std::uint64_t marks_ = 0;
  std::uint64_t version_ = 1;
  std::vector<StreetEffect> effects_;
  std::vector<std::uint32_t> changed_edges_;
  std::vector<EdgeMs> edge_ms_;              // Empty: as built.
  std::vector<LinkMs> link_ms_;              // Empty: as built.
  std::vector<std::uint32_t> arc_links_;     // links_of_arcs(); empty before the first change.
  std::vector<std::uint32_t> down_begin_;    // By node; empty before the first change.
  std::vector<LinkDown> down_;               // Rising by lower end.
  std::vector<std::uint32_t> approach_at_;   // By node.
  PerKind<std::int64_t> fastest_mm_s_ = {};  // Only rises: too high is right, and slow.
};

}  // namespace dispatch135::road
