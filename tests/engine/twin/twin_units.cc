// What the units say, what their silence says, and what their roster has them do.
#include <algorithm>

#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {
namespace {

constexpr auto kOffDuty = v1::UNIT_SECONDARY_STATUS_OFF_DUTY;
constexpr auto kOnDuty = v1::UNIT_SECONDARY_STATUS_ON_DUTY;
constexpr auto kDispatched = v1::UNIT_SECONDARY_STATUS_DISPATCHED;
constexpr auto kSigned = v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION;
constexpr auto kEnRoute = v1::UNIT_SECONDARY_STATUS_EN_ROUTE;
constexpr auto kOnScene = v1::UNIT_SECONDARY_STATUS_ON_SCENE;
constexpr auto kCalledOff = v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED;
constexpr auto kOut = v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE;
constexpr auto kPending = v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING;
constexpr auto kOnBreak = v1::UNIT_SECONDARY_STATUS_ON_BREAK;
constexpr std::int64_t kDayMs = 86'400'000;

}  // namespace

bool is_free(v1::UnitSecondaryStatus status) {
  return status == kOnDuty || status == v1::UNIT_SECONDARY_STATUS_CLEARED || status == kCalledOff;
}

bool is_at_work(v1::UnitSecondaryStatus status) {
  return status == kDispatched || status == kSigned || status == kEnRoute || status == kOnScene;
}

void Twin::set_status(std::size_t index, v1::UnitSecondaryStatus status) {
  Unit& unit = units_[index];
  if (unit.status == status) return;
  unit.status = status;
  if (assignable(unit)) came_free_ = true;
}

void Twin::hear(std::size_t index) {
  Unit& unit = units_[index];
  unit.heard_at = now_;
  if (unit.unheard) {
    unit.unheard = false;
    if (assignable(unit)) came_free_ = true;
  }
  watch(index);
}

void Twin::read(std::size_t index, std::uint64_t last_order_seen) {
  Unit& unit = units_[index];
  const bool before = assignable(unit);
  unit.last_read = std::max(unit.last_read, last_order_seen);
  if (!before && assignable(unit)) came_free_ = true;
}

void Twin::watch(std::size_t index) {
  Unit& unit = units_[index];
  if (unit.status == kOffDuty) return;
  std::int64_t due = INT64_MAX;
  if (!unit.unheard) due = unit.heard_at + policy_.silent_after_ms();
  if (unit.position_at != 0 && !unit.stale) due = std::min(due, unit.position_at + policy_.stale_position_after_ms());
  if (due == INT64_MAX || (unit.watch_due != 0 && unit.watch_due <= due)) return;
  unit.watch_due = due;
  timers_.insert({due, TimerKind::kWatch, index});
}

void Twin::check_on(std::size_t index) {
  Unit& unit = units_[index];
  if (unit.status == kOffDuty) return;
  if (unit.position_at != 0 && !unit.stale && now_ - unit.position_at >= policy_.stale_position_after_ms()) {
    unit.stale = true;
    unit.place = unit.card.home;
  }
  if (!unit.unheard && now_ - unit.heard_at >= policy_.silent_after_ms()) {
    unit.unheard = true;
    if (is_at_work(unit.status) && unit.status != kOnScene) {
      Incident& incident = incidents_.at(unit.incident);
      mark_tried(incident, index);
      end_work(incident, unit.assignment, v1::AssignmentEnded::REASON_SILENT, kCalledOff, true);
      assign_missing(incident);
    }
  }
  watch(index);
}

void Twin::sign_on(const v1::UnitSignedOn& record) {
  const std::size_t index = index_of(record.unit_id());
  Unit& unit = units_[index];
  if (record.last_order_seen() > unit.last_order) return;
  if (record.has_crew()) {
    const bool own = record.crew().own_capabilities();
    unit.card.capabilities = own ? record.crew().capabilities() : town_->units()[index].capabilities;
  }
  read(index, record.last_order_seen());
  unit.measured_at = 0;
  if (unit.status != kOffDuty) return hear(index);
  unit.position_at = 0;
  unit.stale = false;
  unit.place = unit.card.home;
  unit.heard_at = now_;
  unit.unheard = false;
  set_status(index, unit.held_out ? kOut : status_on_duty(unit));
  follow_roster(index);
  watch(index);
}

void Twin::sign_off(std::size_t index) {
  Unit& unit = units_[index];
  if (unit.status == kOffDuty) return;
  const std::uint64_t left = unit.assignment == 0 ? 0 : unit.incident;
  if (left != 0) {
    end_work(incidents_.at(left), unit.assignment, v1::AssignmentEnded::REASON_SIGNED_OFF, kCalledOff, false);
  }
  if (unit.status != kOffDuty) go_off_duty(index);
  if (left != 0) assign_missing(incidents_.at(left));
}

void Twin::go_off_duty(std::size_t index) {
  Unit& unit = units_[index];
  unit.unheard = false;
  unit.position_at = 0;
  unit.stale = false;
  unit.card.capabilities = town_->units()[index].capabilities;
  set_status(index, kOffDuty);
}

void Twin::position(const v1::UnitPositionReported& record) {
  const std::size_t index = index_of(record.unit_id());
  Unit& unit = units_[index];
  if (unit.status == kOffDuty || record.last_order_seen() > unit.last_order) return;
  read(index, record.last_order_seen());
  if (!record.has_position()) {
    if (unit.position_at != 0 && !unit.stale) unit.position_at = now_;
  } else if (record.measured_at_ms() > unit.measured_at) {
    unit.measured_at = record.measured_at_ms();
    unit.position_at = now_;
    unit.stale = false;
    unit.place = *town_->place_at({record.position().latitude_e7(), record.position().longitude_e7()});
  }
  hear(index);
}

