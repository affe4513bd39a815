// Plans for targets on the move, on random cities, held against plain ways to find out the same: who could be where
// when, what a cordon costs at least, and that nothing leaves a closed ring.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "engine/city/city.h"
#include "engine/pursuit/planner.h"
#include "tests/engine/plain_dijkstra.h"
#include "tests/engine/random_city.h"

namespace dispatch135::pursuit {
namespace {

using dispatch135::testing::Dice;
using dispatch135::testing::PlainDijkstra;
using dispatch135::testing::random_city;
using dispatch135::testing::random_road_point;

constexpr std::int64_t kOpen = 1'000'000;
constexpr std::int64_t kNear = 20'000;

struct Force {
  UnitIndex unit;
  road::TravelKind kind;
  road::RoadPoint at;
  std::int64_t turnout_ms;
};

// Where the target could be when: by going through all streets again and again until nothing changes.
class PlainTarget {
 public:
  PlainTarget(const road::Network& roads, const road::RoadPoint& start, const TargetRule& rule)
      : roads_(roads), rule_(rule), ms(roads.junctions.size(), kNever) {
    const road::Edge& first = roads.edges[start.edge.value()];
    const std::int64_t forward = along(start.edge.value(), false);
    const std::int64_t backward = along(start.edge.value(), true);
    if (forward != kNever) ms[first.to] = forward * (first.length_mm - start.offset_mm) / first.length_mm;
    if (backward != kNever) {
      ms[first.from] = std::min(ms[first.from], backward * start.offset_mm / first.length_mm);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t e = 0; e < roads.edges.size(); ++e) {
        changed |= relax(roads.edges[e].from, roads.edges[e].to, along(e, false));
        changed |= relax(roads.edges[e].to, roads.edges[e].from, along(e, true));
      }
    }
  }
  std::int64_t along(std::uint32_t edge, bool against) const {
    const auto k = static_cast<std::size_t>(rule_.kind);
    const road::EdgeMs& of = roads_.edge_ms[edge];
    std::uint32_t time = (against ? of.backward : of.forward)[k];
    if (time == road::kNoEntry && rule_.against_one_way) time = (against ? of.forward : of.backward)[k];
    return time == road::kNoEntry ? kNever : std::int64_t{time} * 100 / rule_.speed_pct;
  }

 private:
  bool relax(std::uint32_t from, std::uint32_t to, std::int64_t along_ms) {
    if (ms[from] == kNever || along_ms == kNever || ms[from] + along_ms >= ms[to]) return false;
    ms[to] = ms[from] + along_ms;
    return true;
  }
  const road::Network& roads_;
  TargetRule rule_;

 public:
  std::vector<std::int64_t> ms;  // By junction.
};

class PlainTimes : public UnitTimes {
 public:
  PlainTimes(const road::Network& roads, const std::vector<Force>& forces)
      : roads_(roads), way_(roads), forces_(forces) {}
  std::vector<Start> starts() const override {
    std::vector<Start> starts;
    for (const Force& force : forces_) starts.push_back({force.kind, force.at, force.turnout_ms});
    return starts;
  }
  std::vector<road::Found> soonest(geo::Point place, std::size_t k) override {
    std::vector<road::Found> found;
    for (const Force& force : forces_) {
      if (const auto travel = travel_ms(force, place)) {
        found.push_back({force.unit, {*travel}, {force.turnout_ms}});
      }
    }
    std::sort(found.begin(), found.end(), [](const road::Found& a, const road::Found& b) {
      return std::pair(a.eta(), a.unit) < std::pair(b.eta(), b.unit);
    });
    if (found.size() > k) found.resize(k);
    return found;
  }
  std::optional<std::int64_t> travel_ms(const Force& force, geo::Point place) {
    const auto goal = roads_.snap(place, force.kind, kNear);
    if (!goal) return std::nullopt;
    way_.aim(*goal, force.kind);
    const auto travel = way_.travel_ms(force.at);
    return travel ? std::optional(static_cast<std::int64_t>(*travel)) : std::nullopt;
  }
  std::int64_t middle_ms(std::uint32_t edge) {
    std::int64_t best = kNever;
    for (const Force& force : forces_) {
      way_.aim({EdgeIndex(edge), roads_.edges[edge].length_mm / 2, 0}, force.kind);
      const auto travel = way_.travel_ms(force.at);
      if (travel) best = std::min(best, static_cast<std::int64_t>(*travel) + force.turnout_ms);
    }
    return best;
  }

