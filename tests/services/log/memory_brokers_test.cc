// Three brokers, each with a replica of every partition; an append needs two of them.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/log/memory_log.h"
#include "tests/services/log/manual_clock.h"

namespace dispatch135::log {
namespace {

class MemoryBrokersTest : public testing::Test {
 protected:
  MemoryBrokersTest() { log_.delay("a", {1}); }
  void run_for(DurationMs time) {
    for (const TimeMs end = clock_.now + time; clock_.now < end; clock_.now = clock_.now + DurationMs{1}) log_.run();
    log_.run();
  }
  void append(const std::string& value) {
    ASSERT_TRUE(out_->append(Topic::kLog, 0, "k", value, [this, value](const Appended& outcome) {
      told_.push_back(value + (outcome.ok ? " stands" : " failed"));
    }));
  }
  std::vector<std::string> standing() const {
    std::vector<std::string> values;
    for (std::int64_t i = 0; i < log_.standing(Topic::kLog, 0); ++i) {
      values.push_back(log_.records(Topic::kLog, 0)[static_cast<std::size_t>(i)].value);
    }
    return values;
  }

  ManualClock clock_;
  MemoryLog log_{clock_, {.brokers = 3, .min_in_sync = 2, .replication = {5}}};
  std::vector<std::string> told_;
  std::unique_ptr<Writer> out_ = log_.writer("a");
};

using Values = std::vector<std::string>;

TEST_F(MemoryBrokersTest, ARecordIsReadAndAcknowledgedOnlyWhenAllInSyncReplicasHaveIt) {
  Values read;
  auto in = log_.reader("b", [&](const Record& record) { read.emplace_back(record.value); });
  in->follow(Topic::kLog, 0, Reader::kBeginning);
  append("1");
  run_for({5});
  EXPECT_EQ(log_.records(Topic::kLog, 0).size(), 1u);
  EXPECT_EQ(told_, Values{});
  EXPECT_EQ(read, Values{});
  run_for({3});
  EXPECT_EQ(told_, Values{"1 stands"});
  EXPECT_EQ(read, Values{"1"});
}

TEST_F(MemoryBrokersTest, WhatOnlyTheDeadLeaderHadIsGoneAndItsProducerSendsItAgain) {
  append("1");
  run_for({20});
  append("2");
  run_for({2});
  ASSERT_EQ(log_.records(Topic::kLog, 0).size(), 2u);
  log_.crash_broker(0);
  run_for({1'990});
  EXPECT_EQ(told_, Values{"1 stands"}) << "nobody leads";
  run_for({200});
  EXPECT_EQ(told_, (Values{"1 stands", "2 stands"}));
  EXPECT_EQ(standing(), (Values{"1", "2"}));
}

TEST_F(MemoryBrokersTest, AnAppendWhoseAnswerWasLostIsNotStoredTwice) {
  append("1");
  run_for({3});
  log_.cut_off("a", 0);
  run_for({1'000});
  EXPECT_EQ(told_, Values{});
  EXPECT_EQ(standing(), Values{"1"});
  append("2");
  log_.reconnect("a");
  run_for({1'000});
  EXPECT_EQ(told_, (Values{"1 stands", "2 stands"}));
  EXPECT_EQ(standing(), (Values{"1", "2"}));
}

TEST_F(MemoryBrokersTest, WithTooFewReplicasAppendsWaitAndReadersGoOn) {
  append("1");
  run_for({20});
  log_.crash_broker(1);
  log_.crash_broker(2);
  run_for({3'000});
  append("2");
  run_for({10'000});
  EXPECT_EQ(told_, Values{"1 stands"});
  auto in = log_.reader("b", [](const Record&) {});
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), 1);
  log_.restart_broker(1);
  run_for({200});
  EXPECT_EQ(told_, (Values{"1 stands", "2 stands"}));
}

TEST_F(MemoryBrokersTest, ASlowReplicaHoldsAppendsUpUntilItIsNoLongerInSync) {
  log_.slow_broker(1, {60'000});
  append("1");
  run_for({2'900});
  EXPECT_EQ(told_, Values{});
  run_for({200});
  EXPECT_EQ(told_, Values{"1 stands"});
}

TEST_F(MemoryBrokersTest, OneThatIsNotInSyncNeverLeadsBecauseItLacksWhatWasAcknowledged) {
  log_.slow_broker(2, {3'600'000});
  append("1");
  run_for({5'000});
  ASSERT_EQ(told_, Values{"1 stands"});
  log_.crash_broker(0);
  log_.crash_broker(1);
  run_for({10'000});
  auto in = log_.reader("b", [](const Record&) {});
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), std::nullopt) << "nobody leads";
  log_.restart_broker(1);
  run_for({100});
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), 1);
}

TEST_F(MemoryBrokersTest, AFullDiskRefusesForAsLongAsItIsFull) {
  log_.fill_disk(0, true);
  append("1");
  run_for({10'000});
  EXPECT_EQ(told_, Values{});
  log_.fill_disk(0, false);
  run_for({200});
  EXPECT_EQ(told_, Values{"1 stands"});
}

TEST_F(MemoryBrokersTest, ABrokerThatDoesNotReachTheLeaderIsNoLongerInSyncAndCatchesUpWhenItDoes) {
  log_.part_brokers(1, 0, true);
  append("1");
  run_for({2'900});
  EXPECT_EQ(told_, Values{}) << "one that counts as in sync does not have it";
  run_for({200});
  EXPECT_EQ(told_, Values{"1 stands"});
  log_.crash_broker(2);
  log_.crash_broker(0);
  run_for({3'000});
  EXPECT_EQ(log_.leader(Topic::kLog, 0), std::nullopt) << "only the one that lacks the record is there";
  log_.restart_broker(0);
  run_for({100});
  log_.part_brokers(0, 1, false);
  append("2");
  run_for({200});
  EXPECT_EQ(standing(), (Values{"1", "2"}));
}

TEST_F(MemoryBrokersTest, ALeaderThatReachesNoOtherBrokerTakesNothing) {
  log_.part_brokers(0, 1, true);
  log_.part_brokers(0, 2, true);
  append("1");
  run_for({10'000});
  append("2");
  run_for({10'000});
  EXPECT_EQ(told_, Values{});
  log_.part_brokers(0, 2, false);
  run_for({200});
  EXPECT_EQ(told_, (Values{"1 stands", "2 stands"}));
}

TEST_F(MemoryBrokersTest, TheClockOfTheBrokerThatLeadsStampsTheRecords) {
  log_.set_broker_clock(0, {3'600'000});
  append("1");
  run_for({20});
  log_.crash_broker(0);
  run_for({3'000});
  append("2");
  run_for({200});
  const auto& records = log_.records(Topic::kLog, 0);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_LT(records[1].timestamp, records[0].timestamp);
}

TEST_F(MemoryBrokersTest, AProducerThatStartsAnewIsToldAFailureThoughTheRecordMayStand) {
  append("1");
  run_for({3});
  log_.start_producer_anew("a");
  run_for({20});
  EXPECT_EQ(told_, Values{"1 failed"});
  EXPECT_EQ(standing(), Values{"1"});
  append("1");
  run_for({20});
  EXPECT_EQ(standing(), (Values{"1", "1"}));
}

TEST_F(MemoryBrokersTest, AGroupOutlivesTheBrokerThatKeepsIt) {
  std::set<std::int32_t> one, two;
  const auto into = [](std::set<std::int32_t>& held) {
    return GroupCallbacks{.granted = [&](Topic, std::int32_t partition) { held.insert(partition); },
                          .revoked = [&](Topic, std::int32_t partition) { held.erase(partition); }};
  };
  auto first = log_.join("a", "g", {Topic::kLog}, into(one));
  run_for({10});
  log_.crash_broker(0);
  run_for({10'000});
  EXPECT_EQ(one.size(), 1u);
  log_.cut_off("a", 1);
  auto second = log_.join("b", "g", {Topic::kLog}, into(two));
  run_for({6'100});
  EXPECT_EQ(one.size(), 0u) << "it does not reach the broker that keeps the group now";
  EXPECT_EQ(two.size(), 1u);
}

}  // namespace
}  // namespace dispatch135::log
