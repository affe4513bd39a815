// Turn restrictions and barriers of the map: what each kind of travel may do at a junction.
#include "services/citybuild/osm_turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>

#include "engine/city/city.h"
#include "engine/road/route.h"
#include "services/citybuild/osm_import.h"
#include "tests/services/citybuild/osm_map.h"
#include "tests/services/citybuild/temporary_folder.h"
#include "tests/services/citybuild/travel_kinds.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::IsEmpty;

std::string restriction(const std::string& value, const std::string& more = "") {
  return tag("type", "restriction") + tag("restriction", value) + more;
}

// A crossroads: ways 11 (from the south), 12 (to the north), 13 (to the east), 14 (to the west) meet at node 5.
//        2
//        |
//    4---5---3
//        |
//        1
Map crossroads() {
  Map map;
  map.node(1, -5, 0).node(2, 5, 0).node(3, 0, 5).node(4, 0, -5).node(5, 0, 0);
  map.way(11, {1, 5}, street("South")).way(12, {5, 2}, street("North"));
  map.way(13, {5, 3}, street("East")).way(14, {5, 4}, street("West"));
  return map;
}

class OsmTurns : public ::testing::Test {
 protected:
  void build(const Map& map) {
    auto data = read_osm(folder_.file("map.osm", map.str()), preset_profiles(), [](int) {});
    ASSERT_TRUE(data.ok()) << data.error().message;
    draft_ = {};
    TurnPlan plan;
    network_ = add_osm_network(data.value(), draft_);
    counts_ = plan_osm_turns(data.value(), network_, draft_, plan);
    list_turns(preset_profiles(), plan, draft_);
  }

  // The only edge of a way.
  city::DraftArc onto(std::int64_t way) const { return city::forward_arc(network_.way(way)->first_edge); }
  city::DraftArc back(std::int64_t way) const { return city::reversed(onto(way)); }

  std::uint32_t ms(city::DraftArc from, city::DraftArc to, std::size_t kind) const {
    for (const auto& turn : draft_.turns) {
      if (turn.from == from && turn.to == to) {
        return turn.ms[kind];
      }
    }
    return 0;
  }
  bool may(city::DraftArc from, city::DraftArc to, std::size_t kind) const {
    return ms(from, to, kind) != road::kNoEntry;
  }
  std::uint64_t dropped(RestrictionDrop reason) const { return counts_.dropped[static_cast<std::size_t>(reason)]; }

  TemporaryFolder folder_;
  city::CityDraft draft_;
  OsmNetwork network_;
  RestrictionCounts counts_;
};

TEST_F(OsmTurns, LeftTurnThatASignForbidsIsNotTakenUnlessWithSiren) {
  build(crossroads().relation(91, "from:11 via:n5 to:14", restriction("no_left_turn")));
  EXPECT_EQ(counts_.used, 1U);
  for (const std::size_t bound : {kCar, kMotorcycle, kBicycle}) {
    EXPECT_FALSE(may(onto(11), onto(14), bound));
  }
  EXPECT_TRUE(may(onto(11), onto(14), kSiren));
  EXPECT_TRUE(may(onto(11), onto(14), kFoot));
  EXPECT_TRUE(may(onto(11), onto(13), kCar));
  EXPECT_GT(ms(onto(11), onto(13), kCar), 0U) << "at a junction with a sign every turn has its cost";
}

TEST_F(OsmTurns, OnlyStraightOnForbidsEveryOtherTurn) {
  build(crossroads().relation(91, "from:11 via:n5 to:12", restriction("only_straight_on")));
  EXPECT_TRUE(may(onto(11), onto(12), kCar));
  EXPECT_FALSE(may(onto(11), onto(13), kCar));
  EXPECT_FALSE(may(onto(11), onto(14), kCar));
  EXPECT_FALSE(may(onto(11), back(11), kCar)) << "turning round is another turn too";
  EXPECT_TRUE(may(back(12), onto(13), kCar)) << "who comes from elsewhere is not bound";
}

TEST_F(OsmTurns, NoUTurnForbidsTurningRound) {
  build(crossroads().relation(91, "from:11 via:n5 to:11", restriction("no_u_turn")));
  EXPECT_FALSE(may(onto(11), back(11), kCar));
  EXPECT_TRUE(may(back(12), onto(12), kCar));
}

