// Stories of streets at a node: closures that survive a restart, and the ways that units and consoles are shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/services/dispatchd/cluster.h"

namespace dispatch135::dispatchd::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct DispatchdStreets : ::testing::Test {
  DispatchdStreets() {
    cluster.start("a");
    cluster.lead("a");
  }

  struct Answer {
    Status status;
    v1::CommandResponse response;
  };
  Answer command(const std::string& node, v1::OperatorCommand command) {
    command.set_command_id("c" + std::to_string(++commands));
    command.set_operator_id("officer-7");
    v1::CommandRequest request;
    request.set_region(Cluster::kRegion.value());
    *request.mutable_command() = command;
    auto answer = std::make_shared<std::optional<Answer>>();
    cluster[node].node->command(request, [answer](const Status& status, const v1::CommandResponse& response) {
      *answer = Answer{status, response};
    });
    cluster.settle();
    return answer->value_or(Answer{});
  }
  // The western street, from A to C.
  Answer close_west(const std::string& node) {
    v1::OperatorCommand close;
    v1::NamedStreet& street = *close.mutable_change_streets()->mutable_street();
    street.set_name("AC");
    street.mutable_near()->set_latitude_e7(cluster.map.at('A').latitude_e7);
    street.mutable_near()->set_longitude_e7(cluster.map.at('A').longitude_e7);
    close.mutable_change_streets()->set_closed(true);
    return command(node, close);
  }
  // The unit that is sent to a place; 0: none.
  std::uint64_t sent_to(const std::string& node, const std::string& event_id, char place) {
    v1::GetIncidentRequest request;
    request.set_region(Cluster::kRegion.value());
    request.set_incident_id(cluster.report(event_id, place));
    v1::Incident incident;
    EXPECT_TRUE(cluster[node].node->get_incident(request, incident).ok());
    return incident.assignments_size() == 0 ? 0 : incident.assignments(0).unit_id();
  }
  Status get_route(const std::string& node, std::uint64_t unit, v1::Route& route) {
    v1::GetRouteRequest request;
    request.set_region(Cluster::kRegion.value());
    request.set_unit_id(unit);
    return cluster[node].node->get_route(request, route);
  }

  Cluster cluster;
  int commands = 0;
};

TEST_F(DispatchdStreets, AClosureIsAnsweredWithItsIdAndShownToConsoles) {
  const WatchId watch = cluster.watch("a");
  const Answer answer = close_west("a");
  ASSERT_TRUE(answer.status.ok()) << answer.status.message;
  const v1::WatchEvent& event = cluster["a"].consoles[watch].events.back();
  ASSERT_EQ(event.decisions().decisions_size(), 2);
  const v1::StreetsChanged& changed = event.decisions().decisions(1).streets_changed();
  EXPECT_EQ(changed.change().change_id(), answer.response.applied().change_id());
  EXPECT_EQ(changed.change().operator_id(), "officer-7");
}

TEST_F(DispatchdStreets, AClosureStandsAfterTheNodeIsKilledAndAnotherLeads) {
  const std::uint64_t closure = close_west("a").response.applied().change_id();
  cluster.kill("a");
  cluster.start("b");
  cluster.lead("b");
  const WatchId watch = cluster.watch("b");
  const v1::RegionSnapshot& snapshot = cluster["b"].consoles[watch].events.at(0).snapshot();
  ASSERT_EQ(snapshot.streets_size(), 1);
  EXPECT_EQ(snapshot.streets(0).change_id(), closure);
  EXPECT_TRUE(snapshot.streets(0).holds());
  cluster.connect("b", kWest);
  cluster.connect("b", kEast);
  EXPECT_EQ(sent_to("b", "e1", 'C'), kEast) << "the west is nearer, but its street is closed";

  v1::OperatorCommand restore;
  restore.mutable_restore_streets()->set_change_id(closure);
  ASSERT_TRUE(command("b", restore).status.ok());
  EXPECT_EQ(sent_to("b", "e2", 'C'), kWest);
}

