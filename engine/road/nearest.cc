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

std::span<const Found> NearestSearch::k_soonest(geo::Point incident, std::int64_t limit_mm, UnitsOnRoad& units,
                                                const UnitFilter& filter, std::size_t k) {
  D135_CHECK(units.roads_ == roads_, "units on other roads");
  found_.clear();
  if (k == 0) return found_;
  found_.reserve(std::min(k, units.slots_.size()) + 1);
  const auto places = roads_->network().snap_each(incident, units.kinds(), limit_mm);
  bool any = false;
  for (Goal& goal : goals_) {
    goal.place = places[static_cast<std::size_t>(goal.kind)];
    goal.aimed = false;
    any = any || goal.place.has_value();
  }
  if (!any) return found_;
  incident_ = roads_->network().projection.project(incident);
  const std::int64_t least_turnout = filter.least_turnout().count;
  geo::search_outward(units.grid_, incident_, geo::kAcrossPlaneMm, [&](std::size_t cell) {
    for (std::uint32_t unit = units.first_in_cell_[cell]; unit != UnitsOnRoad::kNone; unit = units.slots_[unit].next) {
      consider(unit, units, filter, k);
    }
    std::int64_t reach_mm = geo::kAcrossPlaneMm;
    if (found_.size() == k) {
      const std::int64_t left_ms = found_.back().eta().count - least_turnout;
      reach_mm = 0;
      for (const Goal& goal : goals_) reach_mm = std::max(reach_mm, farthest_mm(goal, left_ms));
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

void NearestSearch::consider(std::uint32_t unit, UnitsOnRoad& units, const UnitFilter& filter, std::size_t k) {
  UnitsOnRoad::Slot& slot = units.slots_[unit];
  Goal& goal = goals_[static_cast<std::size_t>(slot.kind)];
  DurationMs turnout;
  if (!goal.place || !filter.accepts(UnitIndex(unit), turnout)) return;
  D135_CHECK(turnout.count >= 0, "a negative turnout time");
  if (found_.size() == k) {
    const std::int64_t farthest = farthest_mm(goal, found_.back().eta().count - turnout.count);
    if (farthest < 0 || geo::squared_distance(slot.where, incident_) > farthest * farthest) return;
  }
  if (!goal.aimed) {
    goal.ways.aim(*goal.place);
    goal.aimed = true;
  }
  if (slot.label.version != roads_->version()) label_upwards(*roads_, slot.point, slot.kind, slot.label);
  candidates_[candidate_count_++] = {unit, turnout, goal.ways.prepare(slot.label)};
  if (candidate_count_ == kTogether) settle(units, k);
}

void NearestSearch::settle(const UnitsOnRoad& units, std::size_t k) {
  for (const Candidate& candidate : std::span(candidates_).first(candidate_count_)) {
    const UnitsOnRoad::Slot& slot = units.slots_[candidate.unit];
    const WaysTo& ways = goals_[static_cast<std::size_t>(slot.kind)].ways;
    const std::int32_t travel_ms = ways.from(slot.point, candidate.prepared);
    if (travel_ms == kNoWayMs) continue;
    const Found found = {UnitIndex(candidate.unit), {travel_ms}, candidate.turnout};
    if (found_.size() == k && !sooner(found, found_.back())) continue;
    found_.insert(std::upper_bound(found_.begin(), found_.end(), found, sooner), found);
    if (found_.size() > k) found_.pop_back();
  }
  candidate_count_ = 0;
}

}  // namespace dispatch135::road
