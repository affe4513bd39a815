// What can be said of a published roster and of a crew without knowing the city.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/roster.h"
#include "engine/geo/polygon.h"

namespace dispatch135::core {
namespace {

Reject bad_form(const std::string& what) { return {v1::REJECT_CODE_BAD_ROSTER, what}; }

Outcome malformed_shift(const v1::RosterShift& shift, const v1::PublishRoster& roster, const std::string& entry) {
  if (shift.unit_id() == 0) return bad_form(entry + " names no unit");
  if (shift.begin_ms() < roster.from_ms() || shift.begin_ms() >= roster.until_ms()) {
    return bad_form(entry + " does not begin within the roster's span");
  }
  if (shift.end_ms() <= shift.begin_ms()) return bad_form(entry + " ends before it begins");
  if (shift.end_ms() - shift.begin_ms() > limits::kShiftMs) return bad_form(entry + " is longer than 24 hours");
  if (static_cast<std::size_t>(shift.breaks_size()) > limits::kBreaksPerShift) {
    return bad_form(entry + " has more than 8 breaks");
  }
  std::int64_t last = shift.begin_ms();
  for (const v1::RosterBreak& pause : shift.breaks()) {
    if (pause.end_ms() <= pause.begin_ms()) return bad_form(entry + " has a break that ends before it begins");
    if (pause.begin_ms() < last) return bad_form(entry + " has breaks that overlap, or one before the shift");
    if (pause.end_ms() > shift.end_ms()) return bad_form(entry + " has a break after its end");
    last = pause.end_ms();
  }
  if (shift.overtime_limit_ms() < 0 || shift.overtime_limit_ms() > limits::kOvertimeMs) {
    return bad_form(entry + " has an overtime limit beyond 12 hours");
  }
  const auto corners = static_cast<std::size_t>(shift.area_size());
  if (corners != 0 && (corners < 3 || corners > limits::kPatrolCorners)) {
    return bad_form(entry + " has a patrol area of " + std::to_string(corners) + " corners; 3 to 100 make one");
  }
  for (const v1::Position& corner : shift.area()) {
    if (!geo::in_range({corner.latitude_e7(), corner.longitude_e7()})) {
      return bad_form(entry + " has a patrol area with a corner that is not on the earth");
    }
  }
  return {};
}

Outcome too_long(const char* what, const std::string& text, std::size_t least, std::size_t most) {
  if (text.size() >= least && text.size() <= most) return {};
  return Reject{v1::REJECT_CODE_OUT_OF_RANGE, std::string(what) + " has " + std::to_string(text.size()) + " bytes; " +
                                                  std::to_string(least) + " to " + std::to_string(most) + " are taken"};
}

Outcome too_many(const char* what, std::size_t count, std::size_t most) {
  if (count <= most) return {};
  return Reject{v1::REJECT_CODE_OUT_OF_RANGE, std::string(what) + ": " + std::to_string(count) +
                                                  " are too many; at most " + std::to_string(most) + " are taken"};
}

}  // namespace

Outcome malformed(const v1::PublishRoster& roster) {
  if (roster.from_ms() <= 0 || roster.until_ms() <= roster.from_ms())
    return bad_form("the roster's span ends before it begins");
  if (roster.until_ms() - roster.from_ms() > limits::kRosterSpanMs)
    return bad_form("the roster's span is longer than 31 days");
  const auto entries = static_cast<std::size_t>(roster.shifts_size() + roster.units_size());
  if (entries == 0) return bad_form("the roster names no unit");
  if (entries > limits::kRosterShifts) {
    return bad_form("the roster has " + std::to_string(entries) + " entries; publish 500 at a time at most");
  }
  std::size_t corners = 0;
  std::map<std::uint64_t, std::vector<int>> of_unit;
  for (int i = 0; i < roster.shifts_size(); ++i) {
    const v1::RosterShift& shift = roster.shifts(i);
    const std::string entry = "shifts[" + std::to_string(i) + "] (unit " + std::to_string(shift.unit_id()) + ")";
    if (Outcome wrong = malformed_shift(shift, roster, entry)) return wrong;
    corners += static_cast<std::size_t>(shift.area_size());
    for (const int earlier : of_unit[shift.unit_id()]) {
      const v1::RosterShift& other = roster.shifts(earlier);
      if (shift.begin_ms() < other.end_ms() && other.begin_ms() < shift.end_ms()) {
        return bad_form(entry + " overlaps shifts[" + std::to_string(earlier) + "] of the same unit");
      }
    }
    of_unit[shift.unit_id()].push_back(i);
  }
  if (corners > limits::kRosterCorners) {
    return bad_form("the roster's patrol areas have " + std::to_string(corners) +
                    " corners; publish 2,000 at a time at most");
  }
  return {};
}

Outcome malformed(const v1::Crew& crew) {
  if (Outcome wrong = too_many("crew.members", static_cast<std::size_t>(crew.members_size()), limits::kCrewMembers)) {
    return wrong;
  }
  for (const v1::CrewMember& member : crew.members()) {
    if (Outcome wrong = too_long("crew.members.id", member.id(), 1, limits::kCrewIdBytes)) return wrong;
    if (Outcome wrong = too_long("crew.members.name", member.name(), 0, limits::kCrewNameBytes)) return wrong;
  }
  if (crew.count() > limits::kCrewCount ||
      (crew.count() != 0 && crew.count() < static_cast<std::uint32_t>(crew.members_size()))) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                  "crew.count is " + std::to_string(crew.count()) + "; 0, or as many as the members up to 64"};
  }
  if (Outcome wrong = too_long("crew.vehicle", crew.vehicle(), 0, limits::kVehicleBytes)) return wrong;
  if (Outcome wrong = too_many("crew.equipment", static_cast<std::size_t>(crew.equipment_size()), limits::kEquipment)) {
    return wrong;
  }
  for (const std::string& item : crew.equipment()) {
    if (Outcome wrong = too_long("crew.equipment", item, 1, limits::kEquipmentBytes)) return wrong;
  }
  if (crew.capabilities() != 0 && !crew.own_capabilities()) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "crew.capabilities count only with crew.own_capabilities"};
  }
  if (!v1::TravelKind_IsValid(crew.travel_kind())) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE,
                  "crew.travel_kind is " + std::to_string(crew.travel_kind()) + ", which this version does not know"};
  }
  return {};
}

}  // namespace dispatch135::core