TEST_F(OsmTurns, NoEntryMayNameSeveralStreetsToComeFrom) {
  build(crossroads().relation(91, "from:11 from:12 via:n5 to:13", restriction("no_entry")));
  EXPECT_FALSE(may(onto(11), onto(13), kCar));
  EXPECT_FALSE(may(back(12), onto(13), kCar));
  EXPECT_TRUE(may(back(14), onto(13), kCar));
}

TEST_F(OsmTurns, ExceptFreesThoseItNames) {
  build(crossroads().relation(91, "from:11 via:n5 to:14", restriction("no_left_turn", tag("except", "psv; bicycle"))));
  EXPECT_FALSE(may(onto(11), onto(14), kCar));
  EXPECT_TRUE(may(onto(11), onto(14), kBicycle));
  build(crossroads().relation(91, "from:11 via:n5 to:14", restriction("no_left_turn", tag("except", "psv;emergency"))));
  EXPECT_EQ(dropped(RestrictionDrop::kNobody), 1U) << "police are all whom it could bind";
}

TEST_F(OsmTurns, RestrictionForOneKindBindsThatOneOnly) {
  const std::string members = "from:11 via:n5 to:14";
  build(crossroads().relation(91, members, tag("type", "restriction") + tag("restriction:motorcar", "no_left_turn")));
  EXPECT_FALSE(may(onto(11), onto(14), kCar));
  EXPECT_TRUE(may(onto(11), onto(14), kMotorcycle));
  build(crossroads().relation(91, members, tag("type", "restriction:motorcycle") + tag("restriction", "no_left_turn")));
  EXPECT_TRUE(may(onto(11), onto(14), kCar));
  EXPECT_FALSE(may(onto(11), onto(14), kMotorcycle));
  build(crossroads().relation(91, members, tag("type", "restriction") + tag("restriction:hgv", "no_left_turn")));
  EXPECT_EQ(dropped(RestrictionDrop::kNobody), 1U);
}

TEST_F(OsmTurns, BrokenOnesAreCountedByReasonAndForbidNothing) {
  Map map = crossroads();
  map.node(6, 0, 10).way(15, {3, 6}, street("Far")).node(7, 9, 0).way(16, {1, 5, 7}, street("Through"));
  map.relation(91, "from:11 to:14", restriction("no_left_turn"));
  map.relation(92, "from:11 from:12 via:n5 to:14", restriction("no_left_turn"));
  map.relation(93, "from:11 via:n5 to:99", restriction("no_left_turn"));
  map.relation(94, "from:11 via:n77 to:14", restriction("no_left_turn"));
  map.relation(95, "from:15 via:n5 to:14", restriction("no_left_turn"));
  map.relation(96, "from:16 via:n5 to:14", restriction("no_left_turn"));
  map.relation(97, "from:11 via:n5 to:14",
               tag("type", "restriction") + tag("restriction:conditional", "no_left_turn @ (Mo-Fr)"));
  map.relation(98, "from:11 via:n5 to:14", restriction("perhaps_not"));
  map.relation(99, "from:15 via:14 to:11", restriction("no_left_turn"));
  build(map);
  EXPECT_EQ(counts_.used, 0U);
  EXPECT_EQ(dropped(RestrictionDrop::kMembers), 2U);
  EXPECT_EQ(dropped(RestrictionDrop::kNotRoads), 2U);
  EXPECT_EQ(dropped(RestrictionDrop::kNotMeeting), 2U);
  EXPECT_EQ(dropped(RestrictionDrop::kAmbiguous), 1U);
  EXPECT_EQ(dropped(RestrictionDrop::kConditional), 1U);
  EXPECT_EQ(dropped(RestrictionDrop::kUnknown), 1U);
  EXPECT_THAT(draft_.turns, IsEmpty());
  EXPECT_THAT(draft_.forbidden_ways, IsEmpty());
}

