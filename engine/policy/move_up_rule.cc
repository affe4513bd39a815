#include "engine/policy/move_up_rule.h"

#include <algorithm>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

constexpr std::uint32_t kAll = 1'000'000;

Error must(const std::string& field, const std::string& what) { return {"policy.move_up." + field + ": " + what}; }

std::optional<Error> wrong_time(const std::string& field, std::int64_t ms, std::int64_t least, std::int64_t most) {
  if (ms >= least && ms <= most) return std::nullopt;
  return must(field,
              "must be " + std::to_string(least) + " to " + std::to_string(most) + " ms, is " + std::to_string(ms));
}

}  // namespace

Result<std::optional<MoveUpRule>> MoveUpRule::compile(const v1::Policy& policy) {
  if (!policy.has_move_up()) return std::optional<MoveUpRule>();
  const v1::MoveUpRule& rule = policy.move_up();
  if (!policy.has_coverage()) return Error{"policy.move_up: needs policy.coverage"};
  if (rule.mode() != v1::MoveUpRule::MODE_PROPOSE && rule.mode() != v1::MoveUpRule::MODE_ORDER) {
    return must("mode", "must be PROPOSE or ORDER, is " + std::to_string(rule.mode()));
  }
  MoveUpRule out;
  for (const std::uint64_t id : rule.post_ids()) out.posts.push_back(PostId(id));
  std::sort(out.posts.begin(), out.posts.end());
  if (std::adjacent_find(out.posts.begin(), out.posts.end()) != out.posts.end()) {
    return must("post_ids", "names a post twice");
  }
  if (out.posts.size() > limits::kCoverPoints) {
    return must("post_ids", "must be at most 10,000, are " + std::to_string(out.posts.size()));
  }
  if (rule.fall_ppm() > kAll) return must("fall_ppm", "must be 0 to 1,000,000, is " + std::to_string(rule.fall_ppm()));
  if (rule.gain_ppm() == 0 || rule.gain_ppm() > kAll) {
    return must("gain_ppm", "must be 1 to 1,000,000, is " + std::to_string(rule.gain_ppm()));
  }
  if (rule.keep_ppm() >= rule.gain_ppm()) {
    return must("keep_ppm",
                "must be below gain_ppm, or units would go to and fro; is " + std::to_string(rule.keep_ppm()));
  }
  if (rule.at_once() == 0 || rule.at_once() > limits::kMovesAtOnce) {
    return must("at_once", "must be 1 to 64, is " + std::to_string(rule.at_once()));
  }
  for (const auto& wrong : {wrong_time("drive_within_ms", rule.drive_within_ms(), 60'000, 3'600'000),
                            wrong_time("look_every_ms", rule.look_every_ms(), 1'000, 3'600'000),
                            wrong_time("stay_at_least_ms", rule.stay_at_least_ms(), 0, limits::kPolicyTimeMs),
                            wrong_time("propose_for_ms", rule.propose_for_ms(), 1'000, limits::kPolicyTimeMs)}) {
    if (wrong) return *wrong;
  }
  out.order = rule.mode() == v1::MoveUpRule::MODE_ORDER;
  out.fall_ppm = rule.fall_ppm();
  out.gain_ppm = rule.gain_ppm();
  out.keep_ppm = rule.keep_ppm();
  out.drive_within = {rule.drive_within_ms()};
  out.at_once = rule.at_once();
  out.look_every = {rule.look_every_ms()};
  out.stay_at_least = {rule.stay_at_least_ms()};
  out.propose_for = {rule.propose_for_ms()};
  return std::optional<MoveUpRule>(std::move(out));
}

void MoveUpRule::hash(StateHasher& hasher) const {
  hasher.add(order);
  for (const PostId post : posts) hasher.add(post.value());
  hasher.add(fall_ppm);
  hasher.add(gain_ppm);
  hasher.add(keep_ppm);
  hasher.add(drive_within.count);
  hasher.add(at_once);
  hasher.add(look_every.count);
  hasher.add(stay_at_least.count);
  hasher.add(propose_for.count);
}

}  // namespace dispatch135::policy
