// Who would be at a place soonest: the city's units from their posts, or those of posts that a file tries out.
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/road/nearest.h"
#include "services/citybuild/city_inputs.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/geojson.h"
#include "services/citybuild/kind_words.h"
#include "services/citybuild/open_city.h"
#include "services/citybuild/road_places.h"
#include "services/citybuild/summary.h"

namespace dispatch135::citybuild {
namespace {

// A unit that waits at its post.
struct Waiting {
  std::string unit;
  std::string post;
  geo::Point position;
  road::TravelKind kind;
};

std::vector<Waiting> units_of(const city::City& city) {
  std::vector<Waiting> units;
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    const city::PostInfo post = city.post(unit.post);
    units.push_back({std::string(unit.call_sign) + " (" + std::to_string(unit.id.value()) + ")",
                     std::string(post.name) + " (" + std::to_string(post.id.value()) + ")", post.position,
                     city::to_road(unit.travel_kind)});
  }
  return units;
}

// What keeps a post of a file out.
std::optional<std::string> problem_of(const city::City& city, const city::DraftPost& post, road::TravelKind kind) {
  const std::uint32_t kinds = 1U << static_cast<std::uint32_t>(kind);
  if (!city.region_at(post.position)) {
    return "lies in no region; " + nearest_road_text(city, post.position, kinds);
  }
  const auto place = place_on_road(city, post.position, kinds);
  return place ? std::nullopt : std::optional(place.error().message);
}

// The units of the file's posts, one of `kind` where the file does not say. Posts that cannot be used are told.
Result<std::vector<Waiting>> units_of(const city::City& city, const std::string& file, road::TravelKind kind) {
  const auto posts = read_posts(file);
  if (!posts) {
    return posts.error();
  }
  std::vector<Waiting> units;
  for (const InputPost& input : posts.value()) {
    const road::TravelKind travel = input.units.travel_kind ? city::to_road(*input.units.travel_kind) : kind;
    const std::string post = input.post.name + " (" + std::to_string(input.post.id.value()) + ")";
    if (const auto problem = problem_of(city, input.post, travel)) {
      std::cerr << "citybuild: " << file << ": post " << post << " is passed over: " << *problem << '\n';
      continue;
    }
    for (std::uint32_t number = 1; number <= std::max(input.units.units, 1U); ++number) {
      units.push_back({"unit " + std::to_string(number), post, input.post.position, travel});
    }
  }
  if (units.empty()) {
    return Error{file + ": none of its " + std::to_string(posts.value().size()) + " posts can be used"};
  }
  return units;
}

// Everybody, wheels rolling at once.
class AllUnits final : public road::UnitFilter {
 public:
  bool accepts(UnitIndex, DurationMs& turnout) const override {
    turnout = {0};
    return true;
  }
};

void print_table(const std::vector<Waiting>& units, std::span<const road::Found> found) {
  std::cout << "rank  seconds  travels by      unit                            post\n"
            << std::fixed << std::setprecision(1);
  int rank = 0;
  for (const road::Found& each : found) {
    const Waiting& unit = units[each.unit.value()];
    std::cout << std::right << std::setw(4) << ++rank << std::setw(9) << seconds(each.travel) << "  " << std::left
              << std::setw(16) << kind_word(unit.kind) << std::setw(32) << unit.unit << unit.post << '\n';
  }
}

void print_geojson(geo::Point place, const std::vector<Waiting>& units, std::span<const road::Found> found) {
  Json features = Json::array({feature(point_geometry(place), {{"role", "incident"}})});
  for (const road::Found& each : found) {
    const Waiting& unit = units[each.unit.value()];
    features.push_back(feature(point_geometry(unit.position), {{"role", "unit"},
                                                               {"unit", unit.unit},
                                                               {"post", unit.post},
                                                               {"travel_kind", kind_word(unit.kind)},
                                                               {"seconds", seconds(each.travel)}}));
  }
  print_collection(std::move(features));
}

}  // namespace

std::optional<Error> run_nearest(const NearestOptions& options) {
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  const auto place = parse_place(options.place);
  if (!place) {
    return place.error();
  }
  const city::City& city = open.value().city;
  const auto waiting = options.posts.empty() ? Result(units_of(city)) : units_of(city, options.posts, options.kind);
  if (!waiting) {
    return waiting.error();
  }
  const std::vector<Waiting>& units = waiting.value();
  road::LiveRoads roads(city.roads());
  road::UnitsOnRoad on_road(roads, units.size());
  for (std::uint32_t i = 0; i < units.size(); ++i) {
    // The city's posts are on the road for their units; those of a file were looked at.
    const auto at = city.roads().snap(units[i].position, units[i].kind, limits::kSnapLimitMm);
    on_road.place(UnitIndex(i), units[i].kind, *at);
  }
  if (units.empty()) {
    return Error{options.file + ": the city has no units; give --posts FILE"};
  }
  if (const auto reached = place_on_road(city, place.value(), on_road.kinds()); !reached) {
    return Error{options.place + ": " + reached.error().message};
  }
  road::NearestSearch search(roads);
  const auto found = search.k_soonest(place.value(), limits::kSnapLimitMm, on_road, AllUnits(), options.count);
  if (found.empty()) {
    return Error{options.place + ": no unit has a way there"};
  }
  if (options.geojson) {
    print_geojson(place.value(), units, found);
  } else {
    print_table(units, found);
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
