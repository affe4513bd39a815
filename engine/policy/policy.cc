#include "engine/policy/policy.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

constexpr std::int64_t kTurnoutLimitMs = 600'000;
constexpr std::uint32_t kPlaceRadiusLimitM = 1'000;
constexpr std::uint32_t kGravestToMildest = v1::AlertInfo::ALERT_SEVERITY_MINOR;

// "PLACE_CLASS_BANK" without its prefix, as the policy's file writes it: "bank".
std::string word_of(const std::string& name, std::string_view prefix) {
  std::string word = name.substr(prefix.size());
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return word;
}

// Sees that the rules name every value of an enum exactly once, and none that does not exist.
class Coverage {
 public:
  Coverage(std::string field, int values) : field_(std::move(field)), seen_(static_cast<std::size_t>(values), false) {}

  // True when `value` can be used as an index.
  bool note(Checks& checks, const std::string& entry, int value, bool known, const std::string& name) {
    checks.require(known && value != 0, entry, "must be a known, specified value, is " + std::to_string(value));
    if (!known || value == 0) return false;
    checks.require(!seen_[static_cast<std::size_t>(value)], entry, name + " stands twice");
    seen_[static_cast<std::size_t>(value)] = true;
    return true;
  }
  template <typename NameOf>
  void finish(Checks& checks, NameOf name_of) const {
    for (std::size_t value = 1; value < seen_.size(); ++value) {
      checks.require(seen_[value], field_, name_of(static_cast<int>(value)) + " is missing");
    }
  }

 private:
  std::string field_;
  std::vector<bool> seen_;
};

}  // namespace

