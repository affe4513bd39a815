#include "engine/core/borrowing.h"

#include <algorithm>

namespace dispatch135::core {

v1::BorrowedUnit* Borrowing::find(std::uint64_t request) {
  const auto found = std::find_if(units_.begin(), units_.end(),
                                  [&](const v1::BorrowedUnit& unit) { return unit.request_id() == request; });
  return found == units_.end() ? nullptr : &*found;
}

void Borrowing::remove(std::uint64_t request) {
  std::erase_if(units_, [&](const v1::BorrowedUnit& unit) { return unit.request_id() == request; });
}

std::uint32_t Borrowing::asked(std::uint32_t plan_entry) const {
  return count([&](const v1::BorrowedUnit& unit) { return !unit.has_unit() && unit.plan_entry() == plan_entry; });
}

std::uint32_t Borrowing::granted(std::uint32_t plan_entry) const {
  return count([&](const v1::BorrowedUnit& unit) { return unit.has_unit() && unit.plan_entry() == plan_entry; });
}

std::uint32_t Borrowing::on_scene(std::uint32_t plan_entry) const {
  return count(
      [&](const v1::BorrowedUnit& unit) { return unit.on_scene_at_ms() != 0 && unit.plan_entry() == plan_entry; });
}

v1::IncidentStatus Borrowing::furthest() const {
  v1::IncidentStatus furthest = v1::INCIDENT_STATUS_ACTIVE;
  for (const v1::BorrowedUnit& unit : units_) {
    if (!unit.has_unit()) continue;
    const v1::IncidentStatus reached = unit.on_scene_at_ms() != 0          ? v1::INCIDENT_STATUS_RESOURCES_ONSCENE
                                       : unit.unit().en_route_at_ms() != 0 ? v1::INCIDENT_STATUS_RESOURCES_ENROUTE
                                                                           : v1::INCIDENT_STATUS_RESOURCES_ASSIGNED;
    furthest = std::max(furthest, reached);
  }
  return furthest;
}

void Borrowing::leave_plan() {
  for (v1::BorrowedUnit& unit : units_) {
    if (unit.has_unit()) unit.set_plan_entry(0);
  }
}

void Borrowing::turn_down(RegionId region, TimeMs until) {
  std::erase_if(turned_down_, [&](const TurnedDown& other) { return other.region == region; });
  turned_down_.push_back({region, until});
}

bool Borrowing::turned_down(RegionId region, TimeMs now) const {
  return std::any_of(turned_down_.begin(), turned_down_.end(),
                     [&](const TurnedDown& other) { return other.region == region && other.until > now; });
}

v1::NeighbourReturn::Reason return_reason(v1::AssignmentEnded::Reason reason) {
  switch (reason) {
    case v1::AssignmentEnded::REASON_FEEDBACK:
      return v1::NeighbourReturn::REASON_FEEDBACK;
    case v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED:
      return v1::NeighbourReturn::REASON_NOT_ACKNOWLEDGED;
    case v1::AssignmentEnded::REASON_DECLINED:
      return v1::NeighbourReturn::REASON_DECLINED;
    case v1::AssignmentEnded::REASON_SILENT:
      return v1::NeighbourReturn::REASON_SILENT;
    case v1::AssignmentEnded::REASON_OUT_OF_SERVICE:
    case v1::AssignmentEnded::REASON_SIGNED_OFF:
      return v1::NeighbourReturn::REASON_OFF_DUTY;
    default:
      return v1::NeighbourReturn::REASON_TAKEN_BACK;
  }
}

}  // namespace dispatch135::core
