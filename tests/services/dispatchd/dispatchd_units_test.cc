// Stories of field units at a node: orders, reconnections, takeovers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/services/dispatchd/cluster.h"

namespace dispatch135::dispatchd::testing {
namespace {

using ::testing::HasSubstr;

struct DispatchdUnits : ::testing::Test {
  DispatchdUnits() {
    cluster.start("a");
    cluster.lead("a");
  }
  FakeUnits::Device& device(const std::string& node, SessionId session) { return cluster[node].units[session]; }
  std::size_t logged(v1::LogRecord::BodyCase body) {
    const auto records = cluster.logged();
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(),
                                                  [body](const auto& record) { return record.body_case() == body; }));
  }
  static v1::UnitMessage position_at(geo::Point point, std::int64_t measured_at_ms, std::uint64_t client_sequence) {
    v1::UnitMessage message;
    message.set_client_sequence(client_sequence);
    v1::Location& location = *message.mutable_position()->mutable_location();
    location.set_latitude_deg(point.latitude_e7 / 1e7);
    location.set_longitude_deg(point.longitude_e7 / 1e7);
    location.set_datum(v1::DATUM_WGS84);
    message.mutable_position()->set_measured_at_ms(measured_at_ms);
    return message;
  }
  static v1::UnitMessage acknowledge(std::uint64_t assignment, std::uint64_t client_sequence, std::uint64_t seen) {
    v1::UnitMessage message;
    message.set_client_sequence(client_sequence);
    message.set_last_order_seen(seen);
    message.mutable_acknowledge()->set_assignment_id(assignment);
    return message;
  }

  Cluster cluster;
};

TEST_F(DispatchdUnits, ALeaderPutsCityAndPolicyInForceOnce) {
  EXPECT_TRUE(cluster["a"].node->partitions().of(Cluster::kRegion).engine.has_region(Cluster::kRegion));
  cluster.start("b");
  cluster.lead("b");
  EXPECT_EQ(logged(v1::LogRecord::kCityActivated), 1);
  EXPECT_EQ(logged(v1::LogRecord::kPolicyActivated), 1);
}

TEST_F(DispatchdUnits, AnOrderComesOnceLiveAndAgainExactlyOnResume) {
  const SessionId first = cluster.connect("a", kWest);
  ASSERT_TRUE(device("a", first).last().has_signed_on());
  cluster.report("e1");
  const auto live = device("a", first).orders();
  ASSERT_EQ(live.size(), 1);
  EXPECT_EQ(live[0].sequence(), 1);
  ASSERT_TRUE(live[0].has_assignment());
  EXPECT_EQ(live[0].assignment().incident().event_id(), "e1");

  cluster["a"].node->on_unit_closed(first);
  cluster.settle();
  EXPECT_EQ(logged(v1::LogRecord::kUnitDisconnected), 1);
  const SessionId again = cluster.connect("a", kWest, "device", 0);
  const auto resumed = device("a", again).orders();
  ASSERT_EQ(resumed.size(), 1);
  EXPECT_EQ(resumed[0].SerializeAsString(), live[0].SerializeAsString());

  cluster["a"].node->on_unit_closed(again);
  cluster.settle();
  const SessionId seen = cluster.connect("a", kWest, "device", 1);
  EXPECT_TRUE(device("a", seen).orders().empty());
}

TEST_F(DispatchdUnits, ASecondDeviceIsRefusedAndTheFirstKeepsWorking) {
  const SessionId first = cluster.connect("a", kWest, "phone");
  const SessionId second = cluster.connect("a", kWest, "tablet");
  ASSERT_TRUE(device("a", second).closed);
  EXPECT_EQ(device("a", second).closed->code, v1::REJECT_CODE_ALREADY_SIGNED_ON);
  EXPECT_TRUE(device("a", second).received.empty());
  cluster.report("e1");
  EXPECT_FALSE(device("a", first).closed);
  EXPECT_EQ(device("a", first).orders().size(), 1);
}

TEST_F(DispatchdUnits, WhatARefusedDeviceSaysBeforeItsAnswerIsNeverLogged) {
  cluster.connect("a", kWest, "phone");
  const SessionId second(999);
  v1::UnitMessage sign_on;
  sign_on.mutable_sign_on()->set_unit_id(kWest);
  sign_on.mutable_sign_on()->set_region(Cluster::kRegion.value());
  sign_on.mutable_sign_on()->set_device_id("tablet");
  v1::UnitMessage sign_off;
  sign_off.mutable_sign_off();
  cluster["a"].node->on_unit_message(second, sign_on);
  cluster["a"].node->on_unit_message(second, sign_off);
  cluster.settle();
  EXPECT_EQ(logged(v1::LogRecord::kUnitSignedOff), 0);
}

