// citybuild: makes city files, and looks into them.
#include <CLI/CLI.hpp>
#include <iostream>

#include "services/citybuild/commands.h"
#include "services/citybuild/recipe.h"

namespace {

using namespace dispatch135;
using namespace dispatch135::citybuild;

void add_synthetic(CLI::App& app, SyntheticOptions& options) {
  auto* command = app.add_subcommand("synthetic", "Make a city up: the same recipe and seed give the same bytes");
  command->footer(
      "Presets: wuxi (60,000 junctions, 24 stations, 352 outposts), jiangsu (120,000 junctions, 310 stations,\n"
      "868 rapid-response points), small (2,000 junctions, 4 stations, 20 outposts). A preset is a recipe that the\n"
      "program carries; copy one from config/cities, change it, and give it by --recipe.\n"
      "Example: citybuild synthetic --preset wuxi --seed 7 --out wuxi.city");
  auto* preset = command->add_option("--preset", options.preset, "Recipe that the program carries")
                     ->check(CLI::IsMember(preset_names()));
  command->add_option("--recipe", options.recipe_file, "Recipe file (YAML, as config/cities/wuxi.yaml)")
      ->excludes(preset);
  command->add_option("--junctions", options.junctions, "About so many junctions instead of the recipe's")
      ->check(CLI::Range(kLeastJunctions, kMostJunctions));
  command->add_option("--seed", options.seed, "Another seed, another city")->capture_default_str();
  command->add_option("--units-per-post", options.units_per_post, "Its crew and this many less one patrols")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--profiles", options.profiles,
                      "Folder of profiles (YAML, as config/profiles); a kind of travel without one has no roads");
  command->add_option("--out", options.out, "City file to write; replaced only when the new one is whole")->required();
  command->callback([&options] {
    if (options.preset.empty() && options.recipe_file.empty()) {
      throw CLI::RequiredError("--preset or --recipe");
    }
  });
}

void add_osm(CLI::App& app, OsmOptions& options, std::uint32_t& region) {
  auto* command = app.add_subcommand("osm", "Import a city from OpenStreetMap");
  command->footer(
      "Columns of the files: docs/formats/city-inputs.md. Without --districts the region is the box around the roads.\n"
      "Examples: citybuild osm --pbf wuxi.osm.pbf --region 320200 --name Wuxi --posts posts.csv\n"
      "                        --districts districts.geojson --out wuxi.city\n"
      "          citybuild osm --pbf porto.osm.pbf --region 131200 --name Porto --posts spread:60 --out porto.city");
  command->add_option("--pbf", options.pbf, "OpenStreetMap extract, .osm.pbf or .osm")->required();
  command->add_option("--region", region, "Administrative division code (GB/T 2260), e.g. 320200")
      ->check(CLI::Range(1, 999'999))
      ->required();
  command->add_option("--name", options.name, "Name of the city and its region")->required();
  command
      ->add_option("--posts", options.posts,
                   "CSV or GeoJSON file; osm: the map's amenity=police; spread:N: N outposts spread over the roads")
      ->required();
  command->add_option("--places", options.places, "CSV or GeoJSON file; osm: the map's schools, hospitals, banks ...")
      ->capture_default_str();
  command->add_option("--districts", options.districts,
                      "GeoJSON outlines of districts, and of the region if it is there");
  command->add_option("--units-per-post", options.units_per_post, "Where the posts' file does not say")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "For what no file says: spread posts, kinds of travel, capabilities")
      ->capture_default_str();
  command->add_option("--profiles", options.profiles,
                      "Folder of profiles (YAML, as config/profiles); a kind of travel without one has no roads");
  command->add_option("--out", options.out, "City file to write; replaced only when the new one is whole")->required();
  command->callback([&options, &region] { options.region = RegionId(region); });
}

void add_check(CLI::App& app, CheckOptions& options) {
  auto* command = app.add_subcommand("check", "Open a city file, verify its checksums, and say what it holds");
  command->add_option("FILE", options.file, "City file")->required();
}

void add_nearest(CLI::App& app, NearestOptions& options) {
  auto* command = app.add_subcommand("nearest", "The units that would be at a place soonest by road, from their posts");
  command->footer("Example: citybuild nearest wuxi.city 31.57,120.30 -k 5");
  command->add_option("FILE", options.file, "City file")->required();
  command->add_option("PLACE", options.place, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  command->add_option("-k", options.count, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_flag("--geojson", options.geojson, "GeoJSON instead of a table");
}

void add_route(CLI::App& app, RouteOptions& options) {
  auto* command = app.add_subcommand("route", "The quickest way from one place to another, street by street");
  command->footer("Example: citybuild route wuxi.city 31.57,120.30 31.60,120.35 --kind motorcycle");
  command->add_option("FILE", options.file, "City file")->required();
  command->add_option("FROM", options.from, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  command->add_option("TO", options.to, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  command->add_option("--kind", options.kind, "car, motorcycle or foot")
      ->check(CLI::IsMember({"car", "motorcycle", "foot"}))
      ->capture_default_str();
  command->add_flag("--geojson", options.geojson, "GeoJSON instead of a table");
}

void add_reach(CLI::App& app, ReachOptions& options) {
  auto* command = app.add_subcommand("reach", "Which junctions and places the units cover from their posts");
  command->footer("Example: citybuild reach wuxi.city --minutes 1 3 5 --turnout 30");
  command->add_option("FILE", options.file, "City file")->required();
  command->add_option("--minutes", options.minutes, "Times by which somebody is to be there")
      ->check(CLI::Range(1, 1'440))
      ->capture_default_str();
  command->add_option("--turnout", options.turnout_s, "Seconds before a unit moves")
      ->check(CLI::Range(0, 3'600))
      ->capture_default_str();
  command->add_flag("--geojson", options.geojson, "The streets within each time as GeoJSON instead of a table");
}

std::optional<Error> run(const CLI::App& app, const SyntheticOptions& synthetic, const OsmOptions& osm,
                         const CheckOptions& check, const NearestOptions& nearest, const RouteOptions& route,
                         const ReachOptions& reach) {
  if (app.got_subcommand("synthetic")) {
    return run_synthetic(synthetic);
  }
  if (app.got_subcommand("osm")) {
    return run_osm(osm);
  }
  if (app.got_subcommand("check")) {
    return run_check(check);
  }
  if (app.got_subcommand("nearest")) {
    return run_nearest(nearest);
  }
  if (app.got_subcommand("route")) {
    return run_route(route);
  }
  return run_reach(reach);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Makes the city file that Dispatch135 reads (roads, districts, places, posts, units), and looks into it.");
  app.set_version_flag("--version", D135_VERSION);
  app.require_subcommand(1);
  SyntheticOptions synthetic;
  OsmOptions osm;
  std::uint32_t region = 0;
  CheckOptions check;
  NearestOptions nearest;
  RouteOptions route;
  ReachOptions reach;
  add_synthetic(app, synthetic);
  add_osm(app, osm, region);
  add_check(app, check);
  add_nearest(app, nearest);
  add_route(app, route);
  add_reach(app, reach);
  CLI11_PARSE(app, argc, argv);
  if (const auto error = run(app, synthetic, osm, check, nearest, route, reach)) {
    std::cerr << "citybuild: " << error->message << '\n';
    return 1;
  }
  return 0;
}
