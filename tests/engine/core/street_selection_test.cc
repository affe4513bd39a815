// Which pieces of street a change means: on drawn maps, where each piece is named by the letters at its ends.
#include "engine/core/street_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "engine/geo/area.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::core {
namespace {

using dispatch135::testing::AsciiMap;
using dispatch135::testing::BuiltCity;
using dispatch135::testing::Dice;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void put(const geo::Point& point, v1::Position& position) {
  position.set_latitude_e7(point.latitude_e7);
  position.set_longitude_e7(point.longitude_e7);
}

v1::ChangeStreets closure() {
  v1::ChangeStreets change;
  change.set_closed(true);
  return change;
}

v1::ChangeStreets piece_at(const geo::Point& at) {
  v1::ChangeStreets change = closure();
  put(at, *change.mutable_piece()->mutable_at());
  return change;
}

v1::ChangeStreets street_near(const std::string& name, const geo::Point& near) {
  v1::ChangeStreets change = closure();
  change.mutable_street()->set_name(name);
  put(near, *change.mutable_street()->mutable_near());
  return change;
}

v1::ChangeStreets area_of(const std::vector<geo::Point>& corners) {
  v1::ChangeStreets change = closure();
  for (const geo::Point& corner : corners) put(corner, *change.mutable_area()->add_corners());
  return change;
}

// A map whose junctions are the first letters of the alphabet, and what a change selects there as the letters at its
// ends: "AB" from A to B.
class Drawn {
 public:
  explicit Drawn(AsciiMap& map) : city_(map.build()) {
    const auto junctions = city_.roads().junctions;
    letters_.resize(junctions.size());
    for (std::size_t i = 0; i < junctions.size(); ++i) {
      const char letter = static_cast<char>('A' + i);
      for (std::size_t j = 0; j < junctions.size(); ++j) {
        if (map.at(letter) == junctions[j]) letters_[j] = letter;
      }
    }
  }

  std::vector<std::string> select(const v1::ChangeStreets& change) {
    refused_ = select_streets(city_.city(), change, selected_);
    std::vector<std::string> arcs;
    if (refused_) return arcs;
    for (const std::uint32_t arc : selected_.arcs) {
      const road::Edge& edge = city_.roads().edges[arc >> 1];
      const std::string forward = {letters_[edge.from], letters_[edge.to]};
      arcs.push_back((arc & 1U) != 0 ? std::string(forward.rbegin(), forward.rend()) : forward);
    }
    return arcs;
  }

  const SelectedStreets& selected() const { return selected_; }
  const Outcome& refused() const { return refused_; }
  const city::City& city() const { return city_.city(); }

 private:
  BuiltCity city_;
  std::vector<char> letters_;
  SelectedStreets selected_;
  Outcome refused_;
};

constexpr const char* kLadder = R"(
   A--1--B---C
   |     |   v
   D-----E-2-F
)";

TEST(StreetSelection, APlaceMeansTheNearestPieceInBothDirections) {
  AsciiMap map(kLadder);
  Drawn drawn(map);
  EXPECT_THAT(drawn.select(piece_at(map.at('1'))), ElementsAre("AB", "BA"));
  EXPECT_EQ(drawn.selected().pieces, 1U);
  EXPECT_THAT(drawn.selected().names, ElementsAre("AB"));
}

TEST(StreetSelection, ADirectionMeansOnlyThatOne) {
  AsciiMap map(kLadder);
  Drawn drawn(map);
  v1::ChangeStreets change = piece_at(map.at('2'));
  change.mutable_piece()->set_direction(v1::DIRECTION_FORWARD);
  EXPECT_THAT(drawn.select(change), ElementsAre("EF"));
  change.mutable_piece()->set_direction(v1::DIRECTION_BACKWARD);
  EXPECT_THAT(drawn.select(change), ElementsAre("FE"));
}