Result<Policy> Policy::compile(const v1::Policy& policy) {
  Checks checks;
  Policy out;

  out.name_ = policy.name();
  checks.require(!policy.name().empty() && policy.name().size() <= limits::kPolicyNameBytes, "name",
                 "must be 1 to 64 bytes, is " + std::to_string(policy.name().size()));

  Coverage places("place_classes", v1::PlaceClass_ARRAYSIZE);
  for (int i = 0; i < policy.place_classes_size(); ++i) {
    const v1::PlaceClassRule& rule = policy.place_classes(i);
    checks.require(is_ring_edge(rule.deadline_ms()), at("place_classes", i, "deadline_ms"),
                   "must be 60000, 180000 or 300000, is " + std::to_string(rule.deadline_ms()));
    if (places.note(checks, at("place_classes", i, "place_class"), rule.place_class(),
                    v1::PlaceClass_IsValid(rule.place_class()), v1::PlaceClass_Name(rule.place_class()))) {
      out.place_deadline_[rule.place_class()] = {rule.deadline_ms()};
      out.place_rule_[rule.place_class()] = {
          "place_classes." + word_of(v1::PlaceClass_Name(rule.place_class()), "PLACE_CLASS_"), rule.line()};
    }
  }
  places.finish(checks, [](int value) { return v1::PlaceClass_Name(static_cast<v1::PlaceClass>(value)); });

  Coverage severities("severities", v1::Severity_ARRAYSIZE);
  for (int i = 0; i < policy.severities_size(); ++i) {
    const v1::SeverityRule& rule = policy.severities(i);
    checks.require(rule.deadline_ms() == 0 || is_ring_edge(rule.deadline_ms()), at("severities", i, "deadline_ms"),
                   "must be 0, 60000, 180000 or 300000, is " + std::to_string(rule.deadline_ms()));
    checks.require(rule.units() >= 1 && rule.units() <= limits::kUnitsPerIncident, at("severities", i, "units"),
                   "must be 1 to 8, is " + std::to_string(rule.units()));
    if (severities.note(checks, at("severities", i, "severity"), rule.severity(), v1::Severity_IsValid(rule.severity()),
                        v1::Severity_Name(rule.severity()))) {
      out.severity_deadline_[rule.severity()] = {rule.deadline_ms()};
      out.units_[rule.severity()] = rule.units();
      out.severity_rule_[rule.severity()] = {"severities." + word_of(v1::Severity_Name(rule.severity()), "SEVERITY_"),
                                             rule.line()};
    }
  }
  severities.finish(checks, [](int value) { return v1::Severity_Name(static_cast<v1::Severity>(value)); });

  Coverage turnouts("turnouts", v1::PostKind_ARRAYSIZE);
  for (int i = 0; i < policy.turnouts_size(); ++i) {
    const v1::TurnoutRule& rule = policy.turnouts(i);
    checks.require(rule.turnout_ms() >= 0 && rule.turnout_ms() <= kTurnoutLimitMs, at("turnouts", i, "turnout_ms"),
                   "must be 0 to 600,000 ms, is " + std::to_string(rule.turnout_ms()));
    if (turnouts.note(checks, at("turnouts", i, "post_kind"), rule.post_kind(), v1::PostKind_IsValid(rule.post_kind()),
                      v1::PostKind_Name(rule.post_kind()))) {
      out.turnout_[rule.post_kind()] = {rule.turnout_ms()};
    }
  }
  turnouts.finish(checks, [](int value) { return v1::PostKind_Name(static_cast<v1::PostKind>(value)); });

  checks.time(policy.acknowledge_within_ms(), "acknowledge_within_ms");
  checks.time(policy.silent_after_ms(), "silent_after_ms");
  checks.time(policy.stale_position_after_ms(), "stale_position_after_ms");
  checks.time(policy.reoffer_after_ms(), "reoffer_after_ms");
  out.acknowledge_within_ = {policy.acknowledge_within_ms()};
  out.silent_after_ = {policy.silent_after_ms()};
  out.stale_position_after_ = {policy.stale_position_after_ms()};
  out.reoffer_after_ = {policy.reoffer_after_ms()};

  checks.require(policy.place_radius_m() <= kPlaceRadiusLimitM, "place_radius_m",
                 "must be 0 to 1,000 m, is " + std::to_string(policy.place_radius_m()));
  out.place_radius_mm_ = std::int64_t{policy.place_radius_m()} * 1'000;
  checks.require(policy.explain_candidates() >= 1 && policy.explain_candidates() <= limits::kExplainCandidates,
                 "explain_candidates", "must be 1 to 16, is " + std::to_string(policy.explain_candidates()));
  out.explain_candidates_ = policy.explain_candidates();
  checks.require(policy.explain_passed() <= limits::kExplainCandidates, "explain_passed",
                 "must be 0 to 16, is " + std::to_string(policy.explain_passed()));
  out.explain_passed_ = policy.explain_passed();

  const v1::AlertRule& alerts = policy.alerts();
  checks.require(alerts.incident_at_or_above() <= kGravestToMildest, "alerts.incident_at_or_above",
                 "must be 0 (none) to 4 (MINOR), is " + std::to_string(alerts.incident_at_or_above()));
  checks.require(v1::Severity_IsValid(alerts.incident_severity()) &&
                     (alerts.incident_at_or_above() == 0 || alerts.incident_severity() != v1::SEVERITY_UNSPECIFIED),
                 "alerts.incident_severity", "must be a known severity when alerts open incidents");
  checks.time(alerts.default_expiry_ms(), "alerts.default_expiry_ms");
  out.incident_at_or_above_ = alerts.incident_at_or_above();
  out.incident_severity_ = alerts.incident_severity();
  out.default_expiry_ = {alerts.default_expiry_ms()};

  out.rules_ = ResponseRules::compile(policy, checks);
  const v1::ChoiceRule& choice = policy.choice();
  checks.require(choice.preempt_levels() < v1::Severity_MAX, "choice.preempt_levels",
                 "must be 0 to 3, is " + std::to_string(choice.preempt_levels()));
  checks.require(choice.await_gain_ms() >= 0 && choice.await_gain_ms() <= limits::kPolicyTimeMs, "choice.await_gain_ms",
                 "must be 0 to 86,400,000 ms, is " + std::to_string(choice.await_gain_ms()));
  out.preempt_levels_ = static_cast<int>(choice.preempt_levels());
  out.await_gain_ = {choice.await_gain_ms()};
  out.matches_together_ = choice.together();
  const bool weighs_cover = choice.cover_weight_ms() != 0;
  checks.require(choice.cover_weight_ms() >= 0 && choice.cover_weight_ms() <= kTurnoutLimitMs, "choice.cover_weight_ms",
                 "must be 0 to 600,000 ms, is " + std::to_string(choice.cover_weight_ms()));
  checks.require(!weighs_cover || policy.has_coverage(), "choice.cover_weight_ms",
                 "needs the section coverage; add it, or leave the weight out");
  checks.require(v1::Severity_IsValid(choice.cover_from_severity()), "choice.cover_from_severity",
                 "must be a known severity");
  checks.require(weighs_cover
                     ? choice.cover_candidates() >= 2 && choice.cover_candidates() <= limits::kExplainCandidates
                     : choice.cover_candidates() == 0,
                 "choice.cover_candidates", "must be 2 to 16 with a weight, 0 without");
  out.cover_weight_ms_ = choice.cover_weight_ms();
  out.cover_from_severity_ = choice.cover_from_severity();
  out.cover_candidates_ = choice.cover_candidates();

  if (checks.error()) return *checks.error();
  Result<AlertActions> actions = AlertActions::compile(policy.alerts());
  if (!actions) return actions.error();
  out.alert_actions_ = std::move(actions.value());
  if (policy.has_related()) {
    const Result<RelatedRule> related = RelatedRule::compile(policy.related());
    if (!related) return related.error();
    out.related_ = related.value();
  }
  Result<std::optional<CoverageRule>> coverage = CoverageRule::compile(policy);
  if (!coverage) return coverage.error();
  out.coverage_ = coverage.value();
  if (policy.has_progress()) {
    const Result<ProgressRule> progress = ProgressRule::compile(policy.progress());
    if (!progress) return progress.error();
    out.progress_ = progress.value();
  }
  if (policy.has_duty()) {
    const Result<DutyRule> duty = DutyRule::compile(policy.duty());
    if (!duty) return duty.error();
    out.duty_ = duty.value();
  }
  Result<std::optional<MoveUpRule>> move_up = MoveUpRule::compile(policy);
  if (!move_up) return move_up.error();
  out.move_up_ = std::move(move_up.value());
  Result<std::optional<MatterRule>> matters = MatterRule::compile(policy);
  if (!matters) return matters.error();
  out.matters_ = std::move(matters.value());
  Result<std::optional<NeighbourRule>> neighbours = NeighbourRule::compile(policy);
  if (!neighbours) return neighbours.error();
  out.neighbours_ = std::move(neighbours.value());
  Result<std::optional<PursuitRule>> pursuit = PursuitRule::compile(policy);
  if (!pursuit) return pursuit.error();
  out.pursuit_ = std::move(pursuit.value());
  out.fingerprint_ = out.compute_fingerprint();
  return out;
}

