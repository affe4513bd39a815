#include "services/policy/read_related.h"

#include <string>

#include "engine/base/limits.h"
#include "services/policy/policy_words.h"

namespace dispatch135::policy {
namespace {

// UNSPECIFIED: no such word.
v1::Category category_of(const std::string& text) {
  for (const Word& word : words(v1::Category_descriptor())) {
    if (word.text == text) return static_cast<v1::Category>(word.value);
  }
  return v1::CATEGORY_UNSPECIFIED;
}

void read_compatible(common::YamlReader& related, v1::RelatedRule& rule) {
  for (const std::string& entry : related.texts("compatible")) {
    const std::size_t plus = entry.find('+');
    const v1::Category one = category_of(entry.substr(0, plus));
    const v1::Category other =
        plus == std::string::npos ? v1::CATEGORY_UNSPECIFIED : category_of(entry.substr(plus + 1));
    if (one == v1::CATEGORY_UNSPECIFIED || other == v1::CATEGORY_UNSPECIFIED) {
      related.fail("compatible", "'" + entry + "' must be two categories as in traffic+help");
      continue;
    }
    v1::CategoryPair& pair = *rule.add_compatible();
    pair.set_one(one);
    pair.set_other(other);
  }
}

}  // namespace

void read_related(common::YamlReader& root, v1::Policy& policy) {
  if (!root.has("related")) return;
  common::YamlReader related = root.map("related");
  v1::RelatedRule& rule = *policy.mutable_related();
  const auto number = [&](const char* key, std::int64_t min, std::int64_t max) {
    return static_cast<std::uint32_t>(related.require(key).integer(key, max, min, max));
  };
  rule.set_radius_m(number("radius_m", 1, limits::kRelatedRadiusM));
  rule.set_within_ms(
      related.require("within").duration("within", {limits::kPolicyTimeMs}, {1}, {limits::kPolicyTimeMs}).count);
  rule.set_suggest_at(number("suggest_at", 1, 1'000));
  if (related.text("link_at", "off") != "off") rule.set_link_at(number("link_at", 1, 1'000));
  related.require("link_at");
  read_compatible(related, rule);
}

}  // namespace dispatch135::policy
