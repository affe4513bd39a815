#include "services/intake/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/log.pb.h"
#include "tests/services/intake/fixture.h"

namespace dispatch135::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int32_t kLogPartitions = 4;
// Wuxi is in partition 2, Suzhou in 1.
const HandWriter::Partition kWuxi = {log::Topic::kLog, 2};
const HandWriter::Partition kSuzhou = {log::Topic::kLog, 1};
const HandGroup::Partition kSource = {log::Topic::kIncidents, 0};

constexpr double kInWuxi = 120.6;
constexpr double kInSuzhou = 121.6;

class Watcher final : public RouterObserver {
 public:
  void accepted(log::Topic) override { ++accepted_count; }
  void refused(log::Topic, const common::Refused&) override { ++refused_count; }
  void settled(log::Topic, DurationMs) override { ++settled_count; }
  void append_failed(log::Topic, const std::string& error) override { last_error = error; }
  int accepted_count = 0;
  int refused_count = 0;
  int settled_count = 0;
  std::string last_error;
};

// A router that leads partition 0 of `incidents`, with everything around it.
struct RouterBench {
  explicit RouterBench(RouterLimits limits = {})
      : router(regions, writer, kLogPartitions, clock, "n1", watcher, limits) {
    router.use(group);
    callbacks = router.callbacks();
    callbacks.granted(log::Topic::kIncidents, 0);
  }
  void give(std::int64_t offset, const std::string& value, std::int32_t partition = 0) {
    callbacks.record({.topic = log::Topic::kIncidents,
                      .partition = partition,
                      .offset = offset,
                      .timestamp = kNow,
                      .key = "",
                      .value = value});
  }
  void give_report(std::int64_t offset, double longitude) {
    give(offset, valid_report("e" + std::to_string(offset), longitude).SerializeAsString());
  }
  std::vector<std::string> standing_events(HandWriter::Partition at) {
    std::vector<std::string> out;
    for (const HandWriter::Append& append : writer.standing[at]) {
      v1::LogRecord record;
      EXPECT_TRUE(record.ParseFromString(append.value));
      out.push_back(record.incident_reported().event_id());
    }
    return out;
  }

  SquareRegions regions;
  HandClock clock;
  HandWriter writer;
  HandGroup group;
  Watcher watcher;
  IntakeRouter router;
  log::GroupCallbacks callbacks;
};

TEST(Router, TheLagCountsFromTheFirstRecordThatDoesNotStandToTheEndOfItsPartition) {
  RouterBench bench;
  EXPECT_EQ(bench.router.lags().at(0).records, 0);
  bench.group.ends[kSource] = 20;
  bench.give_report(7, kInWuxi);
  bench.give_report(8, kInSuzhou);
  EXPECT_EQ(bench.router.lags().at(0).records, 13);
  bench.writer.acknowledge(kSuzhou);
  EXPECT_EQ(bench.router.lags().at(0).records, 13);
  bench.writer.acknowledge(kWuxi);
  EXPECT_EQ(bench.router.lags().at(0).records, 11);
  bench.callbacks.revoked(log::Topic::kIncidents, 0);
  EXPECT_TRUE(bench.router.lags().empty());
}

TEST(Router, AnEventGoesToTheLogPartitionOfItsRegionWithItsSourceOffset) {
  RouterBench bench;
  bench.give_report(7, kInWuxi);
  bench.writer.acknowledge(kWuxi);
  const HandWriter::Append& append = bench.writer.standing[kWuxi].at(0);
  EXPECT_EQ(append.key, "320200");
  EXPECT_EQ(append.partition, log::partition_of(RegionId(320200), kLogPartitions));
  v1::LogRecord record;
  ASSERT_TRUE(record.ParseFromString(append.value));
  EXPECT_EQ(record.region(), 320200U);
  EXPECT_EQ(record.source().topic(), v1::SourceOffset::TOPIC_INCIDENTS);
  EXPECT_EQ(record.source().partition(), 0);
  EXPECT_EQ(record.source().offset(), 7);
  EXPECT_EQ(bench.group.committed[kSource], 8);
  EXPECT_EQ(bench.watcher.accepted_count, 1);
  EXPECT_EQ(bench.watcher.settled_count, 1);
}

