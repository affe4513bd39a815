// What the units say, and what their silence says.
#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

std::optional<UnitIndex> Region::find_unit(std::uint64_t unit_id) const {
  const auto index = city_->find_unit(UnitId(unit_id));
  if (!index || !homes_[index->value()]) return std::nullopt;
  return index;
}

Outcome Region::find_signed_on(std::uint64_t unit_id, UnitIndex& unit) const {
  const auto index = find_unit(unit_id);
  if (!index) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(unit_id) + " is not in the city file of this region"};
  }
  if (units_[index->value()].secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) {
    return Reject{v1::REJECT_CODE_NOT_SIGNED_ON, "unit " + std::to_string(unit_id) + " is off duty; sign on first"};
  }
  unit = *index;
  return {};
}

Outcome Region::find_own_assignment(std::uint64_t unit_id, std::uint64_t assignment_id, UnitIndex& unit) const {
  if (Outcome refused = find_signed_on(unit_id, unit)) return refused;
  if (assignment_id == 0 || units_[unit.value()].assignment != AssignmentId(assignment_id)) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT, "assignment " + std::to_string(assignment_id) +
                                                          " is not held by unit " + std::to_string(unit_id) +
                                                          "; it ended or is another's"};
  }
  return {};
}

bool Region::assignable(UnitIndex index) const {
  const Unit& unit = units_[index.value()];
  return unit.primary() == v1::UNIT_PRIMARY_STATUS_AVAILABLE && on_road_.placed(index) &&
         unit.orders.size() < limits::kUnseenOrders;
}

void Region::set_status(UnitIndex index, v1::UnitSecondaryStatus status) {
  Unit& unit = units_[index.value()];
  leave_cover(index, status);
  leave_matters(index, status);
  if (unit.secondary != status) {
    D135_CHECK(unit_may_change(unit.secondary, status), "handlers refuse steps that the unit's table does not have");
    unit.secondary = status;
    if (assignable(index)) came_free_ = true;
  }
  decide_changed(index);
}

// Puts a unit to a place on the roads as built.
void Region::place(UnitIndex index, const road::RoadPoint& as_built) {
  places_[index.value()] = as_built;
  settle(index);
}

void Region::place_at_post(UnitIndex index) { place(index, *homes_[index.value()]); }

// Whose street is closed to it now stands on the nearest one that is not; when all around are closed it stays, with no
// way to anywhere.
void Region::settle(UnitIndex index) {
  const Unit& unit = units_[index.value()];
  const city::UnitInfo& info = unit_infos_[index.value()];
  const road::TravelKind kind = city::to_road(info.travel_kind);
  const road::Network& now = roads_.network();
  road::RoadPoint place = places_[index.value()];
  if (!now.as_built && !now.edge_ms[place.edge.value()].usable(kind)) {
    const bool seen = unit.position_at != TimeMs{} && !unit.position_stale;
    const geo::Point position = seen ? unit.position : home_points_[index.value()];
    place = now.snap(position, kind, limits::kSnapLimitMm).value_or(place);
  }
  if (on_road_.placed(index)) {
    const road::RoadPoint& before = on_road_.point(index);
    if (before.edge == place.edge && before.offset_mm == place.offset_mm) return;
  }
  on_road_.place(index, kind, place);
  recount(index);
}

// Any word from a unit shows that it is there.
void Region::hear(UnitIndex index) {
  Unit& unit = units_[index.value()];
  unit.heard_at = shared_->now;
  if (unit.unheard) {
    unit.unheard = false;
    if (assignable(index)) came_free_ = true;
    decide_changed(index);
    const auto check = checks_.find(index);
    if (check != checks_.end() && check->second.cause == v1::CHECK_CAUSE_SILENT) {
      end_check(index, v1::UnitChecked::WHAT_ANSWERED, {});
    }
  }
  watch(index);
}

void Region::has_read(UnitIndex index, std::uint64_t last_order_seen) {
  if (std::as_const(units_)[index.value()].orders.empty()) return;
  const bool was_assignable = assignable(index);
  units_[index.value()].forget_orders_up_to(last_order_seen);
  if (!was_assignable && assignable(index)) came_free_ = true;
}

