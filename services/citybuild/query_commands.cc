// The subcommands that look into a city file.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/city/city.h"
#include "engine/road/nearest.h"
#include "engine/road/route.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/geojson.h"
#include "services/citybuild/open_city.h"
#include "services/citybuild/summary.h"

namespace dispatch135::citybuild {
namespace {

Result<geo::Point> parse_place(const std::string& text) {
  const std::size_t comma = text.find(',');
  double latitude = 0;
  double longitude = 0;
  const char* const end = text.data() + text.size();
  if (comma != std::string::npos) {
    const auto first = std::from_chars(text.data(), text.data() + comma, latitude);
    const auto second = std::from_chars(text.data() + comma + 1, end, longitude);
    if (first.ec == std::errc() && first.ptr == text.data() + comma && second.ec == std::errc() && second.ptr == end &&
        std::abs(latitude) <= 90 && std::abs(longitude) <= 180) {
      return geo::Point{static_cast<std::int32_t>(std::llround(latitude * 1e7)),
                        static_cast<std::int32_t>(std::llround(longitude * 1e7))};
    }
  }
  return Error{"'" + text + "' is no place; expected LATITUDE,LONGITUDE in WGS-84 degrees, e.g. 31.57,120.30"};
}

// Everybody, wheels rolling at once.
class AllUnits final : public road::UnitFilter {
 public:
  bool accepts(UnitIndex, DurationMs& turnout) const override {
    turnout = {0};
    return true;
  }
};

// Each unit at its post. Units whose post has no road for them stay out.
road::UnitsOnRoad units_at_posts(const city::City& city, road::LiveRoads& roads) {
  road::UnitsOnRoad units(roads, city.unit_count());
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    const road::TravelKind kind = city::to_road(unit.travel_kind);
    if (const auto at = city.roads().snap(city.post(unit.post).position, kind, limits::kSnapLimitMm)) {
      units.place(UnitIndex(i), kind, *at);
    }
  }
  return units;
}

const char* travel_word(v1::TravelKind kind) {
  constexpr road::PerKind<const char*> kWords = {"car", "motorcycle", "foot", "car_with_siren", "bicycle"};
  return kWords[static_cast<std::size_t>(city::to_road(kind))];
}

double seconds(DurationMs time) { return static_cast<double>(time.count) / 1000.0; }

void print_found_table(const city::City& city, std::span<const road::Found> found) {
  std::cout << "rank  seconds  travels by  call sign    unit          post\n";
  int rank = 0;
  for (const auto& unit : found) {
    const city::UnitInfo info = city.unit(unit.unit);
    std::cout << std::right << std::setw(4) << ++rank << std::fixed << std::setprecision(1) << std::setw(9)
              << seconds(unit.eta()) << "  " << std::left << std::setw(12) << travel_word(info.travel_kind)
              << std::setw(13) << info.call_sign << std::setw(14) << info.id.value() << city.post(info.post).name
              << '\n';
  }
}

void print_found_geojson(const city::City& city, geo::Point place, std::span<const road::Found> found) {
  Json features = Json::array({feature(point_geometry(place), {{"role", "incident"}})});
  for (const auto& unit : found) {
    const city::UnitInfo info = city.unit(unit.unit);
    features.push_back(
        feature(point_geometry(city.post(info.post).position), {{"role", "unit"},
                                                                {"call_sign", info.call_sign},
                                                                {"travel_kind", travel_word(info.travel_kind)},
                                                                {"seconds", seconds(unit.eta())}}));
  }
  print_collection(std::move(features));
}

Result<road::TravelKind> parse_kind(const std::string& text) {
  if (text == "car") {
    return road::TravelKind::kCar;
  }
  if (text == "motorcycle") {
    return road::TravelKind::kMotorcycle;
  }
  if (text == "foot") {
    return road::TravelKind::kFoot;
  }
  if (text == "car_with_siren") {
    return road::TravelKind::kCarWithSiren;
  }
  if (text == "bicycle") {
    return road::TravelKind::kBicycle;
  }
  return Error{"unknown kind of travel '" + text + "'; known are car, motorcycle, foot, car_with_siren, bicycle"};
}

Result<road::RoadPoint> snap(const city::City& city, const std::string& place, road::TravelKind kind) {
  const auto point = parse_place(place);
  if (!point) {
    return point.error();
  }
  const auto at = city.roads().snap(point.value(), kind, limits::kSnapLimitMm);
  if (!at) {
    return Error{place + ": no road for this kind of travel within " + std::to_string(limits::kSnapLimitMm / 1000) +
                 " m"};
  }
  return *at;
}

// Metres by street name, in order; neighbours of the same name are one line.
void print_route_table(const city::City& city, const road::Route& route) {
  struct Stretch {
    std::string_view name;
    std::int64_t length_mm = 0;
    std::int64_t ms = 0;
  };
  std::vector<Stretch> stretches;
  std::int64_t length_mm = 0;
  for (const auto& leg : route.legs) {
    const std::string_view name = city.street_name(leg.edge);
    if (stretches.empty() || stretches.back().name != name) {
      stretches.push_back({name});
    }
    const std::int64_t part = std::abs(std::int64_t{leg.to_mm} - std::int64_t{leg.from_mm});
    stretches.back().length_mm += part;
    stretches.back().ms += leg.time.count;
    length_mm += part;
  }
  std::cout << "  metres  seconds  street\n" << std::fixed << std::setprecision(1) << std::right;
  for (const auto& stretch : stretches) {
    std::cout << std::setw(8) << stretch.length_mm / 1000 << std::setw(9) << seconds({stretch.ms}) << "  "
              << (stretch.name.empty() ? "(no name)" : stretch.name) << '\n';
  }
  std::cout << std::setw(8) << length_mm / 1000 << std::setw(9) << seconds(route.time) << "  in all\n";
}

// The line of a leg: its ends and the points of the edge's line between them.
void append_leg(const road::Network& roads, const road::RouteLeg& leg, Json& line) {
  line.push_back(coordinates(roads.locate({leg.edge, leg.from_mm, 0})));
  const road::Edge& edge = roads.edges[leg.edge.value()];
  if (std::min(leg.from_mm, leg.to_mm) == 0 && std::max(leg.from_mm, leg.to_mm) == edge.length_mm) {
    std::vector<geo::Point> between(roads.shape_points.begin() + edge.first_shape + 1,
                                    roads.shape_points.begin() + edge.first_shape + edge.shape_count - 1);
    if (leg.from_mm > leg.to_mm) {
      std::reverse(between.begin(), between.end());
    }
    for (const geo::Point point : between) {
      line.push_back(coordinates(point));
    }
  }
  line.push_back(coordinates(roads.locate({leg.edge, leg.to_mm, 0})));
}

}  // namespace

