// Where the units stand on the roads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/ids.h"
#include "engine/geo/grid.h"
#include "engine/road/live_roads.h"
#include "engine/road/network.h"
#include "engine/road/ways.h"

namespace dispatch135::road {

// One per region core; changed by one thread.
class UnitsOnRoad {
 public:
  // For units 0..unit_count-1, none of them placed. `roads` must outlive it.
  UnitsOnRoad(LiveRoads& roads, std::size_t unit_count);
  // Puts a unit to a place, from wherever it was. Allocates only for a unit that was never placed.
  void place(UnitIndex unit, TravelKind kind, const RoadPoint& point);
  void remove(UnitIndex unit);
  bool placed(UnitIndex unit) const;
  // The kinds of travel of all that are placed; bit k: travel kind k.
  std::uint32_t kinds() const;
  const RoadPoint& point(UnitIndex unit) const;  // Only when placed.
  TravelKind kind(UnitIndex unit) const;         // Only when placed.
  // All that are placed. Whoever places them anew in this order has them looked at in the same order by every search.
  std::vector<UnitIndex> order() const;

 private:
  friend class NearestSearch;
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Slot {
    RoadPoint point;
    // Worked out by the first search that asks for it: most reports of where a unit is are followed by the next one
    // before anybody does. Of version 0 or an older one than the roads': to be worked out before it is used.
    PlaceLabel label;
    geo::PlanePoint where;
    std::uint32_t cell = kNone;  // Of the grid; kNone: not placed.
    std::uint32_t next = kNone;  // Intrusive list of the units in one cell.
    std::uint32_t previous = kNone;
    TravelKind kind = TravelKind::kCar;
  };
  void leave_cell(std::uint32_t unit);

  LiveRoads* roads_;
  geo::Grid grid_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> first_in_cell_;
  PerKind<std::uint32_t> placed_of_kind_ = {};
  std::uint64_t mark_;  // Of the last change of any unit's place: no other state of units on these roads has it.
};

}  // namespace dispatch135::road
