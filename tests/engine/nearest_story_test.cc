#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/base/limits.h"
#include "engine/road/nearest.h"
#include "engine/road/route.h"
#include "tests/engine/map_fixture.h"

namespace dispatch135::road {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::BuiltCity;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Everybody takes part, except those who are off; each with the same turnout unless told otherwise.
class Roster : public UnitFilter {
 public:
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    if (off.contains(unit)) return false;
    const auto it = turnouts.find(unit);
    turnout = it == turnouts.end() ? DurationMs{0} : it->second;
    return true;
  }
  std::set<UnitIndex> off;
  std::map<UnitIndex, DurationMs> turnouts;
};

// Units stand on the map's places; asks who comes soonest.
class Story {
 public:
  explicit Story(std::string_view drawing, std::size_t units = 4)
      : map(drawing), built(map.build()), units_on_road(built.live(), units), search(built.live()) {}

  void stands(std::uint32_t unit, char where, TravelKind kind = TravelKind::kCar) {
    const auto place = built.roads().snap(map.at(where), kind, limits::kSnapLimitMm);
    ASSERT_TRUE(place);
    units_on_road.place(UnitIndex(unit), kind, *place);
  }

  // The units in order of arrival.
  std::vector<std::uint32_t> soonest(char where, std::size_t k = 10) {
    std::vector<std::uint32_t> units;
    for (const Found& found : search.k_soonest(map.at(where), limits::kSnapLimitMm, units_on_road, roster, k)) {
      units.push_back(found.unit.value());
    }
    return units;
  }

  // Seconds of travel of the soonest unit, rounded; -1: nobody.
  std::int64_t seconds(char where) {
    const auto found = search.k_soonest(map.at(where), limits::kSnapLimitMm, units_on_road, roster, 1);
    return found.empty() ? -1 : (found[0].travel.count + 500) / 1000;
  }

  AsciiMap map;
  BuiltCity built;
  UnitsOnRoad units_on_road;
  NearestSearch search;
  Roster roster;
};

TEST(NearestStory, TheUnitThatIsThereSoonestByRoadGoes) {
  Story story(R"(
    A--1-----B
    |        |
    |        2
    C-----3--D
  )");
  story.stands(0, '1');
  story.stands(1, '3');
  EXPECT_THAT(story.soonest('2'), ElementsAre(1, 0));
  EXPECT_EQ(story.seconds('2'), 40);
}

TEST(NearestStory, TheUnitAcrossTheRiverIsNearButNotSoon) {
  Story story(R"(
    A-1-------B
              |
    C-2----3--D
  )");
  story.stands(0, '1');
  story.stands(1, '3');
  EXPECT_THAT(story.soonest('2'), ElementsAre(1, 0));
}

TEST(NearestStory, AgainstAOneWayStreetTheCarGoesRoundAndTheWalkerDoesNot) {
  Story story(R"(
    A-1->-2-B
    |       |
    C-------D
  )");
  story.stands(0, '2');
  EXPECT_EQ(story.seconds('1'), 20 + 20 + 80 + 20 + 20);
  story.stands(1, '2', TravelKind::kFoot);
  story.roster.off.insert(UnitIndex(0));
  EXPECT_EQ(story.seconds('1'), 400);
}

TEST(NearestStory, OnTheIncidentsOneWayStreetTheUnitBehindGoesStraight) {
  Story story(R"(
    A-1->-2-B
    |       |
    C-------D
  )");
  story.stands(0, '1');
  EXPECT_EQ(story.seconds('2'), 40);
}

TEST(NearestStory, TheShortcutRoundIsTakenWhenTheOwnStreetIsLong) {
  Story story(R"(
    A-1->-------2-B
    |             |
    C-------------D
  )");
  story.stands(0, '2');
  story.stands(1, '2', TravelKind::kFoot);
  EXPECT_THAT(story.soonest('1'), ElementsAre(0, 1));
}

TEST(NearestStory, AUnitWithoutAWayIsLeftOut) {
  Story story(R"(
    A-1->-B-2-C
  )");
  story.stands(0, '2');
  EXPECT_THAT(story.soonest('1'), IsEmpty());
  EXPECT_THAT(story.soonest('2'), ElementsAre(0));
}

