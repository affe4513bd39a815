// Cities that help each other: one asks, the other grants or refuses, and the unit is given back. Every word goes
// through both logs. The rule is the policy's section `neighbours.cities`.
#include <gtest/gtest.h>

#include "tests/stories/two_cities.h"

namespace dispatch135::core::testing {
namespace {

using What = v1::NeighbourMessage;

// The map is drawn in whole metres, the earth is not.
bool about(std::int64_t ms, std::int64_t wanted_ms) { return ms > wanted_ms - 3'000 && ms < wanted_ms + 3'000; }

v1::NeighbourRefusal::Reason last_refusal(const World& world) {
  return world.said().empty() ? v1::NeighbourRefusal::REASON_UNSPECIFIED
                              : world.said().back().neighbour_said().refusal().reason();
}

v1::NeighbourRelease::Reason last_release(const World& world) {
  return world.said().empty() ? v1::NeighbourRelease::REASON_UNSPECIFIED
                              : world.said().back().neighbour_said().release().reason();
}

v1::BorrowedUnit borrowed(const World& world, const std::string& event) {
  const v1::Incident incident = world.incident(event);
  return incident.borrowed_size() == 1 ? incident.borrowed(0) : v1::BorrowedUnit();
}

World::Decisions ask(World& world, const std::string& event, RegionId region) {
  return world.command("ask " + event, [&](v1::OperatorCommand& command) {
    command.mutable_ask_neighbour()->set_incident_id(world.incident(event).incident_id());
    command.mutable_ask_neighbour()->set_region(region.value());
  });
}

// Rule: ask. Nobody of Wuxi is on duty.
//
//            Wuxi            | Suzhou
//   0 ............... e1 .. 10 .. 21 ............ 20 km
//                    9.5          11
TEST(Neighbour, WhenNobodyIsFreeTheNeighboursUnitGoesAndItsArrivalStopsTheClock) {
  TwoCities cities({{1, 9}}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  ASSERT_EQ(words(cities.wuxi), (std::vector{What::kRequest}));
  cities.carry();
  ASSERT_EQ(words(cities.suzhou), (std::vector{What::kGrant}));

  const v1::BorrowedUnit granted = borrowed(cities.wuxi, "e1");
  EXPECT_EQ(granted.region(), kSuzhou.value());
  EXPECT_EQ(granted.unit().unit_id(), 21U);
  EXPECT_EQ(granted.unit().way(), v1::NeighbourUnit::WAY_BY_ROAD);
  EXPECT_TRUE(about(granted.unit().eta_ms(), 100'000)) << "1 km to the end of Suzhou's street";
  EXPECT_EQ(cities.wuxi.incident("e1").units_missing(), 0U);
  EXPECT_EQ(cities.wuxi.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
  EXPECT_EQ(cities.suzhou.unit(21).lent_to(), kRegion.value());

  cities.suzhou.acknowledge(21);
  cities.suzhou.en_route(21);
  cities.carry();
  EXPECT_EQ(cities.wuxi.incident("e1").status(), v1::INCIDENT_STATUS_RESOURCES_ENROUTE);
  cities.suzhou.on_scene(21);
  cities.carry();
  EXPECT_NE(cities.wuxi.incident("e1").first_on_scene_at_ms(), 0);
  const auto later = cities.wuxi.later_s(400);
  EXPECT_TRUE(only(later, v1::Decision::kDeadlineBreached).empty());

  cities.suzhou.feedback(21);
  cities.carry();
  EXPECT_EQ(cities.wuxi.incident("e1").status(), v1::INCIDENT_STATUS_CLOSED);
  EXPECT_EQ(cities.wuxi.incident("e1").disposition(), v1::DISPOSITION_HANDLED);
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
  EXPECT_EQ(cities.suzhou.unit(21).lent_to(), 0U);
}

// Rule: lend.beyond_km_h. Suzhou's roads end 2 km before the place.
//
//            Wuxi            | Suzhou
//   0 .......... e1 ........ 10 .. 21 ............ 20 km
//                8                 11
TEST(Neighbour, BeyondItsRoadsTheLenderReckonsAStraightLineAndFollowsItsUnitThere) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(8));
  cities.carry();
  const v1::BorrowedUnit granted = borrowed(cities.wuxi, "e1");
  EXPECT_EQ(granted.unit().way(), v1::NeighbourUnit::WAY_TO_THE_EDGE);
  EXPECT_TRUE(about(granted.unit().eta_ms(), 300'000)) << "100 s by road and 2 km at 36 km/h";

  cities.suzhou.acknowledge(21);
  cities.suzhou.en_route(21);
  for (int i = 0; i < 4; ++i) {
    cities.later_s(30);
    EXPECT_EQ(rejected(cities.suzhou.position(21, km(8.5))), v1::REJECT_CODE_UNSPECIFIED)
        << "no road of Suzhou's is there";
  }
  EXPECT_EQ(borrowed(cities.wuxi, "e1").unit().unit_id(), 21U) << "it was heard all the time";
  cities.wuxi.cancel("e1");
  cities.carry();
  EXPECT_EQ(rejected(cities.suzhou.position(21, km(8.5))), v1::REJECT_CODE_OFF_ROAD);
}

//            Wuxi            | Suzhou
//   0 ............ 1 . e1 . 10 . 21 ............. 20 km
TEST(Neighbour, AnOwnUnitThatIsInTimeGoesAndNobodyIsAsked) {
  TwoCities cities({{1, 8}}, {{21, 10}});
  cities.wuxi.sign_on(1);
  cities.suzhou.sign_on(21);
  EXPECT_EQ(assigned_units(cities.wuxi.report("e1", km(9.5))), (std::vector<std::uint64_t>{1}));
  EXPECT_TRUE(cities.wuxi.said().empty());
}

// Rule: ask.gain. Unit 1 needs 750 s, the deadline is 300 s, unit 21 needs 100 s.
//
//            Wuxi            | Suzhou
//   0 .. 1 .......... e1 .. 10 .. 21 ............ 20 km
//        2            9.5         11
TEST(Neighbour, BesideAnOwnUnitThatWillBeLateASoonerOneOfTheNeighbourIsAskedFor) {
  TwoCities cities({{1, 2}}, {{21, 11}}, [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_ask()->set_gain_ms(60'000);
  });
  cities.wuxi.sign_on(1);
  cities.suzhou.sign_on(21);
  EXPECT_EQ(assigned_units(cities.wuxi.report("e1", km(9.5))), (std::vector<std::uint64_t>{1}));
  ASSERT_EQ(words(cities.wuxi), (std::vector{What::kRequest}));
  EXPECT_TRUE(about(cities.wuxi.said()[0].neighbour_said().request().within_ms(), 690'000));
  cities.carry();
  EXPECT_EQ(borrowed(cities.wuxi, "e1").plan_entry(), 0U) << "the own one keeps its place";
  cities.suzhou.acknowledge(21);
  cities.suzhou.on_scene(21);
  cities.carry();
  EXPECT_NE(cities.wuxi.incident("e1").first_on_scene_at_ms(), 0);
  EXPECT_EQ(cities.wuxi.unit(1).incident_id(), cities.wuxi.incident("e1").incident_id());
}

TEST(Neighbour, WhenTheLateOwnUnitIsThereFirstNeverthelessTheNeighboursIsGivenBack) {
  TwoCities cities({{1, 2}}, {{21, 11}});
  cities.wuxi.sign_on(1);
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  ASSERT_EQ(cities.suzhou.unit(21).lent_to(), kRegion.value());
  cities.wuxi.acknowledge(1);
  cities.wuxi.on_scene(1);
  EXPECT_EQ(last_release(cities.wuxi), v1::NeighbourRelease::REASON_OWN_UNIT);
  cities.carry();
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U);
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
}

// Unit 21 needs 900 s, the own unit 750 s.
TEST(Neighbour, ANeighbourThatWouldBeNoSoonerSaysSo) {
  TwoCities cities({{1, 2}}, {{21, 19}});
  cities.wuxi.sign_on(1);
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  EXPECT_EQ(last_refusal(cities.suzhou), v1::NeighbourRefusal::REASON_TOO_FAR);
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U);
}

// Rule: lend.from_severity.
TEST(Neighbour, WhatThePolicyDoesNotLendIsRefusedAndAskedForAgainLater) {
  TwoCities cities({}, {{21, 11}}, {}, [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_lend()->set_from_severity(v1::SEVERITY_HIGH);
  });
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  EXPECT_EQ(last_refusal(cities.suzhou), v1::NeighbourRefusal::REASON_POLICY);
  EXPECT_EQ(cities.wuxi.incident("e1").units_missing(), 1U) << "it waits";
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
  cities.later_s(89);
  EXPECT_EQ(words(cities.wuxi).size(), 1U);
  cities.later_s(1);
  EXPECT_EQ(words(cities.wuxi).size(), 2U) << "reoffer_after is 90 s";
}

// Rules: lend.at_most, lend.keep_free_permille.
TEST(Neighbour, TheLenderKeepsEnoughUnitsForItself) {
  TwoCities cities({}, {{21, 11}, {22, 12}});
  cities.suzhou.sign_on(21);
  cities.suzhou.sign_on(22);
  cities.wuxi.report("e1", km(9.5));
  cities.wuxi.report("e2", km(9.5));
  cities.carry();
  EXPECT_EQ(cities.suzhou.unit(21).lent_to(), kRegion.value());
  EXPECT_EQ(last_refusal(cities.suzhou), v1::NeighbourRefusal::REASON_LENT_ALREADY);
  EXPECT_EQ(cities.suzhou.unit(22).assignment_id(), 0U);

  TwoCities careful({}, {{21, 11}, {22, 12}}, {}, [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_lend()->set_keep_free_permille(600);
  });
  careful.suzhou.sign_on(21);
  careful.suzhou.sign_on(22);
  careful.wuxi.report("e1", km(9.5));
  careful.carry();
  EXPECT_EQ(last_refusal(careful.suzhou), v1::NeighbourRefusal::REASON_KEPT_FREE) << "one of two would stay: 500";
}

// Rule: ask.border_m. The border is at 10 km.
TEST(Neighbour, OnlyNearTheBorderIsTheNeighbourAsked) {
  const auto near = [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_ask()->set_border_m(3'000);
  };
  TwoCities cities({}, {{21, 11}}, near);
  cities.wuxi.report("far", km(5));
  EXPECT_TRUE(cities.wuxi.said().empty());
  cities.wuxi.report("near", km(8));
  EXPECT_EQ(words(cities.wuxi), (std::vector{What::kRequest}));
}

// Rule: answer_within, 20 s.
TEST(Neighbour, WithoutAnAnswerInTimeTheRequestIsWithdrawnAndALateGrantSendsNobody) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.wuxi.later_s(21);
  EXPECT_EQ(words(cities.wuxi), (std::vector{What::kRequest, What::kRelease}));
  EXPECT_EQ(last_release(cities.wuxi), v1::NeighbourRelease::REASON_NO_ANSWER);
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
  cities.carry();
  EXPECT_EQ(words(cities.suzhou), (std::vector{What::kGrant}))
      << "Suzhou's log time is still before the answer was due";
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U) << "the withdrawal came right behind";
  EXPECT_EQ(rejected(cities.heard), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
}

TEST(Neighbour, WhenOneCityDoesNotAnswerTheNextOfThePolicyIsAsked) {
  TwoCities cities({}, {{21, 11}}, [](v1::Policy& policy) {
    v1::NeighbourRule& rule = *policy.mutable_neighbours();
    *rule.add_cities() = rule.cities(0);
    rule.mutable_cities(0)->set_region(320'400);
  });
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  ASSERT_EQ(cities.wuxi.said()[0].neighbour_said().to(), 320'400U);
  cities.wuxi.later_s(20);
  ASSERT_EQ(words(cities.wuxi), (std::vector{What::kRequest, What::kRelease, What::kRequest}));
  EXPECT_EQ(cities.wuxi.said()[2].neighbour_said().to(), kSuzhou.value());
}

TEST(Neighbour, AUnitThatDeclinesIsSoughtAnewByTheAsker) {
  TwoCities cities({{1, 9}}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  cities.suzhou.decline(21);
  ASSERT_EQ(words(cities.suzhou), (std::vector{What::kGrant, What::kReturned}));
  EXPECT_EQ(cities.suzhou.said().back().neighbour_said().returned().reason(), v1::NeighbourReturn::REASON_DECLINED);
  cities.carry();
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
  EXPECT_EQ(cities.wuxi.incident("e1").units_missing(), 1U);
  EXPECT_EQ(assigned_units(cities.wuxi.sign_on(1)), (std::vector<std::uint64_t>{1})) << "it stands in Wuxi's queue";
}

TEST(Neighbour, AUnitThatDoesNotSignFallsSilentOrGoesOffDutyComesBackToTheAskerWithTheReason) {
  const auto end_of = [](const std::function<void(TwoCities&)>& what) {
    TwoCities cities({}, {{21, 11}});
    cities.suzhou.sign_on(21);
    cities.wuxi.report("e1", km(9.5));
    cities.carry();
    what(cities);
    cities.carry();
    EXPECT_EQ(cities.wuxi.incident("e1").units_missing(), 1U);
    return cities.suzhou.said().back().neighbour_said().returned().reason();
  };
  EXPECT_EQ(end_of([](TwoCities& cities) { cities.later_s(31); }), v1::NeighbourReturn::REASON_NOT_ACKNOWLEDGED);
  EXPECT_EQ(end_of([](TwoCities& cities) {
              cities.suzhou.acknowledge(21);
              cities.later_s(61);
            }),
            v1::NeighbourReturn::REASON_SILENT);
  EXPECT_EQ(end_of([](TwoCities& cities) { cities.suzhou.sign_off(21); }), v1::NeighbourReturn::REASON_OFF_DUTY);
}

TEST(Neighbour, TheLendersDispatcherTakesItsUnitBackByReleasingIt) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  cities.suzhou.command("c1", [](v1::OperatorCommand& command) { command.mutable_release()->set_unit_id(21); });
  cities.carry();
  EXPECT_EQ(cities.suzhou.said().back().neighbour_said().returned().reason(), v1::NeighbourReturn::REASON_TAKEN_BACK);
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U);
  EXPECT_EQ(cities.wuxi.incident("e1").units_missing(), 1U);
  EXPECT_TRUE(cities.suzhou.engine().snapshot(kSuzhou).incidents().empty()) << "nothing of it is left open";
}

TEST(Neighbour, WhenTheIncidentEndsTheLentUnitIsToldToStop) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  cities.wuxi.cancel("e1");
  cities.carry();
  const auto ended = only(cities.heard, v1::Decision::kAssignmentEnded);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].assignment_ended().reason(), v1::AssignmentEnded::REASON_INCIDENT_CANCELLED);
  EXPECT_NE(ended[0].assignment_ended().order_sequence(), 0U);
  EXPECT_EQ(words(cities.suzhou), (std::vector{What::kGrant})) << "who is told to stop does not answer";
}

TEST(Neighbour, AnOwnUnitThatComesFreeBeforeTheAnswerIsSentAndTheRequestWithdrawn) {
  TwoCities cities({{1, 9}}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  EXPECT_EQ(assigned_units(cities.wuxi.sign_on(1)), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(words(cities.wuxi), (std::vector{What::kRequest, What::kRelease}));
  cities.carry();
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U);
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 0);
}

TEST(Neighbour, WhileADispatcherHoldsTheIncidentNoNeighbourIsAskedAndWhatWasAskedIsWithdrawn) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  const auto hold = [&](const std::string& id, v1::HoldIncident::Hold what) {
    cities.wuxi.command(id, [&](v1::OperatorCommand& command) {
      command.mutable_hold()->set_incident_id(cities.wuxi.incident("e1").incident_id());
      command.mutable_hold()->set_hold(what);
    });
    cities.carry();
  };
  hold("c1", v1::HoldIncident::HOLD_WAIT);
  EXPECT_EQ(words(cities.wuxi), (std::vector{What::kRequest, What::kRelease}));
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U);
  hold("c2", v1::HoldIncident::HOLD_NONE);
  EXPECT_EQ(cities.suzhou.unit(21).lent_to(), kRegion.value()) << "the engine decides again";
}

TEST(Neighbour, WhenTheIncidentMovesTheLentUnitGetsItsOrderAgain) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  cities.wuxi.move("e1", km(7));
  cities.carry();
  EXPECT_EQ(only(cities.heard, v1::Decision::kAssignmentUpdated).size(), 1U);
  const v1::RegionSnapshot suzhou = cities.suzhou.engine().snapshot(kSuzhou);
  ASSERT_EQ(suzhou.incidents_size(), 1);
  EXPECT_EQ(suzhou.incidents(0).position().longitude_e7(), km(7).longitude_e7);
}

// Two leaders publish the same decision; an old one carries what a new one has carried.
TEST(Neighbour, AWordThatIsCarriedTwiceActsOnce) {
  TwoCities cities({}, {{21, 11}, {22, 12}}, {}, [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_lend()->set_at_most(9);
  });
  cities.suzhou.sign_on(21);
  cities.suzhou.sign_on(22);
  cities.wuxi.report("e1", km(9.5));
  EXPECT_EQ(assigned_units(TwoCities::log_at(cities.suzhou, cities.wuxi, 0, 0)).size(), 1U);
  EXPECT_TRUE(TwoCities::log_at(cities.suzhou, cities.wuxi, 0, 0).empty()) << "the same place in the topic";
  const auto again = TwoCities::log_at(cities.suzhou, cities.wuxi, 0, 1);
  EXPECT_EQ(rejected(again), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "the same decision at another place";
  EXPECT_EQ(cities.suzhou.unit(22).assignment_id(), 0U);
  TwoCities::log_at(cities.wuxi, cities.suzhou, 0, 0);
  EXPECT_EQ(rejected(TwoCities::log_at(cities.wuxi, cities.suzhou, 0, 1)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(cities.wuxi.incident("e1").borrowed_size(), 1);
}

TEST(Neighbour, ADispatcherAsksByHandAndGivesBack) {
  TwoCities cities({{1, 9}}, {{21, 11}},
                   [](v1::Policy& policy) { policy.mutable_neighbours()->mutable_cities(0)->clear_ask(); });
  cities.wuxi.sign_on(1);
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  ask(cities.wuxi, "e1", kSuzhou);
  cities.carry();
  const v1::BorrowedUnit granted = borrowed(cities.wuxi, "e1");
  EXPECT_EQ(granted.unit().unit_id(), 21U) << "beside the own unit";
  EXPECT_EQ(granted.asked_by(), "dispatcher");
  const auto given_back = cities.wuxi.command("c2", [&](v1::OperatorCommand& command) {
    command.mutable_release_neighbour()->set_incident_id(cities.wuxi.incident("e1").incident_id());
    command.mutable_release_neighbour()->set_request_id(granted.request_id());
  });
  EXPECT_EQ(only(given_back, v1::Decision::kCommandApplied).size(), 1U);
  cities.carry();
  EXPECT_EQ(cities.suzhou.unit(21).assignment_id(), 0U);
  EXPECT_EQ(cities.wuxi.unit(1).incident_id(), cities.wuxi.incident("e1").incident_id());
}

TEST(Neighbour, CommandsThatCannotBeKeptAreRefusedAndChangeNothing) {
  TwoCities cities({}, {{21, 11}, {22, 12}});
  cities.suzhou.sign_on(21);
  cities.suzhou.sign_on(22);
  cities.wuxi.report("e1", km(9.5));
  const std::uint64_t before = cities.wuxi.said().size();
  EXPECT_EQ(rejected(ask(cities.wuxi, "e1", RegionId(310'000))), v1::REJECT_CODE_NOT_ALLOWED) << "not in the policy";
  EXPECT_EQ(cities.wuxi.said().size(), before);
  const auto release = [&](std::uint64_t request) {
    return rejected(cities.wuxi.command("r" + std::to_string(request), [&](v1::OperatorCommand& command) {
      command.mutable_release_neighbour()->set_incident_id(cities.wuxi.incident("e1").incident_id());
      command.mutable_release_neighbour()->set_request_id(request);
    }));
  };
  EXPECT_EQ(release(77), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  cities.carry();
  const std::uint64_t lent = cities.suzhou.unit(21).incident_id();
  EXPECT_EQ(rejected(cities.suzhou.command("c1",
                                           [&](v1::OperatorCommand& command) {
                                             command.mutable_assign()->set_incident_id(lent);
                                             command.mutable_assign()->set_unit_id(22);
                                           })),
            v1::REJECT_CODE_NOT_ALLOWED)
      << "Wuxi asked for one unit";
}

TEST(Neighbour, WordsThatMakeNoSenseAreRefusedAndChangeNothing) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  std::uint32_t index = 0;
  const auto hear = [&](const std::function<void(v1::NeighbourMessage&)>& bend) {
    v1::LogRecord record;
    record.set_region(kSuzhou.value());
    record.mutable_source()->set_topic(v1::SourceOffset::TOPIC_DECISIONS);
    record.mutable_source()->set_offset(++index);
    v1::NeighbourHeard& heard = *record.mutable_neighbour_heard();
    *heard.mutable_message() = cities.wuxi.said()[0].neighbour_said();
    heard.set_decision_offset(100);
    heard.set_decision_index(index);
    bend(*heard.mutable_message());
    return rejected(cities.suzhou.apply(record));
  };
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.set_to(310'000); }), v1::REJECT_CODE_MALFORMED);
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.set_from(m.to()); }), v1::REJECT_CODE_MALFORMED);
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.clear_what(); }), v1::REJECT_CODE_MALFORMED);
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.mutable_request()->clear_position(); }), v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.mutable_request()->set_severity(v1::SEVERITY_UNSPECIFIED); }),
            v1::REJECT_CODE_UNKNOWN_VALUE);
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.mutable_release(); }), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_EQ(hear([](v1::NeighbourMessage& m) { m.mutable_grant(); }), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_TRUE(cities.suzhou.engine().snapshot(kSuzhou).incidents().empty());
  EXPECT_TRUE(cities.suzhou.said().empty());
}

