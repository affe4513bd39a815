// Who goes.
#include <algorithm>
#include <utility>

#include "tests/engine/twin/cheapest.h"
#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {
namespace {

constexpr std::int64_t kSure = 1'000'000;
constexpr std::int64_t kPerLateMs = 1'000'000;   // Later than wanted is worse than anything that is not.
constexpr std::int64_t kMostForCover = 600'000;  // The longest time that cover is worth.
constexpr std::int64_t kNobody = std::int64_t{1} << 54;
constexpr std::uint64_t kUnread = 64;

}  // namespace

bool Twin::assignable(const Unit& unit) const {
  return is_free(unit.status) && !unit.unheard && unit.last_order - unit.last_read < kUnread;
}

bool Twin::waits_in_break(const Unit& unit) const {
  return unit.status == v1::UNIT_SECONDARY_STATUS_ON_BREAK && !unit.unheard &&
         unit.last_order - unit.last_read < kUnread;
}

bool Twin::available(const Unit& unit, v1::Severity severity) const {
  return assignable(unit) || (waits_in_break(unit) && calls_from_break(severity));
}

bool Twin::fits(const Unit& unit, const Incident& incident, const Entry& entry) const {
  const std::uint32_t capabilities = entry.capabilities != 0 ? entry.capabilities : incident.capabilities;
  if ((unit.card.capabilities & capabilities) != capabilities) return false;
  const std::uint32_t kinds = entry.kinds != 0 ? entry.kinds : incident.kinds;
  if (kinds == 0) return unit.card.kind != v1::UNIT_KIND_GRID_WORKER;
  return (kinds >> (unit.card.kind - 1) & 1U) != 0;
}

bool Twin::was_tried(const Incident& incident, std::size_t unit) const {
  return std::any_of(incident.tried.begin(), incident.tried.end(),
                     [&](const auto& tried) { return tried.first == unit && tried.second > now_; });
}

// The first unit has the deadline, each one the time of its entry of the plan.
std::int64_t Twin::time_left(const Incident& incident, std::size_t entry) const {
  const Planned& planned = incident.plan[entry];
  const std::int64_t by_plan =
      planned.clock_start == 0 ? planned.entry.within_ms : planned.clock_start + planned.entry.within_ms - now_;
  if (!incident.works.empty() || incident.anybody_on_scene) return by_plan;
  return std::min(by_plan, incident.deadline_at == 0 ? incident.answer.deadline_ms : incident.deadline_at - now_);
}

std::int64_t Twin::turnout(const Unit& unit) const {
  for (const v1::TurnoutRule& rule : policy_.turnouts()) {
    if (rule.post_kind() == unit.card.post_kind) return rule.turnout_ms();
  }
  return 0;
}

std::int64_t Twin::cover_weight(v1::Severity severity) const {
  return severity >= policy_.choice().cover_from_severity() ? policy_.choice().cover_weight_ms() : 0;
}

Counts Twin::count(const Incident& incident, const Entry& entry) const {
  Counts counts;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const Unit& unit = units_[i];
    if (unit.status == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) continue;
    ++counts.considered;
    if (!available(unit, incident.matter.severity)) {
      ++counts.not_available;
    } else if (!fits(unit, incident, entry)) {
      ++counts.not_capable;
    } else if (was_tried(incident, i)) {
      ++counts.tried;
    } else if (incident.excluded.contains(i)) {
      ++counts.excluded;
    }
  }
  return counts;
}

template <typename Turnout>
std::vector<Twin::Ranked> Twin::rank(const Incident& incident, Turnout turnout_of) const {
  std::vector<Ranked> all;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const std::optional<std::int64_t> before = turnout_of(i);
    if (!before) continue;
    const auto way = town_->travel_ms(units_[i].card.travel, units_[i].place, incident.place);
    if (way) all.push_back({.unit = i, .turnout = *before, .eta = *before + *way});
  }
  std::sort(all.begin(), all.end(),
            [](const Ranked& a, const Ranked& b) { return std::pair(a.eta, a.unit) < std::pair(b.eta, b.unit); });
  return all;
}

