// Who is there soonest by road: exact, on whole milliseconds, without allocation once warmed up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/road/live_roads.h"
#include "engine/road/network.h"
#include "engine/road/units_on_road.h"
#include "engine/road/ways.h"

namespace dispatch135::road {

// Says who takes part in a search, and the time each loses before it moves.
class UnitFilter {
 public:
  virtual ~UnitFilter() = default;
  // False: not considered. Else the turnout time, at least 0. Must give the same answer throughout a search.
  virtual bool accepts(UnitIndex unit, DurationMs& turnout) const = 0;
  // No unit that it accepts has a shorter turnout; the nearer to the truth, the shorter the search.
  virtual DurationMs least_turnout() const { return {0}; }
};

struct Found {
  UnitIndex unit;
  DurationMs travel;  // By road from the unit's place to the incident's, for its kind of travel.
  DurationMs turnout;
  DurationMs eta() const { return travel + turnout; }
};

// Units are asked from near to far in a straight line, each for its exact time by road, until no unit that is farther
// away could be sooner even at the highest speed that the roads allow. Keeps its working memory from call to call; one
// per thread.
class NearestSearch {
 public:
  // `roads` must outlive it.
  explicit NearestSearch(LiveRoads& roads);
  NearestSearch(const NearestSearch&) = delete;
  NearestSearch& operator=(const NearestSearch&) = delete;
  // The k soonest units by eta, then by unit index, none later than `latest`. Units without a way to the incident are
  // left out. The incident's place is snapped for each kind of travel; a kind that has no road within limit_mm takes no
  // part. `units` must stand on these roads. The result is valid until the next call. No allocation once called with as
  // large a k and around there. What was found out about the last incident's place is used again for the same place, as
  // long as neither the roads change nor a unit moves.
  std::span<const Found> k_soonest(geo::Point incident, std::int64_t limit_mm, UnitsOnRoad& units,
                                   const UnitFilter& filter, std::size_t k, DurationMs latest = kNoLimit);
  // The time of one unit alone; nothing: it is not placed, or there is no way.
  std::optional<DurationMs> travel(geo::Point incident, std::int64_t limit_mm, UnitsOnRoad& units, UnitIndex unit);
  static constexpr DurationMs kNoLimit = {std::int64_t{1} << 60};

 private:
  // The incident's place for one kind of travel.
  struct Goal {
    TravelKind kind = TravelKind::kCar;
    WaysTo ways;
    std::optional<RoadPoint> place = {};  // In this search; none: no road is near enough.
    bool aimed = false;                   // `ways` leads there.
  };
  // What `goals_` and `known_` hold for.
  struct Question {
    geo::Point incident;
    std::int64_t limit_mm = 0;
    std::uint32_t kinds = 0;
    std::uint64_t version = 0;  // Of the roads.
    std::uint64_t mark = 0;     // Of the units' last move; 0: no question yet.
    bool operator==(const Question&) const = default;
  };
  struct Known {
    std::uint64_t question = 0;  // Number of the question that it answers.
    std::int32_t travel_ms = 0;
  };
  // A unit whose time is to be found out. Several wait for each other, see WaysTo::prepare().
  struct Candidate {
    std::uint32_t unit = 0;
    DurationMs turnout;
    WaysTo::Prepared prepared;
  };
  static constexpr std::size_t kTogether = 8;

  bool ask(geo::Point incident, std::int64_t limit_mm, const UnitsOnRoad& units);
  void aim(std::uint32_t unit, UnitsOnRoad& units);
  void consider(std::uint32_t unit, UnitsOnRoad& units, const UnitFilter& filter, std::size_t k);
  void settle(const UnitsOnRoad& units, std::size_t k);
  void enter(const Found& found, std::size_t k);
  // In how much time, turnout included, a unit must be there to count.
  DurationMs latest_of(std::size_t k) const { return found_.size() == k ? found_.back().eta() : latest_; }
  std::int64_t farthest_mm(const Goal& goal, std::int64_t ms) const;

  LiveRoads* roads_;
  std::vector<Goal> goals_;    // By kind of travel.
  std::int64_t slack_mm_ = 0;  // What rounding may hide of a way's length.
  Question question_;
  std::uint64_t question_number_ = 0;
  bool reachable_ = false;    // Of the question: some kind of travel gets there.
  std::vector<Known> known_;  // By unit.
  geo::PlanePoint incident_;
  DurationMs latest_ = kNoLimit;
  std::array<Candidate, kTogether> candidates_;
  std::size_t candidate_count_ = 0;
  std::vector<Found> found_;  // The soonest k so far, in order.
};

}  // namespace dispatch135::road
