// Several calls about one event (重复警情): what is linked, what is only suggested, and how people undo it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Related = v1::IncidentRelated;

constexpr const char* kCrash = "Two cars crashed at the corner, one driver is bleeding";
constexpr const char* kCrashAgain = "two cars have crashed at the corner, a driver bleeding";

// 300 m, half an hour; from 600 permille a dispatcher is told, from 850 the report is linked.
v1::Policy related_policy(std::uint32_t link_at = 850) {
  v1::Policy policy = test_policy();
  policy.mutable_related()->set_radius_m(300);
  policy.mutable_related()->set_within_ms(30 * 60'000);
  policy.mutable_related()->set_suggest_at(600);
  policy.mutable_related()->set_link_at(link_at);
  v1::CategoryPair& pair = *policy.mutable_related()->add_compatible();
  pair.set_one(v1::CATEGORY_TRAFFIC);
  pair.set_other(v1::CATEGORY_HELP);
  return policy;
}

World::Shape says(const std::string& text, v1::Category category = v1::CATEGORY_TRAFFIC,
                  v1::Severity severity = v1::SEVERITY_MEDIUM) {
  return [=](v1::IncidentReported& report) {
    report.set_description(text);
    report.set_category(category);
    report.set_severity(severity);
  };
}

//   1 . . . . . . . . . 2 . . . . . . . . . 3        a street of 2 km with three cars, 10 s a block
class RelatedCalls : public ::testing::Test {
 protected:
  RelatedCalls()
      : world_(Town().long_street(20).post(1, 0, 0).post(2, 1'000, 0).post(3, 2'000, 0).draft(), related_policy()) {
    for (const std::uint64_t unit : {1, 2, 3}) world_.sign_on(unit);
  }
  std::uint64_t id(const std::string& event) { return world_.incident(event).incident_id(); }
  World::Decisions merge(const std::string& child, const std::string& into) { return merge(id(child), id(into)); }
  World::Decisions merge(std::uint64_t child, std::uint64_t into) {
    return world_.command("c" + std::to_string(++commands_), [&](v1::OperatorCommand& c) {
      c.mutable_merge()->set_child(child);
      c.mutable_merge()->set_into(into);
    });
  }
  World::Decisions unmerge(const std::string& child) {
    const std::uint64_t number = id(child);
    return world_.command("c" + std::to_string(++commands_),
                          [&](v1::OperatorCommand& c) { c.mutable_unmerge()->set_child(number); });
  }
  World::Decisions update(const std::string& event, v1::Severity severity) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    record.mutable_incident_updated()->set_source("110");
    record.mutable_incident_updated()->set_event_id(event);
    record.mutable_incident_updated()->set_severity(severity);
    return world_.apply(record);
  }
  static std::string refusal(const World::Decisions& decisions) {
    return decisions.empty() ? "" : decisions.back().record_rejected().reason();
  }
  // What was decided about two incidents that may be one.
  static std::vector<v1::IncidentRelated> related(const World::Decisions& decisions) {
    std::vector<v1::IncidentRelated> found;
    for (const auto& decision : only(decisions, v1::Decision::kIncidentRelated)) {
      found.push_back(decision.incident_related());
    }
    return found;
  }

  World world_;
  int commands_ = 0;
};

