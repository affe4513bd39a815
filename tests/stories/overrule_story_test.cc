// Dispatchers overrule the engine; the log says who, and a refusal says why and what would help.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

//   X 1 . . . . 2 . . . . 3        a street of 2 km
Town street_with_three() {
  Town town;
  town.long_street(20).post(1, 100, 0).post(2, 600, 0).post(3, 1'100, 0);
  return town;
}

struct Shift : World {
  explicit Shift(const v1::Policy& policy = test_policy()) : World(street_with_three().draft(), policy) {
    for (const std::uint64_t unit : {1, 2, 3}) sign_on(unit);
  }
  Decisions assign(const char* id, const std::string& event, std::uint64_t unit_id, bool force = false) {
    return command(id, [&](auto& c) {
      c.mutable_assign()->set_incident_id(incident(event).incident_id());
      c.mutable_assign()->set_unit_id(unit_id);
      c.mutable_assign()->set_force(force);
    });
  }
  Decisions hold(const char* id, const std::string& event, v1::HoldIncident::Hold hold) {
    return command(id, [&](auto& c) {
      c.mutable_hold()->set_incident_id(incident(event).incident_id());
      c.mutable_hold()->set_hold(hold);
    });
  }
  Decisions exclude(const char* id, const std::string& event, std::uint64_t unit_id, bool excluded = true) {
    return command(id, [&](auto& c) {
      c.mutable_exclude()->set_incident_id(incident(event).incident_id());
      c.mutable_exclude()->set_unit_id(unit_id);
      c.mutable_exclude()->set_excluded(excluded);
    });
  }
};

TEST(Overrule, ABusyUnitIsRefusedWithWhatItDoesAndHowToForceIt) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  world.report("e2", Town::at(0, 0));
  const auto refused = world.assign("c1", "e2", 1);
  EXPECT_EQ(rejected(refused), v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE);
  EXPECT_THAT(reject_reason(refused), HasSubstr("DISPATCHED at incident"));
  EXPECT_THAT(reject_reason(refused), HasSubstr("force takes it nevertheless"));
}

TEST(Overrule, AForcedUnitLeavesItsWorkAndThatIncidentGetsAnother) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  world.report("e2", Town::at(0, 0));
  const auto decisions = world.assign("c1", "e2", 1, true);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(1, 3)) << "unit 3 takes its place at e1";
  const auto ended = only(decisions, v1::Decision::kAssignmentEnded);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].assignment_ended().reason(), v1::AssignmentEnded::REASON_DIVERTED);
  EXPECT_EQ(world.unit(1).incident_id(), world.incident("e2").incident_id());
}

TEST(Overrule, NobodyCanForceWhoIsOffDutyOrOutOfService) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  world.sign_off(2);
  EXPECT_THAT(reject_reason(world.assign("c1", "e1", 2, true)), HasSubstr("it must sign on first"));
  world.status(3, v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE, 0);
  EXPECT_THAT(reject_reason(world.assign("c2", "e1", 3, true)), HasSubstr("put it back in service first"));
}

TEST(Overrule, ASilentUnitIsTakenOnlyByForce) {
  Shift world;
  world.disconnect(2);
  world.report("e1", Town::at(0, 0));
  EXPECT_THAT(reject_reason(world.assign("c1", "e1", 2)), HasSubstr("is silent"));
  EXPECT_THAT(assigned_units(world.assign("c2", "e1", 2, true)), ElementsAre(2));
}

TEST(Overrule, AUnitThatIsAtTheIncidentAlreadyIsRefused) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  EXPECT_THAT(reject_reason(world.assign("c1", "e1", 1, true)), HasSubstr("assigned to this incident already"));
}

TEST(Exclude, TheUnitIsReleasedAndAnotherGoes) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  const auto decisions = world.exclude("c1", "e1", 1);
  EXPECT_EQ(only(decisions, v1::Decision::kAssignmentEnded)[0].assignment_ended().reason(),
            v1::AssignmentEnded::REASON_EXCLUDED);
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  EXPECT_THAT(world.incident("e1").excluded_unit_ids(), ElementsAre(1));
  EXPECT_EQ(only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why().excluded(), 1U);
  EXPECT_THAT(reject_reason(world.assign("c2", "e1", 1)), HasSubstr("excluded"));
}

TEST(Exclude, TakenBackItMayBeSentAgain) {
  Shift world;
  world.sign_off(2);
  world.sign_off(3);
  world.report("e1", Town::at(0, 0));
  EXPECT_THAT(assigned_units(world.exclude("c1", "e1", 1)), IsEmpty());
  EXPECT_THAT(assigned_units(world.exclude("c2", "e1", 1, false)), ElementsAre(1));
}

