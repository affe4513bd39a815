// The bound against every choice there is, on days so small that all can be tried.
#include "benchmarks/late_bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <vector>

#include "benchmarks/late_problem.h"
#include "engine/base/limits.h"
#include "engine/road/live_roads.h"
#include "services/simulate/simulation.h"
#include "services/simulate/trip.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/world.h"
#include "tests/engine/random_city.h"

namespace dispatch135::benchmarks {
namespace {

using core::testing::kRegion;
using dispatch135::testing::Dice;

constexpr DurationMs kPatience{120'000};
constexpr DurationMs kGrain{30'000};

// What crews really do, place by place.
class EveryChoice {
 public:
  EveryChoice(const city::City& city, const std::vector<LateCall>& calls, const simulate::CrewHabits& habits)
      : calls_(calls), roads_(city.roads()), routes_(roads_) {
    for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
      const city::UnitInfo unit = city.unit(UnitIndex(i));
      const city::PostInfo post = city.post(unit.post);
      Crew crew;
      crew.kind = city::to_road(unit.travel_kind);
      crew.home = *city.roads().snap(post.position, crew.kind, limits::kSnapLimitMm);
      crew.place = crew.home;
      crew.turnout = habits.turnout[static_cast<std::size_t>(post.kind)];
      crews_.push_back(std::move(crew));
    }
  }

  // The fewest late calls over all choices; nothing: no choice serves all in time to be allowed.
  std::optional<std::uint64_t> fewest() {
    try_from(0, crews_, 0);
    return best_;
  }

 private:
  struct Crew {
    road::TravelKind kind = road::TravelKind::kCar;
    DurationMs turnout;
    road::RoadPoint home;
    road::RoadPoint place;  // Without a trip home.
    TimeMs free_at;
    std::optional<simulate::Trip> way_home;
  };

  void try_from(std::size_t call, const std::vector<Crew>& crews, std::uint64_t late) {
    if (best_ && late >= *best_) return;
    if (call == calls_.size()) {
      best_ = late;
      return;
    }
    if (calls_[call].units_needed == 1) {
      for (std::size_t i = 0; i < crews.size(); ++i) {
        std::vector<Crew> after = crews;
        const auto arrival = send(after[i], calls_[call]);
        if (arrival) try_from(call + 1, after, late + (*arrival > calls_[call].deadline_at ? 1 : 0));
      }
      return;
    }
    for (std::size_t i = 0; i < crews.size(); ++i) {
      for (std::size_t j = i + 1; j < crews.size(); ++j) {
        std::vector<Crew> after = crews;
        const auto first = send(after[i], calls_[call]);
        const auto second = send(after[j], calls_[call]);
        if (!first || !second) continue;
        try_from(call + 1, after, late + (std::min(*first, *second) > calls_[call].deadline_at ? 1 : 0));
      }
    }
  }

  // When the crew arrives; nothing: it is not free soon enough.
  std::optional<TimeMs> send(Crew& crew, const LateCall& call) {
    const TimeMs sent = std::max(call.at, crew.free_at);
    if (sent > call.at + kPatience) return std::nullopt;
    if (crew.way_home) crew.place = crew.way_home->place_at(sent);
    const auto scene = *roads_.network().snap(call.place, crew.kind, limits::kSnapLimitMm);
    const auto there = routes_.find(crew.place, scene, crew.kind);
    const TimeMs arrival = sent + crew.turnout + there->time;
    crew.free_at = arrival + call.work;
    crew.way_home.emplace(*routes_.find(scene, crew.home, crew.kind), crew.home, crew.free_at);
    return arrival;
  }

  const std::vector<LateCall>& calls_;
  road::LiveRoads roads_;
  road::RouteFinder routes_;
  std::vector<Crew> crews_;
  std::optional<std::uint64_t> best_;
};

TEST(LateBound, NoChoiceOnATinyDayHasFewerLateCallsThanTheBound) {
  constexpr std::uint64_t kSeed = 20'260'101;
  std::cout << "seed " << kSeed << "\n";
  std::uint64_t bounds = 0;
  std::uint64_t bests = 0;
  std::uint64_t alone = 0;  // Late even if each were the only call of its day.
  std::uint64_t days = 0;
  for (std::uint64_t day = 0; day < 150; ++day) {
    Dice dice(kSeed + day);
    const auto bytes = city::build_city(core::testing::grid_town(8, 3 + dice.roll(3), kSeed + day)).value();
    const city::City city = city::City::open(bytes).value();
    simulate::CrewHabits habits;
    habits.acknowledge = {1'000, 2'000};
    std::vector<LateCall> calls(3 + dice.roll(5));
    std::int64_t at_ms = 1'000'000'000;
    for (LateCall& call : calls) {
      at_ms += dice.roll(240'000);
      call.at = {at_ms};
      call.deadline_at = {at_ms + 20'000 + dice.roll(80'000)};
      const road::RoadPoint on_road = testing::random_road_point(dice, city.roads(), road::TravelKind::kFoot);
      call.place = city.roads().locate(on_road);
      call.work = {kPatience.count + 1'000 + dice.roll(300'000)};
      call.units_needed = dice.chance(15) ? 2 : 1;
    }
    const std::vector<bool> all(city.unit_count(), true);
    const LateProblem problem = late_problem(city, kRegion, all, habits, calls, kPatience, kGrain);
    const std::uint64_t bound = least_late(problem, 300);
    const auto best = EveryChoice(city, calls, habits).fewest();
    if (!best) continue;
    ASSERT_LE(bound, *best) << "day " << day;
    bounds += bound;
    bests += *best;
    for (const LateCall& call : calls) {
      const LateProblem only = late_problem(city, kRegion, all, habits, std::span(&call, 1), kPatience, kGrain);
      alone += least_late(only, 10);
    }
    ++days;
  }
  // It must not be a bound by saying nothing.
  EXPECT_GT(days, 50U);
  EXPECT_GT(bests, alone + 20);
  EXPECT_GE((bounds - alone) * 2, bests - alone) << bounds << " of " << bests << ", " << alone << " alone";
  std::cout << days << " days: " << bounds << " late by the bound, " << bests << " by the best choice, " << alone
            << " without each other\n";
}

//  one crew, two calls at the same time: one of them is late, or both where both are too far
TEST(LateBound, OneCrewCannotBeAtTwoPlaces) {
  LateProblem problem;
  problem.units_needed = {1, 1};
  LateCrews crews;
  crews.count = 1;
  crews.in_time_from_post = {true, true};
  crews.visit_begin = {0, 1, 3};
  crews.at_post_before = {2, 2, 2};
  crews.step_begin = {0, 0, 0, 1};
  crews.steps = {LateStep::of(0, false)};  // From the first call straight to the second, too late.
  problem.crews = {crews};
  EXPECT_EQ(least_late(problem, 100), 1U);
  problem.crews[0].count = 2;
  EXPECT_EQ(least_late(problem, 100), 0U);
  problem.crews[0].in_time_from_post = {false, false};
  EXPECT_EQ(least_late(problem, 100), 2U);
}

TEST(LateBound, AnyNumberOfRoundsGivesATrueBound) {
  LateProblem problem;
  problem.units_needed = {1, 2, 1};
  LateCrews crews;
  crews.count = 3;
  crews.in_time_from_post = {true, true, true};
  crews.visit_begin = {0, 1, 2, 3};
  crews.at_post_before = {2, 2, 3};
  crews.step_begin = {0, 0, 0, 0};
  problem.crews = {crews};
  for (const std::size_t rounds : {1, 2, 3, 10, 200}) EXPECT_EQ(least_late(problem, rounds), 0U);
}

}  // namespace
}  // namespace dispatch135::benchmarks
