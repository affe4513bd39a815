// Posts, places and districts that people bring: read, or refused with file, line and reason.
#include "services/citybuild/city_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/citybuild/table.h"
#include "tests/services/citybuild/temporary_folder.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;

class Inputs : public ::testing::Test {
 protected:
  std::string post_mistake(const std::string& text) const {
    const auto posts = read_posts(folder_.file("posts.csv", text));
    return posts.ok() ? "no mistake" : posts.error().message;
  }
  TemporaryFolder folder_;
};

TEST_F(Inputs, PostsWithAndWithoutWishesAreRead) {
  const auto posts =
      read_posts(folder_.file("posts.csv",
                              "\xef\xbb\xbfid,name,kind,lat,lon,units,travel_kind,unit_kind,capabilities\r\n"
                              "7,\"North, \"\"old\"\" gate\",street_station,31.5,120.25,2,car,special,firearm dog\r\n"
                              "\r\n"
                              "8,South,outpost,31.4,120.26,,,,\r\n"));
  ASSERT_TRUE(posts.ok()) << posts.error().message;
  ASSERT_EQ(posts.value().size(), 2U);
  const InputPost& north = posts.value()[0];
  EXPECT_EQ(north.post.id, PostId(7));
  EXPECT_EQ(north.post.name, "North, \"old\" gate");
  EXPECT_EQ(north.post.position, (geo::Point{315'000'000, 1'202'500'000}));
  EXPECT_EQ(north.units.units, 2U);
  EXPECT_EQ(north.units.unit_kind, v1::UNIT_KIND_SPECIAL);
  EXPECT_EQ(north.units.capabilities, 0b100001U);
  const InputPost& south = posts.value()[1];
  EXPECT_EQ(south.post.kind, v1::POST_KIND_OUTPOST);
  EXPECT_EQ(south.units.units, 0U);
  EXPECT_EQ(south.units.capabilities, std::nullopt);
}

TEST_F(Inputs, MistakesNameFileLineAndReason) {
  const std::string head = "id,name,kind,lat,lon\n";
  EXPECT_THAT(post_mistake(""), HasSubstr("posts.csv:1: is empty"));
  EXPECT_THAT(post_mistake("id,name,kind,lat\n"), HasSubstr("posts.csv:1: column 'lon' is missing"));
  EXPECT_THAT(post_mistake("id,name,kind,lat,lon,colour\n"), HasSubstr("posts.csv:1: unknown column 'colour'"));
  EXPECT_THAT(post_mistake("id,id,name,kind,lat,lon\n"), HasSubstr("column 'id' is there twice"));
  EXPECT_THAT(post_mistake(head + "1,A,outpost,31.5\n"), HasSubstr("posts.csv:2: has 4 fields"));
  EXPECT_THAT(post_mistake(head + "1,A,outpost,31.5,120\nx,B,outpost,31.5,120\n"), HasSubstr("posts.csv:3: id is 'x'"));
  EXPECT_THAT(post_mistake(head + "1,A,castle,31.5,120\n"), HasSubstr("posts.csv:2: kind 'castle' is unknown"));
  EXPECT_THAT(post_mistake(head + "1,A,unspecified,31.5,120\n"), HasSubstr("kind 'unspecified' is unknown"));
  EXPECT_THAT(post_mistake(head + "1,A,outpost,91,120\n"), HasSubstr("posts.csv:2: lat is '91'"));
  EXPECT_THAT(post_mistake(head + "1,A,outpost,nan,120\n"), HasSubstr("lat is 'nan'"));
  EXPECT_THAT(post_mistake(head + "1,,outpost,31,120\n"), HasSubstr("posts.csv:2: name is missing"));
  EXPECT_THAT(post_mistake(head + "1,\"A,outpost,31,120\n"), HasSubstr("posts.csv:2: a quoted field is not closed"));
  EXPECT_THAT(post_mistake(head + "1,\"A\nB\",outpost,31,120\n1,C,outpost,31,120\n"),
              HasSubstr("posts.csv:4: id 1 is that of "));
}

TEST_F(Inputs, PointsOfGeoJsonAreRead) {
  const auto places = read_places(folder_.file("places.geojson", R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [120.25, 31.5]},
     "properties": {"name": "School 1", "class": "school", "colour": "red"}}]})"));
  ASSERT_TRUE(places.ok()) << places.error().message;
  ASSERT_EQ(places.value().size(), 1U);
  EXPECT_EQ(places.value()[0].place_class, v1::PLACE_CLASS_SCHOOL);
  EXPECT_EQ(places.value()[0].position, (geo::Point{315'000'000, 1'202'500'000}));
}

TEST_F(Inputs, WrongGeoJsonIsRefused) {
  const auto mistake = [this](const std::string& text) {
    const auto places = read_places(folder_.file("places.geojson", text));
    return places.ok() ? "no mistake" : places.error().message;
  };
  EXPECT_THAT(mistake("{"), HasSubstr("places.geojson: is not a GeoJSON"));
  EXPECT_THAT(mistake(R"({"features": 3})"), HasSubstr("places.geojson"));
  EXPECT_THAT(mistake(R"({"features": [{"geometry": {"type": "Point", "coordinates": ["a", 1]},
                          "properties": {"name": "N", "class": "bank"}}]})"),
              HasSubstr("feature 1: lon is '\"a\"'"));
  EXPECT_THAT(mistake(R"({"features": [{"geometry": {"type": "Polygon"}}]})"), HasSubstr("is not a Point"));
}

