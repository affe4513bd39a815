#include "services/policy/read_move_up.h"

#include <charconv>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::policy {

void read_move_up(common::YamlReader& root, v1::Policy& policy) {
  if (!root.has("move_up")) return;
  common::YamlReader section = root.map("move_up");
  if (!policy.has_coverage()) root.fail("move_up", "needs the section coverage");
  v1::MoveUpRule& rule = *policy.mutable_move_up();
  const std::string mode = section.require("mode").choice("mode", "propose", {"propose", "order"});
  rule.set_mode(mode == "order" ? v1::MoveUpRule::MODE_ORDER : v1::MoveUpRule::MODE_PROPOSE);
  for (const std::string& text : section.texts("posts")) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id == 0) {
      section.fail("posts", "'" + text + "' is not the id of a post");
    } else {
      rule.add_post_ids(id);
    }
  }
  const auto number = [&section](const char* key, std::int64_t least, std::int64_t most) {
    return static_cast<std::uint32_t>(section.require(key).integer(key, least, least, most));
  };
  rule.set_fall_ppm(number("fall_ppm", 0, 1'000'000));
  rule.set_gain_ppm(number("gain_ppm", 1, 1'000'000));
  rule.set_keep_ppm(number("keep_ppm", 0, 999'999));
  rule.set_at_once(static_cast<std::uint32_t>(section.integer("at_once", 8, 1, limits::kMovesAtOnce)));
  const auto time = [&section](const char* key, DurationMs fallback, DurationMs least, DurationMs most) {
    return section.duration(key, fallback, least, most).count;
  };
  rule.set_drive_within_ms(time("drive_within", {600'000}, {60'000}, {3'600'000}));
  rule.set_look_every_ms(time("look_every", {30'000}, {1'000}, {3'600'000}));
  rule.set_stay_at_least_ms(time("stay_at_least", {900'000}, {0}, {limits::kPolicyTimeMs}));
  rule.set_propose_for_ms(time("propose_for", {120'000}, {1'000}, {limits::kPolicyTimeMs}));
}

}  // namespace dispatch135::policy
