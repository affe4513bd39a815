// What questions about the roads cost: the five soonest of many units, a unit's new position, a route, new travel
// times. Every answer is first compared with Dijkstra's algorithm. Beside the search for the soonest stands that
// algorithm, searching backwards from the incident and stopped at the fifth unit, in the same run.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "engine/road/customize.h"
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
constexpr std::size_t kWanted = 5;
constexpr std::size_t kCar = 0;

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

// The floor: backwards from the incident over the streets, until five units are certain.
class StoppedDijkstra {
 public:
  explicit StoppedDijkstra(const road::Network& roads)
      : roads_(roads), ways_in_(roads.junctions.size()), on_edge_(roads.edges.size()), ms_(roads.junctions.size()) {
    for (std::uint32_t i = 0; i < roads.edges.size(); ++i) {
      const road::Edge& edge = roads.edges[i];
      if (edge.forward_ms[kCar] != road::kNoEntry) ways_in_[edge.to].push_back({edge.from, i, true});
      if (edge.backward_ms[kCar] != road::kNoEntry) ways_in_[edge.from].push_back({edge.to, i, false});
    }
  }
  void put(std::uint32_t unit, const road::RoadPoint& point) {
    on_edge_[point.edge.value()].push_back({unit, point.offset_mm});
    units_ = std::max<std::size_t>(units_, unit + 1);
  }
  // The time of the last of the five; units that are reached twice count once.
  std::uint64_t fifth_ms(const road::RoadPoint& place) {
    ++search_;
    best_.assign(units_, kNever);
    found_.clear();
    const road::Edge& last = roads_.edges[place.edge.value()];
    if (last.forward_ms[kCar] != road::kNoEntry) {
      reach(last.from, road::Network::part_ms(last.forward_ms[kCar], place.offset_mm, last.length_mm));
      meet(place.edge.value(), true, 0, place.offset_mm);
    }
    if (last.backward_ms[kCar] != road::kNoEntry) {
      reach(last.to, road::Network::part_ms(last.backward_ms[kCar], last.length_mm - place.offset_mm, last.length_mm));
      meet(place.edge.value(), false, 0, place.offset_mm);
    }
    while (!frontier_.empty()) {
      const auto [ms, junction] = frontier_.top();
      if (found_.size() >= kWanted && fifth() <= ms) break;
      frontier_.pop();
      if (ms != ms_[junction].ms) continue;
      for (const WayIn& way : ways_in_[junction]) {
        const road::Edge& edge = roads_.edges[way.edge];
        reach(way.from, ms + (way.forward ? edge.forward_ms[kCar] : edge.backward_ms[kCar]));
        if (!on_edge_[way.edge].empty()) meet(way.edge, way.forward, ms, way.forward ? edge.length_mm : 0);
      }
    }
    frontier_ = {};
    return fifth();
  }

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};
  struct WayIn {
    std::uint32_t from;
    std::uint32_t edge;
    bool forward;
  };
  struct OnEdge {
    std::uint32_t unit;
    std::uint32_t offset_mm;
  };
  struct Label {
    std::uint64_t ms = 0;
    std::uint32_t search = 0;
  };

  void reach(std::uint32_t junction, std::uint64_t ms) {
    Label& label = ms_[junction];
    if (label.search == search_ && label.ms <= ms) return;
    label = {ms, search_};
    frontier_.push({ms, junction});
  }
  // Units on an edge that drive on to `up_to_mm` and from there `rest_ms`.
  void meet(std::uint32_t index, bool forward, std::uint64_t rest_ms, std::uint32_t up_to_mm) {
    const road::Edge& edge = roads_.edges[index];
    for (const OnEdge& here : on_edge_[index]) {
      if (forward ? here.offset_mm > up_to_mm : here.offset_mm < up_to_mm) continue;
      const std::uint32_t part_mm = forward ? up_to_mm - here.offset_mm : here.offset_mm - up_to_mm;
      const std::uint64_t ms =
          rest_ms +
          road::Network::part_ms(forward ? edge.forward_ms[kCar] : edge.backward_ms[kCar], part_mm, edge.length_mm);
      std::uint64_t& best = best_[here.unit];
      if (ms >= best) continue;
      if (best != kNever) found_.erase(std::find(found_.begin(), found_.end(), best));
      best = ms;
      found_.insert(std::upper_bound(found_.begin(), found_.end(), ms), ms);
    }
  }
  std::uint64_t fifth() const { return found_.size() < kWanted ? kNever : found_[kWanted - 1]; }

  const road::Network roads_;
  std::vector<std::vector<WayIn>> ways_in_;
  std::vector<std::vector<OnEdge>> on_edge_;
  std::vector<Label> ms_;
  std::uint32_t search_ = 0;
  std::size_t units_ = 0;
  std::vector<std::uint64_t> best_;   // By unit.
  std::vector<std::uint64_t> found_;  // Times of the units met so far, in order.
  std::priority_queue<std::pair<std::uint64_t, std::uint32_t>, std::vector<std::pair<std::uint64_t, std::uint32_t>>,
                      std::greater<>>
      frontier_;
};

class CityBench {
 public:
  CityBench(std::string name, std::span<const std::byte> bytes, std::uint32_t questions, std::string json)
      : name_(std::move(name)), json_(std::move(json)), questions_(questions), random_(1) {
    Result<city::City> opened = city::City::open(bytes);
    D135_CHECK(opened.ok(), "not a city file of this version");
    roads_ = opened.value().roads();
    D135_CHECK(!opened.value().check_link_times(), "the links have the times of the edges");
  }