// Sees to it that the unit is looked at when it could have become silent or its position stale.
void Region::watch(UnitIndex index) {
  Unit& unit = units_[index.value()];
  if (!policy_ || unit.secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) return;
  TimeMs due;
  if (!unit.unheard) due = unit.heard_at + policy_->silent_after();
  if (unit.position_at != TimeMs{} && !unit.position_stale) {
    const TimeMs stale_at = unit.position_at + policy_->stale_position_after();
    if (due == TimeMs{} || stale_at < due) due = stale_at;
  }
  if (due == TimeMs{}) return;
  // Being heard only moves the moment away: a timer that comes too early sets itself again.
  if (unit.watch_due != TimeMs{} && unit.watch_due <= due) return;
  unit.watch_due = due;
  shared_->timers.set({due, TimerKind::kUnitWatch, id_, unit_infos_[index.value()].id.value()});
}

void Region::check_on(UnitIndex index) {
  Unit& unit = units_[index.value()];
  if (!policy_ || unit.secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) return;
  if (unit.position_at != TimeMs{} && !unit.position_stale &&
      shared_->now - unit.position_at >= policy_->stale_position_after()) {
    unit.position_stale = true;
    place_at_post(index);
    decide_changed(index);
  }
  if (!unit.unheard && shared_->now - unit.heard_at >= policy_->silent_after()) {
    unit.unheard = true;
    const bool under_way = is_assigned(unit.secondary) && unit.secondary != v1::UNIT_SECONDARY_STATUS_ON_SCENE;
    const bool at_work = is_assigned(unit.secondary) && unit.secondary != v1::UNIT_SECONDARY_STATUS_DISPATCHED;
    if (at_work && policy_->progress().safety_check_after.count != 0) ask(index, v1::CHECK_CAUSE_SILENT, unit.incident);
    if (under_way) {
      Incident& incident = incidents_.at(unit.incident);
      mark_tried(incident, index);
      end_assignment(incident, unit.assignment, v1::AssignmentEnded::REASON_SILENT,
                     v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
      assign_missing(incident);
      decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
    } else {
      decide_changed(index);
    }
  }
  watch(index);
}

Outcome Region::apply(const v1::UnitSignedOn& record) {
  const auto index = find_unit(record.unit_id());
  if (!index) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(record.unit_id()) + " is not in the city file of this region"};
  }
  if (record.device_id().empty()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "device_id is empty"};
  Unit& unit = units_[index->value()];
  // A silent device may have been lost with its officer's bag; a heard one keeps the unit.
  if (!unit.device_id.empty() && unit.device_id != record.device_id() && !unit.unheard) {
    return Reject{v1::REJECT_CODE_ALREADY_SIGNED_ON, "unit " + std::to_string(record.unit_id()) +
                                                         " is signed on from another device; sign off there first"};
  }
  if (record.last_order_seen() > unit.last_order) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "last_order_seen " + std::to_string(record.last_order_seen()) +
                                                    " is beyond the unit's last order " +
                                                    std::to_string(unit.last_order)};
  }
  if (record.has_crew()) {
    if (Outcome wrong = malformed(record.crew())) return wrong;
  }
  unit.device_id = record.device_id();
  if (record.has_crew()) set_crew(*index, record.crew());
  has_read(*index, record.last_order_seen());
  // The device's clock starts anew with each sign-on: it may be another device.
  unit.measured_at_ms = 0;
  if (unit.secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) {
    unit.position_at = {};
    unit.position_stale = false;
    place_at_post(*index);
    unit.heard_at = shared_->now;
    unit.unheard = false;
    set_status(*index, unit.held_out ? v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE : status_on_duty(*index));
    if (policy_->duty().on) follow_roster(*index);
    watch(*index);
  } else {
    hear(*index);
    decide_changed(*index);
  }
  tell_newcomer(*index);
  return {};
}

