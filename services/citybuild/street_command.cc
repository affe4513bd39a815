// The piece of street at a place, with the number and the directions that changes of streets name it by.
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>
#include <utility>

#include "services/citybuild/commands.h"
#include "services/citybuild/geojson.h"
#include "services/citybuild/kind_words.h"
#include "services/citybuild/open_city.h"
#include "services/citybuild/road_places.h"
#include "services/citybuild/summary.h"

namespace dispatch135::citybuild {
namespace {

std::string class_word(const road::Edge& edge) {
  return word(v1::RoadClass_Name(static_cast<v1::RoadClass>(edge.road_class)), sizeof("ROAD_CLASS_") - 1);
}

// A junction by its place and the other streets that meet there.
std::string junction_text(const city::City& city, std::uint32_t junction, EdgeIndex piece) {
  const road::Network& roads = city.roads();
  std::set<std::string_view> names;
  for (std::uint32_t i = 0; i < roads.edges.size(); ++i) {
    if (roads.edges[i].from == junction || roads.edges[i].to == junction) {
      names.insert(city.street_name(EdgeIndex(i)));
    }
  }
  names.erase("");
  names.erase(city.street_name(piece));
  std::string text = place_text(roads.junctions[junction]);
  for (const std::string_view name : names) {
    text += (name == *names.begin() ? " (" : ", ") + std::string(name);
  }
  return text + (names.empty() ? "" : ")");
}

std::string time_text(std::uint32_t ms) {
  if (ms == road::kNoEntry) {
    return "closed";
  }
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << seconds({ms}) << " s";
  return text.str();
}

void print_table(const city::City& city, const road::RoadPoint& place) {
  const road::Network& roads = city.roads();
  const road::Edge& edge = roads.edges[place.edge.value()];
  const auto line = [](const char* title) -> std::ostream& { return std::cout << std::left << std::setw(16) << title; };
  const auto metres = [](std::int64_t mm) { return static_cast<double>(mm) / 1000.0; };
  std::cout << std::fixed << std::setprecision(1);
  line("street") << street_text(city, place.edge) << " (" << class_word(edge) << ")\n";
  line("edge") << place.edge.value() << " of the city " << fingerprint_text(city.fingerprint()) << '\n';
  line("distance") << metres(place.distance_mm) << " m, at " << metres(place.offset_mm) << " m of its "
                   << metres(edge.length_mm) << " m\n";
  line("forward to") << junction_text(city, edge.to, place.edge) << '\n';
  line("backward to") << junction_text(city, edge.from, place.edge) << '\n';
  line("by") << std::setw(12) << "forward"
             << "backward\n";
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    const auto k = static_cast<std::size_t>(kind);
    const road::EdgeMs& ms = roads.edge_ms[place.edge.value()];
    std::cout << std::setw(16) << kind_word(kind) << std::setw(12) << time_text(ms.forward[k])
              << time_text(ms.backward[k]) << '\n';
  }
}

void print_geojson(const city::City& city, const road::RoadPoint& place) {
  const road::Network& roads = city.roads();
  const road::Edge& edge = roads.edges[place.edge.value()];
  Json line = Json::array();
  for (const geo::Point point : roads.shape_points.subspan(edge.first_shape, edge.shape_count)) {
    line.push_back(coordinates(point));
  }
  Json forward = Json::object();
  Json backward = Json::object();
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    const auto k = static_cast<std::size_t>(kind);
    const road::EdgeMs& ms = roads.edge_ms[place.edge.value()];
    for (const bool against : {false, true}) {
      const std::uint32_t time_ms = ms.of(against)[k];
      if (time_ms != road::kNoEntry) {
        (against ? backward : forward)[std::string(kind_word(kind))] = seconds({time_ms});
      }
    }
  }
  print_collection(Json::array({feature({{"type", "LineString"}, {"coordinates", std::move(line)}},
                                        {{"street", city.street_name(place.edge)},
                                         {"class", class_word(edge)},
                                         {"edge", place.edge.value()},
                                         {"city", fingerprint_text(city.fingerprint())},
                                         {"metres", static_cast<double>(edge.length_mm) / 1000.0},
                                         {"distance_metres", static_cast<double>(place.distance_mm) / 1000.0},
                                         {"forward_seconds", std::move(forward)},
                                         {"backward_seconds", std::move(backward)}})}));
}

}  // namespace

std::optional<Error> run_street(const StreetOptions& options) {
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  const auto point = parse_place(options.place);
  if (!point) {
    return point.error();
  }
  const city::City& city = open.value().city;
  const auto place = place_on_road(city, point.value(), road::kEveryKind);
  if (!place) {
    return Error{options.place + ": " + place.error().message};
  }
  if (options.geojson) {
    print_geojson(city, place.value());
  } else {
    print_table(city, place.value());
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
