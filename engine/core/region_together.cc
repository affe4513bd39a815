// Several incidents that wait, and the units that are free: matched together, with the least lateness by severity.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region_choice.h"

namespace dispatch135::core {
namespace {

// One severity weighs 64 times the next one.
std::int64_t weight_of(v1::Severity severity) { return std::int64_t{1} << (6 * (v1::Severity_MAX - severity)); }

// Times are cut at a day, which keeps the sum of all costs far below matching::Assignment::kMostCost.
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kLate = 16;   // Lateness against time on the road.
constexpr std::int64_t kWaited = 2;  // Of those that are late anyhow the one that has waited longer goes first.
static_assert(limits::kMatchedTogether * (kLate * 2 + kWaited) * kDayMs * (std::int64_t{1} << 18) <
              matching::Assignment::kMostCost);

std::int64_t to_a_day(DurationMs time) { return std::clamp<std::int64_t>(time.count, 0, kDayMs); }

// A place of a plan that waits for a unit.
struct Waiting {
  IncidentId incident;
  std::size_t entry = 0;
  DurationMs left;
  std::int64_t weight = 0;
  std::int64_t without = 0;
  std::size_t first_of_entry = 0;  // The row of the first place of the same entry.
  std::map<UnitIndex, DurationMs> etas = {};
};

// In this order they are sent: of one entry the soonest first.
struct Given {
  std::size_t entry = 0;
  DurationMs eta;
  UnitIndex unit;
  std::size_t row = 0;
  auto operator<=>(const Given&) const = default;
};

}  // namespace

// Sends units to waiting incidents so that weight x lateness over all of them is least, then the time on the road.
// Leaves in `free` those that nobody got. Incidents in the head of the queue only, in proportion to the units that
// there are.
void Region::match_together(std::vector<UnitIndex>& free) {
  const std::size_t most = std::min<std::size_t>(limits::kMatchedTogether, free.size() * limits::kWaitingPerFreeUnit);
  std::vector<Waiting> waiting;
  std::vector<Options> options;
  for (const auto& [severity, opened_at, id] : queue_) {
    const Incident& incident = std::as_const(incidents_).at(IncidentId(id));
    if (incident.only_advised() || !can_help(free, incident)) continue;
    std::size_t room = limits::kAssignmentsPerIncident - incident.assignments.size();
    for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
      for (std::uint32_t place = 0; place < incident.missing(entry) && waiting.size() < most && room > 0;
           ++place, --room) {
        const DurationMs left = time_left(incident, entry);
        const std::int64_t weight = weight_of(incident.severity);
        const std::int64_t without = weight * (kLate * (to_a_day(DurationMs{} - left) + kDayMs) +
                                               kWaited * to_a_day(shared_->now - incident.opened_at));
        waiting.push_back({incident.id, entry, left, weight, without, waiting.size() - place});
        options.push_back({.entry = entry});
      }
    }
    if (waiting.size() >= most) break;
  }
  if (waiting.size() < 2) return;

  // Each has one of its own nearest in some best solution, as many as there are places.
  std::map<UnitIndex, std::uint32_t> columns;
  for (std::size_t row = 0; row < waiting.size(); ++row) {
    const Incident& incident = std::as_const(incidents_).at(waiting[row].incident);
    search(incident, standing_of(incident), waiting.size(), options[row]);
    for (const road::Found& found : options[row].found) {
      waiting[row].etas.emplace(found.unit, found.eta());
      columns.try_emplace(found.unit, 0);
    }
  }
  std::vector<UnitIndex> units;
  for (auto& [unit, column] : columns) {
    column = static_cast<std::uint32_t>(units.size());
    units.push_back(unit);
  }
  std::vector<std::int64_t> costs(waiting.size() * units.size(), matching::Assignment::kNever);
  std::vector<std::int64_t> without;
  for (std::size_t row = 0; row < waiting.size(); ++row) {
    const Waiting& place = waiting[row];
    without.push_back(place.without);
    for (const auto& [unit, eta] : place.etas) {
      const DurationMs counted = eta + handicap(unit, std::as_const(incidents_).at(place.incident));
      costs[row * units.size() + columns.at(unit)] =
          place.weight * (kLate * to_a_day(counted - place.left) + to_a_day(counted));
    }
  }
  const auto solved = matching_.solve(units.size(), costs, without);
  std::vector<Given> given;
  for (std::size_t row = 0; row < waiting.size(); ++row) {
    if (!solved[row]) continue;
    const UnitIndex unit = units[*solved[row]];
    const std::size_t place = waiting[row].first_of_entry;
    given.push_back({.entry = place, .eta = waiting[row].etas.at(unit), .unit = unit, .row = row});
  }
  std::sort(given.begin(), given.end());
  for (const auto& [entry, eta, unit, row] : given) {
    Incident& incident = incidents_.at(waiting[row].incident);
    v1::Why why = std::move(options[row].why);
    why.set_rule(v1::Why::RULE_MATCHED_TOGETHER);
    assign(incident, unit, eta, static_cast<std::uint32_t>(waiting[row].entry + 1), false, std::move(why));
    requeue(incident);
    decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
  std::erase_if(free, [&](UnitIndex unit) { return !assignable(unit) && !waits_in_break(unit); });
}

}  // namespace dispatch135::core