std::uint64_t Policy::compute_fingerprint() const {
  StateHasher hasher;
  hasher.add(std::string_view(name_));
  const auto add_times = [&hasher](std::span<const DurationMs> times) {
    for (const DurationMs time : times.subspan(1)) hasher.add(time.count);
  };
  add_times(place_deadline_);
  add_times(severity_deadline_);
  for (std::size_t severity = 1; severity < units_.size(); ++severity) hasher.add(units_[severity]);
  add_times(turnout_);
  hasher.add(acknowledge_within_.count);
  hasher.add(silent_after_.count);
  hasher.add(stale_position_after_.count);
  hasher.add(reoffer_after_.count);
  hasher.add(place_radius_mm_);
  hasher.add(explain_candidates_);
  hasher.add(incident_at_or_above_);
  hasher.add(static_cast<std::int64_t>(incident_severity_));
  hasher.add(default_expiry_.count);
  if (explain_passed_ != 0) hasher.add(explain_passed_);
  rules_.hash(hasher);
  if (preempt_levels_ != 0 || await_gain_.count != 0 || matches_together_) {
    hasher.add(preempt_levels_);
    hasher.add(await_gain_.count);
    hasher.add(matches_together_);
  }
  if (cover_weight_ms_ != 0) {
    hasher.add(cover_weight_ms_);
    hasher.add(static_cast<int>(cover_from_severity_));
    hasher.add(cover_candidates_);
  }
  alert_actions_.hash(hasher);
  if (related_) related_->hash(hasher);
  if (coverage_) coverage_->hash(hasher);
  // Sections that a policy of before does not have: it keeps its fingerprint.
  if (progress_.on) progress_.hash(hasher);
  if (duty_.on) duty_.hash(hasher);
  if (move_up_) move_up_->hash(hasher);
  if (matters_) matters_->hash(hasher);
  if (neighbours_) neighbours_->hash(hasher);
  if (pursuit_) pursuit_->hash(hasher);
  return hasher.value();
}