TEST_F(DispatchdUnits, WhatADeviceSaysRightAfterItsSignOnIsHeldAndThenLogged) {
  const SessionId session(999);
  v1::UnitMessage sign_on;
  sign_on.mutable_sign_on()->set_unit_id(kWest);
  sign_on.mutable_sign_on()->set_region(Cluster::kRegion.value());
  sign_on.mutable_sign_on()->set_device_id("phone");
  cluster["a"].node->on_unit_message(session, sign_on);
  cluster["a"].node->on_unit_message(session, position_at(cluster.map.at('1'), cluster.clock.ms, 2));
  cluster.settle();
  EXPECT_EQ(logged(v1::LogRecord::kUnitPositionReported), 1);
}

TEST_F(DispatchdUnits, ANewStreamOfTheSameDeviceTakesOver) {
  const SessionId old = cluster.connect("a", kWest);
  const SessionId fresh = cluster.connect("a", kWest);
  ASSERT_TRUE(device("a", old).closed);
  EXPECT_FALSE(device("a", fresh).closed);
  cluster.report("e1");
  EXPECT_TRUE(device("a", old).orders().empty());
  EXPECT_EQ(device("a", fresh).orders().size(), 1);
  EXPECT_EQ(logged(v1::LogRecord::kUnitDisconnected), 0);
}

TEST_F(DispatchdUnits, AFollowerSendsUnitsToTheLeader) {
  cluster.start("b");
  const SessionId session = cluster.connect("b", kWest);
  ASSERT_EQ(device("b", session).received.size(), 1);
  EXPECT_EQ(device("b", session).last().redirect().address(), "a:7135");
  EXPECT_TRUE(device("b", session).closed);
}

