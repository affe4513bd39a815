#include "engine/policy/response_rules.h"

#include <algorithm>
#include <utility>

namespace dispatch135::policy {
namespace {

std::string minutes(DurationMs time) { return std::to_string(time.count / 60'000) + "min"; }

// A set of the values of an enum, from a list of some; of none: all. Every value must be known and specified.
template <typename Values, typename Known>
std::uint64_t set_of(const Values& values, Known known, const std::string& path, Checks& checks) {
  std::uint64_t set = 0;
  for (const int value : values) {
    const bool good = value != 0 && known(value);
    checks.require(good, path, "has " + std::to_string(value) + ", which is no known, specified value");
    if (good) set |= 1ULL << value;
  }
  return values.empty() ? ~0ULL : set;
}

// As the contract's bit sets have it: bit value-1; of none: 0.
template <typename Values, typename Known>
std::uint32_t bits_of(const Values& values, Known known, const std::string& path, Checks& checks) {
  return values.empty() ? 0 : static_cast<std::uint32_t>(set_of(values, known, path, checks) >> 1U);
}

void check_ring(std::int64_t ms, const std::string& path, Checks& checks) {
  checks.require(ms == 0 || is_ring_edge(ms), path, "must be 0, 60000, 180000 or 300000, is " + std::to_string(ms));
}

void check_optional_time(std::int64_t ms, const std::string& path, Checks& checks) {
  if (ms != 0) checks.time(ms, path);
}

}  // namespace

std::uint32_t ring_of(DurationMs eta) {
  if (eta <= kOneMinute) return 1;
  if (eta <= kThreeMinutes) return 3;
  if (eta <= kFiveMinutes) return 5;
  return 0;
}

std::vector<PlanLevel> ResponseRules::compile_plan(const v1::ResponseRule& rule, const std::string& path,
                                                   Checks& checks) {
  std::vector<PlanLevel> plan;
  checks.require(static_cast<std::size_t>(rule.plan_size()) <= limits::kPlanLevels, path + ".plan",
                 "must have at most 5 levels, has " + std::to_string(rule.plan_size()));
  for (int l = 0; l < rule.plan_size(); ++l) {
    const std::string level_path = path + "." + at("plan", l, "");
    PlanLevel& level = plan.emplace_back();
    std::uint32_t units = 0;
    DurationMs before;
    const auto& entries = rule.plan(l).entries();
    checks.require(!entries.empty() && static_cast<std::size_t>(entries.size()) <= limits::kPlanEntries,
                   level_path + ".entries", "must be 1 to 16, is " + std::to_string(entries.size()));
    for (int e = 0; e < entries.size(); ++e) {
      const v1::PlanEntry& entry = entries[e];
      const std::string entry_path = level_path + "." + at("entries", e, "");
      checks.require(entry.role().size() <= limits::kRoleBytes, entry_path + ".role", "must be at most 32 bytes");
      check_ring(entry.within_ms(), entry_path + ".within_ms", checks);
      checks.require(DurationMs{entry.within_ms()} >= before, entry_path + ".within_ms",
                     "must not be below that of the entry before it, " + std::to_string(before.count));
      checks.require(entry.units() >= 1 && entry.units() <= limits::kUnitsPerEntry, entry_path + ".units",
                     "must be 1 to 16, is " + std::to_string(entry.units()));
      before = {entry.within_ms()};
      units += std::min<std::uint32_t>(entry.units(), limits::kUnitsPerEntry);
      level.push_back({entry.role(),
                       {entry.within_ms()},
                       entry.units(),
                       bits_of(entry.unit_kinds(), v1::UnitKind_IsValid, entry_path + ".unit_kinds", checks),
                       bits_of(entry.capabilities(), v1::Capability_IsValid, entry_path + ".capabilities", checks)});
    }
    checks.require(
        units <= limits::kUnitsPerLevel, level_path,
        "must ask for at most " + std::to_string(limits::kUnitsPerLevel) + " units, asks for " + std::to_string(units));
  }
  return plan;
}

ResponseRules::Rule ResponseRules::compile_rule(const v1::ResponseRule& rule, int index, Checks& checks) {
  const std::string path = at("rules", index, "");
  Rule out;
  checks.require(!rule.name().empty() && rule.name().size() <= limits::kPolicyNameBytes, path + ".name",
                 "must be 1 to 64 bytes, is " + std::to_string(rule.name().size()));
  out.reference = {rule.name(), rule.line()};

  const v1::ResponseCase& when = rule.when();
  out.place_classes = set_of(when.place_classes(), v1::PlaceClass_IsValid, path + ".when.place_classes", checks);
  out.severities = set_of(when.severities(), v1::Severity_IsValid, path + ".when.severities", checks);
  out.categories = set_of(when.categories(), v1::Category_IsValid, path + ".when.categories", checks);
  checks.require(static_cast<std::size_t>(when.districts_size()) <= limits::kRuleDistricts, path + ".when.districts",
                 "must be at most 64, is " + std::to_string(when.districts_size()));
  out.districts.assign(when.districts().begin(), when.districts().end());
  std::sort(out.districts.begin(), out.districts.end());
  checks.require(static_cast<std::size_t>(when.hours_size()) <= limits::kDailyWindows, path + ".when.hours",
                 "must be at most 8, is " + std::to_string(when.hours_size()));
  for (int i = 0; i < when.hours_size(); ++i) {
    const auto wrong = malformed(when.hours(i));
    checks.require(!wrong, path + ".when." + at("hours", i, ""), wrong.value_or(""));
  }
  out.hours = when.hours();

  check_ring(rule.deadline_ms(), path + ".deadline_ms", checks);
  check_ring(rule.deadline_at_most_ms(), path + ".deadline_at_most_ms", checks);
  checks.require(rule.deadline_ms() == 0 || rule.deadline_at_most_ms() == 0, path + ".deadline_at_most_ms",
                 "must be 0 beside deadline_ms; keep one of them");
  out.deadline = {rule.deadline_ms()};
  out.deadline_at_most = {rule.deadline_at_most_ms()};
  out.plan = compile_plan(rule, path, checks);
  checks.require(v1::ClockStart_IsValid(rule.clock_start()), path + ".clock_start", "must be a known value");
  out.clock_start = rule.clock_start();
  check_optional_time(rule.acknowledge_within_ms(), path + ".acknowledge_within_ms", checks);
  check_optional_time(rule.feedback_within_ms(), path + ".feedback_within_ms", checks);
  out.acknowledge_within = {rule.acknowledge_within_ms()};
  out.feedback_within = {rule.feedback_within_ms()};
  checks.require(v1::DispatchMode_IsValid(rule.mode()), path + ".mode", "must be a known value");
  out.mode = rule.mode();
  return out;
}

ResponseRules ResponseRules::compile(const v1::Policy& policy, Checks& checks) {
  ResponseRules out;
  checks.require(policy.utc_offset_min() >= -limits::kUtcOffsetMin && policy.utc_offset_min() <= limits::kUtcOffsetMin,
                 "utc_offset_min", "must be -840 to 840, is " + std::to_string(policy.utc_offset_min()));
  out.utc_offset_min_ = policy.utc_offset_min();
  checks.require(static_cast<std::size_t>(policy.rules_size()) <= limits::kResponseRules, "rules",
                 "must be at most 256, is " + std::to_string(policy.rules_size()));
  for (int i = 0; i < policy.rules_size(); ++i) out.rules_.push_back(compile_rule(policy.rules(i), i, checks));
  return out;
}

bool ResponseRules::Rule::fits(const Case& matter, std::int32_t utc_offset_min) const {
  if ((place_classes >> matter.place_class & 1U) == 0 || (severities >> matter.severity & 1U) == 0 ||
      (categories >> matter.category & 1U) == 0) {
    return false;
  }
  if (!districts.empty() && !std::binary_search(districts.begin(), districts.end(), matter.district.value())) {
    return false;
  }
  return hours.empty() || within(hours, utc_offset_min, matter.opened_at);
}

void ResponseRules::Rule::act(Response& response, std::vector<RuleEffect>* effects) const {
  const auto note = [&](std::string effect) {
    if (effects != nullptr) effects->push_back({reference, std::move(effect)});
  };
  if (deadline.count != 0) {
    response.deadline = deadline;
    response.deadline_rule = reference;
    note("deadline " + minutes(deadline));
  }
  if (deadline_at_most.count != 0) {
    const bool lowers = deadline_at_most < response.deadline;
    if (lowers) {
      response.deadline = deadline_at_most;
      response.deadline_rule = reference;
    }
    note("deadline at most " + minutes(deadline_at_most) +
         (lowers ? "" : ": it is " + minutes(response.deadline) + " already"));
  }
  if (!plan.empty()) {
    response.plan = plan;
    response.plan_rule = reference;
    note("plan of " + std::to_string(plan.size()) + (plan.size() == 1 ? " level" : " levels"));
  }
  if (clock_start != v1::CLOCK_START_UNSPECIFIED) {
    response.clock_start = clock_start;
    note("clock starts at " + v1::ClockStart_Name(clock_start).substr(std::string("CLOCK_START_").size()));
  }
  if (acknowledge_within.count != 0) {
    response.acknowledge_within = acknowledge_within;
    note("acknowledgement within " + std::to_string(acknowledge_within.count / 1'000) + "s");
  }
  if (feedback_within.count != 0) {
    response.feedback_within = feedback_within;
    note("feedback within " + std::to_string(feedback_within.count / 1'000) + "s");
  }
  if (mode != v1::DISPATCH_MODE_UNSPECIFIED) {
    response.mode = mode;
    note("mode " + v1::DispatchMode_Name(mode).substr(std::string("DISPATCH_MODE_").size()));
  }
}

void ResponseRules::apply(const Case& matter, Response& response, std::vector<RuleEffect>* effects) const {
  for (const Rule& rule : rules_) {
    if (rule.fits(matter, utc_offset_min_)) rule.act(response, effects);
  }
}

void ResponseRules::hash(StateHasher& hasher) const {
  if (rules_.empty()) return;
  hasher.add(utc_offset_min_);
  hasher.add(rules_.size());
  for (const Rule& rule : rules_) {
    hasher.add(rule.reference.name);
    hasher.add(rule.place_classes);
    hasher.add(rule.severities);
    hasher.add(rule.categories);
    hasher.add(rule.districts.size());
    for (const std::uint32_t district : rule.districts) hasher.add(district);
    hasher.add(rule.hours.size());
    for (const v1::DailyWindow& window : rule.hours) {
      hasher.add(window.begin_min());
      hasher.add(window.end_min());
      hasher.add(window.weekdays());
    }
    hasher.add(rule.deadline.count);
    hasher.add(rule.deadline_at_most.count);
    hasher.add(rule.plan.size());
    for (const PlanLevel& level : rule.plan) {
      hasher.add(level.size());
      for (const PlanEntry& entry : level) {
        hasher.add(entry.role);
        hasher.add(entry.within.count);
        hasher.add(entry.units);
        hasher.add(entry.unit_kinds);
        hasher.add(entry.capabilities);
      }
    }
    hasher.add(static_cast<int>(rule.clock_start));
    hasher.add(rule.acknowledge_within.count);
    hasher.add(rule.feedback_within.count);
    hasher.add(static_cast<int>(rule.mode));
  }
}

}  // namespace dispatch135::policy