TEST_F(Inputs, UnknownFileEndingAndMissingFileAreRefused) {
  EXPECT_THAT(read_posts(folder_.file("posts.xls", "")).error().message,
              HasSubstr("posts.xls: expected a file that ends in"));
  EXPECT_THAT(read_posts(folder_.path("none.csv")).error().message, HasSubstr("none.csv"));
}

TEST(Outlines, RegionAndDistrictsAreToldApartByCode) {
  const auto outlines = parse_outlines(R"({"features": [
    {"properties": {"adcode": 320200, "name": "Wuxi"},
     "geometry": {"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [121, 32], [120, 31]]]}},
    {"properties": {"code": "320213", "name": "Liangxi"},
     "geometry": {"type": "MultiPolygon", "coordinates": [
       [[[120, 31], [120.1, 31], [120.1, 31.1], [120, 31]]],
       [[[120, 31], [121, 31], [121, 32], [120, 32], [120, 31]]]]}}]})",
                                       "d.geojson", RegionId(320200));
  ASSERT_TRUE(outlines.ok()) << outlines.error().message;
  EXPECT_EQ(outlines.value().region.size(), 3U);
  ASSERT_EQ(outlines.value().districts.size(), 1U);
  EXPECT_EQ(outlines.value().districts[0].id, DistrictId(320213));
  EXPECT_EQ(outlines.value().districts[0].outline.size(), 4U);
}

TEST(Outlines, MistakesNameTheFeature) {
  const auto mistake = [](const std::string& text) {
    const auto outlines = parse_outlines(text, "d.geojson", RegionId(1));
    return outlines.ok() ? "no mistake" : outlines.error().message;
  };
  EXPECT_THAT(mistake(R"({"features": [{"properties": {"name": "A"}, "geometry": {}}]})"),
              HasSubstr("d.geojson: feature 1: expected a property code"));
  EXPECT_THAT(mistake(R"({"features": [{"properties": {"code": 5}, "geometry":
      {"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [120, 31]]]}}]})"),
              HasSubstr("feature 1: an outline needs at least 3 corners"));
  EXPECT_THAT(mistake(R"({"features": [{"properties": {"code": 5}, "geometry":
      {"type": "Polygon", "coordinates": [[[120, 131], [121, 31], [120, 31]]]}}]})"),
              HasSubstr("a corner is not [longitude, latitude]"));
}

}  // namespace
}  // namespace dispatch135::citybuild
