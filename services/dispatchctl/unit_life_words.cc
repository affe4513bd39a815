#include "services/dispatchctl/unit_life_words.h"

#include <algorithm>
#include <cstdio>

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string named(const char* what, std::uint64_t id) { return std::string(what) + " " + std::to_string(id); }

}  // namespace

std::string describe(const v1::AssignmentWarned& warned) {
  std::string text = named("unit", warned.unit_id()) + " on its way to " + named("incident", warned.incident_id()) +
                     (warned.stands() ? ": " : " is no longer ") +
                     word("KIND_", v1::AssignmentWarned::Kind_Name(warned.kind()));
  if (!warned.stands()) return text;
  text += "; " + std::to_string(warned.moved_m()) + " m since it signed";
  if (warned.left_ms() >= 0) {
    text += ", " + seconds(warned.left_ms()) + " left by road (at best " + seconds(warned.best_left_ms()) + ")";
  }
  text += ", expected " + clock_time(warned.expected_at_ms()) + ", foreseen " + clock_time(warned.foreseen_at_ms()) +
          ", deadline " + clock_time(warned.deadline_at_ms());
  return warned.reinforced() ? text + "; one more unit is sent" : text;
}

std::string describe(const v1::UnitChecked& checked) {
  std::string text = "check " + std::to_string(checked.check_id()) + " on the officer of " +
                     named("unit", checked.unit_id()) + " (" +
                     word("CHECK_CAUSE_", v1::CheckCause_Name(checked.cause())) + ")";
  if (checked.incident_id() != 0) text += " at " + named("incident", checked.incident_id());
  switch (checked.what()) {
    case v1::UnitChecked::WHAT_ASKED:
      return text + ": asked, an answer is due by " + clock_time(checked.answer_by_ms());
    case v1::UnitChecked::WHAT_ESCALATED:
      return text + " ESCALATED to the command centre: last heard " + clock_time(checked.heard_at_ms()) +
             ", last word " + clock_time(checked.word_at_ms()) +
             (checked.reinforced() ? "; one more unit is sent" : "");
    default:
      text += " " + word("WHAT_", v1::UnitChecked::What_Name(checked.what()));
      return checked.by().empty() ? text : text + " by " + checked.by();
  }
}

std::string describe(const v1::RosterChanged& changed) {
  const v1::PublishRoster& roster = changed.roster();
  std::string text = "roster of " + date_time(roster.from_ms()) + " to " + date_time(roster.until_ms()) +
                     " published by " + changed.operator_id() + ": " + std::to_string(roster.shifts_size()) + " shifts";
  return changed.reason().empty() ? text : text + ", " + changed.reason();
}

std::string describe(const v1::DutyChanged& changed) {
  return named("unit", changed.unit_id()) + ": " + word("WHAT_", v1::DutyChanged::What_Name(changed.what())) + " (" +
         describe(changed.shift()) + ")";
}

std::string describe(const v1::DutyWarned& warned) {
  return named("unit", warned.unit_id()) + (warned.stands() ? ": " : " is no longer ") +
         word("KIND_", v1::DutyWarned::Kind_Name(warned.kind())) + " since " + clock_time(warned.since_ms());
}

std::string describe(const v1::RosterShift& shift) {
  std::string text = date_time(shift.begin_ms()) + " to " + date_time(shift.end_ms());
  for (int i = 0; i < shift.breaks_size(); ++i) {
    text += (i == 0 ? ", breaks " : ", ") + clock_time(shift.breaks(i).begin_ms()) + "-" +
            clock_time(shift.breaks(i).end_ms());
  }
  return text;
}

std::string describe(const v1::Crew& crew) {
  const std::uint32_t count = std::max(crew.count(), static_cast<std::uint32_t>(crew.members_size()));
  std::string text = std::to_string(count) + (count == 1 ? " officer" : " officers");
  for (int i = 0; i < crew.members_size(); ++i) {
    text += (i == 0 ? " (" : ", ") + crew.members(i).name() + " " + crew.members(i).id();
  }
  if (crew.members_size() > 0) text += ")";
  if (!crew.vehicle().empty()) text += ", vehicle " + crew.vehicle();
  for (int i = 0; i < crew.equipment_size(); ++i) text += (i == 0 ? ", with " : ", ") + crew.equipment(i);
  return text;
}

}  // namespace dispatch135::dispatchctl
