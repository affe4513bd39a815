// Snapshots, records that are passed over, and nodes whose state differs: how a node begins, and what it does not
// trust.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "services/dispatchd/crash_note.h"
#include "services/dispatchd/snapshot_taker.h"
#include "tests/services/dispatchd/cluster.h"

namespace dispatch135::dispatchd::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct SnapshotStory : ::testing::Test {
  // Node a leads, has a unit on its way and an incident that waits, and has taken `count` snapshots of that.
  SnapshotStory() {
    cluster.start("a");
    cluster.lead("a");
    cluster.connect("a", cluster.map.unit("W1").value());
    cluster.report("first");
  }
  void take() {
    SnapshotTaker taker("a", {.every_records = 1, .every = {1'000}}, *cluster["a"].node, *cluster["a"].writer,
                        cluster.clock, cluster["a"].observer);
    taker.lead(0, true);
    for (int i = 0; i < 4; ++i) {
      taker.on_timer();
      cluster.settle();
    }
  }
  const core::Engine& engine(const std::string& name) {
    return cluster[name].node->partitions().of(Cluster::kRegion).engine;
  }
  // The newest value of a key of dispatch.snapshots.
  v1::SnapshotRecord shelved(const std::string& key) {
    v1::SnapshotRecord record;
    for (const auto& stored : cluster.log.records(log::Topic::kSnapshots, 0)) {
      if (stored.key == key) record.ParseFromString(stored.value);
    }
    return record;
  }
  void shelve(const std::string& key, const v1::SnapshotRecord& record) {
    cluster.log.put(log::Topic::kSnapshots, 0, key, record.SerializeAsString());
  }
  void change_manifest(const std::function<void(v1::SnapshotManifest&)>& change) {
    v1::SnapshotRecord record = shelved("manifest/a");
    change(*record.mutable_manifest());
    shelve("manifest/a", record);
  }
  // Node b starts, says why it wants no snapshot, and has the same state all the same.
  void expect_refused(const std::string& why) {
    cluster.start("b");
    cluster.settle();
    EXPECT_THAT(cluster["b"].observer.refusals, ElementsAre(HasSubstr(why)));
    EXPECT_EQ(cluster["b"].observer.began_at, 0);
    EXPECT_EQ(engine("b").state_hash(), engine("a").state_hash());
    EXPECT_TRUE(cluster["b"].node->caught_up());
  }
  Cluster cluster;
};

TEST_F(SnapshotStory, ANodeThatStartsBeginsWhereTheSnapshotEndsAndKnowsTheSame) {
  take();
  const std::uint64_t second = cluster.report("second");
  Process& b = cluster.start("b");
  EXPECT_GT(b.observer.began_at, 0);
  EXPECT_TRUE(b.node->caught_up());
  EXPECT_EQ(engine("b").state_hash(), engine("a").state_hash());

  v1::StatisticsRequest request;
  request.set_region(Cluster::kRegion.value());
  v1::StatisticsResponse of_a;
  v1::StatisticsResponse of_b;
  ASSERT_TRUE(cluster["a"].node->statistics(request, of_a).ok());
  ASSERT_TRUE(b.node->statistics(request, of_b).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(of_a, of_b));

  v1::ExplainRequest why;
  why.set_region(Cluster::kRegion.value());
  why.set_incident_id(second);
  v1::ExplainResponse answer;
  EXPECT_TRUE(b.node->explain(why, answer).ok());
}

TEST_F(SnapshotStory, WhatWasDecidedBeforeTheSnapshotCanStillBeExplainedByTheNodeThatBeganWithIt) {
  const std::uint64_t first = engine("a").snapshot(Cluster::kRegion).incidents(0).incident_id();
  take();
  Process& b = cluster.start("b");
  ASSERT_GT(b.observer.began_at, 0);
  v1::ExplainRequest why;
  why.set_region(Cluster::kRegion.value());
  why.set_incident_id(first);
  v1::ExplainResponse of_a;
  v1::ExplainResponse of_b;
  ASSERT_TRUE(cluster["a"].node->explain(why, of_a).ok());
  ASSERT_TRUE(b.node->explain(why, of_b).ok());
  EXPECT_EQ(of_a.SerializeAsString(), of_b.SerializeAsString());
}

TEST_F(SnapshotStory, AConsoleThatResumesAtANodeWhichBeganWithASnapshotIsGivenTheWholeState) {
  take();
  const std::int64_t seen = cluster["a"].node->partitions().of(Cluster::kRegion).next_offset - 1;
  Process& b = cluster.start("b");
  ASSERT_GT(b.observer.began_at, seen);
  const WatchId resumed = cluster.watch("b", seen);
  ASSERT_EQ(b.consoles[resumed].events.size(), 1U);
  EXPECT_TRUE(b.consoles[resumed].events[0].has_snapshot());
}

TEST_F(SnapshotStory, ANodeThatBeganWithASnapshotLeadsOnAndPublishesNothingTwice) {
  take();
  cluster.start("b");
  cluster.kill("a");
  cluster.lead("b");
  cluster.report("third");
  cluster.later_ms(100);
  std::set<DecisionKey> keys;
  for (const v1::Decision& decision : cluster.published()) keys.insert(key_of(decision.id()));
  EXPECT_EQ(keys.size(), cluster.published().size());
  EXPECT_EQ(engine("b").snapshot(Cluster::kRegion).incidents_size(), 2);
}

TEST_F(SnapshotStory, S16_ASnapshotWithAFlippedBitIsRefusedAndTheLogGivesTheState) {
  take();
  v1::SnapshotRecord chunk = shelved("chunk/a/0");
  std::string& data = *chunk.mutable_chunk()->mutable_data();
  data[data.size() / 2] = static_cast<char>(data[data.size() / 2] ^ 4);
  shelve("chunk/a/0", chunk);
  expect_refused("chunk 0 of 1 is damaged");
}

TEST_F(SnapshotStory, S16_ASnapshotCutShortIsRefused) {
  take();
  shelve("chunk/a/0", {});
  expect_refused("chunk 0 of 1 is missing");
}

TEST_F(SnapshotStory, S16_ASnapshotOfANewerFormatIsRefused) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.set_format(99); });
  expect_refused("it has format 99");
}