TEST(Neighbour, ALentUnitStaysAtItsWorkWhenItsPolicyLendsNoMore) {
  TwoCities cities({}, {{21, 11}});
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  v1::LogRecord record;
  record.set_region(kSuzhou.value());
  *record.mutable_policy_activated()->mutable_policy() = test_policy();
  record.mutable_policy_activated()->set_reapply(true);
  cities.suzhou.apply(record);
  EXPECT_EQ(cities.suzhou.unit(21).lent_to(), kRegion.value());
  cities.suzhou.acknowledge(21);
  cities.suzhou.on_scene(21);
  cities.carry();
  EXPECT_NE(cities.wuxi.incident("e1").first_on_scene_at_ms(), 0);
}

// A critical incident asks for two units: one is Wuxi's, one Suzhou's; each gives its feedback.
TEST(Neighbour, TheIncidentClosesWhenTheLastOfOwnAndBorrowedUnitsIsDone) {
  TwoCities cities({{1, 9}}, {{21, 10}});
  cities.wuxi.sign_on(1);
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5), [](v1::IncidentReported& report) { report.set_severity(v1::SEVERITY_CRITICAL); });
  cities.carry();
  ASSERT_EQ(borrowed(cities.wuxi, "e1").plan_entry(), 1U);
  cities.wuxi.acknowledge(1);
  cities.wuxi.on_scene(1);
  cities.suzhou.acknowledge(21);
  cities.suzhou.on_scene(21);
  cities.carry();
  cities.wuxi.feedback(1);
  EXPECT_NE(cities.wuxi.incident("e1").status(), v1::INCIDENT_STATUS_CLOSED);
  cities.suzhou.feedback(21);
  cities.carry();
  EXPECT_EQ(cities.wuxi.incident("e1").status(), v1::INCIDENT_STATUS_CLOSED);
}

}  // namespace
}  // namespace dispatch135::core::testing
