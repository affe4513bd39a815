// The way of a unit to its incident, as a crew and a console see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/engine/core/world.h"
#include "tests/engine/map_fixture.h"

namespace dispatch135::core::testing {
namespace {

using dispatch135::testing::AsciiMap;
using ::testing::ElementsAre;

// Ring Road leads east along the north and down the eastern side; the south is River Street.
constexpr const char* kTown = R"(
   A-1-B---C
   3       |
   D-2-E---F
)";

struct Routes : ::testing::Test {
  Routes() : map(kTown) {
    for (city::DraftEdge& edge : map.draft().edges) {
      if (edge.name == "AB" || edge.name == "BC" || edge.name == "CF") edge.name = "Ring Road";
      if (edge.name == "DE" || edge.name == "EF") edge.name = "River Street";
    }
    map.add_post("post", '1', v1::POST_KIND_OUTPOST);
    map.add_unit("1", "post");
    world.emplace(map.draft());
    world->sign_on(1);
  }

  Outcome ask(std::uint64_t unit = 1) { return world->engine().route(kRegion, UnitId(unit), route); }
  std::vector<std::string> streets() const {
    std::vector<std::string> names;
    for (const v1::RouteLeg& leg : route.legs()) names.push_back(leg.street());
    return names;
  }
  geo::Point point(int index) const { return {route.points(index).latitude_e7(), route.points(index).longitude_e7()}; }
  void close(char place) {
    world->command(std::string("close ") + place, [&](v1::OperatorCommand& command) {
      v1::ChangeStreets& change = *command.mutable_change_streets();
      change.set_closed(true);
      change.mutable_piece()->mutable_at()->set_latitude_e7(map.at(place).latitude_e7);
      change.mutable_piece()->mutable_at()->set_longitude_e7(map.at(place).longitude_e7);
    });
  }

  AsciiMap map;
  std::optional<World> world;
  v1::Route route;
};

TEST_F(Routes, AWayIsToldStreetByStreetWithItsLineFromTheUnitToTheIncident) {
  world->report("e1", map.at('2'));
  ASSERT_FALSE(ask());
  EXPECT_THAT(streets(), ElementsAre("Ring Road", "AD", "River Street"));
  ASSERT_EQ(route.points_size(), 4);
  EXPECT_EQ(point(0), map.at('1'));
  EXPECT_EQ(point(1), map.at('A'));
  EXPECT_EQ(point(2), map.at('D'));
  EXPECT_EQ(point(3), map.at('2'));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(route.legs(i).first_point(), static_cast<std::uint32_t>(i));
}

TEST_F(Routes, TheLegsAddUpToTheWholeAndItsTimeIsTheForeseenOne) {
  world->report("e1", map.at('2'));
  ASSERT_FALSE(ask());
  std::int64_t time_ms = 0;
  std::uint64_t length_mm = 0;
  for (const v1::RouteLeg& leg : route.legs()) {
    time_ms += leg.time_ms();
    length_mm += leg.length_mm();
  }
  EXPECT_EQ(route.time_ms(), time_ms);
  EXPECT_EQ(route.length_mm(), length_mm);
  EXPECT_NEAR(static_cast<double>(length_mm), 600'000, 600);
  EXPECT_EQ(route.time_ms(), world->incident("e1").assignments(0).eta_ms()) << "an outpost has no turnout";
}

TEST_F(Routes, PiecesOfOneStreetAreOneLegAlsoAroundACorner) {
  world->report("e1", map.at('2'));
  close('3');
  ASSERT_FALSE(ask());
  EXPECT_THAT(streets(), ElementsAre("Ring Road", "River Street"));
  EXPECT_EQ(point(0), map.at('1'));
  EXPECT_EQ(point(static_cast<int>(route.legs(1).first_point())), map.at('F'));
  EXPECT_EQ(point(route.points_size() - 1), map.at('2'));
}

TEST_F(Routes, AWayBeginsWhereTheUnitIsNow) {
  world->report("e1", map.at('2'));
  world->position(1, map.at('D'));
  ASSERT_FALSE(ask());
  EXPECT_THAT(streets(), ElementsAre("River Street"));
  EXPECT_EQ(point(0), map.at('D'));
}

TEST_F(Routes, WhoIsThereHasAWayOfNoLegs) {
  world->report("e1", map.at('2'));
  world->position(1, map.at('2'));
  ASSERT_FALSE(ask());
  EXPECT_EQ(route.legs_size(), 0);
  EXPECT_EQ(route.points_size(), 1);
  EXPECT_EQ(route.time_ms(), 0);
}

TEST_F(Routes, WithoutUnitAssignmentOrWayThereIsAReason) {
  EXPECT_EQ(ask(77)->code, v1::REJECT_CODE_UNKNOWN_UNIT);
  EXPECT_EQ(ask()->code, v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_EQ(world->engine().route(RegionId(110'000), UnitId(1), route)->code, v1::REJECT_CODE_UNKNOWN_REGION);
  world->report("e1", map.at('2'));
  world->command("c1", [](v1::OperatorCommand& command) {
    command.mutable_change_streets()->set_closed(true);
    command.mutable_change_streets()->mutable_whole_city();
  });
  EXPECT_EQ(ask()->code, v1::REJECT_CODE_OFF_ROAD);
}

TEST_F(Routes, AskingChangesNothing) {
  world->report("e1", map.at('2'));
  const std::uint64_t before = world->engine().state_hash();
  ask();
  EXPECT_EQ(world->engine().state_hash(), before);
}

}  // namespace
}  // namespace dispatch135::core::testing
