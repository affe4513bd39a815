// Who is there soonest by road: exact, on whole milliseconds, without allocation once warmed up.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/road/network.h"

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
  const RoadPoint& point(UnitIndex unit) const;   // Only when placed.
  TravelKind kind(UnitIndex unit) const;          // Only when placed.

 private:
  friend class NearestSearch;
  struct Slot {
    RoadPoint point;
    TravelKind kind = TravelKind::kCar;
    bool placed = false;
    std::uint32_t next = 0;      // Intrusive list of the units on one edge.
    std::uint32_t previous = 0;
  };
  const Network* network_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> first_on_edge_;
  std::array<std::uint32_t, kTravelKinds> count_by_kind_ = {0, 0, 0};
};

// Says who takes part in a search, and the time each loses before it moves.
class UnitFilter {
 public:
  virtual ~UnitFilter() = default;
  // False: not considered. Else the turnout time, at least 0.
  virtual bool accepts(UnitIndex unit, DurationMs& turnout) const = 0;
  // A lower bound of all turnout times that accepts() gives; 0 is always right.
  virtual DurationMs least_turnout() const { return {0}; }
};

struct Found {
  UnitIndex unit;
  DurationMs travel;    // By road from the unit's place to the incident's, for its kind of travel.
  DurationMs turnout;
  DurationMs eta() const { return travel + turnout; }
};

// Reverse search from the incident (Dijkstra, stopped as soon as the k soonest are certain). Keeps its working memory from
// call to call; one per thread.
class NearestSearch {
 public:
  explicit NearestSearch(const Network& network);
  // The k soonest units by eta, then by unit index. Units without a way to the incident are left out. The incident's place
  // is snapped for each kind of travel; a kind that has no road within limit_mm takes no part.
  std::span<const Found> k_soonest(geo::Point incident, std::int64_t limit_mm, const UnitsOnRoad& units,
                                   const UnitFilter& filter, std::size_t k);

 private:
  const Network* network_;
  std::vector<Found> found_;
};

}  // namespace dispatch135::road