TEST_F(DispatchdUnits, AnUnknownUnitAndAnUnknownRegionAreRefused) {
  const SessionId unknown = cluster.connect("a", 77);
  ASSERT_TRUE(device("a", unknown).closed);
  EXPECT_EQ(device("a", unknown).closed->code, v1::REJECT_CODE_UNKNOWN_UNIT);

  v1::UnitMessage message;
  message.mutable_sign_on()->set_unit_id(kWest);
  message.mutable_sign_on()->set_region(999'900);
  message.mutable_sign_on()->set_device_id("device");
  cluster.say("a", SessionId(999), message);
  ASSERT_TRUE(device("a", SessionId(999)).closed);
  EXPECT_EQ(device("a", SessionId(999)).closed->code, v1::REJECT_CODE_UNKNOWN_REGION);
}

TEST_F(DispatchdUnits, AReportForAnothersAssignmentIsRefusedAndTheStreamGoesOn) {
  const SessionId session = cluster.connect("a", kWest);
  cluster.say("a", session, acknowledge(4711, 9, 0));
  const v1::UnitOrder& answer = device("a", session).last();
  ASSERT_TRUE(answer.has_refusal());
  EXPECT_EQ(answer.refusal().client_sequence(), 9);
  EXPECT_EQ(answer.refusal().code(), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_FALSE(device("a", session).closed);
}

// A--1-----2--B     W1 stands at A, E1 at B; the call comes from 1.
// |           |
// C-----3-----D
TEST_F(DispatchdUnits, S13AUnitThatSignsAndFallsSilentIsReplacedOnceAndItsLateAnswerIsRefusedPolitely) {
  const SessionId west = cluster.connect("a", kWest, "west");
  const SessionId east = cluster.connect("a", 2, "east");
  cluster.report("e1");
  ASSERT_EQ(device("a", west).orders().size(), 1);
  const std::uint64_t assignment = device("a", west).orders()[0].assignment().assignment_id();
  cluster.say("a", west, acknowledge(assignment, 2, 1));
  // Not a packet more from the west; nor is its connection reset.
  v1::UnitMessage heartbeat;
  heartbeat.mutable_heartbeat();
  for (int i = 0; i < 8; ++i) {
    cluster.later_ms(15'000);
    cluster.say("a", east, heartbeat);
  }
  std::size_t sent = 0;
  for (const v1::UnitOrder& order : device("a", east).orders()) sent += order.has_assignment() ? 1U : 0U;
  EXPECT_EQ(sent, 1) << "the next unit goes, once";

  v1::UnitMessage late;
  late.set_client_sequence(3);
  late.mutable_status()->set_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  late.mutable_status()->set_assignment_id(assignment);
  cluster.say("a", west, late);
  ASSERT_TRUE(device("a", west).last().has_refusal());
  EXPECT_EQ(device("a", west).last().refusal().client_sequence(), 3);
  EXPECT_FALSE(device("a", west).last().refusal().reason().empty());
  EXPECT_FALSE(device("a", west).closed) << "it may go on as a unit of the city";
}

TEST_F(DispatchdUnits, S19WhatWasSaidOnceIsRefusedAndCountedWhenItIsSaidAgainLater) {
  const SessionId session = cluster.connect("a", kWest);
  cluster.report("e1");
  const std::uint64_t assignment = device("a", session).orders()[0].assignment().assignment_id();
  v1::UnitMessage on_scene;
  on_scene.set_client_sequence(3);
  on_scene.mutable_status()->set_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  on_scene.mutable_status()->set_assignment_id(assignment);
  v1::UnitMessage feedback;
  feedback.set_client_sequence(4);
  feedback.mutable_feedback()->set_assignment_id(assignment);
  feedback.mutable_feedback()->set_disposition(v1::DISPOSITION_VOID);
  const std::vector<v1::UnitMessage> said = {acknowledge(assignment, 2, 1), on_scene, feedback};
  for (const v1::UnitMessage& message : said) cluster.say("a", session, message);
  const int refused = cluster["a"].observer.refused_messages;
  const auto& engine = cluster["a"].node->partitions().of(Cluster::kRegion).engine;
  const std::string unit = engine.unit(Cluster::kRegion, UnitId(kWest))->SerializeAsString();
  const std::string incident = engine.incident(Cluster::kRegion, "110", "e1")->SerializeAsString();

  for (const v1::UnitMessage& message : said) {
    cluster.say("a", session, message);
    ASSERT_TRUE(device("a", session).last().has_refusal()) << message.ShortDebugString();
    EXPECT_EQ(device("a", session).last().refusal().client_sequence(), message.client_sequence());
  }
  EXPECT_EQ(cluster["a"].observer.refused_messages, refused + 3);
  EXPECT_EQ(engine.unit(Cluster::kRegion, UnitId(kWest))->SerializeAsString(), unit);
  EXPECT_EQ(engine.incident(Cluster::kRegion, "110", "e1")->SerializeAsString(), incident);
}

TEST_F(DispatchdUnits, S10PositionsOutOfOrderOrRepeatedNeverTakeAUnitBack) {
  const SessionId session = cluster.connect("a", kWest);
  cluster.later_ms(300'000);
  const std::int64_t now = cluster.clock.ms;
  const auto& engine = cluster["a"].node->partitions().of(Cluster::kRegion).engine;
  const auto at = [&] { return engine.unit(Cluster::kRegion, UnitId(kWest))->position(); };
  const auto say = [&](char where, std::int64_t measured_at_ms) {
    cluster.say("a", session, position_at(cluster.map.at(where), measured_at_ms, 2));
    cluster.later_ms(200);
  };
  say('1', now);
  const std::string newest = at().SerializeAsString();
  say('3', now - 1);
  EXPECT_EQ(at().SerializeAsString(), newest) << "a little older";
  say('3', now - 240'000);
  EXPECT_EQ(at().SerializeAsString(), newest) << "stale by minutes";
  say('1', now);
  EXPECT_EQ(at().SerializeAsString(), newest) << "the same again";
  say('2', now + 100);
  EXPECT_EQ(at().latitude_e7(), cluster.map.at('2').latitude_e7);
  EXPECT_EQ(at().longitude_e7(), cluster.map.at('2').longitude_e7);
  EXPECT_FALSE(engine.unit(Cluster::kRegion, UnitId(kWest))->position_stale());
  cluster.later_ms(130'000);
  EXPECT_TRUE(engine.unit(Cluster::kRegion, UnitId(kWest))->position_stale());
}

TEST_F(DispatchdUnits, APositionInAnUnknownDatumIsRefusedAtTheEdge) {
  const SessionId session = cluster.connect("a", kWest);
  v1::UnitMessage message = position_at(cluster.map.at('1'), cluster.clock.ms, 2);
  message.mutable_position()->mutable_location()->clear_datum();
  cluster.say("a", session, message);
  ASSERT_TRUE(device("a", session).last().has_refusal());
  EXPECT_THAT(device("a", session).last().refusal().reason(), HasSubstr("position.location"));
  EXPECT_EQ(logged(v1::LogRecord::kUnitPositionReported), 0);
}

TEST_F(DispatchdUnits, ASightingIsLoggedInWgs84AndAPlaceWithoutADatumIsRefused) {
  const SessionId session = cluster.connect("a", kWest);
  v1::UnitMessage message;
  message.set_client_sequence(2);
  v1::SightingReport& sighting = *message.mutable_sighting();
  sighting.set_incident_id(42);
  sighting.mutable_location()->set_latitude_deg(31.5);
  sighting.mutable_location()->set_longitude_deg(120.3);
  cluster.say("a", session, message);
  EXPECT_EQ(logged(v1::LogRecord::kSightingReported), 0);
  sighting.mutable_location()->set_datum(v1::DATUM_WGS84);
  message.set_client_sequence(3);
  cluster.say("a", session, message);
  ASSERT_EQ(logged(v1::LogRecord::kSightingReported), 1);
  EXPECT_EQ(cluster.logged().back().sighting_reported().position().latitude_e7(), 315'000'000);
  EXPECT_EQ(cluster.logged().back().sighting_reported().unit_id(), kWest);
}

TEST_F(DispatchdUnits, OfAHundredPositionsInASecondTenAreLoggedAndTheNewestIsAmongThem) {
  const SessionId session = cluster.connect("a", kWest);
  for (std::uint64_t i = 0; i < 100; ++i) {
    cluster["a"].node->on_unit_message(session, position_at(cluster.map.at('1'), cluster.clock.ms, i + 2));
    cluster.later_ms(10);
  }
  const std::int64_t newest = cluster.clock.ms - 10;
  cluster.later_ms(kPositionEveryMs);
  EXPECT_LE(logged(v1::LogRecord::kUnitPositionReported), 11);
  EXPECT_GE(logged(v1::LogRecord::kUnitPositionReported), 9);
  const auto records = cluster.logged();
  const auto last = std::find_if(records.rbegin(), records.rend(),
                                 [](const auto& record) { return record.has_unit_position_reported(); });
  EXPECT_EQ(last->unit_position_reported().measured_at_ms(), newest);
}

TEST_F(DispatchdUnits, ADeviceThatDoesNotReadIsClosedAndMissesNothing) {
  const SessionId slow = cluster.connect("a", kWest);
  device("a", slow).room = 0;
  cluster.report("e1");
  ASSERT_TRUE(device("a", slow).closed);
  EXPECT_EQ(device("a", slow).closed->outcome, Outcome::kExhausted);
  const SessionId again = cluster.connect("a", kWest);
  EXPECT_EQ(device("a", again).orders().size(), 1);
}

TEST_F(DispatchdUnits, SigningOffEndsTheStreamAndIsNoDisconnection) {
  const SessionId session = cluster.connect("a", kWest);
  v1::UnitMessage message;
  message.mutable_sign_off();
  cluster.say("a", session, message);
  ASSERT_TRUE(device("a", session).closed);
  EXPECT_TRUE(device("a", session).closed->ok());
  EXPECT_EQ(logged(v1::LogRecord::kUnitDisconnected), 0);
}

TEST_F(DispatchdUnits, AnOrderThatIsNotSignedForIsOfferedToTheNextByTheLeadersTick) {
  const SessionId west = cluster.connect("a", kWest);
  const SessionId east = cluster.connect("a", 2);
  cluster.report("e1");
  ASSERT_EQ(device("a", west).orders().size(), 1);
  cluster.later_ms(31'000);
  ASSERT_EQ(device("a", west).orders().size(), 2);
  EXPECT_TRUE(device("a", west).orders()[1].has_cancel());
  ASSERT_EQ(device("a", east).orders().size(), 1);
  EXPECT_GT(logged(v1::LogRecord::kTick), 0);
  EXPECT_LT(logged(v1::LogRecord::kTick), 10);
}

TEST_F(DispatchdUnits, WhileNobodyLeadsAStandbyLetsTimePassSoThatNoTimerIsASecondLate) {
  cluster.start("b");
  cluster.connect("a", kWest);
  cluster.connect("a", 2);
  cluster.report("e1");
  cluster.kill("a");
  const core::Engine& standby = cluster["b"].node->partitions().of(Cluster::kRegion).engine;
  std::int64_t latest_ms = 0;
  for (int i = 0; i < 4'000; ++i) {
    const TimeMs due = standby.next_timer().value();
    cluster.later_ms(10);
    latest_ms = std::max(latest_ms, (standby.now() - due).count);
  }
  EXPECT_GE(latest_ms, kStandInMs);
  EXPECT_LT(latest_ms, 1'000);
  // The order was not signed for within 30 s: another unit has it, though nobody has told it yet.
  const v1::RegionSnapshot now = standby.snapshot(Cluster::kRegion);
  ASSERT_EQ(now.incidents(0).assignments_size(), 1);
  EXPECT_EQ(now.incidents(0).assignments(0).unit_id(), 2U);
}

TEST_F(DispatchdUnits, ASecondNodeTakesOverWithTheSameIdentitiesAndPublishesTheRest) {
  cluster.start("b");
  const SessionId first = cluster.connect("a", kWest);
  log::MemoryLog& log = cluster.log;
  log.fail_appends("a", 1'000, "no space left");
  const std::size_t published_by_a = cluster.published().size();
  cluster.report("e1");
  const auto live = device("a", first).orders();
  ASSERT_EQ(live.size(), 1);
  ASSERT_EQ(cluster.published().size(), published_by_a);

  cluster.kill("a");
  cluster.lead("b");
  const SessionId again = cluster.connect("b", kWest);
  const auto resumed = device("b", again).orders();
  ASSERT_EQ(resumed.size(), 1);
  EXPECT_EQ(resumed[0].SerializeAsString(), live[0].SerializeAsString());

  std::vector<DecisionKey> keys;
  for (const v1::Decision& decision : cluster.published()) keys.push_back(key_of(decision.id()));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(std::set<DecisionKey>(keys.begin(), keys.end()).size(), keys.size());
  EXPECT_TRUE(std::count(keys.begin(), keys.end(), key_of(live[0].decision())) == 1);
}

TEST_F(DispatchdUnits, AZombieStopsAtTheNextLeaderStartedAndKeepsQuiet) {
  cluster.start("b");
  const SessionId unit = cluster.connect("a", kWest);
  cluster.freeze("a");
  cluster.lead("b");
  cluster.report("e1");
  cluster.thaw();
  EXPECT_FALSE(cluster["a"].node->partitions().of(Cluster::kRegion).leading());
  ASSERT_TRUE(device("a", unit).closed);
  EXPECT_EQ(device("a", unit).last().redirect().address(), "b:7135");
  EXPECT_TRUE(device("a", unit).orders().empty());
  cluster.revoke("a");
  cluster.later_ms(2'000);
  EXPECT_TRUE(cluster["b"].node->partitions().of(Cluster::kRegion).leading());
  EXPECT_EQ(logged(v1::LogRecord::kLeaderStarted), 2);
}

TEST_F(DispatchdUnits, OfTwoStartersTheOneThatTheGroupStillNamesLeads) {
  cluster.start("b");
  cluster.lead("b");
  EXPECT_FALSE(cluster["a"].node->partitions().of(Cluster::kRegion).leading());
  cluster.revoke("b");
  cluster.later_ms(kRestartPauseMs + 20);
  EXPECT_TRUE(cluster["a"].node->partitions().of(Cluster::kRegion).leading());
  EXPECT_FALSE(cluster["b"].node->partitions().of(Cluster::kRegion).leading());
}

TEST_F(DispatchdUnits, ANodeThatCannotReachTheLogClosesItsStreamsAndLeadsAgainWhenItCan) {
  const SessionId unit = cluster.connect("a", kWest);
  const WatchId watch = cluster.watch("a");
  cluster.log.cut_off("a");
  cluster.later_ms(6'500);
  ASSERT_TRUE(device("a", unit).closed);
  EXPECT_EQ(device("a", unit).closed->outcome, Outcome::kUnavailable);
  ASSERT_TRUE(cluster["a"].consoles[watch].closed);
  EXPECT_FALSE(cluster["a"].node->serving());
  cluster.log.reconnect("a");
  cluster.later_ms(1'000);
  EXPECT_TRUE(cluster["a"].node->serving());
  EXPECT_TRUE(cluster["a"].node->partitions().of(Cluster::kRegion).leading());
}

TEST_F(DispatchdUnits, ANodeWithoutTheCityFileStopsFollowingAndNeverLeads) {
  Process& b = cluster.start("b", false);
  EXPECT_EQ(b.observer.stopped.size(), 1U);
  EXPECT_EQ(b.node->partitions().of(Cluster::kRegion).phase, Phase::kStopped);
  cluster.lead("b");
  cluster.later_ms(2'000);
  EXPECT_EQ(logged(v1::LogRecord::kLeaderStarted), 1);
  EXPECT_TRUE(cluster["a"].node->partitions().of(Cluster::kRegion).leading());
}

TEST_F(DispatchdUnits, ARecordThatCannotBeParsedChangesNothingAndTheNextOneActs) {
  const SessionId session = cluster.connect("a", kWest);
  cluster.log.put(log::Topic::kLog, 0, "320200", "\xff\xff\xff not protobuf");
  cluster.report("e1");
  EXPECT_EQ(cluster["a"].observer.poisons, 1);
  EXPECT_EQ(device("a", session).orders().size(), 1);
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