// By unit, in parts per million of the whole demand: what is lost of the expected cover when it leaves.
std::vector<std::int64_t> Twin::cover_losses() const {
  const auto rule = coverage_->rule();
  std::vector<std::optional<coverage::Standing>> standing(units_.size());
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const Unit& unit = units_[i];
    if (!is_free(unit.status) || unit.unheard || !rule.covers(unit.card.kind)) continue;
    const auto& place = town_->on_road(unit.card.travel, unit.place);
    standing[i] = {coverage_->zones().of(place), unit.card.travel, DurationMs{turnout(unit)}};
  }
  std::vector<coverage::PerRing<std::int64_t>> demand(coverage_->zones().size());
  std::int64_t whole = 0;
  for (std::uint32_t zone = 0; zone < demand.size(); ++zone) {
    for (std::size_t ring = 0; ring < coverage::kRings; ++ring) {
      demand[zone][ring] = coverage_->demand(coverage::ZoneIndex(zone), ring);
      whole += demand[zone][ring];
    }
  }
  std::vector<std::int64_t> losses(units_.size(), 0);
  const std::int64_t worth = cover_->worth(standing, demand);
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (!standing[i] || whole == 0) continue;
    auto without = standing;
    without[i].reset();
    losses[i] = (worth - cover_->worth(without, demand)) / whole;
  }
  return losses;
}

