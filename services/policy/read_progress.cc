#include "services/policy/read_progress.h"

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

// Absent: 0, which is off.
std::int64_t optional_time(common::YamlReader& reader, std::string_view key) {
  return reader.duration(key, {0}, {1}, {limits::kPolicyTimeMs}).count;
}

std::uint32_t optional_number(common::YamlReader& reader, std::string_view key, std::int64_t most) {
  return static_cast<std::uint32_t>(reader.integer(key, 0, 1, most));
}

}  // namespace

void read_progress(common::YamlReader& root, v1::Policy& policy) {
  if (!root.has("progress")) return;
  common::YamlReader progress = root.map("progress");
  v1::ProgressRule& rule = *policy.mutable_progress();
  rule.set_check_every_ms(progress.require("check_every").duration("check_every", {1'000}, {1'000}, {600'000}).count);
  rule.set_move_within_ms(optional_time(progress, "move_within"));
  rule.set_move_distance_m(optional_number(progress, "move_distance_m", 10'000));
  rule.set_slip_ms(optional_time(progress, "slip"));
  rule.set_away_ms(optional_time(progress, "away"));
  rule.set_reinforce_after_ms(optional_time(progress, "reinforce_after"));
  rule.set_reinforce_slip_ms(optional_time(progress, "reinforce_slip"));
  rule.set_arrival_radius_m(optional_number(progress, "arrival_radius_m", 1'000));
  rule.set_arrival_reports(optional_number(progress, "arrival_reports", 100));
  rule.set_safety_check_after_ms(optional_time(progress, "safety_check_after"));
  rule.set_safety_answer_within_ms(optional_time(progress, "safety_answer_within"));
  rule.set_safety_reinforce(progress.boolean("safety_reinforce", false));
}

}  // namespace dispatch135::policy
