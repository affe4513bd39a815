#include "services/fieldsim/publisher.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/engine/map_fixture.h"

namespace dispatch135::fieldsim {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::BuiltCity;

// A broker's client that takes `room` records and answers when it is told to.
class SlowWriter : public log::Writer {
 public:
  bool append(log::Topic, std::int32_t, std::string_view key, std::string_view, log::OnAppended done) override {
    if (waiting_.size() >= room) return false;
    keys.emplace_back(key);
    waiting_.push_back(std::move(done));
    return true;
  }
  std::size_t in_flight() const override { return waiting_.size(); }
  std::int32_t partitions(log::Topic) const override { return 1; }

  void answer_all(bool ok) {
    for (auto& done : std::exchange(waiting_, {})) done({ok, ok ? next_offset_++ : -1, 0, ok ? "" : "no such topic"});
  }

  std::size_t room = 1'000'000;
  std::vector<std::string> keys;

 private:
  std::vector<log::OnAppended> waiting_;
  std::int64_t next_offset_ = 0;
};

class PublisherStory : public ::testing::Test {
 protected:
  PublisherStory()
      : map_(R"(
    A-----1-----B
  )") {
    map_.add_post("station", '1');
    map_.add_unit("car 1", "station");
    built_ = std::make_unique<BuiltCity>(map_.build());
    HotlineOptions options;
    options.rate_per_s = 10;
    hotline_ = std::make_unique<Hotline>(built_->city(), options, TimeMs{now_us_ / 1'000});
    publisher_ = std::make_unique<Publisher>(*hotline_, writer_, stats_, [this] { return now_us_; });
  }
  void pass_seconds(std::int64_t seconds) {
    now_us_ += seconds * 1'000'000;
    publisher_->step();
  }

  AsciiMap map_;
  std::unique_ptr<BuiltCity> built_;
  std::int64_t now_us_ = 1'700'000'000'000'000;
  MemoryDiary diary_;
  Stats stats_{diary_};
  SlowWriter writer_;
  std::unique_ptr<Hotline> hotline_;
  std::unique_ptr<Publisher> publisher_;
};

TEST_F(PublisherStory, WhatTheBrokerAcknowledgedStandsInTheDiaryWithItsPlace) {
  pass_seconds(10);
  ASSERT_GT(writer_.keys.size(), 20U);
  EXPECT_TRUE(diary_.entries.empty());
  writer_.answer_all(true);
  ASSERT_EQ(diary_.entries.size(), writer_.keys.size());
  for (std::size_t i = 0; i < diary_.entries.size(); ++i) {
    EXPECT_TRUE(diary_.entries[i].acked);
    EXPECT_EQ(diary_.entries[i].event_id, writer_.keys[i]);
    EXPECT_EQ(diary_.entries[i].offset, static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(stats_.acked(), stats_.published());
}

TEST_F(PublisherStory, WhatTheBrokerRefusedIsNeverWrittenAsAcknowledged) {
  pass_seconds(10);
  writer_.answer_all(false);
  ASSERT_FALSE(diary_.entries.empty());
  for (const DiaryEntry& entry : diary_.entries) EXPECT_FALSE(entry.acked);
  EXPECT_EQ(stats_.acked(), 0U);
}

TEST_F(PublisherStory, AFullQueueDelaysButLosesAndReordersNothing) {
  writer_.room = 3;
  pass_seconds(10);
  EXPECT_EQ(writer_.keys.size(), 3U);
  EXPECT_LE(publisher_->next_wakeup().since_epoch, now_us_ / 1'000 + 1'000);
  publisher_->stop();
  while (!publisher_->drained()) {
    writer_.answer_all(true);
    publisher_->step();
  }
  Hotline same(
      built_->city(),
      [] {
        HotlineOptions options;
        options.rate_per_s = 10;
        return options;
      }(),
      TimeMs{1'700'000'000'000});
  std::vector<std::string> wanted;
  for (const auto& publication : same.step(TimeMs{1'700'000'010'000})) wanted.push_back(publication.event_id);
  EXPECT_EQ(writer_.keys, wanted);
}

TEST_F(PublisherStory, IsDrainedOnlyWhenEverythingIsAnswered) {
  pass_seconds(10);
  publisher_->stop();
  EXPECT_FALSE(publisher_->drained());
  writer_.answer_all(true);
  EXPECT_TRUE(publisher_->drained());
  const std::size_t before = writer_.keys.size();
  pass_seconds(100);
  EXPECT_EQ(writer_.keys.size(), before);
}

}  // namespace
}  // namespace dispatch135::fieldsim
