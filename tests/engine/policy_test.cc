#include "engine/policy/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tests/engine/policy_fixture.h"

namespace dispatch135::policy {
namespace {

using ::testing::HasSubstr;

Policy compiled(const v1::Policy& policy) {
  Result<Policy> result = Policy::compile(policy);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.value();
}

v1::AlertInfo alert(v1::AlertInfo::Urgency urgency, v1::AlertInfo::AlertSeverity severity) {
  v1::AlertInfo info;
  info.set_urgency(urgency);
  info.set_severity(severity);
  return info;
}

DurationMs deadline(const Policy& policy, v1::PlaceClass place, v1::Severity severity) {
  return policy.respond({.place_class = place, .severity = severity}).deadline;
}

std::uint32_t units(const Policy& policy, v1::Severity severity) {
  return policy.respond({.severity = severity}).plan.front().front().units;
}

TEST(Policy, TheShorterOfThePlacesAndTheSeveritysDeadlineCounts) {
  const Policy policy = compiled(valid_policy());
  EXPECT_EQ(deadline(policy, v1::PLACE_CLASS_AIRPORT, v1::SEVERITY_CRITICAL), kOneMinute);
  EXPECT_EQ(deadline(policy, v1::PLACE_CLASS_SCHOOL, v1::SEVERITY_LOW), kThreeMinutes);
  EXPECT_EQ(deadline(policy, v1::PLACE_CLASS_OTHER, v1::SEVERITY_CRITICAL), kThreeMinutes);
  EXPECT_EQ(deadline(policy, v1::PLACE_CLASS_OTHER, v1::SEVERITY_MEDIUM), kFiveMinutes);
}

TEST(Policy, UnitsAndTurnoutsComeBackAsWritten) {
  const Policy policy = compiled(valid_policy());
  EXPECT_EQ(units(policy, v1::SEVERITY_CRITICAL), 2U);
  EXPECT_EQ(units(policy, v1::SEVERITY_HIGH), 1U);
  EXPECT_EQ(policy.turnout(v1::POST_KIND_STREET_STATION), DurationMs{20'000});
  EXPECT_EQ(policy.turnout(v1::POST_KIND_OUTPOST), DurationMs{15'000});
  EXPECT_EQ(policy.least_turnout(), DurationMs{10'000});
  EXPECT_EQ(policy.acknowledge_within(), DurationMs{30'000});
  EXPECT_EQ(policy.silent_after(), DurationMs{90'000});
  EXPECT_EQ(policy.stale_position_after(), DurationMs{120'000});
  EXPECT_EQ(policy.reoffer_after(), DurationMs{300'000});
  EXPECT_EQ(policy.place_radius_mm(), 150'000);
  EXPECT_EQ(policy.explain_candidates(), 8U);
  EXPECT_EQ(policy.default_expiry(), DurationMs{7'200'000});
  EXPECT_EQ(policy.name(), "test");
}

TEST(Policy, ARingContainsItsOuterEdge) {
  EXPECT_EQ(ring_of({0}), 1U);
  EXPECT_EQ(ring_of({60'000}), 1U);
  EXPECT_EQ(ring_of({60'001}), 3U);
  EXPECT_EQ(ring_of({180'000}), 3U);
  EXPECT_EQ(ring_of({180'001}), 5U);
  EXPECT_EQ(ring_of({300'000}), 5U);
  EXPECT_EQ(ring_of({300'001}), 0U);
}

TEST(Policy, OnlyImmediateAlertsThatAreGraveEnoughOpenIncidents) {
  const Policy policy = compiled(valid_policy());
  EXPECT_EQ(policy.incident_for(alert(v1::AlertInfo::URGENCY_IMMEDIATE, v1::AlertInfo::ALERT_SEVERITY_EXTREME)),
            v1::SEVERITY_HIGH);
  EXPECT_EQ(policy.incident_for(alert(v1::AlertInfo::URGENCY_IMMEDIATE, v1::AlertInfo::ALERT_SEVERITY_SEVERE)),
            v1::SEVERITY_HIGH);
  EXPECT_EQ(policy.incident_for(alert(v1::AlertInfo::URGENCY_IMMEDIATE, v1::AlertInfo::ALERT_SEVERITY_MODERATE)),
            std::nullopt);
  EXPECT_EQ(policy.incident_for(alert(v1::AlertInfo::URGENCY_IMMEDIATE, v1::AlertInfo::ALERT_SEVERITY_UNKNOWN)),
            std::nullopt);
  EXPECT_EQ(policy.incident_for(alert(v1::AlertInfo::URGENCY_IMMEDIATE, v1::AlertInfo::ALERT_SEVERITY_UNSPECIFIED)),
            std::nullopt);
  EXPECT_EQ(policy.incident_for(alert(v1::AlertInfo::URGENCY_EXPECTED, v1::AlertInfo::ALERT_SEVERITY_EXTREME)),
            std::nullopt);
}

TEST(Policy, NoAlertOpensAnIncidentWhenThePolicySaysNone) {
  v1::Policy text = valid_policy();
  text.mutable_alerts()->set_incident_at_or_above(0);
  text.mutable_alerts()->set_incident_severity(v1::SEVERITY_UNSPECIFIED);
  EXPECT_EQ(compiled(text).incident_for(alert(v1::AlertInfo::URGENCY_IMMEDIATE, v1::AlertInfo::ALERT_SEVERITY_EXTREME)),
            std::nullopt);
}

TEST(Policy, EverythingThatIsOutOfRangeIsRefusedByTheNameOfItsField) {
  struct Case {
    const char* field;
    std::function<void(v1::Policy&)> spoil;
  };
  const std::vector<Case> cases = {
      {"policy.name", [](v1::Policy& p) { p.clear_name(); }},
      {"policy.name", [](v1::Policy& p) { p.set_name(std::string(65, 'n')); }},
      {"policy.place_classes[2].deadline_ms",
       [](v1::Policy& p) { p.mutable_place_classes(2)->set_deadline_ms(120'000); }},
      {"policy.place_classes[0].deadline_ms",
       [](v1::Policy& p) { p.mutable_place_classes(0)->set_deadline_ms(-60'000); }},
      {"PLACE_CLASS_OTHER is missing", [](v1::Policy& p) { p.mutable_place_classes()->RemoveLast(); }},
      {"PLACE_CLASS_BANK stands twice",
       [](v1::Policy& p) { p.mutable_place_classes(0)->set_place_class(v1::PLACE_CLASS_BANK); }},
      {"policy.place_classes[1].place_class",
       [](v1::Policy& p) { p.mutable_place_classes(1)->set_place_class(static_cast<v1::PlaceClass>(99)); }},
      {"policy.place_classes[1].place_class",
       [](v1::Policy& p) { p.mutable_place_classes(1)->set_place_class(v1::PLACE_CLASS_UNSPECIFIED); }},
      {"policy.severities[0].units", [](v1::Policy& p) { p.mutable_severities(0)->set_units(0); }},
      {"policy.severities[0].units", [](v1::Policy& p) { p.mutable_severities(0)->set_units(9); }},
      {"policy.severities[3].deadline_ms", [](v1::Policy& p) { p.mutable_severities(3)->set_deadline_ms(1); }},
      {"SEVERITY_LOW is missing", [](v1::Policy& p) { p.mutable_severities()->RemoveLast(); }},
      {"policy.turnouts[1].turnout_ms", [](v1::Policy& p) { p.mutable_turnouts(1)->set_turnout_ms(-1); }},
      {"policy.turnouts[1].turnout_ms", [](v1::Policy& p) { p.mutable_turnouts(1)->set_turnout_ms(600'001); }},
      {"POST_KIND_OUTPOST is missing", [](v1::Policy& p) { p.mutable_turnouts()->RemoveLast(); }},
      {"policy.acknowledge_within_ms", [](v1::Policy& p) { p.set_acknowledge_within_ms(0); }},
      {"policy.silent_after_ms", [](v1::Policy& p) { p.set_silent_after_ms(-5); }},
      {"policy.stale_position_after_ms", [](v1::Policy& p) { p.set_stale_position_after_ms(86'400'001); }},
      {"policy.reoffer_after_ms", [](v1::Policy& p) { p.clear_reoffer_after_ms(); }},
      {"policy.place_radius_m", [](v1::Policy& p) { p.set_place_radius_m(1'001); }},
      {"policy.explain_candidates", [](v1::Policy& p) { p.set_explain_candidates(0); }},
      {"policy.explain_candidates", [](v1::Policy& p) { p.set_explain_candidates(17); }},
      {"policy.alerts.incident_at_or_above", [](v1::Policy& p) { p.mutable_alerts()->set_incident_at_or_above(5); }},
      {"policy.alerts.incident_severity",
       [](v1::Policy& p) { p.mutable_alerts()->set_incident_severity(v1::SEVERITY_UNSPECIFIED); }},
      {"policy.alerts.default_expiry_ms", [](v1::Policy& p) { p.clear_alerts(); }},
  };
  for (const Case& bad : cases) {
    v1::Policy policy = valid_policy();
    bad.spoil(policy);
    const Result<Policy> result = Policy::compile(policy);
    ASSERT_FALSE(result.ok()) << bad.field;
    EXPECT_THAT(result.error().message, HasSubstr(bad.field));
  }
}

v1::Policy with_rule(const std::function<void(v1::ResponseRule&)>& shape) {
  v1::Policy policy = valid_policy();
  v1::ResponseRule& rule = *policy.add_rules();
  rule.set_name("rule");
  v1::PlanEntry& entry = *rule.add_plan()->add_entries();
  entry.set_units(1);
  shape(rule);
  return policy;
}

TEST(Rules, WhatIsWrongInARuleIsRefusedByItsPlace) {
  const std::vector<std::pair<const char*, std::function<void(v1::ResponseRule&)>>> cases = {
      {"policy.rules[0].name", [](auto& r) { r.clear_name(); }},
      {"policy.rules[0].deadline_ms", [](auto& r) { r.set_deadline_ms(120'000); }},
      {"policy.rules[0].deadline_at_most_ms",
       [](auto& r) {
         r.set_deadline_ms(60'000);
         r.set_deadline_at_most_ms(60'000);
       }},
      {"policy.rules[0].when.categories",
       [](auto& r) { r.mutable_when()->add_categories(static_cast<v1::Category>(99)); }},
      {"policy.rules[0].when.hours[0]", [](auto& r) { r.mutable_when()->add_hours()->set_begin_min(1'440); }},
      {"policy.rules[0].plan[0].entries[0].units",
       [](auto& r) { r.mutable_plan(0)->mutable_entries(0)->set_units(17); }},
      {"policy.rules[0].plan[0].entries[0].capabilities",
       [](auto& r) { r.mutable_plan(0)->mutable_entries(0)->add_capabilities(static_cast<v1::Capability>(99)); }},
      {"policy.rules[0].plan[0].entries[1].within_ms",
       [](auto& r) {
         r.mutable_plan(0)->mutable_entries(0)->set_within_ms(180'000);
         v1::PlanEntry& sooner = *r.mutable_plan(0)->add_entries();
         sooner.set_units(1);
         sooner.set_within_ms(60'000);
       }},
      {"policy.rules[0].plan[1].entries", [](auto& r) { r.add_plan(); }},
      {"policy.rules[0].feedback_within_ms", [](auto& r) { r.set_feedback_within_ms(-1); }},
  };
  for (const auto& [field, spoil] : cases) {
    const Result<Policy> result = Policy::compile(with_rule(spoil));
    ASSERT_FALSE(result.ok()) << field;
    EXPECT_THAT(result.error().message, HasSubstr(field));
  }
}

TEST(Rules, SayWhatEachDidToAMatter) {
  const Policy policy = compiled(with_rule([](v1::ResponseRule& r) {
    r.set_line(42);
    r.set_deadline_at_most_ms(180'000);
  }));
  std::vector<RuleEffect> effects;
  const Response response = policy.respond({.severity = v1::SEVERITY_LOW}, &effects);
  EXPECT_EQ(response.deadline, kThreeMinutes);
  EXPECT_EQ(response.deadline_rule, (RuleReference{"rule", 42}));
  ASSERT_EQ(effects.size(), 4U);
  EXPECT_EQ(effects[0].rule.name, "place_classes.other");
  EXPECT_EQ(effects[0].effect, "deadline 5min");
  EXPECT_EQ(effects[2].effect, "deadline at most 3min");
  EXPECT_EQ(effects[3].effect, "plan of 1 level");
}

TEST(Rules, TheirLinesDecideNothing) {
  const Policy one = compiled(with_rule([](v1::ResponseRule& r) { r.set_line(1); }));
  const Policy other = compiled(with_rule([](v1::ResponseRule& r) { r.set_line(2); }));
  EXPECT_EQ(one.fingerprint(), other.fingerprint());
  EXPECT_NE(one.fingerprint(), compiled(valid_policy()).fingerprint());
}

TEST(Policy, TheOrderInWhichRulesAreWrittenDoesNotChangeTheFingerprint) {
  v1::Policy reversed = valid_policy();
  std::reverse(reversed.mutable_place_classes()->begin(), reversed.mutable_place_classes()->end());
  std::reverse(reversed.mutable_turnouts()->begin(), reversed.mutable_turnouts()->end());
  EXPECT_EQ(compiled(valid_policy()).fingerprint(), compiled(reversed).fingerprint());
}

TEST(Policy, EveryValueChangesTheFingerprint) {
  const std::vector<std::function<void(v1::Policy&)>> changes = {
      [](v1::Policy& p) { p.set_name("other"); },
      [](v1::Policy& p) { p.mutable_place_classes(5)->set_deadline_ms(60'000); },
      [](v1::Policy& p) { p.mutable_severities(2)->set_deadline_ms(300'000); },
      [](v1::Policy& p) { p.mutable_severities(2)->set_units(3); },
      [](v1::Policy& p) { p.mutable_turnouts(2)->set_turnout_ms(0); },
      [](v1::Policy& p) { p.set_acknowledge_within_ms(30'001); },
      [](v1::Policy& p) { p.set_silent_after_ms(90'001); },
      [](v1::Policy& p) { p.set_stale_position_after_ms(120'001); },
      [](v1::Policy& p) { p.set_reoffer_after_ms(300'001); },
      [](v1::Policy& p) { p.set_place_radius_m(151); },
      [](v1::Policy& p) { p.set_explain_candidates(9); },
      [](v1::Policy& p) { p.mutable_alerts()->set_incident_at_or_above(1); },
      [](v1::Policy& p) { p.mutable_alerts()->set_incident_severity(v1::SEVERITY_CRITICAL); },
      [](v1::Policy& p) { p.mutable_alerts()->set_default_expiry_ms(1); },
  };
  std::vector<std::uint64_t> fingerprints = {compiled(valid_policy()).fingerprint()};
  for (const auto& change : changes) {
    v1::Policy policy = valid_policy();
    change(policy);
    fingerprints.push_back(compiled(policy).fingerprint());
  }
  std::sort(fingerprints.begin(), fingerprints.end());
  EXPECT_EQ(std::adjacent_find(fingerprints.begin(), fingerprints.end()), fingerprints.end());
}

v1::Policy with_cover() {
  v1::Policy policy = valid_policy();
  policy.mutable_coverage()->set_zone_m(500);
  policy.mutable_coverage()->set_busy_permille(300);
  policy.mutable_coverage()->set_parts_of_day(6);
  v1::PlaceWeight* place = policy.mutable_coverage()->add_places();
  place->set_place_class(v1::PLACE_CLASS_SCHOOL);
  place->set_weight(10);
  return policy;
}

TEST(Policy, CoverIsReckonedOnlyWhenAskedForAndPlacesCountInTheRingOfTheirDeadline) {
  EXPECT_FALSE(compiled(valid_policy()).coverage().has_value());
  const Policy policy = compiled(with_cover());
  ASSERT_TRUE(policy.coverage().has_value());
  EXPECT_EQ(policy.coverage()->place_ring[v1::PLACE_CLASS_AIRPORT], 0U);
  EXPECT_EQ(policy.coverage()->place_ring[v1::PLACE_CLASS_SCHOOL], 1U);
  EXPECT_EQ(policy.coverage()->place_ring[v1::PLACE_CLASS_OTHER], 2U);
  EXPECT_TRUE(policy.coverage()->covers(v1::UNIT_KIND_CAR_PATROL));
  EXPECT_FALSE(policy.coverage()->covers(v1::UNIT_KIND_GRID_WORKER));
  EXPECT_NE(policy.fingerprint(), compiled(valid_policy()).fingerprint());
}

TEST(Policy, AWrongRuleOfCoverIsToldByItsField) {
  const auto error = [](const std::function<void(v1::CoverageRule&)>& change) {
    v1::Policy policy = with_cover();
    change(*policy.mutable_coverage());
    const Result<Policy> result = Policy::compile(policy);
    return result.ok() ? "accepted" : result.error().message;
  };
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_zone_m(100); }), HasSubstr("policy.coverage.zone_m"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_busy_permille(1'000); }), HasSubstr("busy_permille"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_street_weight(1'001); }), HasSubstr("street_weight"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_call_weight(1'001); }), HasSubstr("call_weight"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_parts_of_day(5); }), HasSubstr("parts_of_day"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_parts_of_day(0); }), HasSubstr("parts_of_day"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.set_keep_permille(1'000); }), HasSubstr("keep_permille"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.mutable_places(0)->set_weight(1'001); }), HasSubstr("places[0]"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { *r.add_places() = r.places(0); }), HasSubstr("stands twice"));
  EXPECT_THAT(error([](v1::CoverageRule& r) { r.add_unit_kinds(v1::UNIT_KIND_UNSPECIFIED); }),
              HasSubstr("unit_kinds[0]"));
}

v1::Policy with_matters() {
  v1::Policy policy = valid_policy();
  v1::MatterRule& rule = *policy.mutable_matters();
  v1::TriageEntry& row = *rule.add_triage();
  row.set_name("lamps");
  row.add_words("lamp");
  row.set_channel(v1::CHANNEL_CITY_SERVICE);
  row.set_handle_within_ms(3'600'000);
  v1::Centre& city = *rule.add_centres();
  city.set_centre_id(320'200);
  city.set_name("city");
  city.set_level(v1::CENTRE_LEVEL_CITY);
  city.set_takes_from(v1::SEVERITY_CRITICAL);
  rule.set_accept_within_ms(3'600'000);
  rule.set_verify_within_ms(86'400'000);
  rule.set_satisfied_score(3);
  return policy;
}

TEST(Policy, AWrongRuleOfMattersIsToldByItsField) {
  EXPECT_TRUE(compiled(with_matters()).matters().has_value());
  EXPECT_FALSE(compiled(valid_policy()).matters().has_value());
  const auto error = [](const std::function<void(v1::MatterRule&)>& change) {
    v1::Policy policy = with_matters();
    change(*policy.mutable_matters());
    const Result<Policy> result = Policy::compile(policy);
    return result.ok() ? "accepted" : result.error().message;
  };
  EXPECT_THAT(error([](v1::MatterRule& r) { r.mutable_triage(0)->clear_name(); }), HasSubstr("triage[0].name"));
  EXPECT_THAT(error([](v1::MatterRule& r) { *r.add_triage() = r.triage(0); }), HasSubstr("stands twice"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.mutable_triage(0)->clear_channel(); }), HasSubstr("triage[0].channel"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.mutable_triage(0)->clear_handle_within_ms(); }),
              HasSubstr("triage[0].handle_within_ms"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.mutable_triage(0)->set_channel(v1::CHANNEL_EMERGENCY); }),
              HasSubstr("triage[0].severity"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.clear_centres(); }), HasSubstr("centres"));
  EXPECT_THAT(error([](v1::MatterRule& r) { *r.add_centres() = r.centres(0); }), HasSubstr("stands twice"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.mutable_centres(0)->set_takes_from(v1::SEVERITY_HIGH); }),
              HasSubstr("take every severity"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.mutable_centres(0)->add_districts(320'205); }),
              HasSubstr("whole region"));
  EXPECT_THAT(error([](v1::MatterRule& r) {
                *r.add_centres() = r.centres(0);
                r.mutable_centres(1)->set_centre_id(1);
                r.mutable_centres(1)->set_parent_id(320'200);
              }),
              HasSubstr("higher level"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.set_accept_within_ms(1); }), HasSubstr("accept_within_ms"));
  EXPECT_THAT(error([](v1::MatterRule& r) { r.set_satisfied_score(6); }), HasSubstr("satisfied_score"));
}

TEST(Policy, TheFingerprintStaysWhatItIs) {
  // Nodes of different versions compare it: a change here is a change of the contract.
  EXPECT_EQ(compiled(valid_policy()).fingerprint(), 10803375784364122245U);
}

v1::Policy with_related(const std::function<void(v1::RelatedRule&)>& change) {
  v1::Policy policy = valid_policy();
  v1::RelatedRule& rule = *policy.mutable_related();
  rule.set_radius_m(300);
  rule.set_within_ms(1'800'000);
  rule.set_suggest_at(650);
  rule.set_link_at(900);
  change(rule);
  return policy;
}

TEST(RelatedRule, ImpossibleValuesAreNamed) {
  const auto error = [](const std::function<void(v1::RelatedRule&)>& change) {
    const Result<Policy> result = Policy::compile(with_related(change));
    return result.ok() ? "" : result.error().message;
  };
  const auto pair = [](v1::Category one, v1::Category other, int times) {
    return [=](v1::RelatedRule& rule) {
      for (int i = 0; i < times; ++i) {
        rule.add_compatible()->set_one(i % 2 == 0 ? one : other);
        rule.mutable_compatible(i)->set_other(i % 2 == 0 ? other : one);
      }
    };
  };
  EXPECT_EQ(error([](auto&) {}), "");
  EXPECT_THAT(error([](auto& r) { r.set_radius_m(0); }), HasSubstr("policy.related.radius_m"));
  EXPECT_THAT(error([](auto& r) { r.set_radius_m(5'001); }), HasSubstr("policy.related.radius_m"));
  EXPECT_THAT(error([](auto& r) { r.set_within_ms(0); }), HasSubstr("policy.related.within_ms"));
  EXPECT_THAT(error([](auto& r) { r.set_suggest_at(0); }), HasSubstr("policy.related.suggest_at"));
  EXPECT_THAT(error([](auto& r) { r.set_link_at(649); }), HasSubstr("policy.related.link_at"));
  EXPECT_THAT(error([](auto& r) { r.set_link_at(1'001); }), HasSubstr("policy.related.link_at"));
  EXPECT_THAT(error(pair(v1::CATEGORY_FIRE, v1::CATEGORY_FIRE, 1)), HasSubstr("stands with itself"));
  EXPECT_THAT(error(pair(v1::CATEGORY_FIRE, v1::CATEGORY_UNSPECIFIED, 1)), HasSubstr("compatible[0]"));
  EXPECT_THAT(error(pair(v1::CATEGORY_FIRE, v1::CATEGORY_DISASTER, 2)),
              HasSubstr("compatible[1]: the pair stands twice"));
}

TEST(RelatedRule, CountsInTheFingerprintOnlyWhenItIsThere) {
  const std::uint64_t without = compiled(valid_policy()).fingerprint();
  const std::uint64_t with = compiled(with_related([](auto&) {})).fingerprint();
  EXPECT_NE(without, with);
  EXPECT_NE(with, compiled(with_related([](auto& r) { r.set_link_at(0); })).fingerprint());
  EXPECT_FALSE(compiled(valid_policy()).related().has_value());
}

TEST(AlertActions, TheFirstThatFitsWithAllOfItsConditionsDecides) {
  v1::Policy policy = valid_policy();
  v1::AlertAction& first = *policy.mutable_alerts()->add_actions();
  first.add_events("Flood");
  first.add_categories(v1::CATEGORY_DISASTER);
  first.set_severity_at_or_above(2);
  first.set_urgency_at_or_above(2);
  first.set_certainty_at_or_above(2);
  first.set_stand_by(true);
  v1::AlertAction& second = *policy.mutable_alerts()->add_actions();
  second.add_categories(v1::CATEGORY_DISASTER);
  second.set_incident_severity(v1::SEVERITY_LOW);
  const Policy compiled_policy = compiled(policy);
  v1::AlertInfo info = alert(v1::AlertInfo::URGENCY_EXPECTED, v1::AlertInfo::ALERT_SEVERITY_SEVERE);
  info.set_event("FLOOD");
  info.set_category(v1::CATEGORY_DISASTER);
  info.set_certainty(v1::AlertInfo::CERTAINTY_LIKELY);
  EXPECT_TRUE(compiled_policy.action_for(info).stand_by);
  EXPECT_FALSE(compiled_policy.action_for(info).incident_severity.has_value());
  const auto not_first = [&](const std::function<void(v1::AlertInfo&)>& change) {
    v1::AlertInfo changed = info;
    change(changed);
    const AlertAction action = compiled_policy.action_for(changed);
    return !action.stand_by && action.incident_severity == v1::SEVERITY_LOW;
  };
  EXPECT_TRUE(not_first([](auto& i) { i.set_event("storm"); }));
  EXPECT_TRUE(not_first([](auto& i) { i.set_severity(v1::AlertInfo::ALERT_SEVERITY_MODERATE); }));
  EXPECT_TRUE(not_first([](auto& i) { i.set_urgency(v1::AlertInfo::URGENCY_UNKNOWN); }));
  EXPECT_TRUE(not_first([](auto& i) { i.set_certainty(v1::AlertInfo::CERTAINTY_UNKNOWN); }));
  info.set_category(v1::CATEGORY_FIRE);
  info.set_urgency(v1::AlertInfo::URGENCY_IMMEDIATE);
  EXPECT_EQ(compiled_policy.action_for(info).incident_severity, compiled_policy.incident_for(info));
}

TEST(AlertActions, ImpossibleLinesAreNamed) {
  const auto error = [](const std::function<void(v1::AlertAction&)>& change) {
    v1::Policy policy = valid_policy();
    change(*policy.mutable_alerts()->add_actions());
    const Result<Policy> result = Policy::compile(policy);
    return result.ok() ? "" : result.error().message;
  };
  EXPECT_EQ(error([](auto& a) { a.set_stand_by(true); }), "");
  EXPECT_THAT(error([](auto& a) { a.add_events(""); }), HasSubstr("policy.alerts.actions[0].events"));
  EXPECT_THAT(error([](auto& a) { a.add_categories(v1::CATEGORY_UNSPECIFIED); }), HasSubstr("actions[0].categories"));
  EXPECT_THAT(error([](auto& a) { a.set_urgency_at_or_above(5); }), HasSubstr("actions[0].urgency_at_or_above"));
}

}  // namespace
}  // namespace dispatch135::policy
