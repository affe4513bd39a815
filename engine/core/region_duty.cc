// Whom the roster has on duty: shifts that begin and end, breaks, overtime, and who is not where it wants.
#include <algorithm>
#include <string>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"
#include "engine/geo/polygon.h"

namespace dispatch135::core {
namespace {

using Phase = Duty::Phase;

// "12:30 UTC".
std::string clock(TimeMs time) {
  const std::int64_t minute = time.since_epoch / 60'000 % 1'440;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minute / 60) + ":" + two(minute % 60) + " UTC";
}

}  // namespace

// Brings the unit to where the roster has it now, and tells what changed. To be called whenever the roster's clock, the
// roster, the policy or the unit's work may have moved it on.
void Region::follow_roster(UnitIndex index) {
  const bool signed_on = units_[index.value()].secondary != v1::UNIT_SECONDARY_STATUS_OFF_DUTY;
  const auto known = duties_.find(index);
  if (known == duties_.end() && roster_.of(index).empty()) return keep_to(index, false);

  const policy::DutyRule& rule = policy_->duty();
  const TimeMs now = shared_->now;
  Duty& duty = duties_[index];
  const Shift* shift = rule.on ? roster_.at(index, now) : nullptr;
  const bool over = duty.phase != Phase::kOff && now >= duty.shift.end;
  Phase next = Phase::kOff;
  if (shift != nullptr) {
    next = shift->break_at(now) != nullptr ? Phase::kBreak : Phase::kShift;
  } else if (rule.on && over && is_assigned(units_[index.value()].secondary)) {
    next = Phase::kOvertime;
  }
  const bool ended = over && next == Phase::kOff;
  if (rule.on) tell_duty(index, duty, shift, next);
  if (shift != nullptr && (!duty.on_shift() || duty.shift.begin != shift->begin)) duty.signed_on = false;
  duty.phase = next;
  if (shift != nullptr) duty.shift = *shift;
  if (signed_on) duty.signed_on = true;
  if (next != Phase::kShift) duty.outside_since = {};
  take_post(index, next == Phase::kOff ? nullptr : &duty.shift);
  keep_to(index, ended);
  watch_duty(index, duty);
  roster_.forget(index, now);
  const bool warned = std::any_of(duty.warned.begin(), duty.warned.end(), [](TimeMs t) { return t != TimeMs{}; });
  if (duty.phase == Phase::kOff && !warned && roster_.of(index).empty()) duties_.erase(index);
}

// Before duty.phase and duty.shift move on.
void Region::tell_duty(UnitIndex index, const Duty& duty, const Shift* shift, Phase next) {
  const auto tell = [&](v1::DutyChanged::What what, const Shift& about) {
    v1::DutyChanged& changed = *decide().mutable_duty_changed();
    changed.set_what(what);
    fill(index, about, *changed.mutable_shift());
    changed.set_unit_id(changed.shift().unit_id());
  };
  Phase before = duty.phase;
  if (shift != nullptr && (!duty.on_shift() || duty.shift.begin != shift->begin)) {
    tell(v1::DutyChanged::WHAT_SHIFT_BEGUN, *shift);
    before = Phase::kShift;
  }
  if (before == next) return;
  if (next == Phase::kBreak) tell(v1::DutyChanged::WHAT_BREAK_BEGUN, *shift);
  if (next == Phase::kShift) tell(v1::DutyChanged::WHAT_BREAK_ENDED, *shift);
  if (next == Phase::kOvertime) tell(v1::DutyChanged::WHAT_OVERTIME_BEGUN, duty.shift);
  if (next != Phase::kOff) return;
  const bool over = shared_->now >= duty.shift.end;
  tell(over ? v1::DutyChanged::WHAT_SHIFT_ENDED : v1::DutyChanged::WHAT_SHIFT_WITHDRAWN, duty.shift);
}

