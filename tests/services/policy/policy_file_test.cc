#include "services/policy/policy_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/policy/policy.h"

namespace dispatch135::policy {
namespace {

using ::testing::HasSubstr;

std::string default_text() {
  std::ifstream in("config/policies/default.yaml");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The default policy with its first `from` replaced. The line of the change is the same as in the file.
std::string with(const std::string& from, const std::string& to) {
  std::string text = default_text();
  const std::size_t at = text.find(from);
  D135_CHECK(at != std::string::npos, "the default policy has the line that the test changes");
  return text.replace(at, from.size(), to);
}

int line_of(const std::string& needle) {
  const std::string text = default_text();
  const auto at = static_cast<std::ptrdiff_t>(text.find(needle));
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
}

std::string error_of(const std::string& yaml) {
  const Result<v1::Policy> result = parse_policy(yaml, "city.yaml");
  EXPECT_FALSE(result.ok());
  return result.ok() ? "" : result.error().message;
}

TEST(PolicyFile, EveryPolicyThatIsDeliveredIsAccepted) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("config/policies")) {
    const Result<v1::Policy> policy = read_policy_file(entry.path());
    ASSERT_TRUE(policy.ok()) << policy.error().message;
    EXPECT_TRUE(Policy::compile(policy.value()).ok()) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 1);
}

TEST(PolicyFile, TheDefaultSaysWhatItsWordsSay) {
  const Policy policy = Policy::compile(read_policy_file("config/policies/default.yaml").value()).value();
  EXPECT_EQ(policy.name(), "default-1-3-5");
  EXPECT_EQ(policy.respond({.place_class = v1::PLACE_CLASS_RAILWAY_STATION, .severity = v1::SEVERITY_LOW}).deadline,
            kOneMinute);
  EXPECT_EQ(policy.respond({.place_class = v1::PLACE_CLASS_BANK, .severity = v1::SEVERITY_MEDIUM}).deadline,
            kThreeMinutes);
  EXPECT_EQ(policy.respond({.place_class = v1::PLACE_CLASS_OTHER, .severity = v1::SEVERITY_LOW}).deadline,
            kFiveMinutes);
  EXPECT_EQ(policy.respond({.place_class = v1::PLACE_CLASS_OTHER, .severity = v1::SEVERITY_CRITICAL}).deadline,
            kThreeMinutes);
  EXPECT_EQ(policy.respond({.severity = v1::SEVERITY_CRITICAL}).plan.front().front().units, 2U);
  EXPECT_EQ(policy.turnout(v1::POST_KIND_RAPID_RESPONSE_POINT), DurationMs{10'000});
  EXPECT_EQ(policy.acknowledge_within(), DurationMs{30'000});
  EXPECT_EQ(policy.place_radius_mm(), 150'000);
  v1::AlertInfo grave;
  grave.set_urgency(v1::AlertInfo::URGENCY_IMMEDIATE);
  grave.set_severity(v1::AlertInfo::ALERT_SEVERITY_SEVERE);
  EXPECT_EQ(policy.incident_for(grave), v1::SEVERITY_HIGH);
}

TEST(PolicyFile, EveryMistakeIsReportedWithFileLineAndReason) {
  struct Case {
    std::string from;
    std::string to;
    std::string said;
  };
  const std::vector<Case> cases = {
      {"silent_after: 90s", "silent_after_all: 90s", "silent_after_all: unknown key"},
      {"silent_after: 90s", "silent_after: -90s", "silent_after: '-90s' is not a duration"},
      {"silent_after: 90s", "silent_after: 0s", "silent_after: '0s' is not a duration"},
      {"silent_after: 90s", "silent_after: 90", "silent_after: '90' is not a duration"},
      {"silent_after: 90s", "silent_after: 25h", "silent_after: '25h' is not a duration"},
      {"bank: 3min", "bank: 2min", "place_classes.bank: must be 1min, 3min or 5min"},
      {"bank: 3min", "bank: soon", "place_classes.bank: 'soon' is not a duration"},
      {"bank: 3min", "school: 3min", "place_classes.school: is given twice"},
      {"bank: 3min", "casino: 3min", "place_classes.casino: unknown key"},
      {"outpost: 15s", "outpost: 11min", "turnouts.outpost: '11min' is not a duration"},
      {"units: 2", "units: 9", "severities.critical.units: '9' is not a whole number from 1 to 8"},
      {"incident_at_or_above: severe", "incident_at_or_above: bad", "alerts.incident_at_or_above: 'bad' is not one of"},
      {"incident_severity: high", "incident_severity: huge", "alerts.incident_severity: 'huge' is not one of"},
      {"explain_candidates: 3", "explain_candidates: 17", "explain_candidates: '17' is not a whole number"},
      {"place_radius_m: 150", "place_radius_m: -1", "place_radius_m: '-1' is not a whole number"},
      {"name: default-1-3-5", "name: ''", "name: must be 1 to 64 bytes"},
  };
  for (const Case& bad : cases) {
    const std::string wanted = "city.yaml:" + std::to_string(line_of(bad.from)) + ": " + bad.said;
    EXPECT_THAT(error_of(with(bad.from, bad.to)), HasSubstr(wanted));
  }
}

TEST(PolicyFile, UnitsAreWatchedAsTheSectionProgressSays) {
  const std::string text = default_text() + R"(
progress:
  check_every: 10s
  move_within: 45s
  move_distance_m: 50
  slip: 30s
  away: 1min
  reinforce_after: 1min
  reinforce_slip: 2min
  arrival_radius_m: 60
  arrival_reports: 3
  safety_check_after: 15min
  safety_answer_within: 1min
  safety_reinforce: true
)";
  const Result<v1::Policy> read = parse_policy(text, "city.yaml");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Policy policy = Policy::compile(read.value()).value();
  const ProgressRule& rule = policy.progress();
  EXPECT_TRUE(rule.on);
  EXPECT_EQ(rule.move_within, DurationMs{45'000});
  EXPECT_EQ(rule.arrival_radius_mm, 60'000);
  EXPECT_EQ(rule.arrival_reports, 3U);
  EXPECT_TRUE(rule.safety_reinforce);
  const Policy without = Policy::compile(parse_policy(default_text(), "city.yaml").value()).value();
  EXPECT_NE(policy.fingerprint(), without.fingerprint());
  EXPECT_FALSE(without.progress().on);

  EXPECT_THAT(error_of(default_text() + "progress:\n  slip: 30s\n"), HasSubstr("progress.check_every: is missing"));
  EXPECT_THAT(error_of(default_text() + "progress:\n  check_every: 1h\n"), HasSubstr("progress.check_every"));
  EXPECT_THAT(error_of(default_text() + "progress:\n  check_every: 10s\n  arrival_radius_m: 60\n"),
              HasSubstr("policy.progress.arrival_reports: must be 1 to 100"));
}

TEST(PolicyFile, RostersAreUsedAsTheSectionDutySays) {
  const auto duty = [](const std::string& fields) { return default_text() + "\nduty: {" + fields + "}\n"; };
  const Result<v1::Policy> read = parse_policy(
      duty("roster: required, on_break_from: high, overtime_limit: 1h, absent_after: 10min, outside_area_after: 5min"),
      "city.yaml");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const DutyRule rule = Policy::compile(read.value()).value().duty();
  EXPECT_TRUE(rule.required);
  EXPECT_TRUE(rule.calls_from_break(v1::SEVERITY_HIGH));
  EXPECT_FALSE(rule.calls_from_break(v1::SEVERITY_MEDIUM));
  EXPECT_EQ(rule.overtime_limit, DurationMs{3'600'000});
  EXPECT_FALSE(Policy::compile(parse_policy(duty("roster: off"), "city.yaml").value()).value().duty().on);
  EXPECT_THAT(error_of(duty("absent_after: 10min")), HasSubstr("duty.roster: is missing"));
  EXPECT_THAT(error_of(duty("roster: maybe")), HasSubstr("duty.roster: 'maybe' is not one of"));
  EXPECT_THAT(error_of(duty("roster: off, absent_after: 10min")), HasSubstr("policy.duty.absent_after_ms"));
  EXPECT_THAT(error_of(duty("roster: advisory, on_break_from: high")), HasSubstr("policy.duty.on_break_from"));
  EXPECT_THAT(error_of(duty("roster: required, overtime_limit: 13h")), HasSubstr("duty.overtime_limit"));
}

TEST(PolicyFile, WhatIsMissingIsNamed) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"  bank: 3min\n", "place_classes.bank: is missing"},
      {"  low:\n    units: 1\n", "severities.low: is missing"},
      {"  outpost: 15s\n", "turnouts.outpost: is missing"},
      {"acknowledge_within: 30s\n", "acknowledge_within: is missing"},
      {"  incident_severity: high\n", "alerts.incident_severity: is missing"},
      {"  default_expiry: 2h\n", "alerts.default_expiry: is missing"},
      {"name: default-1-3-5\n", "name: is missing"},
  };
  for (const auto& [removed, said] : cases) EXPECT_THAT(error_of(with(removed, "")), HasSubstr(said));
  EXPECT_THAT(error_of(""), HasSubstr("place_classes: is missing"));
}

TEST(PolicyFile, AllMistakesOfAFileAreToldAtOnce) {
  std::string text = with("bank: 3min", "bank: 2min");
  text += "surprise: 1\n";
  const std::string error = error_of(text);
  EXPECT_THAT(error, HasSubstr("place_classes.bank"));
  EXPECT_THAT(error, HasSubstr("surprise: unknown key"));
}

TEST(PolicyFile, AFileThatIsNotThereOrIsNotYamlIsAnErrorNotACrash) {
  EXPECT_THAT(read_policy_file("config/no-such-policy.yaml").error().message, HasSubstr("config/no-such-policy.yaml"));
  EXPECT_THAT(error_of("name: [unclosed"), HasSubstr("city.yaml:"));
  EXPECT_THAT(error_of("- a\n- b\n"), HasSubstr("city.yaml:1"));
}

TEST(PolicyFile, AlertsOpenNoIncidentsWhenTheFileSaysNone) {
  std::string text = with("incident_at_or_above: severe", "incident_at_or_above: none");
  const std::string severity = "  incident_severity: high\n";
  text.erase(text.find(severity), severity.size());
  const Result<v1::Policy> policy = parse_policy(text, "city.yaml");
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  EXPECT_EQ(policy.value().alerts().incident_at_or_above(), 0U);
}

// The default without its section `related`, with this one instead.
std::string with_related(const std::string& section) {
  std::string text = default_text();
  const std::size_t from = text.find("\nrelated:");
  const std::size_t to = text.find("\n\n", from);
  D135_CHECK(from != std::string::npos && to != std::string::npos, "the default policy has the section");
  return text.replace(from, to - from, section);
}

TEST(PolicyFile, RelatedCallsAreComparedAsTheSectionSaysAndNotAtAllWithoutIt) {
  const v1::RelatedRule rule =
      parse_policy(with_related("\nrelated: {radius_m: 250, within: 20min, suggest_at: 600, link_at: 880, "
                                "compatible: [traffic+help]}"),
                   "city.yaml")
          .value()
          .related();
  EXPECT_EQ(rule.radius_m(), 250U);
  EXPECT_EQ(rule.within_ms(), 1'200'000);
  EXPECT_EQ(rule.suggest_at(), 600U);
  EXPECT_EQ(rule.link_at(), 880U);
  ASSERT_EQ(rule.compatible_size(), 1);
  EXPECT_EQ(rule.compatible(0).one(), v1::CATEGORY_TRAFFIC);
  EXPECT_EQ(rule.compatible(0).other(), v1::CATEGORY_HELP);
  EXPECT_EQ(read_policy_file("config/policies/default.yaml").value().related().link_at(), 0U);
  EXPECT_FALSE(parse_policy(with_related(""), "city.yaml").value().has_related());
}

TEST(PolicyFile, MistakesOfTheSectionRelatedAreNamedWithTheirLine) {
  const auto error = [](const std::string& fields) { return error_of(with_related("\nrelated: {" + fields + "}")); };
  EXPECT_THAT(error("radius_m: 0, within: 20min, suggest_at: 600, link_at: off"), HasSubstr("radius_m: '0' is not"));
  EXPECT_THAT(error("radius_m: 9, within: 20min, suggest_at: 600"), HasSubstr("link_at"));
  EXPECT_THAT(error("radius_m: 9, within: 20min, suggest_at: 600, link_at: 500"), HasSubstr("policy.related.link_at"));
  EXPECT_THAT(error("radius_m: 9, within: 20min, suggest_at: 600, link_at: off, compatible: [war+peace]"),
              HasSubstr("'war+peace' must be two categories"));
  EXPECT_THAT(error("radius_m: 9, within: 20min, suggest_at: 600, link_at: off, compatible: [fire+fire]"),
              HasSubstr("compatible[0]"));
}

TEST(PolicyFile, MistakesOfARuleAreToldWithTheLineOfTheRule) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"categories: [crowd]", "categories: [riot]"},
      {"hours: [\"mon-fri 07:00-08:30\"", "hours: [\"mon-fry 07:00-08:30\""},
      {"deadline_at_most: 3min", "deadline_at_most: 2min"},
      {"{role: first responders, units: 2}", "{role: first responders, units: 17}"},
      {"{role: support, within: 5min, units: 1}", "{role: support, within: 5min, crew: 1, units: 1}"},
      {"preempt_levels: 2", "preempt_levels: 4"},
  };
  for (const auto& [from, to] : cases) {
    const std::string error = error_of(with(from, to));
    EXPECT_THAT(error, HasSubstr("city.yaml:" + std::to_string(line_of(from)) + ": ")) << to;
  }
  EXPECT_THAT(error_of(with("categories: [crowd]", "categories: [riot]")),
              HasSubstr("rules[1].categories: 'riot' is not one of: criminal"));
}

TEST(PolicyFile, TheExamplesAreTheThreeReadings) {
  const auto deadline = [](const char* file, v1::PlaceClass place, v1::Severity severity) {
    const Policy policy = Policy::compile(read_policy_file(std::string("config/policies/") + file).value()).value();
    return policy.respond({.place_class = place, .severity = severity}).deadline;
  };
  EXPECT_EQ(deadline("by-place.yaml", v1::PLACE_CLASS_AIRPORT, v1::SEVERITY_LOW), kOneMinute);
  EXPECT_EQ(deadline("by-place.yaml", v1::PLACE_CLASS_OTHER, v1::SEVERITY_CRITICAL), kFiveMinutes);
  EXPECT_EQ(deadline("by-urgency.yaml", v1::PLACE_CLASS_AIRPORT, v1::SEVERITY_LOW), kFiveMinutes);
  EXPECT_EQ(deadline("by-urgency.yaml", v1::PLACE_CLASS_OTHER, v1::SEVERITY_CRITICAL), kOneMinute);
  EXPECT_EQ(deadline("by-force.yaml", v1::PLACE_CLASS_OTHER, v1::SEVERITY_LOW), kOneMinute);
}

TEST(PolicyFile, TheSectionOnCoverIsReadAndItsMistakesAreTold) {
  EXPECT_FALSE(parse_policy(default_text(), "city.yaml").value().has_coverage());
  const std::string cover = "\ncoverage:\n  busy_permille: 300\n  places: {school: 10}\n  unit_kinds: [traffic]\n";
  const v1::CoverageRule rule = parse_policy(default_text() + cover, "city.yaml").value().coverage();
  EXPECT_EQ(rule.zone_m(), 500U);
  EXPECT_EQ(rule.busy_permille(), 300U);
  ASSERT_EQ(rule.places_size(), 1);
  EXPECT_EQ(rule.places(0).place_class(), v1::PLACE_CLASS_SCHOOL);
  EXPECT_EQ(rule.unit_kinds(0), v1::UNIT_KIND_TRAFFIC);
  EXPECT_THAT(error_of(default_text() + "\ncoverage:\n  zone_m: 500\n"), HasSubstr("busy_permille"));
  EXPECT_THAT(error_of(default_text() + cover + "  parts_of_day: 5\n"), HasSubstr("must divide 24"));
  EXPECT_THAT(error_of(default_text() + "\ncoverage: {busy_permille: 300, unit_kinds: [tram]}\n"), HasSubstr("tram"));
}

TEST(PolicyFile, TheSectionOnMovesIsReadAndItsMistakesAreTold) {
  const std::string cover = "\ncoverage: {busy_permille: 300}\n";
  const std::string moves =
      "move_up:\n  mode: order\n  posts: [3, 4]\n  fall_ppm: 20000\n  gain_ppm: 3000\n  keep_ppm: ";
  const v1::MoveUpRule rule = parse_policy(default_text() + cover + moves + "1000\n", "city.yaml").value().move_up();
  EXPECT_EQ(rule.mode(), v1::MoveUpRule::MODE_ORDER);
  EXPECT_EQ(rule.post_ids(1), 4U);
  EXPECT_EQ(rule.drive_within_ms(), 600'000);
  EXPECT_THAT(error_of(default_text() + "\n" + moves + "1000\n"), HasSubstr("needs the section coverage"));
  EXPECT_THAT(error_of(default_text() + cover + moves + "3000\n"), HasSubstr("to and fro"));
  EXPECT_THAT(error_of(default_text() + cover + "move_up: {mode: maybe}\n"), HasSubstr("mode"));
}

TEST(PolicyFile, ActionsForAlertsAreReadInTheirOrder) {
  const std::string actions =
      "alerts:\n  actions:\n"
      "    - {events: [flood warning], severity: severe, urgency: expected, stand_by: true, warn_posts: true}\n"
      "    - {categories: [fire, disaster], certainty: likely, incident: critical, broadcast: true}\n";
  const v1::AlertRule rule = parse_policy(with("alerts:\n", actions), "city.yaml").value().alerts();
  ASSERT_EQ(rule.actions_size(), 2);
  EXPECT_EQ(rule.actions(0).events(0), "flood warning");
  EXPECT_EQ(rule.actions(0).severity_at_or_above(), 2U);
  EXPECT_EQ(rule.actions(0).urgency_at_or_above(), 2U);
  EXPECT_TRUE(rule.actions(0).stand_by());
  EXPECT_TRUE(rule.actions(0).warn_posts());
  EXPECT_EQ(rule.actions(1).categories_size(), 2);
  EXPECT_EQ(rule.actions(1).certainty_at_or_above(), 2U);
  EXPECT_EQ(rule.actions(1).incident_severity(), v1::SEVERITY_CRITICAL);
  EXPECT_TRUE(rule.actions(1).broadcast());
  EXPECT_THAT(error_of(with("alerts:\n", "alerts:\n  actions: [{severity: dreadful}]\n")),
              HasSubstr("'dreadful' is not one of"));
  EXPECT_THAT(error_of(with("alerts:\n", "alerts:\n  actions: [{categories: [war]}]\n")),
              HasSubstr("'war' is not one of"));
}

TEST(PolicyFile, TheSectionOnMattersIsReadAndItsMistakesAreTold) {
  const std::string centres =
      "\nmatters:\n  centres:\n    - {id: 320200, name: city, level: city, takes_from: critical}\n"
      "    - {id: 320205, name: county, level: county, parent: 320200, districts: [320205], takes_from: high}\n";
  const std::string triage =
      "  triage:\n    - {name: lamps, categories: [help], words: [lamp], channel: city_service, handle_within: 1d}\n";
  const v1::MatterRule rule = parse_policy(default_text() + centres + triage, "city.yaml").value().matters();
  ASSERT_EQ(rule.triage_size(), 1);
  EXPECT_EQ(rule.triage(0).channel(), v1::CHANNEL_CITY_SERVICE);
  EXPECT_EQ(rule.triage(0).categories(0), v1::CATEGORY_HELP);
  EXPECT_EQ(rule.triage(0).handle_within_ms(), 86'400'000);
  EXPECT_EQ(rule.centres(1).parent_id(), 320'200U);
  EXPECT_EQ(rule.centres(1).districts(0), 320'205U);
  EXPECT_EQ(rule.centres(1).takes_from(), v1::SEVERITY_HIGH);
  EXPECT_EQ(rule.satisfied_score(), 3U);
  EXPECT_EQ(rule.micro_grids(), 0U);
  EXPECT_EQ(parse_policy(default_text() + centres + triage + "  micro_grids: 00c0ffee00c0ffee\n", "city.yaml")
                .value()
                .matters()
                .micro_grids(),
            0x00c0ffee00c0ffeeU);
  EXPECT_THAT(error_of(default_text() + centres + "  micro_grids: fields\n"), HasSubstr("16 hexadecimal digits"));
  EXPECT_THAT(error_of(default_text() + "\nmatters: {accept_within: 1h}\n"), HasSubstr("centres"));
  EXPECT_THAT(error_of(default_text() + centres + "  triage: [{name: a, channel: moon}]\n"), HasSubstr("moon"));
  EXPECT_THAT(error_of(default_text() + centres + "  triage: [{name: a, channel: grid}]\n"),
              HasSubstr("handle_within_ms"));
}

TEST(PolicyFile, NeighboursAreReadWithDistrictsAndCities) {
  const std::string section =
      "\nneighbours:\n"
      "  districts:\n    crossing: border\n    border_m: 800\n    gain: 30s\n    pairs: [320205-320206]\n"
      "    from_severity: high\n"
      "  cities:\n    - region: 320500\n      answer_within: 15s\n      ask: {from_severity: high, border_m: 5000, "
      "gain: 1min}\n"
      "      lend: {at_most: 2, keep_free_permille: 500, within: 10min}\n"
      "    - region: 320400\n      ask: {}\n";
  const Result<v1::Policy> policy = parse_policy(default_text() + section, "city.yaml");
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  const NeighbourRule rule = *Policy::compile(policy.value()).value().neighbours();
  EXPECT_EQ(rule.districts->border_mm, 800'000);
  EXPECT_EQ(rule.districts->gain.count, 30'000);
  EXPECT_TRUE(rule.districts->allows(DistrictId(320'206), DistrictId(320'205), v1::SEVERITY_HIGH));
  EXPECT_FALSE(rule.districts->allows(DistrictId(320'206), DistrictId(320'205), v1::SEVERITY_MEDIUM));
  EXPECT_FALSE(rule.districts->allows(DistrictId(320'206), DistrictId(320'211), v1::SEVERITY_HIGH));
  ASSERT_EQ(rule.cities.size(), 2U);
  const CityNeighbour& suzhou = *rule.city(RegionId(320'500));
  EXPECT_EQ(suzhou.answer_within.count, 15'000);
  EXPECT_EQ(suzhou.ask->border_mm, 5'000'000);
  EXPECT_EQ(suzhou.lend->at_most, 2U);
  EXPECT_EQ(suzhou.lend->within.count, 600'000);
  EXPECT_EQ(suzhou.lend->beyond_km_h, 30);
  EXPECT_EQ(suzhou.lend->beyond(1'000'000).count, 120'000) << "1 km at 30 km/h";
  EXPECT_FALSE(rule.city(RegionId(320'400))->lend) << "it is asked and gets nothing";
  EXPECT_EQ(rule.city(RegionId(310'000)), nullptr);
}

TEST(PolicyFile, AWrongSectionNeighboursIsRefusedWithItsPlace) {
  const auto wrong = [](const std::string& section) { return error_of(default_text() + "\nneighbours:\n" + section); };
  EXPECT_THAT(wrong("  districts: {crossing: sometimes}\n"), HasSubstr("crossing"));
  EXPECT_THAT(wrong("  districts: {crossing: border}\n"), HasSubstr("border_m"));
  EXPECT_THAT(wrong("  districts: {crossing: never, border_m: 500}\n"), HasSubstr("belongs to the crossing BORDER"));
  EXPECT_THAT(wrong("  districts: {crossing: always, pairs: [320205]}\n"), HasSubstr("not two codes"));
  EXPECT_THAT(wrong("  districts: {crossing: always, pairs: [320205-320205]}\n"), HasSubstr("two districts"));
  EXPECT_THAT(wrong("  districts: {crossing: always, pairs: [320205-320206, 320206-320205]}\n"), HasSubstr("twice"));
  EXPECT_THAT(wrong("  cities:\n    - ask: {}\n"), HasSubstr("region"));
  EXPECT_THAT(wrong("  cities:\n    - {region: 320500}\n    - {region: 320500}\n"), HasSubstr("names a region twice"));
  EXPECT_THAT(wrong("  cities:\n    - {region: 320500, lend: {}}\n"), HasSubstr("at_most"));
  EXPECT_THAT(wrong("  cities:\n    - {region: 320500, answer_within: 1h}\n"), HasSubstr("answer_within"));
}

TEST(PolicyFile, TheSectionOnPursuitsIsReadAndItsMistakesAreTold) {
  const std::string section =
      "\npursuit:\n  categories: [criminal]\n  from_severity: high\n  rings: [90s, 3min]\n  unit_kinds: [car_patrol]\n";
  const std::string points =
      "  choke_points:\n    - {id: 1, name: East Bridge, kind: bridge, latitude: 31.5, longitude: 120.25}\n";
  const v1::PursuitRule rule = parse_policy(default_text() + section + points, "city.yaml").value().pursuit();
  EXPECT_EQ(rule.categories(0), v1::CATEGORY_CRIMINAL);
  EXPECT_EQ(rule.from_severity(), v1::SEVERITY_HIGH);
  EXPECT_EQ(rule.rings_ms(1), 180'000);
  EXPECT_EQ(rule.unit_kinds(0), v1::UNIT_KIND_CAR_PATROL);
  EXPECT_EQ(rule.target_speed_pct(), 130U);
  EXPECT_EQ(rule.choke_points(0).kind(), v1::ChokePoint::KIND_BRIDGE);
  EXPECT_EQ(rule.choke_points(0).position().longitude_e7(), 1'202'500'000);
  EXPECT_THAT(error_of(default_text() + "\npursuit: {rings: [90s]}\n"), HasSubstr("from_severity"));
  EXPECT_THAT(error_of(default_text() + "\npursuit: {from_severity: high}\n"), HasSubstr("rings"));
  EXPECT_THAT(error_of(default_text() + "\npursuit: {from_severity: high, rings: [3min, 90s]}\n"),
              HasSubstr("pursuit.rings_ms[1]: must be longer than the one before"));
  EXPECT_THAT(error_of(default_text() + "\npursuit: {from_severity: high, rings: [soon]}\n"), HasSubstr("'soon'"));
  EXPECT_THAT(error_of(default_text() + section + points + points.substr(points.find("    -"))),
              HasSubstr("choke_points[1].id: must not be 0, and stand once"));
  EXPECT_THAT(error_of(default_text() + section + "  choke_points_file: nowhere.yaml\n"), HasSubstr("nowhere.yaml"));
}

TEST(PolicyFile, ChokePointsMayStandInAFileBesideThePolicy) {
  const std::filesystem::path folder = ::testing::TempDir() + "d135_chokes";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "chokes.yaml")
      << "choke_points:\n  - {id: 7, name: \"Mouth \\\"A\\\"\", kind: tunnel, latitude: 31, longitude: 120}\n";
  std::ofstream(folder / "city.yaml") << default_text()
                                      << "\npursuit:\n  from_severity: high\n  rings: [90s]\n"
                                         "  choke_points_file: chokes.yaml\n";
  const auto policy = read_policy_file((folder / "city.yaml").string());
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  EXPECT_EQ(policy.value().pursuit().choke_points(0).name(), "Mouth \"A\"");
  EXPECT_EQ(policy.value().pursuit().choke_points(0).id(), 7U);
  std::ofstream(folder / "chokes.yaml")
      << "choke_points: [{id: 7, name: a, kind: hole, latitude: 31, longitude: 120}]\n";
  const auto wrong = read_policy_file((folder / "city.yaml").string());
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("'hole' is not one of"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dispatch135::policy
