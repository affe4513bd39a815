#include "services/dispatchctl/policy_words.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;
constexpr std::int64_t kWednesday = 6 * kDayMs;  // 1970-01-07.

std::string minutes(DurationMs time) { return std::to_string(time.count / kMinuteMs) + "min"; }
std::string seconds(DurationMs time) { return std::to_string(time.count / 1'000) + "s"; }

std::string kinds_of(std::uint32_t bits) {
  std::string text;
  for (int kind = 1; kind < v1::UnitKind_ARRAYSIZE; ++kind) {
    if ((bits >> (kind - 1) & 1U) == 0) continue;
    text += (text.empty() ? "" : " or ") + word("UNIT_KIND_", v1::UnitKind_Name(static_cast<v1::UnitKind>(kind)));
  }
  return text;
}

std::string capabilities_of(std::uint32_t bits) {
  std::string text;
  for (int c = 1; c < v1::Capability_ARRAYSIZE; ++c) {
    if ((bits >> (c - 1) & 1U) == 0) continue;
    text += (text.empty() ? "" : " and ") + word("CAPABILITY_", v1::Capability_Name(static_cast<v1::Capability>(c)));
  }
  return text;
}

std::string plan_of(const policy::Response& response) {
  std::string text;
  for (std::size_t level = 0; level < response.plan.size(); ++level) {
    if (level > 0) text += "; reinforcement " + std::to_string(level) + ": ";
    for (const policy::PlanEntry& entry : response.plan[level]) {
      if (&entry != &response.plan[level].front()) text += ", ";
      text += std::to_string(entry.units) + (entry.role.empty() ? "" : " " + entry.role);
      if (entry.within != response.deadline) text += " within " + minutes(entry.within);
      if (entry.unit_kinds != 0) text += " (" + kinds_of(entry.unit_kinds) + ")";
      if (entry.capabilities != 0) text += " [" + capabilities_of(entry.capabilities) + "]";
    }
  }
  return text;
}

// The answer part by part, by name.
std::vector<std::pair<std::string, std::string>> parts(const policy::Response& response) {
  return {{"deadline", minutes(response.deadline)},
          {"plan", plan_of(response)},
          {"clock starts when", word("CLOCK_START_", v1::ClockStart_Name(response.clock_start))},
          {"acknowledgement within", seconds(response.acknowledge_within)},
          {"feedback within", response.feedback_within.count == 0 ? "no limit" : seconds(response.feedback_within)},
          {"dispatch", word("DISPATCH_MODE_", v1::DispatchMode_Name(response.mode))}};
}

std::string change_of(const policy::Response& before, const policy::Response& after) {
  const auto old_parts = parts(before);
  const auto new_parts = parts(after);
  std::string text;
  for (std::size_t i = 0; i < old_parts.size(); ++i) {
    if (old_parts[i].second == new_parts[i].second) continue;
    text += "    " + old_parts[i].first + ": " + old_parts[i].second + " -> " + new_parts[i].second + "\n";
  }
  return text;
}

// When the answers are compared: minutes of the week of that Wednesday, from Monday.
std::set<std::int64_t> instants(const v1::Policy& policy) {
  std::set<std::int64_t> all;
  for (const v1::ResponseRule& rule : policy.rules()) {
    for (const v1::DailyWindow& window : rule.when().hours()) {
      int day = 2;
      while (window.weekdays() != 0 && (window.weekdays() >> day & 1U) == 0) day = (day + 1) % 7;
      all.insert(day * 24 * 60 + window.begin_min());
    }
  }
  return all;
}

std::string name_of_instant(std::int64_t minute) {
  static constexpr const char* kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  char text[40];
  std::snprintf(text, sizeof text, "%s %02d:%02d", kDays[minute / 1'440], static_cast<int>(minute / 60 % 24),
                static_cast<int>(minute % 60));
  return text;
}

// Values of one enum that are alike, in words: "any" when they are all.
template <typename Name>
std::string list(const std::set<int>& values, int count, const char* prefix, Name name) {
  if (static_cast<int>(values.size()) == count - 1) return "any";
  std::string text;
  for (const int value : values) text += (text.empty() ? "" : ", ") + word(prefix, name(value));
  return text;
}

// Matters that differ alike, put together: places of the same severity and categories.
std::string grouped(const std::map<std::string, std::map<std::pair<int, int>, std::set<int>>>& differing) {
  std::string text;
  for (const auto& [change, by_place_and_severity] : differing) {
    std::map<std::pair<int, std::set<int>>, std::set<int>> places;
    for (const auto& [key, categories] : by_place_and_severity) places[{key.second, categories}].insert(key.first);
    std::map<std::pair<std::set<int>, std::set<int>>, std::set<int>> severities;
    for (const auto& [key, where] : places) severities[{where, key.second}].insert(key.first);
    for (const auto& [key, grades] : severities) {
      text += "  place " +
              list(key.first, v1::PlaceClass_ARRAYSIZE, "PLACE_CLASS_",
                   [](int v) { return v1::PlaceClass_Name(static_cast<v1::PlaceClass>(v)); }) +
              "; severity " +
              list(grades, v1::Severity_ARRAYSIZE, "SEVERITY_",
                   [](int v) { return v1::Severity_Name(static_cast<v1::Severity>(v)); }) +
              "; category " +
              list(key.second, v1::Category_ARRAYSIZE, "CATEGORY_",
                   [](int v) { return v1::Category_Name(static_cast<v1::Category>(v)); }) +
              "\n" + change;
    }
  }
  return text;
}

// What the answers above do not show.
std::string other_values(v1::Policy before, v1::Policy after) {
  for (v1::Policy* policy : {&before, &after}) {
    policy->clear_name();
    policy->clear_place_classes();
    policy->clear_severities();
    policy->clear_rules();
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  differencer.Compare(before, after);
  return report;
}

}  // namespace

std::string describe(const policy::Response& response) {
  std::string text;
  for (const auto& [name, value] : parts(response)) text += name + ": " + value + "\n";
  return text;
}

std::string describe(const std::vector<policy::RuleEffect>& effects, const std::string& file) {
  std::string text;
  for (const policy::RuleEffect& effect : effects) {
    text += file + ":" + std::to_string(effect.rule.line) + " " + effect.rule.name + ": " + effect.effect + "\n";
  }
  return text;
}

std::string difference(const v1::Policy& before, const v1::Policy& after) {
  const policy::Policy old_policy = policy::Policy::compile(before).value();
  const policy::Policy new_policy = policy::Policy::compile(after).value();
  const std::int64_t noon = 2 * 24 * 60 + 12 * 60;
  std::vector<std::int64_t> when = {noon};
  std::set<std::uint32_t> districts = {0};
  for (const v1::Policy* policy : {&before, &after}) {
    for (const std::int64_t minute : instants(*policy)) {
      if (std::find(when.begin(), when.end(), minute) == when.end()) when.push_back(minute);
    }
    for (const v1::ResponseRule& rule : policy->rules()) {
      districts.insert(rule.when().districts().begin(), rule.when().districts().end());
    }
  }

  std::string text;
  std::string at_noon;
  for (const std::uint32_t district : districts) {
    for (const std::int64_t minute : when) {
      std::map<std::string, std::map<std::pair<int, int>, std::set<int>>> differing;
      for (int place = 1; place < v1::PlaceClass_ARRAYSIZE; ++place) {
        for (int severity = 1; severity < v1::Severity_ARRAYSIZE; ++severity) {
          for (int category = 1; category < v1::Category_ARRAYSIZE; ++category) {
            const auto matter = [&](const v1::Policy& policy) {
              const std::int64_t local_ms = kWednesday - 2 * kDayMs + minute * kMinuteMs;
              return policy::Case{static_cast<v1::PlaceClass>(place), static_cast<v1::Severity>(severity),
                                  static_cast<v1::Category>(category), DistrictId(district),
                                  TimeMs{local_ms - policy.utc_offset_min() * kMinuteMs}};
            };
            const std::string change = change_of(old_policy.respond(matter(before)), new_policy.respond(matter(after)));
            if (!change.empty()) differing[change][{place, severity}].insert(category);
          }
        }
      }
      const std::string here = grouped(differing);
      if (district == 0 && minute == noon) {
        at_noon = here;
        text += here;
      } else if (here != at_noon) {
        text += (district == 0 ? std::string() : "in district " + std::to_string(district) + ", ") + "at " +
                name_of_instant(minute) + ":\n" + here;
      }
    }
  }
  const std::string others = other_values(before, after);
  return others.empty() ? text : text + "other values:\n" + others;
}

}  // namespace dispatch135::dispatchctl
