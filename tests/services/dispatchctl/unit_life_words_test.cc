// What a dispatcher reads of units on their way, on scene and on duty.
#include "services/dispatchctl/unit_life_words.h"

#include <gtest/gtest.h>

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr std::int64_t kTwo = 1'700'013'600'000;  // 2023-11-15 02:00:00 UTC.

TEST(UnitLifeWords, AWarningTellsItsFigures) {
  v1::Decision decision;
  decision.set_decided_at_ms(kTwo);
  v1::AssignmentWarned& warned = *decision.mutable_assignment_warned();
  warned.set_kind(v1::AssignmentWarned::KIND_ETA_SLIPPING);
  warned.set_stands(true);
  warned.set_unit_id(7);
  warned.set_incident_id(42);
  warned.set_moved_m(350);
  warned.set_left_ms(95'400);
  warned.set_best_left_ms(90'000);
  warned.set_expected_at_ms(kTwo + 95'400);
  warned.set_foreseen_at_ms(kTwo + 60'000);
  warned.set_deadline_at_ms(kTwo + 70'000);
  warned.set_reinforced(true);
  EXPECT_EQ(describe(decision),
            "02:00:00.000 unit 7 on its way to incident 42: eta slipping; 350 m since it signed, 95.4 s left by road "
            "(at best 90.0 s), expected 02:01:35.400, foreseen 02:01:00.000, deadline 02:01:10.000; one more unit is "
            "sent");
  warned.set_stands(false);
  EXPECT_EQ(describe(decision), "02:00:00.000 unit 7 on its way to incident 42 is no longer eta slipping");
}

TEST(UnitLifeWords, ACheckTellsWhoIsAskedAndWhatBecameOfIt) {
  v1::UnitChecked checked;
  checked.set_check_id(3);
  checked.set_unit_id(7);
  checked.set_incident_id(42);
  checked.set_cause(v1::CHECK_CAUSE_NO_WORD);
  checked.set_what(v1::UnitChecked::WHAT_ASKED);
  checked.set_answer_by_ms(kTwo);
  const std::string about = "check 3 on the officer of unit 7 (no word) at incident 42";
  EXPECT_EQ(describe(checked), about + ": asked, an answer is due by 02:00:00.000");
  checked.set_what(v1::UnitChecked::WHAT_ESCALATED);
  checked.set_heard_at_ms(kTwo);
  EXPECT_EQ(describe(checked), about + " ESCALATED to the command centre: last heard 02:00:00.000, last word -");
  checked.set_what(v1::UnitChecked::WHAT_SETTLED);
  checked.set_by("zhang");
  EXPECT_EQ(describe(checked), about + " settled by zhang");
}

TEST(UnitLifeWords, AUnitShowsItsShiftItsBreakAndItsCrew) {
  v1::Unit unit;
  unit.set_unit_id(7);
  unit.set_call_sign("car 7");
  unit.set_overtime(true);
  unit.mutable_shift()->set_begin_ms(kTwo);
  unit.mutable_shift()->set_end_ms(kTwo + 3'600'000);
  unit.mutable_shift()->add_breaks()->set_begin_ms(kTwo + 60'000);
  unit.mutable_shift()->mutable_breaks(0)->set_end_ms(kTwo + 120'000);
  unit.mutable_crew()->add_members()->set_name("Zhang");
  unit.mutable_crew()->mutable_members(0)->set_id("0123");
  unit.mutable_crew()->set_count(2);
  unit.mutable_crew()->set_vehicle("SU B 1234");
  unit.mutable_crew()->add_equipment("shield");
  const std::string text = describe(unit);
  EXPECT_NE(text.find("in overtime"), std::string::npos);
  EXPECT_NE(text.find("shift 2023-11-15 02:00:00 UTC to 2023-11-15 03:00:00 UTC, breaks 02:01:00.000-02:02:00.000"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("crew of 2 officers (Zhang 0123), vehicle SU B 1234, with shield"), std::string::npos) << text;
}

TEST(UnitLifeWords, DutyTellsWhatTheRosterBrought) {
  v1::DutyChanged changed;
  changed.set_unit_id(7);
  changed.set_what(v1::DutyChanged::WHAT_SHIFT_BEGUN);
  changed.mutable_shift()->set_begin_ms(kTwo);
  changed.mutable_shift()->set_end_ms(kTwo + 3'600'000);
  EXPECT_EQ(describe(changed), "unit 7: shift begun (2023-11-15 02:00:00 UTC to 2023-11-15 03:00:00 UTC)");
  v1::DutyWarned warned;
  warned.set_unit_id(7);
  warned.set_kind(v1::DutyWarned::KIND_OUTSIDE_AREA);
  warned.set_stands(true);
  warned.set_since_ms(kTwo);
  EXPECT_EQ(describe(warned), "unit 7: outside area since 02:00:00.000");
  v1::RosterChanged roster;
  roster.mutable_roster()->set_from_ms(kTwo);
  roster.mutable_roster()->set_until_ms(kTwo + 3'600'000);
  roster.mutable_roster()->add_shifts();
  roster.set_operator_id("zhang");
  EXPECT_EQ(describe(roster),
            "roster of 2023-11-15 02:00:00 UTC to 2023-11-15 03:00:00 UTC published by zhang: 1 shifts");
}

}  // namespace
}  // namespace dispatch135::dispatchctl
