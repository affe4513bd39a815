// What questions about the roads cost: the five soonest of many units, a unit's new position, a route, closures and new
// travel times. Every answer is first compared with Dijkstra's algorithm. Beside the search for the soonest stand, in
// the same run, that algorithm backwards from the incident, stopped at the fifth unit and not stopped, and asking for
// each unit's time one by one.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "benchmarks/stopped_dijkstra.h"
#include "engine/base/check.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "engine/road/live_roads.h"
#include "engine/road/nearest.h"
#include "engine/road/reach.h"
#include "engine/road/route.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"
#include "services/common/mapped_file.h"
#include "tests/engine/plain_dijkstra.h"

namespace dispatch135::benchmarks {
namespace {

using road::TravelKind;
using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t kLimitMm = 1'000'000;
constexpr std::size_t kWanted = StoppedDijkstra::kWanted;

double microseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
}

class Everybody : public road::UnitFilter {
 public:
  bool accepts(UnitIndex, DurationMs& turnout) const override {
    turnout = {0};
    return true;
  }
};

class CityBench {
 public:
  CityBench(std::string name, const road::Network& roads, std::uint32_t questions, std::string json)
      : name_(std::move(name)),
        json_(std::move(json)),
        questions_(questions),
        random_(1),
        roads_(roads),
        live_(roads) {}

  void run() {
    std::printf("%s: %zu junctions, %zu approaches, %zu edges, %zu links\n", name_.c_str(), roads_.junctions.size(),
                roads_.approaches(), roads_.edges.size(), roads_.hierarchy.link_up_to.size());
    for (const std::uint32_t units : {16U, 77U, 336U, 1178U}) soonest(units);
    routes();
    snapping();
    reach();
    memory();
    changes();
  }

 private:
  road::RoadPoint somewhere() {
    while (true) {
      const auto edge = static_cast<std::uint32_t>(random_() % roads_.edges.size());
      if (!roads_.edge_ms[edge].usable(TravelKind::kCar)) continue;
      return {EdgeIndex(edge), static_cast<std::uint32_t>(random_() % (roads_.edges[edge].length_mm + 1ULL)), 0};
    }
  }

  void print(const std::string& what, const char* unit, std::vector<double> samples, std::vector<double> floor,
             const std::string& aim, double at_most) {
    Figure figure;
    figure.name = "roads/" + name_ + ", " + what;
    figure.unit = unit;
    figure.value = percentile(samples, 0.5);
    figure.p99 = percentile(samples, 0.99);
    if (!floor.empty()) {
      figure.floor = percentile(floor, 0.5);
      figure.ratio = figure.value / *figure.floor;
    }
    figure.aim = aim;
    if (!aim.empty()) figure.met = figure.value <= at_most;
    report(figure, json_);
  }

  void soonest(std::uint32_t count) {
    const std::string of = " of " + std::to_string(count);
    road::UnitsOnRoad units(live_, count);
    StoppedDijkstra floor(roads_);
    std::vector<road::RoadPoint> places;
    for (std::uint32_t unit = 0; unit < count; ++unit) {
      places.push_back(somewhere());
      units.place(UnitIndex(unit), TravelKind::kCar, places.back());
      floor.put(unit, places.back());
    }
    road::NearestSearch search(live_);
    const Everybody everybody;
    std::vector<geo::Point> incidents;
    for (std::uint32_t i = 0; i < questions_; ++i) incidents.push_back(roads_.locate(somewhere()));
    const auto ask = [&](geo::Point where) { return search.k_soonest(where, kLimitMm, units, everybody, kWanted); };
    std::vector<double> first;
    for (const geo::Point where : incidents) {
      const auto start = SteadyClock::now();
      const auto found = ask(where);  // Also works the labels out, once and for all.
      first.push_back(microseconds_since(start));
      const auto place = roads_.snap(where, TravelKind::kCar, kLimitMm);
      const std::uint64_t fifth =
          found.size() < kWanted ? StoppedDijkstra::kNever : static_cast<std::uint64_t>(found[4].travel.count);
      D135_CHECK(floor.fifth_ms(*place) == fifth, "the floor finds the same fifth unit's time");
    }
    check_by_dijkstra(incidents, places, ask);
    std::vector<double> ours;
    std::vector<double> stopped;
    for (const geo::Point where : incidents) {
      const auto start = SteadyClock::now();
      ask(where);
      ours.push_back(microseconds_since(start));
    }
    for (const geo::Point where : incidents) {
      const auto place = roads_.snap(where, TravelKind::kCar, kLimitMm);
      const auto start = SteadyClock::now();
      floor.fifth_ms(*place);
      stopped.push_back(microseconds_since(start));
    }
    print("5 soonest" + of, "us", ours, stopped, "<= 10 with snapping and turns", 10);
    print("the first question at a place, 5 soonest" + of, "us", first, {}, "", 0);
    twins(count, incidents, places, floor);
    moves(of, units, places, incidents, ask);
  }