// Two carriageways joined by a short way 13, which is cut in two by way 16.
//   1 --11-- 2 --12-- 3
//            |13
//            7 --16-- 8
//            |13
//   4 --15-- 5 --14-- 6
Map carriageways() {
  Map map;
  map.node(1, 2, -5).node(2, 2, 0).node(3, 2, 5).node(4, 0, -5).node(5, 0, 0).node(6, 0, 5).node(7, 1, 0).node(8, 1, 5);
  map.way(11, {1, 2}, street("Up")).way(12, {2, 3}, street("Up")).way(13, {2, 7, 5}, street("Link"));
  map.way(14, {6, 5}, street("Down")).way(15, {5, 4}, street("Down")).way(16, {7, 8}, street("Side"));
  return map;
}

TEST_F(OsmTurns, UTurnOverALinkIsForbiddenAsAWhole) {
  for (const std::string members : {"from:11 via:13 to:14", "from:14 via:13 to:11"}) {
    build(carriageways().relation(91, members, restriction("no_u_turn")));
    ASSERT_EQ(draft_.forbidden_ways.size(), 1U);
    const auto& way = draft_.forbidden_ways[0];
    const std::uint32_t link = network_.way(13)->first_edge;
    const std::vector<city::DraftArc> down = {onto(11), city::forward_arc(link), city::forward_arc(link + 1), back(14)};
    const std::vector<city::DraftArc> up = {onto(14), city::backward_arc(link + 1), city::backward_arc(link), back(11)};
    EXPECT_EQ(way.arcs, members == "from:11 via:13 to:14" ? down : up);
    EXPECT_EQ(way.kinds, 1U << kCar | 1U << kMotorcycle | 1U << kBicycle);
    EXPECT_THAT(draft_.turns, IsEmpty());
  }
}

TEST_F(OsmTurns, OnlyOverALinkForbidsWhateverElseFollows) {
  build(carriageways().relation(91, "from:11 via:13 to:15", restriction("only_right_turn")));
  const std::uint32_t link = network_.way(13)->first_edge;
  const auto first = city::forward_arc(link);
  const auto second = city::forward_arc(link + 1);
  std::vector<std::vector<city::DraftArc>> ways;
  for (const auto& way : draft_.forbidden_ways) {
    ways.push_back(way.arcs);
  }
  EXPECT_THAT(ways, ::testing::UnorderedElementsAre(std::vector{onto(11), first, city::reversed(first)},
                                                    std::vector{onto(11), first, onto(16)},
                                                    std::vector{onto(11), first, second, city::reversed(second)},
                                                    std::vector{onto(11), first, second, back(14)}));
}

TEST_F(OsmTurns, BollardInAStreetStopsCarsAndLeavesBothSidesReachable) {
  // 1 --11-- 5 (bollard) -- 2
  Map map;
  map.node(1, 0, 0).node(5, 0, 5, tag("barrier", "bollard")).node(2, 0, 10);
  map.way(11, {1, 5, 2}, street("Cut"));
  build(map);
  ASSERT_EQ(draft_.edges.size(), 2U);
  for (const auto& [from, to] : {std::pair(city::forward_arc(0), city::forward_arc(1)),
                                 std::pair(city::backward_arc(1), city::backward_arc(0))}) {
    EXPECT_FALSE(may(from, to, kCar));
    EXPECT_FALSE(may(from, to, kSiren));
    EXPECT_TRUE(may(from, to, kMotorcycle));
    EXPECT_TRUE(may(from, to, kFoot));
  }
  EXPECT_TRUE(may(city::forward_arc(0), city::backward_arc(0), kCar));
  EXPECT_GT(draft_.edges[0].forward_mm_s[kCar], 0U);
  EXPECT_GT(draft_.edges[1].forward_mm_s[kCar], 0U);
}

