#include "services/policy/read_coverage.h"

#include "services/policy/policy_words.h"

namespace dispatch135::policy {

void read_coverage(common::YamlReader& root, v1::Policy& policy) {
  if (!root.has("coverage")) return;
  common::YamlReader section = root.map("coverage");
  v1::CoverageRule& rule = *policy.mutable_coverage();
  const auto number = [&section](const char* key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    return static_cast<std::uint32_t>(section.integer(key, fallback, least, most));
  };
  rule.set_zone_m(number("zone_m", 500, 200, 5'000));
  section.require("busy_permille");
  rule.set_busy_permille(number("busy_permille", 1, 1, 999));
  rule.set_street_weight(number("street_weight", 0, 0, 1'000));
  rule.set_call_weight(number("call_weight", 0, 0, 1'000));
  rule.set_parts_of_day(number("parts_of_day", 6, 1, 24));
  if (24 % rule.parts_of_day() != 0) section.fail("parts_of_day", "must divide 24");
  rule.set_keep_permille(number("keep_permille", 950, 0, 999));
  common::YamlReader places = section.map("places");
  for (const Word& word : words(v1::PlaceClass_descriptor())) {
    if (!places.has(word.text)) continue;
    v1::PlaceWeight& place = *rule.add_places();
    place.set_place_class(static_cast<v1::PlaceClass>(word.value));
    place.set_weight(static_cast<std::uint32_t>(places.integer(word.text, 0, 0, 1'000)));
  }
  for (const int kind : values(section, "unit_kinds", v1::UnitKind_descriptor())) {
    rule.add_unit_kinds(static_cast<v1::UnitKind>(kind));
  }
}

}  // namespace dispatch135::policy
