#include "services/policy/read_neighbours.h"

#include <charconv>
#include <string>

#include "engine/base/limits.h"
#include "services/policy/policy_words.h"

namespace dispatch135::policy {
namespace {

using common::YamlReader;

v1::Severity from_severity(YamlReader& reader) {
  return static_cast<v1::Severity>(value(reader, "from_severity", v1::Severity_descriptor()));
}

std::uint32_t number(YamlReader& reader, const char* key, std::int64_t fallback, std::int64_t least,
                     std::int64_t most) {
  return static_cast<std::uint32_t>(reader.integer(key, fallback, least, most));
}

std::int64_t gain(YamlReader& reader) { return reader.duration("gain", {0}, {0}, {limits::kNeighbourGainMs}).count; }

// "320205-320206".
bool read_pair(const std::string& text, v1::DistrictPair& out) {
  std::uint32_t one = 0;
  std::uint32_t other = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, one);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return false;
  const auto second = std::from_chars(first.ptr + 1, end, other);
  if (second.ec != std::errc() || second.ptr != end) return false;
  out.set_one(one);
  out.set_other(other);
  return true;
}

void read_districts(YamlReader section, v1::DistrictCrossing& out) {
  out.set_crossing(static_cast<v1::DistrictCrossing::Crossing>(
      value(section.require("crossing"), "crossing", v1::DistrictCrossing::Crossing_descriptor())));
  if (out.crossing() == v1::DistrictCrossing::CROSSING_BORDER) section.require("border_m");
  out.set_border_m(number(section, "border_m", 0, 1, limits::kDistrictBorderM));
  out.set_gain_ms(gain(section));
  for (const std::string& text : section.texts("pairs")) {
    v1::DistrictPair pair;
    if (read_pair(text, pair)) {
      *out.add_pairs() = pair;
    } else {
      section.fail("pairs", "'" + text + "' is not two codes of districts such as 320205-320206");
    }
  }
  out.set_from_severity(from_severity(section));
}

void read_city(YamlReader& section, v1::CityNeighbour& out) {
  out.set_region(number(section.require("region"), "region", 1, 1, 999'999));
  out.set_answer_within_ms(section.duration("answer_within", {20'000}, {1'000}, {limits::kNeighbourAnswerMs}).count);
  if (section.has("ask")) {
    YamlReader ask = section.map("ask");
    v1::AskRule& rule = *out.mutable_ask();
    rule.set_from_severity(from_severity(ask));
    rule.set_border_m(number(ask, "border_m", 0, 1, limits::kRegionBorderM));
    rule.set_gain_ms(gain(ask));
  }
  if (section.has("lend")) {
    YamlReader lend = section.map("lend");
    v1::LendRule& rule = *out.mutable_lend();
    rule.set_from_severity(from_severity(lend));
    rule.set_at_most(number(lend.require("at_most"), "at_most", 1, 1, limits::kLentAtOnce));
    rule.set_keep_free_permille(number(lend, "keep_free_permille", 0, 0, 1'000));
    rule.set_within_ms(lend.duration("within", {900'000}, {60'000}, {limits::kLentWithinMs}).count);
    rule.set_beyond_km_h(number(lend, "beyond_km_h", 30, 5, 150));
  }
}

}  // namespace

void read_neighbours(YamlReader& root, v1::Policy& policy) {
  if (!root.has("neighbours")) return;
  YamlReader section = root.map("neighbours");
  v1::NeighbourRule& rule = *policy.mutable_neighbours();
  if (section.has("districts")) read_districts(section.map("districts"), *rule.mutable_districts());
  for (YamlReader& city : section.maps("cities")) read_city(city, *rule.add_cities());
}

}  // namespace dispatch135::policy