TEST_F(OsmTurns, WhatStandsOnAStreetCostsTimeButNotWhereItBegins) {
  // 1 -- 5 (level crossing) -- 6 -- 2 (lights): two edges, cut at 2.
  Map map;
  map.node(1, 0, 0).node(5, 0, 3, tag("railway", "level_crossing")).node(2, 0, 10, tag("highway", "traffic_signals"));
  map.node(3, 0, 20);
  map.way(11, {1, 5, 2}, street("In")).way(12, {2, 3}, street("Out"));
  build(map);
  const Profiles profiles = preset_profiles();
  const std::uint32_t rails = profiles[kCar]->crossing_ms.at("level_crossing");
  const std::uint32_t lights = profiles[kCar]->crossing_ms.at("traffic_signals");
  EXPECT_EQ(draft_.edges[0].forward_extra_ms[kCar], rails + lights);
  EXPECT_EQ(draft_.edges[0].backward_extra_ms[kCar], rails);
  EXPECT_EQ(draft_.edges[1].forward_extra_ms[kCar], 0U);
  EXPECT_EQ(draft_.edges[1].backward_extra_ms[kCar], lights);
}

TEST_F(OsmTurns, SignalsAtItsStopLineAreTheJunctionsOwn) {
  // A thousandth of a degree is 95 m to the east here.
  for (const bool near : {true, false}) {
    Map map;
    map.node(1, -5, 0).node(2, 5, 0).node(3, 0, 9).node(5, 0, 0);
    std::ostringstream lights;
    lights << "<node id='6' version='1' lat='31.0' lon='" << (near ? "120.0004" : "120.0040") << "'>"
           << tag("highway", "traffic_signals") << "</node>";
    map.way(11, {1, 5}, street("South")).way(12, {5, 2}, street("North")).way(13, {5, 6, 3}, street("East"));
    map.raw(lights.str());
    build(map);
    EXPECT_EQ(draft_.turns.empty(), !near);
    EXPECT_GT(draft_.edges[2].backward_extra_ms[kCar], 0U);
  }
}

TEST_F(OsmTurns, SignThatForbidsALeftTurnSendsCarsRoundTheBlockAndSirensStraightThrough) {
  // The crossroads with a street around it from 1 over 3 and 2 to 4.
  Map map = crossroads();
  map.way(15, {1, 3, 2, 4}, street("Round"));
  map.relation(91, "from:11 via:n5 to:14", restriction("no_left_turn"));
  OsmOptions options;
  options.pbf = folder_.file("round.osm", map.str());
  options.region = RegionId(320200);
  options.name = "Round";
  options.posts = "spread:1";
  std::ostringstream told;
  Report report(told, false);
  const auto draft = import_osm(options, report);
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  const auto bytes = city::build_city(draft.value());
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto city = city::City::open(bytes.value());
  ASSERT_TRUE(city.ok()) << city.error().message;
  const road::Network& network = city.value().roads();
  road::LiveRoads roads(network);
  const auto length_mm = [&](road::TravelKind kind) {
    const auto from = network.snap({309'960'000, 1'200'000'000}, kind, 10'000);
    const auto to = network.snap({310'000'000, 1'199'960'000}, kind, 10'000);
    const auto route = road::RouteFinder(roads).find(*from, *to, kind);
    std::int64_t length = 0;
    for (const auto& leg : route->legs) {
      length += std::abs(std::int64_t{leg.to_mm} - leg.from_mm);
    }
    return length;
  };
  const std::int64_t direct = length_mm(road::TravelKind::kFoot);
  EXPECT_EQ(length_mm(road::TravelKind::kCarWithSiren), direct);
  EXPECT_GT(length_mm(road::TravelKind::kCar), direct * 3 / 2);
}

TEST_F(OsmTurns, StopSignHoldsThoseWhoDriveTowardsIt) {
  Map map;
  map.node(1, 0, 0).node(5, 0, 9, tag("highway", "stop")).node(2, 0, 10).node(3, 0, 20);
  map.node(6, 0, 11, tag("highway", "give_way") + tag("direction", "forward"));
  map.way(11, {1, 5, 2}, street("In")).way(12, {2, 6, 3}, street("Out")).way(13, {2, 3}, street("Loop"));
  build(map);
  EXPECT_GT(draft_.edges[0].forward_extra_ms[kCar], 0U);
  EXPECT_EQ(draft_.edges[0].backward_extra_ms[kCar], 0U);
  EXPECT_GT(draft_.edges[1].forward_extra_ms[kCar], 0U) << "a sign that says whom it faces holds those";
  EXPECT_EQ(draft_.edges[1].backward_extra_ms[kCar], 0U);
}

}  // namespace
}  // namespace dispatch135::citybuild
