#include "engine/base/check.h"
#include "engine/road/nearest.h"

namespace dispatch135::road {

UnitsOnRoad::UnitsOnRoad(const Network& network, std::size_t unit_count)
    : network_(&network), slots_(unit_count), first_on_edge_(network.edges.size(), kNone) {}

void UnitsOnRoad::place(UnitIndex unit, TravelKind kind, const RoadPoint& point) {
  D135_CHECK(unit.value() < slots_.size(), "no such unit");
  D135_CHECK(point.edge.value() < first_on_edge_.size(), "no such edge");
  D135_CHECK(point.offset_mm <= network_->edges[point.edge.value()].length_mm, "a place beyond the end of its edge");
  remove(unit);
  Slot& slot = slots_[unit.value()];
  slot.point = point;
  slot.kind = kind;
  slot.placed = true;
  std::uint32_t& first = first_on_edge_[point.edge.value()];
  slot.previous = kNone;
  slot.next = first;
  if (first != kNone) slots_[first].previous = unit.value();
  first = unit.value();
}

void UnitsOnRoad::remove(UnitIndex unit) {
  D135_CHECK(unit.value() < slots_.size(), "no such unit");
  Slot& slot = slots_[unit.value()];
  if (!slot.placed) return;
  slot.placed = false;
  if (slot.previous != kNone) {
    slots_[slot.previous].next = slot.next;
  } else {
    first_on_edge_[slot.point.edge.value()] = slot.next;
  }
  if (slot.next != kNone) slots_[slot.next].previous = slot.previous;
}

bool UnitsOnRoad::placed(UnitIndex unit) const {
  D135_CHECK(unit.value() < slots_.size(), "no such unit");
  return slots_[unit.value()].placed;
}

const RoadPoint& UnitsOnRoad::point(UnitIndex unit) const {
  D135_CHECK(placed(unit), "the unit is not on the road");
  return slots_[unit.value()].point;
}

TravelKind UnitsOnRoad::kind(UnitIndex unit) const {
  D135_CHECK(placed(unit), "the unit is not on the road");
  return slots_[unit.value()].kind;
}

}  // namespace dispatch135::road
