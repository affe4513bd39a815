// Who goes: the units that could, the choice among them, and what is done when nobody can be in time.
#include "engine/core/region_choice.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

bool Region::Filter::accepts(UnitIndex unit, DurationMs& turnout) const {
  if (const v1::Passed::Reason reason = region_.kept_out_[unit.value()]) {
    if (passed_.size() < most_passed_) passed_.push_back({unit, reason});
    return false;
  }
  turnout = region_.policy_->turnout(region_.post_kinds_[unit.value()]) + region_.handicap(unit, incident_);
  return true;
}

DurationMs Region::Filter::least_turnout() const { return region_.policy_->least_turnout(); }

// Why the unit cannot be sent; REASON_UNSPECIFIED: it can.
v1::Passed::Reason Region::kept_out(UnitIndex index, const Incident& incident, const policy::PlanEntry& entry) const {
  const v1::Passed::Reason reason = unavailable(index, incident);
  return reason != v1::Passed::REASON_UNSPECIFIED ? reason : kept_from(index, incident, entry);
}

// The part of it that is the same for every place in the plan,
v1::Passed::Reason Region::unavailable(UnitIndex index, const Incident& incident) const {
  if (assignable(index) || (waits_in_break(index) && policy_->duty().calls_from_break(incident.severity))) {
    return v1::Passed::REASON_UNSPECIFIED;
  }
  const Unit& unit = units_[index.value()];
  if (unit.secondary == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) return v1::Passed::REASON_OUT_OF_SERVICE;
  if (unit.secondary == v1::UNIT_SECONDARY_STATUS_SHIFT_PENDING ||
      unit.secondary == v1::UNIT_SECONDARY_STATUS_ON_BREAK) {
    return v1::Passed::REASON_SHIFT;
  }
  if (!is_free(unit.secondary)) return v1::Passed::REASON_BUSY;
  return unit.unheard ? v1::Passed::REASON_SILENT : v1::Passed::REASON_UNREAD_ORDERS;
}

// and the part that is not.
v1::Passed::Reason Region::kept_from(UnitIndex index, const Incident& incident, const policy::PlanEntry& entry) const {
  if (!fits(index, incident, entry)) return v1::Passed::REASON_NOT_CAPABLE;
  if (incident.was_tried(index, shared_->now)) return v1::Passed::REASON_TRIED;
  if (incident.is_excluded(index)) return v1::Passed::REASON_EXCLUDED;
  if (!may_cross(index, incident)) return v1::Passed::REASON_OTHER_DISTRICT;
  return v1::Passed::REASON_UNSPECIFIED;
}

std::vector<v1::Passed::Reason> Region::standing_of(const Incident& incident) const {
  std::vector<v1::Passed::Reason> standing(units_.size());
  for (std::uint32_t i = 0; i < units_.size(); ++i) standing[i] = unavailable(UnitIndex(i), incident);
  return standing;
}

// From now to when a unit of this place in the plan must be there. The first unit has the deadline.
DurationMs Region::time_left(const Incident& incident, std::size_t entry) const {
  const bool first =
      !incident.has_responder() && !incident.borrowed.any_granted() && incident.first_on_scene_at == TimeMs{};
  const PlannedUnits& planned = incident.plan[entry];
  const DurationMs by_plan = planned.due() == TimeMs{} ? planned.entry.within : planned.due() - shared_->now;
  if (!first) return by_plan;
  const DurationMs by_deadline =
      incident.deadline_at == TimeMs{} ? incident.response.deadline : incident.deadline_at - shared_->now;
  return std::min(by_plan, by_deadline);
}