TEST_F(DispatchdStreets, AWindowOpensByTheLeadersTick) {
  v1::OperatorCommand close;
  close.mutable_change_streets()->mutable_whole_city();
  close.mutable_change_streets()->set_speed_permille(500);
  close.mutable_change_streets()->set_from_ms(cluster.clock.ms + 5'000);
  ASSERT_TRUE(command("a", close).status.ok());
  const WatchId watch = cluster.watch("a");
  cluster.later_ms(6'000);
  const v1::WatchEvent& event = cluster["a"].consoles[watch].events.back();
  ASSERT_EQ(event.decisions().decisions_size(), 1);
  EXPECT_EQ(event.decisions().decisions(0).streets_changed().what(), v1::StreetsChanged::WHAT_HOLDS);
}

TEST_F(DispatchdStreets, AMalformedChangeNeverReachesTheLog) {
  const std::size_t records = cluster.logged().size();
  v1::OperatorCommand close;
  close.mutable_change_streets()->mutable_whole_city();
  const Answer answer = command("a", close);
  EXPECT_EQ(answer.status.code, v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_THAT(answer.status.message, HasSubstr("change_streets: it says no effect"));
  EXPECT_EQ(cluster.logged().size(), records);
}

TEST_F(DispatchdStreets, AnUnknownStreetIsRefusedWithItsName) {
  v1::OperatorCommand close;
  close.mutable_change_streets()->set_closed(true);
  close.mutable_change_streets()->mutable_street()->set_name("Nowhere Lane");
  close.mutable_change_streets()->mutable_street()->mutable_near();
  const Answer answer = command("a", close);
  EXPECT_EQ(answer.status.outcome, Outcome::kRefused);
  EXPECT_THAT(answer.status.message, HasSubstr("'Nowhere Lane'"));
}

TEST_F(DispatchdStreets, AnOrderBringsTheWayThere) {
  const SessionId west = cluster.connect("a", kWest);
  cluster.report("e1", 'C');
  const v1::UnitOrder order = cluster["a"].units[west].last();
  ASSERT_EQ(order.assignment().route().legs_size(), 1);
  EXPECT_EQ(order.assignment().route().legs(0).street(), "AC");
  EXPECT_EQ(order.assignment().route().points_size(), 2);
  EXPECT_GT(order.assignment().route().time_ms(), 0);
  EXPECT_LE(order.assignment().route().time_ms(), order.assignment().eta_ms());
}

TEST_F(DispatchdStreets, AnOrderThatIsCalledOffBeforeItIsReadHasNoWay) {
  const SessionId west = cluster.connect("a", kWest);
  const std::uint64_t incident = cluster.report("e1", 'C');
  cluster["a"].node->on_unit_closed(west);
  cluster.settle();
  v1::OperatorCommand cancel;
  cancel.mutable_cancel()->set_incident_id(incident);
  ASSERT_TRUE(command("a", cancel).status.ok());
  const SessionId again = cluster.connect("a", kWest);
  const auto orders = cluster["a"].units[again].orders();
  ASSERT_THAT(orders, SizeIs(2));
  EXPECT_FALSE(orders[0].assignment().has_route());
  EXPECT_TRUE(orders[1].has_cancel());
}

TEST_F(DispatchdStreets, AConsoleAsksForTheWayAndGetsTheOneAroundAClosure) {
  cluster.connect("a", kWest);
  ASSERT_EQ(sent_to("a", "e1", 'C'), kWest);
  v1::Route straight;
  ASSERT_TRUE(get_route("a", kWest, straight).ok());
  EXPECT_THAT(straight.legs(), SizeIs(1));
  ASSERT_TRUE(close_west("a").status.ok());
  v1::Route around;
  ASSERT_TRUE(get_route("a", kWest, around).ok());
  EXPECT_THAT(around.legs(), SizeIs(3));
  EXPECT_GT(around.time_ms(), straight.time_ms());
}

TEST_F(DispatchdStreets, AUnitWithoutWorkHasNoWayAndIsToldSo) {
  v1::Route route;
  EXPECT_EQ(get_route("a", 77, route).code, v1::REJECT_CODE_UNKNOWN_UNIT);
  EXPECT_EQ(get_route("a", kWest, route).code, v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  EXPECT_THAT(route.legs(), IsEmpty());
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