TEST(StreetSelection, AOneWayStreetHasNoOtherDirectionForThoseWhoMayNotUseIt) {
  AsciiMap map(kLadder);
  Drawn drawn(map);
  v1::ChangeStreets change = area_of({map.at('C'), map.at('F'), map.at('F')});
  change.add_travel_kinds(v1::TRAVEL_KIND_CAR);
  EXPECT_THAT(drawn.select(change), ElementsAre("BC", "CB", "CF", "EF", "FE"));
  change.add_travel_kinds(v1::TRAVEL_KIND_FOOT);
  EXPECT_THAT(drawn.select(change), ElementsAre("BC", "CB", "CF", "FC", "EF", "FE"));
}

TEST(StreetSelection, TheNearestPieceIsOneThatTheKindMayUse) {
  AsciiMap map(R"(
     A::1::B
     |     |
     C-----D
  )");
  Drawn drawn(map);
  v1::ChangeStreets change = piece_at(map.at('1'));
  EXPECT_THAT(drawn.select(change), ElementsAre("AB", "BA")) << "a path for people on foot";
  change.add_travel_kinds(v1::TRAVEL_KIND_CAR);
  EXPECT_THAT(drawn.select(change), IsEmpty());
  ASSERT_TRUE(drawn.refused()) << "the next street for cars is 200 m away, and more than that by the map's rounding";
  EXPECT_EQ(drawn.refused()->code, v1::REJECT_CODE_OFF_ROAD);
  EXPECT_THAT(drawn.refused()->reason, HasSubstr("200 m"));
}

//   A - B - C   D - E        Ring Road, with a gap of 300 m between C and D; F - G is another street of that name
TEST(StreetSelection, AStreetIsAllOfItsNameThatHangsTogether) {
  AsciiMap map(R"(
     A-B-C  D-E
     |   |  | |
     F---G--H-I
  )");
  for (city::DraftEdge& edge : map.draft().edges) {
    const std::set<std::string> ring = {"AB", "BC", "DE"};
    edge.name = ring.contains(edge.name) ? "Ring Road" : edge.name;
  }
  Drawn drawn(map);
  EXPECT_THAT(drawn.select(street_near("Ring Road", map.at('A'))), ElementsAre("AB", "BA", "BC", "CB"));
  EXPECT_THAT(drawn.select(street_near("", map.at('B'))), ElementsAre("AB", "BA", "BC", "CB")) << "named by its place";
  EXPECT_THAT(drawn.select(street_near("Ring Road", map.at('I'))), ElementsAre("DE", "ED"))
      << "the nearest of the name";
  EXPECT_THAT(drawn.selected().names, ElementsAre("Ring Road"));
}