TEST(Hold, NobodyFurtherIsSentUntilItEnds) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  world.hold("c1", "e1", v1::HoldIncident::HOLD_WAIT);
  EXPECT_EQ(world.incident("e1").held_by(), "dispatcher");
  EXPECT_THAT(assigned_units(world.decline(1)), IsEmpty());
  EXPECT_THAT(assigned_units(world.later_s(30)), IsEmpty());
  EXPECT_THAT(assigned_units(world.hold("c2", "e1", v1::HoldIncident::HOLD_NONE)), ElementsAre(2));
  EXPECT_EQ(world.incident("e1").held_by(), "");
}

TEST(Hold, TakenOverByHandTheEngineOnlyAdvises) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  world.hold("c1", "e1", v1::HoldIncident::HOLD_BY_HAND);
  const auto declined = world.decline(1);
  EXPECT_THAT(assigned_units(declined), IsEmpty());
  const auto proposed = only(declined, v1::Decision::kUnitProposed);
  ASSERT_EQ(proposed.size(), 1U);
  EXPECT_EQ(proposed[0].unit_proposed().unit_id(), 2U);
  EXPECT_TRUE(proposed[0].unit_proposed().in_time());
  EXPECT_EQ(proposed[0].unit_proposed().why().candidates(0).unit_id(), 2U);
  EXPECT_THAT(assigned_units(world.assign("c2", "e1", 3)), ElementsAre(3)) << "the dispatcher decides otherwise";
  EXPECT_EQ(world.incident("e1").units_missing(), 0U);
}

TEST(Hold, AnotherIsProposedOnlyWhenItIsAnother) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  world.hold("c1", "e1", v1::HoldIncident::HOLD_BY_HAND);
  world.decline(1);
  world.sign_off(3);
  EXPECT_THAT(only(world.sign_on(3), v1::Decision::kUnitProposed), IsEmpty()) << "unit 2 is still the best";
  EXPECT_EQ(only(world.sign_off(2), v1::Decision::kUnitProposed).size(), 0U);
  world.sign_off(3);
  const auto proposed = only(world.sign_on(3), v1::Decision::kUnitProposed);
  ASSERT_EQ(proposed.size(), 1U);
  EXPECT_EQ(proposed[0].unit_proposed().unit_id(), 3U);
}

TEST(RecommendOnly, ByPolicyPeopleGiveTheOrdersForACategory) {
  v1::Policy policy = test_policy();
  v1::ResponseRule& rule = *policy.add_rules();
  rule.set_name("crowds by hand");
  rule.mutable_when()->add_categories(v1::CATEGORY_CROWD);
  rule.set_mode(v1::DISPATCH_MODE_RECOMMEND);
  Shift world(policy);
  const auto crowd = world.report("crowd", Town::at(0, 0), [](auto& r) { r.set_category(v1::CATEGORY_CROWD); });
  EXPECT_THAT(assigned_units(crowd), IsEmpty());
  ASSERT_EQ(only(crowd, v1::Decision::kUnitProposed).size(), 1U);
  EXPECT_EQ(only(crowd, v1::Decision::kUnitProposed)[0].unit_proposed().unit_id(), 1U);
  EXPECT_THAT(assigned_units(world.assign("c1", "crowd", 1)), ElementsAre(1));
  EXPECT_THAT(assigned_units(world.report("theft", Town::at(0, 0))), ElementsAre(2)) << "the rest is automatic";
}

TEST(Overrule, WhoAndWhyAreKept) {
  Shift world;
  world.report("e1", Town::at(0, 0));
  const auto decisions = world.command("c1", [&](auto& c) {
    c.set_operator_id("Li");
    c.set_reason("knows the family");
    c.mutable_exclude()->set_incident_id(world.incident("e1").incident_id());
    c.mutable_exclude()->set_unit_id(1);
    c.mutable_exclude()->set_excluded(true);
  });
  const auto applied = only(decisions, v1::Decision::kCommandApplied);
  ASSERT_EQ(applied.size(), 1U);
  EXPECT_EQ(applied[0].command_applied().operator_id(), "Li");
  EXPECT_EQ(applied[0].command_applied().reason(), "knows the family");
  EXPECT_EQ(applied[0].command_applied().unit_id(), 1U);
}

}  // namespace
}  // namespace dispatch135::core::testing
