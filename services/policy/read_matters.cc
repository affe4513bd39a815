#include "services/policy/read_matters.h"

#include <charconv>
#include <string>

#include "engine/base/limits.h"
#include "services/policy/policy_words.h"

namespace dispatch135::policy {
namespace {

using common::YamlReader;

constexpr DurationMs kMinute = {60'000};
constexpr DurationMs kMonth = {30LL * 86'400'000};

void read_row(YamlReader& row, v1::TriageEntry& out) {
  out.set_name(row.require("name").text("name", "-"));
  for (const int category : values(row, "categories", v1::Category_descriptor())) {
    out.add_categories(static_cast<v1::Category>(category));
  }
  for (const std::string& source : row.texts("sources")) out.add_sources(source);
  for (const std::string& word : row.texts("words")) out.add_words(word);
  out.set_channel(static_cast<v1::Channel>(value(row.require("channel"), "channel", v1::Channel_descriptor())));
  out.set_severity(static_cast<v1::Severity>(value(row, "severity", v1::Severity_descriptor())));
  if (row.has("handle_within")) out.set_handle_within_ms(row.duration("handle_within", kMonth, kMinute, kMonth).count);
}

void read_centre(YamlReader& centre, v1::Centre& out) {
  out.set_centre_id(static_cast<std::uint32_t>(centre.require("id").integer("id", 1, 1, kMostId)));
  out.set_name(centre.require("name").text("name", "-"));
  out.set_level(static_cast<v1::CentreLevel>(value(centre.require("level"), "level", v1::CentreLevel_descriptor())));
  out.set_parent_id(static_cast<std::uint32_t>(centre.integer("parent", 0, 1, kMostId)));
  for (const std::string& text : centre.texts("districts")) {
    std::uint32_t district = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), district);
    if (error != std::errc() || end != text.data() + text.size()) {
      centre.fail("districts", "'" + text + "' is not the code of a district");
    } else {
      out.add_districts(district);
    }
  }
  out.set_takes_from(
      static_cast<v1::Severity>(value(centre.require("takes_from"), "takes_from", v1::Severity_descriptor())));
}

}  // namespace

void read_matters(YamlReader& root, v1::Policy& policy) {
  if (!root.has("matters")) return;
  YamlReader section = root.map("matters");
  v1::MatterRule& rule = *policy.mutable_matters();
  for (YamlReader& row : section.maps("triage")) read_row(row, *rule.add_triage());
  for (YamlReader& centre : section.require("centres").maps("centres")) read_centre(centre, *rule.add_centres());
  rule.set_accept_within_ms(section.duration("accept_within", {3'600'000}, kMinute, {limits::kPolicyTimeMs}).count);
  rule.set_verify_within_ms(section.duration("verify_within", {86'400'000}, kMinute, kMonth).count);
  if (const std::string text = section.text("micro_grids", ""); !text.empty()) {
    std::uint64_t fingerprint = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fingerprint, 16);
    if (error != std::errc() || end != text.data() + text.size() || fingerprint == 0) {
      section.fail("micro_grids", "must be the file's fingerprint, 16 hexadecimal digits, as citybuild tells it");
    }
    rule.set_micro_grids(fingerprint);
  }
  rule.set_satisfied_score(static_cast<std::uint32_t>(section.integer("satisfied_score", 3, 1, 5)));
}

}  // namespace dispatch135::policy
