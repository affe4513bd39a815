// The 1/3/5-minute rule as a city has set it, ready for quick look-up. Immutable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/policy.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/policy/alert_actions.h"
#include "engine/policy/coverage_rule.h"
#include "engine/policy/duty_rule.h"
#include "engine/policy/matter_rule.h"
#include "engine/policy/move_up_rule.h"
#include "engine/policy/neighbour_rule.h"
#include "engine/policy/progress_rule.h"
#include "engine/policy/pursuit_rule.h"
#include "engine/policy/related_rule.h"
#include "engine/policy/response.h"
#include "engine/policy/response_rules.h"

namespace dispatch135::policy {

class Policy {
 public:
  // Checks the whole policy as policy.proto says. Error: the field, by its proto path, and what it must be.
  static Result<Policy> compile(const v1::Policy& policy);

  const std::string& name() const { return name_; }
  // Of everything below, field by field; the order of the rules in the message does not matter, every value and the
  // name do.
  std::uint64_t fingerprint() const { return fingerprint_; }

  // How this matter is to be answered: the tables of places and severities first, then every rule whose case fits, in
  // their order. The deadline is never later than the first ring of the plan. With `effects` says what did what.
  Response respond(const Case& matter, std::vector<RuleEffect>* effects = nullptr) const;
  // Every entry of the rules' plans: visit(const RuleReference&, const PlanEntry&).
  template <typename Visit>
  void each_entry(Visit visit) const {
    rules_.each_entry(visit);
  }
  // From the order to wheels rolling.
  DurationMs turnout(v1::PostKind post_kind) const;
  // The smallest of all turnouts.
  DurationMs least_turnout() const;

  DurationMs acknowledge_within() const { return acknowledge_within_; }
  DurationMs silent_after() const { return silent_after_; }
  DurationMs stale_position_after() const { return stale_position_after_; }
  DurationMs reoffer_after() const { return reoffer_after_; }
  std::int64_t place_radius_mm() const { return place_radius_mm_; }
  std::uint32_t explain_candidates() const { return explain_candidates_; }
  std::uint32_t explain_passed() const { return explain_passed_; }

  // Severity levels that must lie between to divert a unit; 0: never.
  int preempt_levels() const { return preempt_levels_; }
  // How much sooner a unit that is about to be free must be there to be awaited; 0: never.
  DurationMs await_gain() const { return await_gain_; }
  // Waiting incidents and free units are matched together.
  bool matches_together() const { return matches_together_; }
  // How many ms later a unit may be for each thousandth of the whole expected cover that it spares, and how many are
  // looked at; 0: the soonest goes.
  std::int64_t cover_weight_ms(v1::Severity severity) const {
    return severity >= cover_from_severity_ ? cover_weight_ms_ : 0;
  }
  std::uint32_t cover_candidates() const { return cover_candidates_; }

  // The severity of the incident that the alert opens; nothing: it opens none.
  std::optional<v1::Severity> incident_for(const v1::AlertInfo& info) const;
  // Nothing: cover is not reckoned.
  const std::optional<CoverageRule>& coverage() const { return coverage_; }
  // Off when the policy has no such section.
  const ProgressRule& progress() const { return progress_; }
  const DutyRule& duty() const { return duty_; }

  // Nothing: every report is for the police.
  const std::optional<MatterRule>& matters() const { return matters_; }
  // Nothing: districts are no borders, and no other city is asked or helped.
  const std::optional<NeighbourRule>& neighbours() const { return neighbours_; }
  bool tells_districts_apart() const { return neighbours_ && neighbours_->districts; }
  // Nothing: no incident has a moving target.
  const std::optional<PursuitRule>& pursuit() const { return pursuit_; }
  // Nothing: nobody is moved.
  const std::optional<MoveUpRule>& move_up() const { return move_up_; }
  // All that is done for the alert: by the first action that fits, else by incident_for().
  AlertAction action_for(const v1::AlertInfo& info) const;
  // How long an alert without `expires` stays active.
  DurationMs default_expiry() const { return default_expiry_; }

  // When reports may be about one event; nothing: they are not compared.
  const std::optional<RelatedRule>& related() const { return related_; }

 private:
  Policy() = default;
  std::uint64_t compute_fingerprint() const;

  // By enum value; entry 0 (unspecified) is unused.
  std::array<DurationMs, v1::PlaceClass_MAX + 1> place_deadline_ = {};
  std::array<RuleReference, v1::PlaceClass_MAX + 1> place_rule_ = {};
  std::array<DurationMs, v1::Severity_MAX + 1> severity_deadline_ = {};  // 0: the place's alone counts.
  std::array<RuleReference, v1::Severity_MAX + 1> severity_rule_ = {};
  std::array<std::uint32_t, v1::Severity_MAX + 1> units_ = {};
  std::array<DurationMs, v1::PostKind_MAX + 1> turnout_ = {};
  ResponseRules rules_;
  int preempt_levels_ = 0;
  DurationMs await_gain_;
  bool matches_together_ = false;
  std::int64_t cover_weight_ms_ = 0;
  v1::Severity cover_from_severity_ = v1::SEVERITY_UNSPECIFIED;
  std::uint32_t cover_candidates_ = 0;
  DurationMs acknowledge_within_;
  DurationMs silent_after_;
  DurationMs stale_position_after_;
  DurationMs reoffer_after_;
  DurationMs default_expiry_;
  std::int64_t place_radius_mm_ = 0;
  std::uint32_t explain_candidates_ = 0;
  std::uint32_t explain_passed_ = 0;
  std::uint32_t incident_at_or_above_ = 0;  // A CAP severity, 1 the gravest; 0: no alert opens an incident.
  v1::Severity incident_severity_ = v1::SEVERITY_UNSPECIFIED;
  AlertActions alert_actions_;
  std::optional<RelatedRule> related_;
  std::optional<CoverageRule> coverage_;
  ProgressRule progress_;
  DutyRule duty_;
  std::optional<MoveUpRule> move_up_;
  std::optional<MatterRule> matters_;
  std::optional<NeighbourRule> neighbours_;
  std::optional<PursuitRule> pursuit_;
  std::uint64_t fingerprint_ = 0;
  std::string name_;
};

}  // namespace dispatch135::policy