// What is known before the roads are asked: who is out of the question, and why. It stands in `kept_out_` too.
v1::Why Region::weigh(const Incident& incident, std::size_t entry, const std::vector<v1::Passed::Reason>& standing) {
  std::uint32_t considered = 0;
  std::array<std::uint32_t, v1::Passed::Reason_ARRAYSIZE> kept_out = {};
  kept_out_ = standing;
  const policy::PlanEntry& place = incident.plan[entry].entry;
  const Requirement required = incident.requirement(place);
  const bool all_alike = incident.tried.empty() && incident.excluded.empty() && !policy_->tells_districts_apart();
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    v1::Passed::Reason& reason = kept_out_[i];
    if (reason == v1::Passed::REASON_UNSPECIFIED) {
      if (!required.fits(unit_infos_[i].kind, unit_infos_[i].capabilities)) {
        reason = v1::Passed::REASON_NOT_CAPABLE;
      } else if (!all_alike) {
        reason = kept_from(UnitIndex(i), incident, place);
      }
    }
    if (std::as_const(units_)[i].secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) continue;
    ++considered;
    ++kept_out[reason];
  }
  const std::uint32_t can_go = kept_out[v1::Passed::REASON_UNSPECIFIED];
  const std::uint32_t not_capable = kept_out[v1::Passed::REASON_NOT_CAPABLE];
  const std::uint32_t already_tried = kept_out[v1::Passed::REASON_TRIED];
  const std::uint32_t excluded = kept_out[v1::Passed::REASON_EXCLUDED];
  v1::Why why;
  why.set_considered(considered);
  why.set_not_available(considered - can_go - not_capable - already_tried - excluded);
  why.set_not_capable(not_capable);
  why.set_already_tried(already_tried);
  why.set_excluded(excluded);
  why.set_deadline_ms(time_left(incident, entry).count);
  why.set_policy(policy_->name());
  why.set_plan_entry(static_cast<std::uint32_t>(entry + 1));
  fill(incident.response.deadline_rule, *why.mutable_deadline_rule());
  fill(incident.response.plan_rule, *why.mutable_plan_rule());
  return why;
}

void Region::add_candidate(const road::Found& found, v1::Why& why) const {
  v1::Candidate& candidate = *why.add_candidates();
  candidate.set_unit_id(unit_infos_[found.unit.value()].id.value());
  candidate.set_eta_ms(found.eta().count);
  candidate.set_turnout_ms(found.turnout.count);
  candidate.set_travel_ms(found.travel.count);
  candidate.set_ring_min(policy::ring_of(found.eta()));
  candidate.set_status(units_[found.unit.value()].secondary);
}

// In parts per million of the whole: what the region's expected cover loses when the unit leaves.
std::int64_t Region::cover_loss_ppm(UnitIndex unit) const {
  const coverage::UnitCover& cover = coverage_->free_units();
  static_assert(coverage::UnitCover::kSure == 1'000'000);
  return cover.demand() == 0 ? 0 : cover.loss(unit) / cover.demand();
}

// The least goes: whoever is late by lateness, then by time; whoever is in time by time, and what its leaving costs in
// cover.
std::int64_t Region::score(const Incident& incident, const road::Found& found, DurationMs left) const {
  if (found.eta() > left) return (found.eta() - left).count * kLatenessWeight + found.eta().count;
  const std::int64_t weight = policy_->cover_weight_ms(incident.severity);
  if (weight == 0) return found.eta().count;
  return found.eta().count + std::min(cover_loss_ppm(found.unit) * weight / 1'000, kMostForCover);
}

// The soonest units for one entry of the plan, `most` of them and as many as are explained.
void Region::search(const Incident& incident, const std::vector<v1::Passed::Reason>& standing, std::size_t most,
                    Options& options) {
  v1::Why& why = options.why = weigh(incident, options.entry, standing);
  const std::uint32_t out = why.not_available() + why.not_capable() + why.already_tried() + why.excluded();
  if (why.considered() == out) return;
  const Filter filter(*this, incident, policy_->explain_passed());
  const bool weighs_cover = policy_->cover_weight_ms(incident.severity) != 0;
  const std::size_t looked_at = weighs_cover ? std::max<std::size_t>(most, policy_->cover_candidates()) : most;
  const auto found = search_.k_soonest(incident.position, limits::kSnapLimitMm, on_road_, filter,
                                       std::max<std::size_t>(looked_at, policy_->explain_candidates()));
  options.found.assign(found.begin(), found.end());
  const DurationMs left = time_left(incident, options.entry);
  // The search and the score see a unit of another district as that much later as it must be sooner.
  for (road::Found& unit : options.found) {
    options.scores.push_back(score(incident, unit, left));
    unit.turnout = unit.turnout - handicap(unit.unit, incident);
    if (crosses(unit.unit, incident)) options.soonest_crossing = std::min(options.soonest_crossing, unit.eta());
  }
  for (std::size_t i = 0; i < found.size() && i < policy_->explain_candidates(); ++i) {
    add_candidate(options.found[i], why);
    if (!weighs_cover) continue;
    const std::int64_t loss = cover_loss_ppm(options.found[i].unit);
    why.mutable_candidates(static_cast<int>(i))->set_cover_loss_ppm(static_cast<std::uint32_t>(loss));
  }
  // Those beyond are shown and not chosen, so that what is explained decides nothing.
  options.found.resize(std::min(options.found.size(), looked_at));
  options.scores.resize(options.found.size());
  explain_passed(incident, filter, why);
}

// How soon those would have been there who could not go.
void Region::explain_passed(const Incident& incident, const Filter& filter, v1::Why& why) {
  for (const Filter::PassedUnit& passed : filter.passed()) {
    const std::optional<DurationMs> travel =
        search_.travel(incident.position, limits::kSnapLimitMm, on_road_, passed.unit);
    v1::Passed& out = *why.add_passed();
    out.set_unit_id(unit_infos_[passed.unit.value()].id.value());
    out.set_reason(passed.reason);
    out.set_status(units_[passed.unit.value()].secondary);
    if (travel) out.set_eta_ms((*travel + policy_->turnout(post_kinds_[passed.unit.value()])).count);
  }
}

std::vector<Region::Options> Region::options_of(const Incident& incident) {
  std::vector<Options> all;
  const std::uint32_t missing = incident.missing();
  const std::vector<v1::Passed::Reason> standing = standing_of(incident);
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) == 0) continue;
    search(incident, standing, missing, all.emplace_back(Options{.entry = entry}));
  }
  return all;
}