// A unit without work has the status that the roster gives it, where the roster is required.
void Region::keep_to(UnitIndex index, bool shift_ended) {
  const v1::UnitSecondaryStatus status = units_[index.value()].secondary;
  if (status == v1::UNIT_SECONDARY_STATUS_OFF_DUTY || is_assigned(status)) return;
  const bool held_back =
      status == v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING || status == v1::UNIT_SECONDARY_STATUS_ON_BREAK;
  if (!policy_->duty().required) {
    if (held_back) set_status(index, v1::UNIT_SECONDARY_STATUS_ON_DUTY);
    return;
  }
  if (shift_ended) return go_off_duty(index);
  if (status == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) return;
  const v1::UnitSecondaryStatus wanted = status_on_duty(index);
  if (wanted == v1::UNIT_SECONDARY_STATUS_ON_DUTY ? held_back : status != wanted) set_status(index, wanted);
}

// Of a unit that is signed on, in service and without work.
v1::UnitSecondaryStatus Region::status_on_duty(UnitIndex index) const {
  if (!policy_->duty().required) return v1::UNIT_SECONDARY_STATUS_ON_DUTY;
  const Shift* shift = roster_.at(index, shared_->now);
  if (shift == nullptr) return v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING;
  return shift->break_at(shared_->now) != nullptr ? v1::UNIT_SECONDARY_STATUS_ON_BREAK
                                                  : v1::UNIT_SECONDARY_STATUS_ON_DUTY;
}

// Warnings, and when to look again.
void Region::watch_duty(UnitIndex index, Duty& duty) {
  const policy::DutyRule& rule = policy_->duty();
  const TimeMs now = shared_->now;
  TimeMs next = rule.on ? roster_.next_change(index, now).value_or(TimeMs{}) : TimeMs{};
  const auto warn_after = [&](v1::DutyWarned::Kind kind, bool applies, TimeMs since, DurationMs limit) {
    TimeMs& warned = duty.warned[static_cast<std::size_t>(kind)];
    applies = applies && rule.on && limit.count != 0;
    const bool stands = applies && now >= since + limit;
    if (stands != (warned != TimeMs{})) {
      warned = stands ? since : TimeMs{};
      *decide().mutable_duty_warned() = duty_warning(index, kind, stands ? since : TimeMs{});
    }
    if (applies && !stands && (next == TimeMs{} || since + limit < next)) next = since + limit;
  };
  warn_after(v1::DutyWarned::KIND_ABSENT, duty.on_shift() && !duty.signed_on, duty.shift.begin, rule.absent_after);
  warn_after(v1::DutyWarned::KIND_OVERTIME, duty.phase == Phase::kOvertime, duty.shift.end,
             duty.shift.overtime_limit.count != 0 ? duty.shift.overtime_limit : rule.overtime_limit);
  warn_after(v1::DutyWarned::KIND_OUTSIDE_AREA, duty.outside_since != TimeMs{}, duty.outside_since,
             rule.outside_area_after);
  duty.look_at = next;
  if (next != TimeMs{}) shared_->timers.set({next, TimerKind::kDuty, id_, unit_infos_[index.value()].id.value()});
}

v1::DutyWarned Region::duty_warning(UnitIndex index, v1::DutyWarned::Kind kind, TimeMs since) const {
  v1::DutyWarned warned;
  warned.set_kind(kind);
  warned.set_stands(since != TimeMs{});
  warned.set_unit_id(unit_infos_[index.value()].id.value());
  warned.set_since_ms(since.since_epoch);
  return warned;
}

// A unit has told where it is: has it left its patrol area, or come back?
void Region::note_area(UnitIndex index, geo::Point position) {
  const auto found = duties_.find(index);
  if (found == duties_.end() || policy_->duty().outside_area_after.count == 0) return;
  Duty& duty = found->second;
  if (duty.shift.area.empty()) return;
  const bool outside = duty.phase == Phase::kShift && is_free(units_[index.value()].secondary) &&
                       !geo::contains(duty.shift.area, position);
  if (outside == (duty.outside_since != TimeMs{})) return;
  duty.outside_since = outside ? shared_->now : TimeMs{};
  watch_duty(index, duty);
}

