// The search on whole made-up cities against Dijkstra's algorithm: thousands of junctions, bridges, ring roads, one-way
// streets, and units of every kind that move between the questions.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>
#include <vector>

#include "engine/road/nearest.h"
#include "engine/road/route.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/plain_dijkstra.h"
#include "tests/engine/random_city.h"

namespace dispatch135::road {
namespace {

using testing::Dice;
using testing::PlainDijkstra;

constexpr std::int64_t kLimitMm = 1'000'000;
constexpr auto& kKinds = kAllTravelKinds;

// Takes those whose bit is set in the mask; turnout by number.
class Shift : public UnitFilter {
 public:
  explicit Shift(std::uint32_t one_of) : one_of_(one_of) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = {10'000 + unit.value() % 3 * 25'000};
    return unit.value() % one_of_ == 0;
  }
  DurationMs least_turnout() const override { return {10'000}; }

 private:
  std::uint32_t one_of_;
};

class City {
 public:
  City(const char* preset, std::uint64_t seed)
      : built_(citybuild::generate_city(citybuild::preset_recipe(preset).value(), seed, 1).draft),
        dijkstra_(kTravelKinds, PlainDijkstra(roads())),
        search_(built_.live()),
        routes_(built_.live()) {}

  const Network& roads() const { return built_.roads(); }

  void ask(Dice& dice, std::uint32_t unit_count, std::uint32_t questions) {
    UnitsOnRoad units(built_.live(), unit_count);
    for (std::uint32_t unit = 0; unit < unit_count; ++unit) move(dice, units, UnitIndex(unit));
    for (std::uint32_t question = 0; question < questions; ++question) {
      SCOPED_TRACE("question " + std::to_string(question) + " with " + std::to_string(unit_count) + " units");
      for (std::uint32_t moves = unit_count / 4; moves > 0; --moves)
        move(dice, units, UnitIndex(dice.roll(unit_count)));
      const Shift shift(1 + dice.roll(4) * dice.roll(6));
      const std::size_t k = 1 + dice.roll(8);
      const geo::Point where = roads().locate(testing::random_road_point(dice, roads(), kKinds[dice.roll(3)]));
      const auto expected = by_dijkstra(where, units, unit_count, shift, k);
      const auto found = search_.k_soonest(where, kLimitMm, units, shift, k);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].unit, expected[i].unit) << "at rank " << i;
        ASSERT_EQ(found[i].travel, expected[i].travel) << "at rank " << i;
      }
      if (found.empty()) continue;
      const UnitIndex first = found[0].unit;
      const auto route =
          routes_.find(units.point(first), *roads().snap(where, units.kind(first), kLimitMm), units.kind(first));
      ASSERT_TRUE(route);
      ASSERT_EQ(route->time, found[0].travel);
      DurationMs sum;
      for (const RouteLeg& leg : route->legs) sum = sum + leg.time;
      ASSERT_EQ(sum, route->time);
      ++answered_;
    }
  }
  std::uint32_t answered() const { return answered_; }

 private:
  void move(Dice& dice, UnitsOnRoad& units, UnitIndex unit) {
    const TravelKind kind = kKinds[dice.roll(3)];
    units.place(unit, kind, testing::random_road_point(dice, roads(), kind));
  }

  std::vector<Found> by_dijkstra(geo::Point where, const UnitsOnRoad& units, std::uint32_t unit_count,
                                 const Shift& shift, std::size_t k) {
    std::vector<Found> all;
    for (const TravelKind kind : kKinds) {
      const auto place = roads().snap(where, kind, kLimitMm);
      if (!place) continue;
      PlainDijkstra& times = dijkstra_[static_cast<std::size_t>(kind)];
      times.aim(*place, kind);
      for (std::uint32_t unit = 0; unit < unit_count; ++unit) {
        DurationMs turnout;
        if (units.kind(UnitIndex(unit)) != kind || !shift.accepts(UnitIndex(unit), turnout)) continue;
        const auto ms = times.travel_ms(units.point(UnitIndex(unit)));
        if (ms) all.push_back({UnitIndex(unit), {static_cast<std::int64_t>(*ms)}, turnout});
      }
    }
    std::sort(all.begin(), all.end(),
              [](const Found& a, const Found& b) { return std::tuple(a.eta(), a.unit) < std::tuple(b.eta(), b.unit); });
    all.resize(std::min(all.size(), k));
    return all;
  }

  testing::BuiltCity built_;
  std::vector<PlainDijkstra> dijkstra_;
  NearestSearch search_;
  RouteFinder routes_;
  std::uint32_t answered_ = 0;
};

TEST(NearestInACity, IsWhatDijkstraFindsInATown) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    City city("small", seed);
    Dice dice(seed);
    for (const std::uint32_t units : {1, 16, 200}) ASSERT_NO_FATAL_FAILURE(city.ask(dice, units, 150));
    EXPECT_GT(city.answered(), 300U);
  }
}

TEST(NearestInACity, IsWhatDijkstraFindsInALargeCity) {
  constexpr std::uint64_t kSeed = 4;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  City city("wuxi", kSeed);
  Dice dice(kSeed);
  for (const std::uint32_t units : {4, 77, 1178}) ASSERT_NO_FATAL_FAILURE(city.ask(dice, units, 15));
  EXPECT_GT(city.answered(), 25U);
}

}  // namespace
}  // namespace dispatch135::road