TEST_F(SnapshotStory, S16_ASnapshotOfAnotherPartitionIsRefused) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.set_partition(3); });
  expect_refused("it is of partition 3");
}

TEST_F(SnapshotStory, S16_ASnapshotFromAnotherLogIsRefusedByTheRecordBeforeItsEnd) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.set_last_record(1); });
  expect_refused("it is of another log");
}

TEST_F(SnapshotStory, S16_ASnapshotThatReachesBeyondTheLogIsRefused) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.set_next_offset(10'000); });
  expect_refused("it is of another log: this one ends at");
}

// Where the log begins there is no record before the snapshot's end to hold it against.
TEST_F(SnapshotStory, S16_ASnapshotWhoseManifestSaysThatItEndsWhereTheLogBeginsIsRefused) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.set_next_offset(0); });
  expect_refused("its state has applied record");
}

TEST_F(SnapshotStory, S16_ASnapshotThatGivesAnotherStateThanItSaysIsRefused) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.set_state_hash(1); });
  expect_refused("state hash");
}

TEST_F(SnapshotStory, S16_ASnapshotOfACityThatIsNotHereIsRefusedAndThePartitionNotFollowed) {
  take();
  Process& b = cluster.start("b", false);
  EXPECT_EQ(b.observer.refusals.size(), 1U);
  EXPECT_THAT(b.observer.stopped, ElementsAre(HasSubstr("city file")));
}

