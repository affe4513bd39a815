#include "services/policy/policy_file.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/policy/policy.h"
#include "services/common/yaml_config.h"
#include "services/policy/policy_words.h"
#include "services/policy/read_alert_actions.h"
#include "services/policy/read_coverage.h"
#include "services/policy/read_duty.h"
#include "services/policy/read_matters.h"
#include "services/policy/read_move_up.h"
#include "services/policy/read_neighbours.h"
#include "services/policy/read_progress.h"
#include "services/policy/read_pursuit.h"
#include "services/policy/read_related.h"
#include "services/policy/read_response_rules.h"

namespace dispatch135::policy {
namespace {

using common::YamlReader;

constexpr DurationMs kLongestTurnout = {600'000};

DurationMs required_time(YamlReader& reader, std::string_view key, DurationMs min, DurationMs max) {
  return reader.require(key).duration(key, max, min, max);
}

std::int64_t required_integer(YamlReader& reader, std::string_view key, std::int64_t min, std::int64_t max) {
  return reader.require(key).integer(key, max, min, max);
}

void read_place_classes(YamlReader& root, v1::Policy& policy) {
  YamlReader classes = root.require("place_classes").map("place_classes");
  if (!root.has("place_classes")) return;
  for (const Word& word : words(v1::PlaceClass_descriptor())) {
    v1::PlaceClassRule* rule = policy.add_place_classes();
    rule->set_place_class(static_cast<v1::PlaceClass>(word.value));
    rule->set_line(static_cast<std::uint32_t>(classes.line(word.text)));
    rule->set_deadline_ms(ring_edge(classes.require(word.text), word.text).count);
  }
}

void read_severities(YamlReader& root, v1::Policy& policy) {
  YamlReader severities = root.require("severities").map("severities");
  if (!root.has("severities")) return;
  for (const Word& word : words(v1::Severity_descriptor())) {
    YamlReader entry = severities.require(word.text).map(word.text);
    if (!severities.has(word.text)) continue;
    v1::SeverityRule* rule = policy.add_severities();
    rule->set_severity(static_cast<v1::Severity>(word.value));
    rule->set_line(static_cast<std::uint32_t>(severities.line(word.text)));
    if (entry.has("deadline")) rule->set_deadline_ms(ring_edge(entry, "deadline").count);
    rule->set_units(static_cast<std::uint32_t>(required_integer(entry, "units", 1, limits::kUnitsPerIncident)));
  }
}

void read_turnouts(YamlReader& root, v1::Policy& policy) {
  YamlReader turnouts = root.require("turnouts").map("turnouts");
  if (!root.has("turnouts")) return;
  for (const Word& word : words(v1::PostKind_descriptor())) {
    v1::TurnoutRule* rule = policy.add_turnouts();
    rule->set_post_kind(static_cast<v1::PostKind>(word.value));
    rule->set_turnout_ms(required_time(turnouts, word.text, {0}, kLongestTurnout).count);
  }
}

void read_alerts(YamlReader& root, v1::Policy& policy) {
  YamlReader alerts = root.require("alerts").map("alerts");
  if (!root.has("alerts")) return;
  v1::AlertRule* rule = policy.mutable_alerts();
  const std::string from =
      alerts.require("incident_at_or_above")
          .choice("incident_at_or_above", "none", {"none", "extreme", "severe", "moderate", "minor"});
  for (const Word& word : words(v1::AlertInfo::AlertSeverity_descriptor())) {
    if (word.text == from) rule->set_incident_at_or_above(static_cast<std::uint32_t>(word.value));
  }
  const std::string severity = alerts.choice("incident_severity", "", {"critical", "high", "medium", "low"});
  for (const Word& word : words(v1::Severity_descriptor())) {
    if (word.text == severity) rule->set_incident_severity(static_cast<v1::Severity>(word.value));
  }
  if (rule->incident_at_or_above() != 0) alerts.require("incident_severity");
  read_alert_actions(alerts, *rule);
  rule->set_default_expiry_ms(required_time(alerts, "default_expiry", {1}, kLongestTime).count);
}

void read_choice(YamlReader& root, v1::Policy& policy) {
  if (!root.has("choice")) return;
  YamlReader choice = root.map("choice");
  v1::ChoiceRule* rule = policy.mutable_choice();
  rule->set_preempt_levels(static_cast<std::uint32_t>(choice.integer("preempt_levels", 0, 0, 3)));
  rule->set_await_gain_ms(choice.duration("await_gain", {0}, {0}, kLongestTime).count);
  rule->set_together(choice.boolean("together", false));
  if (!choice.has("cover")) return;
  YamlReader cover = choice.map("cover");
  rule->set_cover_weight_ms(required_time(cover, "weight", {1}, kLongestTurnout).count);
  rule->set_cover_candidates(static_cast<std::uint32_t>(cover.integer("candidates", 8, 2, limits::kExplainCandidates)));
  rule->set_cover_from_severity(static_cast<v1::Severity>(value(cover, "from_severity", v1::Severity_descriptor())));
}

Result<v1::Policy> read(YamlReader root, const std::string& file) {
  v1::Policy policy;
  policy.set_name(root.require("name").text("name", "-"));
  if (policy.name().empty() || policy.name().size() > limits::kPolicyNameBytes) {
    root.fail("name", "must be 1 to 64 bytes");
  }
  read_place_classes(root, policy);
  read_severities(root, policy);
  read_turnouts(root, policy);
  policy.set_acknowledge_within_ms(required_time(root, "acknowledge_within", {1}, kLongestTime).count);
  policy.set_silent_after_ms(required_time(root, "silent_after", {1}, kLongestTime).count);
  policy.set_stale_position_after_ms(required_time(root, "stale_position_after", {1}, kLongestTime).count);
  policy.set_reoffer_after_ms(required_time(root, "reoffer_after", {1}, kLongestTime).count);
  policy.set_place_radius_m(static_cast<std::uint32_t>(required_integer(root, "place_radius_m", 0, 1'000)));
  policy.set_explain_candidates(
      static_cast<std::uint32_t>(required_integer(root, "explain_candidates", 1, limits::kExplainCandidates)));
  policy.set_explain_passed(
      static_cast<std::uint32_t>(root.integer("explain_passed", 0, 0, limits::kExplainCandidates)));
  policy.set_utc_offset_min(
      static_cast<std::int32_t>(root.integer("utc_offset_min", 0, -limits::kUtcOffsetMin, limits::kUtcOffsetMin)));
  read_response_rules(root, policy);
  read_choice(root, policy);
  read_alerts(root, policy);
  read_related(root, policy);
  read_coverage(root, policy);
  read_progress(root, policy);
  read_move_up(root, policy);
  read_duty(root, policy);
  read_matters(root, policy);
  read_neighbours(root, policy);
  read_pursuit(root, file, policy);

  if (const std::optional<Error> mistakes = root.finish()) return *mistakes;
  const Result<Policy> compiled = Policy::compile(policy);
  if (!compiled) return Error{file + ": " + compiled.error().message};
  return policy;
}

}  // namespace

Result<v1::Policy> read_policy_file(const std::string& path) {
  Result<YamlReader> root = YamlReader::open(path);
  if (!root) return root.error();
  return read(root.value(), path);
}

Result<v1::Policy> parse_policy(std::string_view yaml, const std::string& file) {
  Result<YamlReader> root = YamlReader::parse(yaml, file);
  if (!root) return root.error();
  return read(root.value(), file);
}

}  // namespace dispatch135::policy
