// The quickest way from place to place, street by street.
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <utility>
#include <vector>

#include "engine/road/leg_line.h"
#include "engine/road/route.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/geojson.h"
#include "services/citybuild/kind_words.h"
#include "services/citybuild/open_city.h"
#include "services/citybuild/road_places.h"
#include "services/citybuild/summary.h"

namespace dispatch135::citybuild {
namespace {

Result<road::RoadPoint> find_place(const city::City& city, const std::string& text, road::TravelKind kind) {
  const auto point = parse_place(text);
  if (!point) {
    return point.error();
  }
  const auto place = place_on_road(city, point.value(), 1U << static_cast<std::uint32_t>(kind));
  return place ? place : Error{text + ": " + place.error().message};
}

// The legs of a route along one street.
struct Stretch {
  EdgeIndex edge;  // Its first.
  std::int64_t length_mm = 0;
  DurationMs time = {};
  Json line = Json::array();  // Of coordinates.
};

std::vector<Stretch> stretches_of(const city::City& city, const road::Route& route) {
  std::vector<Stretch> stretches;
  for (const road::RouteLeg& leg : route.legs) {
    if (stretches.empty() || city.street_name(stretches.back().edge) != city.street_name(leg.edge)) {
      stretches.push_back({leg.edge});
      stretches.back().line.push_back(coordinates(city.roads().locate({leg.edge, leg.from_mm, 0})));
    }
    Stretch& stretch = stretches.back();
    stretch.length_mm += std::abs(std::int64_t{leg.to_mm} - std::int64_t{leg.from_mm});
    stretch.time = stretch.time + leg.time;
    road::each_point_of_leg(city.roads(), leg,
                            [&stretch](geo::Point point) { stretch.line.push_back(coordinates(point)); });
  }
  return stretches;
}

void print_table(const city::City& city, const std::vector<Stretch>& stretches, DurationMs time) {
  std::cout << "  metres  seconds  street\n" << std::fixed << std::setprecision(1) << std::right;
  std::int64_t length_mm = 0;
  for (const Stretch& stretch : stretches) {
    length_mm += stretch.length_mm;
    std::cout << std::setw(8) << stretch.length_mm / 1000 << std::setw(9) << seconds(stretch.time) << "  "
              << street_text(city, stretch.edge) << '\n';
  }
  std::cout << std::setw(8) << length_mm / 1000 << std::setw(9) << seconds(time) << "  in all\n";
}

void print_geojson(const city::City& city, std::vector<Stretch> stretches, road::TravelKind kind) {
  Json features = Json::array();
  for (Stretch& stretch : stretches) {
    features.push_back(feature({{"type", "LineString"}, {"coordinates", std::move(stretch.line)}},
                               {{"street", city.street_name(stretch.edge)},
                                {"travel_kind", kind_word(kind)},
                                {"metres", static_cast<double>(stretch.length_mm) / 1000.0},
                                {"seconds", seconds(stretch.time)}}));
  }
  print_collection(std::move(features));
}

}  // namespace

std::optional<Error> run_route(const RouteOptions& options) {
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  const city::City& city = open.value().city;
  const auto from = find_place(city, options.from, options.kind);
  const auto to = find_place(city, options.to, options.kind);
  if (!from || !to) {
    return from ? to.error() : from.error();
  }
  road::LiveRoads roads(city.roads());
  const auto route = road::RouteFinder(roads).find(from.value(), to.value(), options.kind);
  if (!route) {
    return Error{"there is no way from " + options.from + " to " + options.to + " by " +
                 std::string(kind_word(options.kind))};
  }
  std::vector<Stretch> stretches = stretches_of(city, *route);
  if (options.geojson) {
    print_geojson(city, std::move(stretches), options.kind);
  } else {
    print_table(city, stretches, route->time);
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