// Who could take the entry of the plan. Those that need not be looked at are not: no more than there are places, or
// with cover so many as the policy says.
Twin::Option Twin::look(const Incident& incident, std::size_t entry, std::size_t most) const {
  const Entry& wanted = incident.plan[entry].entry;
  Option option = {.entry = entry, .left = time_left(incident, entry), .counts = count(incident, wanted)};
  const std::int64_t weight = cover_weight(incident.matter.severity);
  option.ranked = rank(incident, [&](std::size_t i) -> std::optional<std::int64_t> {
    const bool can_go = available(units_[i], incident.matter.severity) && fits(units_[i], incident, wanted) &&
                        !was_tried(incident, i) && !incident.excluded.contains(i);
    return can_go ? std::optional(turnout(units_[i])) : std::nullopt;
  });
  const std::vector<std::int64_t> losses = weight != 0 ? cover_losses() : std::vector<std::int64_t>(units_.size(), 0);
  for (Ranked& ranked : option.ranked) {
    ranked.cover_loss = losses[ranked.unit];
    const std::int64_t late = ranked.eta - option.left;
    ranked.score = late > 0 ? late * kPerLateMs + ranked.eta
                            : ranked.eta + std::min(ranked.cover_loss * weight / 1'000, kMostForCover);
    if (option.shown.size() == policy_.explain_candidates()) continue;
    option.shown.push_back({units_[ranked.unit].card.id, ranked.eta, ranked.turnout, ranked.cover_loss});
  }
  if (weight != 0) most = std::max<std::size_t>(most, policy_.choice().cover_candidates());
  if (option.ranked.size() > most) option.ranked.resize(most);
  return option;
}

// The unit goes there in the choice that the wish is for.
bool Twin::wished(const Incident& incident, std::size_t entry, std::size_t unit, Wish wish) const {
  if (wish == Wish::kAsProposedBefore) {
    return std::find(incident.proposed.begin(), incident.proposed.end(), std::pair(entry, unit)) !=
           incident.proposed.end();
  }
  for (std::size_t i = told_.size(); i < engine_->size(); ++i) {
    const Told& told = (*engine_)[i];
    const bool of_all = told.what == Told::What::kAssigned && told.rule == v1::Why::RULE_MATCHED_TOGETHER;
    const bool of_one = told.incident == incident.id ||
                        (told.what == Told::What::kEnded && told.rule == v1::AssignmentEnded::REASON_DIVERTED);
    if (wish == Wish::kAsEngineTogether ? !of_all : !of_one) return false;
    const bool sends = told.what == Told::What::kAssigned || told.what == Told::What::kProposed;
    if (sends && told.incident == incident.id && told.entry == entry + 1 && told.unit == units_[unit].card.id) {
      return true;
    }
    if (told.what == Told::What::kQueued) return false;
  }
  return false;
}

// For each empty place one unit, so that the sum of their scores is least: by trying all.
std::vector<Twin::Pick> Twin::pick(const Incident& incident, const std::vector<Option>& options, Wish wish) const {
  std::vector<Pick> picks;
  if (options.size() == 1) {
    std::vector<Ranked> best = options[0].ranked;
    std::stable_sort(best.begin(), best.end(), [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
    best.resize(std::min<std::size_t>(best.size(), incident.missing(options[0].entry)));
    for (const Ranked& ranked : best) picks.push_back({options[0].entry, ranked, &options[0]});
    return picks;
  }
  std::vector<std::pair<const Option*, std::vector<const Ranked*>>> places;
  std::vector<std::vector<std::optional<Offer>>> offers;
  for (const Option& option : options) {
    for (std::uint32_t place = 0; place < incident.missing(option.entry); ++place) {
      auto& by_unit = places.emplace_back(&option, std::vector<const Ranked*>(units_.size(), nullptr)).second;
      auto& row = offers.emplace_back(units_.size());
      for (const Ranked& ranked : option.ranked) {
        by_unit[ranked.unit] = &ranked;
        row[ranked.unit] = Offer{ranked.score, wished(incident, option.entry, ranked.unit, wish)};
      }
    }
  }
  const auto given = cheapest(offers, std::vector<std::int64_t>(places.size(), kNobody), units_.size());
  for (std::size_t place = 0; place < places.size(); ++place) {
    if (!given[place]) continue;
    picks.push_back({places[place].first->entry, *places[place].second[*given[place]], places[place].first});
  }
  std::sort(picks.begin(), picks.end(), [](const Pick& a, const Pick& b) {
    return std::tuple(a.entry, a.ranked.eta, a.ranked.unit) < std::tuple(b.entry, b.ranked.eta, b.ranked.unit);
  });
  return picks;
}

void Twin::assign_missing(Incident& incident) {
  const bool worked_on =
      std::any_of(incident.plan.begin(), incident.plan.end(), [](const Planned& planned) { return planned.done > 0; });
  if (!incident.over && worked_on && incident.works.empty() && incident.missing() == 0) {
    return end_incident(incident, v1::INCIDENT_STATUS_CLOSED, v1::AssignmentEnded::REASON_INCIDENT_CLOSED);
  }
  std::vector<std::uint64_t> victims;
  if (incident.hold != v1::HoldIncident::HOLD_WAIT && incident.missing() > 0) {
    const std::size_t said = told_.size();
    const bool plan = incident.missing() > 1;
    std::set<std::size_t> awaited_before;
    std::vector<Option> options;
    std::vector<Pick> picks;
    for (bool done = false; !done;) {
      awaited_before.merge(std::exchange(incident.awaited, {}));
      options.clear();
      for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
        if (incident.missing(entry) > 0) options.push_back(look(incident, entry, incident.missing()));
      }
      picks = pick(incident, options, Wish::kAsEngine);
      // The engine says nothing when it proposes the same ones again.
      if (incident.only_advised() && !engine_says(proposals(incident, picks))) {
        picks = pick(incident, options, Wish::kAsProposedBefore);
      }
      if (incident.only_advised()) propose(incident, picks);
      done = true;
      for (std::size_t i = 0; done && !incident.only_advised() && i < options.size(); ++i) {
        done = fill_places(incident, options[i], picks, awaited_before, victims);
      }
    }
    report_shortfall(incident, options);
    const auto spared = [](const Told& told) { return told.rule == v1::Why::RULE_SPARES_COVER; };
    const auto first = told_.begin() + static_cast<std::ptrdiff_t>(said);
    const bool cover = cover_weight(incident.matter.severity) != 0;
    count_moment({{Kind::kPlain, !plan && !cover && !incident.only_advised()},
                  {Kind::kPlan, plan},
                  {Kind::kCover, cover && std::any_of(first, told_.end(), spared)},
                  {Kind::kDivert, !victims.empty()},
                  {Kind::kAwait, !incident.awaited.empty()},
                  {Kind::kQueue, from_queue_},
                  {Kind::kNobody, picks.empty()},
                  {Kind::kAdvise, incident.only_advised()}});
  }
  note_waiting(incident);
  for (const std::uint64_t victim : victims) assign_missing(incidents_.at(victim));
}

Told Twin::why(const Incident& incident, const Option& option, Told::What what, v1::Why::Rule rule) const {
  return {.what = what,
          .incident = incident.id,
          .entry = static_cast<std::uint32_t>(option.entry + 1),
          .rule = rule,
          .left_ms = option.left,
          .counts = option.counts,
          .candidates = option.shown};
}

v1::Why::Rule Twin::rule_of(const Incident& incident, const Pick& pick, bool in_time) const {
  if (!in_time) return v1::Why::RULE_SOONEST_TOO_LATE;
  const bool weighs_cover = cover_weight(incident.matter.severity) != 0;
  for (const Ranked& other : pick.option->ranked) {
    if (weighs_cover && other.eta < pick.ranked.eta && assignable(units_[other.unit])) {
      return v1::Why::RULE_SPARES_COVER;
    }
  }
  return v1::Why::RULE_SOONEST_IN_TIME;
}

// False: a unit was diverted, and the other places are to be thought of anew.
bool Twin::fill_places(Incident& incident, const Option& option, const std::vector<Pick>& picks,
                       const std::set<std::size_t>& awaited_before, std::vector<std::uint64_t>& victims) {
  std::vector<const Pick*> own;
  for (const Pick& pick : picks) {
    if (pick.entry == option.entry) own.push_back(&pick);
  }
  const std::uint32_t places = incident.missing(option.entry);
  for (std::uint32_t place = 0; place < places; ++place) {
    const Pick* best = place < own.size() ? own[place] : nullptr;
    const bool in_time = best != nullptr && best->ranked.eta <= time_left(incident, option.entry);
    if (!in_time && divert(incident, option, victims)) return false;
    if (!in_time && wait_for_one(incident, option, best, awaited_before)) return true;
    if (best == nullptr) return true;
    Told told = why(incident, option, Told::What::kAssigned, rule_of(incident, *best, in_time));
    told.eta_ms = best->ranked.eta;
    assign(incident, best->ranked.unit, static_cast<std::uint32_t>(option.entry + 1), false, std::move(told));
  }
  return true;
}

bool Twin::divert(Incident& incident, const Option& option, std::vector<std::uint64_t>& victims) {
  const int levels = static_cast<int>(policy_.choice().preempt_levels());
  if (levels == 0) return false;
  const Entry& wanted = incident.plan[option.entry].entry;
  const std::vector<Ranked> ranked = rank(incident, [&](std::size_t i) -> std::optional<std::int64_t> {
    const Unit& unit = units_[i];
    if (!is_at_work(unit.status) || unit.status == v1::UNIT_SECONDARY_STATUS_ON_SCENE || unit.unheard) return {};
    const Incident& other = incidents_.at(unit.incident);
    const auto work = std::find_if(other.works.begin(), other.works.end(), [&](const Work& w) { return w.unit == i; });
    const bool milder = other.matter.severity - incident.matter.severity >= levels;
    if (!milder || other.was_diverted_from || other.only_advised() || work->diverted || work->by_operator) return {};
    if (!fits(unit, incident, wanted) || was_tried(incident, i) || incident.excluded.contains(i)) return {};
    if (!rostered_for(unit, now_, incident.matter.severity)) return {};
    return unit.status == v1::UNIT_SECONDARY_STATUS_EN_ROUTE ? 0 : turnout(unit);
  });
  if (ranked.empty() || ranked[0].eta > time_left(incident, option.entry)) return false;
  const Ranked& taken = ranked[0];
  Told told = why(incident, option, Told::What::kAssigned, v1::Why::RULE_DIVERTED);
  told.eta_ms = taken.eta;
  told.candidates.push_back({units_[taken.unit].card.id, taken.eta, taken.turnout, 0});
  Incident& victim = incidents_.at(units_[taken.unit].incident);
  end_work(victim, units_[taken.unit].assignment, v1::AssignmentEnded::REASON_DIVERTED,
           v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  victim.was_diverted_from = true;
  assign(incident, taken.unit, static_cast<std::uint32_t>(option.entry + 1), false, std::move(told));
  incident.works.back().diverted = true;
  victims.push_back(victim.id);
  return true;
}

// For another place of this incident, or of one that is served before it.
bool Twin::kept_for_another_place(std::size_t unit, const Incident& incident) const {
  const auto key = [](const Incident& of) { return std::tuple(of.matter.severity, of.opened_at, of.id); };
  return std::any_of(incidents_.begin(), incidents_.end(), [&](const auto& other) {
    return other.second.awaited.contains(unit) && key(other.second) <= key(incident);
  });
}

bool Twin::wait_for_one(Incident& incident, const Option& option, const Pick* best,
                        const std::set<std::size_t>& awaited_before) {
  const std::int64_t gain = policy_.choice().await_gain_ms();
  if (gain == 0 || best == nullptr) return false;
  const Entry& wanted = incident.plan[option.entry].entry;
  const std::vector<Ranked> ranked = rank(incident, [&](std::size_t i) -> std::optional<std::int64_t> {
    const Unit& unit = units_[i];
    if (unit.status != v1::UNIT_SECONDARY_STATUS_ON_SCENE || unit.free_at <= now_ || unit.unheard) return {};
    if (unit.incident == incident.id || !fits(unit, incident, wanted) || incident.excluded.contains(i)) return {};
    if (!rostered_for(unit, unit.free_at, incident.matter.severity) || kept_for_another_place(i, incident)) return {};
    return unit.free_at - now_ + turnout(unit);
  });
  if (ranked.empty() || ranked[0].eta + gain > best->ranked.eta) return false;
  const Ranked& awaited = ranked[0];
  incident.awaited.insert(awaited.unit);
  if (awaited_before.contains(awaited.unit)) return true;
  Told told = why(incident, option, Told::What::kAwaited, v1::Why::RULE_AWAITED);
  told.unit = units_[awaited.unit].card.id;
  told.eta_ms = awaited.eta;
  told.candidates.push_back({told.unit, awaited.eta, awaited.turnout, 0});
  tell(std::move(told));
  return true;
}

// The same units are not proposed again. Which of them is for which place may be a matter of taste: then the engine's.
void Twin::propose(Incident& incident, const std::vector<Pick>& picks) {
  std::vector<std::size_t> before;
  for (const auto& [entry, unit] : incident.proposed) before.push_back(unit);
  std::vector<std::size_t> now;
  incident.proposed.clear();
  for (const Pick& pick : picks) {
    incident.proposed.emplace_back(pick.entry, pick.ranked.unit);
    now.push_back(pick.ranked.unit);
  }
  std::vector<Told> all = proposals(incident, picks);
  if (now == before) return;
  if (std::is_permutation(now.begin(), now.end(), before.begin(), before.end()) && !engine_says(all)) return;
  for (Told& told : all) tell(std::move(told));
}

std::vector<Told> Twin::proposals(const Incident& incident, const std::vector<Pick>& picks) const {
  std::vector<Told> all;
  for (const Pick& pick : picks) {
    const bool in_time = pick.ranked.eta <= time_left(incident, pick.entry);
    Told told = why(incident, *pick.option, Told::What::kProposed, rule_of(incident, pick, in_time));
    told.unit = units_[pick.ranked.unit].card.id;
    told.eta_ms = pick.ranked.eta;
    told.in_time = in_time;
    all.push_back(std::move(told));
  }
  return all;
}

// Next, and all of it.
bool Twin::engine_says(const std::vector<Told>& all) const {
  return told_.size() + all.size() <= engine_->size() &&
         std::equal(all.begin(), all.end(), engine_->begin() + static_cast<std::ptrdiff_t>(told_.size()));
}

void Twin::report_shortfall(Incident& incident, const std::vector<Option>& options) {
  const std::uint32_t missing = incident.missing();
  if (missing == 0 || missing == incident.reported_missing || !incident.awaited.empty()) return;
  const auto short_of = std::find_if(options.begin(), options.end(),
                                     [&](const Option& option) { return incident.missing(option.entry) > 0; });
  if (incident.only_advised() && !short_of->ranked.empty()) return;
  incident.reported_missing = missing;
  Told told = why(incident, *short_of, Told::What::kQueued, v1::Why::RULE_NOBODY_AVAILABLE);
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) > 0) told.missing.push_back(incident.missing(entry));
  }
  tell(std::move(told));
}

}  // namespace dispatch135::core::twin
