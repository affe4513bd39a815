// What is published: rosters, checked whole before one of their entries counts.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/geo/polygon.h"

namespace dispatch135::core {
namespace {

Reject bad_roster(const std::string& what) { return {v1::REJECT_CODE_BAD_ROSTER, what}; }

Shift to_shift(const v1::RosterShift& entry, PostIndex post) {
  Shift shift;
  shift.post = post;
  shift.begin = {entry.begin_ms()};
  shift.end = {entry.end_ms()};
  for (const v1::RosterBreak& pause : entry.breaks()) shift.breaks.push_back({{pause.begin_ms()}, {pause.end_ms()}});
  shift.overtime_limit = {entry.overtime_limit_ms()};
  for (const v1::Position& corner : entry.area()) shift.area.push_back({corner.latitude_e7(), corner.longitude_e7()});
  return shift;
}

}  // namespace

// The entry's post, or the unit's by the city file, if both are of this region.
Outcome Region::find_shift(const v1::RosterShift& entry, const std::string& name, UnitIndex& unit, Shift& shift) const {
  const auto index = find_unit(entry.unit_id());
  if (!index)
    return bad_roster(name + ": unit " + std::to_string(entry.unit_id()) + " is not in the city file of this region");
  unit = *index;
  PostIndex post = city_->unit(unit).post;
  if (entry.post_id() != 0) {
    const auto found = city_->find_post(PostId(entry.post_id()));
    if (!found || city_->post(*found).region != id_) {
      return bad_roster(name + ": post " + std::to_string(entry.post_id()) + " is not in this region");
    }
    post = *found;
  }
  shift = to_shift(entry, post);
  const geo::Point home = shift.area.empty() ? city_->post(post).position : geo::middle_of(shift.area);
  const auto kind = city::to_road(city_->unit(unit).travel_kind);
  if (city_->roads().snap(home, kind, limits::kSnapLimitMm)) return {};
  return bad_roster(name + ": no road within 1 km of its " + (shift.area.empty() ? "post" : "patrol area's middle"));
}

Outcome Region::command(const v1::PublishRoster& command, const v1::OperatorCommand& from) {
  if (Outcome wrong = malformed(command)) return wrong;
  const TimeMs begin = {command.from_ms()};
  const TimeMs end = {command.until_ms()};
  std::map<UnitIndex, std::vector<Shift>> published;
  for (const std::uint64_t unit_id : command.units()) {
    const auto index = find_unit(unit_id);
    if (!index) return bad_roster("units: unit " + std::to_string(unit_id) + " is not in the city file of this region");
    published[*index];
  }
  for (int i = 0; i < command.shifts_size(); ++i) {
    UnitIndex unit;
    Shift shift;
    if (Outcome wrong = find_shift(command.shifts(i), "shifts[" + std::to_string(i) + "]", unit, shift)) return wrong;
    published[unit].push_back(std::move(shift));
  }
  for (const auto& [unit, shifts] : published) {
    const std::string name = "unit " + std::to_string(unit_infos_[unit.value()].id.value());
    if (const auto overlap = roster_.overlap_after(unit, begin, end, shifts)) {
      return bad_roster(name + ": its shift from " + std::to_string(overlap->second.begin.since_epoch) +
                        " ms overlaps the one that was published from " +
                        std::to_string(overlap->first.begin.since_epoch) + " to " +
                        std::to_string(overlap->first.end.since_epoch) + " ms");
    }
    const auto& ahead = roster_.of(unit);
    const auto over = std::count_if(ahead.begin(), ahead.end(), [&](const Shift& s) { return s.end <= shared_->now; });
    if (ahead.size() - static_cast<std::size_t>(over) + shifts.size() > limits::kShiftsPerUnit) {
      return Reject{v1::REJECT_CODE_CAPACITY, name + " would have more than 128 shifts ahead"};
    }
  }

  remember(applied(from, {}, {}));
  v1::RosterChanged& changed = *decide().mutable_roster_changed();
  *changed.mutable_roster() = command;
  changed.set_operator_id(from.operator_id());
  changed.set_reason(from.reason());
  for (const auto& [unit, shifts] : published) roster_.replace(unit, begin, end, shifts);
  for (const auto& [unit, shifts] : published) follow_roster(unit);
  return {};
}

void Region::fill(UnitIndex index, const Shift& shift, v1::RosterShift& out) const {
  out.set_unit_id(unit_infos_[index.value()].id.value());
  out.set_post_id(city_->post(shift.post).id.value());
  out.set_begin_ms(shift.begin.since_epoch);
  out.set_end_ms(shift.end.since_epoch);
  for (const Break& pause : shift.breaks) {
    v1::RosterBreak& added = *out.add_breaks();
    added.set_begin_ms(pause.begin.since_epoch);
    added.set_end_ms(pause.end.since_epoch);
  }
  out.set_overtime_limit_ms(shift.overtime_limit.count);
}

}  // namespace dispatch135::core