TEST(NearestStory, CarsDoNotUseFootPaths) {
  Story story(R"(
    A-1-:-2-B
    |       |
    C-------D
  )");
  EXPECT_FALSE(story.built.roads().snap(story.map.at('1'), TravelKind::kCar, 150'000));
  story.stands(0, 'B');
  story.stands(1, '2', TravelKind::kFoot);
  EXPECT_THAT(story.soonest('1'), ElementsAre(0, 1));
}

TEST(NearestStory, TurnoutTimeCounts) {
  Story story(R"(
    A-1-2-3-B
  )");
  story.stands(0, '2');
  story.stands(1, '3');
  story.roster.turnouts[UnitIndex(0)] = {60'000};
  EXPECT_THAT(story.soonest('1'), ElementsAre(1, 0));
  EXPECT_THAT(story.soonest('1', 1), ElementsAre(1));
}

TEST(NearestStory, OfUnitsThatArriveTogetherTheLowerIndexGoesFirst) {
  Story story(R"(
    A-1-2-3-B
  )");
  story.stands(3, '1');
  story.stands(1, '1');
  story.stands(2, '1');
  EXPECT_THAT(story.soonest('2', 2), ElementsAre(1, 2));
}

TEST(NearestStory, ALowerIndexFromFartherAwayGoesFirstWhenItsTurnoutMakesUpForTheWay) {
  Story story(R"(
    A-1-2-3-B
  )");
  story.stands(0, '3');
  story.stands(1, '2');
  const auto both =
      story.search.k_soonest(story.map.at('1'), limits::kSnapLimitMm, story.units_on_road, story.roster, 2);
  ASSERT_EQ(both.size(), 2U);
  story.roster.turnouts[UnitIndex(1)] = both[1].travel - both[0].travel;
  EXPECT_THAT(story.soonest('1', 1), ElementsAre(0));
  story.roster.turnouts[UnitIndex(1)].count -= 1;
  EXPECT_THAT(story.soonest('1', 1), ElementsAre(1));
}

TEST(NearestStory, AUnitThatDroveOffIsFoundOnlyWhereItIsNow) {
  Story story(R"(
    A-1-2-3-B
  )");
  story.stands(0, '1');
  story.stands(0, '3');
  EXPECT_EQ(story.seconds('1'), 40);
  story.units_on_road.remove(UnitIndex(0));
  EXPECT_EQ(story.seconds('1'), -1);
  EXPECT_FALSE(story.units_on_road.placed(UnitIndex(0)));
}

TEST(NearestStory, AUnitAtTheIncidentIsThereAtOnceEvenOnAOneWayStreet) {
  Story story(R"(
    A-->1--B
  )");
  story.stands(0, '1');
  EXPECT_EQ(story.seconds('1'), 0);
}

TEST(RouteStory, TheRouteIsWhatTheSearchCounted) {
  Story story(R"(
    A-1->-2-B
    |       |
    C-------D
  )");
  const Network& roads = story.built.roads();
  const auto from = roads.snap(story.map.at('2'), TravelKind::kCar, limits::kSnapLimitMm);
  const auto to = roads.snap(story.map.at('1'), TravelKind::kCar, limits::kSnapLimitMm);
  const auto route = RouteFinder(story.built.live()).find(*from, *to, TravelKind::kCar);
  ASSERT_TRUE(route);
  std::vector<std::string> streets;
  for (const RouteLeg& leg : route->legs) streets.emplace_back(story.built.city().street_name(leg.edge));
  EXPECT_THAT(streets, ElementsAre("AB", "BD", "CD", "AC", "AB"));
  EXPECT_EQ((route->time.count + 500) / 1000, 160);
}

TEST(RouteStory, ToTheSamePlaceThereIsNothingToDrive) {
  Story story(R"(
    A-->1--B
  )");
  const auto place = story.built.roads().snap(story.map.at('1'), TravelKind::kCar, limits::kSnapLimitMm);
  const auto route = RouteFinder(story.built.live()).find(*place, *place, TravelKind::kCar);
  ASSERT_TRUE(route);
  EXPECT_THAT(route->legs, IsEmpty());
  EXPECT_EQ(route->time.count, 0);
}

}  // namespace
}  // namespace dispatch135::road
