// The Kafka classes and the topics against a real Kafka.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "services/log/kafka_log.h"
#include "services/log/topics.h"
#include "tests/integration/real_kafka.h"
#include "tests/services/log/loop.h"

namespace dispatch135::log {
namespace {

constexpr DurationMs kTimeout{20'000};

class RealKafkaLog : public testing::Test {
 protected:
  void begin(RealKafka& kafka) {
    const auto started = kafka.start();
    ASSERT_TRUE(started.ok()) << started.error().message;
    settings_ = kafka.settings();
    const auto made = apply_topics(settings_, {.sources = 2, .log = 4}, kTimeout);
    ASSERT_TRUE(made.ok()) << made.error().message;
    ASSERT_EQ(made.value().size(), 6u);
  }
  // What is wrong with the topics, and what was mended.
  std::vector<std::string> checked() { return lines(check_topics(settings_, kTimeout)); }
  std::vector<std::string> applied(const TopicPartitions& partitions) {
    return lines(apply_topics(settings_, partitions, kTimeout));
  }
  static std::vector<std::string> lines(const Result<std::vector<std::string>>& result) {
    return result.ok() ? result.value() : std::vector<std::string>{result.error().message};
  }
  std::unique_ptr<KafkaWriter> writer() { return std::move(KafkaWriter::open(loop_.context(), settings_).value()); }
  std::unique_ptr<KafkaReader> reader(OnRecord record) {
    return std::move(KafkaReader::open(loop_.context(), settings_, std::move(record)).value());
  }

  common::KafkaSettings settings_;
  Loop loop_;
};

TEST_F(RealKafkaLog, TopicsAreMadeCheckedAndMended) {
  RealKafka kafka;
  ASSERT_NO_FATAL_FAILURE(begin(kafka));
  EXPECT_THAT(checked(), testing::IsEmpty());
  EXPECT_THAT(applied({.sources = 2, .log = 4}), testing::IsEmpty()) << "nothing left to do";

  settings_.topic_prefix = "other.";
  EXPECT_EQ(checked().size(), 6u);

  // A topic that somebody made by hand stamps CreateTime.
  settings_.topic_prefix = "byhand.";
  ASSERT_EQ(applied({.sources = 1, .log = 1}).size(), 6u);
  auto conf = std::move(make_kafka_conf(settings_, {}).value());
  rd_kafka_t* const handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), nullptr, 0);
  auto* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, "byhand.dispatch.log");
  rd_kafka_ConfigResource_set_config(resource, "message.timestamp.type", "CreateTime");
  rd_kafka_ConfigResource_set_config(resource, "segment.bytes", "1048576");
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(handle);
  rd_kafka_AlterConfigs(handle, &resource, 1, nullptr, queue);
  rd_kafka_event_destroy(rd_kafka_queue_poll(queue, 20'000));
  rd_kafka_ConfigResource_destroy(resource);
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(handle);

  const auto wrong = checked();
  ASSERT_FALSE(wrong.empty());
  EXPECT_EQ(wrong[0],
            "topic byhand.dispatch.log: message.timestamp.type is CreateTime, must be LogAppendTime; run: dispatchctl "
            "topics --apply");
  EXPECT_EQ(applied({.sources = 1, .log = 1}),
            (std::vector<std::string>{"topic byhand.dispatch.log: settings mended"}));
  EXPECT_THAT(checked(), testing::IsEmpty());
}

TEST_F(RealKafkaLog, NothingIsLostOrDoubledWhenTheBrokerIsKilledAndComesBack) {
  RealKafka kafka;
  ASSERT_NO_FATAL_FAILURE(begin(kafka));
  std::vector<std::string> read;
  auto in = reader([&](const Record& record) {
    EXPECT_EQ(record.offset, static_cast<std::int64_t>(read.size()));
    read.emplace_back(record.value);
  });
  in->follow(Topic::kLog, 1, Reader::kBeginning);
  auto out = writer();
  int done = 0;
  const auto append = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(out->append(Topic::kLog, 1, "k", std::to_string(i), [&](const Appended& outcome) {
        EXPECT_TRUE(outcome.ok) << outcome.error;
        ++done;
      }));
    }
  };
  append(0, 500);
  ASSERT_TRUE(loop_.until([&] { return read.size() == 500; }));
  append(500, 1'000);
  ASSERT_TRUE(kafka.kill(1));
  append(1'000, 1'500);
  ASSERT_TRUE(loop_.until([&] { return in->silent_ms() > 1'500; }));
  ASSERT_TRUE(kafka.start().ok());
  ASSERT_TRUE(loop_.until([&] { return done == 1'500 && read.size() == 1'500; }));
  for (int i = 0; i < 1'500; ++i) EXPECT_EQ(read[static_cast<std::size_t>(i)], std::to_string(i));
  ASSERT_TRUE(loop_.until([&] { return in->silent_ms() == 0; }));
}

TEST_F(RealKafkaLog, OfThreeBrokersAnyOneMayDie) {
  RealKafka kafka(3);
  ASSERT_NO_FATAL_FAILURE(begin(kafka));
  // The broker that is asked may hear of a new topic a moment later than the one that made it.
  ASSERT_TRUE(loop_.until([&] { return checked().empty(); }));
  std::size_t read = 0;
  auto in = reader([&](const Record&) { ++read; });
  for (std::int32_t partition = 0; partition < 4; ++partition) {
    in->follow(Topic::kLog, partition, Reader::kBeginning);
  }
  auto out = writer();
  std::size_t appended = 0;
  for (int victim = 1; victim <= 3; ++victim) {
    ASSERT_TRUE(kafka.kill(victim));
    for (std::int32_t partition = 0; partition < 4; ++partition, ++appended) {
      ASSERT_TRUE(out->append(Topic::kLog, partition, "k", "v",
                              [](const Appended& outcome) { EXPECT_TRUE(outcome.ok) << outcome.error; }));
    }
    ASSERT_TRUE(loop_.until([&] { return read == appended && out->in_flight() == 0; }));
    const auto started = kafka.start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }
}

TEST_F(RealKafkaLog, LeadershipGoesOverAndEndsWithTheBroker) {
  RealKafka kafka;
  ASSERT_NO_FATAL_FAILURE(begin(kafka));
  std::set<std::int32_t> one, two;
  const auto member = [&](std::set<std::int32_t>& held) {
    return std::move(KafkaGroupMember::open(loop_.context(), settings_,
                                            {.group = "leaders", .topics = {Topic::kLog}, .session_timeout = {1'000}},
                                            {.granted = [&](Topic, std::int32_t partition) { held.insert(partition); },
                                             .revoked = [&](Topic, std::int32_t partition) { held.erase(partition); }})
                         .value());
  };
  auto first = member(one);
  ASSERT_TRUE(loop_.until([&] { return one.size() == 4; }));
  auto second = member(two);
  ASSERT_TRUE(loop_.until([&] { return one.size() == 2 && two.size() == 2; }));
  first.reset();
  ASSERT_TRUE(loop_.until([&] { return two.size() == 4; }));

  ASSERT_TRUE(kafka.kill(1));
  ASSERT_TRUE(loop_.until([&] { return two.empty(); })) << "without a broker the session ends";
  ASSERT_TRUE(kafka.start().ok());
  ASSERT_TRUE(loop_.until([&] { return two.size() == 4; }));
}

}  // namespace
}  // namespace dispatch135::log
