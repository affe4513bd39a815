#include "engine/policy/duty_rule.h"

#include <optional>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

std::optional<Error> wrong_duty(const std::string& field, const std::string& must) {
  return Error{"policy.duty." + field + ": " + must};
}

std::optional<Error> mistake(const v1::DutyRule& rule) {
  if (!v1::DutyRule::Roster_IsValid(rule.roster())) return wrong_duty("roster", "must be OFF, ADVISORY or REQUIRED");
  const bool on = rule.roster() == v1::DutyRule::ROSTER_ADVISORY || rule.roster() == v1::DutyRule::ROSTER_REQUIRED;
  if (!v1::Severity_IsValid(rule.on_break_from())) return wrong_duty("on_break_from", "must be a known severity");
  if (rule.on_break_from() != v1::SEVERITY_UNSPECIFIED && rule.roster() != v1::DutyRule::ROSTER_REQUIRED) {
    return wrong_duty("on_break_from", "has a meaning only where the roster is REQUIRED");
  }
  if (rule.overtime_limit_ms() < 0 || rule.overtime_limit_ms() > limits::kOvertimeMs) {
    return wrong_duty("overtime_limit_ms",
                      "must be 0 to 43,200,000 ms, is " + std::to_string(rule.overtime_limit_ms()));
  }
  for (const auto& [field, ms] : {std::pair{"absent_after_ms", rule.absent_after_ms()},
                                  {"outside_area_after_ms", rule.outside_area_after_ms()}}) {
    if (ms < 0 || ms > limits::kPolicyTimeMs) {
      return wrong_duty(field, "must be 0 to 86,400,000 ms, is " + std::to_string(ms));
    }
    if (ms != 0 && !on) return wrong_duty(field, "must be 0 where the roster is OFF");
  }
  return std::nullopt;
}

}  // namespace

Result<DutyRule> DutyRule::compile(const v1::DutyRule& rule) {
  if (auto error = mistake(rule)) return *error;
  DutyRule out;
  out.required = rule.roster() == v1::DutyRule::ROSTER_REQUIRED;
  out.on = out.required || rule.roster() == v1::DutyRule::ROSTER_ADVISORY;
  out.on_break_from = rule.on_break_from();
  out.overtime_limit = {rule.overtime_limit_ms()};
  out.absent_after = {rule.absent_after_ms()};
  out.outside_area_after = {rule.outside_area_after_ms()};
  return out;
}

void DutyRule::hash(StateHasher& hasher) const {
  hasher.add(on);
  hasher.add(required);
  hasher.add(static_cast<int>(on_break_from));
  hasher.add(overtime_limit.count);
  hasher.add(absent_after.count);
  hasher.add(outside_area_after.count);
}

}  // namespace dispatch135::policy