 private:
  const road::Network& roads_;
  PlainDijkstra way_;
  const std::vector<Force>& forces_;
};

// The flow by one way after another (Ford and Fulkerson), on the same question as CordonFinder's.
class PlainCordon {
 public:
  void add(std::uint32_t from, std::uint32_t to, std::int64_t capacity) { room_[from][to] += capacity; }
  std::int64_t solve(std::uint32_t source, std::uint32_t sink) {
    std::int64_t flow = 0;
    for (;;) {
      std::map<std::uint32_t, std::uint32_t> by;
      std::vector<std::uint32_t> queue = {source};
      for (std::size_t i = 0; i < queue.size() && !by.contains(sink); ++i) {
        for (const auto& [to, room] : room_[queue[i]]) {
          if (room == 0 || to == source || !by.emplace(to, queue[i]).second) continue;
          queue.push_back(to);
        }
      }
      if (!by.contains(sink)) return flow;
      std::int64_t more = INT64_MAX;
      for (std::uint32_t at = sink; at != source; at = by[at]) more = std::min(more, room_[by[at]][at]);
      for (std::uint32_t at = sink; at != source; at = by[at]) {
        room_[by[at]][at] -= more;
        room_[at][by[at]] += more;
      }
      flow += more;
    }
  }

 private:
  std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> room_;
};

class PursuitTwin : public ::testing::Test {
 protected:
  // D135_PURSUIT_SEED runs a seed again.
  PursuitTwin() : seed_(chosen_seed()), dice_(seed_) { std::cout << "seed " << seed_ << "\n"; }
  static std::uint64_t chosen_seed() {
    const char* again = std::getenv("D135_PURSUIT_SEED");
    return again != nullptr ? std::strtoull(again, nullptr, 10) : std::random_device()();
  }

