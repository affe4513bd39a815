// Who is on duty when: shifts, breaks, overtime, crews, patrol areas. Rule shown by all: whoever is off duty, out of
// service or not rostered is never called, and a dispatcher who tries is told why.
//
//   x=0          x=1000        x=2000        x=3000
//   1 . . . . . . 2 . . . . . . . . . . . . . 3        100 m are 10 s by car
//
// Times are seconds after the world begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Changed = v1::DutyChanged;
using DutyWarned = v1::DutyWarned;

constexpr auto kOnDuty = v1::UNIT_SECONDARY_STATUS_ON_DUTY;
constexpr auto kOnBreak = v1::UNIT_SECONDARY_STATUS_ON_BREAK;
constexpr auto kPending = v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING;
constexpr auto kOffDuty = v1::UNIT_SECONDARY_STATUS_OFF_DUTY;

v1::Policy roster_policy(v1::DutyRule::Roster roster = v1::DutyRule::ROSTER_REQUIRED) {
  v1::Policy policy = test_policy();
  policy.set_silent_after_ms(86'400'000);
  policy.set_stale_position_after_ms(86'400'000);
  v1::DutyRule& rule = *policy.mutable_duty();
  rule.set_roster(roster);
  if (roster == v1::DutyRule::ROSTER_REQUIRED) rule.set_on_break_from(v1::SEVERITY_CRITICAL);
  rule.set_overtime_limit_ms(600'000);
  rule.set_absent_after_ms(300'000);
  rule.set_outside_area_after_ms(120'000);
  return policy;
}

class DutyStory : public ::testing::Test {
 protected:
  using Decisions = World::Decisions;
  static city::CityDraft town() {
    return Town().long_street(30).post(1, 0, 0).post(2, 1'000, 0).post(3, 3'000, 0).draft();
  }
  explicit DutyStory(const v1::Policy& policy = roster_policy()) : world(town(), policy), start(world.now_ms()) {}

  std::int64_t at(std::int64_t s) const { return start + s * 1'000; }
  v1::RosterShift shift(std::uint64_t unit, std::int64_t from_s, std::int64_t to_s,
                        std::initializer_list<std::pair<std::int64_t, std::int64_t>> breaks = {}) const {
    v1::RosterShift shift;
    shift.set_unit_id(unit);
    shift.set_begin_ms(at(from_s));
    shift.set_end_ms(at(to_s));
    for (const auto& [begin, end] : breaks) {
      v1::RosterBreak& added = *shift.add_breaks();
      added.set_begin_ms(at(begin));
      added.set_end_ms(at(end));
    }
    return shift;
  }
  Decisions publish(const std::vector<v1::RosterShift>& shifts, const std::vector<std::uint64_t>& off = {}) {
    return world.command("roster-" + std::to_string(++rosters), [&](v1::OperatorCommand& c) {
      v1::PublishRoster& roster = *c.mutable_publish_roster();
      roster.set_from_ms(at(-3'600));
      roster.set_until_ms(at(82'800));
      for (const v1::RosterShift& one : shifts) *roster.add_shifts() = one;
      for (const std::uint64_t unit : off) roster.add_units(unit);
    });
  }
  void be_at(std::int64_t s) { world.later_ms(at(s) - world.now_ms()); }
  v1::UnitSecondaryStatus status(std::uint64_t unit) const { return world.unit(unit).secondary(); }
  static std::vector<Changed::What> told(const Decisions& decisions) {
    std::vector<Changed::What> all;
    for (const v1::Decision& decision : decisions) {
      if (decision.has_duty_changed()) all.push_back(decision.duty_changed().what());
    }
    return all;
  }
  static std::vector<std::pair<DutyWarned::Kind, bool>> warned(const Decisions& decisions) {
    std::vector<std::pair<DutyWarned::Kind, bool>> all;
    for (const v1::Decision& decision : decisions) {
      if (decision.has_duty_warned()) all.emplace_back(decision.duty_warned().kind(), decision.duty_warned().stands());
    }
    return all;
  }
  Decisions report(const std::string& event, v1::Severity severity = v1::SEVERITY_MEDIUM) {
    return world.report(event, Town::at(0, 0), [severity](auto& r) { r.set_severity(severity); });
  }
  Decisions force(std::uint64_t unit, const std::string& event, bool forced) {
    return world.command("assign-" + std::to_string(++rosters), [&](v1::OperatorCommand& c) {
      c.mutable_assign()->set_incident_id(world.incident(event).incident_id());
      c.mutable_assign()->set_unit_id(unit);
      c.mutable_assign()->set_force(forced);
    });
  }
  static std::string why(const Decisions& decisions) {
    for (const v1::Decision& decision : decisions) {
      if (decision.has_record_rejected()) return decision.record_rejected().reason();
    }
    return {};
  }

  World world;
  std::int64_t start;
  int rosters = 0;
};

TEST_F(DutyStory, WhoSignsOnBeforeItsShiftIsNotCalledUntilItBegins) {
  publish({shift(1, 600, 3'600)});
  world.sign_on(1);
  EXPECT_EQ(status(1), kPending);
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_NOT_AVAILABLE);
  EXPECT_THAT(assigned_units(report("e1")), IsEmpty());
  const auto begun = world.later_s(600);
  EXPECT_THAT(told(begun), ElementsAre(Changed::WHAT_SHIFT_BEGUN));
  EXPECT_THAT(assigned_units(begun), ElementsAre(1)) << "the one who waited gets it at once";
}

TEST_F(DutyStory, WhoIsOnNoRosterIsNotCalledButWaits) {
  world.sign_on(1);
  EXPECT_EQ(status(1), kPending);
  EXPECT_THAT(assigned_units(report("e1")), IsEmpty());
  EXPECT_THAT(assigned_units(publish({shift(1, -10, 3'600)})), ElementsAre(1));
}

TEST_F(DutyStory, ADispatcherWhoForcesThemIsToldWhyAndWhatHelps) {
  world.sign_on(1);
  report("e1");
  EXPECT_EQ(rejected(force(1, "e1", true)), v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE);
  EXPECT_THAT(why(force(1, "e1", true)), HasSubstr("on no roster; publish a shift"));
  publish({shift(1, 600, 3'600)});
  EXPECT_THAT(why(force(1, "e1", true)), HasSubstr("between its shifts; the next one begins at 22:23 UTC"));
  world.sign_off(1);
  EXPECT_THAT(why(force(1, "e1", true)), HasSubstr("off duty"));
}

TEST_F(DutyStory, InABreakNobodyIsCalledForOrdinaryMatters) {
  publish({shift(1, 0, 3'600, {{600, 1'200}})});
  world.sign_on(1);
  EXPECT_EQ(status(1), kOnDuty);
  EXPECT_THAT(told(world.later_s(600)), ElementsAre(Changed::WHAT_BREAK_BEGUN));
  EXPECT_EQ(status(1), kOnBreak);
  const auto queued = only(report("e1"), v1::Decision::kIncidentQueued);
  ASSERT_EQ(queued.size(), 1U);
  EXPECT_EQ(queued[0].incident_queued().why().not_available(), 1U);
  const auto over = world.later_s(600);
  EXPECT_THAT(told(over), ElementsAre(Changed::WHAT_BREAK_ENDED));
  EXPECT_THAT(assigned_units(over), ElementsAre(1));
}

TEST_F(DutyStory, ACriticalMatterBreaksIntoTheBreakAndTheRestOfItFollows) {
  publish({shift(1, 0, 3'600, {{600, 1'200}})});
  world.sign_on(1);
  be_at(700);
  EXPECT_THAT(assigned_units(report("e1", v1::SEVERITY_CRITICAL)), ElementsAre(1));
  world.acknowledge(1);
  world.on_scene(1);
  world.later_s(100);
  world.feedback(1);
  EXPECT_EQ(status(1), kOnBreak);
  be_at(1'200);
  EXPECT_EQ(status(1), kOnDuty);
}

TEST_F(DutyStory, ADispatcherMayForceAUnitOutOfItsBreak) {
  publish({shift(1, 0, 3'600, {{600, 1'200}})});
  world.sign_on(1);
  be_at(700);
  report("e1");
  EXPECT_THAT(why(force(1, "e1", false)), HasSubstr("in its break until 22:33 UTC; force takes it"));
  EXPECT_THAT(assigned_units(force(1, "e1", true)), ElementsAre(1));
}

TEST_F(DutyStory, AtTheEndOfItsShiftAFreeUnitGoesOffDutyAndIsToldSo) {
  publish({shift(1, 0, 3'600)});
  world.sign_on(1);
  const auto decisions = world.later_s(3'600);
  EXPECT_THAT(told(decisions), ElementsAre(Changed::WHAT_SHIFT_ENDED));
  EXPECT_EQ(status(1), kOffDuty);
  EXPECT_TRUE(world.engine().device(kRegion, UnitId(1)).empty());
  EXPECT_THAT(assigned_units(report("e1")), IsEmpty());
}

TEST_F(DutyStory, ABusyUnitFinishesInOvertimeAndThenGoesOffDuty) {
  publish({shift(1, 0, 3'600)});
  world.sign_on(1);
  be_at(3'500);
  report("e1");
  world.acknowledge(1);
  world.on_scene(1);
  report("e2");
  EXPECT_THAT(told(world.later_s(100)), ElementsAre(Changed::WHAT_OVERTIME_BEGUN));
  EXPECT_TRUE(world.unit(1).overtime());
  EXPECT_EQ(status(1), v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  world.later_s(60);
  const auto done = world.feedback(1);
  EXPECT_THAT(told(done), ElementsAre(Changed::WHAT_SHIFT_ENDED));
  EXPECT_EQ(status(1), kOffDuty);
  EXPECT_THAT(assigned_units(done), IsEmpty()) << "e2 waits for somebody on duty";
  EXPECT_THAT(assigned_units(world.later_s(0)), IsEmpty());
}

TEST_F(DutyStory, OvertimeBeyondTheLimitIsAWarning) {
  publish({shift(1, 0, 3'600)});
  world.sign_on(1);
  be_at(3'500);
  report("e1");
  world.acknowledge(1);
  world.on_scene(1);
  be_at(4'199);
  EXPECT_THAT(warned(world.later_s(1)), ElementsAre(std::pair(DutyWarned::KIND_OVERTIME, true)));
  EXPECT_EQ(world.engine().snapshot(kRegion).duty_warnings_size(), 1);
  EXPECT_THAT(warned(world.feedback(1)), ElementsAre(std::pair(DutyWarned::KIND_OVERTIME, false)));
}

TEST_F(DutyStory, NobodyInOvertimeIsDivertedOrForcedToOtherWork) {
  v1::Policy policy = roster_policy();
  policy.mutable_choice()->set_preempt_levels(1);
  world.activate_policy(policy);
  publish({shift(1, 0, 3'600)});
  world.sign_on(1);
  be_at(3'590);
  report("e1", v1::SEVERITY_LOW);
  world.acknowledge(1);
  be_at(3'610);
  EXPECT_THAT(assigned_units(report("e2", v1::SEVERITY_CRITICAL)), IsEmpty());
  EXPECT_EQ(rejected(force(1, "e2", true)), v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE);
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("e1").incident_id());
}

TEST_F(DutyStory, OneShiftAfterTheOtherIsNoEndOfDuty) {
  publish({shift(1, 0, 600), shift(1, 600, 1'200)});
  world.sign_on(1);
  EXPECT_THAT(told(world.later_s(600)), ElementsAre(Changed::WHAT_SHIFT_BEGUN));
  EXPECT_EQ(status(1), kOnDuty);
}

TEST_F(DutyStory, WhoDoesNotComeToItsShiftIsMissed) {
  publish({shift(1, 0, 3'600)});
  be_at(299);
  EXPECT_THAT(warned(world.later_s(1)), ElementsAre(std::pair(DutyWarned::KIND_ABSENT, true)));
  EXPECT_THAT(warned(world.sign_on(1)), ElementsAre(std::pair(DutyWarned::KIND_ABSENT, false)));
  world.sign_off(1);
  EXPECT_THAT(warned(world.later_s(600)), IsEmpty()) << "it was there; leaving is its own word";
}

TEST_F(DutyStory, ANewRosterForTheDayReplacesTheOldOneWhole) {
  publish({shift(1, 0, 3'600), shift(2, 0, 3'600)});
  world.sign_on(1);
  world.sign_on(2);
  const auto replaced = publish({shift(1, 1'800, 5'400)});
  EXPECT_THAT(told(replaced), ElementsAre(Changed::WHAT_SHIFT_WITHDRAWN));
  EXPECT_EQ(status(1), kPending);
  EXPECT_EQ(status(2), kOnDuty) << "the other unit's shifts are untouched";
  const auto emptied = publish({}, {2});
  EXPECT_THAT(told(emptied), ElementsAre(Changed::WHAT_SHIFT_WITHDRAWN));
  EXPECT_EQ(status(2), kPending);
  EXPECT_EQ(world.engine().snapshot(kRegion).roster_size(), 1);
}

TEST_F(DutyStory, AShiftThatIsProlongedGoesOn) {
  publish({shift(1, 0, 3'600)});
  world.sign_on(1);
  EXPECT_THAT(told(publish({shift(1, 0, 7'200)})), IsEmpty());
  be_at(3'700);
  EXPECT_EQ(status(1), kOnDuty);
}

TEST_F(DutyStory, AUnitLentToAnotherPostIsSentFromThereAndShownThere) {
  v1::RosterShift lent = shift(1, 0, 3'600);
  lent.set_post_id(3);
  publish({lent, shift(2, 0, 3'600)});
  world.sign_on(1);
  world.sign_on(2);
  EXPECT_EQ(world.unit(1).post_id(), 3U);
  // Its own post is at the place; lent to post 3 it is 3 km away, unit 2 one.
  EXPECT_THAT(assigned_units(report("e1")), ElementsAre(2));
  be_at(3'600);
  EXPECT_EQ(world.unit(1).post_id(), 1U);
}

TEST_F(DutyStory, OutOfServiceStaysOutThroughTheShiftAndEndsWithIt) {
  publish({shift(1, 0, 3'600, {{600, 1'200}})});
  world.sign_on(1);
  world.status(1, v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE, 0);
  be_at(700);
  EXPECT_EQ(status(1), v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE);
  world.status(1, kOnDuty, 0);
  EXPECT_EQ(status(1), kOnBreak) << "back in service, in its break";
  world.status(1, v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE, 0);
  be_at(3'600);
  EXPECT_EQ(status(1), kOffDuty);
}

TEST_F(DutyStory, ADeviceCannotEndItsOwnBreak) {
  publish({shift(1, 0, 3'600, {{0, 1'200}})});
  world.sign_on(1);
  EXPECT_EQ(status(1), kOnBreak);
  const auto refused = world.status(1, kOnDuty, 0);
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_NOT_ALLOWED);
  EXPECT_EQ(status(1), kOnBreak);
}

TEST_F(DutyStory, AnAdvisoryRosterTellsAndHoldsNobodyBack) {
  world.activate_policy(roster_policy(v1::DutyRule::ROSTER_ADVISORY));
  world.sign_on(1);
  EXPECT_EQ(status(1), kOnDuty);
  EXPECT_THAT(told(publish({shift(1, 600, 3'600, {{900, 1'200}})})), IsEmpty());
  EXPECT_THAT(told(world.later_s(600)), ElementsAre(Changed::WHAT_SHIFT_BEGUN));
  EXPECT_THAT(told(world.later_s(300)), ElementsAre(Changed::WHAT_BREAK_BEGUN));
  EXPECT_THAT(assigned_units(report("e1")), ElementsAre(1));
  world.acknowledge(1);
  world.on_scene(1);
  world.feedback(1);
  be_at(3'600);
  EXPECT_EQ(world.unit(1).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
}

TEST_F(DutyStory, APolicyWithoutTheSectionLetsEverybodyGo) {
  publish({shift(1, 0, 3'600, {{0, 1'200}})});
  world.sign_on(1);
  world.sign_on(2);
  EXPECT_EQ(status(1), kOnBreak);
  EXPECT_EQ(status(2), kPending);
  world.activate_policy();
  EXPECT_EQ(status(1), kOnDuty);
  EXPECT_EQ(status(2), kOnDuty);
  EXPECT_THAT(told(world.later_s(1'300)), IsEmpty());
  world.activate_policy(roster_policy());
  EXPECT_EQ(status(2), kPending) << "and another policy holds them to it again";
}

TEST_F(DutyStory, TheCrewBringsItsOwnCapabilitiesAndVehicleForThisDuty) {
  publish({shift(1, 0, 3'600)});
  v1::LogRecord sign_on;
  sign_on.set_region(kRegion.value());
  sign_on.mutable_unit_signed_on()->set_unit_id(1);
  sign_on.mutable_unit_signed_on()->set_device_id("device");
  v1::Crew& crew = *sign_on.mutable_unit_signed_on()->mutable_crew();
  crew.add_members()->set_id("0123");
  crew.set_count(2);
  crew.set_vehicle("on foot");
  crew.set_own_capabilities(true);
  crew.set_capabilities(1U << (v1::CAPABILITY_DRONE - 1));
  crew.set_travel_kind(v1::TRAVEL_KIND_FOOT);
  world.apply(sign_on);
  EXPECT_EQ(world.unit(1).crew().members(0).id(), "0123");
  EXPECT_EQ(world.unit(1).travel_kind(), v1::TRAVEL_KIND_FOOT);
  const auto decisions = world.report("e1", Town::at(100, 0), [](v1::IncidentReported& r) {
    r.set_required_capabilities(1U << (v1::CAPABILITY_DRONE - 1));
  });
  const auto assigned = only(decisions, v1::Decision::kUnitAssigned);
  ASSERT_EQ(assigned.size(), 1U);
  EXPECT_GT(assigned[0].unit_assigned().assignment().eta_ms(), 90'000) << "100 m on foot";
  be_at(3'600);
  world.acknowledge(1);
  world.feedback(1);
  EXPECT_EQ(status(1), kOffDuty);
  EXPECT_FALSE(world.unit(1).has_crew());
  EXPECT_EQ(world.unit(1).capabilities(), 0U) << "as in the city file again";
  EXPECT_EQ(world.unit(1).travel_kind(), v1::TRAVEL_KIND_CAR);
}

TEST_F(DutyStory, ACrewThatCannotBeIsRefused) {
  const auto refusal = [&](const std::function<void(v1::Crew&)>& spoil) {
    v1::LogRecord sign_on;
    sign_on.set_region(kRegion.value());
    sign_on.mutable_unit_signed_on()->set_unit_id(1);
    sign_on.mutable_unit_signed_on()->set_device_id("device");
    spoil(*sign_on.mutable_unit_signed_on()->mutable_crew());
    const auto decisions = world.apply(sign_on);
    EXPECT_EQ(status(1), kOffDuty);
    return why(decisions);
  };
  EXPECT_THAT(refusal([](auto& c) { c.set_count(65); }), HasSubstr("crew.count"));
  EXPECT_THAT(refusal([](auto& c) { c.add_members(); }), HasSubstr("crew.members.id"));
  EXPECT_THAT(refusal([](auto& c) { c.set_capabilities(1); }), HasSubstr("crew.own_capabilities"));
  EXPECT_THAT(refusal([](auto& c) { c.set_vehicle(std::string(65, 'x')); }), HasSubstr("crew.vehicle"));
  EXPECT_THAT(refusal([](auto& c) { c.set_travel_kind(static_cast<v1::TravelKind>(99)); }),
              HasSubstr("crew.travel_kind"));
  EXPECT_THAT(refusal([](auto& c) {
                for (int i = 0; i < 33; ++i) c.add_equipment("shield");
              }),
              HasSubstr("crew.equipment"));
}

// The patrol area is the street between 500 and 1500 m.
//
//   x=0      [ x=500 . . . . x=1500 ]     x=3000
class PatrolStory : public DutyStory {
 protected:
  PatrolStory() {
    v1::RosterShift patrol = shift(1, 0, 3'600);
    for (const auto& [x, y] : {std::pair{500, -100}, {1'500, -100}, {1'500, 100}, {500, 100}}) {
      v1::Position& corner = *patrol.add_area();
      corner.set_latitude_e7(Town::at(x, y).latitude_e7);
      corner.set_longitude_e7(Town::at(x, y).longitude_e7);
    }
    publish({patrol});
    world.sign_on(1);
  }
};

TEST_F(PatrolStory, WhoLeavesItsPatrolAreaWithoutWorkIsWarnedOfAfterAWhile) {
  world.position(1, Town::at(1'000, 0));
  world.position(1, Town::at(2'000, 0), world.now_ms() + 1);
  world.later_s(100);
  EXPECT_THAT(warned(world.position(1, Town::at(2'100, 0))), IsEmpty());
  EXPECT_THAT(warned(world.later_s(20)), ElementsAre(std::pair(DutyWarned::KIND_OUTSIDE_AREA, true)));
  EXPECT_THAT(warned(world.position(1, Town::at(1'200, 0))),
              ElementsAre(std::pair(DutyWarned::KIND_OUTSIDE_AREA, false)));
}

TEST_F(PatrolStory, WorkIsAReasonToBeElsewhere) {
  world.report("e1", Town::at(2'500, 0));
  world.acknowledge(1);
  world.position(1, Town::at(2'500, 0));
  EXPECT_THAT(warned(world.later_s(300)), IsEmpty());
}

TEST_F(PatrolStory, WhoDoesNotTellWhereItIsIsTakenToBeInTheMiddleOfItsArea) {
  EXPECT_NEAR(world.unit(1).position().longitude_e7(), Town::at(1'000, 0).longitude_e7, 10);
  const auto assigned = only(world.report("e1", Town::at(1'000, 0)), v1::Decision::kUnitAssigned);
  ASSERT_EQ(assigned.size(), 1U);
  EXPECT_LT(assigned[0].unit_assigned().assignment().eta_ms(), 1'000) << "its post is 1 km away";
}

TEST_F(DutyStory, ARosterIsRefusedWholeAndNamesTheEntryThatIsWrong) {
  publish({shift(1, 0, 3'600)});
  const auto refusal = [&](const std::vector<v1::RosterShift>& shifts) {
    const std::uint64_t before = world.engine().snapshot(kRegion).roster_size();
    const auto decisions = publish(shifts);
    EXPECT_EQ(rejected(decisions), v1::REJECT_CODE_BAD_ROSTER);
    EXPECT_EQ(world.engine().snapshot(kRegion).roster_size(), static_cast<int>(before));
    return why(decisions);
  };
  const v1::RosterShift good = shift(2, 0, 600);
  EXPECT_THAT(refusal({good, shift(3, 600, 600)}), HasSubstr("shifts[1] (unit 3) ends before it begins"));
  EXPECT_THAT(refusal({good, shift(2, 300, 900)}), HasSubstr("shifts[1] (unit 2) overlaps shifts[0]"));
  EXPECT_THAT(refusal({good, shift(77, 0, 600)}), HasSubstr("shifts[1]: unit 77 is not in the city file"));
  EXPECT_THAT(refusal({good, shift(3, 0, 90'000)}), HasSubstr("longer than 24 hours"));
  EXPECT_THAT(refusal({good, shift(3, 90'000, 93'600)}), HasSubstr("does not begin within the roster's span"));
  EXPECT_THAT(refusal({good, shift(3, 0, 600, {{100, 700}})}), HasSubstr("break after its end"));
  EXPECT_THAT(refusal({good, shift(3, 0, 600, {{100, 300}, {200, 400}})}), HasSubstr("breaks that overlap"));
  EXPECT_THAT(refusal({good, shift(3, 0, 600, {{300, 300}})}), HasSubstr("a break that ends before it begins"));
  v1::RosterShift nowhere = shift(3, 0, 600);
  nowhere.set_post_id(99);
  EXPECT_THAT(refusal({good, nowhere}), HasSubstr("shifts[1]: post 99 is not in this region"));
  v1::RosterShift line = shift(3, 0, 600);
  line.add_area();
  line.add_area();
  EXPECT_THAT(refusal({line}), HasSubstr("a patrol area of 2 corners"));
  v1::RosterShift lake = shift(3, 0, 600);
  for (const auto& [x, y] : {std::pair{9'000, 9'000}, {9'500, 9'000}, {9'500, 9'500}}) {
    v1::Position& corner = *lake.add_area();
    corner.set_latitude_e7(Town::at(x, y).latitude_e7);
    corner.set_longitude_e7(Town::at(x, y).longitude_e7);
  }
  EXPECT_THAT(refusal({lake}), HasSubstr("no road within 1 km of its patrol area's middle"));
  EXPECT_THAT(refusal({}), HasSubstr("names no unit"));
}

TEST_F(DutyStory, AShiftOfTomorrowMayNotBeginBeforeTodaysEnds) {
  publish({shift(1, 80'000, 84'000)});
  const auto tomorrow = world.command("tomorrow", [&](v1::OperatorCommand& c) {
    v1::PublishRoster& roster = *c.mutable_publish_roster();
    roster.set_from_ms(at(82'800));
    roster.set_until_ms(at(169'200));
    *roster.add_shifts() = shift(1, 83'000, 90'000);
  });
  EXPECT_EQ(rejected(tomorrow), v1::REJECT_CODE_BAD_ROSTER);
  EXPECT_THAT(why(tomorrow), HasSubstr("unit 1: its shift from"));
}

}  // namespace
}  // namespace dispatch135::core::testing
