// The Kafka classes against librdkafka's mock cluster.
#include "services/log/kafka_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "services/log/mock_cluster.h"
#include "tests/services/log/loop.h"

namespace dispatch135::log {
namespace {

class KafkaLog : public testing::Test {
 protected:
  std::unique_ptr<KafkaWriter> writer() { return std::move(KafkaWriter::open(loop_.context(), settings_).value()); }
  std::unique_ptr<KafkaReader> reader(OnRecord record) {
    return std::move(KafkaReader::open(loop_.context(), settings_, std::move(record)).value());
  }
  std::unique_ptr<KafkaGroupMember> member(GroupCallbacks callbacks, Topic topic = Topic::kIncidents) {
    GroupOptions options{.group = "test", .topics = {topic}};
    return std::move(KafkaGroupMember::open(loop_.context(), settings_, options, std::move(callbacks)).value());
  }
  // Appends "0", "1", ... and waits for them.
  void append_numbers(Topic topic, std::int32_t partition, int count) {
    auto out = writer();
    for (int i = 0; i < count; ++i) ASSERT_TRUE(out->append(topic, partition, "key", std::to_string(i), {}));
    ASSERT_TRUE(loop_.until([&] { return out->in_flight() == 0; }));
  }

  MockCluster cluster_{{.sources = 2, .log = 4}};
  common::KafkaSettings settings_ = cluster_.settings();
  Loop loop_;
};

TEST_F(KafkaLog, AnAppendedRecordIsReadAsItWasWritten) {
  std::vector<std::pair<std::string, std::string>> read;
  auto in = reader([&](const Record& record) {
    EXPECT_EQ(record.topic, Topic::kLog);
    EXPECT_EQ(record.partition, 2);
    EXPECT_GT(record.timestamp.since_epoch, 0);
    read.emplace_back(record.key, record.value);
  });
  in->follow(Topic::kLog, 2, Reader::kBeginning);
  auto out = writer();
  Appended outcome;
  ASSERT_TRUE(out->append(Topic::kLog, 2, "320200", std::string("a\0b", 3), [&](const Appended& a) { outcome = a; }));
  EXPECT_EQ(out->in_flight(), 1u);
  ASSERT_TRUE(loop_.until([&] { return outcome.ok && !read.empty(); }));
  EXPECT_EQ(outcome.partition, 2);
  EXPECT_EQ(outcome.offset, 0);
  EXPECT_EQ(out->in_flight(), 0u);
  EXPECT_EQ(read.front(), (std::pair<std::string, std::string>("320200", std::string("a\0b", 3))));
}

TEST_F(KafkaLog, RecordsOfAPartitionComeInTheOrderOfTheirOffsets) {
  append_numbers(Topic::kLog, 1, 2'000);
  std::int64_t next = 0;
  auto in = reader([&](const Record& record) {
    EXPECT_EQ(record.offset, next);
    EXPECT_EQ(record.value, std::to_string(next));
    ++next;
  });
  in->follow(Topic::kLog, 1, Reader::kBeginning);
  ASSERT_TRUE(loop_.until([&] { return next == 2'000; }));
}

TEST_F(KafkaLog, TheEndOfWhatIsFollowedIsKnownWithoutAsking) {
  append_numbers(Topic::kLog, 3, 12);
  auto in = reader([](const Record&) {});
  EXPECT_FALSE(in->known_end(Topic::kLog, 3));
  in->follow(Topic::kLog, 3, 2);
  ASSERT_TRUE(loop_.until([&] { return in->known_end(Topic::kLog, 3) == 12; }));
  append_numbers(Topic::kLog, 3, 5);
  ASSERT_TRUE(loop_.until([&] { return in->known_end(Topic::kLog, 3) == 17; }));
}

TEST_F(KafkaLog, AReaderBeginsWhereItIsToldToAndPartitionsComeAndGo) {
  append_numbers(Topic::kLog, 0, 10);
  append_numbers(Topic::kLog, 1, 5);
  std::map<std::int32_t, std::vector<std::int64_t>> read;
  auto in = reader([&](const Record& record) { read[record.partition].push_back(record.offset); });
  in->follow(Topic::kLog, 0, 7);
  ASSERT_TRUE(loop_.until([&] { return read[0].size() == 3; }));
  EXPECT_EQ(read[0].front(), 7);

  in->follow(Topic::kLog, 1, 4);
  ASSERT_TRUE(loop_.until([&] { return read[1].size() == 1; }));
  in->unfollow(Topic::kLog, 0);
  append_numbers(Topic::kLog, 0, 1);
  append_numbers(Topic::kLog, 1, 1);
  ASSERT_TRUE(loop_.until([&] { return read[1].size() == 2; }));
  EXPECT_EQ(read[0].size(), 3u);

  in->follow(Topic::kLog, 0, 9);
  ASSERT_TRUE(loop_.until([&] { return read[0].size() == 5; }));
  EXPECT_EQ(read[0], (std::vector<std::int64_t>{7, 8, 9, 9, 10}));
}

TEST_F(KafkaLog, TheEndOffsetIsWhereTheNextRecordWillStand) {
  append_numbers(Topic::kDecisions, 3, 6);
  auto in = reader([](const Record&) {});
  EXPECT_EQ(in->end_offset(Topic::kDecisions, 3), 6);
  EXPECT_EQ(in->end_offset(Topic::kDecisions, 0), 0);
}

TEST_F(KafkaLog, WhoAsksForTheEndIsAnsweredWhenTheBrokerWentAwayMeanwhile) {
  auto in = reader([](const Record&) {});
  ASSERT_EQ(in->end_offset(Topic::kLog, 0), 0);  // Knows the leader now.
  cluster_.set_broker(1, false);
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), std::nullopt);
  cluster_.set_broker(1, true);
  ASSERT_TRUE(loop_.until([&] { return in->end_offset(Topic::kLog, 0) == 0; }));
}

TEST_F(KafkaLog, APartitionWhoseBrokerIsAwayHoldsUpNoOther) {
  constexpr int kEach = 10;
  MockCluster three({.sources = 1, .log = 3}, 3);
  settings_ = three.settings();
  auto out = writer();
  ASSERT_EQ(out->partitions(Topic::kLog), 3);
  three.set_broker(1, false);
  std::map<std::int32_t, std::vector<std::int64_t>> offsets;
  for (int i = 0; i < kEach; ++i) {
    for (std::int32_t partition = 0; partition < 3; ++partition) {
      ASSERT_TRUE(out->append(Topic::kLog, partition, "k", "record", [&, partition](const Appended& done) {
        EXPECT_TRUE(done.ok) << done.error;
        offsets[partition].push_back(done.offset);
      }));
    }
  }
  const auto complete = [&] {
    return std::count_if(offsets.begin(), offsets.end(), [](const auto& of) { return of.second.size() == kEach; });
  };
  ASSERT_TRUE(loop_.until([&] { return complete() == 2; }));
  // The mock broker may still answer what comes in the moment in which it goes.
  EXPECT_GT(out->in_flight(), 0U);
  three.set_broker(1, true);
  ASSERT_TRUE(loop_.until([&] { return complete() == 3; }));
  for (const auto& [partition, of] : offsets) {
    for (int i = 0; i < kEach; ++i) EXPECT_EQ(of[static_cast<std::size_t>(i)], i) << "partition " << partition;
  }
}

TEST_F(KafkaLog, AWriterKnowsHowManyPartitionsThereAre) {
  auto out = writer();
  EXPECT_EQ(out->partitions(Topic::kLog), 4);
  EXPECT_EQ(out->partitions(Topic::kRejects), 1);
}

TEST_F(KafkaLog, S06ARecordThatIsTooLargeIsReportedAndTheOthersGoThrough) {
  auto out = writer();
  std::optional<Appended> large, small;
  ASSERT_TRUE(
      out->append(Topic::kLog, 0, "k", std::string(20'000'000, 'x'), [&](const Appended& done) { large = done; }));
  EXPECT_FALSE(large) << "reported from inside the call";
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "small", [&](const Appended& done) { small = done; }));
  ASSERT_TRUE(loop_.until([&] { return large && small; }));
  EXPECT_FALSE(large->ok);
  EXPECT_NE(large->error.find("dispatch.log: Broker: Message size too large"), std::string::npos) << large->error;
  EXPECT_TRUE(small->ok);
  EXPECT_EQ(out->in_flight(), 0u);
}

TEST_F(KafkaLog, AFullQueueSaysSoAndKeepsNothing) {
  settings_.properties["queue.buffering.max.messages"] = "2";
  cluster_.set_broker(1, false);
  auto out = writer();
  int done = 0;
  const auto count = [&](const Appended&) { ++done; };
  EXPECT_TRUE(out->append(Topic::kLog, 0, "k", "1", count));
  EXPECT_TRUE(out->append(Topic::kLog, 0, "k", "2", count));
  EXPECT_FALSE(out->append(Topic::kLog, 0, "k", "3", count));
  EXPECT_EQ(out->in_flight(), 2u);
  cluster_.set_broker(1, true);
  ASSERT_TRUE(loop_.until([&] { return done == 2; }));
}

TEST_F(KafkaLog, WhatComesWhileTheBrokerIsSlowStandsInTheOrderOfItsAppends) {
  cluster_.set_broker(1, false);
  auto out = writer();
  std::vector<std::int64_t> offsets;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "record", [&](const Appended& done) {
      EXPECT_TRUE(done.ok) << done.error;
      offsets.push_back(done.offset);
    }));
  }
  EXPECT_EQ(out->in_flight(), 50u);
  cluster_.set_broker(1, true);
  ASSERT_TRUE(loop_.until([&] { return offsets.size() == 50; }));
  EXPECT_EQ(out->in_flight(), 0u);
  for (std::size_t i = 0; i < offsets.size(); ++i) EXPECT_EQ(offsets[i], offsets.front() + static_cast<int>(i));
}

