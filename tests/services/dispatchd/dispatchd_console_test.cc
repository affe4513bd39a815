// Stories of consoles at a node: watching without a gap, commands that act once, reasons.
#include <gtest/gtest.h>

#include <optional>

#include "engine/core/shared.h"
#include "tests/services/dispatchd/cluster.h"

namespace dispatch135::dispatchd::testing {
namespace {

struct DispatchdConsole : ::testing::Test {
  DispatchdConsole() {
    cluster.start("a");
    cluster.lead("a");
  }
  Node& node() { return *cluster["a"].node; }
  FakeConsoles::Console& console(WatchId watch) { return cluster["a"].consoles[watch]; }

  // What the console was told, in its order.
  std::vector<std::string> decisions(WatchId watch) {
    std::vector<std::string> all;
    for (const v1::WatchEvent& event : console(watch).events) {
      for (const v1::Decision& decision : event.decisions().decisions()) all.push_back(decision.SerializeAsString());
    }
    return all;
  }

  struct Answer {
    Status status;
    v1::CommandResponse response;
  };
  std::optional<Answer> command(const v1::OperatorCommand& command) {
    v1::CommandRequest request;
    request.set_region(Cluster::kRegion.value());
    *request.mutable_command() = command;
    auto answer = std::make_shared<std::optional<Answer>>();
    node().command(request, [answer](const Status& status, const v1::CommandResponse& response) {
      *answer = Answer{status, response};
    });
    cluster.settle();
    return *answer;
  }
  static v1::OperatorCommand named(const std::string& id) {
    v1::OperatorCommand command;
    command.set_command_id(id);
    command.set_operator_id("officer-7");
    return command;
  }

