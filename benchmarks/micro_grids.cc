// Whose micro-grid a place is on, among as many as a province has. The first answers are compared with asking every
// outline.
#include "engine/city/micro_grids.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "engine/base/check.h"

namespace dispatch135::benchmarks {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int32_t kStep = 5'000;  // About 50 m.
constexpr std::int32_t kCorners = 16;  // Of each side, so that borders are crooked.
constexpr geo::Point kFirst = {310'000'000, 1'190'000'000};

double microseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
}

// A side from one corner to the next, bent at random but the same for both neighbours.
void add_side(std::vector<geo::Point>& outline, geo::Point from, geo::Point to, bool along, std::uint64_t seed,
              bool backwards) {
  std::vector<geo::Point> side = {from};
  std::mt19937_64 random(seed);
  for (std::int32_t i = 1; i < kCorners; ++i) {
    const auto bend = static_cast<std::int32_t>(random() % (kStep / 4));
    geo::Point p = {from.latitude_e7 + (to.latitude_e7 - from.latitude_e7) / kCorners * i,
                    from.longitude_e7 + (to.longitude_e7 - from.longitude_e7) / kCorners * i};
    (along ? p.latitude_e7 : p.longitude_e7) += bend;
    side.push_back(p);
  }
  side.push_back(to);
  if (backwards) {
    outline.insert(outline.end(), side.rbegin(), side.rend() - 1);
  } else {
    outline.insert(outline.end(), side.begin(), side.end() - 1);
  }
}

void measure(std::uint32_t count, std::uint32_t questions, const std::string& json) {
  constexpr std::int32_t columns = 700;
  std::vector<std::vector<geo::Point>> outlines;
  std::vector<city::MicroGrid> grids;
  const auto at = [](std::int32_t row, std::int32_t column) {
    return geo::Point{kFirst.latitude_e7 + row * kStep, kFirst.longitude_e7 + column * kStep};
  };
  const auto seed = [&](std::int32_t row, std::int32_t column, bool along) {
    return (static_cast<std::uint64_t>(row) * static_cast<std::uint64_t>(columns + 1) +
            static_cast<std::uint64_t>(column)) *
               2 +
           (along ? 1 : 0);
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::int32_t>(i) / columns;
    const auto column = static_cast<std::int32_t>(i) % columns;
    std::vector<geo::Point>& outline = outlines.emplace_back();
    add_side(outline, at(row, column), at(row, column + 1), true, seed(row, column, true), false);
    add_side(outline, at(row, column + 1), at(row + 1, column + 1), false, seed(row, column + 1, false), false);
    add_side(outline, at(row + 1, column), at(row + 1, column + 1), true, seed(row + 1, column, true), true);
    add_side(outline, at(row, column), at(row + 1, column), false, seed(row, column, false), true);
    city::MicroGrid grid;
    grid.code = i + 1;
    grids.push_back(grid);
  }
  for (std::size_t i = 0; i < grids.size(); ++i) grids[i].outline = outlines[i];
  const auto built = city::build_micro_grids(grids);
  D135_CHECK(built.ok(), built.ok() ? "" : built.error().message.c_str());
  auto start = SteadyClock::now();
  const auto opened = city::MicroGrids::open(built.value());
  const double opening_ms = microseconds_since(start) / 1000;
  D135_CHECK(opened.ok(), "what was built can be opened");
  const std::string name =
      "micro-grids/" + std::to_string(count) + ", " + std::to_string(built.value().size() / 1'000'000) + " MB, ";

  std::mt19937_64 random(1);
  const std::int32_t rows = static_cast<std::int32_t>(count) / columns;
  std::vector<double> samples;
  for (std::uint32_t i = 0; i < questions; ++i) {
    const geo::Point place = {
        kFirst.latitude_e7 + static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(rows * kStep)),
        kFirst.longitude_e7 + static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(columns * kStep))};
    start = SteadyClock::now();
    const auto found = opened.value().find(place);
    samples.push_back(microseconds_since(start));
    if (i >= 20) continue;
    std::uint64_t lowest = 0;
    for (const city::MicroGrid& grid : grids) {
      if (geo::contains(grid.outline, place) && lowest == 0) lowest = grid.code;
    }
    D135_CHECK((found ? found->code : 0) == lowest, "the same as by asking each");
  }
  Figure figure;
  figure.name = name + "whose a place is";
  figure.unit = "us";
  figure.value = percentile(samples, 0.5);
  figure.p99 = percentile(samples, 0.99);
  figure.aim = "<= 5";
  figure.met = *figure.p99 <= 5;
  report(figure, json);
  Figure ready;
  ready.name = name + "opened and checked";
  ready.unit = "ms";
  ready.value = opening_ms;
  report(ready, json);
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135;
  CLI::App app("Measures how soon the micro-grid of a place is found.");
  std::string json;
  std::uint32_t count = 417'000;
  std::uint32_t questions = 100'000;
  app.add_option("--json-lines", json, "Add the figures to this file, one JSON object a line");
  app.add_option("--grids", count, "How many micro-grids")->check(CLI::Range(10'000, 4'000'000));
  app.add_option("--questions", questions, "Places asked for")->check(CLI::Range(100, 10'000'000));
  CLI11_PARSE(app, argc, argv);
  benchmarks::measure(count, questions, json);
  return 0;
}
