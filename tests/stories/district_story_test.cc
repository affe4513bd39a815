// Districts of one city that help each other near their border. The rule is the policy's section
// `neighbours.districts`.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <random>

#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::uint32_t kWest = 320'205;
constexpr std::uint32_t kEast = 320'206;
using Crossing = v1::DistrictCrossing;

v1::Policy with(const Crossing& rule) {
  v1::Policy policy = test_policy();
  *policy.mutable_neighbours()->mutable_districts() = rule;
  policy.set_explain_passed(5);
  return policy;
}

Crossing crossing(Crossing::Crossing where, std::uint32_t border_m = 0, std::int64_t gain_ms = 0) {
  Crossing rule;
  rule.set_crossing(where);
  rule.set_border_m(border_m);
  rule.set_gain_ms(gain_ms);
  return rule;
}

// A street of 12 km at 10 m/s; the west district ends where the east one begins, at 6 km. Unit 1 stands in the west at
// 1 km, unit 2 in the east at 7 km.
//
//   0 .. 1 ........... 6 | .. 2 ........... 12 km
//            west        |        east
Town two_districts() {
  Town town;
  town.long_street(120).district(kWest, -1'000, 6'000).district(kEast, 6'000, 13'000);
  town.post(1, 1'000, 0).post(2, 7'000, 0);
  return town;
}

std::vector<std::uint64_t> sent_to(World& world, double x_km, std::uint32_t district,
                                   v1::Severity severity = v1::SEVERITY_MEDIUM) {
  static int count = 0;
  return assigned_units(
      world.report("e" + std::to_string(++count), Town::at(x_km * 1'000, 0), [&](v1::IncidentReported& report) {
        report.set_district(district);
        report.set_severity(severity);
      }));
}

struct Districts : ::testing::Test {
  World& world(const Crossing& rule) {
    kept.emplace(two_districts().draft(), with(rule));
    kept->sign_on(1);
    kept->sign_on(2);
    return *kept;
  }
  std::optional<World> kept;
};

using Units = std::vector<std::uint64_t>;

TEST_F(Districts, WithoutTheSectionTheSoonestGoesWhereverItIsFrom) {
  World plain(two_districts().draft());
  plain.sign_on(1);
  plain.sign_on(2);
  EXPECT_EQ(sent_to(plain, 5, kWest), (Units{2}));
}

