// Looking into a city on the command line.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/engine/map_fixture.h"
#include "tests/services/citybuild/command_line.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using Json = nlohmann::json;

class QueryCommands : public CommandLineTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(build_block()); }
};

TEST_F(QueryCommands, CheckTellsTurnsAndHowMuchOfTheRoadsIsJoined) {
  const Done done = run({"check", "@block.city"});
  EXPECT_EQ(done.exit_status, 0) << done.error;
  EXPECT_THAT(done.output, HasSubstr("roads        4 junctions, 4 edges, 4 km\n"
                                     "turns        4 approaches with 8 ways on: 0 cost somebody time, "
                                     "0 are forbidden to somebody\n"));
  EXPECT_THAT(done.output, HasSubstr("car                        8         8             100.00 %\n"));
  EXPECT_THAT(done.output, HasSubstr("bicycle                    8         8             100.00 %\n"));
}

TEST_F(QueryCommands, CheckTellsOfADeadEndThatCarsCannotLeave) {
  const auto city = dispatch135::testing::AsciiMap("A--B-->--C").build();
  folder_.file("trap.city", {reinterpret_cast<const char*>(city.bytes().data()), city.bytes().size()});
  const Done done = run({"check", "@trap.city"});
  EXPECT_EQ(done.exit_status, 0) << done.error;
  EXPECT_THAT(done.output, HasSubstr("car                        3         1              66.67 %\n"));
  EXPECT_THAT(done.output, HasSubstr("foot                       4         1             100.00 %\n"));
}

TEST_F(QueryCommands, NearestAreTheCitysUnitsFromTheirPosts) {
  const Done done = run({"nearest", "@block.city", "31.0,120.005", "-k", "5"});
  EXPECT_EQ(done.exit_status, 0) << done.error;
  EXPECT_EQ(done.output,
            "rank  seconds  travels by      unit                            post\n"
            "   1     49.1  car             320200-S001 (320200000001)      Corner (42)\n"
            "   2     49.1  car             320200-S001-2 (320200000002)    Corner (42)\n");
}

TEST_F(QueryCommands, PostsOfAFileStandInForTheCitys) {
  folder_.file("planned.csv",
               "id,name,kind,lat,lon,units,travel_kind\n"
               "1,North-east,outpost,31.01,120.01,2,motorcycle\n"
               "2,South-east,outpost,31.0,120.01,,\n");
  const Done done = run({"nearest", "@block.city", "31.0,120.009", "--posts", "@planned.csv", "--kind", "bicycle"});
  EXPECT_EQ(done.exit_status, 0);
  EXPECT_EQ(done.error, "");
  EXPECT_EQ(done.output,
            "rank  seconds  travels by      unit                            post\n"
            "   1     22.9  bicycle         unit 1                          South-east (2)\n"
            "   2    123.9  motorcycle      unit 1                          North-east (1)\n"
            "   3    123.9  motorcycle      unit 2                          North-east (1)\n");
}

TEST_F(QueryCommands, PostsThatCannotBeUsedAreToldAndPassedOver) {
  folder_.file("planned.csv",
               "id,name,kind,lat,lon\n"
               "1,Field,outpost,30.98,120.005\n"
               "2,Abroad,outpost,32.0,120.005\n"
               "3,Corner,outpost,31.0,120.0\n");
  folder_.file("wide.geojson", R"({"features": [{"properties": {"code": 320200}, "geometry":
      {"type": "Polygon", "coordinates": [[[119.9, 30.9], [120.1, 30.9], [120.1, 31.1], [119.9, 31.1]]]}}]})");
  auto words = import_words();
  words.insert(words.end(), {"--districts", "@wide.geojson"});
  ASSERT_EQ(run(words).exit_status, 0);
  const Done done = run({"nearest", "@block.city", "31.0,120.005", "--posts", "@planned.csv"});
  EXPECT_EQ(done.exit_status, 0);
  EXPECT_EQ(
      done.error,
      "citybuild: planned.csv: post Field (1) is passed over: the nearest road for car is 2217 m away (South); "
      "at most 1000 m are allowed\n"
      "citybuild: planned.csv: post Abroad (2) is passed over: lies in no region; there is no road for car within "
      "100 km\n");
  EXPECT_THAT(done.output, HasSubstr("   1     49.1  car             unit 1                          Corner (3)\n"));
}

TEST_F(QueryCommands, PostsOfAFileMustBeOfUse) {
  folder_.file("planned.csv", "id,name,kind,lat,lon\n2,Abroad,outpost,31.2,120.005\n");
  EXPECT_EQ(refusal({"nearest", "@block.city", "31.0,120.005", "--posts", "@planned.csv"}),
            "citybuild: planned.csv: none of its 1 posts can be used\n");
  folder_.file("planned.csv", "id,name,kind,lat,lon\n7,A,outpost,31.0,120.0\n7,B,outpost,31.0,120.0\n");
  EXPECT_EQ(refusal({"nearest", "@block.city", "31.0,120.005", "--posts", "@planned.csv"}),
            "citybuild: planned.csv:3: id 7 is that of planned.csv:2 too\n");
  EXPECT_EQ(refusal({"nearest", "@block.city", "31.0,120.005", "--kind", "foot"}),
            "--kind requires --posts\nRun with --help for more information.\n");
}

TEST_F(QueryCommands, RouteIsToldStreetByStreet) {
  const Done done = run({"route", "@block.city", "31.0,120.005", "31.01,120.005", "--kind", "foot"});
  EXPECT_EQ(done.exit_status, 0) << done.error;
  EXPECT_EQ(done.output,
            "  metres  seconds  street\n"
            "     477    341.1  South\n"
            "    1108    791.9  East\n"
            "     477    341.1  North\n"
            "    2063   1474.1  in all\n");
}

