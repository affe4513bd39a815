#include "engine/road/nearest.h"

#include <algorithm>
#include <tuple>

#include "engine/base/check.h"
#include "engine/geo/plane.h"

namespace dispatch135::road {
namespace {

// A way's straight line may be longer than LiveRoads::fastest_mm_s() says by what rounding hides: some millimetres for
// the place on each of the lines at its ends.
std::int64_t rounding_slack_mm(const Network& network) {
  std::int64_t most_points = 0;
  for (const Edge& edge : network.edges) most_points = std::max(most_points, std::int64_t{edge.shape_count});
  return 2 * (most_points + 8);
}

bool sooner(const Found& a, const Found& b) { return std::tuple(a.eta(), a.unit) < std::tuple(b.eta(), b.unit); }

}  // namespace

NearestSearch::NearestSearch(LiveRoads& roads) : roads_(&roads), slack_mm_(rounding_slack_mm(roads.network())) {
  for (const TravelKind kind : kAllTravelKinds) goals_.push_back({kind, WaysTo(roads, kind)});
}

// Prepares the goals, unless it is the last question again. False: nothing gets there.
bool NearestSearch::ask(geo::Point incident, std::int64_t limit_mm, const UnitsOnRoad& units) {
  D135_CHECK(units.roads_ == roads_, "units on other roads");
  const Question question = {incident, limit_mm, units.kinds(), roads_->version(), units.mark_};
  if (question == question_) return reachable_;
  question_ = question;
  ++question_number_;
  known_.resize(std::max(known_.size(), units.slots_.size()));
  const auto places = roads_->network().snap_each(question.incident, question.kinds, question.limit_mm);
  reachable_ = false;
  for (Goal& goal : goals_) {
    goal.place = places[static_cast<std::size_t>(goal.kind)];
    goal.aimed = false;
    reachable_ = reachable_ || goal.place.has_value();
  }
  incident_ = roads_->network().projection.project(question.incident);
  return reachable_;
}

std::span<const Found> NearestSearch::k_soonest(geo::Point incident, std::int64_t limit_mm, UnitsOnRoad& units,
                                                const UnitFilter& filter, std::size_t k, DurationMs latest) {
  found_.clear();
  if (k == 0 || latest.count < 0) return found_;
  found_.reserve(std::min(k, units.slots_.size()) + 1);
  if (!ask(incident, limit_mm, units)) return found_;
  latest_ = latest;
  const std::int64_t least_turnout = filter.least_turnout().count;
  std::int64_t reach_for_ms = -1;
  std::int64_t reach_mm = 0;
  geo::search_outward(units.grid_, incident_, geo::kAcrossPlaneMm, [&](std::size_t cell) {
    for (std::uint32_t unit = units.first_in_cell_[cell]; unit != UnitsOnRoad::kNone; unit = units.slots_[unit].next) {
      consider(unit, units, filter, k);
    }
    const std::int64_t left_ms = latest_of(k).count;
    if (left_ms != reach_for_ms) {
      reach_for_ms = left_ms;
      reach_mm = 0;
      for (const Goal& goal : goals_) reach_mm = std::max(reach_mm, farthest_mm(goal, left_ms - least_turnout));
    }
    return reach_mm * reach_mm;
  });
  settle(units, k);
  return found_;
}

// From how far away in a straight line a unit could be there in this time; -1: not at all.
std::int64_t NearestSearch::farthest_mm(const Goal& goal, std::int64_t ms) const {
  if (!goal.place || ms < 0) return -1;
  constexpr std::int64_t kFastestKnown = 1'000'000'000;  // Beyond it nothing is ruled out, so that products fit.
  const std::int64_t fastest_mm_s = roads_->fastest_mm_s(goal.kind);
  if (fastest_mm_s > kFastestKnown) return geo::kAcrossPlaneMm;
  const std::int64_t mm = std::min(ms, std::int64_t{kLongestWayMs}) * fastest_mm_s / 1000 + 1;
  return std::min(mm + goal.place->distance_mm + slack_mm_, geo::kAcrossPlaneMm);
}

std::optional<DurationMs> NearestSearch::travel(geo::Point incident, std::int64_t limit_mm, UnitsOnRoad& units,
                                                UnitIndex unit) {
  if (!units.placed(unit) || !ask(incident, limit_mm, units)) return {};
  const UnitsOnRoad::Slot& slot = units.slots_[unit.value()];
  const Goal& goal = goals_[static_cast<std::size_t>(slot.kind)];
  Known& known = known_[unit.value()];
  if (!goal.place) return {};
  if (known.question != question_number_) {
    aim(unit.value(), units);
    known = {question_number_, goal.ways.from(slot.point, goal.ways.prepare(slot.label))};
  }
  if (known.travel_ms == kNoWayMs) return {};
  return DurationMs{known.travel_ms};
}

// What a unit's time needs that may not be ready: the ways of its kind of travel, and its own label.
void NearestSearch::aim(std::uint32_t unit, UnitsOnRoad& units) {
  UnitsOnRoad::Slot& slot = units.slots_[unit];
  Goal& goal = goals_[static_cast<std::size_t>(slot.kind)];
  if (!goal.aimed) {
    goal.ways.aim(*goal.place);
    goal.aimed = true;
  }
  if (slot.label.version != roads_->version()) label_upwards(*roads_, slot.point, slot.kind, slot.label);
}

void NearestSearch::consider(std::uint32_t unit, UnitsOnRoad& units, const UnitFilter& filter, std::size_t k) {
  const UnitsOnRoad::Slot& slot = units.slots_[unit];
  const Goal& goal = goals_[static_cast<std::size_t>(slot.kind)];
  DurationMs turnout;
  if (!goal.place || !filter.accepts(UnitIndex(unit), turnout)) return;
  D135_CHECK(turnout.count >= 0, "a negative turnout time");
  if (known_[unit].question == question_number_) {
    enter({UnitIndex(unit), {known_[unit].travel_ms}, turnout}, k);
    return;
  }
  const std::int64_t farthest = farthest_mm(goal, latest_of(k).count - turnout.count);
  if (farthest < 0 || geo::squared_distance(slot.where, incident_) > farthest * farthest) return;
  aim(unit, units);
  candidates_[candidate_count_++] = {unit, turnout, goal.ways.prepare(slot.label)};
  if (candidate_count_ == kTogether) settle(units, k);
}

void NearestSearch::settle(const UnitsOnRoad& units, std::size_t k) {
  for (const Candidate& candidate : std::span(candidates_).first(candidate_count_)) {
    const UnitsOnRoad::Slot& slot = units.slots_[candidate.unit];
    const WaysTo& ways = goals_[static_cast<std::size_t>(slot.kind)].ways;
    const std::int32_t travel_ms = ways.from(slot.point, candidate.prepared);
    known_[candidate.unit] = {question_number_, travel_ms};
    enter({UnitIndex(candidate.unit), {travel_ms}, candidate.turnout}, k);
  }
  candidate_count_ = 0;
}

// Among the soonest so far, if it is one of them.
void NearestSearch::enter(const Found& found, std::size_t k) {
  if (found.travel.count == kNoWayMs || found.eta() > latest_) return;
  if (found_.size() == k && !sooner(found, found_.back())) return;
  found_.insert(std::upper_bound(found_.begin(), found_.end(), found, sooner), found);
  if (found_.size() > k) found_.pop_back();
}

}  // namespace dispatch135::road
