// Where the ways out of a ring around a moving target have to be closed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/pursuit/min_cut.h"
#include "engine/pursuit/soonest_arrivals.h"
#include "engine/pursuit/target_reach.h"

namespace dispatch135::pursuit {

// A piece of street to be blocked in its middle, and when the target could be there.
struct Closing {
  std::uint32_t edge = 0;
  std::int64_t target_ms = 0;  // From the sighting.
  bool in_time = false;        // Some unit can be there before.
};

// Finds them as the minimum cut between the place of the sighting and all that lies beyond the ring. A piece of street
// that some unit can reach in time costs 1; one that nobody can reach costs more than all of those, so that as few ways
// as possible stay open. A unit blocks both directions. Keeps its memory; one per thread.
class CordonFinder {
 public:
  // A ring with more open ways than this has no cordon.
  static constexpr std::int64_t kMostOpenWays = 64;

  struct Question {
    std::int64_t ring_ms = 0;    // What the target reaches within it lies inside; at most target.complete_ms().
    std::int64_t age_ms = 0;     // Of the sighting.
    std::int64_t margin_ms = 0;  // A unit must be there so much before the target.
    std::span<const std::uint32_t> closed_edges;  // Blocked by units already; rising.
  };
  // By the time of the target. Nothing: there is no way out of the ring, or too many that nobody can close.
  std::optional<std::vector<Closing>> find(const TargetReach& target, const SoonestArrivals& units,
                                           const Question& question);

 private:
  static constexpr std::int64_t kOpenWay = 1'000'000;
  static constexpr std::int64_t kFree = INT64_MAX / 8;

  MinCut cut_;
  std::vector<std::uint32_t> node_;  // By junction, in this question.
  std::vector<Closing> arcs_;        // Of the cut's arcs, in their order.
};

}  // namespace dispatch135::pursuit
