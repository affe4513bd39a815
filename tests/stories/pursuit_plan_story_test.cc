// Where a target on the move can be stopped: cordons, bridges, and what cannot be closed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/stories/pursuits.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Pursuits, OnlyIncidentsThatThePolicyAllowsHaveAMovingTarget) {
  start(one_street(), {1, 2, 3});
  robbery(Town::at(4'400, 0), v1::SEVERITY_MEDIUM);
  const auto refused = seen(Town::at(4'000, 0));
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_NOT_ALLOWED);
  EXPECT_THAT(why(refused), ::testing::AllOf(HasSubstr("policy 'test'"), HasSubstr("SEVERITY_MEDIUM"),
                                             HasSubstr("operator dispatcher")));
  EXPECT_THAT(only(world_->move("robbery", Town::at(4'000, 0)), v1::Decision::kPursuitChanged), IsEmpty())
      << "it moves as any incident does";
}

//              w1                                            e1
//               \                                            /           w1-w3 and e1-e3 lie 4 km out
//       w2 ------ w ======== a --- b --- c ======== e ------ e2          ====  the only two bridges of the island
//               /            |     T     |            \                  T     the target, 150 m below b
//              w3            d --- f --- g             e3
//     m    -4000  -1000      0    300   600  (down to -300)  1600  4600
city::CityDraft island() {
  Town town;
  const auto a = town.junction(0, 0), b = town.junction(300, 0), c = town.junction(600, 0);
  const auto d = town.junction(0, -300), f = town.junction(300, -300), g = town.junction(600, -300);
  const auto w = town.junction(-1'000, 0), e = town.junction(1'600, 0);
  town.street(a, b).street(b, c).street(a, d).street(b, f).street(c, g).street(d, f).street(f, g);
  town.street(w, a).street(c, e);
  for (const double y : {-1'000.0, 0.0, 1'000.0}) {
    town.street(w, town.junction(-4'000, y));
    town.street(e, town.junction(4'600, y));
  }
  return town.post(1, -900, 0).post(2, 1'500, 0).post(3, 300, -300).post(4, 0, 0).draft();
}

v1::Policy island_policy() {
  v1::Policy policy = pursuit_policy();
  choke_point(policy, 7, "West Bridge", -600, 0);
  choke_point(policy, 8, "East Bridge", 1'200, 0);
  return policy;
}

TEST_F(Pursuits, AnIslandIsClosedAtItsBridgesWhichAreNamed) {
  start(island(), {1, 2, 3}, island_policy());
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  EXPECT_TRUE(plan.closed());
  EXPECT_EQ(plan.ring_ms(), 60'000);
  ASSERT_THAT(plan.points(), SizeIs(2));
  for (const v1::PursuitPoint& point : plan.points()) {
    EXPECT_EQ(point.kind(), v1::ChokePoint::KIND_BRIDGE);
    EXPECT_EQ(point.unit_id(), point.choke_point_id() == 7 ? 1U : 2U);
    EXPECT_EQ(point.name(), point.choke_point_id() == 7 ? "West Bridge" : "East Bridge");
  }
}

TEST_F(Pursuits, WaysThatNobodyClosesInTimeAreSaidToBeOpen) {
  start(island(), {2, 3}, island_policy());
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  EXPECT_FALSE(plan.closed());
  EXPECT_EQ(plan.open_ways(), 1U);
  for (const v1::PursuitPoint& point : plan.points()) {
    EXPECT_EQ(point.state(),
              point.choke_point_id() == 7 ? v1::PursuitPoint::STATE_OPEN : v1::PursuitPoint::STATE_PROPOSED);
  }
}

TEST_F(Pursuits, ABridgeIsAnInterceptionPointForWhoIsThereBeforeTheTarget) {
  // The ring of 240 s reaches beyond the bridges, where three streets leave each of them: too many for the units.
  v1::Policy policy = island_policy();
  policy.mutable_pursuit()->clear_rings_ms();
  policy.mutable_pursuit()->add_rings_ms(240'000);
  policy.mutable_pursuit()->set_most_units(2);
  start(island(), {1, 2, 3}, policy);
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  std::vector<std::string> bridges;
  for (const v1::PursuitPoint& point : plan.points()) {
    if (point.unit_id() == 0) continue;
    bridges.push_back(point.name());
    EXPECT_LE(point.unit_at_ms() + 10'000, point.target_at_ms()) << point.name();
    EXPECT_GT(point.behind_permille(), 0U);
  }
  EXPECT_THAT(bridges, ::testing::UnorderedElementsAre("West Bridge", "East Bridge"));
}

TEST_F(Pursuits, AUnitThatWouldComeAfterTheTargetIsNotProposed) {
  v1::Policy policy = island_policy();
  policy.mutable_pursuit()->set_margin_ms(70'000);
  start(island(), {1, 2, 3}, policy);
  robbery(Town::at(300, -300));
  const v1::Pursuit plan = plan_of(seen(Town::at(300, -150)));
  EXPECT_THAT(units_of(plan), ElementsAre(0, 0)) << "30 s to the bridges, and the target 95 s";
  EXPECT_FALSE(plan.closed());
}

//       0 -------- 1 -------- 2 -------- 3        one way to the east; the target at the middle of 1-2
//              <   unit 1        unit 2 >
TEST_F(Pursuits, WhoFleesTheWrongWayOnlyCountsWhereThePolicyExpectsIt) {
  Town town;
  std::vector<std::uint32_t> j;
  for (int i = 0; i < 12; ++i) j.push_back(town.junction(i * 500.0, 0));
  for (std::size_t i = 0; i + 1 < j.size(); ++i) town.one_way(j[i], j[i + 1]);
  // A way back, so that all is connected.
  const auto back1 = town.junction(5'500, 8'000), back0 = town.junction(0, 8'000);
  town.one_way(j.back(), back1).one_way(back1, back0).one_way(back0, j.front());
  town.post(1, 1'000, 0).post(2, 3'500, 0).post(3, 2'400, 0);
  v1::Policy policy = pursuit_policy();
  start(town.draft(), {1, 2, 3}, policy);
  robbery(Town::at(2'750, 0));
  EXPECT_THAT(units_of(plan_of(seen(Town::at(2'750, 0)))), ElementsAre(2)) << "one way out, to the east";
  policy.mutable_pursuit()->set_against_one_way(true);
  world_->activate_policy(policy);
  live(10);
  const v1::Pursuit plan = plan_of(seen(Town::at(2'750, 0)));
  EXPECT_EQ(plan.points_size(), 2) << "the way back is one too";
}

}  // namespace
}  // namespace dispatch135::core::testing
