#include "tests/engine/twin/case_policy.h"

#include <algorithm>
#include <array>

#include "tests/engine/core/world.h"

namespace dispatch135::core::twin {
namespace {

using ::dispatch135::testing::Dice;

constexpr std::array<std::int64_t, 3> kRingsMs = {60'000, 180'000, 300'000};

std::int64_t some_ring(Dice& dice) { return kRingsMs[dice.roll(kRingsMs.size())]; }

// Between the two, in whole seconds.
std::int64_t some_ms(Dice& dice, std::uint32_t least_s, std::uint32_t most_s) {
  return std::int64_t{least_s + dice.roll(most_s - least_s + 1)} * 1'000;
}

void add_plan(Dice& dice, v1::ResponseRule& rule) {
  for (std::uint32_t levels = 1 + dice.roll(3); levels > 0; --levels) {
    v1::PlanLevel& level = *rule.add_plan();
    std::int64_t within = dice.chance(30) ? 0 : some_ring(dice);
    for (std::uint32_t entries = 1 + dice.roll(3); entries > 0; --entries) {
      v1::PlanEntry& entry = *level.add_entries();
      entry.set_within_ms(within);
      entry.set_units(1 + dice.roll(2));
      while (dice.chance(40)) entry.add_unit_kinds(static_cast<v1::UnitKind>(1 + dice.roll(4)));
      if (dice.chance(25)) entry.add_capabilities(static_cast<v1::Capability>(1 + dice.roll(4)));
      within = std::max(within, some_ring(dice));
    }
  }
}

void add_rule(Dice& dice, v1::Policy& policy) {
  v1::ResponseRule& rule = *policy.add_rules();
  rule.set_name("rule " + std::to_string(policy.rules_size()));
  v1::ResponseCase& when = *rule.mutable_when();
  if (dice.chance(50)) when.add_severities(static_cast<v1::Severity>(1 + dice.roll(v1::Severity_MAX)));
  if (dice.chance(30)) {
    for (int i = 0; i < 3; ++i) when.add_categories(static_cast<v1::Category>(1 + dice.roll(v1::Category_MAX)));
  }
  if (dice.chance(30)) {
    for (int i = 0; i < 4; ++i) when.add_place_classes(static_cast<v1::PlaceClass>(1 + dice.roll(v1::PlaceClass_MAX)));
  }
  if (dice.chance(15)) when.add_districts(320'201 + dice.roll(2));
  if (dice.chance(30)) {
    rule.set_deadline_ms(some_ring(dice));
  } else if (dice.chance(30)) {
    rule.set_deadline_at_most_ms(some_ring(dice));
  }
  if (dice.chance(70)) add_plan(dice, rule);
  if (dice.chance(40)) rule.set_clock_start(static_cast<v1::ClockStart>(1 + dice.roll(v1::ClockStart_MAX)));
  if (dice.chance(30)) rule.set_acknowledge_within_ms(some_ms(dice, 5, 60));
  if (dice.chance(20)) rule.set_mode(static_cast<v1::DispatchMode>(1 + dice.roll(v1::DispatchMode_MAX)));
}

void add_cover(Dice& dice, v1::Policy& policy) {
  v1::CoverageRule& cover = *policy.mutable_coverage();
  cover.set_zone_m(200 + dice.roll(400));
  cover.set_busy_permille(1 + dice.roll(999));
  for (int c = v1::PLACE_CLASS_AIRPORT; c <= v1::PlaceClass_MAX; ++c) {
    v1::PlaceWeight& weight = *cover.add_places();
    weight.set_place_class(static_cast<v1::PlaceClass>(c));
    weight.set_weight(dice.roll(50));
  }
  cover.set_street_weight(dice.roll(20));
  cover.set_call_weight(dice.chance(50) ? dice.roll(50) : 0);
  cover.set_parts_of_day(1);
  cover.set_keep_permille(900);
  if (dice.chance(20)) cover.add_unit_kinds(static_cast<v1::UnitKind>(1 + dice.roll(4)));
  v1::ChoiceRule& choice = *policy.mutable_choice();
  choice.set_cover_weight_ms(some_ms(dice, 1, 60) / 10);
  if (dice.chance(30)) choice.set_cover_from_severity(static_cast<v1::Severity>(1 + dice.roll(v1::Severity_MAX)));
  choice.set_cover_candidates(2 + dice.roll(8));
}

}  // namespace

v1::Policy some_policy(Dice& dice) {
  v1::Policy policy = testing::test_policy();
  for (v1::PlaceClassRule& rule : *policy.mutable_place_classes()) rule.set_deadline_ms(some_ring(dice));
  for (v1::SeverityRule& rule : *policy.mutable_severities()) {
    rule.set_deadline_ms(dice.chance(40) ? some_ring(dice) : 0);
    rule.set_units(dice.chance(70) ? 1 : 1 + dice.roll(3));
  }
  for (v1::TurnoutRule& rule : *policy.mutable_turnouts()) rule.set_turnout_ms(some_ms(dice, 0, 60));
  policy.set_acknowledge_within_ms(some_ms(dice, 10, 90));
  policy.set_silent_after_ms(some_ms(dice, 90, 600));
  policy.set_stale_position_after_ms(some_ms(dice, 60, 600));
  policy.set_reoffer_after_ms(some_ms(dice, 10, 200));
  policy.set_explain_candidates(1 + dice.roll(8));
  policy.set_explain_passed(dice.chance(20) ? 1 + dice.roll(3) : 0);
  if (dice.chance(60)) {
    for (std::uint32_t rules = dice.roll(5); rules > 0; --rules) add_rule(dice, policy);
  }
  v1::ChoiceRule& choice = *policy.mutable_choice();
  if (dice.chance(60)) choice.set_preempt_levels(1 + dice.roll(3));
  if (dice.chance(60)) choice.set_await_gain_ms(some_ms(dice, 1, 60));
  choice.set_together(dice.chance(50));
  if (dice.chance(50)) add_cover(dice, policy);
  if (dice.chance(40)) {
    policy.mutable_duty()->set_roster(v1::DutyRule::ROSTER_REQUIRED);
    if (dice.chance(60)) {
      policy.mutable_duty()->set_on_break_from(static_cast<v1::Severity>(1 + dice.roll(v1::Severity_MAX)));
    }
  }
  return policy;
}

}  // namespace dispatch135::core::twin
