#include "services/citybuild/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>

#include "services/citybuild/commands.h"
#include "services/citybuild/kind_words.h"
#include "services/citybuild/recipe.h"

namespace dispatch135::citybuild {
namespace {

// Of the subcommand that was given.
using Outcome = std::optional<Error>;

CLI::Option* add_kind(CLI::App& command, road::TravelKind& kind, const std::string& what) {
  return command
      .add_option_function<std::string>(
          "--kind", [&kind](const std::string& word) { kind = kind_of_word(word).value_or(kind); }, what)
      ->check(CLI::IsMember(std::vector<std::string>(kKindWords.begin(), kKindWords.end())))
      ->default_str(std::string(kind_word(kind)));
}

void add_synthetic(CLI::App& app, SyntheticOptions& options, Outcome& done) {
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
  command->callback([&options, &done] {
    if (options.preset.empty() && options.recipe_file.empty()) {
      throw CLI::RequiredError("--preset or --recipe");
    }
    done = run_synthetic(options);
  });
}

void add_osm(CLI::App& app, OsmOptions& options, Outcome& done) {
  auto* command = app.add_subcommand("osm", "Import a city from OpenStreetMap");
  command->footer(
      "Columns of the files: docs/formats/city-inputs.md. Without --districts the region is the box around the roads.\n"
      "Examples: citybuild osm --pbf wuxi.osm.pbf --region 320200 --name Wuxi --posts posts.csv\n"
      "                        --districts districts.geojson --out wuxi.city\n"
      "          citybuild osm --pbf porto.osm.pbf --region 131200 --name Porto --posts spread:60 --out porto.city");
  command->add_option("--pbf", options.pbf, "OpenStreetMap extract, .osm.pbf or .osm")->required();
  command
      ->add_option_function<std::uint32_t>(
          "--region", [&options](std::uint32_t code) { options.region = RegionId(code); },
          "Administrative division code (GB/T 2260), e.g. 320200")
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
  command->callback([&options, &done] { done = run_osm(options); });
}

void add_check(CLI::App& app, CheckOptions& options, Outcome& done) {
  auto* command = app.add_subcommand("check", "Open a city file, verify its checksums, and say what it holds");
  command->add_option("FILE", options.file, "City file")->required();
  command->callback([&options, &done] { done = run_check(options); });
}

void add_nearest(CLI::App& app, NearestOptions& options, Outcome& done) {
  auto* command = app.add_subcommand("nearest", "The units that would be at a place soonest by road, from their posts");
  command->footer(
      "With --posts the posts of a file stand in for the city's: would they be there sooner? Columns:\n"
      "docs/formats/city-inputs.md; a post has one unit, of --kind, where the file does not say. Posts off the road\n"
      "or outside the city are told and passed over.\n"
      "Examples: citybuild nearest wuxi.city 31.57,120.30 -k 5\n"
      "          citybuild nearest wuxi.city 31.57,120.30 --posts planned.csv --kind motorcycle");
  command->add_option("FILE", options.file, "City file")->required();
  command->add_option("PLACE", options.place, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  command->add_option("-k", options.count, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
  auto* posts = command->add_option("--posts", options.posts, "CSV or GeoJSON file");
  add_kind(*command, options.kind, "How their units travel where the file does not say")->needs(posts);
  command->add_flag("--geojson", options.geojson, "GeoJSON instead of a table");
  command->callback([&options, &done] { done = run_nearest(options); });
}

void add_street(CLI::App& app, StreetOptions& options, Outcome& done) {
  auto* command = app.add_subcommand(
      "street", "The piece of street nearest to a place: its number, its directions, and how long each takes");
  command->footer(
      "Changes of streets name pieces by number and direction, or by a place (dispatchctl streets).\n"
      "Example: citybuild street wuxi.city 31.57,120.30");
  command->add_option("FILE", options.file, "City file")->required();
  command->add_option("PLACE", options.place, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  command->add_flag("--geojson", options.geojson, "GeoJSON instead of a table");
  command->callback([&options, &done] { done = run_street(options); });
}

void add_route(CLI::App& app, RouteOptions& options, Outcome& done) {
  auto* command = app.add_subcommand("route", "The quickest way from one place to another, street by street");
  command->footer("Example: citybuild route wuxi.city 31.57,120.30 31.60,120.35 --kind motorcycle");
  command->add_option("FILE", options.file, "City file")->required();
  command->add_option("FROM", options.from, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  command->add_option("TO", options.to, "LATITUDE,LONGITUDE in WGS-84 degrees")->required();
  add_kind(*command, options.kind, "How one travels");
  command->add_flag("--geojson", options.geojson, "GeoJSON instead of a table");
  command->callback([&options, &done] { done = run_route(options); });
}

void add_reach(CLI::App& app, ReachOptions& options, Outcome& done) {
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
  command->callback([&options, &done] { done = run_reach(options); });
}

void add_grids(CLI::App& app, GridsOptions& options, Outcome& done) {
  auto* command = app.add_subcommand("grids", "Make a file of micro-grids, and tell its fingerprint for the policy");
  command->footer(
      "Each feature is a polygon in WGS-84 with the properties code (required), township (9 digits) and worker (unit\n"
      "id of its grid worker).\n"
      "Example: citybuild grids --geojson micro-grids.geojson --out wuxi.grids");
  command->add_option("--geojson", options.geojson, "FeatureCollection of polygons")->required();
  command->add_option("--out", options.out, "File to write; replaced only when the new one is whole")->required();
  command->callback([&options, &done] { done = run_grids(options); });
}

void add_chokes(CLI::App& app, ChokesOptions& options, Outcome& done) {
  auto* command = app.add_subcommand("chokes", "Bridges, tunnels, ramps and toll gates for a policy's section pursuit");
  command->footer(
      "The file is named by pursuit.choke_points_file (docs/formats/policy.md). Of more than 1,000 the longest are "
      "kept.\n"
      "Example: citybuild chokes --osm wuxi.osm.pbf --out chokes.yaml");
  command->add_option("--osm", options.osm, "OpenStreetMap file: .osm.pbf or .osm")->required();
  command->add_option("--min-length", options.least_length_m, "Shorter bridges and tunnels are passed over; metres")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->add_option("--merge", options.merge_m, "What is nearer to a longer one of its kind is the same; metres")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_option("--out", options.out, "File to write; replaced only when the new one is whole")->required();
  command->callback([&options, &done] { done = run_chokes(options); });
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App app(
      "Makes the city file that Dispatch135 reads (roads, districts, places, posts, units), and looks into it.");
  app.set_version_flag("--version", D135_VERSION);
  app.require_subcommand(1);
  Outcome failure;
  SyntheticOptions synthetic;
  OsmOptions osm;
  CheckOptions check;
  NearestOptions nearest;
  StreetOptions street;
  RouteOptions route;
  ReachOptions reach;
  GridsOptions grids;
  ChokesOptions chokes;
  add_synthetic(app, synthetic, failure);
  add_osm(app, osm, failure);
  add_check(app, check, failure);
  add_nearest(app, nearest, failure);
  add_street(app, street, failure);
  add_route(app, route, failure);
  add_reach(app, reach, failure);
  add_grids(app, grids, failure);
  add_chokes(app, chokes, failure);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  }
  if (failure) {
    std::cerr << "citybuild: " << failure->message << '\n';
    return 1;
  }
  return 0;
}

}  // namespace dispatch135::citybuild