// Works from the shift's post or in its patrol area; null: from the city file's post.
void Region::take_post(UnitIndex index, const Shift* shift) {
  city::UnitInfo& info = unit_infos_[index.value()];
  const PostIndex post = shift != nullptr ? shift->post : city_->unit(index).post;
  const geo::Point home =
      shift != nullptr && !shift->area.empty() ? geo::middle_of(shift->area) : city_->post(post).position;
  if (info.post == post && home_points_[index.value()] == home) return;
  info.post = post;
  post_kinds_[index.value()] = city_->post(post).kind;
  home_points_[index.value()] = home;
  find_home(index);
  const Unit& unit = units_[index.value()];
  if (unit.secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) return;
  if (unit.position_at == TimeMs{} || unit.position_stale) place_at_post(index);
  decide_changed(index);
}

// Where its post or the middle of its area is on the roads of its kind of travel; as it was, if there is none.
void Region::find_home(UnitIndex index) {
  const road::TravelKind kind = city::to_road(unit_infos_[index.value()].travel_kind);
  const auto home = city_->roads().snap(home_points_[index.value()], kind, limits::kSnapLimitMm);
  if (home) homes_[index.value()] = *home;
}

// By its own word or at the end of its shift.
void Region::go_off_duty(UnitIndex index) {
  Unit& unit = units_[index.value()];
  on_road_.remove(index);
  unit.device_id.clear();
  unit.unheard = false;
  unit.position_at = {};
  unit.position_stale = false;
  set_crew(index, {});
  set_status(index, v1::UNIT_SECONDARY_STATUS_OFF_DUTY);
}

// What the crew brings counts until the unit goes off duty; without one the city file's does.
void Region::set_crew(UnitIndex index, const std::optional<v1::Crew>& crew) {
  city::UnitInfo& info = unit_infos_[index.value()];
  const city::UnitInfo built = city_->unit(index);
  const v1::TravelKind travelled = info.travel_kind;
  info.capabilities = crew && crew->own_capabilities() ? crew->capabilities() : built.capabilities;
  info.travel_kind =
      crew && crew->travel_kind() != v1::TRAVEL_KIND_UNSPECIFIED ? crew->travel_kind() : built.travel_kind;
  if (crew) {
    crews_[index] = *crew;
  } else {
    crews_.erase(index);
  }
  if (info.travel_kind == travelled) return;
  find_home(index);
  if (!on_road_.placed(index)) return;
  const Unit& unit = units_[index.value()];
  const bool seen = unit.position_at != TimeMs{} && !unit.position_stale;
  on_road_.remove(index);
  const auto here =
      seen ? city_->roads().snap(unit.position, city::to_road(info.travel_kind), limits::kSnapLimitMm) : std::nullopt;
  place(index, here.value_or(*homes_[index.value()]));
}

// In a break, and otherwise as one who could be sent.
bool Region::waits_in_break(UnitIndex index) const {
  const Unit& unit = units_[index.value()];
  return unit.secondary == v1::UNIT_SECONDARY_STATUS_ON_BREAK && !unit.unheard && on_road_.placed(index) &&
         unit.orders.size() < limits::kUnseenOrders;
}

// May the unit be given this work for then, as far as its roster goes? One that holds work may be in overtime.
bool Region::rostered_for(UnitIndex index, TimeMs when, v1::Severity severity) const {
  const policy::DutyRule& rule = policy_->duty();
  if (!rule.required) return true;
  const Shift* shift = roster_.at(index, when);
  return shift != nullptr && (shift->break_at(when) == nullptr || rule.calls_from_break(severity));
}

// Why its roster keeps it from work now, for whoever names it; empty: it does not. `forced` passes over a break.
std::string Region::off_shift(UnitIndex index, v1::Severity severity, bool forced) const {
  if (rostered_for(index, shared_->now, severity)) return {};
  const Shift* shift = roster_.at_or_after(index, shared_->now);
  if (shift == nullptr) return "is on no roster; publish a shift for it first";
  if (shared_->now < shift->begin) {
    return "is between its shifts; the next one begins at " + clock(shift->begin) + ". Publish another roster first";
  }
  if (forced) return {};
  return "is in its break until " + clock(shift->break_at(shared_->now)->end) + "; force takes it nevertheless";
}

}  // namespace dispatch135::core
