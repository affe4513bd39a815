// route: the way of a unit to its incident, as a table or a map.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

using Json = nlohmann::ordered_json;

struct RouteOptions : NodeOptions {
  std::uint64_t unit = 0;
  bool geojson = false;
};

void print_line(std::uint64_t length_mm, std::int64_t time_ms, const std::string& name) {
  char text[48];
  std::snprintf(text, sizeof text, "%9.0f m %8.1f s  ", static_cast<double>(length_mm) / 1e3,
                static_cast<double>(time_ms) / 1e3);
  std::cout << text << name << "\n";
}

void print_table(const v1::Route& route) {
  for (const v1::RouteLeg& leg : route.legs()) {
    print_line(leg.length_mm(), leg.time_ms(), leg.street().empty() ? "(no name)" : leg.street());
  }
  print_line(route.length_mm(), route.time_ms(), "in all");
}

void print_geojson(const v1::Route& route) {
  Json features = Json::array();
  for (int i = 0; i < route.legs_size(); ++i) {
    const v1::RouteLeg& leg = route.legs(i);
    const int last =
        i + 1 < route.legs_size() ? static_cast<int>(route.legs(i + 1).first_point()) : route.points_size() - 1;
    Json line = Json::array();
    for (int p = static_cast<int>(leg.first_point()); p <= last; ++p) {
      line.push_back({route.points(p).longitude_e7() / 1e7, route.points(p).latitude_e7() / 1e7});
    }
    features.push_back({{"type", "Feature"},
                        {"geometry", {{"type", "LineString"}, {"coordinates", std::move(line)}}},
                        {"properties",
                         {{"street", leg.street()},
                          {"length_m", static_cast<double>(leg.length_mm()) / 1e3},
                          {"time_s", static_cast<double>(leg.time_ms()) / 1e3}}}});
  }
  std::cout << Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump(1) << "\n";
}

}  // namespace

void add_route(CLI::App& program) {
  const auto options = std::make_shared<RouteOptions>();
  CLI::App* command = program.add_subcommand(
      "route", "The way of a unit to its incident from where it is, with the streets as they are now");
  add_node_options(*command, *options);
  command->add_option("unit", options->unit, "Its id, as `units` shows it")->required();
  command->add_flag("--geojson", options->geojson, "A line for each street, for a map");
  command->callback([options] {
    v1::GetRouteRequest request;
    request.set_region(options->region);
    request.set_unit_id(options->unit);
    const v1::Route route = ConsoleClient(options->nodes).ask(&v1::Console::Stub::GetRoute, request);
    options->geojson ? print_geojson(route) : print_table(route);
  });
}

}  // namespace dispatch135::dispatchctl
