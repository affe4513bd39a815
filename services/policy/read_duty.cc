#include "services/policy/read_duty.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::int64_t optional_time(common::YamlReader& reader, std::string_view key, std::int64_t most_ms) {
  return reader.duration(key, {0}, {1}, {most_ms}).count;
}

}  // namespace

void read_duty(common::YamlReader& root, v1::Policy& policy) {
  if (!root.has("duty")) return;
  common::YamlReader duty = root.map("duty");
  v1::DutyRule& rule = *policy.mutable_duty();
  v1::DutyRule::Roster roster = v1::DutyRule::ROSTER_OFF;
  const std::string binding = duty.require("roster").choice("roster", "off", {"off", "advisory", "required"});
  v1::DutyRule::Roster_Parse("ROSTER_" + upper(binding), &roster);
  rule.set_roster(roster);
  const std::string from = duty.choice("on_break_from", "never", {"never", "critical", "high", "medium", "low"});
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  if (from != "never") v1::Severity_Parse("SEVERITY_" + upper(from), &severity);
  rule.set_on_break_from(severity);
  rule.set_overtime_limit_ms(optional_time(duty, "overtime_limit", limits::kOvertimeMs));
  rule.set_absent_after_ms(optional_time(duty, "absent_after", limits::kPolicyTimeMs));
  rule.set_outside_area_after_ms(optional_time(duty, "outside_area_after", limits::kPolicyTimeMs));
}

}  // namespace dispatch135::policy