TEST(Router, WhatCannotBeUsedGoesToTheRejectsWithItsPlaceItsReasonAndItsBytes) {
  RouterBench bench;
  const std::string bytes = "\xff\xfe no event at all";
  bench.give(42, bytes);
  bench.give(43, std::string(70'000, 'x'));
  bench.give(44, valid_report("far", 2.35).SerializeAsString());
  EXPECT_EQ(bench.group.committed.count(kSource), 0U);
  bench.writer.acknowledge(kRejects, 3);
  EXPECT_TRUE(bench.writer.standing[kWuxi].empty());
  EXPECT_TRUE(bench.writer.standing[kSuzhou].empty());

  std::vector<v1::RejectedInput> rejects(3);
  for (std::size_t i = 0; i < 3; ++i) ASSERT_TRUE(rejects[i].ParseFromString(bench.writer.standing[kRejects][i].value));
  EXPECT_EQ(rejects[0].topic(), "incidents");
  EXPECT_EQ(rejects[0].partition(), 0);
  EXPECT_EQ(rejects[0].offset(), 42);
  EXPECT_EQ(rejects[0].code(), v1::REJECT_CODE_MALFORMED);
  EXPECT_THAT(rejects[0].reason(), HasSubstr("not protobuf"));
  EXPECT_EQ(rejects[0].original(), bytes);
  EXPECT_EQ(rejects[0].original_size(), bytes.size());
  EXPECT_EQ(rejects[0].refused_by(), "intake n1");
  EXPECT_EQ(rejects[0].rejected_at_ms(), kNow.since_epoch);
  EXPECT_EQ(rejects[1].code(), v1::REJECT_CODE_TOO_LARGE);
  EXPECT_EQ(rejects[1].original().size(), 65'536U);
  EXPECT_EQ(rejects[1].original_size(), 70'000U);
  EXPECT_EQ(rejects[2].code(), v1::REJECT_CODE_OUTSIDE_REGIONS);
  EXPECT_EQ(bench.group.committed[kSource], 45);
  EXPECT_EQ(bench.watcher.refused_count, 3);
}

// S08: whatever is published, it is kept with its place and its reason, and the next good event goes on at once.
TEST(Router, S08WhateverIsPublishedIsKeptWithItsReasonAndTheNextGoodEventGoesOn) {
  const auto bent = [](const auto& bend) {
    v1::IncidentEvent event = valid_report();
    bend(*event.mutable_report());
    return event.SerializeAsString();
  };
  const std::string whole = valid_report().SerializeAsString();
  std::mt19937_64 random(8);
  std::string noise(2'000, ' ');
  for (char& c : noise) c = static_cast<char>(random());
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string bytes;
    for (std::size_t i = 0; i < depth; ++i) bytes += open;
    for (std::size_t i = 0; i < depth; ++i) bytes += close;
    return bytes;
  };
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"nothing", ""},
      {"truncated", whole.substr(0, whole.size() / 2)},
      {"random bytes", noise},
      {"5 MB", std::string(5'000'000, 'x')},
      {"10,000 groups deep", nested(10'000, "\x0b", "\x0c")},
      {"JSON 10,000 lists deep", "{\"report\":" + nested(10'000, "[", "]") + "}"},
      {"JSON of one long number", "{\"report\":{\"reportedAtMs\":" + std::string(50'000, '9') + "}}"},
      {"JSON of one key, repeated", "{" + nested(5'000, "\"report\":{},", "") + "\"report\":{}}"},
      {"latitude not a number", bent([](auto& r) { r.mutable_location()->set_latitude_deg(std::nan("")); })},
      {"longitude infinite", bent([](auto& r) { r.mutable_location()->set_longitude_deg(INFINITY); })},
      {"latitude out of range", bent([](auto& r) { r.mutable_location()->set_latitude_deg(90.1); })},
      {"a day in the future", bent([](auto& r) { r.set_reported_at_ms(kNow.since_epoch + 86'500'000); })},
      {"years ago", bent([](auto& r) { r.set_reported_at_ms(1); })},
      {"before all time", bent([](auto& r) { r.set_reported_at_ms(INT64_MIN); })},
      {"a severity that is none", bent([](auto& r) { r.set_severity(static_cast<v1::Severity>(99)); })},
  };
  RouterBench bench;
  std::int64_t offset = 0;
  for (const auto& [what, bytes] : bad) {
    bench.give(offset, bytes);
    bench.give_report(offset + 1, kInWuxi);
    bench.writer.acknowledge(kRejects);
    ASSERT_FALSE(bench.writer.pending[kWuxi].empty()) << what << ": the next good event waits";
    bench.writer.acknowledge(kWuxi);
    v1::RejectedInput reject;
    ASSERT_TRUE(reject.ParseFromString(bench.writer.standing[kRejects].back().value)) << what;
    EXPECT_EQ(reject.topic(), "incidents") << what;
    EXPECT_EQ(reject.partition(), 0) << what;
    EXPECT_EQ(reject.offset(), offset) << what;
    EXPECT_NE(reject.code(), v1::REJECT_CODE_UNSPECIFIED) << what;
    EXPECT_FALSE(reject.reason().empty()) << what;
    EXPECT_LT(reject.reason().size(), 1'000U) << what;
    offset += 2;
  }
  EXPECT_EQ(bench.writer.standing[kRejects].size(), bad.size());
  EXPECT_EQ(bench.writer.standing[kWuxi].size(), bad.size());
  EXPECT_EQ(bench.group.committed[kSource], offset);
}

TEST(Router, OnlyWhatStandsWithAllBeforeItIsCommitted) {
  RouterBench bench;
  bench.give_report(10, kInWuxi);
  bench.give_report(11, kInSuzhou);
  bench.give_report(12, kInWuxi);
  bench.writer.acknowledge(kSuzhou);
  EXPECT_EQ(bench.group.committed.count(kSource), 0U);
  bench.writer.acknowledge(kWuxi);
  EXPECT_EQ(bench.group.committed[kSource], 12);
  bench.writer.acknowledge(kWuxi);
  EXPECT_EQ(bench.group.committed[kSource], 13);
  EXPECT_EQ(bench.router.waiting(), 0U);
}

TEST(Router, AStuckLogPartitionDoesNotHoldUpTheOthers) {
  RouterBench bench;
  for (std::int64_t offset = 0; offset < 1'000; ++offset)
    bench.give_report(offset, offset % 2 == 0 ? kInWuxi : kInSuzhou);
  for (int i = 0; i < 500; ++i) bench.writer.acknowledge(kSuzhou);
  EXPECT_EQ(bench.writer.standing[kSuzhou].size(), 500U);
  EXPECT_EQ(bench.router.waiting(), 500U);
  EXPECT_EQ(bench.writer.pending[kWuxi].size(), RouterLimits{}.in_flight_per_lane);
  EXPECT_EQ(bench.group.committed.count(kSource), 0U);
  bench.writer.acknowledge_all();
  EXPECT_EQ(bench.group.committed[kSource], 1'000);
}

TEST(Router, AFullLanePausesItsSourceUntilItIsHalfEmpty) {
  RouterBench bench({.in_flight_per_lane = 4, .records_per_lane = 10});
  for (std::int64_t offset = 0; offset < 9; ++offset) bench.give_report(offset, kInWuxi);
  EXPECT_FALSE(bench.group.paused[kSource]);
  bench.give_report(9, kInWuxi);
  EXPECT_TRUE(bench.group.paused[kSource]);
  bench.writer.acknowledge(kWuxi, 4);
  EXPECT_TRUE(bench.group.paused[kSource]);
  bench.writer.acknowledge(kWuxi, 2);
  EXPECT_FALSE(bench.group.paused[kSource]);
}

TEST(Router, ManyBytesOrManyUncommittedOffsetsPauseTheSourceToo) {
  RouterBench bytes({.bytes_per_lane = 1'000});
  for (std::int64_t offset = 0; offset < 20; ++offset) bytes.give_report(offset, kInWuxi);
  EXPECT_TRUE(bytes.group.paused[kSource]);

  RouterBench offsets({.uncommitted_per_source = 10});
  offsets.give_report(0, kInWuxi);
  for (std::int64_t offset = 1; offset < 10; ++offset) {
    offsets.give_report(offset, kInSuzhou);
    offsets.writer.acknowledge(kSuzhou);
  }
  EXPECT_TRUE(offsets.group.paused[kSource]);
  offsets.writer.acknowledge(kWuxi);
  EXPECT_FALSE(offsets.group.paused[kSource]);
}

TEST(Router, AfterAFailedAppendEverythingBehindItIsSentAgainInOrder) {
  RouterBench bench;
  for (std::int64_t offset = 0; offset < 4; ++offset) bench.give_report(offset, kInWuxi);
  bench.writer.acknowledge(kWuxi);
  bench.writer.fail(kWuxi);
  EXPECT_EQ(bench.watcher.last_error, "broker said no");
  bench.give_report(4, kInWuxi);
  EXPECT_TRUE(bench.writer.pending[kWuxi].empty());
  bench.router.retry();
  bench.writer.acknowledge_all();
  EXPECT_THAT(bench.standing_events(kWuxi), ElementsAre("e0", "e1", "e2", "e3", "e4"));
  EXPECT_EQ(bench.group.committed[kSource], 5);
}

TEST(Router, NothingIsSentAgainWhileSomethingOfTheLaneIsStillInFlight) {
  RouterBench bench;
  bench.give_report(0, kInWuxi);
  bench.give_report(1, kInWuxi);
  bench.writer.fail(kWuxi, false);
  bench.router.retry();
  EXPECT_EQ(bench.writer.pending[kWuxi].size(), 1U);
}

TEST(Router, AnEventThatWasOvertakenAllTheSameIsSentWithoutItsSourceOffset) {
  RouterBench bench({.in_flight_per_lane = 3});
  for (std::int64_t offset = 0; offset < 4; ++offset) bench.give_report(offset, kInWuxi);
  bench.writer.fail(kWuxi, false);
  bench.writer.acknowledge(kWuxi, 2);
  bench.router.retry();
  bench.writer.acknowledge_all();
  EXPECT_THAT(bench.standing_events(kWuxi), ElementsAre("e1", "e2", "e0", "e3"));
  v1::LogRecord late;
  ASSERT_TRUE(late.ParseFromString(bench.writer.standing[kWuxi][2].value));
  EXPECT_FALSE(late.has_source());
  EXPECT_EQ(bench.group.committed[kSource], 4);
}

TEST(Router, AFullQueueIsTriedAgainWhenThereIsRoom) {
  RouterBench bench;
  bench.writer.queue_limit = 1;
  for (std::int64_t offset = 0; offset < 5; ++offset) bench.give_report(offset, offset % 2 == 0 ? kInWuxi : kInSuzhou);
  bench.writer.acknowledge_all();
  EXPECT_THAT(bench.standing_events(kWuxi), ElementsAre("e0", "e2", "e4"));
  EXPECT_THAT(bench.standing_events(kSuzhou), ElementsAre("e1", "e3"));
  EXPECT_EQ(bench.group.committed[kSource], 5);
}

TEST(Router, ARevokedPartitionIsForgottenAndAnsweredNoMore) {
  RouterBench bench;
  bench.give_report(0, kInWuxi);
  bench.give_report(1, kInWuxi);
  bench.callbacks.revoked(log::Topic::kIncidents, 0);
  EXPECT_EQ(bench.router.waiting(), 0U);
  bench.writer.acknowledge(kWuxi);
  EXPECT_EQ(bench.group.committed.count(kSource), 0U);
  bench.give_report(2, kInWuxi);
  EXPECT_EQ(bench.writer.pending[kWuxi].size(), 1U);
}

TEST(Router, AnswersToAnEarlierGrantDoNotCountForTheNext) {
  RouterBench bench;
  bench.give_report(0, kInWuxi);
  bench.callbacks.revoked(log::Topic::kIncidents, 0);
  bench.callbacks.granted(log::Topic::kIncidents, 0);
  bench.give_report(0, kInWuxi);
  bench.writer.acknowledge(kWuxi);
  EXPECT_EQ(bench.group.committed.count(kSource), 0U);
  bench.writer.acknowledge(kWuxi);
  EXPECT_EQ(bench.group.committed[kSource], 1);
}

TEST(Router, ARestartedIntakeSendsAgainFromTheCommittedOffsetAndTheOffsetsShowWhatIsDouble) {
  RouterBench before;
  for (std::int64_t offset = 0; offset < 6; ++offset) before.give_report(offset, offset == 2 ? kInSuzhou : kInWuxi);
  before.writer.acknowledge(kWuxi, 4);
  ASSERT_EQ(before.group.committed[kSource], 2);

  RouterBench after;
  for (std::int64_t offset = before.group.committed[kSource]; offset < 6; ++offset) {
    after.give_report(offset, offset == 2 ? kInSuzhou : kInWuxi);
  }
  after.writer.acknowledge_all();
  EXPECT_THAT(before.standing_events(kWuxi), ElementsAre("e0", "e1", "e3", "e4"));
  EXPECT_THAT(after.standing_events(kWuxi), ElementsAre("e3", "e4", "e5"));
  EXPECT_THAT(after.standing_events(kSuzhou), ElementsAre("e2"));
  EXPECT_EQ(after.group.committed[kSource], 6);
}

TEST(Router, WhenItStopsTakingItFinishesWhatItHasAndCommitsNoMoreThanThat) {
  RouterBench bench;
  bench.give_report(0, kInWuxi);
  bench.router.stop_taking();
  EXPECT_TRUE(bench.group.paused[kSource]);
  bench.give_report(1, kInWuxi);
  bench.writer.acknowledge_all();
  EXPECT_THAT(bench.standing_events(kWuxi), ElementsAre("e0"));
  EXPECT_EQ(bench.group.committed[kSource], 1);
  EXPECT_EQ(bench.router.waiting(), 0U);
  EXPECT_TRUE(bench.group.paused[kSource]);
}

TEST(Router, AnEventThatWaitedLongInItsTopicIsNotFarOff) {
  RouterBench bench;
  bench.clock.now = kNow + DurationMs{10LL * 86'400'000};
  bench.give_report(0, kInWuxi);
  bench.writer.acknowledge_all();
  EXPECT_EQ(bench.standing_events(kWuxi).size(), 1U);
}

// What the core does with the log, as far as offsets go.
std::vector<std::string> applied_by_a_naive_core(const std::vector<HandWriter::Append>& log) {
  std::map<std::int32_t, std::int64_t> seen;
  std::map<std::string, bool> known;
  std::vector<std::string> applied;
  for (const HandWriter::Append& append : log) {
    v1::LogRecord record;
    EXPECT_TRUE(record.ParseFromString(append.value));
    if (record.has_source()) {
      const auto [last, first_time] = seen.try_emplace(record.source().partition(), -1);
      if (record.source().offset() <= last->second) continue;
      last->second = record.source().offset();
    }
    const std::string& event = record.incident_reported().event_id();
    if (!known.emplace(event, true).second) continue;
    applied.push_back(event);
  }
  return applied;
}

// Random events from three source partitions to two regions and the rejects, with failures, full queues, revocations
// and whole restarts in between. At the end every event was applied once, and (with a writer that lets nothing overtake
// what failed) in the order of its source partition.
void randomised_run(std::uint64_t seed, bool gapless) {
  SCOPED_TRACE("seed " + std::to_string(seed) + (gapless ? ", gapless" : ", with gaps"));
  std::mt19937_64 random(seed);
  const auto below = [&random](std::uint64_t end) { return random() % end; };
  constexpr std::int32_t kSources = 3;
  constexpr std::int64_t kEvents = 200;

  std::vector<std::vector<std::string>> values(kSources);
  std::map<HandWriter::Partition, std::vector<std::vector<std::string>>> wanted;
  wanted[kWuxi].resize(kSources);
  wanted[kSuzhou].resize(kSources);
  std::map<std::pair<std::int32_t, std::int64_t>, int> rejects_wanted;
  for (std::int32_t source = 0; source < kSources; ++source) {
    for (std::int64_t offset = 0; offset < kEvents; ++offset) {
      const std::string name = std::to_string(source) + ":" + std::to_string(offset);
      const std::uint64_t kind = below(10);
      if (kind == 0) {
        values[source].push_back("rubbish");
        rejects_wanted[{source, offset}] = 1;
        continue;
      }
      values[source].push_back(valid_report(name, kind < 6 ? kInWuxi : kInSuzhou).SerializeAsString());
      wanted[kind < 6 ? kWuxi : kSuzhou][source].push_back(name);
    }
  }

  SquareRegions regions;
  HandClock clock;
  HandWriter writer;
  HandGroup group;
  Watcher watcher;
  const RouterLimits limits = {.in_flight_per_lane = 5, .records_per_lane = 20, .uncommitted_per_source = 40};
  auto router = std::make_unique<IntakeRouter>(regions, writer, kLogPartitions, clock, "n", watcher, limits);
  log::GroupCallbacks callbacks;
  std::vector<std::int64_t> next(kSources, 0);
  const auto committed = [&group](std::int32_t source) {
    const auto found = group.committed.find({log::Topic::kIncidents, source});
    return found == group.committed.end() ? 0 : found->second;
  };
  const auto grant = [&](std::int32_t source) {
    group.paused[{log::Topic::kIncidents, source}] = false;
    callbacks.granted(log::Topic::kIncidents, source);
    next[source] = committed(source);
  };
  const auto start = [&] {
    router->use(group);
    callbacks = router->callbacks();
    for (std::int32_t source = 0; source < kSources; ++source) grant(source);
  };
  start();

  const auto done = [&] {
    for (std::int32_t source = 0; source < kSources; ++source) {
      if (committed(source) < kEvents) return false;
    }
    return true;
  };
  for (int step = 0; !done(); ++step) {
    ASSERT_LT(step, 200'000);
    const bool calm = step > 20'000;
    writer.queue_limit = calm || below(4) != 0 ? 1'000'000 : below(8);
    const std::uint64_t what = below(calm ? 90 : gapless ? 100 : 97);
    if (what < 40) {
      const auto source = static_cast<std::int32_t>(below(kSources));
      if (!group.paused[{log::Topic::kIncidents, source}] && next[source] < kEvents) {
        callbacks.record({.topic = log::Topic::kIncidents,
                          .partition = source,
                          .offset = next[source],
                          .timestamp = kNow,
                          .key = "",
                          .value = values[source][next[source]]});
        ++next[source];
      }
    } else if (what < 80) {
      for (const HandWriter::Partition& at : {kWuxi, kSuzhou, kRejects}) {
        if (below(2) == 0 && !writer.pending[at].empty()) writer.acknowledge(at, 1 + below(writer.pending[at].size()));
      }
    } else if (what < 90) {
      router->retry();
    } else if (what < 97) {
      const HandWriter::Partition at = below(2) == 0 ? kWuxi : kSuzhou;
      if (!writer.pending[at].empty()) writer.fail(at, gapless);
    } else if (what < 99) {
      const auto source = static_cast<std::int32_t>(below(kSources));
      callbacks.revoked(log::Topic::kIncidents, source);
      grant(source);
    } else {
      // Killed: what was in flight may or may not stand; nobody is told.
      for (auto& [at, appends] : writer.pending) {
        std::size_t standing = below(appends.size() + 1);
        for (HandWriter::Append& append : appends) append.done = nullptr;
        if (standing > 0) writer.acknowledge(at, standing);
        if (!appends.empty()) writer.fail(at);
      }
      router = std::make_unique<IntakeRouter>(regions, writer, kLogPartitions, clock, "n", watcher, limits);
      start();
    }
  }

  for (const HandWriter::Partition& at : {kWuxi, kSuzhou}) {
    std::vector<std::vector<std::string>> got(kSources);
    for (const std::string& event : applied_by_a_naive_core(writer.standing[at])) {
      got[static_cast<std::size_t>(event[0] - '0')].push_back(event);
    }
    for (std::size_t source = 0; source < kSources; ++source) {
      if (gapless) {
        EXPECT_EQ(got[source], wanted[at][source]);
      } else {
        EXPECT_THAT(got[source], testing::UnorderedElementsAreArray(wanted[at][source]));
      }
    }
  }
  for (const HandWriter::Append& append : writer.standing[kRejects]) {
    v1::RejectedInput reject;
    ASSERT_TRUE(reject.ParseFromString(append.value));
    rejects_wanted.erase({reject.partition(), reject.offset()});
  }
  EXPECT_TRUE(rejects_wanted.empty());
}

TEST(Router, WhateverFailsEveryEventIsAppliedOnceAndInOrder) {
  std::random_device device;
  for (int run = 0; run < 30; ++run) randomised_run(device(), true);
}

TEST(Router, EvenAWriterThatLetsRecordsOvertakeLosesNothing) {
  std::random_device device;
  for (int run = 0; run < 10; ++run) randomised_run(device(), false);
}

}  // namespace
}  // namespace dispatch135::intake
