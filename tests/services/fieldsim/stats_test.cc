#include "services/fieldsim/stats.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/services/fieldsim/orders.h"

namespace dispatch135::fieldsim {
namespace {

using ::dispatch135::testing::assignment_order;

Publication report(const std::string& event_id) {
  Publication publication;
  publication.source = "110";
  publication.event_id = event_id;
  return publication;
}

class StatsStory : public ::testing::Test {
 protected:
  nlohmann::json line() const { return nlohmann::json::parse(stats_.line({1}, false)); }
  MemoryDiary diary_;
  Stats stats_{diary_};
};

TEST_F(StatsStory, MeasuresFromTheReportToTheFirstOrder) {
  stats_.on_sent(report("e-1"), 1'000'000);
  EXPECT_EQ(stats_.on_order(assignment_order(1, 5, {}), 1'002'500), 2'500);
  EXPECT_EQ(line()["report_to_order_ms"]["p50"], 2.5);
  EXPECT_EQ(line()["report_to_order_ms"]["count"], 1);
}

TEST_F(StatsStory, ASecondUnitForTheSameReportIsNotMeasured) {
  stats_.on_sent(report("e-1"), 1'000'000);
  stats_.on_order(assignment_order(1, 5, {}), 1'002'500);
  EXPECT_EQ(stats_.on_order(assignment_order(1, 6, {}), 9'000'000), -1);
  EXPECT_EQ(line()["report_to_order_ms"]["max"], 2.5);
}

TEST_F(StatsStory, ARepeatedReportDoesNotStartTheClockAgain) {
  stats_.on_sent(report("e-1"), 1'000'000);
  Publication again = report("e-1");
  again.repeated = true;
  stats_.on_sent(again, 1'900'000);
  EXPECT_EQ(stats_.on_order(assignment_order(1, 5, {}), 2'000'000), 1'000'000);
}

TEST_F(StatsStory, AnIncidentThatHadToWaitIsCountedApart) {
  stats_.on_sent(report("e-1"), 1'000'000);
  v1::UnitOrder order = assignment_order(1, 5, {});
  order.mutable_decision()->set_offset(order.decision().offset() + 40);
  EXPECT_EQ(stats_.on_order(order, 60'000'000), -1);
  EXPECT_EQ(line()["after_queue"], 1);
  EXPECT_EQ(line()["report_to_order_ms"]["count"], 0);
}

TEST_F(StatsStory, ReportsOfOthersAreNotMeasured) {
  EXPECT_EQ(stats_.on_order(assignment_order(1, 5, {}), 60'000'000), -1);
  EXPECT_EQ(line()["after_queue"], 0);
}

TEST_F(StatsStory, PercentilesAreNearestRanks) {
  for (std::uint64_t i = 1; i <= 101; ++i) {
    stats_.on_sent(report("e-" + std::to_string(i)), 0);
    stats_.on_order(assignment_order(i, i, {}), static_cast<std::int64_t>(i) * 1'000);
  }
  EXPECT_EQ(line()["report_to_order_ms"]["p50"], 51.0);
  EXPECT_EQ(line()["report_to_order_ms"]["p99"], 100.0);
  EXPECT_EQ(line()["report_to_order_ms"]["max"], 101.0);
}

TEST_F(StatsStory, TheDiaryGetsTheExactReceiptOfAnOrder) {
  stats_.on_order(assignment_order(1, 5, {}), 1'234'567);
  DiaryEntry entry;
  entry.event = DiaryEvent::kOrderReceived;
  stats_.write(entry);
  ASSERT_EQ(diary_.entries.size(), 1U);
  EXPECT_EQ(diary_.entries[0].exact_us, 1'234'567);
  EXPECT_EQ(line()["orders"], 1);
}

}  // namespace
}  // namespace dispatch135::fieldsim
