// Choke points out of OpenStreetMap, as an operator types it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/services/citybuild/command_line.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ChokesCommand : public CommandLineTest {
 protected:
  // Gives the file that is made of the map.
  std::string chokes_of(const Map& map, const std::vector<std::string>& more = {}) {
    folder_.file("map.osm", map.str());
    std::vector<std::string> words = {"chokes", "--osm", "@map.osm", "--out", "@chokes.yaml"};
    words.insert(words.end(), more.begin(), more.end());
    done_ = run(words);
    EXPECT_EQ(done_.exit_status, 0) << done_.error;
    std::ostringstream text;
    text << std::ifstream(folder_.path("chokes.yaml")).rdbuf();
    return text.str();
  }
  Done done_;
};

// Nodes 1 - 2 === 3 - 4: a bridge of about 950 m in the middle of a street.
Map river() {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).node(3, 0, 20).node(4, 0, 30);
  map.way(11, {1, 2}, tag("highway", "primary")).way(13, {3, 4}, tag("highway", "primary"));
  map.way(12, {2, 3}, tag("highway", "primary") + tag("bridge", "yes") + tag("name", "East \"Old\" Bridge"));
  return map;
}

TEST_F(ChokesCommand, ABridgeIsNamedAndLiesHalfWayAlong) {
  EXPECT_THAT(chokes_of(river()), HasSubstr("- {id: 1, name: \"East \\\"Old\\\" Bridge\", kind: bridge, latitude: "
                                            "31.0000000, longitude: 120.0150000}"));
  EXPECT_THAT(done_.output, HasSubstr("chokes.yaml: 1 choke points\n"));
}

TEST_F(ChokesCommand, TunnelsRampsAndTollGatesAreFoundAndTheNamelessAreNumbered) {
  Map map = river();
  map.node(5, 10, 0).node(6, 10, 10).node(7, 20, 0).node(8, 20, 10).node(9, 30, 0, tag("barrier", "toll_booth"));
  map.way(14, {5, 6}, tag("highway", "secondary") + tag("tunnel", "yes"));
  map.way(15, {7, 8}, tag("highway", "motorway_link"));
  EXPECT_THAT(chokes_of(map), AllOf(HasSubstr("id: 2, name: \"tunnel 2\", kind: tunnel"), HasSubstr("kind: ramp"),
                                    HasSubstr("name: \"gate 4\", kind: gate")));
}

TEST_F(ChokesCommand, TheOtherCarriagewayIsTheSameBridgeAndShortOnesAreNone) {
  Map map = river();
  // 22 m beside the bridge, and a culvert of 10 m.
  map.raw(
      "<node id='20' version='1' lat='31.0002' lon='120.010'/><node id='21' version='1' lat='31.0002' lon='120.019'/>");
  map.raw("<node id='22' version='1' lat='31.05' lon='120.0'/><node id='23' version='1' lat='31.05' lon='120.0001'/>");
  map.way(16, {20, 21}, tag("highway", "primary") + tag("bridge", "yes"));
  map.way(17, {22, 23}, tag("highway", "primary") + tag("bridge", "yes"));
  chokes_of(map, {"--merge", "100"});
  EXPECT_THAT(done_.output, HasSubstr("1 choke points"));
  chokes_of(map, {"--merge", "0", "--min-length", "0"});
  EXPECT_THAT(done_.output, HasSubstr("3 choke points"));
}

TEST_F(ChokesCommand, ABridgeForWalkersStopsNobody) {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10);
  map.way(11, {1, 2}, tag("highway", "footway") + tag("bridge", "yes"));
  EXPECT_EQ(chokes_of(map), "choke_points: []\n");
}

TEST_F(ChokesCommand, AFileThatIsNoMapIsRefusedWithItsName) {
  EXPECT_THAT(refusal({"chokes", "--osm", "@none.osm.pbf", "--out", "@c.yaml"}),
              HasSubstr("none.osm.pbf: cannot be read as OpenStreetMap data"));
}

}  // namespace
}  // namespace dispatch135::citybuild
