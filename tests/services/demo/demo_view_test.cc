// What the demo shows of a running system, and what it says at its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/demo/scoreboard.h"
#include "services/demo/screen.h"
#include "services/demo/summary.h"

namespace dispatch135::demo {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kNow = 1'700'000'000'000;

v1::Incident incident(std::uint64_t id, std::uint32_t ring, v1::IncidentStatus status) {
  v1::Incident result;
  result.set_incident_id(id);
  result.set_category(v1::CATEGORY_TRAFFIC);
  result.set_severity(v1::SEVERITY_HIGH);
  result.set_status(status);
  result.set_opened_at_ms(kNow);
  result.set_ring_min(ring);
  result.set_deadline_at_ms(kNow + ring * 60'000);
  return result;
}

v1::WatchEvent opened(const v1::Incident& incident) {
  v1::WatchEvent event;
  *event.mutable_decisions()->add_decisions()->mutable_incident_opened()->mutable_incident() = incident;
  return event;
}

v1::WatchEvent changed(const v1::Incident& incident) {
  v1::WatchEvent event;
  *event.mutable_decisions()->add_decisions()->mutable_incident_changed()->mutable_incident() = incident;
  return event;
}

v1::WatchEvent assigned(std::uint64_t unit, std::uint64_t incident_id) {
  v1::WatchEvent event;
  v1::UnitAssigned& order = *event.mutable_decisions()->add_decisions()->mutable_unit_assigned();
  order.mutable_assignment()->set_unit_id(unit);
  order.mutable_assignment()->set_incident_id(incident_id);
  order.mutable_assignment()->set_eta_ms(42'000);
  order.set_in_time(true);
  return event;
}

v1::WatchEvent breached(std::uint64_t incident_id) {
  v1::WatchEvent event;
  event.mutable_decisions()->add_decisions()->mutable_deadline_breached()->set_incident_id(incident_id);
  return event;
}

std::string all(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) text += line.text + "\n";
  return text;
}

TEST(Scoreboard, FollowsACallFromItsOpeningToItsEnd) {
  Scoreboard board;
  v1::Incident call = incident(5, 1, v1::INCIDENT_STATUS_ACTIVE);
  board.on_event(opened(call));
  EXPECT_EQ(board.counts().waiting, 1U);
  board.on_event(assigned(7, 5));
  call.set_status(v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
  call.set_first_on_scene_at_ms(kNow + 40'000);
  board.on_event(changed(call));
  EXPECT_EQ(board.counts().on_scene, 1U);
  EXPECT_EQ(board.rings().at(1).in_time, 1U);
  call.set_status(v1::INCIDENT_STATUS_CLOSED);
  board.on_event(changed(call));
  EXPECT_EQ(board.counts().calls, 1U);
  EXPECT_EQ(board.counts().open, 0U);
  EXPECT_EQ(board.counts().closed, 1U);
  EXPECT_EQ(board.orders(), 1U);
}

TEST(Scoreboard, BreachedCallStaysLateWhenAUnitArrivesAfterwards) {
  Scoreboard board;
  v1::Incident call = incident(5, 3, v1::INCIDENT_STATUS_RESOURCES_ASSIGNED);
  board.on_event(opened(call));
  board.on_event(breached(5));
  EXPECT_EQ(board.rings().at(3).late, 1U);
  call.set_breached(true);
  call.set_first_on_scene_at_ms(kNow + 200'000);
  board.on_event(changed(call));
  EXPECT_EQ(board.rings().at(3).late, 1U);
  EXPECT_EQ(board.rings().at(3).in_time, 0U);
}

TEST(Scoreboard, SecondSnapshotDoesNotShowACallTwice) {
  Scoreboard board;
  v1::WatchEvent snapshot;
  *snapshot.mutable_snapshot()->add_incidents() = incident(5, 1, v1::INCIDENT_STATUS_ACTIVE);
  board.on_event(snapshot);
  board.on_event(snapshot);
  EXPECT_EQ(board.latest_calls().size(), 1U);
}

TEST(Screen, ShowsCountdownsOrdersAndCompliance) {
  Scoreboard board;
  v1::Incident there = incident(5, 1, v1::INCIDENT_STATUS_RESOURCES_ONSCENE);
  there.set_first_on_scene_at_ms(kNow + 40'000);
  board.on_event(opened(there));
  board.on_event(opened(incident(6, 3, v1::INCIDENT_STATUS_RESOURCES_ASSIGNED)));
  board.on_event(opened(incident(8, 1, v1::INCIDENT_STATUS_RESOURCES_ASSIGNED)));
  board.on_event(breached(8));
  board.on_event(assigned(7, 6));
  Surroundings around;
  around.now_ms = kNow + 65'000;
  const std::string text = all(draw(board, around, 120, 40));
  EXPECT_THAT(text, HasSubstr("ring of 1 min   50.0 % in time   (1 in time, 1 late, 0 pending)"));
  EXPECT_THAT(text, HasSubstr("ring of 3 min      -   in time   (0 in time, 0 late, 1 pending)"));
  EXPECT_THAT(text, HasSubstr("there after 0:40"));
  EXPECT_THAT(text, HasSubstr("BREACHED"));
  EXPECT_THAT(text, HasSubstr("1:55 left"));
  EXPECT_THAT(text, HasSubstr("unit 7"));
}

TEST(Screen, StaysWithinTheTerminal) {
  Scoreboard board;
  for (std::uint64_t id = 1; id <= 200; ++id) {
    board.on_event(opened(incident(id, 1, v1::INCIDENT_STATUS_RESOURCES_ASSIGNED)));
    board.on_event(assigned(id, id));
  }
  Surroundings around;
  around.title = std::string(300, 'x');
  for (const std::size_t rows : {1U, 5U, 9U, 24U, 60U}) {
    for (const std::size_t columns : {10U, 80U}) {
      const std::vector<Line> lines = draw(board, around, columns, rows);
      EXPECT_LE(lines.size(), rows);
      for (const Line& line : lines) EXPECT_LE(line.text.size(), columns);
    }
  }
}

constexpr char kOracle[] =
    R"({"incidents":120,"assigned":118,"on_scene":90,"queued":2,"waiting":1,"closed":40,"cancelled":3,"lost":0,)"
    R"("double_assigned":0,"breaches":4,"compliance":{"1":0.95,"3":1.0,"5":null},"findings":{}})";

TEST(Summary, LastLineHasWhatTheReadmePromises) {
  const Summary summary = summarise(kOracle, {1.5, 4.25, 9.0, 118});
  const auto line = nlohmann::json::parse(summary.last_line);
  EXPECT_EQ(line["incidents"], 120);
  EXPECT_EQ(line["assigned"], 118);
  EXPECT_EQ(line["on_scene"], 90);
  EXPECT_EQ(line["queued"], 2);
  EXPECT_EQ(line["lost"], 0);
  EXPECT_EQ(line["double_assigned"], 0);
  EXPECT_EQ(line["compliance"]["1"], 0.95);
  EXPECT_TRUE(line["compliance"]["5"].is_null());
  EXPECT_EQ(line["report_to_order_ms"]["p99"], 4.25);
  EXPECT_TRUE(summary.kept);
  EXPECT_THAT(summary.table, HasSubstr("no case"));
}

TEST(Summary, LossOrDoubleAssignmentIsNotKept) {
  for (const char* key : {"lost", "double_assigned"}) {
    auto found = nlohmann::json::parse(kOracle);
    found[key] = 1;
    EXPECT_FALSE(summarise(found.dump(), {}).kept);
  }
}

TEST(Summary, LineThatIsNotTheOraclesIsAnError) {
  EXPECT_THROW(summarise("lost 0", {}), std::runtime_error);
  EXPECT_THROW(summarise("{}", {}), std::runtime_error);
}

TEST(Statistics, NewestWholeLineCounts) {
  const std::string first = R"({"report_to_order_ms":{"p50":1,"p99":2,"max":3,"count":4}})";
  const std::string second = R"({"report_to_order_ms":{"p50":5,"p99":6,"max":7,"count":8}})";
  EXPECT_EQ(latest_latency("").count, 0U);
  EXPECT_EQ(latest_latency(first + "\n").count, 4U);
  EXPECT_EQ(latest_latency(first + "\n" + second + "\n").p99_ms, 6);
  EXPECT_EQ(latest_latency(first + "\n" + second).count, 4U);
}

}  // namespace
}  // namespace dispatch135::demo