bool Twin::holds(std::uint64_t unit_id, std::uint64_t assignment) const {
  const Unit& unit = units_[index_of(unit_id)];
  return unit.status != kOffDuty && assignment != 0 && unit.assignment == assignment;
}

void Twin::status(const v1::UnitStatusReported& record) {
  const std::size_t index = index_of(record.unit_id());
  Unit& unit = units_[index];
  const auto wanted = record.status();
  if (wanted == kOnDuty || wanted == kOut) {
    if (unit.status == kOffDuty) return;
    if (unit.status == wanted) return hear(index);
    if (wanted == kOut) {
      hear(index);
      return take_out(index);
    }
    if (unit.status != kOut || unit.held_out) return;
    hear(index);
    set_status(index, kOnDuty);
    return follow_roster(index);
  }
  if (!holds(record.unit_id(), record.assignment_id())) return;
  const bool legal = unit.status == wanted || (wanted == kEnRoute && unit.status == kSigned) ||
                     (wanted == kOnScene && (unit.status == kSigned || unit.status == kEnRoute));
  if (!legal) return;
  hear(index);
  const bool said_twice = unit.status == wanted;
  set_status(index, wanted);
  if (wanted != kOnScene) return;
  if (record.free_in_ms() > 0) {
    unit.free_at = now_ + std::min(record.free_in_ms(), kDayMs);
    timers_.insert({unit.free_at, TimerKind::kAwait, index});
  }
  if (said_twice) return;
  Incident& incident = incidents_.at(unit.incident);
  for (Work& work : incident.works) work.on_scene = work.on_scene || work.id == unit.assignment;
  incident.anybody_on_scene = true;
  incident.was_diverted_from = false;
}

void Twin::acknowledged(const v1::AssignmentAcknowledged& record) {
  if (!holds(record.unit_id(), record.assignment_id())) return;
  const std::size_t index = index_of(record.unit_id());
  hear(index);
  if (units_[index].status != kDispatched) return;
  Incident& incident = incidents_.at(units_[index].incident);
  if (incident.answer.clock == v1::CLOCK_START_SIGNED) start_clock(incident);
  set_status(index, kSigned);
}

void Twin::declined(const v1::AssignmentDeclined& record) {
  const std::size_t index = index_of(record.unit_id());
  if (!holds(record.unit_id(), record.assignment_id()) || units_[index].status == kOnScene) return;
  hear(index);
  Incident& incident = incidents_.at(units_[index].incident);
  mark_tried(incident, index);
  end_work(incident, units_[index].assignment, v1::AssignmentEnded::REASON_DECLINED, kCalledOff, false);
  assign_missing(incident);
}

void Twin::feedback(const v1::FeedbackGiven& record) {
  const std::size_t index = index_of(record.unit_id());
  if (!holds(record.unit_id(), record.assignment_id()) || units_[index].status == kDispatched) return;
  hear(index);
  Incident& incident = incidents_.at(units_[index].incident);
  end_work(incident, units_[index].assignment, v1::AssignmentEnded::REASON_FEEDBACK, v1::UNIT_SECONDARY_STATUS_CLEARED,
           false);
  if (!incident.works.empty()) return;
  end_incident(incident, v1::INCIDENT_STATUS_CLOSED, v1::AssignmentEnded::REASON_INCIDENT_CLOSED);
}

void Twin::take_out(std::size_t index) {
  Unit& unit = units_[index];
  const std::uint64_t left = unit.assignment == 0 ? 0 : unit.incident;
  if (left != 0) {
    end_work(incidents_.at(left), unit.assignment, v1::AssignmentEnded::REASON_OUT_OF_SERVICE, kCalledOff, true);
  }
  if (unit.status != kOffDuty) set_status(index, kOut);
  if (left != 0) assign_missing(incidents_.at(left));
}

void Twin::put_back(std::size_t index) {
  if (units_[index].status != kOut) return;
  set_status(index, kOnDuty);
  follow_roster(index);
}

v1::UnitSecondaryStatus Twin::status_on_duty(const Unit& unit) const {
  if (!required()) return kOnDuty;
  if (!unit.shift || !unit.shift->has(now_)) return kPending;
  return unit.shift->pauses(now_) ? kOnBreak : kOnDuty;
}

// Whoever has no work is what its roster says; whose shift ended while it had none, or whose work ended after it, is
// off duty.
void Twin::follow_roster(std::size_t index) {
  if (!required()) return;
  Unit& unit = units_[index];
  const bool in_shift = unit.shift && unit.shift->has(now_);
  const bool in_overtime = !in_shift && unit.on_shift && is_at_work(unit.status);
  const bool ended = !in_shift && unit.on_shift && !in_overtime && now_ >= unit.shift->end_ms;
  unit.on_shift = in_shift || in_overtime;
  if (unit.shift) {
    for (const std::int64_t change :
         {unit.shift->begin_ms, unit.shift->break_begin_ms, unit.shift->break_end_ms, unit.shift->end_ms}) {
      if (change > now_) timers_.insert({change, TimerKind::kDuty, index});
    }
  }
  if (unit.status == kOffDuty || is_at_work(unit.status)) return;
  if (ended) return go_off_duty(index);
  if (unit.status == kOut) return;
  const v1::UnitSecondaryStatus wanted = status_on_duty(unit);
  const bool held_back = unit.status == kPending || unit.status == kOnBreak;
  if (wanted != kOnDuty || held_back) set_status(index, wanted);
}

bool Twin::rostered_for(const Unit& unit, std::int64_t when, v1::Severity severity) const {
  if (!required()) return true;
  return unit.shift && unit.shift->has(when) && (!unit.shift->pauses(when) || calls_from_break(severity));
}

}  // namespace dispatch135::core::twin
