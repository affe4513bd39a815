// Whole cities, made up and real, against Dijkstra's algorithm: who is there soonest, ways and reach, for all kinds of
// travel at once, with turn costs, while units move and streets close and slow down between the questions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <tuple>
#include <vector>

#include "engine/road/live_roads.h"
#include "engine/road/nearest.h"
#include "engine/road/reach.h"
#include "engine/road/route.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/plain_dijkstra.h"
#include "tests/engine/random_city.h"
#include "tests/services/citybuild/map_extract.h"

namespace dispatch135::road {
namespace {

using testing::Dice;
using testing::PlainDijkstra;

constexpr std::int64_t kLimitMm = 1'000'000;
constexpr std::uint32_t kUnits = 1'178;

// Takes part of the units; turnout by number, at times none.
class Shift : public UnitFilter {
 public:
  Shift(std::uint32_t one_of, std::int64_t turnout_ms) : one_of_(one_of), turnout_ms_(turnout_ms) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = {turnout_ms_ * (1 + unit.value() % 3)};
    return unit.value() % one_of_ == 0;
  }
  DurationMs least_turnout() const override { return {turnout_ms_}; }

 private:
  std::uint32_t one_of_;
  std::int64_t turnout_ms_;
};

class WholeCity {
 public:
  WholeCity(const city::CityDraft& draft, std::uint64_t seed)
      : dice_(seed),
        built_(draft),
        live_(built_.live()),
        dijkstra_(kTravelKinds, PlainDijkstra(live_.network())),
        search_(live_),
        routes_(live_),
        units_(live_, kUnits) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  }

  // At each incident many questions, with units placed and moved between them; before each other one the streets
  // change.
  void ask(std::uint32_t incidents, std::uint32_t questions) {
    for (std::uint32_t incident = 0; incident < incidents; ++incident) {
      SCOPED_TRACE("incident " + std::to_string(incident));
      if (incident % 2 == 1) change_streets();
      man_units();
      aim_somewhere();
      for (std::uint32_t question = 0; question < questions; ++question) {
        SCOPED_TRACE("question " + std::to_string(question));
        ASSERT_NO_FATAL_FAILURE(ask_for_soonest());
        move(UnitIndex(dice_.roll(unit_count_)));
      }
      for (const TravelKind kind : kAllTravelKinds) {
        SCOPED_TRACE("kind of travel " + std::to_string(static_cast<int>(kind)));
        for (int i = 0; i < 10; ++i) ASSERT_NO_FATAL_FAILURE(ask_for_way(kind));
        ASSERT_NO_FATAL_FAILURE(ask_for_reach(kind));
      }
    }
  }

  std::uint32_t questions_answered() const { return answered_; }
  std::uint32_t ways_found() const { return ways_; }

 private:
  const Network& built() const { return built_.roads(); }
  const Network& now() const { return live_.network(); }

  // --- units and incidents ---

  void move(UnitIndex unit) {
    const TravelKind kind = kAllTravelKinds[dice_.roll(kTravelKinds)];
    units_.place(unit, kind, testing::random_road_point(dice_, built(), kind));
  }

