// A recorded log through a fresh engine: the same decisions, or the first that differs.
#include "services/dispatchctl/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::dispatchctl {
namespace {

using core::testing::kRegion;
using testing::HasSubstr;

constexpr std::uint32_t kPartition = 3;
constexpr std::uint64_t kSeed = 7;
constexpr int kRecords = 2'000;

// What stood in the topics after a lively hour.
class Replayed : public testing::Test {
 protected:
  Replayed() : bytes_(city::build_city(core::testing::grid_town(10, 20, kSeed)).value()) {
    core::Engine engine(kPartition, catalog_);
    core::testing::MixedLog mixed(city_, kRegion.value(), kSeed, {.positions_of_1000 = 300, .calls_of_100 = 22});
    TimeMs now{1'700'000'000'000};
    const auto append = [&](const v1::LogRecord& record) {
      now = now + DurationMs{mixed.gap_ms()};
      log_.push_back({RecordedRecord::Kind::kLog, kPartition, log_.size(), now, record.SerializeAsString()});
      for (const v1::Decision& decision : engine.apply(record, log_.back().offset, now)) {
        decisions_.push_back(
            {RecordedRecord::Kind::kDecision, kPartition, decisions_.size(), now, decision.SerializeAsString()});
        mixed.saw(decision);
      }
    };
    for (const v1::LogRecord& record : mixed.opening(core::testing::test_policy())) append(record);
    for (int i = 0; i < kRecords; ++i) append(mixed.next());
    state_hash_ = engine.state_hash();
  }

  ReplayResult run() {
    Replay replay(catalog_);
    for (const RecordedRecord& decision : decisions_) replay.add_published(decision);
    for (const RecordedRecord& record : log_) EXPECT_TRUE(replay.apply(record).ok());
    return replay.finish();
  }

  const std::vector<std::byte> bytes_;
  const city::City city_ = city::City::open(bytes_).value();
  const core::testing::OneCity catalog_{city_};
  std::vector<RecordedRecord> log_;
  std::vector<RecordedRecord> decisions_;
  std::uint64_t state_hash_ = 0;
};

TEST_F(Replayed, LogGivesTheDecisionsThatWerePublishedAndTheSameState) {
  const ReplayResult result = run();
  EXPECT_EQ(result.differences, 0U) << result.first_difference;
  EXPECT_EQ(result.records, log_.size());
  EXPECT_EQ(result.compared, decisions_.size());
  EXPECT_EQ(result.state_hashes.at(kPartition), state_hash_);
}

TEST_F(Replayed, ChangedDecisionIsShownBeforeAndAfter) {
  RecordedRecord& spoilt = decisions_[decisions_.size() / 2];
  v1::Decision decision;
  ASSERT_TRUE(decision.ParseFromString(spoilt.value));
  decision.set_decided_at_ms(1);
  spoilt.value = decision.SerializeAsString();
  const ReplayResult result = run();
  EXPECT_EQ(result.differences, 1U);
  const std::string place = "partition 3, offset " + std::to_string(decision.id().offset()) + ": decision " +
                            std::to_string(decision.id().index());
  EXPECT_THAT(result.first_difference, HasSubstr(place));
  EXPECT_THAT(result.first_difference, HasSubstr("\n  published: "));
  EXPECT_THAT(result.first_difference, HasSubstr("\n  decided now: "));
  EXPECT_THAT(result.first_difference, HasSubstr("modified: decided_at_ms: 1 -> "));
}

TEST_F(Replayed, DecisionThatIsMissingInTheMiddleIsADifference) {
  decisions_.erase(decisions_.begin() + static_cast<std::ptrdiff_t>(decisions_.size() / 2));
  const ReplayResult result = run();
  EXPECT_EQ(result.differences, 1U);
  EXPECT_THAT(result.first_difference, HasSubstr("was never published"));
}

TEST_F(Replayed, DecisionsThatTheLeaderDidNotComeToPublishAreOnlyCounted) {
  decisions_.resize(decisions_.size() - 5);
  const ReplayResult result = run();
  EXPECT_EQ(result.differences, 0U) << result.first_difference;
  EXPECT_EQ(result.not_published, 5U);
}

TEST_F(Replayed, PublishedDecisionThatIsNotMadeNowIsADifference) {
  RecordedRecord invented = decisions_[decisions_.size() / 2];
  v1::Decision decision;
  ASSERT_TRUE(decision.ParseFromString(invented.value));
  decision.mutable_id()->set_index(99);
  invented.value = decision.SerializeAsString();
  decisions_.push_back(invented);
  const ReplayResult result = run();
  EXPECT_EQ(result.differences, 1U);
  EXPECT_THAT(result.first_difference, HasSubstr("was published and is not decided now"));
}

TEST_F(Replayed, TheFirstOfSeveralDifferencesIsThatWhichStandsFirstInTheLog) {
  // One that is decided no more, and much later one that is decided otherwise.
  RecordedRecord invented = decisions_[decisions_.size() / 4];
  v1::Decision decision;
  ASSERT_TRUE(decision.ParseFromString(invented.value));
  const std::uint64_t offset = decision.id().offset();
  decision.mutable_id()->set_index(99);
  invented.value = decision.SerializeAsString();
  RecordedRecord& spoilt = decisions_[decisions_.size() / 2];
  ASSERT_TRUE(decision.ParseFromString(spoilt.value));
  decision.set_decided_at_ms(1);
  spoilt.value = decision.SerializeAsString();
  decisions_.push_back(invented);
  const ReplayResult result = run();
  EXPECT_EQ(result.differences, 2U);
  EXPECT_THAT(result.first_difference,
              HasSubstr("offset " + std::to_string(offset) + ": decision 99 was published and"));
}

TEST_F(Replayed, LogOfAnotherCityIsRefusedWithWhatToDo) {
  class NoCity : public core::CityCatalog {
    const city::City* find(CityFingerprint) const override { return nullptr; }
  };
  const NoCity none;
  Replay replay(none);
  std::string error;
  for (const RecordedRecord& record : log_) {
    const auto applied = replay.apply(record);
    if (applied.ok()) continue;
    error = applied.error().message;
    break;
  }
  EXPECT_THAT(error, HasSubstr("needs a city file or a file of micro-grids that was not given (name it with --city)"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