Outcome Region::apply(const v1::UnitSignedOff& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  Unit& unit = units_[index.value()];
  if (checks_.contains(index)) end_check(index, v1::UnitChecked::WHAT_ANSWERED, {});
  Incident* left = unit.assignment == AssignmentId{} ? nullptr : &incidents_.at(unit.incident);
  if (left != nullptr) {
    end_assignment(*left, unit.assignment, v1::AssignmentEnded::REASON_SIGNED_OFF,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, false);
  }
  if (unit.secondary != v1::UNIT_SECONDARY_STATUS_OFF_DUTY) go_off_duty(index);
  if (left != nullptr) {
    assign_missing(*left);
    decide_changed(*left, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
  return {};
}

Outcome Region::apply(const v1::UnitPositionReported& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  Unit& unit = units_[index.value()];
  if (record.last_order_seen() > unit.last_order) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "last_order_seen is beyond the unit's last order"};
  }
  std::optional<road::RoadPoint> on_road;
  geo::Point position;
  if (record.has_position()) {
    position = {record.position().latitude_e7(), record.position().longitude_e7()};
    on_road =
        city_->roads().snap(position, city::to_road(unit_infos_[index.value()].travel_kind), limits::kSnapLimitMm);
    // A unit at a neighbour's incident leaves the roads that this region knows.
    if (!on_road && (unit.assignment == AssignmentId{} || !std::as_const(incidents_).at(unit.incident).lent)) {
      return Reject{v1::REJECT_CODE_OFF_ROAD,
                    "no road within 1 km of the position of unit " + std::to_string(record.unit_id())};
    }
  }

  has_read(index, record.last_order_seen());
  if (!record.has_position()) {
    // A heartbeat says "where I was".
    if (unit.position_at != TimeMs{} && !unit.position_stale) unit.position_at = shared_->now;
  } else if (record.measured_at_ms() > unit.measured_at_ms) {
    unit.measured_at_ms = record.measured_at_ms();
    unit.position = position;
    unit.position_at = shared_->now;
    const bool was_stale = std::exchange(unit.position_stale, false);
    if (on_road) place(index, *on_road);
    if (was_stale) decide_changed(index);
    tell_newcomer(index);
    hear(index);
    if (unit.assignment != AssignmentId{}) note_position(index, position);
    if (!duties_.empty()) note_area(index, position);
    return {};
  }
  hear(index);
  return {};
}

Outcome Region::apply(const v1::UnitStatusReported& record) {
  const auto status = record.status();
  UnitIndex index;
  const bool about_work = status == v1::UNIT_SECONDARY_STATUS_EN_ROUTE || status == v1::UNIT_SECONDARY_STATUS_ON_SCENE;
  const bool about_duty =
      status == v1::UNIT_SECONDARY_STATUS_ON_DUTY || status == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE;
  if (!about_work && !about_duty) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "a unit reports EN_ROUTE, ON_SCENE, ON_DUTY or OUT_OF_SERVICE"};
  }
  if (Outcome refused = about_work ? find_own_assignment(record.unit_id(), record.assignment_id(), index)
                                   : find_signed_on(record.unit_id(), index)) {
    return refused;
  }
  Unit& unit = units_[index.value()];
  if (unit.secondary == status) {  // Said twice.
    hear(index);
    if (status == v1::UNIT_SECONDARY_STATUS_ON_SCENE) will_be_free(index, record.free_in_ms());
    return about_work ? said_again(index) : Outcome{};
  }
  if (about_duty) {
    if (status == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) {
      hear(index);
      take_out(index);
      return {};
    }
    const bool held_back = unit.secondary == v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING ||
                           unit.secondary == v1::UNIT_SECONDARY_STATUS_ON_BREAK;
    if (held_back) {
      return Reject{v1::REJECT_CODE_NOT_ALLOWED, "unit " + std::to_string(record.unit_id()) + " is " +
                                                     v1::UnitSecondaryStatus_Name(unit.secondary) +
                                                     "; its roster says when it is on duty"};
    }
    if (unit.held_out) {
      return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "a dispatcher took unit " + std::to_string(record.unit_id()) +
                                                            " out of service; a dispatcher puts it back"};
    }
  }
  if (!unit_may_change(unit.secondary, status)) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "unit " + std::to_string(record.unit_id()) + " cannot go from " +
                                                          v1::UnitSecondaryStatus_Name(unit.secondary) + " to " +
                                                          v1::UnitSecondaryStatus_Name(status)};
  }
  hear(index);
  set_status(index, status);
  if (about_duty && policy_->duty().on) follow_roster(index);
  if (about_work) {
    Incident& incident = incidents_.at(unit.incident);
    Assignment& assignment = *incident.find(unit.assignment);
    word(index);
    if (status == v1::UNIT_SECONDARY_STATUS_EN_ROUTE) {
      assignment.en_route_at = shared_->now;
    } else {
      arrive(index, assignment, false);
      will_be_free(index, record.free_in_ms());
    }
    set_status(incident, incident.status_of_assignments());
    decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
  }
  return {};
}

// What a unit on scene says of its time left: incidents that would wait too long for others may wait for it.
void Region::will_be_free(UnitIndex index, std::int64_t free_in_ms) {
  if (free_in_ms <= 0) return;
  Unit& unit = units_[index.value()];
  unit.free_at = shared_->now + DurationMs{std::min(free_in_ms, limits::kPolicyTimeMs)};
  shared_->timers.set({unit.free_at, TimerKind::kAwait, id_, unit_infos_[index.value()].id.value()});
}

