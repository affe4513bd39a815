// What a policy answers for one matter: how soon, with whom, and by which rules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

// The deadlines that a rule may set; each is the outer edge of a ring.
inline constexpr DurationMs kOneMinute = {60'000};
inline constexpr DurationMs kThreeMinutes = {180'000};
inline constexpr DurationMs kFiveMinutes = {300'000};
inline bool is_ring_edge(std::int64_t ms) {
  return ms == kOneMinute.count || ms == kThreeMinutes.count || ms == kFiveMinutes.count;
}

// The ring that a time of arrival falls in: 1, 3 or 5 minutes, edges included; 0: beyond five minutes.
std::uint32_t ring_of(DurationMs eta);

// What a matter is, as far as a policy can tell matters apart.
struct Case {
  v1::PlaceClass place_class = v1::PLACE_CLASS_OTHER;  // Not unspecified.
  v1::Severity severity = v1::SEVERITY_MEDIUM;         // Not unspecified.
  v1::Category category = v1::CATEGORY_OTHER;          // Not unspecified.
  DistrictId district = {};                            // 0: none known.
  TimeMs opened_at = {};
};

// Where people find a rule in the policy's file.
struct RuleReference {
  std::string name;
  std::uint32_t line = 0;  // 0: unknown.
  bool operator==(const RuleReference&) const = default;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("name", x.name);
    a("line", x.line);
  }
};

// So many units that are alike in what they must be.
struct PlanEntry {
  std::string role;                // For people; may be empty.
  DurationMs within;               // From the start of the clock, or the reinforcement; one of the three above.
  std::uint32_t units = 0;         // 1-16.
  std::uint32_t unit_kinds = 0;    // Bit k-1: UnitKind k will do; 0: any that the report asks for.
  std::uint32_t capabilities = 0;  // Bit c-1: Capability c is needed; 0: those that the report asks for.
  bool operator==(const PlanEntry&) const = default;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("role", x.role);
    a("within", x.within);
    a("units", x.units);
    a("unit_kinds", x.unit_kinds);
    a("capabilities", x.capabilities);
  }
};

using PlanLevel = std::vector<PlanEntry>;  // `within` does not fall.

struct Response {
  DurationMs deadline;          // Of the first unit, from the start of the clock; one of the three above.
  std::vector<PlanLevel> plan;  // The first goes at once, each further one with a reinforcement. Never empty.
  v1::ClockStart clock_start = v1::CLOCK_START_RECEIVED;
  DurationMs acknowledge_within;
  DurationMs feedback_within;  // From the order to the feedback; 0: no limit.
  v1::DispatchMode mode = v1::DISPATCH_MODE_AUTOMATIC;
  RuleReference deadline_rule;  // What set the deadline.
  RuleReference plan_rule;      // What set the plan.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("deadline", x.deadline);
    a("plan", x.plan);
    a("clock_start", x.clock_start);
    a("acknowledge_within", x.acknowledge_within);
    a("feedback_within", x.feedback_within);
    a("mode", x.mode);
    a("deadline_rule", x.deadline_rule);
    a("plan_rule", x.plan_rule);
  }
};

// What one rule did to the response, for who asks why.
struct RuleEffect {
  RuleReference rule;
  std::string effect;  // "deadline 5min", "deadline at most 3min: stays 1min", "plan of 2 levels", ...
};

}  // namespace dispatch135::policy
