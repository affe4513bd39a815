#include "engine/road/units_on_road.h"

#include <algorithm>

#include "engine/base/check.h"

namespace dispatch135::road {
namespace {

// About two cells for each unit: in a search few cells are empty and few units are passed by.
geo::Grid grid_for(const Network& network, std::size_t unit_count) {
  constexpr std::int64_t kLeastCellMm = 100'000;
  const geo::Grid& roads = network.grid;
  const geo::PlanePoint least = {roads.origin_x_mm, roads.origin_y_mm};
  const geo::PlanePoint most = {roads.origin_x_mm + (roads.columns - 1) * roads.cell_mm,
                                roads.origin_y_mm + (roads.rows - 1) * roads.cell_mm};
  return geo::grid_over(least, most, unit_count * 2, kLeastCellMm);
}

}  // namespace

UnitsOnRoad::UnitsOnRoad(LiveRoads& roads, std::size_t unit_count)
    : roads_(&roads),
      grid_(grid_for(roads.network(), unit_count)),
      slots_(unit_count),
      first_in_cell_(grid_.cells(), kNone),
      mark_(roads.new_mark()) {}

void UnitsOnRoad::place(UnitIndex unit, TravelKind kind, const RoadPoint& point) {
  D135_CHECK(unit.value() < slots_.size(), "no such unit");
  const Network& network = roads_->network();
  D135_CHECK(point.edge.value() < network.edges.size(), "no such edge");
  D135_CHECK(point.offset_mm <= network.edges[point.edge.value()].length_mm, "a place beyond the end of its edge");
  Slot& slot = slots_[unit.value()];
  mark_ = roads_->new_mark();
  if (slot.cell != kNone) --placed_of_kind_[static_cast<std::size_t>(slot.kind)];
  ++placed_of_kind_[static_cast<std::size_t>(kind)];
  slot.point = point;
  slot.label.version = 0;
  slot.label.memory.resize(roads_->labels().longest());
  slot.kind = kind;
  slot.where = network.plane_at(point);
  const auto cell = static_cast<std::uint32_t>(grid_.cell_of(slot.where));
  if (cell == slot.cell) return;
  leave_cell(unit.value());
  std::uint32_t& first = first_in_cell_[cell];
  slot.cell = cell;
  slot.previous = kNone;
  slot.next = first;
  if (first != kNone) slots_[first].previous = unit.value();
  first = unit.value();
}

void UnitsOnRoad::remove(UnitIndex unit) {
  D135_CHECK(unit.value() < slots_.size(), "no such unit");
  mark_ = roads_->new_mark();
  const Slot& slot = slots_[unit.value()];
  if (slot.cell != kNone) --placed_of_kind_[static_cast<std::size_t>(slot.kind)];
  leave_cell(unit.value());
}

std::uint32_t UnitsOnRoad::kinds() const {
  std::uint32_t kinds = 0;
  for (std::size_t k = 0; k < kTravelKinds; ++k) kinds |= placed_of_kind_[k] > 0 ? 1U << k : 0U;
  return kinds;
}

void UnitsOnRoad::leave_cell(std::uint32_t unit) {
  Slot& slot = slots_[unit];
  if (slot.cell == kNone) return;
  if (slot.previous != kNone) {
    slots_[slot.previous].next = slot.next;
  } else {
    first_in_cell_[slot.cell] = slot.next;
  }
  if (slot.next != kNone) slots_[slot.next].previous = slot.previous;
  slot.cell = kNone;
}

bool UnitsOnRoad::placed(UnitIndex unit) const {
  D135_CHECK(unit.value() < slots_.size(), "no such unit");
  return slots_[unit.value()].cell != kNone;
}

const RoadPoint& UnitsOnRoad::point(UnitIndex unit) const {
  D135_CHECK(placed(unit), "the unit is not on the road");
  return slots_[unit.value()].point;
}

TravelKind UnitsOnRoad::kind(UnitIndex unit) const {
  D135_CHECK(placed(unit), "the unit is not on the road");
  return slots_[unit.value()].kind;
}

// A cell's list begins with the one that came last.
std::vector<UnitIndex> UnitsOnRoad::order() const {
  std::vector<UnitIndex> order;
  for (const std::uint32_t first : first_in_cell_) {
    const auto begin = static_cast<std::ptrdiff_t>(order.size());
    for (std::uint32_t unit = first; unit != kNone; unit = slots_[unit].next) order.emplace_back(unit);
    std::reverse(order.begin() + begin, order.end());
  }
  return order;
}

}  // namespace dispatch135::road
