#include "engine/policy/progress_rule.h"

#include <optional>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

constexpr std::int64_t kLeastCheckMs = 1'000;
constexpr std::int64_t kMostCheckMs = 600'000;
constexpr std::uint32_t kMostMoveM = 10'000;
constexpr std::uint32_t kMostRadiusM = 1'000;
constexpr std::uint32_t kMostReports = 100;

std::optional<Error> wrong_progress(const std::string& field, const std::string& must) {
  return Error{"policy.progress." + field + ": " + must};
}

std::optional<Error> time(const std::string& field, std::int64_t ms) {
  if (ms >= 0 && ms <= limits::kPolicyTimeMs) return std::nullopt;
  return wrong_progress(field, "must be 0 to 86,400,000 ms, is " + std::to_string(ms));
}

std::optional<Error> mistake(const v1::ProgressRule& rule) {
  if (rule.check_every_ms() < kLeastCheckMs || rule.check_every_ms() > kMostCheckMs) {
    return wrong_progress("check_every_ms", "must be 1,000 to 600,000 ms, is " + std::to_string(rule.check_every_ms()));
  }
  for (const auto& [field, ms] : {std::pair{"move_within_ms", rule.move_within_ms()},
                                  {"slip_ms", rule.slip_ms()},
                                  {"away_ms", rule.away_ms()},
                                  {"reinforce_after_ms", rule.reinforce_after_ms()},
                                  {"reinforce_slip_ms", rule.reinforce_slip_ms()},
                                  {"safety_check_after_ms", rule.safety_check_after_ms()},
                                  {"safety_answer_within_ms", rule.safety_answer_within_ms()}}) {
    if (auto error = time(field, ms)) return error;
  }
  const bool moving = rule.move_within_ms() != 0;
  if (moving != (rule.move_distance_m() != 0) || rule.move_distance_m() > kMostMoveM) {
    return wrong_progress("move_distance_m", moving ? "must be 1 to 10,000 m" : "must be 0 without move_within_ms");
  }
  if (rule.reinforce_slip_ms() != 0 && (rule.slip_ms() == 0 || rule.reinforce_slip_ms() < rule.slip_ms())) {
    return wrong_progress("reinforce_slip_ms", "must be 0, or at least slip_ms, which must not be 0 then");
  }
  const bool fence = rule.arrival_radius_m() != 0;
  if (rule.arrival_radius_m() > kMostRadiusM) return wrong_progress("arrival_radius_m", "must be 0 to 1,000 m");
  if (fence != (rule.arrival_reports() != 0) || rule.arrival_reports() > kMostReports) {
    return wrong_progress("arrival_reports", fence ? "must be 1 to 100" : "must be 0 without arrival_radius_m");
  }
  const bool checks = rule.safety_check_after_ms() != 0;
  if (checks != (rule.safety_answer_within_ms() != 0)) {
    return wrong_progress("safety_answer_within_ms",
                          checks ? "must be 1 to 86,400,000 ms" : "must be 0 without safety_check_after_ms");
  }
  if (rule.safety_reinforce() && !checks)
    return wrong_progress("safety_reinforce", "must be false without safety_check_after_ms");
  return std::nullopt;
}

}  // namespace

Result<ProgressRule> ProgressRule::compile(const v1::ProgressRule& rule) {
  if (auto error = mistake(rule)) return *error;
  ProgressRule out;
  out.on = true;
  out.check_every = {rule.check_every_ms()};
  out.move_within = {rule.move_within_ms()};
  out.move_distance_mm = std::int64_t{rule.move_distance_m()} * 1'000;
  out.slip = {rule.slip_ms()};
  out.away = {rule.away_ms()};
  out.reinforce_after = {rule.reinforce_after_ms()};
  out.reinforce_slip = {rule.reinforce_slip_ms()};
  out.arrival_radius_mm = std::int64_t{rule.arrival_radius_m()} * 1'000;
  out.arrival_reports = rule.arrival_reports();
  out.safety_check_after = {rule.safety_check_after_ms()};
  out.safety_answer_within = {rule.safety_answer_within_ms()};
  out.safety_reinforce = rule.safety_reinforce();
  return out;
}

void ProgressRule::hash(StateHasher& hasher) const {
  for (const DurationMs time : {check_every, move_within, slip, away, reinforce_after, reinforce_slip,
                                safety_check_after, safety_answer_within}) {
    hasher.add(time.count);
  }
  hasher.add(move_distance_mm);
  hasher.add(arrival_radius_mm);
  hasher.add(arrival_reports);
  hasher.add(safety_reinforce);
}

}  // namespace dispatch135::policy
