// What can be done about a target that was seen: a cordon that closes all ways out of a ring, and points where a unit
// is before the target can be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/geo/point.h"
#include "engine/matching/assignment.h"
#include "engine/pursuit/cordon.h"
#include "engine/pursuit/soonest_arrivals.h"
#include "engine/pursuit/target_reach.h"
#include "engine/road/nearest.h"

namespace dispatch135::pursuit {

// What a policy asks of a plan.
struct PlanRule {
  TargetRule target;
  DurationMs margin;              // A unit must be there so much before the target.
  std::vector<DurationMs> rings;  // Rising; one at least.
  std::size_t most_units = 0;
};

// Tells the times of the units that may be sent.
class UnitTimes {
 public:
  virtual ~UnitTimes() = default;
  virtual std::vector<Start> starts() const = 0;
  // The k soonest at a place by road, turnout included; soonest first, then by index.
  virtual std::vector<road::Found> soonest(geo::Point place, std::size_t k) = 0;
};

// A place of the plan. Times count from the sighting.
struct PlannedPoint {
  bool cordon = false;
  road::RoadPoint on_road;
  geo::Point place;
  std::int64_t target_ms = 0;         // The target is not there before.
  std::optional<UnitIndex> unit;      // Nothing: nobody is there in time.
  DurationMs eta;                     // Of the unit, from now.
  std::optional<std::size_t> choke;   // Into the choke points.
  std::uint32_t behind_permille = 0;  // Of the junctions looked at: those that the target reaches soonest by this way.
};

struct Plan {
  std::vector<PlannedPoint> points;  // The cordon's by the time of the target, then the others, the more useful first.
  std::optional<DurationMs> ring;    // That the cordon is for.
  std::size_t open_ways = 0;         // Of the ring; more than the points show when they are very many.
  bool bounded = false;              // Outer rings were left out.
};

// Keeps its memory; one per thread.
class Planner {
 public:
  // `as_built` is what the target drives on: a closed street does not stop who flees. `now` is for the units. Both must
  // outlive it.
  Planner(const road::Network& as_built, const road::LiveRoads& now);

  // First: how far the target, seen at `seen` so long ago, could come.
  void look(const road::RoadPoint& seen, DurationMs age, const PlanRule& rule);
  // Not before this, from the sighting; kNever: not within the outermost ring. Only after look().
  std::int64_t target_at(const road::RoadPoint& place) const;
  // Then: the plan for further units. `closed_edges`, rising, are blocked by `units_bound` units already. `chokes`: the
  // choke points on the roads as built; nothing for those that are off them.
  Plan plan(UnitTimes& units, std::span<const std::uint32_t> closed_edges, std::size_t units_bound,
            std::span<const std::optional<road::RoadPoint>> chokes);

 private:
  void man(std::vector<PlannedPoint>& points, std::size_t most, UnitTimes& units);
  void add_interceptions(Plan& plan, std::size_t most, UnitTimes& units, std::span<const std::uint32_t> closed_edges,
                         std::span<const std::optional<road::RoadPoint>> chokes);
  std::uint32_t behind_permille(std::uint32_t edge) const;
  Area target_area() const;

  const road::Network* as_built_;
  TargetReach target_;
  SoonestArrivals arrivals_;
  CordonFinder cordon_;
  matching::Assignment matching_;
  PlanRule rule_;
  DurationMs age_;
};

}  // namespace dispatch135::pursuit