TEST_F(QueryCommands, RouteAsGeoJsonHasALineForEachStreet) {
  const Done done =
      run({"route", "@block.city", "31.0,120.005", "31.005,120.0", "--kind", "car_with_siren", "--geojson"});
  ASSERT_EQ(done.exit_status, 0) << done.error;
  const Json features = Json::parse(done.output).at("features");
  ASSERT_EQ(features.size(), 2U);
  EXPECT_EQ(features[0]["properties"]["street"], "South");
  EXPECT_EQ(features[0]["properties"]["travel_kind"], "car_with_siren");
  EXPECT_EQ(features[0]["geometry"]["coordinates"], Json::parse("[[120.005, 31.0], [120.0, 31.0]]"));
  EXPECT_EQ(features[1]["properties"]["street"], "West");
  EXPECT_EQ(features[1]["geometry"]["coordinates"], Json::parse("[[120.0, 31.0], [120.0, 31.005]]"));
}

TEST_F(QueryCommands, LineOfAPartOfAStreetHasTheBendsWithin) {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).node(3, 10, 10).node(4, 10, 0);
  map.way(11, {1, 2, 3, 4}, street("Horseshoe"));
  folder_.file("map.osm", map.str());
  ASSERT_EQ(run(import_words()).exit_status, 0);
  const Done done = run({"route", "@block.city", "31.0,120.005", "31.005,120.01", "--geojson"});
  ASSERT_EQ(done.exit_status, 0) << done.error;
  EXPECT_EQ(Json::parse(done.output)["features"][0]["geometry"]["coordinates"],
            Json::parse("[[120.005, 31.0], [120.01, 31.0], [120.01, 31.005]]"));
}

TEST_F(QueryCommands, StreetTellsThePieceItsDirectionsAndTimes) {
  Map map = block();
  map.node(5, -5, 0).node(6, -5, 10);
  map.way(15, {1, 5}, street("West")).way(16, {5, 6}, street("Quay")).way(17, {6, 2}, street("East"));
  const std::string one_way = map.str();
  const std::string name = tag("name", "South");
  folder_.file("map.osm", std::string(one_way).replace(one_way.find(name), name.size(), name + tag("oneway", "yes")));
  ASSERT_EQ(run(import_words()).exit_status, 0);
  const Done done = run({"street", "@block.city", "31.0009,120.0025"});
  EXPECT_EQ(done.exit_status, 0) << done.error;
  EXPECT_THAT(done.output, MatchesRegex("street          South \\(residential\\)\n"
                                        "edge            0 of the city [0-9a-f]+\n"
                                        "distance        99.8 m, at 238.8 m of its 955.0 m\n"
                                        "forward to      31.0000000,120.0100000 \\(East\\)\n"
                                        "backward to     31.0000000,120.0000000 \\(West\\)\n"
                                        "by              forward     backward\n"
                                        "car             98.2 s      closed\n"
                                        "motorcycle      98.2 s      closed\n"
                                        "foot            682.2 s     682.2 s\n"
                                        "car_with_siren  75.6 s      188.9 s\n"
                                        "bicycle         229.2 s     closed\n"));
}

TEST_F(QueryCommands, StreetAsGeoJsonIsItsLine) {
  const Done done = run({"street", "@block.city", "31.0009,120.0025", "--geojson"});
  ASSERT_EQ(done.exit_status, 0) << done.error;
  const Json street = Json::parse(done.output)["features"][0];
  EXPECT_EQ(street["properties"]["street"], "South");
  EXPECT_EQ(street["properties"]["class"], "residential");
  EXPECT_EQ(street["properties"]["edge"], 0);
  EXPECT_TRUE(street["properties"]["forward_seconds"].contains("car"));
  EXPECT_EQ(street["geometry"]["coordinates"], Json::parse("[[120.0, 31.0], [120.01, 31.0]]"));
}

TEST_F(QueryCommands, PlaceFarFromAnyRoadIsToldHowFarAndFromWhichStreet) {
  EXPECT_EQ(refusal({"route", "@block.city", "31.0,120.0", "30.98,120.005", "--kind", "foot"}),
            "citybuild: 30.98,120.005: the nearest road for foot is 2217 m away (South); at most 1000 m are allowed\n");
  EXPECT_EQ(refusal({"nearest", "@block.city", "30.98,120.005"}),
            "citybuild: 30.98,120.005: the nearest road for car is 2217 m away (South); at most 1000 m are allowed\n");
  EXPECT_EQ(refusal({"street", "@block.city", "30.98,120.005"}),
            "citybuild: 30.98,120.005: the nearest road is 2217 m away (South); at most 1000 m are allowed\n");
  EXPECT_EQ(refusal({"street", "@block.city", "0,0"}), "citybuild: 0,0: there is no road within 100 km\n");
}

TEST_F(QueryCommands, WhatIsNoPlaceIsToldWithAnExample) {
  for (const char* text : {"31.0", "31.0;120.0", "91,120", "31,181", "nan,nan", "31.0,120.0 ", ",", ""}) {
    EXPECT_EQ(refusal({"street", "@block.city", text}),
              "citybuild: '" + std::string(text) +
                  "' is no place; expected LATITUDE,LONGITUDE in WGS-84 degrees, e.g. 31.57,120.30\n");
  }
}

TEST_F(QueryCommands, UnknownKindOfTravelIsToldWithThoseThereAre) {
  EXPECT_THAT(refusal({"route", "@block.city", "31.0,120.0", "31.01,120.0", "--kind", "hovercraft"}),
              StartsWith("--kind: hovercraft not in {car,motorcycle,foot,car_with_siren,bicycle}\n"));
}

}  // namespace
}  // namespace dispatch135::citybuild
