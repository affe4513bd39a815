// The parts of a node that are worth their own stories: publishing in order, who leads, what is kept.
#include <gtest/gtest.h>

#include <vector>

#include "services/dispatchd/history.h"
#include "services/dispatchd/leadership.h"
#include "services/dispatchd/outbox.h"

namespace dispatch135::dispatchd {
namespace {

// Takes appends and answers them when told to.
class SlowWriter final : public log::Writer {
 public:
  bool append(log::Topic, std::int32_t, std::string_view, std::string_view value, log::OnAppended done) override {
    if (taken.size() >= room) return false;
    v1::Decision decision;
    decision.ParseFromArray(value.data(), static_cast<int>(value.size()));
    taken.push_back(decision.id().offset());
    waiting.push_back(std::move(done));
    return true;
  }
  std::size_t in_flight() const override { return waiting.size(); }
  std::int32_t partitions(log::Topic) const override { return 1; }
  void answer(std::size_t index, bool ok) { waiting[index]({ok, 0, 0, ok ? "" : "timed out"}); }

  std::size_t room = 100;
  std::vector<std::uint64_t> taken;
  std::vector<log::OnAppended> waiting;
};

v1::Decision decision(std::uint64_t offset, std::uint64_t incident = 0) {
  v1::Decision decision;
  decision.mutable_id()->set_offset(offset);
  if (incident != 0) decision.mutable_incident_queued()->set_incident_id(incident);
  return decision;
}

struct OutboxStory : ::testing::Test {
  void decide(std::uint64_t offset) {
    const v1::Decision made = decision(offset);
    outbox.add({&made, 1});
  }
  SlowWriter writer;
  Outbox outbox{0, writer};
};

TEST_F(OutboxStory, WhatAnotherPublishedIsForgottenAndTheRestGoesOutInOrder) {
  for (std::uint64_t offset = 1; offset <= 5; ++offset) decide(offset);
  outbox.published({3, 0});
  EXPECT_EQ(outbox.publish(), 2U);
  EXPECT_EQ(writer.taken, (std::vector<std::uint64_t>{4, 5}));
}

TEST_F(OutboxStory, AReplayOfWhatIsPublishedKeepsNothing) {
  outbox.published({1'000, 0});
  for (std::uint64_t offset = 1; offset <= 1'000; ++offset) decide(offset);
  EXPECT_EQ(outbox.size(), 0U);
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST_F(OutboxStory, AFailedAppendIsRepeatedWithAllAfterItOnceTheOthersAreAnswered) {
  for (std::uint64_t offset = 1; offset <= 3; ++offset) decide(offset);
  outbox.publish();
  writer.answer(0, true);
  outbox.published({1, 0});
  writer.answer(1, false);
  EXPECT_EQ(outbox.publish(), 0U);
  EXPECT_EQ(outbox.unsent(), 2U);
  writer.answer(2, true);
  EXPECT_EQ(outbox.publish(), 2U);
  EXPECT_EQ(writer.taken, (std::vector<std::uint64_t>{1, 2, 3, 2, 3}));
}

TEST_F(OutboxStory, AFullWriterIsTriedAgainFromWhereItStopped) {
  writer.room = 1;
  decide(1);
  decide(2);
  EXPECT_EQ(outbox.publish(), 1U);
  EXPECT_EQ(outbox.unsent(), 1U);
  writer.room = 100;
  EXPECT_EQ(outbox.publish(), 1U);
  EXPECT_EQ(writer.taken, (std::vector<std::uint64_t>{1, 2}));
}

constexpr std::uint64_t kUs = 1;
constexpr std::uint64_t kThem = 2;

TEST(LeadershipStory, OneLeadsFromItsOwnRecordOnAndNotBefore) {
  Leadership leadership(kUs);
  EXPECT_FALSE(leadership.wants_to_start(0));
  leadership.grant(0);
  ASSERT_TRUE(leadership.wants_to_start(0));
  leadership.start_appended();
  EXPECT_FALSE(leadership.leading());
  EXPECT_FALSE(leadership.wants_to_start(10'000));
  leadership.leader_started(kUs, 5);
  EXPECT_TRUE(leadership.leading());
}

TEST(LeadershipStory, TheRecordOfOneThatWasRevokedMeanwhileDoesNotMakeItLead) {
  Leadership leadership(kUs);
  leadership.grant(0);
  leadership.start_appended();
  leadership.revoke();
  leadership.leader_started(kUs, 5);
  EXPECT_FALSE(leadership.leading());
}

TEST(LeadershipStory, WhomTheGroupRelievesLeadsOnUntilItsSuccessorHasBegun) {
  Leadership leadership(kUs);
  leadership.grant(0);
  leadership.start_appended();
  leadership.leader_started(kUs, 5);
  leadership.revoke();
  EXPECT_TRUE(leadership.leading());
  leadership.leader_started(kThem, 10);
  EXPECT_FALSE(leadership.leading());
  EXPECT_FALSE(leadership.wants_to_start(1'000'000));
}

TEST(LeadershipStory, WhoIsGrantedAgainBeforeAnybodyElseBeganLeadsOnWithoutSayingSo) {
  Leadership leadership(kUs);
  leadership.grant(0);
  leadership.start_appended();
  leadership.leader_started(kUs, 5);
  leadership.revoke();
  leadership.grant(10);
  EXPECT_TRUE(leadership.leading());
  EXPECT_FALSE(leadership.wants_to_start(1'000'000));
}

TEST(LeadershipStory, AnothersRecordBeforeOursIsNoReasonToStartAgain) {
  Leadership leadership(kUs);
  leadership.grant(0);
  leadership.start_appended();
  leadership.leader_started(kThem, 5);
  EXPECT_FALSE(leadership.wakeup_ms());
  leadership.leader_started(kUs, 6);
  EXPECT_TRUE(leadership.leading());
}

TEST(LeadershipStory, AnothersRecordAfterOursIsAnsweredOnlyAfterThePauseAndOnlyIfStillGranted) {
  Leadership leadership(kUs);
  leadership.grant(0);
  leadership.start_appended();
  leadership.leader_started(kUs, 5);
  leadership.leader_started(kThem, 10);
  EXPECT_FALSE(leadership.leading());
  EXPECT_FALSE(leadership.wants_to_start(10 + kRestartPauseMs - 1));
  EXPECT_TRUE(leadership.wants_to_start(10 + kRestartPauseMs));
  leadership.revoke();
  EXPECT_FALSE(leadership.wants_to_start(10 + kRestartPauseMs));
}

History::Event event(std::int64_t revision, std::uint64_t incident) {
  auto made = std::make_shared<v1::WatchEvent>();
  made->set_revision(revision);
  *made->mutable_decisions()->add_decisions() = decision(static_cast<std::uint64_t>(revision - 1), incident);
  return made;
}

TEST(HistoryStory, TheOldestGoFirstAndWhoMissedThemIsTold) {
  History history({.decisions = 3, .incidents = 2, .decisions_per_incident = 2});
  for (std::int64_t revision = 1; revision <= 5; ++revision) history.add(event(revision, 7));
  EXPECT_FALSE(history.after(1, 100));
  ASSERT_TRUE(history.after(2, 100));
  EXPECT_EQ(history.after(2, 100)->size(), 3U);
  EXPECT_EQ(history.after(5, 100)->size(), 0U);
  EXPECT_FALSE(history.after(2, 2));
}

TEST(HistoryStory, OfAnIncidentTheFirstAndTheLatestDecisionsAreKept) {
  History history({.decisions = 100, .incidents = 2, .decisions_per_incident = 2});
  for (std::int64_t revision = 1; revision <= 4; ++revision) history.add(event(revision, 7));
  const auto kept = history.about(IncidentId(7));
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].id().offset(), 0U);
  EXPECT_EQ(kept[1].id().offset(), 3U);
  history.add(event(5, 8));
  history.add(event(6, 9));
  EXPECT_TRUE(history.about(IncidentId(7)).empty());
  EXPECT_EQ(history.about(IncidentId(9)).size(), 1U);
}

}  // namespace
}  // namespace dispatch135::dispatchd