  Cluster cluster;
};

TEST_F(DispatchdConsole, AWatchBeginsWithASnapshotAndGoesOnWithChanges) {
  cluster.report("e1");
  const WatchId watch = cluster.watch("a");
  ASSERT_EQ(console(watch).events.size(), 1);
  const v1::WatchEvent first = console(watch).events[0];
  ASSERT_TRUE(first.has_snapshot());
  EXPECT_EQ(first.snapshot().incidents_size(), 1);
  EXPECT_EQ(first.snapshot().units_size(), 2);
  cluster.report("e2");
  ASSERT_GE(console(watch).events.size(), 2);
  EXPECT_TRUE(console(watch).events[1].has_decisions());
  EXPECT_GT(console(watch).events[1].revision(), first.revision());
}

TEST_F(DispatchdConsole, AWatchResumesWithoutAGapAndWithoutARepetition) {
  const WatchId whole = cluster.watch("a");
  const WatchId broken = cluster.watch("a");
  cluster.report("e1");
  const std::int64_t last_seen = console(broken).events.back().revision();
  node().on_watch_closed(broken);
  cluster.report("e2");
  const WatchId resumed = cluster.watch("a", last_seen);
  cluster.report("e3");
  cluster.later_ms(kTogetherMs);

  std::vector<std::string> got = decisions(broken);
  for (const std::string& decision : decisions(resumed)) got.push_back(decision);
  EXPECT_EQ(got, decisions(whole));
  EXPECT_FALSE(got.empty());
}

TEST_F(DispatchdConsole, S12ABurstComesInFewEventsAndWhatComesAloneAtOnce) {
  const WatchId watch = cluster.watch("a");
  cluster.later_ms(kTogetherMs);
  cluster.report("alone");
  const std::size_t at_once = console(watch).events.size();
  EXPECT_EQ(at_once, 2) << "the snapshot, and the decisions of the report";
  for (int i = 0; i < 100; ++i) cluster.report("burst-" + std::to_string(i));
  EXPECT_EQ(console(watch).events.size(), at_once);
  cluster.later_ms(kTogetherMs);
  ASSERT_EQ(console(watch).events.size(), at_once + 1);
  EXPECT_GE(console(watch).events.back().decisions().decisions_size(), 100);
  EXPECT_EQ(console(watch).events.back().revision(), std::ssize(cluster.logged()));
}

TEST_F(DispatchdConsole, S12AConsoleThatSawMoreThanAFollowerHasReadGetsNothingTwiceFromIt) {
  const WatchId at_a = cluster.watch("a");
  cluster.start("b");
  cluster.log.cut_off("b");
  for (int i = 0; i < 3; ++i) cluster.report("e" + std::to_string(i));
  cluster.later_ms(kTogetherMs);
  const WatchId at_b = cluster.watch("b", console(at_a).events.back().revision());
  cluster.log.reconnect("b");
  cluster.report("later");
  cluster.later_ms(kTogetherMs);
  ASSERT_EQ(cluster["b"].consoles[at_b].events.size(), 1);
  EXPECT_EQ(cluster["b"].consoles[at_b].events[0].revision(), console(at_a).events.back().revision());
  EXPECT_EQ(cluster["b"].consoles[at_b].events[0].decisions().SerializeAsString(),
            console(at_a).events.back().decisions().SerializeAsString());
}

TEST_F(DispatchdConsole, AConsoleResumesAtAnotherNodeWithTheSameEvents) {
  const WatchId at_a = cluster.watch("a");
  const std::int64_t from = console(at_a).events.back().revision();
  cluster.start("b");
  cluster.report("e1");
  const WatchId at_b = cluster.watch("b", from);
  ASSERT_EQ(cluster["b"].consoles[at_b].events.size() + 1, console(at_a).events.size());
  EXPECT_EQ(cluster["b"].consoles[at_b].events[0].SerializeAsString(), console(at_a).events[1].SerializeAsString());
}

TEST_F(DispatchdConsole, AConsoleThatMissedTooMuchGetsASnapshot) {
  const WatchId watch = cluster.watch("a");
  const std::int64_t from = console(watch).events.back().revision();
  node().on_watch_closed(watch);
  for (std::size_t i = 0; i <= kResumeEvents; ++i) cluster.report("e" + std::to_string(i));
  const WatchId resumed = cluster.watch("a", from);
  ASSERT_EQ(console(resumed).events.size(), 1);
  EXPECT_TRUE(console(resumed).events[0].has_snapshot());
}

TEST_F(DispatchdConsole, ASlowConsoleIsClosedAndTheOthersGoOn) {
  const WatchId slow = cluster.watch("a");
  const WatchId good = cluster.watch("a");
  console(slow).room = 0;
  cluster.report("e1");
  ASSERT_TRUE(console(slow).closed);
  EXPECT_EQ(console(slow).closed->outcome, Outcome::kExhausted);
  EXPECT_FALSE(console(good).closed);
  EXPECT_GE(console(good).events.size(), 2);
  EXPECT_EQ(node().watches(), 1);
}

TEST_F(DispatchdConsole, UnitsOfAnUnknownPostAreRefusedAndNotAnEmptyList) {
  v1::ListUnitsRequest request;
  request.set_region(Cluster::kRegion.value());
  request.set_post_id(4711);
  v1::ListUnitsResponse response;
  EXPECT_EQ(node().list_units(request, response).code, v1::REJECT_CODE_UNKNOWN_POST);
}

TEST_F(DispatchdConsole, AnUnknownRegionCannotBeWatched) {
  v1::WatchRequest request;
  request.set_region(999'900);
  node().on_watch_opened(WatchId(77), request);
  ASSERT_TRUE(console(WatchId(77)).closed);
  EXPECT_EQ(console(WatchId(77)).closed->code, v1::REJECT_CODE_UNKNOWN_REGION);
}

TEST_F(DispatchdConsole, PositionsComeOncePerSecondToThoseWhoAsked) {
  v1::WatchRequest request;
  request.set_region(Cluster::kRegion.value());
  request.set_positions(true);
  node().on_watch_opened(WatchId(77), request);
  const WatchId without = cluster.watch("a");
  const SessionId unit = cluster.connect("a", 1);
  for (int i = 0; i < 20; ++i) {
    v1::UnitMessage message;
    v1::Location& location = *message.mutable_position()->mutable_location();
    location.set_latitude_deg(cluster.map.at('1').latitude_e7 / 1e7);
    location.set_longitude_deg(cluster.map.at('1').longitude_e7 / 1e7);
    location.set_datum(v1::DATUM_WGS84);
    message.mutable_position()->set_measured_at_ms(cluster.clock.ms);
    cluster.say("a", unit, message);
    cluster.later_ms(100);
  }
  const auto positions = [this](WatchId watch) {
    std::size_t count = 0;
    for (const v1::WatchEvent& event : console(watch).events) count += event.has_positions() ? 1U : 0U;
    return count;
  };
  EXPECT_GE(positions(WatchId(77)), 1);
  EXPECT_LE(positions(WatchId(77)), 3);
  EXPECT_EQ(positions(without), 0);
}

TEST_F(DispatchdConsole, S14AConsoleThatReadsSlowlyGetsThePositionsOfSeveralSecondsInOne) {
  v1::WatchRequest request;
  request.set_region(Cluster::kRegion.value());
  request.set_positions(true);
  node().on_watch_opened(WatchId(77), request);
  node().on_watch_opened(WatchId(78), request);
  const SessionId west = cluster.connect("a", 1, "west");
  const SessionId east = cluster.connect("a", 2, "east");
  const auto drive = [&](SessionId unit, char where) {
    v1::UnitMessage message;
    v1::Location& location = *message.mutable_position()->mutable_location();
    location.set_latitude_deg(cluster.map.at(where).latitude_e7 / 1e7);
    location.set_longitude_deg(cluster.map.at(where).longitude_e7 / 1e7);
    location.set_datum(v1::DATUM_WGS84);
    message.mutable_position()->set_measured_at_ms(cluster.clock.ms);
    cluster.say("a", unit, message);
    cluster.later_ms(1'500);
  };
  cluster.later_ms(kTogetherMs);
  console(WatchId(77)).behind = true;
  const std::size_t before = console(WatchId(77)).events.size();
  drive(west, '1');
  drive(east, '2');
  drive(west, '3');
  EXPECT_EQ(console(WatchId(77)).events.size(), before) << "nothing is added to what waits for it";
  EXPECT_GE(console(WatchId(78)).events.size(), before + 3) << "others are told each second";

  console(WatchId(77)).behind = false;
  cluster.later_ms(1'500);
  ASSERT_EQ(console(WatchId(77)).events.size(), before + 1);
  const v1::WatchEvent& caught_up = console(WatchId(77)).events.back();
  ASSERT_EQ(caught_up.positions().units_size(), 2) << "both units, each where it is now";
  EXPECT_EQ(caught_up.positions().units(0).position().latitude_e7(), cluster.map.at('3').latitude_e7);
  EXPECT_FALSE(console(WatchId(77)).closed);
}

TEST_F(DispatchdConsole, S14ConsolesThatComeAtOnceShareASnapshotAndEachGetsWhatCameSince) {
  const WatchId first = cluster.watch("a");
  cluster.report("e1");
  cluster.report("e2");
  const WatchId second = cluster.watch("a");
  EXPECT_EQ(console(second).events[0].SerializeAsString(), console(first).events[0].SerializeAsString());
  EXPECT_EQ(decisions(second), decisions(first));
  cluster.report("e3");
  cluster.later_ms(kTogetherMs);
  EXPECT_EQ(console(second).events.back().SerializeAsString(), console(first).events.back().SerializeAsString());

  for (std::size_t i = 0; i <= kResumeEvents; ++i) cluster.report("later-" + std::to_string(i));
  const WatchId third = cluster.watch("a");
  ASSERT_EQ(console(third).events.size(), 1) << "too much came since: a snapshot of its own";
  EXPECT_GT(console(third).events[0].revision(), console(first).events[0].revision());
}

TEST_F(DispatchdConsole, ACommandIsAnsweredWhenTheLogHasAppliedItAndActsOnce) {
  const std::uint64_t incident = cluster.report("e1");
  v1::OperatorCommand close = named("c1");
  close.mutable_close()->set_incident_id(incident);
  close.mutable_close()->set_disposition(v1::DISPOSITION_VOID);
  const auto first = command(close);
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->status.ok()) << first->status.message;
  EXPECT_EQ(first->response.applied().command_id(), "c1");
  EXPECT_EQ(first->response.applied().operator_id(), "officer-7");

  const std::size_t records = cluster.logged().size();
  const auto again = command(close);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->status.ok());
  EXPECT_EQ(again->response.applied().SerializeAsString(), first->response.applied().SerializeAsString());
  EXPECT_EQ(cluster.logged().size(), records);
}

TEST_F(DispatchdConsole, ACommandOnAClosedIncidentIsRefusedWithItsReason) {
  const std::uint64_t incident = cluster.report("e1");
  v1::OperatorCommand close = named("c1");
  close.mutable_close()->set_incident_id(incident);
  close.mutable_close()->set_disposition(v1::DISPOSITION_VOID);
  command(close);
  v1::OperatorCommand severity = named("c2");
  severity.mutable_change_severity()->set_incident_id(incident);
  severity.mutable_change_severity()->set_severity(v1::SEVERITY_HIGH);
  const auto answer = command(severity);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status.outcome, Outcome::kRefused);
  EXPECT_EQ(answer->status.code, v1::REJECT_CODE_INCIDENT_FINAL);
  EXPECT_FALSE(answer->status.message.empty());
}

TEST_F(DispatchdConsole, AMalformedCommandNeverReachesTheLog) {
  const std::size_t records = cluster.logged().size();
  v1::OperatorCommand nameless = named("");
  nameless.mutable_release()->set_unit_id(1);
  EXPECT_EQ(command(nameless)->status.code, v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_EQ(command(named("c1"))->status.code, v1::REJECT_CODE_MISSING_FIELD);
  v1::OperatorCommand strange = named("c2");
  strange.mutable_change_severity()->set_incident_id(5);
  strange.mutable_change_severity()->set_severity(static_cast<v1::Severity>(99));
  EXPECT_EQ(command(strange)->status.code, v1::REJECT_CODE_UNKNOWN_VALUE);
  v1::OperatorCommand endless = named(std::string(65, 'x'));
  endless.mutable_release()->set_unit_id(1);
  EXPECT_EQ(command(endless)->status.code, v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_EQ(cluster.logged().size(), records);
}

// A node of the version before would stop at it: docs/formats/behaviour.md.
TEST_F(DispatchdConsole, ALevelOfBehaviourThatThisNodeDoesNotKnowIsRefusedWithItsReasonAndNeverReachesTheLog) {
  const std::size_t records = cluster.logged().size();
  v1::OperatorCommand raise = named("c1");
  raise.mutable_activate_behaviour()->set_level(core::kNewestBehaviour + 1);
  const auto answer = command(raise);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status.outcome, Outcome::kRefused);
  EXPECT_EQ(answer->status.code, v1::REJECT_CODE_OUT_OF_RANGE);
  EXPECT_NE(answer->status.message.find("knows levels up to 1"), std::string::npos) << answer->status.message;
  EXPECT_EQ(cluster.logged().size(), records);
}

TEST_F(DispatchdConsole, ACommandThatTheLogDoesNotTakeIsAnsweredUnavailable) {
  cluster.log.fail_appends("a", 1, "no space left");
  v1::OperatorCommand release = named("c1");
  release.mutable_release()->set_unit_id(1);
  const auto answer = command(release);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status.outcome, Outcome::kUnavailable);
}

TEST_F(DispatchdConsole, AFollowerExplainsAndCountsAsTheLeaderDoes) {
  cluster.start("b");
  cluster.connect("a", 1);
  const std::uint64_t incident = cluster.report("e1");
  v1::ExplainRequest request;
  request.set_region(Cluster::kRegion.value());
  request.set_incident_id(incident);
  v1::ExplainResponse at_a;
  v1::ExplainResponse at_b;
  ASSERT_TRUE(cluster["a"].node->explain(request, at_a).ok());
  ASSERT_TRUE(cluster["b"].node->explain(request, at_b).ok());
  EXPECT_EQ(at_a.SerializeAsString(), at_b.SerializeAsString());
  ASSERT_GE(at_a.decisions_size(), 2);
  EXPECT_TRUE(at_a.decisions(0).has_incident_opened());

  v1::StatisticsRequest statistics;
  statistics.set_region(Cluster::kRegion.value());
  v1::StatisticsResponse counts;
  ASSERT_TRUE(cluster["b"].node->statistics(statistics, counts).ok());
  EXPECT_EQ(counts.opened(), 1);
  EXPECT_EQ(counts.assignments(), 1);

  request.set_incident_id(4711);
  EXPECT_EQ(node().explain(request, at_a).code, v1::REJECT_CODE_UNKNOWN_INCIDENT);
}

TEST_F(DispatchdConsole, UnitsAndIncidentsAreFoundByWhatTheyAre) {
  cluster.connect("a", 1);
  v1::ListUnitsRequest list;
  list.set_region(Cluster::kRegion.value());
  list.set_primary(v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  v1::ListUnitsResponse units;
  ASSERT_TRUE(node().list_units(list, units).ok());
  ASSERT_EQ(units.units_size(), 1);
  EXPECT_EQ(units.units(0).call_sign(), "W1");

  const std::uint64_t id = cluster.report("e1");
  v1::GetIncidentRequest get;
  get.set_region(Cluster::kRegion.value());
  get.set_source("110");
  get.set_event_id("e1");
  v1::Incident incident;
  ASSERT_TRUE(node().get_incident(get, incident).ok());
  EXPECT_EQ(incident.incident_id(), id);
  get.set_event_id("e2");
  EXPECT_EQ(node().get_incident(get, incident).code, v1::REJECT_CODE_UNKNOWN_INCIDENT);
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
