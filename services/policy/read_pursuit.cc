#include "services/policy/read_pursuit.h"

#include <cmath>
#include <filesystem>

#include "engine/base/limits.h"
#include "services/policy/policy_words.h"

namespace dispatch135::policy {
namespace {

using common::YamlReader;

constexpr DurationMs kHour = {3'600'000};

void read_choke_points(YamlReader& reader, v1::PursuitRule& rule) {
  for (YamlReader& point : reader.maps("choke_points")) {
    v1::ChokePoint& out = *rule.add_choke_points();
    out.set_id(static_cast<std::uint32_t>(point.require("id").integer("id", 1, 1, kMostId)));
    out.set_name(point.require("name").text("name", "-"));
    out.set_kind(
        static_cast<v1::ChokePoint::Kind>(value(point.require("kind"), "kind", v1::ChokePoint::Kind_descriptor())));
    const double latitude = point.require("latitude").number("latitude", 0, -90, 90);
    const double longitude = point.require("longitude").number("longitude", 0, -180, 180);
    out.mutable_position()->set_latitude_e7(static_cast<std::int32_t>(std::lround(latitude * 1e7)));
    out.mutable_position()->set_longitude_e7(static_cast<std::int32_t>(std::lround(longitude * 1e7)));
  }
}

void read_choke_file(YamlReader& section, const std::string& policy_file, v1::PursuitRule& rule) {
  const std::string name = section.text("choke_points_file", "");
  if (name.empty()) return;
  const std::string path = (std::filesystem::path(policy_file).parent_path() / name).string();
  Result<YamlReader> file = YamlReader::open(path);
  if (!file) return section.fail("choke_points_file", file.error().message);
  read_choke_points(file.value(), rule);
  if (const auto mistakes = file.value().finish()) section.fail("choke_points_file", mistakes->message);
}

}  // namespace

void read_pursuit(YamlReader& root, const std::string& file, v1::Policy& policy) {
  if (!root.has("pursuit")) return;
  YamlReader section = root.map("pursuit");
  v1::PursuitRule& rule = *policy.mutable_pursuit();
  for (const int category : values(section, "categories", v1::Category_descriptor())) {
    rule.add_categories(static_cast<v1::Category>(category));
  }
  rule.set_from_severity(
      static_cast<v1::Severity>(value(section.require("from_severity"), "from_severity", v1::Severity_descriptor())));
  rule.set_target_travel(static_cast<v1::TravelKind>(value(section, "target_travel", v1::TravelKind_descriptor())));
  const auto number = [&section](const char* key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    return static_cast<std::uint32_t>(section.integer(key, fallback, least, most));
  };
  rule.set_target_speed_pct(number("target_speed_pct", 130, 50, 400));
  rule.set_against_one_way(section.boolean("against_one_way", false));
  rule.set_max_speed_kmh(number("max_speed_kmh", 180, 20, 400));
  rule.set_place_error_m(number("place_error_m", 100, 0, 2'000));
  rule.set_stale_after_ms(section.duration("stale_after", {180'000}, {10'000}, kHour).count);
  rule.set_margin_ms(section.duration("margin", {20'000}, {0}, {600'000}).count);
  for (const std::string& text : section.require("rings").texts("rings")) {
    if (const auto ring = common::parse_duration(text)) {
      rule.add_rings_ms(ring->count);
    } else {
      section.fail("rings", "'" + text + "' is not a time such as 90s or 3min");
    }
  }
  for (const int kind : values(section, "unit_kinds", v1::UnitKind_descriptor())) {
    rule.add_unit_kinds(static_cast<v1::UnitKind>(kind));
  }
  for (const int capability : values(section, "capabilities", v1::Capability_descriptor())) {
    rule.add_capabilities(static_cast<v1::Capability>(capability));
  }
  rule.set_most_units(number("most_units", 8, 1, limits::kPursuitUnits));
  read_choke_points(section, rule);
  read_choke_file(section, file, rule);
}

}  // namespace dispatch135::policy
