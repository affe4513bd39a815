#include "services/policy/read_response_rules.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "services/policy/policy_words.h"

namespace dispatch135::policy {
namespace {

using common::YamlReader;

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "07:30" in minutes after midnight; "24:00" is 1,440.
std::optional<std::uint32_t> time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number(text.substr(0, 2));
  const auto minute = number(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > 1'440) return std::nullopt;
  return *hour * 60 + *minute;
}

constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// "22:00-06:00" each day, "mon-fri 07:30-09:00", "sat 00:00-24:00".
std::optional<v1::DailyWindow> window(std::string_view text) {
  v1::DailyWindow out;
  if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
    const std::string_view days = text.substr(0, space);
    text.remove_prefix(space + 1);
    const std::size_t dash = days.find('-');
    std::optional<std::uint32_t> first;
    std::optional<std::uint32_t> last;
    for (std::uint32_t day = 0; day < 7; ++day) {
      if (days.substr(0, dash) == kDays[day]) first = day;
      if (days.substr(dash == std::string_view::npos ? 0 : dash + 1) == kDays[day]) last = day;
    }
    if (!first || !last) return std::nullopt;
    for (std::uint32_t day = *first;; day = (day + 1) % 7) {
      out.set_weekdays(out.weekdays() | 1U << day);
      if (day == *last) break;
    }
  }
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto begin = time_of_day(text.substr(0, dash));
  const auto end = time_of_day(text.substr(dash + 1));
  if (!begin || !end || *begin >= 1'440 || *begin == *end) return std::nullopt;
  out.set_begin_min(*begin);
  out.set_end_min(*end);
  return out;
}

void read_case(YamlReader& entry, v1::ResponseCase& when) {
  for (const int v : values(entry, "places", v1::PlaceClass_descriptor())) {
    when.add_place_classes(static_cast<v1::PlaceClass>(v));
  }
  for (const int v : values(entry, "severities", v1::Severity_descriptor())) {
    when.add_severities(static_cast<v1::Severity>(v));
  }
  for (const int v : values(entry, "categories", v1::Category_descriptor())) {
    when.add_categories(static_cast<v1::Category>(v));
  }
  for (const std::string& text : entry.texts("districts")) {
    if (const auto district = number(text)) {
      when.add_districts(*district);
    } else {
      entry.fail("districts", "'" + text + "' is not the code of a district, as 320205");
    }
  }
  for (const std::string& text : entry.texts("hours")) {
    if (const auto hours = window(text)) {
      *when.add_hours() = *hours;
    } else {
      entry.fail("hours", "'" + text + "' is not a time of day, as 22:00-06:00 or mon-fri 07:30-09:00");
    }
  }
}

void read_level(const std::vector<YamlReader>& entries, v1::ResponseRule& rule) {
  v1::PlanLevel* level = rule.add_plan();
  for (YamlReader entry : entries) {
    v1::PlanEntry* out = level->add_entries();
    out->set_role(entry.text("role", ""));
    if (out->role().size() > limits::kRoleBytes) entry.fail("role", "must be at most 32 bytes");
    out->set_within_ms(ring_edge(entry, "within").count);
    out->set_units(static_cast<std::uint32_t>(entry.require("units").integer("units", 1, 1, limits::kUnitsPerEntry)));
    for (const int v : values(entry, "kinds", v1::UnitKind_descriptor())) {
      out->add_unit_kinds(static_cast<v1::UnitKind>(v));
    }
    for (const int v : values(entry, "capabilities", v1::Capability_descriptor())) {
      out->add_capabilities(static_cast<v1::Capability>(v));
    }
    const int before = level->entries_size() - 2;
    if (before >= 0 && level->entries(before).within_ms() > out->within_ms()) {
      entry.fail("within", "is sooner than that of the entry before it; put the rings in their order");
    }
  }
}

}  // namespace

void read_response_rules(YamlReader& root, v1::Policy& policy) {
  for (YamlReader entry : root.maps("rules")) {
    v1::ResponseRule* rule = policy.add_rules();
    rule->set_line(static_cast<std::uint32_t>(entry.line("")));
    rule->set_name(entry.require("rule").text("rule", "-"));
    if (rule->name().empty() || rule->name().size() > limits::kPolicyNameBytes) {
      entry.fail("rule", "must be 1 to 64 bytes");
    }
    read_case(entry, *rule->mutable_when());
    rule->set_deadline_ms(ring_edge(entry, "deadline").count);
    rule->set_deadline_at_most_ms(ring_edge(entry, "deadline_at_most").count);
    if (entry.has("deadline") && entry.has("deadline_at_most")) {
      entry.fail("deadline_at_most", "stands beside deadline; keep one of them");
    }
    if (entry.has("plan")) read_level(entry.maps("plan"), *rule);
    std::vector<YamlReader> reinforcements = entry.maps("reinforcements");
    if (!reinforcements.empty() && !entry.has("plan")) {
      entry.fail("reinforcements", "stand without a plan; add one");
    }
    for (YamlReader& level : reinforcements) read_level(level.require("plan").maps("plan"), *rule);
    rule->set_clock_start(static_cast<v1::ClockStart>(value(entry, "clock", v1::ClockStart_descriptor())));
    if (entry.has("acknowledge_within")) {
      rule->set_acknowledge_within_ms(entry.duration("acknowledge_within", {1}, {1}, kLongestTime).count);
    }
    if (entry.has("feedback_within")) {
      rule->set_feedback_within_ms(entry.duration("feedback_within", {1}, {1}, kLongestTime).count);
    }
    rule->set_mode(static_cast<v1::DispatchMode>(value(entry, "dispatch", v1::DispatchMode_descriptor())));
  }
}

}  // namespace dispatch135::policy
