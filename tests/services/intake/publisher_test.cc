#include "services/intake/publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/services/intake/fixture.h"

namespace dispatch135::intake {
namespace {

using ::testing::HasSubstr;
using Outcome = Published::Outcome;

const HandWriter::Partition kIncidents = {log::Topic::kIncidents, -1};
const HandWriter::Partition kAlerts = {log::Topic::kAlerts, -1};

struct PublisherBench {
  template <typename Event>
  const std::optional<Published>& publish(const Event& event) {
    answer.reset();
    publisher.publish(event, [this](const Published& published) { answer = published; });
    return answer;
  }
  SquareRegions regions;
  HandClock clock;
  HandWriter writer;
  Publisher publisher{regions, writer, clock, "n1", DurationMs{5'000}};
  std::optional<Published> answer;
};

TEST(Publisher, AnEventIsAnsweredOnlyWhenTheBrokerHasIt) {
  PublisherBench bench;
  EXPECT_FALSE(bench.publish(valid_report()));
  bench.writer.acknowledge(kIncidents);
  ASSERT_TRUE(bench.answer);
  EXPECT_EQ(bench.answer->outcome, Outcome::kAccepted);
  EXPECT_EQ(bench.answer->receipt.source(), "110");
  EXPECT_EQ(bench.answer->receipt.event_id(), "e1");
  EXPECT_EQ(bench.answer->receipt.topic(), "incidents");
  EXPECT_EQ(bench.answer->receipt.offset(), 0);
  EXPECT_EQ(bench.answer->receipt.region(), 320200U);
  const HandWriter::Append& append = bench.writer.standing[kIncidents].at(0);
  EXPECT_EQ(append.key, "110/e1");
  EXPECT_EQ(append.value, valid_report().SerializeAsString());
}

TEST(Publisher, UpdatesCancelsAndAlertsAreKeyedByTheirNames) {
  PublisherBench bench;
  bench.publish(valid_update());
  bench.publish(valid_cancel());
  bench.publish(valid_alert());
  bench.writer.acknowledge_all();
  EXPECT_EQ(bench.writer.standing[kIncidents].at(0).key, "110/e1");
  EXPECT_EQ(bench.writer.standing[kIncidents].at(1).key, "110/e1");
  EXPECT_EQ(bench.writer.standing[kAlerts].at(0).key, "alarms.example/fire-1");
}

TEST(Publisher, ARefusedEventIsKeptInTheRejectsAndNowhereElse) {
  PublisherBench bench;
  const v1::IncidentEvent outside = valid_report("e9", 2.35);
  EXPECT_FALSE(bench.publish(outside));
  bench.writer.acknowledge(kRejects);
  ASSERT_TRUE(bench.answer);
  EXPECT_EQ(bench.answer->outcome, Outcome::kRefused);
  EXPECT_EQ(bench.answer->receipt.refusal_code(), v1::REJECT_CODE_OUTSIDE_REGIONS);
  EXPECT_THAT(bench.answer->receipt.refusal_reason(), HasSubstr("report.location"));
  EXPECT_EQ(bench.answer->receipt.topic(), "");
  v1::RejectedInput reject;
  ASSERT_TRUE(reject.ParseFromString(bench.writer.standing[kRejects].at(0).value));
  EXPECT_EQ(reject.topic(), "");
  EXPECT_EQ(reject.partition(), -1);
  EXPECT_EQ(reject.offset(), -1);
  EXPECT_EQ(reject.original(), outside.SerializeAsString());
  EXPECT_TRUE(bench.writer.standing[kIncidents].empty());
}

TEST(Publisher, S06ABrokerThatDoesNotAcknowledgeInTimeMakesItUnavailable) {
  PublisherBench bench;
  bench.publish(valid_report());
  bench.clock.now = kNow + DurationMs{4'999};
  bench.publisher.expire();
  EXPECT_FALSE(bench.answer);
  bench.clock.now = kNow + DurationMs{5'000};
  bench.publisher.expire();
  ASSERT_TRUE(bench.answer);
  EXPECT_EQ(bench.answer->outcome, Outcome::kUnavailable);
  EXPECT_EQ(bench.publisher.waiting(), 0U);
  bench.answer.reset();
  bench.writer.acknowledge_all();
  EXPECT_FALSE(bench.answer);
}

TEST(Publisher, S06AFullQueueAFailedAppendAndAShutdownMakeItUnavailable) {
  PublisherBench bench;
  bench.writer.queue_limit = 0;
  EXPECT_EQ(bench.publish(valid_report())->outcome, Outcome::kUnavailable);
  bench.writer.queue_limit = 10;
  bench.publish(valid_report());
  bench.writer.fail(kIncidents);
  ASSERT_TRUE(bench.answer);
  EXPECT_EQ(bench.answer->outcome, Outcome::kUnavailable);
  EXPECT_THAT(bench.answer->reason, HasSubstr("broker said no"));
  bench.publisher.stop_taking();
  EXPECT_EQ(bench.publish(valid_report())->outcome, Outcome::kUnavailable);
}

}  // namespace
}  // namespace dispatch135::intake