Response Policy::respond(const Case& matter, std::vector<RuleEffect>* effects) const {
  D135_CHECK(v1::PlaceClass_IsValid(matter.place_class) && matter.place_class != v1::PLACE_CLASS_UNSPECIFIED,
             "a place class");
  D135_CHECK(v1::Severity_IsValid(matter.severity) && matter.severity != v1::SEVERITY_UNSPECIFIED, "a severity");
  D135_CHECK(v1::Category_IsValid(matter.category) && matter.category != v1::CATEGORY_UNSPECIFIED, "a category");
  const RuleReference& by_place = place_rule_[matter.place_class];
  const RuleReference& by_severity = severity_rule_[matter.severity];
  const auto note = [effects](const RuleReference& rule, std::string effect) {
    if (effects != nullptr) effects->push_back({rule, std::move(effect)});
  };

  Response out;
  out.deadline = place_deadline_[matter.place_class];
  out.deadline_rule = by_place;
  note(by_place, "deadline " + std::to_string(out.deadline.count / 60'000) + "min");
  if (const DurationMs urgent = severity_deadline_[matter.severity]; urgent.count != 0) {
    const bool lowers = urgent < out.deadline;
    if (lowers) {
      out.deadline = urgent;
      out.deadline_rule = by_severity;
    }
    note(by_severity, "deadline at most " + std::to_string(urgent.count / 60'000) + "min" +
                          (lowers ? "" : ": it is " + std::to_string(out.deadline.count / 60'000) + "min already"));
  }
  out.plan = {{{.role = "", .within = {}, .units = units_[matter.severity]}}};
  out.plan_rule = by_severity;
  note(by_severity, std::to_string(units_[matter.severity]) + " unit(s)");
  out.acknowledge_within = acknowledge_within_;
  rules_.apply(matter, out, effects);

  for (const PlanEntry& entry : out.plan.front()) {
    if (entry.within.count == 0 || entry.within >= out.deadline) continue;
    out.deadline = entry.within;
    out.deadline_rule = out.plan_rule;
    note(out.plan_rule, "deadline " + std::to_string(out.deadline.count / 60'000) + "min: its first ring");
  }
  for (PlanLevel& level : out.plan) {
    for (PlanEntry& entry : level) {
      if (entry.within.count == 0) entry.within = out.deadline;
    }
  }
  return out;
}

DurationMs Policy::turnout(v1::PostKind post_kind) const {
  D135_CHECK(v1::PostKind_IsValid(post_kind) && post_kind != v1::POST_KIND_UNSPECIFIED, "a post kind");
  return turnout_[post_kind];
}

DurationMs Policy::least_turnout() const { return *std::min_element(turnout_.begin() + 1, turnout_.end()); }

std::optional<v1::Severity> Policy::incident_for(const v1::AlertInfo& info) const {
  if (info.urgency() != v1::AlertInfo::URGENCY_IMMEDIATE) return std::nullopt;
  const auto gravity = static_cast<std::uint32_t>(info.severity());
  if (gravity == v1::AlertInfo::ALERT_SEVERITY_UNSPECIFIED || gravity > incident_at_or_above_) return std::nullopt;
  return incident_severity_;
}

AlertAction Policy::action_for(const v1::AlertInfo& info) const {
  if (const std::optional<AlertAction> action = alert_actions_.find(info)) return *action;
  return {.incident_severity = incident_for(info)};
}

}  // namespace dispatch135::policy
