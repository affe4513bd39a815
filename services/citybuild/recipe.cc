#include "services/citybuild/recipe.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "services/citybuild/presets.h"
#include "services/common/yaml_config.h"

namespace dispatch135::citybuild {
namespace {

using common::YamlReader;

std::uint32_t number(YamlReader& yaml, std::string_view key, std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint32_t>(yaml.require(key).integer(key, low, low, high));
}

std::string text(YamlReader& yaml, std::string_view key, std::size_t longest) {
  const std::string value = yaml.require(key).text(key, "");
  if (yaml.has(key) && (value.empty() || value.size() > longest)) {
    yaml.fail(key, "expected 1 to " + std::to_string(longest) + " bytes");
  }
  return value;
}

geo::Point centre(YamlReader& yaml) {
  const double latitude = yaml.require("latitude").number("latitude", 0, -80, 80);
  const double longitude = yaml.require("longitude").number("longitude", 0, -179, 179);
  return {static_cast<std::int32_t>(std::llround(latitude * 1e7)),
          static_cast<std::int32_t>(std::llround(longitude * 1e7))};
}

// PLACE_CLASS_SHOPPING_STREET is written shopping_street.
std::string place_key(v1::PlaceClass place_class) {
  std::string key = v1::PlaceClass_Name(place_class).substr(std::string_view("PLACE_CLASS_").size());
  for (char& c : key) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

void read_posts(YamlReader yaml, Recipe& recipe) {
  recipe.stations = number(yaml, "street_station", 0, 9'999);
  recipe.rapid_response_points = number(yaml, "rapid_response_point", 0, 9'999);
  recipe.outposts = number(yaml, "outpost", 0, 9'999);
  const std::uint32_t total = recipe.stations + recipe.rapid_response_points + recipe.outposts;
  if (total == 0 || total > 9'999) {
    yaml.fail("", "expected 1 to 9999 posts in all");
  }
}

void read_places(YamlReader yaml, Recipe& recipe) {
  for (int i = v1::PLACE_CLASS_AIRPORT; i <= v1::PLACE_CLASS_OTHER; ++i) {
    recipe.places[static_cast<std::size_t>(i)] = number(yaml, place_key(static_cast<v1::PlaceClass>(i)), 1, 20'000);
  }
}

void read_districts(YamlReader& root, Recipe& recipe) {
  for (YamlReader& yaml : root.require("districts").maps("districts")) {
    RecipeDistrict district;
    district.id = DistrictId(number(yaml, "code", 100'000, 999'999));
    district.name = text(yaml, "name", 64);
    district.centre = centre(yaml);
    for (const auto& other : recipe.districts) {
      if (other.id == district.id || other.centre == district.centre) {
        yaml.fail("code", "has the code or the centre of another district");
      }
    }
    recipe.districts.push_back(district);
  }
  if (root.has("districts") && recipe.districts.empty()) {
    root.fail("districts", "expected at least one");
  }
}

void read_towns(YamlReader& root, Recipe& recipe) {
  for (YamlReader& yaml : root.require("towns").maps("towns")) {
    RecipeTown town;
    town.name = text(yaml, "name", 64);
    town.centre = centre(yaml);
    town.share = number(yaml, "share", 1, 1'000);
    town.bridges = number(yaml, "bridges", 1, 100);
    recipe.towns.push_back(town);
  }
  if (root.has("towns") && recipe.towns.empty()) {
    root.fail("towns", "expected at least one");
  }
}

std::size_t town_index(YamlReader& yaml, std::string_view key, const Recipe& recipe) {
  const std::string name = text(yaml, key, 64);
  for (std::size_t i = 0; i < recipe.towns.size(); ++i) {
    if (recipe.towns[i].name == name) {
      return i;
    }
  }
  yaml.fail(key, "no town is named '" + name + "'");
  return 0;
}

void read_links(YamlReader& root, Recipe& recipe) {
  for (YamlReader& yaml : root.maps("links")) {
    const RecipeLink link{town_index(yaml, "from", recipe), town_index(yaml, "to", recipe)};
    if (link.from == link.to) {
      yaml.fail("to", "a link joins two different towns");
    }
    recipe.links.push_back(link);
  }
}

}  // namespace

Result<Recipe> parse_recipe(std::string_view yaml_text, const std::string& source) {
  auto parsed = YamlReader::parse(yaml_text, source);
  if (!parsed) {
    return parsed.error();
  }
  YamlReader& root = parsed.value();
  Recipe recipe;
  recipe.name = text(root, "name", 64);
  YamlReader region = root.require("region").map("region");
  recipe.region = RegionId(number(region, "code", 100'000, 999'999));
  recipe.region_name = text(region, "name", 64);
  recipe.call_sign = text(root, "call_sign", 8);
  recipe.junctions = number(root, "junctions", kLeastJunctions, kMostJunctions);
  read_posts(root.require("posts").map("posts"), recipe);
  read_places(root.require("places").map("places"), recipe);
  read_districts(root, recipe);
  read_towns(root, recipe);
  read_links(root, recipe);
  if (const std::optional<Error> mistakes = root.finish()) {
    return *mistakes;
  }
  return recipe;
}

std::vector<std::string> preset_names() { return {"wuxi", "jiangsu", "small"}; }

Result<Recipe> preset_recipe(std::string_view name) {
  if (name == "wuxi") {
    return parse_recipe(kPresetWuxi, "config/cities/wuxi.yaml");
  }
  if (name == "jiangsu") {
    return parse_recipe(kPresetJiangsu, "config/cities/jiangsu.yaml");
  }
  if (name == "small") {
    return parse_recipe(kPresetSmall, "config/cities/small.yaml");
  }
  return Error{"unknown preset '" + std::string(name) + "'; known are wuxi, jiangsu, small"};
}

}  // namespace dispatch135::citybuild
