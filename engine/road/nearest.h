// Who is there soonest by road: exact, on whole milliseconds, without allocation once warmed up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/road/network.h"
#include "engine/road/time_heap.h"

namespace dispatch135::road {

// Where the units stand on the roads. One per region core; changed by one thread.
class UnitsOnRoad {
 public:
  // For units 0..unit_count-1, none of them placed.
  UnitsOnRoad(const Network& network, std::size_t unit_count);
  // Puts a unit to a place, from wherever it was. No allocation.
  void place(UnitIndex unit, TravelKind kind, const RoadPoint& point);
  void remove(UnitIndex unit);
  bool placed(UnitIndex unit) const;
  const RoadPoint& point(UnitIndex unit) const;  // Only when placed.
  TravelKind kind(UnitIndex unit) const;         // Only when placed.

 private:
  friend class NearestSearch;
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Slot {
    RoadPoint point;
    TravelKind kind = TravelKind::kCar;
    bool placed = false;
    std::uint32_t next = kNone;  // Intrusive list of the units on one edge.
    std::uint32_t previous = kNone;
  };
  const Network* network_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> first_on_edge_;
};

// Says who takes part in a search, and the time each loses before it moves.
class UnitFilter {
 public:
  virtual ~UnitFilter() = default;
  // False: not considered. Else the turnout time, at least 0. Asked once for each placed unit in every search.
  virtual bool accepts(UnitIndex unit, DurationMs& turnout) const = 0;
};

struct Found {
  UnitIndex unit;
  DurationMs travel;  // By road from the unit's place to the incident's, for its kind of travel.
  DurationMs turnout;
  DurationMs eta() const { return travel + turnout; }
};

// Reverse search from the incident: Dijkstra over all kinds of travel at once, in order of time, stopped as soon as the
// k soonest are certain. Keeps its working memory from call to call; one per thread.
class NearestSearch {
 public:
  explicit NearestSearch(const Network& network);
  // The k soonest units by eta, then by unit index. Units without a way to the incident are left out. The incident's
  // place is snapped for each kind of travel; a kind that has no road within limit_mm takes no part. `units` must stand
  // on this network. The result is valid until the next call. No allocation once called with as many units and as large
  // a k.
  std::span<const Found> k_soonest(geo::Point incident, std::int64_t limit_mm, const UnitsOnRoad& units,
                                   const UnitFilter& filter, std::size_t k);

 private:
  // Nodes: every junction once for each kind of travel, then every unit.
  struct Label {
    std::uint32_t ms = 0;
    std::uint32_t search = 0;  // In which search ms was written; of an earlier one: not reached yet.
  };
  static constexpr std::int64_t kNotAccepted = -1;

  void begin(const UnitsOnRoad& units);
  bool ask(const UnitsOnRoad& units, const UnitFilter& filter);
  void start_from(const RoadPoint& place, TravelKind kind, const UnitsOnRoad& units);
  void expand(std::uint32_t junction, TravelKind kind, std::uint32_t ms, const UnitsOnRoad& units);
  void reach(std::uint64_t node, std::uint64_t ms);
  void settle(UnitIndex unit, std::uint32_t ms, std::size_t k);
  std::uint32_t junction_node(std::uint32_t junction, TravelKind kind) const;
  std::uint32_t unit_node(std::uint32_t unit) const;

  const Network* network_;
  std::uint32_t junctions_ = 0;
  std::uint32_t search_ = 0;
  std::vector<Label> labels_;
  std::vector<std::int64_t> turnout_ms_;                         // Of each unit in this search, or kNotAccepted.
  std::array<std::uint32_t, kTravelKinds> awaited_ = {0, 0, 0};  // Accepted units that are not settled yet.
  std::int64_t least_turnout_ms_ = 0;                            // Of the accepted units.
  TimeHeap frontier_;
  std::vector<Found> found_;  // The soonest k so far, in order.
};

}  // namespace dispatch135::road
