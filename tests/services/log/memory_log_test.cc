#include "services/log/memory_log.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/services/log/manual_clock.h"

namespace dispatch135::log {
namespace {

class MemoryLogTest : public testing::Test {
 protected:
  void run_for(DurationMs time) {
    clock_.now = clock_.now + time;
    log_.run();
  }
  OnRecord note() {
    return [this](const Record& record) { read_.push_back(std::string(record.value)); };
  }
  static GroupCallbacks into(std::set<std::int32_t>& held) {
    return {.granted = [&](Topic, std::int32_t partition) { held.insert(partition); },
            .revoked = [&](Topic, std::int32_t partition) { held.erase(partition); }};
  }

  ManualClock clock_;
  MemoryLog log_{clock_, {.source_partitions = 1, .log_partitions = 4}};
  std::vector<std::string> read_;
};

TEST_F(MemoryLogTest, NothingHappensBeforeItIsStepped) {
  auto out = log_.writer("a");
  auto in = log_.reader("b", note());
  in->follow(Topic::kLog, 0, Reader::kBeginning);
  bool done = false;
  EXPECT_TRUE(out->append(Topic::kLog, 0, "k", "v", [&](const Appended& outcome) {
    EXPECT_TRUE(outcome.ok);
    EXPECT_EQ(outcome.offset, 0);
    done = true;
  }));
  EXPECT_TRUE(log_.records(Topic::kLog, 0).empty());
  EXPECT_EQ(out->in_flight(), 1u);
  log_.run();
  EXPECT_TRUE(done);
  EXPECT_EQ(out->in_flight(), 0u);
  EXPECT_EQ(read_, (std::vector<std::string>{"v"}));
  EXPECT_EQ(log_.records(Topic::kLog, 0).front().timestamp, clock_.now);
}

TEST_F(MemoryLogTest, AReaderBeginsWhereItIsToldTo) {
  for (const auto* value : {"0", "1", "2"}) log_.put(Topic::kLog, 0, "k", value);
  auto in = log_.reader("b", note());
  in->follow(Topic::kLog, 0, 1);
  log_.run();
  EXPECT_EQ(read_, (std::vector<std::string>{"1", "2"}));
  in->follow(Topic::kLog, 0, Reader::kEnd);
  log_.put(Topic::kLog, 0, "k", "3");
  log_.run();
  EXPECT_EQ(read_.back(), "3");
  EXPECT_EQ(read_.size(), 3u);
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), 4);
}

TEST_F(MemoryLogTest, ADelayedNodesAppendsKeepTheirOrderAndArriveLate) {
  log_.delay("a", {50});
  auto out = log_.writer("a");
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "slow", {}));
  log_.delay("a", {0});
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "fast", {}));
  run_for({49});
  EXPECT_TRUE(log_.records(Topic::kLog, 0).empty());
  EXPECT_EQ(log_.next_due(), (TimeMs{1'000'050}));
  run_for({1});
  ASSERT_EQ(log_.records(Topic::kLog, 0).size(), 2u);
  EXPECT_EQ(log_.records(Topic::kLog, 0)[0].value, "slow");
}

TEST_F(MemoryLogTest, ACutOffNodeWaitsIsSilentAndGoesOnAfterwards) {
  auto out = log_.writer("a");
  auto in = log_.reader("a", note());
  in->follow(Topic::kLog, 0, Reader::kBeginning);
  log_.cut_off("a");
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "mine", {}));
  log_.put(Topic::kLog, 0, "k", "other");
  run_for({2'000});
  EXPECT_TRUE(read_.empty());
  EXPECT_EQ(in->silent_ms(), 2'000);
  EXPECT_EQ(in->end_offset(Topic::kLog, 0), std::nullopt);
  log_.reconnect("a");
  log_.run();
  EXPECT_EQ(in->silent_ms(), 0);
  EXPECT_EQ(read_, (std::vector<std::string>{"other", "mine"}));
}

TEST_F(MemoryLogTest, AppendsThatHaveNotArrivedDieWithTheirNode) {
  auto out = log_.writer("a");
  bool called = false;
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "arrives", [&](const Appended&) { called = true; }));
  ASSERT_TRUE(log_.step());
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "lost", {}));
  log_.kill("a");
  log_.run();
  EXPECT_FALSE(called);
  EXPECT_EQ(log_.records(Topic::kLog, 0).size(), 1u);
  EXPECT_FALSE(out->append(Topic::kLog, 0, "k", "too late", {}));
}

TEST_F(MemoryLogTest, FailedAppendsSaySoAndTheNextGoesThrough) {
  auto out = log_.writer("a");
  log_.fail_appends("a", 1, "disk full");
  std::vector<std::string> errors;
  const auto note_error = [&](const Appended& outcome) { errors.push_back(outcome.error); };
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "1", note_error));
  ASSERT_TRUE(out->append(Topic::kLog, 0, "k", "2", note_error));
  ASSERT_TRUE(out->append(Topic::kLog, 9, "k", "3", note_error));
  log_.run();
  EXPECT_EQ(errors, (std::vector<std::string>{"disk full", "disk full", "dispatch.log: no such partition"}));
}

