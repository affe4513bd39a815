// A recipe says what a synthetic city holds (config/cities/*.yaml; the keys are explained in wuxi.yaml).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch135/v1/types.pb.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/geo/point.h"

namespace dispatch135::citybuild {

inline constexpr std::uint32_t kLeastJunctions = 500;
inline constexpr std::uint32_t kMostJunctions = 1'000'000;

struct RecipeDistrict {
  DistrictId id;
  std::string name;
  geo::Point centre;  // Its outline is all of the region that is nearer to this than to another district's.
};

// A disc of streets with its own river, rings and bridges.
struct RecipeTown {
  std::string name;
  geo::Point centre;
  std::uint32_t share = 0;    // Of the junctions, in parts of the sum over all towns.
  std::uint32_t bridges = 0;  // Beside the two of the motorway ring.
};

// Two towns joined by a motorway and a road for everybody; indexes into towns.
struct RecipeLink {
  std::size_t from = 0;
  std::size_t to = 0;
};

struct Recipe {
  std::string name;
  RegionId region;
  std::string region_name;
  std::string call_sign;        // What every unit's call sign begins with.
  std::uint32_t junctions = 0;  // About so many.
  std::uint32_t stations = 0;
  std::uint32_t rapid_response_points = 0;
  std::uint32_t outposts = 0;
  std::array<std::uint32_t, v1::PlaceClass_ARRAYSIZE> places = {};  // How many of each class.
  std::vector<RecipeDistrict> districts;
  std::vector<RecipeTown> towns;
  std::vector<RecipeLink> links;
};

// Reads a recipe and checks it whole: unknown or missing key, number out of range, unknown town in a link, duplicate
// district. `source` names the text in errors, which say source:line: key: reason, one a line.
Result<Recipe> parse_recipe(std::string_view yaml_text, const std::string& source);

// The recipes that the program carries: wuxi, jiangsu, small.
std::vector<std::string> preset_names();
Result<Recipe> preset_recipe(std::string_view name);

}  // namespace dispatch135::citybuild