  void run() {
    std::printf("%s: %zu junctions, %zu edges, %zu links\n", name_.c_str(), roads_.junctions.size(),
                roads_.edges.size(), roads_.hierarchy.link_up_to.size());
    for (const std::uint32_t units : {16U, 77U, 336U, 1178U}) soonest(units);
    routes();
    snapping();
    reach();
    new_times();
  }

 private:
  road::RoadPoint somewhere() {
    while (true) {
      const auto edge = static_cast<std::uint32_t>(random_() % roads_.edges.size());
      if (!roads_.edges[edge].usable(TravelKind::kCar)) continue;
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
    road::UnitsOnRoad units(roads_, count);
    StoppedDijkstra floor(roads_);
    std::vector<road::RoadPoint> places;
    for (std::uint32_t unit = 0; unit < count; ++unit) {
      places.push_back(somewhere());
      units.place(UnitIndex(unit), TravelKind::kCar, places.back());
      floor.put(unit, places.back());
    }
    road::NearestSearch search(roads_);
    testing::PlainDijkstra dijkstra(roads_);
    const Everybody everybody;
    std::vector<geo::Point> incidents;
    for (std::uint32_t i = 0; i < questions_; ++i) incidents.push_back(roads_.locate(somewhere()));
    const auto ask = [&](geo::Point where) { return search.k_soonest(where, kLimitMm, units, everybody, kWanted); };
    for (const geo::Point where : incidents) {
      const auto found = ask(where);  // Also works the labels out, once and for all.
      const auto place = roads_.snap(where, TravelKind::kCar, kLimitMm);
      D135_CHECK(found.size() == kWanted && floor.fifth_ms(*place) == static_cast<std::uint64_t>(found[4].travel.count),
                 "the floor finds the same fifth unit's time");
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(incidents.size(), 10); ++i) {
      dijkstra.aim(*roads_.snap(incidents[i], TravelKind::kCar, kLimitMm), TravelKind::kCar);
      std::vector<std::uint64_t> all;
      for (const road::RoadPoint& from : places) all.push_back(dijkstra.travel_ms(from).value_or(~0ULL));
      std::sort(all.begin(), all.end());
      const auto found = ask(incidents[i]);
      for (std::size_t k = 0; k < kWanted; ++k) {
        D135_CHECK(static_cast<std::uint64_t>(found[k].travel.count) == all[k], "the same times as by Dijkstra");
      }
    }
    std::vector<double> ours;
    std::vector<double> stopped;
    for (const geo::Point where : incidents) {
      const auto place = roads_.snap(where, TravelKind::kCar, kLimitMm);
      auto start = SteadyClock::now();
      ask(where);
      ours.push_back(microseconds_since(start));
      start = SteadyClock::now();
      floor.fifth_ms(*place);
      stopped.push_back(microseconds_since(start));
    }
    print("5 soonest of " + std::to_string(count), "us", ours, stopped, "<= 10 with snapping", 10);
    std::vector<double> moves;
    for (std::uint32_t i = 0; i < questions_; ++i) {
      const UnitIndex unit(static_cast<std::uint32_t>(random_() % count));
      const geo::Point where = roads_.locate(somewhere());
      const auto start = SteadyClock::now();
      units.place(unit, TravelKind::kCar, *roads_.snap(where, TravelKind::kCar, kLimitMm));
      moves.push_back(microseconds_since(start));
    }
    print("a new position, 1 of " + std::to_string(count), "us", moves, {}, "<= 10", 10);
  }

  void routes() {
    road::RouteFinder finder(roads_);
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

  void new_times() {
    std::vector<double> samples;
    for (int round = 0; round < 3; ++round) {
      const auto start = SteadyClock::now();
      const auto ms = road::customize(roads_, TravelKind::kCar);
      samples.push_back(microseconds_since(start) / 1000);
      D135_CHECK(std::equal(ms.begin(), ms.end(), roads_.hierarchy.ms[kCar].begin()), "the times of the file");
    }
    print("new times of all streets", "ms", samples, {}, "<= 20", 20);
  }

  const std::string name_;
  const std::string json_;
  const std::uint32_t questions_;
  std::mt19937_64 random_;
  road::Network roads_;
};

std::vector<std::byte> synthetic(std::uint32_t junctions) {
  Result<citybuild::Recipe> recipe = citybuild::preset_recipe("wuxi");
  D135_CHECK(recipe.ok(), "the presets are complete");
  recipe.value().junctions = junctions;
  Result<std::vector<std::byte>> built = city::build_city(citybuild::generate_city(recipe.value(), 1, 1).draft);
  D135_CHECK(built.ok(), "the generator makes good drafts");
  return std::move(built.value());
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135;
  CLI::App app("Measures what questions about the roads cost, beside Dijkstra's algorithm stopped at the fifth unit.");
  std::string json;
  std::uint32_t questions = 1'000;
  std::vector<std::string> files;
  std::vector<std::uint32_t> sizes = {60'000};
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
    benchmarks::CityBench(slash == file.npos ? file : file.substr(slash + 1), mapped.value().bytes(), questions, json)
        .run();
  }
  for (const std::uint32_t size : sizes) {
    const auto bytes = benchmarks::synthetic(size);
    benchmarks::CityBench("made up " + std::to_string(size / 1000) + "k", bytes, questions, json).run();
  }
  return 0;
}
