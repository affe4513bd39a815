// What cover costs: the loss when a unit leaves, a unit that moves to another zone, what a zone covers for the first
// time, and everything anew when streets change. Every sum is first compared with one made from scratch.
#include "engine/coverage/coverage.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "engine/city/city.h"
#include "engine/road/live_roads.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"

namespace dispatch135::benchmarks {
namespace {

using coverage::Coverage;
using coverage::Standing;
using coverage::UnitCover;
using coverage::ZoneIndex;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint32_t kUnits = 1'178;

double microseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
}

policy::CoverageRule rule() {
  policy::CoverageRule rule;
  rule.zone_mm = 500'000;
  rule.busy_permille = 300;
  rule.place_weight.fill(10);
  rule.place_ring.fill(1);
  rule.street_weight = 1;
  rule.call_weight = 20;
  rule.parts_of_day = 6;
  rule.keep_permille = 950;
  rule.utc_offset_min = 480;
  return rule;
}

class CoverageBench {
 public:
  CoverageBench(std::string name, const city::City& city, std::string json)
      : name_(std::move(name)), json_(std::move(json)), city_(city), roads_(city.roads()), random_(1) {}

  void run() {
    const auto start = SteadyClock::now();
    Coverage cover(rule(), city_, roads_, TimeMs{1'700'000'000'000});
    print("ready", "ms", {microseconds_since(start) / 1000}, "", 0);
    std::printf("%zu zones\n", cover.zones().size());
    UnitCover& free = cover.free_units();
    std::vector<Standing> standing;
    std::vector<double> first;
    std::size_t covered = 0;
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
      standing.push_back(somewhere(cover));
      const auto begin = SteadyClock::now();
      free.put(UnitIndex(unit), standing.back());
      const double us = microseconds_since(begin);
      if (unit > 0) first.push_back(us);  // The very first one sets the kind of travel up.
    }
    print("a unit in a zone that may be new", "us", first, "<= 1000", 1'000);
    for (std::uint32_t zone = 0; zone < cover.zones().size(); ++zone) {
      covered += free.units_covering(ZoneIndex(zone), 2);
    }
    std::printf("a unit covers %zu zones\n", covered / kUnits);

    std::vector<double> loss;
    for (std::uint32_t round = 0; round < 20; ++round) {
      for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
        const auto begin = SteadyClock::now();
        const std::int64_t lost = free.loss(UnitIndex(unit));
        loss.push_back(microseconds_since(begin));
        if (round > 0 || unit % 50 != 0) continue;
        const std::int64_t before = free.worth();
        free.take(UnitIndex(unit));
        D135_CHECK(before - free.worth() == lost, "what is lost is what is less");
        free.put(UnitIndex(unit), standing[unit]);
      }
    }
    print("loss when a unit leaves", "us", loss, "<= 1", 1);
    std::vector<double> move;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      const std::uint32_t unit = static_cast<std::uint32_t>(random_()) % kUnits;
      const Standing& to = standing[random_() % kUnits];
      const auto begin = SteadyClock::now();
      free.put(UnitIndex(unit), to);
      move.push_back(microseconds_since(begin));
    }
    print("a unit moves to another zone", "us", move, "<= 20", 20);
    std::vector<double> gain;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      const std::uint32_t unit = static_cast<std::uint32_t>(random_()) % kUnits;
      const Standing& to = standing[random_() % kUnits];
      const auto begin = SteadyClock::now();
      free.gain_of_move(UnitIndex(unit), to);
      gain.push_back(microseconds_since(begin));
    }
    print("what a move would win", "us", gain, "<= 20", 20);
    std::vector<double> street;
    std::vector<double> whole;
    const std::int64_t before = free.worth();
    road::StreetEffect slow = {1, {}, road::kEveryKind, 700};
    for (std::uint32_t arc = 0; arc < city_.roads().edges.size() * 2; ++arc) slow.arcs.push_back(arc);
    for (std::uint32_t i = 0; i < 43; ++i) {
      const auto edge = static_cast<std::uint32_t>(random_() % city_.roads().edges.size());
      const road::StreetEffect closed = {i + 2, {edge << 1, edge << 1 | 1U}, road::kEveryKind, 0};
      const std::vector<const road::StreetEffect*> effects = {i < 3 ? &slow : &closed};
      for (const std::span<const road::StreetEffect* const> now : {std::span(effects), {}}) {
        roads_.set(now);
        const auto begin = SteadyClock::now();
        cover.roads_changed();
        (i < 3 ? whole : street).push_back(microseconds_since(begin) / 1000);
      }
      D135_CHECK(free.worth() == before, "the same roads, the same cover");
    }
    print("after a street was closed or opened", "ms", street, "<= 100", 100);
    print("after the whole city was slowed down", "ms", whole, "", 0);
  }

 private:
  Standing somewhere(const Coverage& cover) {
    const std::uint32_t post = static_cast<std::uint32_t>(random_() % city_.post_count());
    const auto place = city_.roads().snap(city_.post(PostIndex(post)).position, road::TravelKind::kCar, 1'000'000);
    D135_CHECK(place.has_value(), "posts stand near a street");
    return {cover.zones().of(*place), random_() % 4 == 0 ? road::TravelKind::kMotorcycle : road::TravelKind::kCar,
            DurationMs{static_cast<std::int64_t>(random_() % 3) * 10'000}};
  }

  void print(const std::string& what, const char* unit, std::vector<double> samples, const std::string& aim,
             double at_most) {
    Figure figure;
    figure.name = "coverage/" + name_ + ", " + what;
    figure.unit = unit;
    figure.value = percentile(samples, 0.5);
    figure.p99 = percentile(samples, 0.99);
    figure.aim = aim;
    if (!aim.empty()) figure.met = figure.value <= at_most;
    report(figure, json_);
  }

  const std::string name_;
  const std::string json_;
  const city::City& city_;
  road::LiveRoads roads_;
  std::mt19937_64 random_;
};

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135;
  CLI::App app("Measures what is reckoned of cover, with 1,178 units in a made-up city of Wuxi's shape.");
  std::string json;
  std::vector<std::uint32_t> sizes = {60'000, 250'000};
  app.add_option("--json-lines", json, "Add the figures to this file, one JSON object a line");
  app.add_option("--junctions", sizes, "Sizes of made-up cities")->check(CLI::Range(500, 1'000'000));
  CLI11_PARSE(app, argc, argv);
  for (const std::uint32_t size : sizes) {
    Result<citybuild::Recipe> recipe = citybuild::preset_recipe("wuxi");
    D135_CHECK(recipe.ok(), "the presets are complete");
    recipe.value().junctions = size;
    city::CityDraft draft = citybuild::generate_city(recipe.value(), 1, 1).draft;
    while (draft.units.size() < benchmarks::kUnits) {
      city::DraftUnit more = draft.units[draft.units.size() % draft.posts.size()];
      more.id = UnitId(draft.units.back().id.value() + 1);
      draft.units.push_back(more);
    }
    const Result<std::vector<std::byte>> built = city::build_city(draft);
    D135_CHECK(built.ok(), "the generator makes good drafts");
    const Result<city::City> city = city::City::open(built.value());
    D135_CHECK(city.ok(), "what was built can be opened");
    benchmarks::CoverageBench("made up " + std::to_string(size / 1000) + "k", city.value(), json).run();
  }
  return 0;
}