  template <typename Ask>
  void check_by_dijkstra(const std::vector<geo::Point>& incidents, const std::vector<road::RoadPoint>& places,
                         Ask ask) const {
    testing::PlainDijkstra dijkstra(roads_);
    for (std::size_t i = 0; i < std::min<std::size_t>(incidents.size(), 10); ++i) {
      dijkstra.aim(*roads_.snap(incidents[i], TravelKind::kCar, kLimitMm), TravelKind::kCar);
      std::vector<std::uint64_t> all;
      for (const road::RoadPoint& from : places) all.push_back(dijkstra.travel_ms(from).value_or(~0ULL));
      std::sort(all.begin(), all.end());
      const auto found = ask(incidents[i]);
      for (std::size_t k = 0; k < found.size(); ++k) {
        D135_CHECK(static_cast<std::uint64_t>(found[k].travel.count) == all[k], "the same times as by Dijkstra");
      }
    }
  }

  // The same question without stopping, and one unit after the other.
  void twins(std::uint32_t count, const std::vector<geo::Point>& incidents, const std::vector<road::RoadPoint>& places,
             StoppedDijkstra& floor) {
    road::WaysTo ways(live_, TravelKind::kCar);
    std::vector<double> one_by_one;
    std::vector<double> to_all;
    for (std::size_t i = 0; i < std::min<std::size_t>(incidents.size(), 100); ++i) {
      const auto place = roads_.snap(incidents[i], TravelKind::kCar, kLimitMm);
      auto start = SteadyClock::now();
      ways.aim(*place);
      std::int64_t sum = 0;
      for (const road::RoadPoint& from : places) sum += ways.from(from);
      one_by_one.push_back(microseconds_since(start));
      D135_CHECK(sum >= 0, "times are not negative");
      if (i >= 20) continue;
      start = SteadyClock::now();
      floor.fifth_ms_of_all(*place);
      to_all.push_back(microseconds_since(start));
    }
    print("one by one, " + std::to_string(count), "us", one_by_one, {}, "", 0);
    print("one to all by Dijkstra, " + std::to_string(count), "us", to_all, {}, "", 0);
  }

