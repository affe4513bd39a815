// The rules of a policy that hold for some matters only, ready to act one after the other. Immutable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/hash.h"
#include "engine/policy/checks.h"
#include "engine/policy/daily_windows.h"
#include "engine/policy/response.h"

namespace dispatch135::policy {

class ResponseRules {
 public:
  // Reads what `policy` has of them; what is wrong goes to `checks`, and the result must then not be used.
  static ResponseRules compile(const v1::Policy& policy, Checks& checks);

  // Lets every rule that fits the case act upon what is there, in order. With `effects` says what each did.
  void apply(const Case& matter, Response& response, std::vector<RuleEffect>* effects) const;
  // Every entry of every plan, with the rule that asks for it.
  template <typename Visit>
  void each_entry(Visit visit) const {
    for (const Rule& rule : rules_) {
      for (const PlanLevel& level : rule.plan) {
        for (const PlanEntry& entry : level) visit(rule.reference, entry);
      }
    }
  }
  void hash(StateHasher& hasher) const;

 private:
  // Sets of enumerators: bit of the value; all bits: every one.
  struct Rule {
    RuleReference reference;
    std::uint64_t place_classes = ~0ULL;
    std::uint64_t severities = ~0ULL;
    std::uint64_t categories = ~0ULL;
    std::vector<std::uint32_t> districts;  // Empty: every one.
    DailyWindows hours;                    // Empty: always.
    DurationMs deadline;                   // 0: as it was; so for the next ones.
    DurationMs deadline_at_most;
    std::vector<PlanLevel> plan;  // `within` 0: the deadline. Empty: as it was.
    v1::ClockStart clock_start = v1::CLOCK_START_UNSPECIFIED;
    DurationMs acknowledge_within;
    DurationMs feedback_within;
    v1::DispatchMode mode = v1::DISPATCH_MODE_UNSPECIFIED;

    bool fits(const Case& matter, std::int32_t utc_offset_min) const;
    void act(Response& response, std::vector<RuleEffect>* effects) const;
  };
  static std::vector<PlanLevel> compile_plan(const v1::ResponseRule& rule, const std::string& path, Checks& checks);
  static Rule compile_rule(const v1::ResponseRule& rule, int index, Checks& checks);

  std::int32_t utc_offset_min_ = 0;
  std::vector<Rule> rules_;
};

}  // namespace dispatch135::policy
