// Where turns cost time, and how much.
#include "services/citybuild/turns.h"

#include <gtest/gtest.h>

#include <array>

namespace dispatch135::citybuild {
namespace {

constexpr auto kCar = static_cast<std::size_t>(road::TravelKind::kCar);
constexpr auto kFoot = static_cast<std::size_t>(road::TravelKind::kFoot);

// Streets from a middle, each to a place so many metres north and east of it; edge i leads from the middle to place i.
city::CityDraft star(const std::vector<std::array<int, 2>>& places, v1::RoadClass road_class) {
  city::CityDraft draft;
  draft.junctions.push_back({310'000'000, 1'200'000'000});
  for (const auto& [north, east] : places) {
    // 1e-7 degree is 11.1 mm to the north, 9.5 mm to the east at 31 degrees.
    draft.junctions.push_back({310'000'000 + north * 90, 1'200'000'000 + east * 105});
    city::DraftEdge edge;
    edge.to = static_cast<std::uint32_t>(draft.junctions.size() - 1);
    edge.road_class = road_class;
    edge.forward_mm_s = edge.backward_mm_s = {10'000, 10'000, 1'400, 13'000, 4'000};
    draft.edges.push_back(edge);
  }
  return draft;
}

TurnShape shape(const city::CityDraft& draft, std::size_t from, std::size_t to) {
  return shape_of(draft, city::backward_arc(from), city::forward_arc(to));
}

const city::DraftTurn* find(const city::CityDraft& draft, city::DraftArc from, city::DraftArc to) {
  for (const auto& turn : draft.turns) {
    if (turn.from == from && turn.to == to) {
      return &turn;
    }
  }
  return nullptr;
}

TEST(TurnShapes, AreSeenByWhoComesIn) {
  //       1
  //       |  2
  //   4 --M-- 3      From 0, in the south.
  //       |
  //       0
  const auto draft = star({{-100, 0}, {100, 0}, {100, 40}, {0, 100}, {0, -100}, {-100, 60}}, v1::ROAD_CLASS_PRIMARY);
  EXPECT_EQ(shape(draft, 0, 1), TurnShape::kStraight);
  EXPECT_EQ(shape(draft, 0, 2), TurnShape::kStraight);
  EXPECT_EQ(shape(draft, 0, 3), TurnShape::kRight);
  EXPECT_EQ(shape(draft, 0, 4), TurnShape::kLeft);
  EXPECT_EQ(shape(draft, 0, 5), TurnShape::kSharp);
  EXPECT_EQ(shape(draft, 0, 0), TurnShape::kUTurn);
  EXPECT_EQ(shape(draft, 3, 0), TurnShape::kLeft);
}

TEST(TurnShapes, LookAtTheLineAndNotAtItsFarEnd) {
  auto draft = star({{-100, 0}, {100, 0}}, v1::ROAD_CLASS_PRIMARY);
  draft.edges[1].between.push_back({310'000'000, 1'200'000'000 + 20 * 105});
  EXPECT_EQ(shape(draft, 0, 1), TurnShape::kRight);
}

TEST(Turns, CostWhereThreeMajorStreetsMeet) {
  auto draft = star({{-100, 0}, {100, 0}, {0, -100}}, v1::ROAD_CLASS_SECONDARY);
  const Profiles profiles = preset_profiles();
  list_turns(profiles, {}, draft);
  const auto* left = find(draft, city::backward_arc(0), city::forward_arc(2));
  ASSERT_NE(left, nullptr);
  EXPECT_EQ(left->ms[kCar], profiles[kCar]->turn_ms[static_cast<std::size_t>(TurnShape::kLeft)]);
  EXPECT_EQ(left->ms[kFoot], 0U);
  EXPECT_EQ(find(draft, city::backward_arc(0), city::forward_arc(1)), nullptr) << "straight on costs nothing";
}

TEST(Turns, CostNothingBetweenSmallStreetsWithoutLights) {
  auto draft = star({{-100, 0}, {100, 0}, {0, -100}}, v1::ROAD_CLASS_RESIDENTIAL);
  list_turns(preset_profiles(), {}, draft);
  EXPECT_TRUE(draft.turns.empty());
  TurnPlan lights;
  lights.signals = {0};
  list_turns(preset_profiles(), lights, draft);
  EXPECT_FALSE(draft.turns.empty());
}

TEST(Turns, LightsOnAFootwayAcrossAStreetAreNoJunction) {
  auto draft = star({{-100, 0}, {100, 0}, {0, -100}, {0, 100}}, v1::ROAD_CLASS_RESIDENTIAL);
  draft.edges[2].road_class = draft.edges[3].road_class = v1::ROAD_CLASS_PATH;
  TurnPlan lights;
  lights.signals = {0};
  list_turns(preset_profiles(), lights, draft);
  EXPECT_TRUE(draft.turns.empty());
}

TEST(Turns, UTurnRightBehindADearJunctionCostsTimeToo) {
  auto draft = star({{-100, 0}, {100, 0}, {0, -100}}, v1::ROAD_CLASS_PRIMARY);
  list_turns(preset_profiles(), {}, draft);
  const auto* back = find(draft, city::forward_arc(2), city::backward_arc(2));
  ASSERT_NE(back, nullptr);
  EXPECT_GT(back->ms[kCar], 0U);
}

TEST(Turns, ForbiddenUTurnIsAllowedWhereTheStreetEnds) {
  auto draft = star({{-100, 0}, {100, 0}, {0, -100}}, v1::ROAD_CLASS_PRIMARY);
  Profiles profiles = preset_profiles();
  profiles[kCar]->turn_ms[static_cast<std::size_t>(TurnShape::kUTurn)] = road::kNoEntry;
  list_turns(profiles, {}, draft);
  const auto* at_the_end = find(draft, city::forward_arc(2), city::backward_arc(2));
  ASSERT_NE(at_the_end, nullptr) << "it still costs other kinds";
  EXPECT_EQ(at_the_end->ms[kCar], 0U);
  const auto* in_the_middle = find(draft, city::backward_arc(2), city::forward_arc(2));
  ASSERT_NE(in_the_middle, nullptr);
  EXPECT_EQ(in_the_middle->ms[kCar], road::kNoEntry);
}

TEST(Turns, SignWinsOverTheCostAndEachTurnIsListedOnce) {
  auto draft = star({{-100, 0}, {100, 0}, {0, -100}}, v1::ROAD_CLASS_PRIMARY);
  TurnPlan plan;
  plan.signs = {{city::backward_arc(0), city::forward_arc(2), 1U << kCar}};
  plan.barred = plan.signs;
  list_turns(preset_profiles(), plan, draft);
  const auto* left = find(draft, city::backward_arc(0), city::forward_arc(2));
  ASSERT_NE(left, nullptr);
  EXPECT_EQ(left->ms[kCar], road::kNoEntry);
  EXPECT_EQ(left->ms[static_cast<std::size_t>(road::TravelKind::kCarWithSiren)], 2'000U);
  for (std::size_t i = 1; i < draft.turns.size(); ++i) {
    const auto& a = draft.turns[i - 1];
    const auto& b = draft.turns[i];
    EXPECT_LT(std::pair(a.from, a.to), std::pair(b.from, b.to));
  }
}

}  // namespace
}  // namespace dispatch135::citybuild