  template <typename Ask>
  void moves(const std::string& of, road::UnitsOnRoad& units, std::vector<road::RoadPoint>& places,
             const std::vector<geo::Point>& incidents, Ask ask) {
    std::vector<double> anywhere;
    for (std::uint32_t i = 0; i < questions_; ++i) {
      const UnitIndex unit(static_cast<std::uint32_t>(random_() % places.size()));
      const geo::Point where = roads_.locate(somewhere());
      const auto start = SteadyClock::now();
      units.place(unit, TravelKind::kCar, *roads_.snap(where, TravelKind::kCar, kLimitMm));
      anywhere.push_back(microseconds_since(start));
    }
    print("a new position anywhere, 1" + of, "us", anywhere, {}, "<= 10", 10);
    for (std::uint32_t unit = 0; unit < places.size(); ++unit)
      units.place(UnitIndex(unit), TravelKind::kCar, places[unit]);
    std::vector<double> along;
    std::vector<double> asked;
    for (std::uint32_t second = 0; second < 30; ++second) {
      for (std::uint32_t unit = 0; unit < places.size(); ++unit) {
        road::RoadPoint& place = places[unit];
        place.offset_mm = std::min(roads_.edges[place.edge.value()].length_mm, place.offset_mm + 1'000);
        const geo::Point where = roads_.locate(place);
        const auto start = SteadyClock::now();
        units.place(UnitIndex(unit), TravelKind::kCar, *roads_.snap(where, TravelKind::kCar, kLimitMm));
        along.push_back(microseconds_since(start));
      }
      for (std::size_t i = 0; i < 10; ++i) {
        const geo::Point where = incidents[(second * 10 + i) % incidents.size()];
        const auto start = SteadyClock::now();
        ask(where);
        asked.push_back(microseconds_since(start));
      }
    }
    print("a new position on the same street, 1" + of, "us", along, {}, "<= 1", 1);
    print("5 soonest when all have moved," + of, "us", asked, {}, "<= 10 with snapping and turns", 10);
  }

  void routes() {
    road::RouteFinder finder(live_);
    testing::PlainDijkstra dijkstra(roads_);
    std::vector<double> samples;
    for (std::uint32_t i = 0; i < questions_; ++i) {
      const road::RoadPoint from = somewhere();
      const road::RoadPoint to = somewhere();
      const auto first = finder.find(from, to, TravelKind::kCar);
      if (i < 5) {
        dijkstra.aim(to, TravelKind::kCar);
        const auto ms = dijkstra.travel_ms(from);
        D135_CHECK(first.has_value() == ms.has_value(), "a way where there is one");
        D135_CHECK(!ms || first->time.count == static_cast<std::int64_t>(*ms), "as quick as by Dijkstra");
      }
      const auto start = SteadyClock::now();
      const auto route = finder.find(from, to, TravelKind::kCar);
      samples.push_back(microseconds_since(start));
      D135_CHECK(route.has_value() == first.has_value(), "the same route again");
    }
    print("route from anywhere to anywhere", "us", samples, {}, "<= 50", 50);
  }

  void snapping() {
    std::vector<double> samples;
    for (std::uint32_t i = 0; i < questions_; ++i) {
      const geo::Point where = roads_.locate(somewhere());
      const geo::Point beside = {where.latitude_e7 + 900, where.longitude_e7 - 700};
      const auto start = SteadyClock::now();
      const auto place = roads_.snap(beside, TravelKind::kCar, kLimitMm);
      samples.push_back(microseconds_since(start));
      D135_CHECK(place && place->distance_mm <= 20'000, "the street is not farther than where the place came from");
    }
    print("snap a place to its street", "us", samples, {}, "", 0);
  }

  void reach() {
    road::Reach reach(roads_, TravelKind::kCar);
    testing::PlainDijkstra dijkstra(roads_);
    std::vector<road::Start> posts;
    for (int i = 0; i < 376; ++i) posts.push_back({somewhere(), {30'000}});
    std::vector<double> samples;
    for (int round = 0; round < 20; ++round) {
      const auto start = SteadyClock::now();
      reach.from(posts);
      samples.push_back(microseconds_since(start) / 1000);
    }
    const road::RoadPoint place = somewhere();
    dijkstra.aim(place, TravelKind::kCar);
    std::uint64_t soonest = ~0ULL;
    for (const road::Start& post : posts) soonest = std::min(soonest, dijkstra.travel_ms(post.place).value_or(~0ULL));
    D135_CHECK(static_cast<std::uint64_t>(reach.at(place)) == soonest + 30'000, "as soon as by Dijkstra");
    print("reach of 376 posts, all junctions", "ms", samples, {}, "<= 20", 20);
  }

  // Closing and opening one street after the other, and slowing down the whole city.
  void changes() {
    std::vector<double> street;
    road::UnitsOnRoad units(live_, 336);
    for (std::uint32_t unit = 0; unit < 336; ++unit) units.place(UnitIndex(unit), TravelKind::kCar, somewhere());
    road::NearestSearch search(live_);
    const Everybody everybody;
    std::vector<double> after;
    std::uint64_t id = 0;
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t edge = somewhere().edge.value();
      const road::StreetEffect closure = {++id, {edge << 1, edge << 1 | 1U}, (1U << road::kTravelKinds) - 1, 0};
      const std::vector<const road::StreetEffect*> one = {&closure};
      for (const std::span<const road::StreetEffect* const> effects : {std::span(one), {}}) {
        auto start = SteadyClock::now();
        live_.set(effects);
        street.push_back(microseconds_since(start));
        const geo::Point where = roads_.locate(somewhere());
        start = SteadyClock::now();
        search.k_soonest(where, kLimitMm, units, everybody, kWanted);
        after.push_back(microseconds_since(start));
      }
    }
    print("close or open a street", "us", street, {}, "<= 1000", 1000);
    print("5 soonest of 336, the first after that", "us", after, {}, "", 0);
    road::StreetEffect slow = {++id, {}, (1U << road::kTravelKinds) - 1, 700};
    for (std::uint32_t arc = 0; arc < roads_.edges.size() * 2; ++arc) slow.arcs.push_back(arc);
    const std::vector<const road::StreetEffect*> all = {&slow};
    std::vector<double> whole;
    for (int round = 0; round < 5; ++round) {
      for (const std::span<const road::StreetEffect* const> effects : {std::span(all), {}}) {
        const auto start = SteadyClock::now();
        live_.set(effects);
        whole.push_back(microseconds_since(start) / 1000);
      }
    }
    print("slow down the whole city", "ms", whole, {}, "<= 20", 20);
    D135_CHECK(std::equal(roads_.hierarchy.ms.begin(), roads_.hierarchy.ms.end(), live_.network().hierarchy.ms.begin()),
               "after all is undone the times are those of the file");
  }

  void memory() {
    print("labels worked out", "MB", {static_cast<double>(live_.labels().bytes_known()) / 1e6}, {}, "", 0);
  }

  const std::string name_;
  const std::string json_;
  const std::uint32_t questions_;
  std::mt19937_64 random_;
  const road::Network roads_;
  road::LiveRoads live_;
};

std::vector<std::byte> synthetic(std::uint32_t junctions) {
  Result<citybuild::Recipe> recipe = citybuild::preset_recipe("wuxi");
  D135_CHECK(recipe.ok(), "the presets are complete");
  recipe.value().junctions = junctions;
  Result<std::vector<std::byte>> built = city::build_city(citybuild::generate_city(recipe.value(), 1, 1).draft);
  D135_CHECK(built.ok(), "the generator makes good drafts");
  return std::move(built.value());
}

void measure(const std::string& name, std::span<const std::byte> bytes, std::uint32_t questions,
             const std::string& json) {
  auto start = SteadyClock::now();
  const Result<city::City> opened = city::City::open(bytes);
  Figure ready;
  ready.name = "roads/" + name + ", a city file of " + std::to_string(bytes.size() / 1'000'000) + " MB is ready";
  ready.unit = "ms";
  ready.value = microseconds_since(start) / 1000;
  ready.aim = "<= 50";
  ready.met = ready.value <= 50;
  D135_CHECK(opened.ok(), "not a city file of this version");
  report(ready, json);
  D135_CHECK(!opened.value().check_link_times(), "the links have the times of the edges");
  CityBench(name, opened.value().roads(), questions, json).run();
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135;
  CLI::App app("Measures what questions about the roads cost, beside Dijkstra's algorithm stopped at the fifth unit.");
  std::string json;
  std::uint32_t questions = 1'000;
  std::vector<std::string> files;
  std::vector<std::uint32_t> sizes = {60'000, 250'000, 1'000'000};
  app.add_option("--json-lines", json, "Add the figures to this file, one JSON object a line");
  app.add_option("--questions", questions, "Incidents, routes and positions of each kind")
      ->check(CLI::Range(100, 100'000));
  app.add_option("--city", files, "City files to measure too")->check(CLI::ExistingFile);
  app.add_option("--junctions", sizes, "Sizes of made-up cities")->check(CLI::Range(500, 2'000'000));
  CLI11_PARSE(app, argc, argv);
  for (const std::string& file : files) {
    const auto mapped = common::MappedFile::open(file);
    if (!mapped) {
      std::fprintf(stderr, "%s\n", mapped.error().message.c_str());
      return 1;
    }
    const std::size_t slash = file.rfind('/');
    benchmarks::measure(slash == file.npos ? file : file.substr(slash + 1), mapped.value().bytes(), questions, json);
  }
  for (const std::uint32_t size : sizes) {
    const auto bytes = benchmarks::synthetic(size);
    benchmarks::measure("made up " + std::to_string(size / 1000) + "k", bytes, questions, json);
  }
  return 0;
}
