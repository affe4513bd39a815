// A recipe is taken whole or refused with file, line and reason.
#include "services/citybuild/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;

const std::string kRecipe = R"(name: T
region: {code: 320200, name: W}
call_sign: WX
junctions: 600
posts: {street_station: 1, rapid_response_point: 0, outpost: 2}
places: {airport: 1, railway_station: 1, government: 1, sight: 1, school: 1, hospital: 1, bank: 1, mall: 1,
         shopping_street: 1, residential: 1, other: 1}
districts:
  - {code: 320213, name: L, latitude: 31.57, longitude: 120.30}
towns:
  - {name: A, latitude: 31.57, longitude: 120.30, share: 1, bridges: 1}
  - {name: B, latitude: 31.77, longitude: 120.30, share: 1, bridges: 1}
links:
  - {from: A, to: B}
)";

std::string changed_recipe(const std::string& from, const std::string& to) {
  std::string text = kRecipe;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string recipe_mistake(const std::string& text) {
  const auto recipe = parse_recipe(text, "city.yaml");
  return recipe.ok() ? "no mistake" : recipe.error().message;
}

TEST(Recipe, IsReadWhole) {
  const auto recipe = parse_recipe(kRecipe, "city.yaml");
  ASSERT_TRUE(recipe.ok()) << recipe.error().message;
  EXPECT_EQ(recipe.value().region, RegionId(320200));
  EXPECT_EQ(recipe.value().outposts, 2U);
  EXPECT_EQ(recipe.value().districts.at(0).centre, (geo::Point{315'700'000, 1'203'000'000}));
  EXPECT_EQ(recipe.value().links.at(0).to, 1U);
}

TEST(Recipe, EveryPresetIsGood) {
  for (const auto& name : preset_names()) {
    const auto recipe = preset_recipe(name);
    EXPECT_TRUE(recipe.ok()) << recipe.error().message;
  }
  EXPECT_FALSE(preset_recipe("atlantis").ok());
}

TEST(Recipe, MistakesNameFileLineAndKey) {
  EXPECT_THAT(recipe_mistake(changed_recipe("junctions: 600", "junctions: 6")), HasSubstr("city.yaml:4: junctions"));
  EXPECT_THAT(recipe_mistake(changed_recipe("call_sign: WX", "callsign: WX")),
              HasSubstr("city.yaml:3: callsign: unknown key"));
  EXPECT_THAT(recipe_mistake(changed_recipe("bank: 1, ", "")), HasSubstr("bank"));
  EXPECT_THAT(recipe_mistake(changed_recipe("to: B", "to: C")),
              HasSubstr("city.yaml:14: links[0].to: no town is named 'C'"));
  EXPECT_THAT(recipe_mistake(changed_recipe("to: B", "to: A")), HasSubstr("two different towns"));
  EXPECT_THAT(recipe_mistake(changed_recipe("street_station: 1, rapid_response_point: 0, outpost: 2",
                                            "street_station: 0, rapid_response_point: 0, outpost: 0")),
              HasSubstr("city.yaml:5: posts: expected 1 to 9999 posts"));
  EXPECT_THAT(recipe_mistake(changed_recipe("latitude: 31.57", "latitude: north")),
              HasSubstr("city.yaml:9: districts[0].latitude"));
  EXPECT_THAT(recipe_mistake("name: [unclosed"), HasSubstr("city.yaml:1"));
}

}  // namespace
}  // namespace dispatch135::citybuild