TEST_F(KafkaLog, ABrokerThatComesLateIsWaitedFor) {
  cluster_.set_broker(1, false);
  auto out = writer();
  std::vector<std::string> read;
  auto in = reader([&](const Record& record) { read.emplace_back(record.value); });
  in->follow(Topic::kLog, 0, Reader::kBeginning);
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), std::nullopt);
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "late", {}));
  ASSERT_TRUE(loop_.until([&] { return in->silent_ms() > 1'500; }));
  EXPECT_TRUE(read.empty());
  cluster_.set_broker(1, true);
  ASSERT_TRUE(loop_.until([&] { return read.size() == 1 && in->silent_ms() == 0; }));
}

TEST_F(KafkaLog, APropertyThatDoesNotExistIsAnErrorThatNamesIt) {
  settings_.properties["no.such.thing"] = "1";
  const auto out = KafkaWriter::open(loop_.context(), settings_);
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().message.find("kafka.properties.no.such.thing: No such configuration property"),
            std::string::npos)
      << out.error().message;
}

TEST_F(KafkaLog, AMemberReadsOnFromWhatWasCommittedBeforeItClosed) {
  append_numbers(Topic::kIncidents, 0, 10);
  std::vector<std::int64_t> read;
  {
    auto first = member({.granted = {}, .revoked = {}, .record = [&](const Record& r) { read.push_back(r.offset); }});
    ASSERT_TRUE(loop_.until([&] { return read.size() == 10; }));
    first->commit(Topic::kIncidents, 0, 6);
  }
  read.clear();
  auto second = member({.granted = {}, .revoked = {}, .record = [&](const Record& r) { read.push_back(r.offset); }});
  ASSERT_TRUE(loop_.until([&] { return read.size() == 4; }));
  EXPECT_EQ(read, (std::vector<std::int64_t>{6, 7, 8, 9}));
}

TEST_F(KafkaLog, APausedPartitionWaitsAndThenGoesOn) {
  int read = 0;
  bool granted = false;
  auto in = member({.granted = [&](Topic, std::int32_t) { granted = true; },
                    .revoked = {},
                    .record = [&](const Record&) { ++read; }});
  ASSERT_TRUE(loop_.until([&] { return granted; }));
  in->pause(Topic::kIncidents, 0);
  append_numbers(Topic::kIncidents, 0, 3);
  append_numbers(Topic::kIncidents, 1, 2);
  ASSERT_TRUE(loop_.until([&] { return read == 2; }));
  in->resume(Topic::kIncidents, 0);
  ASSERT_TRUE(loop_.until([&] { return read == 5; }));
}

TEST_F(KafkaLog, LeadershipIsSharedAndGoesOverWhenAMemberCloses) {
  std::set<std::int32_t> one, two;
  const auto into = [](std::set<std::int32_t>& set) {
    return GroupCallbacks{.granted = [&](Topic, std::int32_t partition) { set.insert(partition); },
                          .revoked = [&](Topic, std::int32_t partition) { set.erase(partition); },
                          .record = {}};
  };
  auto first = member(into(one), Topic::kLog);
  ASSERT_TRUE(loop_.until([&] { return one.size() == 4; }));
  auto second = member(into(two), Topic::kLog);
  ASSERT_TRUE(loop_.until([&] { return one.size() == 2 && two.size() == 2; }));
  first.reset();
  ASSERT_TRUE(loop_.until([&] { return two.size() == 4; }));
}

}  // namespace
}  // namespace dispatch135::log