// The best for each empty place. Where several entries want the same units they are given out so that all together are
// best.
std::vector<Region::Pick> Region::pick(const Incident& incident, const std::vector<Options>& options) {
  std::vector<Pick> picks;
  const auto take = [&](const Options& from, const road::Found& found) {
    picks.push_back({.unit = found.unit, .entry = from.entry, .eta = found.eta(), .options = &from});
  };
  if (options.size() == 1) {
    std::vector<std::size_t> order(options[0].found.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return options[0].scores[a] < options[0].scores[b]; });
    const std::size_t missing = incident.missing(options[0].entry);
    for (std::size_t i = 0; i < missing && i < order.size(); ++i) take(options[0], options[0].found[order[i]]);
    return picks;
  }

  std::map<UnitIndex, std::uint32_t> columns;
  for (const Options& option : options) {
    for (const road::Found& found : option.found) columns.try_emplace(found.unit, 0);
  }
  std::uint32_t count = 0;
  for (auto& [unit, column] : columns) column = count++;
  std::vector<std::pair<const Options*, std::vector<const road::Found*>>> rows;
  std::vector<std::int64_t> costs;
  for (const Options& option : options) {
    for (std::uint32_t slot = 0; slot < incident.missing(option.entry); ++slot) {
      auto& by_column = rows.emplace_back(&option, std::vector<const road::Found*>(count, nullptr)).second;
      const std::size_t row = costs.size();
      costs.resize(row + count, matching::Assignment::kNever);
      for (std::size_t i = 0; i < option.found.size(); ++i) {
        const std::uint32_t column = columns.at(option.found[i].unit);
        by_column[column] = &option.found[i];
        costs[row + column] = option.scores[i];
      }
    }
  }
  const std::vector<std::int64_t> without(rows.size(), kCostOfNobody);
  const auto solved = matching_.solve(count, costs, without);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (solved[row]) take(*rows[row].first, *rows[row].second[*solved[row]]);
  }
  std::sort(picks.begin(), picks.end(), [](const Pick& a, const Pick& b) {
    return std::tuple(a.entry, a.eta, a.unit) < std::tuple(b.entry, b.eta, b.unit);
  });
  return picks;
}