  void new_city() {
    city_.reset();
    bytes_ = city::build_city(random_city(dice_, 9, 9)).value();
    city_.emplace(city::City::open(bytes_).value());
    forces_.clear();
    for (std::uint32_t i = 0; i < 12; ++i) {
      const auto kind = dice_.chance(80) ? road::TravelKind::kCar : road::TravelKind::kFoot;
      forces_.push_back(
          {UnitIndex(i), kind, random_road_point(dice_, city_->roads(), kind), dice_.chance(50) ? 0 : 5'000});
    }
    rule_ = {};
    rule_.target.speed_pct = 50 + dice_.roll(60);
    rule_.target.against_one_way = dice_.chance(30);
    rule_.margin = {dice_.chance(50) ? 0 : 5'000};
    rule_.rings = {{10'000 + dice_.roll(10'000)}, {30'000 + dice_.roll(20'000)}, {60'000 + dice_.roll(40'000)}};
    rule_.most_units = 1 + dice_.roll(10);
    seen_ = random_road_point(dice_, city_->roads(), road::TravelKind::kCar);
    age_ = {dice_.chance(50) ? 0 : dice_.roll(8'000)};
  }
  const road::Network& roads() const { return city_->roads(); }

  std::uint64_t seed_;
  Dice dice_;
  std::vector<std::byte> bytes_;
  std::optional<city::City> city_;
  static constexpr std::int64_t kEverywhereMm = 100'000'000;
  geo::PlanePoint at_junction(std::uint64_t junction) const {
    return roads().projection.project(roads().junctions[junction]);
  }

  std::vector<Force> forces_;
  PlanRule rule_;
  road::RoadPoint seen_;
  DurationMs age_;
};

TEST_F(PursuitTwin, TheTargetAndTheUnitsAreWhereAPlainSearchHasThem) {
  std::size_t inside = 0;
  for (int round = 0; round < 40; ++round) {
    new_city();
    TargetReach target(roads());
    const std::int64_t within = rule_.rings.back().count;
    target.from(seen_, rule_.target, within, SIZE_MAX);
    const PlainTarget plain(roads(), seen_, rule_.target);
    for (std::uint32_t j = 0; j < roads().junctions.size(); ++j) {
      ASSERT_EQ(target.at(j), plain.ms[j] <= within ? plain.ms[j] : kNever) << "seed " << seed_ << ", round " << round;
    }
    const road::LiveRoads live(roads());
    SoonestArrivals arrivals(live);
    PlainTimes times(roads(), forces_);
    const Area area = {at_junction(dice_.roll(roads().junctions.size())),
                       static_cast<std::int64_t>(dice_.roll(5'000'000))};
    arrivals.from(times.starts(), within, area);
    for (std::uint32_t e = 0; e < roads().edges.size(); ++e) {
      const auto outside = [&](std::uint32_t junction) {
        return geo::squared_distance(at_junction(junction), area.centre) > area.radius_mm * area.radius_mm;
      };
      if (outside(roads().edges[e].from) || outside(roads().edges[e].to)) continue;
      ++inside;
      const std::int64_t expected = times.middle_ms(e);
      ASSERT_EQ(arrivals.at_middle(e), expected <= within ? expected : kNever) << "seed " << seed_ << ", edge " << e;
    }
  }
  EXPECT_GT(inside, 100U);
}

TEST_F(PursuitTwin, ACordonIsAsCheapAsAPlainFlowSaysAndNothingLeavesIt) {
  int found = 0;
  for (int round = 0; round < 150; ++round) {
    new_city();
    const std::int64_t ring = rule_.rings[dice_.roll(3)].count;
    TargetReach target(roads());
    target.from(seen_, rule_.target, rule_.rings.back().count, SIZE_MAX);
    PlainTimes times(roads(), forces_);
    const road::LiveRoads live(roads());
    SoonestArrivals arrivals(live);
    arrivals.from(times.starts(), rule_.rings.back().count, {at_junction(0), kEverywhereMm});
    CordonFinder finder;
    const auto closings = finder.find(target, arrivals, {ring, age_.count, rule_.margin.count, {}});
    if (!closings) continue;
    ++found;
    const PlainTarget plain(roads(), seen_, rule_.target);
    PlainCordon cordon;
    const auto beyond = static_cast<std::uint32_t>(roads().junctions.size());
    const std::uint32_t source = beyond + 1;
    std::int64_t cost = 0;
    std::set<std::uint32_t> closed;
    for (const Closing& closing : *closings) {
      cost += closing.in_time ? 1 : kOpen;
      closed.insert(closing.edge);
    }
    std::vector<std::uint32_t> reached;
    std::set<std::uint32_t> known;
    const auto reach = [&](std::uint32_t junction) {
      if (known.insert(junction).second) reached.push_back(junction);
    };
    for (std::uint32_t e = 0; e < roads().edges.size(); ++e) {
      for (const bool against : {false, true}) {
        const std::uint32_t from = against ? roads().edges[e].to : roads().edges[e].from;
        const std::uint32_t to = against ? roads().edges[e].from : roads().edges[e].to;
        const std::int64_t along = plain.along(e, against);
        if (along == kNever) continue;
        const std::uint32_t to_node = plain.ms[to] <= ring ? to : beyond;
        if (EdgeIndex(e) == seen_.edge) {
          cordon.add(source, to_node, kNever);
          reach(to);
        } else if (plain.ms[from] <= ring && from != to) {
          const std::int64_t unit_ms = times.middle_ms(e);
          const bool in_time = unit_ms + rule_.margin.count + age_.count <= plain.ms[from] + along / 2 &&
                               unit_ms <= rule_.rings.back().count;
          cordon.add(from, to_node, in_time ? 1 : kOpen);
        }
      }
    }
    ASSERT_EQ(cost, cordon.solve(source, beyond)) << "seed " << seed_ << ", round " << round;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      ASSERT_LE(plain.ms[reached[i]], ring) << "seed " << seed_ << ", round " << round << ": a way out is open";
      for (std::uint32_t e = 0; e < roads().edges.size(); ++e) {
        if (closed.contains(e)) continue;
        const road::Edge& edge = roads().edges[e];
        if (edge.from == reached[i] && plain.along(e, false) != kNever) reach(edge.to);
        if (edge.to == reached[i] && plain.along(e, true) != kNever) reach(edge.from);
      }
    }
  }
  EXPECT_GT(found, 0);
}

TEST_F(PursuitTwin, EachUnitOfAPlanIsThereInTimeAndHasOnePoint) {
  int whole = 0;
  int interceptions = 0;
  for (int round = 0; round < 300; ++round) {
    new_city();
    std::vector<std::optional<road::RoadPoint>> chokes;
    for (int i = 0; i < 6; ++i) chokes.push_back(random_road_point(dice_, roads(), road::TravelKind::kCar));
    const road::LiveRoads live(roads());
    Planner planner(roads(), live);
    PlainTimes times(roads(), forces_);
    planner.look(seen_, age_, rule_);
    const Plan plan = planner.plan(times, {}, 0, chokes);
    const PlainTarget target(roads(), seen_, rule_.target);
    std::set<UnitIndex> used;
    std::size_t open = 0;
    for (const PlannedPoint& point : plan.points) {
      ASSERT_EQ(point.target_ms == kNever, false);
      if (!point.unit) {
        ASSERT_TRUE(point.cordon);
        ++open;
        continue;
      }
      ASSERT_TRUE(used.insert(*point.unit).second) << "seed " << seed_ << ": a unit has two points";
      const Force& force = forces_[point.unit->value()];
      const auto travel = times.travel_ms(force, point.place);
      ASSERT_TRUE(travel.has_value());
      ASSERT_EQ(*travel + force.turnout_ms, point.eta.count);
      const std::uint32_t e = point.on_road.edge.value();
      const road::Edge& edge = roads().edges[e];
      const std::int64_t by_from = target.along(e, false) == kNever ? kNever : target.ms[edge.from];
      const std::int64_t by_to = target.along(e, true) == kNever ? kNever : target.ms[edge.to];
      if (point.on_road.edge != seen_.edge) {
        ASSERT_GE(point.target_ms, std::min(by_from, by_to));
      }
      ASSERT_LE(point.eta.count + rule_.margin.count + age_.count, point.target_ms) << "seed " << seed_;
      interceptions += point.cordon ? 0 : 1;
    }
    ASSERT_LE(used.size(), rule_.most_units);
    if (!plan.ring) continue;
    ASSERT_EQ(plan.open_ways, open) << "seed " << seed_;
    whole += plan.open_ways == 0 ? 1 : 0;
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(interceptions, 0);
}

TEST_F(PursuitTwin, ALimitOfJunctionsIsSaidAndLeavesNothingInsideOut) {
  for (int round = 0; round < 40; ++round) {
    new_city();
    TargetReach all(roads());
    TargetReach some(roads());
    all.from(seen_, rule_.target, rule_.rings.back().count, SIZE_MAX);
    const std::size_t most = 1 + dice_.roll(30);
    some.from(seen_, rule_.target, rule_.rings.back().count, most);
    ASSERT_EQ(some.bounded(), all.reached().size() > most);
    ASSERT_LE(some.reached().size(), most);
    for (const std::uint32_t junction : all.reached()) {
      const std::int64_t ms = all.at(junction);
      ASSERT_EQ(some.at(junction), ms <= some.complete_ms() ? ms : kNever) << "seed " << seed_;
    }
  }
}

}  // namespace
}  // namespace dispatch135::pursuit
