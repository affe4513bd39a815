// Who waits, and what is done for them when somebody comes free.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "tests/engine/twin/cheapest.h"
#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kPlacesPerFreeUnit = 16;

std::int64_t within_a_day(std::int64_t ms) { return std::clamp<std::int64_t>(ms, 0, kDayMs); }

}  // namespace

const char* name_of(Kind kind) {
  constexpr std::array kNames = {"plain",    "plan",  "cover",  "divert", "await",
                                 "together", "queue", "nobody", "advise", "level"};
  return kNames[static_cast<std::size_t>(kind)];
}

void Twin::count_moment(std::initializer_list<std::pair<Kind, bool>> kinds) {
  ++all_moments_;
  for (const auto& [kind, is] : kinds) moments_[kind] += is ? 1 : 0;
}

std::vector<std::uint64_t> Twin::queue() const {
  std::vector<const Incident*> waiting;
  for (const auto& [id, incident] : incidents_) {
    if (incident.waits()) waiting.push_back(&incident);
  }
  std::sort(waiting.begin(), waiting.end(), [](const Incident* a, const Incident* b) {
    return std::tuple(a->matter.severity, a->opened_at, a->id) < std::tuple(b->matter.severity, b->opened_at, b->id);
  });
  std::vector<std::uint64_t> ids;
  for (const Incident* incident : waiting) ids.push_back(incident->id);
  return ids;
}

std::vector<std::size_t> Twin::free_units() const {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (assignable(units_[i]) || waits_in_break(units_[i])) free.push_back(i);
  }
  return free;
}

bool Twin::can_help(const std::vector<std::size_t>& free, const Incident& incident) const {
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) == 0) continue;
    for (const std::size_t i : free) {
      if (available(units_[i], incident.matter.severity) && fits(units_[i], incident, incident.plan[entry].entry) &&
          !was_tried(incident, i) && !incident.excluded.contains(i)) {
        return true;
      }
    }
  }
  return false;
}

// When a unit came free, or may be asked again: the gravest first, of these the oldest. Incidents that nobody who is
// free can help, and that were told of, are passed by; so are all but those that awaited somebody when nobody is free.
void Twin::serve_queue() {
  if (!std::exchange(came_free_, false)) return;
  const bool await_ended = std::exchange(await_ended_, false);
  std::vector<std::size_t> free = free_units();
  if (policy_.choice().together() && queue().size() > 1) match_together(free);
  from_queue_ = true;
  const auto key = [&](std::uint64_t id) {
    const Incident& incident = incidents_.at(id);
    return std::tuple(incident.matter.severity, incident.opened_at, id);
  };
  std::optional<std::uint64_t> served;
  while (!free.empty() || await_ended) {
    // Anew each time: serving one may take others out of the queue, or put them into it.
    std::optional<std::uint64_t> next;
    for (const std::uint64_t id : queue()) {
      if (!next && (!served || key(id) > key(*served))) next = id;
    }
    if (!next) break;
    served = next;
    Incident& incident = incidents_.at(*next);
    if (free.empty() && incident.awaited.empty()) continue;
    if (incident.reported_missing == incident.missing() && !can_help(free, incident)) continue;
    const std::size_t before = incident.works.size();
    assign_missing(incident);
    if (incident.works.size() != before) free = free_units();
  }
  from_queue_ = false;
}

// Lateness over all that wait is least, each severity weighing 64 times the next one; then the time on the road. By
// trying all.
void Twin::match_together(std::vector<std::size_t>& free) {
  const std::size_t most = std::min<std::size_t>(200, free.size() * kPlacesPerFreeUnit);
  std::vector<WaitingPlace> places;
  for (const std::uint64_t id : queue()) {
    const Incident& incident = incidents_.at(id);
    if (incident.only_advised() || !can_help(free, incident)) continue;
    for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
      for (std::uint32_t place = 0; place < incident.missing(entry) && places.size() < most; ++place) {
        const std::int64_t weight = std::int64_t{1} << (6 * (v1::SEVERITY_LOW - incident.matter.severity));
        const std::int64_t late_by_now = within_a_day(-time_left(incident, entry));
        const std::int64_t waited = within_a_day(now_ - incident.opened_at);
        places.push_back({.incident = id,
                          .entry = entry,
                          .weight = weight,
                          .without = weight * (16 * (late_by_now + kDayMs) + 2 * waited)});
      }
    }
  }
  if (places.size() < 2) return;
  std::vector<std::vector<std::optional<Offer>>> offers;
  std::vector<std::int64_t> without;
  for (WaitingPlace& place : places) {
    const Incident& incident = incidents_.at(place.incident);
    place.option = look(incident, place.entry, units_.size());
    auto& row = offers.emplace_back(free.size());
    for (const Ranked& ranked : place.option.ranked) {
      const auto column = std::find(free.begin(), free.end(), ranked.unit);
      const std::int64_t cost =
          place.weight * (16 * within_a_day(ranked.eta - place.option.left) + within_a_day(ranked.eta));
      row[static_cast<std::size_t>(column - free.begin())] =
          Offer{cost, wished(incident, place.entry, ranked.unit, Wish::kAsEngineTogether)};
    }
    without.push_back(place.without);
  }
  const auto given = cheapest(offers, without, free.size());
  // In the order of the queue and of the plan; of one entry the soonest first.
  std::vector<std::tuple<std::size_t, std::int64_t, std::size_t, std::size_t>> sent;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!given[i]) continue;
    const std::size_t unit = free[*given[i]];
    const auto& ranked = places[i].option.ranked;
    const auto found =
        std::find_if(ranked.begin(), ranked.end(), [&](const Ranked& candidate) { return candidate.unit == unit; });
    std::size_t first = i;
    while (first > 0 && places[first - 1].incident == places[i].incident &&
           places[first - 1].entry == places[i].entry) {
      --first;
    }
    sent.emplace_back(first, found->eta, unit, i);
  }
  std::sort(sent.begin(), sent.end());
  for (const auto& [first, eta, unit, i] : sent) {
    Incident& incident = incidents_.at(places[i].incident);
    Told told = why(incident, places[i].option, Told::What::kAssigned, v1::Why::RULE_MATCHED_TOGETHER);
    told.eta_ms = eta;
    assign(incident, unit, static_cast<std::uint32_t>(places[i].entry + 1), false, std::move(told));
    note_waiting(incident);
  }
  count_moment({{Kind::kTogether, true}});
  free = free_units();
}

}  // namespace dispatch135::core::twin