void Region::assign_missing(Incident& incident) {
  if (close_if_done(incident)) return;
  std::erase_if(incident.tried, [&](const Tried& t) { return t.until <= shared_->now; });
  std::vector<IncidentId> victims;
  if (incident.hold != v1::HoldIncident::HOLD_WAIT && incident.missing() > 0) {
    std::vector<UnitIndex> awaited_before;
    std::vector<Options> options;
    for (bool done = false; !done;) {
      awaited_before.insert(awaited_before.end(), incident.awaited.begin(), incident.awaited.end());
      await_nobody(incident);
      options = options_of(incident);
      const std::vector<Pick> picks = pick(incident, options);
      if (incident.only_advised()) propose(incident, picks);
      // Whoever is diverted to one place leaves others for the rest: these are chosen anew.
      done = incident.only_advised() || std::all_of(options.begin(), options.end(), [&](const Options& option) {
               return fill_places(incident, option, picks, awaited_before, victims);
             });
    }
    report_shortfall(incident, options);
  }
  requeue(incident);
  ask_neighbours(incident);
  // Only now, for they may take units that were picked above.
  for (const IncidentId id : victims) {
    Incident& victim = incidents_.at(id);
    assign_missing(victim);
    decide_changed(victim, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
}

// A unit in time that is not the soonest was preferred for the cover that the soonest leaves behind.
v1::Why::Rule Region::rule_of(const Incident& incident, const Pick& pick, bool in_time) const {
  if (!in_time) return v1::Why::RULE_SOONEST_TOO_LATE;
  if (!crosses(pick.unit, incident) && pick.options->soonest_crossing < pick.eta) {
    return v1::Why::RULE_OWN_DISTRICT;
  }
  if (policy_->cover_weight_ms(incident.severity) == 0) return v1::Why::RULE_SOONEST_IN_TIME;
  const std::vector<road::Found>& found = pick.options->found;
  const bool sooner_one_stays = std::any_of(found.begin(), found.end(), [&](const road::Found& other) {
    return other.eta() < pick.eta && assignable(other.unit);
  });
  return sooner_one_stays ? v1::Why::RULE_SPARES_COVER : v1::Why::RULE_SOONEST_IN_TIME;
}

// Orders the units picked for one entry of the plan. A place for which nobody is in time may be filled by a unit that
// is diverted, or be kept for one that is about to be free. False: one was diverted.
bool Region::fill_places(Incident& incident, const Options& options, const std::vector<Pick>& picks,
                         const std::vector<UnitIndex>& awaited_before, std::vector<IncidentId>& victims) {
  const std::uint32_t places = incident.missing(options.entry);
  std::vector<const Pick*> own;
  for (const Pick& pick : picks) {
    if (pick.entry == options.entry) own.push_back(&pick);
  }
  for (std::uint32_t place = 0; place < places; ++place) {
    if (incident.assignments.size() >= limits::kAssignmentsPerIncident) return true;
    const Pick* best = place < own.size() ? own[place] : nullptr;
    const bool in_time = best != nullptr && best->eta <= time_left(incident, options.entry);
    if (!in_time && divert(incident, options, victims)) return false;
    if (!in_time && wait_for_one(incident, options, best, awaited_before)) return true;
    if (best == nullptr) return true;
    v1::Why why = options.why;
    why.set_rule(rule_of(incident, *best, in_time));
    assign(incident, best->unit, best->eta, static_cast<std::uint32_t>(options.entry + 1), false, std::move(why));
  }
  return true;
}

// True: a unit on its way to a matter that is less grave was taken from there, in time for this place. That matter
// joins the victims, which are served again at once; neither it nor the unit is diverted a second time in a row.
bool Region::divert(Incident& incident, const Options& options, std::vector<IncidentId>& victims) {
  if (policy_->preempt_levels() == 0) return false;
  const policy::PlanEntry& entry = incident.plan[options.entry].entry;
  const TurnoutFilter filter([&](UnitIndex index) -> std::optional<DurationMs> {
    const Unit& unit = units_[index.value()];
    if (!is_assigned(unit.secondary) || unit.secondary == v1::UNIT_SECONDARY_STATUS_ON_SCENE) return std::nullopt;
    const Incident& other = incidents_.at(unit.incident);
    const Assignment& work = *other.find(unit.assignment);
    if (other.severity - incident.severity < policy_->preempt_levels() || other.was_diverted_from || work.diverted ||
        work.by_operator || unit.unheard || other.only_advised()) {
      return std::nullopt;
    }
    if (!fits(index, incident, entry) || incident.was_tried(index, shared_->now) || incident.is_excluded(index) ||
        !rostered_for(index, shared_->now, incident.severity) || !may_cross(index, incident)) {
      return std::nullopt;
    }
    const bool rolling = unit.secondary == v1::UNIT_SECONDARY_STATUS_EN_ROUTE;
    return rolling ? DurationMs{} : policy_->turnout(post_kinds_[index.value()]);
  });
  const auto found = search_.k_soonest(incident.position, limits::kSnapLimitMm, on_road_, filter, 1,
                                       time_left(incident, options.entry));
  if (found.empty()) return false;
  const road::Found taken = found[0];
  v1::Why why = options.why;
  why.set_rule(v1::Why::RULE_DIVERTED);
  add_candidate(taken, why);

  Incident& victim = incidents_.at(units_[taken.unit.value()].incident);
  end_assignment(victim, units_[taken.unit.value()].assignment, v1::AssignmentEnded::REASON_DIVERTED,
                 v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  victim.was_diverted_from = true;
  assign(incident, taken.unit, taken.eta(), static_cast<std::uint32_t>(options.entry + 1), false, std::move(why));
  incident.assignments.back().diverted = true;
  victims.push_back(victim.id);
  return true;
}

// True: a unit that is about to be free will be there so much sooner than `best` that it is waited for.
bool Region::wait_for_one(Incident& incident, const Options& options, const Pick* best,
                          const std::vector<UnitIndex>& awaited_before) {
  if (policy_->await_gain().count == 0 || best == nullptr) return false;
  const policy::PlanEntry& entry = incident.plan[options.entry].entry;
  const TurnoutFilter filter([&](UnitIndex index) -> std::optional<DurationMs> {
    const Unit& unit = units_[index.value()];
    if (unit.secondary != v1::UNIT_SECONDARY_STATUS_ON_SCENE || unit.free_at <= shared_->now || unit.unheard) {
      return std::nullopt;
    }
    if (unit.incident == incident.id || !fits(index, incident, entry) || incident.is_excluded(index) ||
        !rostered_for(index, unit.free_at, incident.severity) || kept_for_another_place(index, incident) ||
        !may_cross(index, incident)) {
      return std::nullopt;
    }
    return (unit.free_at - shared_->now) + policy_->turnout(post_kinds_[index.value()]);
  });
  const auto found = search_.k_soonest(incident.position, limits::kSnapLimitMm, on_road_, filter, 1,
                                       best->eta - policy_->await_gain());
  if (found.empty()) return false;
  incident.awaited.push_back(found[0].unit);
  awaiting_.emplace(found[0].unit, incident.id);
  if (std::find(awaited_before.begin(), awaited_before.end(), found[0].unit) != awaited_before.end()) return true;
  v1::UnitAwaited& awaited = *decide().mutable_unit_awaited();
  awaited.set_incident_id(incident.id.value());
  awaited.set_unit_id(unit_infos_[found[0].unit.value()].id.value());
  awaited.set_free_at_ms(units_[found[0].unit.value()].free_at.since_epoch);
  awaited.set_eta_ms(found[0].eta().count);
  *awaited.mutable_why() = options.why;
  add_candidate(found[0], *awaited.mutable_why());
  awaited.mutable_why()->set_rule(v1::Why::RULE_AWAITED);
  return true;
}

// It will be free for one place only: of the incident that is served first.
bool Region::kept_for_another_place(UnitIndex unit, const Incident& incident) const {
  for (auto it = awaiting_.lower_bound({unit, IncidentId{}}); it != awaiting_.end() && it->first == unit; ++it) {
    if (it->second == incident.id || key_of(std::as_const(incidents_).at(it->second)) < key_of(incident)) return true;
  }
  return false;
}

void Region::await_nobody(Incident& incident) {
  for (const UnitIndex unit : incident.awaited) awaiting_.erase({unit, incident.id});
  incident.awaited.clear();
}

// People give the order. Said again only when it would be somebody else.
void Region::propose(Incident& incident, const std::vector<Pick>& picks) {
  std::vector<UnitIndex> units;
  for (const Pick& pick : picks) units.push_back(pick.unit);
  if (units == incident.proposed) return;
  incident.proposed = std::move(units);
  for (const Pick& pick : picks) {
    v1::UnitProposed& proposed = *decide().mutable_unit_proposed();
    const bool in_time = pick.eta <= time_left(incident, pick.entry);
    proposed.set_incident_id(incident.id.value());
    proposed.set_unit_id(unit_infos_[pick.unit.value()].id.value());
    proposed.set_eta_ms(pick.eta.count);
    proposed.set_in_time(in_time);
    *proposed.mutable_why() = pick.options->why;
    proposed.mutable_why()->set_rule(rule_of(incident, pick, in_time));
  }
}

// Says what is missing, once until that changes.
void Region::report_shortfall(Incident& incident, const std::vector<Options>& options) {
  const std::uint32_t missing = incident.missing();
  if (missing == 0 || missing == incident.reported_missing) return;
  const auto short_of =
      std::find_if(options.begin(), options.end(), [&](const Options& o) { return incident.missing(o.entry) > 0; });
  const bool waits_for_people = incident.only_advised() && !short_of->found.empty();
  if (!incident.awaited.empty() || waits_for_people) return;
  incident.reported_missing = missing;
  v1::IncidentQueued& queued = *decide().mutable_incident_queued();
  queued.set_incident_id(incident.id.value());
  queued.set_units_missing(missing);
  *queued.mutable_why() = short_of->why;
  queued.mutable_why()->set_rule(v1::Why::RULE_NOBODY_AVAILABLE);
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) > 0) fill(incident, entry, *queued.add_lacking());
  }
}

}  // namespace dispatch135::core