TEST(StreetSelection, TheOtherCarriagewayOfAStreetBelongsToIt) {
  AsciiMap map(R"(
     A>>>>>>>>B
     C<<<<<<<<D
  )",
               {.step_mm = 40'000});
  map.draft().edges[0].name = map.draft().edges[1].name = "Avenue";
  Drawn drawn(map);
  v1::ChangeStreets change = street_near("Avenue", map.at('A'));
  change.add_travel_kinds(v1::TRAVEL_KIND_CAR);
  EXPECT_THAT(drawn.select(change), ElementsAre("AB", "DC"));
}

TEST(StreetSelection, AnUnknownOrNamelessStreetIsRefused) {
  AsciiMap map(kLadder);
  map.draft().edges[0].name.clear();
  Drawn drawn(map);
  EXPECT_THAT(drawn.select(street_near("Nowhere Lane", map.at('A'))), IsEmpty());
  ASSERT_TRUE(drawn.refused());
  EXPECT_THAT(drawn.refused()->reason, HasSubstr("'Nowhere Lane'"));
  EXPECT_THAT(drawn.select(street_near("", map.at('1'))), IsEmpty());
  ASSERT_TRUE(drawn.refused());
  EXPECT_THAT(drawn.refused()->reason, HasSubstr("has no name"));
}

TEST(StreetSelection, AnAreaMeansWhatHasAPartInside) {
  AsciiMap map(R"(
     A-------B
     |1     2|
     |       |
     |4     3|
     C-------D
         |
         E---F
  )");
  Drawn drawn(map);
  EXPECT_THAT(drawn.select(area_of({map.at('1'), map.at('2'), map.at('3'), map.at('4')})), IsEmpty());
  ASSERT_TRUE(drawn.refused()) << "the block's middle has no street";
  // A strip across A-C and B-D, no end of which lies in it.
  const auto south_of = [](geo::Point p) { return geo::Point{p.latitude_e7 - 100, p.longitude_e7}; };
  const geo::Point west = {map.at('1').latitude_e7, map.at('A').longitude_e7 - 20'000};
  const geo::Point east = {map.at('2').latitude_e7, map.at('B').longitude_e7 + 20'000};
  EXPECT_THAT(drawn.select(area_of({west, east, south_of(east), south_of(west)})), ElementsAre("AC", "CA", "BD", "DB"));
}

TEST(StreetSelection, EdgesByNumberNeedTheCityFileTheyAreFrom) {
  AsciiMap map(kLadder);
  Drawn drawn(map);
  v1::ChangeStreets change = closure();
  change.mutable_edges()->add_forward(2);
  change.mutable_edges()->add_backward(0);
  change.mutable_edges()->add_backward(0);
  EXPECT_THAT(drawn.select(change), IsEmpty());
  EXPECT_THAT(drawn.refused()->reason, HasSubstr("fingerprint"));
  change.mutable_edges()->set_fingerprint(drawn.city().fingerprint().value());
  drawn.select(change);
  EXPECT_FALSE(drawn.refused());
  EXPECT_THAT(drawn.selected().arcs, ElementsAre(0U << 1 | 1U, 2U << 1));
  change.mutable_edges()->add_forward(4'711);
  EXPECT_THAT(drawn.select(change), IsEmpty());
  EXPECT_THAT(drawn.refused()->reason, HasSubstr("no edge 4711"));
}

TEST(StreetSelection, TheWholeCityShowsTheFirstOfItsNames) {
  AsciiMap map(R"(
     A-B-C-D-E-F-G-H-I-J-K
  )");
  Drawn drawn(map);
  v1::ChangeStreets change = closure();
  change.mutable_whole_city();
  EXPECT_THAT(drawn.select(change), SizeIs(20));
  EXPECT_EQ(drawn.selected().pieces, 10U);
  EXPECT_THAT(drawn.selected().names, ElementsAre("AB", "BC", "CD", "DE", "EF", "FG", "GH", "HI"));
}

// A plain twin for areas: every piece of every edge against the outline.
TEST(StreetSelection, AnAreaFindsWhatALookAtEveryEdgeFinds) {
  constexpr std::uint64_t kSeed = 4;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  for (int round = 0; round < 60; ++round) {
    const BuiltCity built(dispatch135::testing::random_city(dice, 4 + dice.roll(5), 4 + dice.roll(5)));
    const road::Network& roads = built.roads();
    std::vector<geo::Point> corners(3 + dice.roll(6));
    for (geo::Point& corner : corners) corner = dispatch135::testing::random_point(dice, roads);
    const geo::Area outline(corners);
    std::set<std::uint32_t> expected;
    for (std::uint32_t e = 0; e < roads.edges.size(); ++e) {
      const auto line = roads.shape_points.subspan(roads.edges[e].first_shape, roads.edges[e].shape_count);
      for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        if (outline.touches(line[i], line[i + 1])) expected.insert(e);
      }
    }
    SelectedStreets selected;
    const Outcome refused = select_streets(built.city(), area_of(corners), selected);
    std::set<std::uint32_t> found;
    if (!refused) {
      for (const std::uint32_t arc : selected.arcs) found.insert(arc >> 1);
    }
    ASSERT_EQ(found, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace dispatch135::core