//   0 .. 1 ....... e . 6 | .. 2 ...             `crossing: never`
TEST_F(Districts, NeverMeansThatEachDistrictServesItself) {
  World& town = world(crossing(Crossing::CROSSING_NEVER));
  const auto decisions = town.report("e1", Town::at(5'000, 0), [](auto& report) { report.set_district(kWest); });
  EXPECT_EQ(assigned_units(decisions), (Units{1}));
  const v1::Why why = only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why();
  ASSERT_EQ(why.passed_size(), 1);
  EXPECT_EQ(why.passed(0).unit_id(), 2U);
  EXPECT_EQ(why.passed(0).reason(), v1::Passed::REASON_OTHER_DISTRICT);
  EXPECT_EQ(sent_to(town, 4, kWest), (Units{})) << "unit 1 is busy, unit 2 may not cross";
}

//   0 .. 1 ..... a . b 6 | .. 2 ...             `crossing: border`, `border_m: 1500`: b lies within, a does not
TEST_F(Districts, NearTheBorderTheSoonerUnitOfTheNeighbourDistrictGoes) {
  const Crossing rule = crossing(Crossing::CROSSING_BORDER, 1'500);
  EXPECT_EQ(sent_to(world(rule), 5, kWest), (Units{2})) << "200 s, the own one 400 s";
  EXPECT_EQ(sent_to(world(rule), 4.2, kWest), (Units{1})) << "1.8 km from the east: 280 s against 320 s would count";
}

// Unit 1 needs 400 s, unit 2 200 s.
TEST_F(Districts, ItMustBeSoonerByAsMuchAsThePolicySays) {
  EXPECT_EQ(sent_to(world(crossing(Crossing::CROSSING_ALWAYS, 0, 199'000)), 5, kWest), (Units{2}));
  World& town = world(crossing(Crossing::CROSSING_ALWAYS, 0, 201'000));
  const auto decisions = town.report("e1", Town::at(5'000, 0), [](auto& report) {
    report.set_district(kWest);
    report.set_place_class(v1::PLACE_CLASS_OTHER);
  });
  EXPECT_EQ(assigned_units(decisions), (Units{1}));
}

// At 2 km: unit 1 needs 100 s. At 3.9 km unit 1 needs 290 s, in time, and unit 2 310 s.
TEST_F(Districts, TheExplanationSaysThatASoonerOneOfAnotherDistrictGainedTooLittle) {
  World& town = world(crossing(Crossing::CROSSING_ALWAYS, 0, 60'000));
  town.position(2, Town::at(6'400, 0));
  const auto decisions = town.report("e1", Town::at(3'900, 0), [](auto& report) { report.set_district(kWest); });
  ASSERT_EQ(assigned_units(decisions), (Units{1})) << "290 s, the other one 250 s";
  const v1::Why why = only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why();
  EXPECT_EQ(why.rule(), v1::Why::RULE_OWN_DISTRICT);
  ASSERT_EQ(why.candidates_size(), 2);
  for (const v1::Candidate& candidate : why.candidates()) {
    EXPECT_EQ(candidate.turnout_ms(), 0) << "what it must gain is no turnout";
  }
}

TEST_F(Districts, OnlyDistrictsThatThePolicyPairsHelpEachOther) {
  Crossing rule = crossing(Crossing::CROSSING_ALWAYS);
  v1::DistrictPair& pair = *rule.add_pairs();
  pair.set_one(kWest);
  pair.set_other(320'211);
  EXPECT_EQ(sent_to(world(rule), 5, kWest), (Units{1}));
  v1::DistrictPair& both = *rule.add_pairs();
  both.set_one(kEast);
  both.set_other(kWest);
  EXPECT_EQ(sent_to(world(rule), 5, kWest), (Units{2})) << "either way round";
}

TEST_F(Districts, FromTheSeverityOfThePolicyOnTheyHelp) {
  Crossing rule = crossing(Crossing::CROSSING_ALWAYS);
  rule.set_from_severity(v1::SEVERITY_HIGH);
  EXPECT_EQ(sent_to(world(rule), 5, kWest, v1::SEVERITY_MEDIUM), (Units{1}));
  EXPECT_EQ(sent_to(world(rule), 5, kWest, v1::SEVERITY_HIGH), (Units{2}));
}

TEST_F(Districts, ADispatcherMaySendAUnitAcrossAnyBorder) {
  World& town = world(crossing(Crossing::CROSSING_NEVER));
  sent_to(town, 2, kWest);
  town.report("e1", Town::at(5'000, 0), [](auto& report) { report.set_district(kWest); });
  const auto decisions = town.command("c1", [&](v1::OperatorCommand& command) {
    command.mutable_assign()->set_incident_id(town.incident("e1").incident_id());
    command.mutable_assign()->set_unit_id(2);
  });
  EXPECT_EQ(assigned_units(decisions), (Units{2}));
}

TEST_F(Districts, WhatLiesInNoDistrictIsGoneToByAny) {
  EXPECT_EQ(sent_to(world(crossing(Crossing::CROSSING_NEVER)), 5, 0), (Units{2}));
}

// The naive twin: every unit's time by itself, with what it must gain, and the smallest of those that may cross.
TEST_F(Districts, ATwinThatKnowsTheStreetChoosesTheSameUnits) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  Random random(seed);
  int crossed = 0;
  for (int town = 0; town < 200; ++town) {
    // Whole hundreds of metres: junctions, so that times are whole seconds but for the map's rounding.
    Town draft;
    draft.long_street(120).district(kWest, -1'000, 6'050).district(kEast, 6'050, 13'000);
    std::vector<int> at_m;
    for (std::uint64_t id = 1; id <= 6; ++id) {
      at_m.push_back(static_cast<int>(random.below(121)) * 100);
      draft.post(id, at_m.back(), 0);
    }
    const auto where = static_cast<Crossing::Crossing>(1 + random.below(3));
    const std::int64_t border_m = where == Crossing::CROSSING_BORDER ? 500 + 1'000 * random.below(4) : 0;
    const std::int64_t gain_s = static_cast<std::int64_t>(random.below(4)) * 50 + 25;
    World world(draft.draft(), with(crossing(where, static_cast<std::uint32_t>(border_m), gain_s * 1'000)));
    for (std::uint64_t id = 1; id <= 6; ++id) world.sign_on(id);
    for (int call = 0; call < 10; ++call) {
      const int place_m = static_cast<int>(random.below(120)) * 100;
      const std::uint32_t district = place_m < 6'050 ? kWest : kEast;
      std::optional<std::pair<std::int64_t, std::uint64_t>> best;
      bool tie = false;
      for (std::uint64_t id = 1; id <= 6; ++id) {
        const int unit_m = at_m[id - 1];
        const bool crosses = (unit_m < 6'050) != (place_m < 6'050);
        const std::int64_t to_border_m = std::abs(place_m - 6'050);
        if (crosses &&
            (where == Crossing::CROSSING_NEVER || (where == Crossing::CROSSING_BORDER && to_border_m > border_m))) {
          continue;
        }
        const std::int64_t time_s = std::abs(unit_m - place_m) / 10 + (crosses ? gain_s : 0);
        if (best && time_s == best->first) tie = true;
        if (best && time_s >= best->first) continue;
        if (!best || time_s < best->first) tie = false;
        best = {time_s, id};
      }
      const auto sent = sent_to(world, place_m / 1'000.0, district);
      ASSERT_EQ(sent.size(), best ? 1U : 0U);
      world.cancel(world.engine().snapshot(kRegion).incidents(0).event_id());
      if (!best) continue;
      if (!tie) {
        ASSERT_EQ(sent[0], best->second) << "town " << town << ", call " << call;
        crossed += (at_m[sent[0] - 1] < 6'050) != (place_m < 6'050) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(crossed, 20);
}

}  // namespace
}  // namespace dispatch135::core::testing
