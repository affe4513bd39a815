// The subcommands of citybuild. Each gives an error, or nothing when it has done its work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/road/travel_kind.h"
#include "services/citybuild/osm_import.h"

namespace dispatch135::citybuild {

struct SyntheticOptions {
  std::string preset;
  std::string recipe_file;      // Used when not empty, instead of the preset.
  std::uint32_t junctions = 0;  // 0: as the recipe says.
  std::uint64_t seed = 1;
  std::uint32_t units_per_post = 1;
  std::string profiles;  // A folder; empty: those that the program carries.
  std::string out;
};
std::optional<Error> run_synthetic(const SyntheticOptions& options);

std::optional<Error> run_osm(const OsmOptions& options);

struct CheckOptions {
  std::string file;
};
std::optional<Error> run_check(const CheckOptions& options);

struct NearestOptions {
  std::string file;
  std::string place;  // LAT,LON
  std::uint32_t count = 5;
  std::string posts;                               // A file of posts instead of the city's units; empty: none.
  road::TravelKind kind = road::TravelKind::kCar;  // Of units of that file's posts where it does not say.
  bool geojson = false;
};
std::optional<Error> run_nearest(const NearestOptions& options);

struct StreetOptions {
  std::string file;
  std::string place;  // LAT,LON
  bool geojson = false;
};
std::optional<Error> run_street(const StreetOptions& options);

struct RouteOptions {
  std::string file;
  std::string from;  // LAT,LON
  std::string to;    // LAT,LON
  road::TravelKind kind = road::TravelKind::kCar;
  bool geojson = false;
};
std::optional<Error> run_route(const RouteOptions& options);

struct ReachOptions {
  std::string file;
  std::vector<std::uint32_t> minutes = {1, 3, 5};
  std::uint32_t turnout_s = 0;
  bool geojson = false;
};
std::optional<Error> run_reach(const ReachOptions& options);

struct GridsOptions {
  std::string geojson;
  std::string out;
};
std::optional<Error> run_grids(const GridsOptions& options);

struct ChokesOptions {
  std::string osm;
  std::uint32_t least_length_m = 60;
  std::uint32_t merge_m = 80;
  std::string out;
};
std::optional<Error> run_chokes(const ChokesOptions& options);

}  // namespace dispatch135::citybuild