std::optional<Error> run_check(const CheckOptions& options) {
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  if (auto problem = open.value().city.check_link_times()) {
    return problem;
  }
  print_summary(open.value().city, std::cout);
  return std::nullopt;
}

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
  road::LiveRoads roads(city.roads());
  road::UnitsOnRoad units = units_at_posts(city, roads);
  road::NearestSearch search(roads);
  const auto found = search.k_soonest(place.value(), limits::kSnapLimitMm, units, AllUnits(), options.count);
  if (options.geojson) {
    print_found_geojson(city, place.value(), found);
    return std::nullopt;
  }
  if (found.empty()) {
    return Error{options.place + ": no unit can get there: no road within " +
                 std::to_string(limits::kSnapLimitMm / 1000) + " m of the place"};
  }
  print_found_table(city, found);
  return std::nullopt;
}

std::optional<Error> run_route(const RouteOptions& options) {
  const auto kind = parse_kind(options.kind);
  if (!kind) {
    return kind.error();
  }
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  const city::City& city = open.value().city;
  const auto from = snap(city, options.from, kind.value());
  const auto to = snap(city, options.to, kind.value());
  if (!from || !to) {
    return from ? to.error() : from.error();
  }
  road::LiveRoads roads(city.roads());
  const auto route = road::RouteFinder(roads).find(from.value(), to.value(), kind.value());
  if (!route) {
    return Error{"there is no way from " + options.from + " to " + options.to + " by " + options.kind};
  }
  if (!options.geojson) {
    print_route_table(city, *route);
    return std::nullopt;
  }
  Json line = Json::array();
  for (const auto& leg : route->legs) {
    append_leg(city.roads(), leg, line);
  }
  print_collection(Json::array({feature({{"type", "LineString"}, {"coordinates", std::move(line)}},
                                        {{"kind", options.kind}, {"seconds", seconds(route->time)}})}));
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