Outcome Region::apply(const v1::AssignmentAcknowledged& record) {
  UnitIndex index;
  if (Outcome refused = find_own_assignment(record.unit_id(), record.assignment_id(), index)) return refused;
  hear(index);
  Unit& unit = units_[index.value()];
  if (unit.secondary != v1::UNIT_SECONDARY_STATUS_DISPATCHED) return {};  // Signed twice.
  Incident& incident = incidents_.at(unit.incident);
  incident.find(unit.assignment)->acknowledged_at = shared_->now;
  const bool responds = !incident.find(unit.assignment)->destination;
  if (responds && incident.response.clock_start == v1::CLOCK_START_SIGNED) start_clock(incident);
  set_status(index, v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION);
  word(index);
  watch_progress(index);
  decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
  return {};
}

Outcome Region::apply(const v1::AssignmentDeclined& record) {
  UnitIndex index;
  if (Outcome refused = find_own_assignment(record.unit_id(), record.assignment_id(), index)) return refused;
  if (!v1::DeclineReason_IsValid(record.reason()) || record.reason() == v1::DECLINE_REASON_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_MISSING_FIELD, "a decline gives its reason"};
  }
  if (units_[index.value()].secondary == v1::UNIT_SECONDARY_STATUS_ON_SCENE) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "the unit is on scene; it gives feedback instead"};
  }
  hear(index);
  Unit& unit = units_[index.value()];
  Incident& incident = incidents_.at(unit.incident);
  mark_tried(incident, index);
  end_assignment(incident, unit.assignment, v1::AssignmentEnded::REASON_DECLINED,
                 v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, false);
  assign_missing(incident);
  decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  return {};
}

Outcome Region::apply(const v1::FeedbackGiven& record) {
  UnitIndex index;
  if (Outcome refused = find_own_assignment(record.unit_id(), record.assignment_id(), index)) return refused;
  if (!v1::Disposition_IsValid(record.disposition()) || record.disposition() == v1::DISPOSITION_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_MISSING_FIELD, "feedback gives the disposition"};
  }
  Unit& unit = units_[index.value()];
  if (!unit_may_change(unit.secondary, v1::UNIT_SECONDARY_STATUS_CLEARED)) {
    return Reject{
        v1::REJECT_CODE_ILLEGAL_TRANSITION,
        "unit " + std::to_string(record.unit_id()) + " has not signed for its assignment; acknowledge or decline it"};
  }
  hear(index);
  word(index);
  Incident& incident = incidents_.at(unit.incident);
  const bool responded = !incident.find(unit.assignment)->destination;
  end_assignment(incident, unit.assignment, v1::AssignmentEnded::REASON_FEEDBACK, v1::UNIT_SECONDARY_STATUS_CLEARED,
                 false);
  // Who only blocked a way does not speak for those who are still to come.
  if (incident.nobody_sent() && (responded || incident.missing() == 0)) {
    end_incident(incident, v1::INCIDENT_STATUS_CLOSED, record.disposition(),
                 v1::AssignmentEnded::REASON_INCIDENT_CLOSED, v1::IncidentChanged::CAUSE_FEEDBACK, {});
  } else {
    decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
  }
  return {};
}

Outcome Region::apply(const v1::UnitDisconnected& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  Unit& unit = units_[index.value()];
  if (unit.device_id != record.device_id()) {
    return Reject{v1::REJECT_CODE_NOT_SIGNED_ON,
                  "unit " + std::to_string(record.unit_id()) + " is signed on from another device"};
  }
  if (is_free(unit.secondary) && !unit.unheard) {
    unit.unheard = true;
    decide_changed(index);
  }
  return {};
}

// Out of service: from its own report or by a dispatcher. Its incident goes to another.
void Region::take_out(UnitIndex index) {
  Unit& unit = units_[index.value()];
  Incident* left = unit.assignment == AssignmentId{} ? nullptr : &incidents_.at(unit.incident);
  if (left != nullptr) {
    end_assignment(*left, unit.assignment, v1::AssignmentEnded::REASON_OUT_OF_SERVICE,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  if (unit_may_change(unit.secondary, v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) &&
      unit.secondary != v1::UNIT_SECONDARY_STATUS_OFF_DUTY) {
    set_status(index, v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE);
  }
  if (left != nullptr) {
    assign_missing(*left);
    decide_changed(*left, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
}

void Region::put_back(UnitIndex index) {
  if (units_[index.value()].secondary == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) {
    set_status(index, v1::UNIT_SECONDARY_STATUS_ON_DUTY);
    if (policy_->duty().on) follow_roster(index);
  }
}

}  // namespace dispatch135::core