TEST_F(SnapshotStory, ASnapshotWhoseDecisionsAreNotAllPublishedIsRefused) {
  take();
  change_manifest([](v1::SnapshotManifest& manifest) { manifest.mutable_last_decision()->set_offset(9'999); });
  expect_refused("decisions from before it are not in dispatch.decisions");
}

TEST_F(SnapshotStory, WhenTheNewerSnapshotIsDamagedTheOlderOneServes) {
  take();
  const std::uint64_t older = shelved("manifest/a").manifest().next_offset();
  cluster.report("second");
  take();
  ASSERT_GT(shelved("manifest/b").manifest().next_offset(), older);
  shelve("chunk/b/0", {});
  Process& b = cluster.start("b");
  EXPECT_EQ(b.observer.began_at, static_cast<std::int64_t>(older));
  EXPECT_EQ(engine("b").state_hash(), engine("a").state_hash());
}

TEST_F(SnapshotStory, ALogWithoutItsBeginningNeedsASnapshot) {
  take();
  const auto reached = static_cast<std::int64_t>(shelved("manifest/a").manifest().next_offset());
  cluster.log.delete_before(log::Topic::kLog, 0, reached);
  EXPECT_EQ(cluster.start("b").observer.began_at, reached);
  EXPECT_EQ(engine("b").state_hash(), engine("a").state_hash());

  cluster.report("second");
  cluster.log.delete_before(log::Topic::kLog, 0, reached + 1);
  Process& c = cluster.start("c");
  EXPECT_THAT(c.observer.refusals, ElementsAre(HasSubstr("which has lost records")));
  EXPECT_THAT(c.observer.stopped, ElementsAre(HasSubstr("no snapshot reaches that far")));
  EXPECT_FALSE(c.node->follows_all());
}

TEST(Margin, IsNarrowLongBeforeItIsLost) {
  EXPECT_EQ(margin_of(0, 0, 1'000'000), Margin::kSafe);  // The log is whole.
  EXPECT_EQ(margin_of(100, 600, 1'100), Margin::kSafe);
  EXPECT_EQ(margin_of(100, 599, 1'100), Margin::kNarrow);
  EXPECT_EQ(margin_of(100, 100, 1'100), Margin::kNarrow);
  EXPECT_EQ(margin_of(100, 99, 1'100), Margin::kLost);
}

// ---- a record that stops the core ----

// Stops the process when one city file is looked for, as a fault of the engine would at one record.
class PlantedCities final : public core::CityCatalog {
 public:
  static constexpr CityFingerprint kPlanted{0xdead};
  explicit PlantedCities(const city::City& city) : city_(city) {}
  const city::City* find(CityFingerprint fingerprint) const override {
    D135_CHECK(fingerprint != kPlanted || !applying, "planted");
    return fingerprint == city_.fingerprint() || fingerprint == kPlanted ? &city_ : nullptr;
  }
  mutable bool applying = false;

 private:
  const city::City& city_;
};

TEST_F(SnapshotStory, ARecordThatStopsTheCoreIsNamedAndPassedOverByAllOnceAnOperatorSaysSo) {
  const PlantedCities cities(cluster.city.city());
  NodeSettings settings;
  settings.name = "planted";
  settings.process = 77;
  settings.address = "planted:7135";
  v1::LogRecord poison;
  poison.set_region(Cluster::kRegion.value());
  poison.mutable_city_activated()->set_fingerprint(PlantedCities::kPlanted.value());
  const std::string bytes = poison.SerializeAsString();
  // Node a lacks that city and would only stop following.
  cluster.kill("a");
  const std::int64_t offset = cluster.log.put(log::Topic::kLog, 0, "320200", bytes);
  const auto start = [&] {
    cities.applying = true;
    Process process(cluster.clock, cluster.log, cities, settings);
    process.node->start();
    cluster.log.run();
    process.node->on_timer();
    cluster.log.run();
    EXPECT_TRUE(process.node->caught_up());
    EXPECT_EQ(process.observer.skips, 1);
    EXPECT_EQ(process.node->partitions().of(Cluster::kRegion).next_offset, offset + 1);
  };
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        print_crash_notes();
        start();
      },
      "record at offset " + std::to_string(offset) + " of partition 0 of dispatch.log.*log skip --partition 0");

  v1::SnapshotRecord record;
  v1::Skip& skip = *record.mutable_skip();
  skip.set_offset(static_cast<std::uint64_t>(offset));
  skip.set_checksum(hash_bytes(bytes.data(), bytes.size()));
  skip.set_operator_id("ops-1");
  skip.set_reason("stops the nodes");
  shelve(skip_key(skip.offset()), record);
  start();
}

TEST_F(SnapshotStory, ARecordThatANodeHasAppliedIsNotPassedOverBehindItsBack) {
  v1::SnapshotRecord record;
  record.mutable_skip()->set_offset(1);
  record.mutable_skip()->set_checksum(5);
  shelve(skip_key(1), record);
  cluster.settle();
  EXPECT_THAT(cluster["a"].observer.stopped, ElementsAre(HasSubstr("which this one has applied")));
}

// ---- states that differ ----

TEST_F(SnapshotStory, ANodeWhoseStateDiffersStopsServingAndAllKeepTheirStatesOfTheSameRecord) {
  Process& b = cluster.start("b");
  cluster.start("c");
  v1::LogRecord tick;
  tick.mutable_tick();
  const auto tick_until = [&](std::size_t end) {
    while (cluster.logged().size() < end) cluster.log.put(log::Topic::kLog, 0, "0", tick.SerializeAsString());
    cluster.settle();
  };
  tick_until(1'030);
  EXPECT_THAT(b.observer.differences, IsEmpty());
  ASSERT_TRUE(b.node->follows_all());

  // What b would take for the leader's word on the next one.
  v1::Decision wrong;
  for (const v1::Decision& decision : cluster.published()) {
    if (decision.has_state_hashed()) wrong = decision;
  }
  ASSERT_TRUE(wrong.has_state_hashed());
  wrong.mutable_id()->set_offset(2'048);
  wrong.mutable_state_hashed()->set_hash(1);
  cluster.kill("a");
  cluster.log.put(log::Topic::kDecisions, 0, "0", wrong.SerializeAsString());
  tick_until(2'060);

  ASSERT_EQ(b.observer.differences.size(), 1U);
  EXPECT_EQ(b.observer.differences[0].offset, 2'048U);
  EXPECT_THAT(b.observer.differences[0].parts, ::testing::Not(IsEmpty()));
  EXPECT_FALSE(b.node->follows_all());
  EXPECT_THAT(b.observer.stopped, ElementsAre(HasSubstr("its state differs")));
  EXPECT_THAT(b.observer.kept_states, ::testing::Not(IsEmpty()));
  EXPECT_EQ(b.observer.kept_states.front(), cluster["c"].observer.kept_states.front());
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