// Rule: at or above link_at a report is a further call, and never silently.
TEST_F(RelatedCalls, ASecondCallAboutTheSameCrashSendsNobodyElseAndTheDecisionSaysWhy) {
  EXPECT_THAT(assigned_units(world_.report("e1", Town::at(1'000, 0), says(kCrash))), ElementsAre(2));
  world_.later_s(40);
  const auto decisions = world_.report("e2", Town::at(1'030, 0), says(kCrashAgain));

  EXPECT_THAT(assigned_units(decisions), IsEmpty());
  EXPECT_EQ(decisions[0].incident_opened().incident().status(), v1::INCIDENT_STATUS_LINKED);
  EXPECT_EQ(decisions[0].incident_opened().incident().linked_to(), id("e1"));
  ASSERT_EQ(related(decisions).size(), 1U);
  const v1::IncidentRelated link = related(decisions)[0];
  EXPECT_EQ(link.what(), Related::WHAT_LINKED);
  EXPECT_EQ(link.incident_id(), id("e2"));
  EXPECT_EQ(link.related_to(), id("e1"));
  EXPECT_EQ(link.by(), "");
  EXPECT_EQ(link.policy(), "test");
  EXPECT_NEAR(link.likeness().distance(), 900, 2);  // 30 of 300 m.
  EXPECT_EQ(link.likeness().time(), 977U);          // 40 s of half an hour.
  EXPECT_EQ(link.likeness().category(), 1'000U);
  EXPECT_EQ(link.likeness().common_words(), 7U);  // two cars crashed the corner driver bleeding
  EXPECT_EQ(link.likeness().words(), 2'000U * 7 / (8 + 8));
  EXPECT_EQ(link.likeness().confidence(), (35 * link.likeness().distance() + 15 * 977 + 15 * 1'000 + 35 * 875) / 100);
  EXPECT_EQ(link.likeness().apart_ms(), 40'000);

  const v1::Incident parent = world_.incident("e1");
  ASSERT_EQ(parent.further_calls_size(), 1);
  EXPECT_EQ(parent.further_calls(0).incident_id(), id("e2"));
  EXPECT_EQ(parent.further_calls(0).likeness().confidence(), link.likeness().confidence());
  EXPECT_EQ(parent.status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
}

// Rule: below link_at somebody is sent for each, and a dispatcher is told.
TEST_F(RelatedCalls, ACallThatIsOnlyRatherAlikeIsDispatchedAndSuggested) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.later_s(20);
  const auto decisions = world_.report("e2", Town::at(1'060, 0), says("A van lies on its roof at the corner"));
  EXPECT_THAT(assigned_units(decisions), ElementsAre(3));
  ASSERT_EQ(related(decisions).size(), 1U);
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_SUGGESTED);
  EXPECT_EQ(related(decisions)[0].related_to(), id("e1"));
  EXPECT_EQ(world_.incident("e2").suggestion().incident_id(), id("e1"));
  EXPECT_EQ(world_.incident("e2").linked_to(), 0U);
  EXPECT_EQ(world_.incident("e1").further_calls_size(), 0);
}

TEST_F(RelatedCalls, WithLinkingOffEvenTheSameWordsAreOnlySuggested) {
  world_.activate_policy(related_policy(0));
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  const auto decisions = world_.report("e2", Town::at(1'000, 0), says(kCrash));
  EXPECT_EQ(assigned_units(decisions).size(), 1U);
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_SUGGESTED);
  EXPECT_EQ(related(decisions)[0].likeness().confidence(), 1'000U);
}

TEST_F(RelatedCalls, WithoutThePolicysSectionReportsAreNotCompared) {
  world_.activate_policy(test_policy());
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  const auto decisions = world_.report("e2", Town::at(1'000, 0), says(kCrash));
  EXPECT_EQ(assigned_units(decisions).size(), 1U);
  EXPECT_THAT(related(decisions), IsEmpty());
}

// Rule: radius_m and within.
TEST_F(RelatedCalls, TheSameWordsAtAnotherCornerOrAnHourLaterAreAnotherEvent) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  EXPECT_THAT(related(world_.report("e2", Town::at(1'310, 0), says(kCrash))), IsEmpty());
  world_.later_s(31 * 60);
  EXPECT_THAT(related(world_.report("e3", Town::at(1'000, 0), says(kCrash))), IsEmpty());
}

// Rule: only the same category, or one that the policy lists with it.
TEST_F(RelatedCalls, ATheftBesideACrashIsAnotherEventButACallForHelpMayBeTheSame) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  EXPECT_THAT(related(world_.report("theft", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_CRIMINAL))), IsEmpty());
  const auto help = related(world_.report("help", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_HELP)));
  ASSERT_EQ(help.size(), 1U);
  EXPECT_EQ(help[0].likeness().category(), 600U);
  EXPECT_EQ(help[0].what(), Related::WHAT_LINKED);
}

TEST_F(RelatedCalls, ChineseTextIsComparedByPairsOfCharacters) {
  world_.report("e1", Town::at(1'000, 0), says("人民路口两车相撞，有人受伤"));
  const auto again = related(world_.report("e2", Town::at(1'010, 0), says("人民路口两车相撞有人流血")));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].what(), Related::WHAT_LINKED);
  const auto other = related(world_.report("e3", Town::at(1'010, 0), says("孩子走失，穿红衣服")));
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(other[0].likeness().words(), 0U);
  EXPECT_EQ(other[0].what(), Related::WHAT_SUGGESTED);
}

// Rule: twenty calls in a minute are one event with nineteen further calls.
TEST_F(RelatedCalls, ABurstOfTwentyCallsKeepsTheOtherCarsFree) {
  std::size_t orders = 0;
  for (int i = 0; i < 20; ++i) {
    orders +=
        assigned_units(world_.report("e" + std::to_string(i), Town::at(1'000 + i % 5 * 10, 0), says(kCrash))).size();
    if (i == 0) world_.acknowledge(2);
    world_.later_s(3);
  }
  EXPECT_EQ(orders, 1U);
  EXPECT_EQ(world_.incident("e0").further_calls_size(), 19);
}

// Rule: what is like a further call belongs to the same event; links have one level.
TEST_F(RelatedCalls, ACallLikeAFurtherCallBelongsToItsEvent) {
  world_.report("e1", Town::at(1'000, 0), says("crash corner bleeding driver"));
  world_.report("e2", Town::at(1'000, 0), says("crash corner bleeding driver lorry fire smoke"));
  ASSERT_EQ(world_.incident("e2").linked_to(), id("e1"));
  const auto third = related(world_.report("e3", Town::at(1'000, 0), says("corner driver lorry fire smoke")));
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(third[0].what(), Related::WHAT_LINKED);
  EXPECT_EQ(third[0].related_to(), id("e1"));
}

// Rule: an event that ended lately cannot take calls, but the dispatcher learns of it.
TEST_F(RelatedCalls, ACallAboutWhatWasJustClosedIsDispatchedAndSuggested) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.acknowledge(2);
  world_.on_scene(2);
  world_.feedback(2);
  const auto decisions = world_.report("e2", Town::at(1'000, 0), says(kCrash));
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2));
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_SUGGESTED);
  EXPECT_EQ(related(decisions)[0].related_to(), id("e1"));
  EXPECT_EQ(rejected(merge("e2", "e1")), v1::REJECT_CODE_INCIDENT_FINAL);
}

TEST_F(RelatedCalls, AReportThatAsksForMoreThanTheEventDoesIsNotLinkedByItself) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  const auto decisions = world_.report("e2", Town::at(1'000, 0), [](v1::IncidentReported& report) {
    says(kCrash)(report);
    report.set_required_capabilities(1U << (v1::CAPABILITY_HAZMAT - 1));
  });
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_SUGGESTED);
  EXPECT_EQ(world_.incident("e2").units_missing(), 1U);
}

// Rule: the child's units are told to stop; what the event misses is filled from who is free then.
//   1 . . . . . . . . . 2 . . A B . . . . . 3        2 goes to A, 3 to B; A is made critical and needs two
TEST_F(RelatedCalls, MergingFreesTheUnitsOfTheOneAndFillsWhatTheOtherMisses) {
  world_.report("a", Town::at(1'300, 0), says("shouting"));
  world_.report("b", Town::at(1'400, 0), says("a fight between two men"));
  ASSERT_EQ(world_.assignment_of(3), world_.incident("b").assignments(0).assignment_id());
  const auto decisions = merge("b", "a");
  EXPECT_EQ(only(decisions, v1::Decision::kAssignmentEnded)[0].assignment_ended().reason(),
            v1::AssignmentEnded::REASON_MERGED);
  EXPECT_NE(only(decisions, v1::Decision::kAssignmentEnded)[0].assignment_ended().order_sequence(), 0U);
  EXPECT_THAT(assigned_units(decisions), IsEmpty());
  EXPECT_EQ(world_.unit(3).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_MERGED);
  EXPECT_EQ(related(decisions)[0].by(), "dispatcher");
  EXPECT_EQ(world_.incident("b").status(), v1::INCIDENT_STATUS_LINKED);
  EXPECT_EQ(world_.incident("a").further_calls(0).by(), "dispatcher");
}

TEST_F(RelatedCalls, AUnitThatMergingFreesIsSentToTheEventThatStillWaits) {
  world_.sign_off(1);
  world_.sign_off(2);
  world_.report("b", Town::at(1'400, 0), says("a fight"));
  world_.report("a", Town::at(1'300, 0), says("shouting"));
  ASSERT_EQ(world_.incident("a").units_missing(), 1U);
  EXPECT_THAT(assigned_units(merge("b", "a")), ElementsAre(3));
  EXPECT_EQ(world_.unit(3).incident_id(), id("a"));
}

// Rule: unmerging restores both: the child with the clock that began with its own report.
TEST_F(RelatedCalls, UnmergingGivesTheCallItsOwnClockAndACar) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.later_s(20);
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  ASSERT_EQ(world_.incident("e2").status(), v1::INCIDENT_STATUS_LINKED);
  const std::int64_t reported_at = world_.now_ms();
  world_.later_s(9);
  const auto decisions = unmerge("e2");
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_UNMERGED);
  EXPECT_EQ(assigned_units(decisions).size(), 1U);
  EXPECT_EQ(world_.incident("e2").opened_at_ms(), reported_at);
  EXPECT_EQ(world_.incident("e2").deadline_at_ms(), reported_at + 300'000);
  EXPECT_EQ(world_.incident("e2").linked_to(), 0U);
  EXPECT_EQ(world_.incident("e1").further_calls_size(), 0);
}

TEST_F(RelatedCalls, AFurtherCallBreachesNothingUntilItIsUnmergedWithItsDeadlineGone) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.acknowledge(2);
  world_.on_scene(2);
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  EXPECT_THAT(only(world_.later_s(301), v1::Decision::kDeadlineBreached), IsEmpty());
  const auto breaches = only(unmerge("e2"), v1::Decision::kDeadlineBreached);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].deadline_breached().incident_id(), id("e2"));
}

// Rule: an event is as urgent as its most urgent call.
TEST_F(RelatedCalls, AGraverFurtherCallRaisesTheEventAndUnmergingRestoresIt) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  const auto decisions =
      world_.report("e2", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_CRITICAL));
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_CRITICAL);
  EXPECT_EQ(world_.incident("e1").own_severity(), v1::SEVERITY_MEDIUM);
  EXPECT_EQ(world_.incident("e1").ring_min(), 3U);
  EXPECT_EQ(assigned_units(decisions).size(), 1U);  // Critical needs two.

  unmerge("e2");
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_MEDIUM);
  EXPECT_EQ(world_.incident("e1").own_severity(), v1::SEVERITY_UNSPECIFIED);
  EXPECT_EQ(world_.incident("e1").ring_min(), 5U);
  EXPECT_EQ(world_.incident("e2").severity(), v1::SEVERITY_CRITICAL);
}

TEST_F(RelatedCalls, WithTwoGraveCallsUnmergingOneLeavesTheEventGrave) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_CRITICAL));
  world_.report("e3", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_HIGH));
  unmerge("e2");
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_HIGH);
  unmerge("e3");
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_MEDIUM);
}

// Rule: people overrule. What a dispatcher says of the event stands against the calls that are already there.
TEST_F(RelatedCalls, ADispatchersSeverityStandsAgainstTheCallsBeforeItButANewCallRaisesAgain) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_HIGH));
  world_.command("calm", [&](v1::OperatorCommand& c) {
    c.mutable_change_severity()->set_incident_id(id("e1"));
    c.mutable_change_severity()->set_severity(v1::SEVERITY_LOW);
  });
  world_.report("e3", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_LOW));
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_LOW);
  world_.report("e4", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_CRITICAL));
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_CRITICAL);
  unmerge("e4");
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_LOW);
}

TEST_F(RelatedCalls, ASourcesUpdateOfAFurtherCallGoesOnWorkingAndRaisesTheEvent) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  update("e2", v1::SEVERITY_HIGH);
  EXPECT_EQ(world_.incident("e2").severity(), v1::SEVERITY_HIGH);
  EXPECT_EQ(world_.incident("e2").status(), v1::INCIDENT_STATUS_LINKED);
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_HIGH);
  update("e1", v1::SEVERITY_LOW);  // Of its own call alone.
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_HIGH);
  EXPECT_EQ(world_.incident("e1").own_severity(), v1::SEVERITY_LOW);
  update("e2", v1::SEVERITY_MEDIUM);
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_MEDIUM);
}

TEST_F(RelatedCalls, ClosingTheEventClosesItsFurtherCallsAsDuplicates) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  world_.acknowledge(2);
  world_.on_scene(2);
  world_.feedback(2);
  EXPECT_EQ(world_.incident("e1").disposition(), v1::DISPOSITION_HANDLED);
  EXPECT_EQ(world_.incident("e2").status(), v1::INCIDENT_STATUS_CLOSED);
  EXPECT_EQ(world_.incident("e2").disposition(), v1::DISPOSITION_DUPLICATE);
  EXPECT_EQ(world_.incident("e2").linked_to(), id("e1"));
}

TEST_F(RelatedCalls, ADispatcherWhoCancelsTheEventClosesItsFurtherCallsToo) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  world_.command("off", [&](v1::OperatorCommand& c) { c.mutable_cancel()->set_incident_id(id("e1")); });
  EXPECT_EQ(world_.incident("e1").status(), v1::INCIDENT_STATUS_CANCELLED);
  EXPECT_EQ(world_.incident("e2").disposition(), v1::DISPOSITION_DUPLICATE);
}

// Rule: an event ends by its sources only when all of its calls were called off.
TEST_F(RelatedCalls, TheFirstCallersCancelDoesNotDropWhatOthersReportedToo) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  const auto decisions = world_.cancel("e1");
  ASSERT_EQ(related(decisions).size(), 1U);
  EXPECT_EQ(related(decisions)[0].what(), Related::WHAT_CALL_WITHDRAWN);
  EXPECT_EQ(world_.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
  EXPECT_TRUE(world_.incident("e1").call_withdrawn());
  EXPECT_THAT(only(decisions, v1::Decision::kAssignmentEnded), IsEmpty());

  world_.cancel("e2");
  EXPECT_EQ(world_.incident("e2").disposition(), v1::DISPOSITION_CANCELLED_BY_SOURCE);
  EXPECT_EQ(world_.incident("e1").status(), v1::INCIDENT_STATUS_CANCELLED);
  EXPECT_EQ(world_.unit(2).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
}

TEST_F(RelatedCalls, UnmergingTheLastCallFromAnEventThatWasCalledOffEndsThatEvent) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash));
  world_.cancel("e1");
  unmerge("e2");
  EXPECT_EQ(world_.incident("e1").status(), v1::INCIDENT_STATUS_CANCELLED);
  EXPECT_EQ(world_.incident("e2").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
}

TEST_F(RelatedCalls, AFurtherCallThatIsCalledOffLeavesTheEventAlone) {
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.report("e2", Town::at(1'000, 0), says(kCrash, v1::CATEGORY_TRAFFIC, v1::SEVERITY_HIGH));
  world_.cancel("e2");
  EXPECT_EQ(world_.incident("e2").status(), v1::INCIDENT_STATUS_CANCELLED);
  EXPECT_EQ(world_.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
  EXPECT_EQ(world_.incident("e1").severity(), v1::SEVERITY_MEDIUM);
}

TEST_F(RelatedCalls, ANewPolicyComparesWithTheIncidentsThatAreOpenAlready) {
  world_.activate_policy(test_policy());
  world_.report("e1", Town::at(1'000, 0), says(kCrash));
  world_.activate_policy(related_policy());
  EXPECT_EQ(related(world_.report("e2", Town::at(1'000, 0), says(kCrash)))[0].what(), Related::WHAT_LINKED);
}

TEST_F(RelatedCalls, AnIncidentThatMovedIsFoundAtItsNewPlace) {
  world_.report("e1", Town::at(100, 0), says(kCrash));
  world_.move("e1", Town::at(1'500, 0));
  EXPECT_THAT(related(world_.report("e2", Town::at(100, 0), says(kCrash))), IsEmpty());
  EXPECT_EQ(related(world_.report("e3", Town::at(1'500, 0), says(kCrash)))[0].what(), Related::WHAT_LINKED);
}

// ---- bad input: refused with its reason, and nothing changes ----

TEST_F(RelatedCalls, AMergeWithItselfWithNobodyOrWithWhatHasEndedIsRefused) {
  world_.report("e1", Town::at(1'000, 0), says("one"));
  world_.report("e2", Town::at(300, 0), says("two"));
  EXPECT_THAT(refusal(merge("e1", "e1")), HasSubstr("with itself"));
  EXPECT_EQ(rejected(merge(id("e1"), 4'711)), v1::REJECT_CODE_UNKNOWN_INCIDENT);
  EXPECT_EQ(rejected(merge(4'711, id("e1"))), v1::REJECT_CODE_UNKNOWN_INCIDENT);
  world_.cancel("e2");
  EXPECT_EQ(rejected(merge("e1", "e2")), v1::REJECT_CODE_INCIDENT_FINAL);
  EXPECT_EQ(rejected(merge("e2", "e1")), v1::REJECT_CODE_INCIDENT_FINAL);
  EXPECT_EQ(world_.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
}

TEST_F(RelatedCalls, AChainOfLinksIsRefusedAndTheReasonNamesTheEvent) {
  world_.report("a", Town::at(1'000, 0), says("one"));
  world_.report("b", Town::at(300, 0), says("two"));
  world_.report("c", Town::at(1'700, 0), says("three"));
  merge("b", "a");
  EXPECT_THAT(refusal(merge("c", "b")), HasSubstr("a further call of incident " + std::to_string(id("a"))));
  EXPECT_THAT(refusal(merge("b", "c")), HasSubstr("unmerge this one first"));
  EXPECT_THAT(refusal(merge("a", "c")), HasSubstr("has 1 further calls itself"));
  EXPECT_EQ(rejected(merge("a", "c")), v1::REJECT_CODE_ILLEGAL_TRANSITION);
}

TEST_F(RelatedCalls, WhatIsNoFurtherCallCannotBeUnmergedAndAFurtherCallGetsNoUnits) {
  world_.report("e1", Town::at(1'000, 0), says("one"));
  world_.report("e2", Town::at(300, 0), says("two"));
  EXPECT_EQ(rejected(unmerge("e2")), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  merge("e2", "e1");
  const auto assigned = world_.command("send", [&](v1::OperatorCommand& c) {
    c.mutable_assign()->set_incident_id(id("e2"));
    c.mutable_assign()->set_unit_id(3);
  });
  EXPECT_EQ(rejected(assigned), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_THAT(refusal(assigned), HasSubstr("further call of incident"));
}

}  // namespace
}  // namespace dispatch135::core::testing
