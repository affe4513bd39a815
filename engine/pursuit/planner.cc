#include "engine/pursuit/planner.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "engine/base/limits.h"

namespace dispatch135::pursuit {
namespace {

// To leave a place without a unit costs more than any unit's time.
constexpr std::int64_t kLeaveOpen = std::int64_t{1} << 40;

bool holds(std::span<const std::uint32_t> edges, std::uint32_t edge) {
  return std::binary_search(edges.begin(), edges.end(), edge);
}

std::size_t open_ways(const std::vector<PlannedPoint>& points) {
  return static_cast<std::size_t>(
      std::count_if(points.begin(), points.end(), [](const PlannedPoint& point) { return !point.unit; }));
}

// A ring with few ways out, all of them open, is worth less than one most ways of which are closed.
bool worth_more(std::size_t closed, std::size_t ways, std::size_t best_closed, std::size_t best_ways) {
  const std::size_t share = closed * best_ways;
  const std::size_t best_share = best_closed * ways;
  return share != best_share ? share > best_share : ways - closed < best_ways - best_closed;
}

}  // namespace

Planner::Planner(const road::Network& as_built, const road::LiveRoads& now)
    : as_built_(&as_built), target_(as_built), arrivals_(now) {}

void Planner::look(const road::RoadPoint& seen, DurationMs age, const PlanRule& rule) {
  rule_ = rule;
  age_ = age;
  target_.from(seen, rule.target, rule.rings.back().count, limits::kPursuitJunctions);
}

std::int64_t Planner::target_at(const road::RoadPoint& place) const { return target_.at(place); }

std::uint32_t Planner::behind_permille(std::uint32_t edge) const {
  if (target_.reached().empty()) return 0;
  return static_cast<std::uint32_t>(std::size_t{1'000} * target_.behind(edge) / target_.reached().size());
}

// Both ends of every street that the target may come to.
Area Planner::target_area() const {
  const auto at = [&](std::uint32_t junction) { return as_built_->projection.project(as_built_->junctions[junction]); };
  const geo::PlanePoint centre = as_built_->plane_at(target_.start());
  std::int64_t squared_mm = 0;
  for (const std::uint32_t junction : target_.reached()) {
    for (const std::uint32_t edge : target_.edges_at(junction)) {
      squared_mm = std::max(squared_mm, geo::squared_distance(at(as_built_->edges[edge].from), centre));
      squared_mm = std::max(squared_mm, geo::squared_distance(at(as_built_->edges[edge].to), centre));
    }
  }
  return {centre, geo::floor_sqrt(static_cast<std::uint64_t>(squared_mm)) + 1};
}

Plan Planner::plan(UnitTimes& units, std::span<const std::uint32_t> closed_edges, std::size_t units_bound,
                   std::span<const std::optional<road::RoadPoint>> chokes) {
  Plan best;
  best.bounded = target_.bounded();
  const std::size_t most = rule_.most_units - std::min(units_bound, rule_.most_units);
  const std::int64_t outermost_ms = std::min(rule_.rings.back().count, target_.complete_ms());
  arrivals_.from(units.starts(), outermost_ms - age_.count - rule_.margin.count, target_area());
  for (const DurationMs ring : rule_.rings) {
    if (ring.count > target_.complete_ms()) break;
    const auto closings = cordon_.find(target_, arrivals_, {ring.count, age_.count, rule_.margin.count, closed_edges});
    if (!closings) continue;
    std::vector<PlannedPoint> points;
    for (const Closing& closing : *closings) {
      PlannedPoint& point = points.emplace_back();
      point.cordon = true;
      point.on_road = {EdgeIndex(closing.edge), as_built_->edges[closing.edge].length_mm / 2, 0};
      point.place = as_built_->locate(point.on_road);
      point.target_ms = closing.target_ms;
      point.behind_permille = behind_permille(closing.edge);
      const auto choke = std::find_if(chokes.begin(), chokes.end(),
                                      [&](const auto& place) { return place && place->edge == point.on_road.edge; });
      if (choke != chokes.end()) point.choke = static_cast<std::size_t>(choke - chokes.begin());
    }
    man(points, most, units);
    const std::size_t open = open_ways(points);
    if (best.ring &&
        !worth_more(points.size() - open, points.size(), best.points.size() - best.open_ways, best.points.size())) {
      continue;
    }
    best.points = std::move(points);
    best.ring = ring;
    best.open_ways = open;
    if (open == 0) break;
  }
  const std::size_t manned = best.points.size() - best.open_ways;
  if (best.points.size() > limits::kPursuitPoints) {
    // Ways that nobody closes are told by their number; those where the target is soonest are shown.
    std::stable_partition(best.points.begin(), best.points.end(),
                          [](const PlannedPoint& point) { return point.unit.has_value(); });
    best.points.resize(limits::kPursuitPoints);
  }
  if (most > manned) add_interceptions(best, most - manned, units, closed_edges, chokes);
  return best;
}

// Gives the places units that are there in time: `most` at most, then those behind which most junctions lie.
void Planner::man(std::vector<PlannedPoint>& points, std::size_t most, UnitTimes& units) {
  std::vector<std::size_t> wanted(points.size());
  std::iota(wanted.begin(), wanted.end(), std::size_t{0});
  if (wanted.size() > most) {
    std::stable_sort(wanted.begin(), wanted.end(), [&](std::size_t a, std::size_t b) {
      return points[a].behind_permille > points[b].behind_permille;
    });
    wanted.resize(most);
  }
  const std::size_t rows = wanted.size();
  std::vector<std::vector<road::Found>> in_time(rows);
  std::map<UnitIndex, std::uint32_t> columns;
  for (std::size_t row = 0; row < rows; ++row) {
    const PlannedPoint& point = points[wanted[row]];
    // None of the others needs a unit that is not among so many soonest.
    in_time[row] = units.soonest(point.place, rows);
    std::erase_if(in_time[row], [&](const road::Found& found) {
      return found.eta().count + rule_.margin.count + age_.count > point.target_ms;
    });
    for (const road::Found& found : in_time[row]) columns.try_emplace(found.unit, 0);
  }
  std::uint32_t count = 0;
  for (auto& [unit, column] : columns) column = count++;
  std::vector<std::int64_t> costs(rows * count, matching::Assignment::kNever);
  for (std::size_t row = 0; row < rows; ++row) {
    for (const road::Found& found : in_time[row]) costs[row * count + columns.at(found.unit)] = found.eta().count;
  }
  const auto solved = matching_.solve(count, costs, std::vector<std::int64_t>(rows, kLeaveOpen));
  for (std::size_t row = 0; row < rows; ++row) {
    if (!solved[row]) continue;
    const auto found = std::find_if(in_time[row].begin(), in_time[row].end(),
                                    [&](const road::Found& f) { return columns.at(f.unit) == *solved[row]; });
    points[wanted[row]].unit = found->unit;
    points[wanted[row]].eta = found->eta();
  }
}

void Planner::add_interceptions(Plan& plan, std::size_t most, UnitTimes& units,
                                std::span<const std::uint32_t> closed_edges,
                                std::span<const std::optional<road::RoadPoint>> chokes) {
  // A cordon that is whole keeps the target inside.
  const bool whole = plan.ring && plan.open_ways == 0;
  const std::int64_t within = whole ? plan.ring->count : target_.complete_ms();
  std::vector<PlannedPoint> points;
  for (std::size_t i = 0; i < chokes.size(); ++i) {
    if (!chokes[i]) continue;
    const std::uint32_t edge = chokes[i]->edge.value();
    const std::int64_t target_ms = target_.at(*chokes[i]);
    const bool taken = holds(closed_edges, edge) ||
                       std::any_of(plan.points.begin(), plan.points.end(),
                                   [&](const PlannedPoint& point) { return point.on_road.edge == chokes[i]->edge; });
    if (target_ms > within || target_ms < age_.count || taken) continue;
    PlannedPoint& point = points.emplace_back();
    point.on_road = *chokes[i];
    point.place = as_built_->locate(*chokes[i]);
    point.target_ms = target_ms;
    point.choke = i;
    point.behind_permille = behind_permille(edge);
  }
  std::stable_sort(points.begin(), points.end(), [](const PlannedPoint& a, const PlannedPoint& b) {
    if (a.behind_permille != b.behind_permille) return a.behind_permille > b.behind_permille;
    return a.target_ms < b.target_ms;
  });
  std::vector<UnitIndex> used;
  for (const PlannedPoint& point : plan.points) {
    if (point.unit) used.push_back(*point.unit);
  }
  // The more useful first: each takes the soonest unit that is left and is in time.
  for (PlannedPoint& point : points) {
    if (most == 0) break;
    for (const road::Found& found : units.soonest(point.place, used.size() + 1)) {
      if (std::find(used.begin(), used.end(), found.unit) != used.end()) continue;
      if (found.eta().count + rule_.margin.count + age_.count > point.target_ms) break;
      point.unit = found.unit;
      point.eta = found.eta();
      used.push_back(found.unit);
      plan.points.push_back(point);
      --most;
      break;
    }
  }
}

}  // namespace dispatch135::pursuit