TEST_F(MemoryLogTest, NothingOvertakesAFailedAppendInItsPartition) {
  log_.delay("a", {100});
  auto out = log_.writer("a");
  log_.fail_appends("a", 1, "disk full");
  std::vector<std::string> told;
  const auto append = [&](const std::string& value, std::int32_t partition, const std::function<void()>& then) {
    ASSERT_TRUE(out->append(Topic::kLog, partition, "k", value, [&told, value, then](const Appended& outcome) {
      told.push_back(value + (outcome.ok ? " stands" : " failed"));
      if (then) then();
    }));
  };
  append("1", 0, [&] { append("1 again, behind 2", 0, {}); });
  append("elsewhere", 1, {});
  run_for({150});
  append("2, made before 1's failure was told", 0, {});
  for (int i = 0; i < 4; ++i) run_for({1'000});
  append("1 once more, after all were told", 0, {});
  for (int i = 0; i < 4; ++i) run_for({1'000});
  EXPECT_EQ(told,
            (std::vector<std::string>{"1 failed", "2, made before 1's failure was told failed", "elsewhere stands",
                                      "1 again, behind 2 failed", "1 once more, after all were told stands"}));
}

TEST_F(MemoryLogTest, AFullQueueRefuses) {
  MemoryLog small(clock_, {.writer_queue = 1});
  auto out = small.writer("a");
  EXPECT_TRUE(out->append(Topic::kLog, 0, "k", "1", {}));
  EXPECT_FALSE(out->append(Topic::kLog, 0, "k", "2", {}));
  small.run();
  EXPECT_TRUE(out->append(Topic::kLog, 0, "k", "3", {}));
}

TEST_F(MemoryLogTest, PartitionsAreSharedEvenlyAndMoveAsLittleAsPossible) {
  std::set<std::int32_t> one, two;
  auto first = log_.join("a", "g", {Topic::kLog}, into(one));
  log_.run();
  EXPECT_EQ(one.size(), 4u);
  auto second = log_.join("b", "g", {Topic::kLog}, into(two));
  log_.run();
  EXPECT_EQ(one.size(), 2u);
  EXPECT_EQ(two.size(), 2u);
  first.reset();
  log_.run();
  EXPECT_EQ(two.size(), 4u);
  EXPECT_EQ(log_.owner("g", Topic::kLog, 0), "b");
}

TEST_F(MemoryLogTest, AKilledLeaderIsSucceededWhenItsSessionEnds) {
  std::set<std::int32_t> one, two;
  auto first = log_.join("a", "g", {Topic::kLog}, into(one));
  auto second = log_.join("b", "g", {Topic::kLog}, into(two));
  log_.run();
  log_.kill("a");
  run_for({5'999});
  EXPECT_EQ(two.size(), 2u);
  run_for({1});
  EXPECT_EQ(two.size(), 4u);
  EXPECT_EQ(one.size(), 2u) << "the dead are told nothing";
}

TEST_F(MemoryLogTest, ACutOffLeaderLosesItsPartitionsAndComesBackAsAMember) {
  std::set<std::int32_t> one, two;
  auto first = log_.join("a", "g", {Topic::kLog}, into(one));
  auto second = log_.join("b", "g", {Topic::kLog}, into(two));
  log_.run();
  log_.cut_off("a");
  run_for({6'000});
  EXPECT_TRUE(one.empty());
  EXPECT_EQ(two.size(), 4u);
  log_.reconnect("a");
  log_.run();
  EXPECT_EQ(one.size(), 2u);
  EXPECT_EQ(two.size(), 2u);
}

TEST_F(MemoryLogTest, ASlowCutOffLeaderBelievesLongerThanTheGroup) {
  std::set<std::int32_t> one, two;
  auto first = log_.join("a", "g", {Topic::kLog}, into(one));
  auto second = log_.join("b", "g", {Topic::kLog}, into(two));
  log_.run();
  log_.cut_off("a");
  log_.delay("a", {300});
  run_for({6'000});
  EXPECT_EQ(two.size(), 4u);
  EXPECT_EQ(one.size(), 2u);
  run_for({300});
  EXPECT_TRUE(one.empty());
}

TEST_F(MemoryLogTest, AMemberReadsOnFromWhatWasKeptOfItsCommits) {
  for (const auto* value : {"0", "1", "2"}) log_.put(Topic::kIncidents, 0, "k", value);
  auto first = log_.join("a", "g", {Topic::kIncidents}, {.record = note()});
  log_.run();
  EXPECT_EQ(read_.size(), 3u);
  first->commit(Topic::kIncidents, 0, 1);
  run_for({1'000});
  EXPECT_EQ(log_.committed("g", Topic::kIncidents, 0), 1);
  first->commit(Topic::kIncidents, 0, 3);
  log_.kill("a");
  run_for({10'000});
  EXPECT_EQ(log_.committed("g", Topic::kIncidents, 0), 1) << "a kill loses what was not kept yet";

  read_.clear();
  auto second = log_.join("a", "g", {Topic::kIncidents}, {.record = note()});
  log_.run();
  EXPECT_EQ(read_, (std::vector<std::string>{"1", "2"}));
  second->commit(Topic::kIncidents, 0, 3);
  second.reset();
  EXPECT_EQ(log_.committed("g", Topic::kIncidents, 0), 3) << "an orderly close keeps all";
}

TEST_F(MemoryLogTest, APausedPartitionWaits) {
  auto in = log_.join("a", "g", {Topic::kIncidents}, {.record = note()});
  log_.run();
  in->pause(Topic::kIncidents, 0);
  log_.put(Topic::kIncidents, 0, "k", "0");
  log_.run();
  EXPECT_TRUE(read_.empty());
  EXPECT_EQ(log_.next_due(), std::nullopt);
  in->resume(Topic::kIncidents, 0);
  log_.run();
  EXPECT_EQ(read_.size(), 1u);
}

}  // namespace
}  // namespace dispatch135::log
