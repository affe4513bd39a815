// Runs on small towns, where what must come out can be said beforehand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "engine/city/other_forces.h"
#include "services/simulate/call_generator.h"
#include "services/simulate/comparison.h"
#include "services/simulate/simulation.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::simulate {
namespace {

using core::testing::kRegion;
using core::testing::Town;
using ::testing::HasSubstr;

constexpr std::int64_t kNoonMs = 1'750'000'000'000;

struct OpenTown {
  explicit OpenTown(const city::CityDraft& draft)
      : bytes(city::build_city(draft).value()), city(city::City::open(bytes).value()) {}
  std::vector<std::byte> bytes;
  city::City city;
};

Call call(const std::string& id, std::int64_t after_s, double x_m, std::int64_t work_s = 600) {
  Call made;
  made.at = {kNoonMs + after_s * 1'000};
  made.event_id = id;
  made.place = Town::at(x_m, 0);
  made.category = v1::CATEGORY_HELP;
  made.severity = v1::SEVERITY_MEDIUM;
  made.place_class = v1::PLACE_CLASS_RESIDENTIAL;
  made.on_scene = {work_s * 1'000};
  return made;
}

RunOptions options() {
  RunOptions made;
  made.region = kRegion;
  made.policy = core::testing::test_policy();
  made.habits.acknowledge = {5'000, 5'000};
  made.habits.turnout.fill({10'000});
  made.habits.heartbeat_every = heartbeat_under(made.policy);
  return made;
}

// Rounded: streets of 100 m are not quite so long on the earth's grid.
std::int64_t seconds(DurationMs time) { return (time.count + 500) / 1'000; }

RunResult play(const OpenTown& town, const std::vector<Call>& calls, const RunOptions& how = options()) {
  auto result = run(town.city, calls, how);
  EXPECT_TRUE(result) << result.error().message;
  return std::move(result.value());
}

//  1 ---- 1,000 m at 10 m/s ---- e1
TEST(Run, TheFirstUnitIsThereAfterTurnoutAndDrive) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).draft());
  const RunResult result = play(town, {call("e1", 0, 1'000)});
  EXPECT_EQ(result.outcome.calls, 1U);
  EXPECT_EQ(seconds(result.outcome.mean_response), 110);
  EXPECT_EQ(result.outcome.within[0], 0U);
  EXPECT_EQ(result.outcome.within[1], 1U);
  EXPECT_EQ(result.outcome.in_time, 1U);
  EXPECT_EQ(seconds(result.outcome.busy), 110 + 600);
  EXPECT_EQ(result.outcome.refused, 0U);
}

//  1 -- e1 ------------------------- e2      with one unit, e2 waits until e1 is done
TEST(Run, WhoeverCallsWhenAllAreBusyWaitsAndIsLate) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).draft());
  const RunResult result = play(town, {call("e1", 0, 0), call("e2", 60, 2'000)});
  EXPECT_EQ(result.outcome.queued, 1U);
  EXPECT_EQ(result.outcome.in_time, 1U);
  EXPECT_EQ(result.outcome.breaches, 1U);
  // Free 610 s after the first call, on scene 10 s + 200 s later: 820 s, the deadline was at 360 s.
  EXPECT_EQ(seconds(result.outcome.by_severity[0].late_time), 460);
  EXPECT_EQ(result.outcome.by_severity[v1::SEVERITY_MEDIUM].late, 1U);
  EXPECT_TRUE(result.calls.at(1).waited);
}

//  1 ------------- e1 ............. unit 1 is on its way back when e2 comes, and is nearer than unit 2
TEST(Run, ACrewOnItsWayBackTurnsAroundFromWhereItIs) {
  const OpenTown town(Town().long_street(40).post(1, 0, 0).post(2, 4'000, 0).draft());
  // Unit 1 is free at 10 + 100 + 100 = 210 s at 1,000 m; 30 s later it is at 700 m and has said so.
  const RunResult result = play(town, {call("e1", 0, 1'000, 100), call("e2", 240, 1'000, 100)});
  EXPECT_EQ(seconds(result.calls.at(1).first_on_scene_at - result.calls.at(1).opened_at), 10 + 30);
}

TEST(Run, ACriticalCallIsLateOrNotByItsFirstUnit) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).post(2, 2'000, 0).draft());
  std::vector<Call> calls = {call("e1", 0, 100)};
  calls[0].severity = v1::SEVERITY_CRITICAL;
  const RunResult result = play(town, calls);
  EXPECT_EQ(result.outcome.assignments, 2U);
  EXPECT_EQ(seconds(result.outcome.mean_response), 20);
  EXPECT_EQ(result.outcome.by_severity[v1::SEVERITY_CRITICAL].calls, 1U);
  EXPECT_EQ(result.outcome.by_severity[v1::SEVERITY_CRITICAL].late, 0U);
}

TEST(Run, ADeclinedOrderGoesToTheNextUnit) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).post(2, 2'000, 0).draft());
  RunOptions how = options();
  how.habits.decline_permille = 1'000;
  const RunResult all = play(town, {call("e1", 0, 100)}, how);
  EXPECT_EQ(all.outcome.reached, 0U);
  EXPECT_GE(all.outcome.offered_on, 2U);
  how.habits.decline_permille = 0;
  how.habits.ignore_permille = 1'000;
  EXPECT_EQ(play(town, {call("e1", 0, 100)}, how).outcome.reached, 0U);
}

TEST(Run, CrewsAreHeardAllTheTime) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).post(2, 2'000, 0).draft());
  // An hour apart: whoever fell silent in between would not be sent.
  const RunResult result = play(town, {call("e1", 0, 100), call("e2", 3'600, 100)});
  EXPECT_EQ(seconds(result.outcome.mean_response), 20);
}

TEST(Run, HalfTheStrengthIsHalfTheUnitsAndDoesWorse) {
  const OpenTown town(core::testing::grid_town(10, 20, 7));
  CallPattern pattern;
  pattern.calls_per_day = 300;
  const std::vector<Call> calls = generate_calls(town.city, kRegion, pattern);
  RunOptions half = options();
  half.strength_percent = 50;
  const RunResult strong = play(town, calls);
  const RunResult weak = play(town, calls, half);
  EXPECT_EQ(strong.outcome.units, 20U);
  EXPECT_EQ(weak.outcome.units, 10U);
  EXPECT_GT(weak.outcome.mean_response, strong.outcome.mean_response);
  EXPECT_EQ(weak.outcome.calls, strong.outcome.calls);
}

TEST(Run, TheSameCallsGiveTheSameStateAndAnotherPolicyGivesAnother) {
  const OpenTown town(core::testing::grid_town(10, 12, 7));
  CallPattern pattern;
  pattern.calls_per_day = 400;
  const std::vector<Call> calls = generate_calls(town.city, kRegion, pattern);
  EXPECT_EQ(play(town, calls).state_hash, play(town, calls).state_hash);
  RunOptions other = options();
  other.policy.mutable_severities(v1::SEVERITY_MEDIUM - 1)->set_units(2);
  EXPECT_NE(play(town, calls).state_hash, play(town, calls, other).state_hash);
}

TEST(Run, ABadPolicyIsRefused) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).draft());
  RunOptions bad = options();
  bad.policy.clear_severities();
  EXPECT_FALSE(run(town.city, {}, bad));
  RunOptions elsewhere = options();
  elsewhere.region = RegionId(1);
  EXPECT_THAT(run(town.city, {}, elsewhere).error().message, HasSubstr("no region 1"));
}

TEST(MadeUpCalls, FollowTheDaysCurveAndComeInBursts) {
  const OpenTown town(core::testing::grid_town(10, 12, 7));
  CallPattern pattern;
  pattern.calls_per_day = 5'000;
  pattern.days = 2;
  pattern.bursts_per_day = 0;
  const std::vector<Call> calls = generate_calls(town.city, kRegion, pattern);
  EXPECT_NEAR(static_cast<double>(calls.size()), 10'000, 500);
  std::size_t night = 0;
  std::size_t evening = 0;
  for (const Call& c : calls) {
    const std::int64_t hour = (c.at - pattern.begins_at).count / 3'600'000 % 24;
    night += hour == 3 ? 1 : 0;
    evening += hour == 17 ? 1 : 0;
  }
  EXPECT_GT(evening, night * 4);
  pattern.calls_per_day = 1;
  pattern.bursts_per_day = 1;
  pattern.days = 1;
  const std::vector<Call> burst = generate_calls(town.city, kRegion, pattern);
  EXPECT_GE(burst.size(), 10U);
}

TEST(OtherForces, TheSameRoadsWithAnotherPost) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).draft());
  const auto other = city::with_other_forces(
      town.bytes, town.city, {{PostId(5), "Far end", v1::POST_KIND_OUTPOST, Town::at(2'000, 0)}},
      {{UnitId(50), PostId(5), "F-50", v1::UNIT_KIND_OUTPOST_CREW, v1::TRAVEL_KIND_CAR, 0}});
  ASSERT_TRUE(other) << other.error().message;
  const auto opened = city::City::open(other.value());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened.value().unit_count(), 1U);
  EXPECT_EQ(opened.value().unit(UnitIndex(0)).call_sign, "F-50");
  EXPECT_EQ(opened.value().post(PostIndex(0)).region, kRegion);
  EXPECT_NE(opened.value().fingerprint(), town.city.fingerprint());
  const auto result = run(opened.value(), std::vector<Call>{call("e1", 0, 2'000)}, options());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result.value().outcome.mean_response.count, 10'000);
}

TEST(OtherForces, WhatCannotBeIsRefusedByName) {
  const OpenTown town(Town().long_street(20).post(1, 0, 0).draft());
  const city::DraftPost post{PostId(5), "Far end", v1::POST_KIND_OUTPOST, Town::at(2'000, 0)};
  const city::DraftUnit unit{UnitId(50), PostId(5), "F-50", v1::UNIT_KIND_OUTPOST_CREW, v1::TRAVEL_KIND_CAR, 0};
  const auto refusal = [&](const std::vector<city::DraftPost>& posts, const std::vector<city::DraftUnit>& units) {
    const auto made = city::with_other_forces(town.bytes, town.city, posts, units);
    return made ? std::string() : made.error().message;
  };
  EXPECT_THAT(refusal({post, post}, {}), HasSubstr("has the id of post 5 (Far end)"));
  city::DraftPost away = post;
  away.position = Town::at(90'000, 0);
  EXPECT_THAT(refusal({away}, {}), HasSubstr("lies in no region"));
  away.position = Town::at(15'000, 0);
  EXPECT_THAT(refusal({away}, {unit}), HasSubstr("more than 1000 m from any road"));
  EXPECT_THAT(refusal({}, {unit}), HasSubstr("belongs to post 5, which does not exist"));
}

TEST(Comparison, TheSecondColumnShowsTheDifference) {
  Outcome first;
  first.name = "before";
  first.calls = 200;
  first.reached = 200;
  first.in_time = 150;
  Outcome second = first;
  second.name = "after";
  second.in_time = 160;
  std::ostringstream out;
  print_comparison(std::vector{first, second}, out);
  EXPECT_THAT(out.str(), HasSubstr("75.00"));
  EXPECT_THAT(out.str(), HasSubstr("80.00 (+5.00)"));
  EXPECT_THAT(comparison_json(std::vector{first, second}), HasSubstr("\"within_deadline\": 160"));
}

}  // namespace
}  // namespace dispatch135::simulate