  void man_units() {
    constexpr std::array<std::uint32_t, 5> kCounts = {1, 16, 77, 336, kUnits};
    unit_count_ = kCounts[dice_.roll(kCounts.size())];
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
      if (unit >= unit_count_) {
        units_.remove(UnitIndex(unit));
      } else if (!units_.placed(UnitIndex(unit))) {
        move(UnitIndex(unit));
      }
    }
  }

  void aim_somewhere() {
    const TravelKind beside = kAllTravelKinds[dice_.roll(kTravelKinds)];
    incident_ = built().locate(testing::random_road_point(dice_, built(), beside));
    constexpr std::int32_t kAsideE7 = 5'000;  // Some 50 m.
    incident_.latitude_e7 += static_cast<std::int32_t>(dice_.roll(2 * kAsideE7)) - kAsideE7;
    incident_.longitude_e7 += static_cast<std::int32_t>(dice_.roll(2 * kAsideE7)) - kAsideE7;
    for (const TravelKind kind : kAllTravelKinds) {
      const auto k = static_cast<std::size_t>(kind);
      places_[k] = now().snap(incident_, kind, kLimitMm);
      if (places_[k]) dijkstra_[k].aim(*places_[k], kind);
    }
  }

  // --- streets ---

  void change_streets() {
    if (effects_.size() == 6 || (!effects_.empty() && dice_.chance(30))) {
      effects_.erase(effects_.begin() + dice_.roll(effects_.size()));
    } else {
      effects_.push_back(random_effect());
    }
    std::vector<const StreetEffect*> list;
    for (const StreetEffect& effect : effects_) list.push_back(&effect);
    live_.set(list);
  }

  // A street by its name, an area, a class of street, or the whole city; closed, slowed down or sped up.
  StreetEffect random_effect() {
    const Edge& middle = built().edges[dice_.roll(built().edges.size())];
    const geo::PlanePoint centre = built().projection.project(built().junctions[middle.from]);
    const std::uint32_t what = dice_.roll(4);
    const auto is_meant = [&](const Edge& edge) {
      switch (what) {
        case 0:
          return &edge == &middle || (edge.name != 0 && edge.name == middle.name);
        case 1:
          return geo::squared_distance(built().projection.project(built().junctions[edge.from]), centre) <=
                 std::int64_t{500'000} * 500'000;
        case 2:
          return edge.road_class == middle.road_class;
        default:
          return true;
      }
    };
    StreetEffect effect;
    effect.id = ++last_effect_;
    const bool one_way = dice_.chance(20);
    for (std::uint32_t edge = 0; edge < built().edges.size(); ++edge) {
      if (!is_meant(built().edges[edge])) continue;
      effect.arcs.push_back(edge << 1);
      if (!one_way) effect.arcs.push_back(edge << 1 | 1U);
    }
    effect.kinds = 1 + dice_.roll(kEveryKind);
    const bool closes = what < 2 ? dice_.chance(60) : what == 2 && dice_.chance(20);
    effect.speed_permille = closes ? 0 : 100 + dice_.roll(2'500);
    return effect;
  }

  // --- questions ---

  std::vector<Found> soonest_by_dijkstra(const Shift& shift, std::size_t k) const {
    std::vector<Found> all;
    for (std::uint32_t unit = 0; unit < unit_count_; ++unit) {
      DurationMs turnout;
      const auto kind = static_cast<std::size_t>(units_.kind(UnitIndex(unit)));
      if (!places_[kind] || !shift.accepts(UnitIndex(unit), turnout)) continue;
      const auto ms = dijkstra_[kind].travel_ms(units_.point(UnitIndex(unit)));
      if (ms) all.push_back({UnitIndex(unit), {static_cast<std::int64_t>(*ms)}, turnout});
    }
    std::sort(all.begin(), all.end(),
              [](const Found& a, const Found& b) { return std::tuple(a.eta(), a.unit) < std::tuple(b.eta(), b.unit); });
    all.resize(std::min(all.size(), k));
    return all;
  }

  void ask_for_soonest() {
    const Shift shift(1 + dice_.roll(4) * dice_.roll(6), dice_.roll(3) * 20'000);
    const std::size_t k = 1 + dice_.roll(8);
    const auto expected = soonest_by_dijkstra(shift, k);
    const auto found = search_.k_soonest(incident_, kLimitMm, units_, shift, k);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i].unit, expected[i].unit) << "at rank " << i;
      ASSERT_EQ(found[i].travel, expected[i].travel) << "at rank " << i;
      ASSERT_EQ(found[i].turnout, expected[i].turnout) << "at rank " << i;
    }
    answered_ += found.empty() ? 0 : 1;
  }

  // From anywhere to the incident: the time is Dijkstra's, and the legs are a way that takes it.
  void ask_for_way(TravelKind kind) {
    const auto k = static_cast<std::size_t>(kind);
    if (!places_[k]) return;
    const RoadPoint from = testing::random_road_point(dice_, built(), kind);
    const auto expected = dijkstra_[k].travel_ms(from);
    const auto route = routes_.find(from, *places_[k], kind);
    ASSERT_EQ(route.has_value(), expected.has_value());
    if (!route) return;
    ASSERT_EQ(static_cast<std::uint64_t>(route->time.count), *expected);
    DurationMs sum;
    for (std::size_t i = 0; i < route->legs.size(); ++i) {
      const RouteLeg& leg = route->legs[i];
      sum = sum + leg.time;
      const Edge& edge = now().edges[leg.edge.value()];
      const bool against = leg.from_mm > leg.to_mm;
      const std::uint32_t edge_ms = now().edge_ms[leg.edge.value()].of(against)[k];
      ASSERT_NE(edge_ms, kNoEntry) << "leg " << i << " is closed";
      const std::uint32_t part_mm = against ? leg.from_mm - leg.to_mm : leg.to_mm - leg.from_mm;
      ASSERT_GE(leg.time.count, Network::part_ms(edge_ms, part_mm, edge.length_mm));
      if (i == 0) continue;
      const RouteLeg& before = route->legs[i - 1];
      const Edge& edge_before = now().edges[before.edge.value()];
      ASSERT_EQ(against ? edge.to : edge.from, before.from_mm > before.to_mm ? edge_before.from : edge_before.to);
    }
    ASSERT_EQ(sum, route->time);
    ++ways_;
  }

  // How soon anybody of a kind is at the incident, worked out from all of them at once.
  void ask_for_reach(TravelKind kind) {
    const auto k = static_cast<std::size_t>(kind);
    if (!places_[k]) return;
    std::vector<Start> starts;
    std::int64_t expected = kNoWayMs;
    for (std::uint32_t unit = 0; unit < unit_count_; ++unit) {
      if (units_.kind(UnitIndex(unit)) != kind) continue;
      starts.push_back({units_.point(UnitIndex(unit)), {dice_.roll(60'000)}});
      const auto ms = dijkstra_[k].travel_ms(starts.back().place);
      const std::int64_t total = starts.back().turnout.count + static_cast<std::int64_t>(ms.value_or(kNoWayMs));
      if (total <= std::int64_t{kLongestWayMs}) expected = std::min(expected, total);
    }
    Reach reach(now(), kind);
    reach.from(starts);
    ASSERT_EQ(reach.at(*places_[k]), expected);
  }

  Dice dice_;
  testing::BuiltCity built_;
  LiveRoads& live_;
  std::vector<PlainDijkstra> dijkstra_;
  NearestSearch search_;
  RouteFinder routes_;
  UnitsOnRoad units_;
  std::uint32_t unit_count_ = 0;
  geo::Point incident_;
  PerKind<std::optional<RoadPoint>> places_;
  std::vector<StreetEffect> effects_;
  std::uint64_t last_effect_ = 0;
  std::uint32_t answered_ = 0;
  std::uint32_t ways_ = 0;
};

city::CityDraft made_up(const char* preset, std::uint64_t seed) {
  return citybuild::generate_city(citybuild::preset_recipe(preset).value(), seed, 1).draft;
}

city::CityDraft imported(const citybuild::OsmOptions& options) {
  std::ostringstream told;
  citybuild::Report report(told, false);
  return citybuild::import_osm(options, report).value();
}

TEST(WholeCityTest, AnswersInMadeUpTownsAreDijkstras) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    WholeCity city(made_up("small", seed), seed);
    ASSERT_NO_FATAL_FAILURE(city.ask(100, 100));
    EXPECT_GT(city.questions_answered(), 8'000U);
    EXPECT_GT(city.ways_found(), 3'500U);
  }
}

TEST(WholeCityTest, AnswersInALargeMadeUpCityAreDijkstras) {
  WholeCity city(made_up("wuxi", 4), 4);
  ASSERT_NO_FATAL_FAILURE(city.ask(40, 100));
  EXPECT_GT(city.questions_answered(), 3'000U);
  EXPECT_GT(city.ways_found(), 1'400U);
}

TEST(WholeCityTest, AnswersInMonacoAreDijkstras) {
  const auto path = citybuild::map_extract(citybuild::kMonacoExtract);
  if (!path) GTEST_SKIP() << citybuild::kMonacoExtract << " is not there; set D135_SHARED_DATA to its folder";
  WholeCity city(imported(citybuild::monaco(*path)), 5);
  ASSERT_NO_FATAL_FAILURE(city.ask(200, 100));
  EXPECT_GT(city.questions_answered(), 16'000U);
  EXPECT_GT(city.ways_found(), 7'000U);
}

TEST(WholeCityTest, AnswersInPortoAreDijkstras) {
  const auto path = citybuild::map_extract(citybuild::kPortoExtract);
  if (!path) GTEST_SKIP() << citybuild::kPortoExtract << " is not there; set D135_SHARED_DATA to its folder";
  WholeCity city(imported(citybuild::porto(*path)), 6);
  ASSERT_NO_FATAL_FAILURE(city.ask(60, 100));
  EXPECT_GT(city.questions_answered(), 4'500U);
  EXPECT_GT(city.ways_found(), 2'000U);
}

}  // namespace
}  // namespace dispatch135::road
