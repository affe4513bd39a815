// How soon, with whom, and from which moment on: the readings of the 1/3/5-minute rule and the response plans.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

v1::ResponseRule& add_rule(v1::Policy& policy, const std::string& name) {
  v1::ResponseRule& rule = *policy.add_rules();
  rule.set_name(name);
  rule.set_line(static_cast<std::uint32_t>(100 + policy.rules_size()));
  return rule;
}

v1::PlanEntry& add_entry(v1::PlanLevel& level, const std::string& role, std::int64_t within_min, std::uint32_t units) {
  v1::PlanEntry& entry = *level.add_entries();
  entry.set_role(role);
  entry.set_within_ms(within_min * 60'000);
  entry.set_units(units);
  return entry;
}

std::uint32_t ring(World& world, const std::string& event, const World::Shape& shape = {}) {
  world.report(event, Town::at(0, 0), shape);
  return world.incident(event).ring_min();
}

const auto in_category = [](v1::Category category) {
  return [category](v1::IncidentReported& r) { r.set_category(category); };
};

// ---- the readings ----

// Rule: Guiyang's reading, by urgency.
TEST(ByUrgency, ViolenceHasOneMinuteWhereverItIs) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& rule = add_rule(policy, "violent or urgent");
  rule.mutable_when()->add_severities(v1::SEVERITY_CRITICAL);
  rule.set_deadline_ms(60'000);
  World world(Town().long_street(20).draft(), policy);
  EXPECT_EQ(ring(world, "fight", [](auto& r) { r.set_severity(v1::SEVERITY_CRITICAL); }), 1U);
  EXPECT_EQ(ring(world, "noise"), 5U);
  EXPECT_EQ(world.incident("fight").deadline_rule().name(), "violent or urgent");
  EXPECT_EQ(world.incident("fight").deadline_rule().line(), 101U);
  EXPECT_EQ(world.incident("noise").deadline_rule().name(), "place_classes.residential");
}

// Rule: Wuhan's reading, by force: posts and patrols in one minute, district teams in three, the city's in five.
//
//     patrol 1        X        district 2 . . . . . . . city team 3
TEST(ByForce, EachTierHasItsOwnMinutes) {
  v1::Policy policy = test_policy();
  v1::PlanLevel& level = *add_rule(policy, "three rings of force").add_plan();
  add_entry(level, "posts and patrols", 1, 1).add_unit_kinds(v1::UNIT_KIND_CAR_PATROL);
  add_entry(level, "district", 3, 1).add_unit_kinds(v1::UNIT_KIND_DISTRICT_TEAM);
  add_entry(level, "city", 5, 1).add_unit_kinds(v1::UNIT_KIND_CITY_TEAM);
  Town town;
  town.long_street(40);
  const auto car = v1::TRAVEL_KIND_CAR;
  town.post(1, 0, 0, v1::POST_KIND_OUTPOST, car, 0, v1::UNIT_KIND_CAR_PATROL);
  town.post(2, 1'500, 0, v1::POST_KIND_OUTPOST, car, 0, v1::UNIT_KIND_DISTRICT_TEAM);
  town.post(3, 3'000, 0, v1::POST_KIND_OUTPOST, car, 0, v1::UNIT_KIND_CITY_TEAM);
  World world(town.draft(), policy);
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  const auto orders = only(world.report("e1", Town::at(500, 0)), v1::Decision::kUnitAssigned);
  ASSERT_EQ(orders.size(), 3U);
  const v1::Incident incident = world.incident("e1");
  EXPECT_EQ(incident.ring_min(), 1U) << "the first ring is the deadline";
  EXPECT_EQ(incident.deadline_rule().name(), "three rings of force");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(orders[static_cast<std::size_t>(i)].unit_assigned().assignment().unit_id(), i + 1U);
    EXPECT_TRUE(orders[static_cast<std::size_t>(i)].unit_assigned().in_time());
    EXPECT_EQ(incident.plan(i).ring_min(), 2U * static_cast<std::uint32_t>(i) + 1);
    EXPECT_EQ(incident.plan(i).due_at_ms() - incident.opened_at_ms(), incident.plan(i).ring_min() * 60'000);
  }
}

// Rule: Nanping's layers: the place helps itself, neighbours help each other, then reinforcement.
TEST(Layered, TheThirdLayerComesOnlyWhenItIsAskedFor) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& rule = add_rule(policy, "layers");
  add_entry(*rule.add_plan(), "the place itself", 1, 1);
  add_entry(*rule.add_plan(), "neighbours", 3, 1);
  add_entry(*rule.add_plan(), "reinforcement", 5, 2);
  Town town;
  town.long_street(20);
  for (std::uint64_t post = 1; post <= 5; ++post) town.post(post, static_cast<double>(post) * 100, 0);
  World world(town.draft(), policy);
  for (std::uint64_t unit = 1; unit <= 5; ++unit) world.sign_on(unit);
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), ElementsAre(1));
  EXPECT_EQ(world.incident("e1").levels_left(), 2U);
  const std::uint64_t id = world.incident("e1").incident_id();
  world.later_s(20);
  const auto reinforce = [&](const char* command) {
    return world.command(command, [&](auto& c) { c.mutable_reinforce()->set_incident_id(id); });
  };
  EXPECT_THAT(assigned_units(reinforce("c1")), ElementsAre(2));
  EXPECT_EQ(world.incident("e1").plan(1).due_at_ms(), world.now_ms() + 180'000) << "its minutes count from now";
  EXPECT_THAT(assigned_units(reinforce("c2")), ElementsAre(3, 4));
  EXPECT_EQ(rejected(reinforce("c3")), v1::REJECT_CODE_NOT_ALLOWED) << "the plan has no fourth level";
}

TEST(Rules, LaterOnesActOnWhatEarlierOnesLeft) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& crowds = add_rule(policy, "crowds");
  crowds.mutable_when()->add_categories(v1::CATEGORY_CROWD);
  crowds.set_deadline_ms(180'000);
  v1::ResponseRule& strict = add_rule(policy, "grave crowds");
  strict.mutable_when()->add_categories(v1::CATEGORY_CROWD);
  strict.mutable_when()->add_severities(v1::SEVERITY_HIGH);
  strict.set_deadline_at_most_ms(60'000);
  World world(Town().long_street(20).draft(), policy);
  EXPECT_EQ(ring(world, "crowd", in_category(v1::CATEGORY_CROWD)), 3U);
  EXPECT_EQ(ring(world, "grave",
                 [](auto& r) {
                   r.set_category(v1::CATEGORY_CROWD);
                   r.set_severity(v1::SEVERITY_HIGH);
                 }),
            1U);
  EXPECT_EQ(ring(world, "theft", in_category(v1::CATEGORY_CRIMINAL)), 5U);
}

// The world begins on Tuesday, 2023-11-14 at 22:13:20 UTC: 06:13 on Wednesday by Wuxi's clock.
TEST(Rules, HoldAtTheirHoursByTheCitysClock) {
  v1::Policy policy = test_policy();
  policy.set_utc_offset_min(480);
  v1::ResponseRule& rule = add_rule(policy, "morning at schools");
  rule.set_deadline_ms(60'000);
  v1::DailyWindow& hours = *rule.mutable_when()->add_hours();
  hours.set_begin_min(7 * 60);
  hours.set_end_min(8 * 60);
  hours.set_weekdays(0b11111);
  World world(Town().long_street(20).draft(), policy);
  EXPECT_EQ(ring(world, "06:13"), 5U);
  world.later_s(3'600);
  EXPECT_EQ(ring(world, "07:13"), 1U);
  world.later_s(3'600);
  EXPECT_EQ(ring(world, "08:13"), 5U);
  world.later_s(3 * 86'400 - 3'600);
  EXPECT_EQ(ring(world, "Saturday 07:13"), 5U);
}

TEST(Rules, HoldInTheirDistrict) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& rule = add_rule(policy, "new district");
  rule.mutable_when()->add_districts(320214);
  rule.set_deadline_ms(180'000);
  World world(Town().long_street(20).draft(), policy);
  EXPECT_EQ(ring(world, "there", [](auto& r) { r.set_district(320214); }), 3U);
  EXPECT_EQ(ring(world, "elsewhere", [](auto& r) { r.set_district(320205); }), 5U);
}

// ---- the clock ----

TEST(Clock, OfOrderedMattersRunsFromTheOrderOn) {
  v1::Policy policy = test_policy();
  add_rule(policy, "from the order").set_clock_start(v1::CLOCK_START_SENT);
  World world(Town().long_street(20).post(1, 0, 0).draft(), policy);
  world.report("e1", Town::at(0, 0));
  EXPECT_EQ(world.incident("e1").deadline_at_ms(), 0) << "nobody has been ordered";
  EXPECT_THAT(only(world.later_s(600), v1::Decision::kDeadlineBreached), IsEmpty());
  world.sign_on(1);
  EXPECT_EQ(world.incident("e1").clock_started_at_ms(), world.now_ms());
  EXPECT_EQ(world.incident("e1").deadline_at_ms(), world.now_ms() + 300'000);
}

TEST(Clock, OfSignedMattersRunsFromTheSignatureOnAndABreachIsSeen) {
  v1::Policy policy = test_policy();
  add_rule(policy, "from the signature").set_clock_start(v1::CLOCK_START_SIGNED);
  World world(Town().long_street(20).post(1, 0, 0).draft(), policy);
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.later_s(20);
  EXPECT_EQ(world.incident("e1").deadline_at_ms(), 0);
  world.acknowledge(1);
  const std::int64_t signed_at = world.now_ms();
  EXPECT_EQ(world.incident("e1").deadline_at_ms(), signed_at + 300'000);
  for (int i = 0; i < 6; ++i) {
    world.later_s(49);
    world.heartbeat(1);
  }
  const auto breaches = only(world.later_s(10), v1::Decision::kDeadlineBreached);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decided_at_ms(), signed_at + 300'000);
}

TEST(Clock, ARulesOwnLimitOfAcknowledgementCounts) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& rule = add_rule(policy, "sign at once");
  rule.mutable_when()->add_categories(v1::CATEGORY_CRIMINAL);
  rule.set_acknowledge_within_ms(10'000);
  World world(Town().long_street(20).post(1, 0, 0).post(2, 500, 0).draft(), policy);
  world.sign_on(1);
  world.sign_on(2);
  world.report("e1", Town::at(0, 0), in_category(v1::CATEGORY_CRIMINAL));
  EXPECT_THAT(assigned_units(world.later_s(10)), ElementsAre(2)) << "offered on after ten seconds, not thirty";
}

TEST(Feedback, ThatIsOwedIsToldOfOnce) {
  v1::Policy policy = test_policy();
  add_rule(policy, "feedback in half an hour").set_feedback_within_ms(1'800'000);
  World world(Town().long_street(20).post(1, 0, 0).draft(), policy);
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.acknowledge(1);
  world.on_scene(1);
  EXPECT_THAT(only(world.later_s(1'799), v1::Decision::kFeedbackOverdue), IsEmpty());
  const auto overdue = only(world.later_s(1), v1::Decision::kFeedbackOverdue);
  ASSERT_EQ(overdue.size(), 1U);
  EXPECT_EQ(overdue[0].feedback_overdue().assignment().unit_id(), 1U);
  EXPECT_THAT(only(world.later_s(7'200), v1::Decision::kFeedbackOverdue), IsEmpty());
}

TEST(Feedback, GivenInTimeIsNotOwed) {
  v1::Policy policy = test_policy();
  add_rule(policy, "feedback in half an hour").set_feedback_within_ms(1'800'000);
  World world(Town().long_street(20).post(1, 0, 0).draft(), policy);
  world.sign_on(1);
  world.report("e1", Town::at(0, 0));
  world.acknowledge(1);
  world.on_scene(1);
  world.feedback(1);
  world.report("e2", Town::at(0, 0));
  world.acknowledge(1);
  EXPECT_THAT(only(world.later_s(1'800 - 1), v1::Decision::kFeedbackOverdue), IsEmpty())
      << "the timer of the earlier work means nothing to the present one";
}

// ---- plans ----

constexpr std::uint32_t bit(v1::Capability capability) { return 1U << (capability - 1); }

// A chemical spill asks for two patrols in three minutes and a hazmat team in five.
v1::Policy spill_policy(std::uint32_t hazmat_teams = 1) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& rule = add_rule(policy, "chemical spill");
  rule.mutable_when()->add_categories(v1::CATEGORY_DISASTER);
  v1::PlanLevel& level = *rule.add_plan();
  add_entry(level, "first responders", 3, 2);
  add_entry(level, "hazmat", 5, hazmat_teams).add_capabilities(v1::CAPABILITY_HAZMAT);
  return policy;
}

//   hazmat 1     X     patrol 2      patrol 3
TEST(Plan, TheOnlyHazmatTeamIsKeptForItsOwnPlaceThoughItIsTheSoonest) {
  Town town;
  town.long_street(20);
  town.post(1, 400, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, bit(v1::CAPABILITY_HAZMAT));
  town.post(2, 1'000, 0).post(3, 1'400, 0);
  World world(town.draft(), spill_policy());
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  const auto orders =
      only(world.report("e1", Town::at(600, 0), in_category(v1::CATEGORY_DISASTER)), v1::Decision::kUnitAssigned);
  ASSERT_EQ(orders.size(), 3U);
  const v1::Incident incident = world.incident("e1");
  for (const v1::Assignment& assignment : incident.assignments()) {
    EXPECT_EQ(assignment.plan_entry(), assignment.unit_id() == 1 ? 2U : 1U);
  }
  EXPECT_EQ(incident.units_missing(), 0U);
}

TEST(Plan, AShortfallSaysWhatIsMissing) {
  Town town;
  town.long_street(20).post(1, 0, 0).post(2, 100, 0).post(3, 200, 0);
  town.post(4, 300, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, bit(v1::CAPABILITY_HAZMAT));
  World world(town.draft(), spill_policy());
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  const auto queued =
      only(world.report("e1", Town::at(0, 0), in_category(v1::CATEGORY_DISASTER)), v1::Decision::kIncidentQueued);
  ASSERT_EQ(queued.size(), 1U);
  ASSERT_EQ(queued[0].incident_queued().lacking_size(), 1);
  const v1::PlannedUnits& lacking = queued[0].incident_queued().lacking(0);
  EXPECT_EQ(lacking.role(), "hazmat");
  EXPECT_EQ(lacking.capabilities(), bit(v1::CAPABILITY_HAZMAT));
  EXPECT_EQ(lacking.missing(), 1U);
  EXPECT_EQ(queued[0].incident_queued().why().plan_rule().name(), "chemical spill");
  EXPECT_THAT(assigned_units(world.sign_on(4)), ElementsAre(4)) << "it goes as soon as it signs on";
}

TEST(Plan, UnitsThatAreLateByTheirRingAreToldOf) {
  Town town;
  town.long_street(20).post(1, 0, 0).post(2, 100, 0);
  town.post(4, 300, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, bit(v1::CAPABILITY_HAZMAT));
  World world(town.draft(), spill_policy());
  for (const std::uint64_t unit : {1, 2}) world.sign_on(unit);
  world.report("e1", Town::at(0, 0), in_category(v1::CATEGORY_DISASTER));
  for (const std::uint64_t unit : {1, 2}) {
    world.acknowledge(unit);
    world.on_scene(unit);
  }
  const auto late = only(world.later_s(300), v1::Decision::kPlanLate);
  ASSERT_EQ(late.size(), 1U) << "the first responders are there";
  EXPECT_EQ(late[0].plan_late().plan_entry(), 2U);
  EXPECT_EQ(late[0].plan_late().on_scene(), 0U);
  EXPECT_EQ(late[0].plan_late().units(), 1U);
}

TEST(Plan, StandDownReleasesAndNobodyReplacesThem) {
  Town town;
  town.long_street(20);
  for (std::uint64_t post = 1; post <= 4; ++post) town.post(post, static_cast<double>(post) * 100, 0);
  town.post(5, 600, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, bit(v1::CAPABILITY_HAZMAT));
  World world(town.draft(), spill_policy());
  for (std::uint64_t unit = 1; unit <= 5; ++unit) world.sign_on(unit);
  world.report("e1", Town::at(0, 0), in_category(v1::CATEGORY_DISASTER));
  const std::uint64_t id = world.incident("e1").incident_id();
  const auto stand_down = [&](const char* command, std::uint64_t unit) {
    return world.command(command, [&](auto& c) {
      c.mutable_stand_down()->set_incident_id(id);
      c.mutable_stand_down()->set_unit_id(unit);
    });
  };
  EXPECT_EQ(rejected(stand_down("all", 0)), v1::REJECT_CODE_NOT_ALLOWED) << "nobody would be left";
  world.acknowledge(1);
  world.on_scene(1);
  const auto ended = only(stand_down("all but who is there", 0), v1::Decision::kAssignmentEnded);
  ASSERT_EQ(ended.size(), 2U);
  for (const auto& decision : ended) {
    EXPECT_EQ(decision.assignment_ended().reason(), v1::AssignmentEnded::REASON_STOOD_DOWN);
    EXPECT_NE(decision.assignment_ended().order_sequence(), 0U) << "it is told";
  }
  EXPECT_EQ(world.incident("e1").units_missing(), 0U);
  EXPECT_THAT(assigned_units(world.later_s(25)), IsEmpty());
  EXPECT_EQ(rejected(stand_down("stranger", 4)), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
}

TEST(Plan, OfAPolicyThatAsksForMoreThanTheRegionHasIsRefusedWithTheRuleAndTheNumber) {
  Town town;
  town.long_street(20).post(1, 0, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_CAR, bit(v1::CAPABILITY_HAZMAT));
  World world(town.draft());
  const auto decisions = world.activate_policy(spill_policy(2));
  EXPECT_EQ(rejected(decisions), v1::REJECT_CODE_BAD_POLICY);
  const std::string reason = only(decisions, v1::Decision::kRecordRejected)[0].record_rejected().reason();
  EXPECT_THAT(reason, HasSubstr("'chemical spill' (line 101) asks for 2 units as hazmat; the region has 1"));
  EXPECT_EQ(world.engine().snapshot(kRegion).policy(), "test") << "the old one stays in force";
}

//   One unit is needed and one goes; a dispatcher sends another; then the first declines.
TEST(Plan, AnAdditionalUnitTakesThePlaceThatBecomesEmptyAndNobodyElseIsSent) {
  World world(Town().long_street(20).post(1, 100, 0).post(2, 200, 0).post(3, 300, 0).draft());
  for (const std::uint64_t unit : {1, 2, 3}) world.sign_on(unit);
  world.report("e1", Town::at(0, 0));
  world.command("c1", [&](auto& c) {
    c.mutable_assign()->set_incident_id(world.incident("e1").incident_id());
    c.mutable_assign()->set_unit_id(3);
  });
  EXPECT_THAT(assigned_units(world.decline(1)), IsEmpty());
  EXPECT_EQ(world.incident("e1").assignments(0).unit_id(), 3U);
  EXPECT_EQ(world.incident("e1").assignments(0).plan_entry(), 1U);
}

// ---- another policy ----

TEST(AnotherPolicy, OpenIncidentsKeepTheResponseTheyBeganUnder) {
  World world(Town().long_street(20).draft());
  world.report("old", Town::at(0, 0));
  v1::Policy strict = test_policy();
  strict.set_name("strict");
  add_rule(strict, "everything in one minute").set_deadline_ms(60'000);
  world.activate_policy(strict);
  world.report("new", Town::at(0, 0));
  EXPECT_EQ(world.incident("old").ring_min(), 5U);
  EXPECT_EQ(world.incident("new").ring_min(), 1U);
}

TEST(AnotherPolicy, ReappliedItJudgesOpenIncidentsAnewAndSendsWhatItAsksFor) {
  World world(Town().long_street(20).post(1, 0, 0).post(2, 100, 0).draft());
  world.sign_on(1);
  world.sign_on(2);
  EXPECT_THAT(assigned_units(world.report("e1", Town::at(0, 0))), ElementsAre(1));
  v1::LogRecord record;
  record.set_region(kRegion.value());
  v1::Policy pairs = test_policy();
  v1::ResponseRule& rule = add_rule(pairs, "always in pairs");
  add_entry(*rule.add_plan(), "", 0, 2);
  *record.mutable_policy_activated()->mutable_policy() = pairs;
  record.mutable_policy_activated()->set_reapply(true);
  EXPECT_THAT(assigned_units(world.apply(record)), ElementsAre(2)) << "unit 1 keeps its work";
  EXPECT_EQ(world.incident("e1").units_needed(), 2U);
}

TEST(AnotherPolicy, AnOperatorPutsItInForceAndTheLogSaysWho) {
  World world(Town().long_street(20).draft());
  v1::Policy strict = test_policy();
  strict.set_name("strict");
  add_rule(strict, "everything in one minute").set_deadline_ms(60'000);
  const auto decisions = world.command("c1", [&](auto& c) { *c.mutable_activate_policy()->mutable_policy() = strict; });
  EXPECT_EQ(only(decisions, v1::Decision::kPolicyInForce)[0].policy_in_force().name(), "strict");
  EXPECT_EQ(only(decisions, v1::Decision::kCommandApplied)[0].command_applied().command_id(), "c1");
  world.report("new", Town::at(0, 0));
  EXPECT_EQ(world.incident("new").ring_min(), 1U);

  strict.set_silent_after_ms(-1);
  EXPECT_EQ(rejected(world.command("c2", [&](auto& c) { *c.mutable_activate_policy()->mutable_policy() = strict; })),
            v1::REJECT_CODE_BAD_POLICY);
  EXPECT_FALSE(world.engine().command(kRegion, "c2"));
}

}  // namespace
}  // namespace dispatch135::core::testing
