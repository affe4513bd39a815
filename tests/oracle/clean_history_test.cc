// The oracle finds nothing in a clean history, and counts it; bad inputs must be kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oracle/story.h"

namespace dispatch135::oracle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CleanHistory, HasNoFindingAndIsCounted) {
  Story story;
  auto [first, unit7] = story.call(1'000, "a", 7);
  auto [second, unit8] = story.call(2'000, "b", 8);
  story.sign(3'000, first, unit7);
  story.sign(3'500, second, unit8);
  story.arrive(40'000, first, unit7);
  story.breach(second, 120);
  story.arrive(70'000, second, unit8);
  story.finish(80'000, first, unit7);
  auto [third, again] = story.call(81'000, "c", 7);
  story.sign(82'000, third, again);
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.incidents, 3U);
  EXPECT_EQ(verdict.assigned, 3U);
  EXPECT_EQ(verdict.on_scene, 2U);
  EXPECT_EQ(verdict.closed, 1U);
  EXPECT_EQ(verdict.lost, 0U);
  EXPECT_EQ(verdict.double_assigned, 0U);
  EXPECT_EQ(verdict.breaches, 1U);
  EXPECT_EQ(verdict.latest_timer_ms, 120);
  EXPECT_EQ(verdict.rings.at(1).in_time, 1U);
  EXPECT_EQ(verdict.rings.at(1).late, 1U);
  EXPECT_EQ(verdict.rings.at(1).pending, 1U);
  EXPECT_THAT(verdict.report_to_order_ms, ElementsAre(2.0, 2.0, 2.0));
}

TEST(CleanHistory, StaysCleanWhenTheNewLeaderPublishesTheSameDecisionsAgain) {
  Story story;
  story.call(1'000, "a", 7);
  const std::vector<Record> once = story.records;
  for (Record record : once) {
    if (record.topic != Topic::kDecisions) continue;
    record.offset += 1'000;
    story.records.push_back(record);
  }
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.incidents, 1U);
  EXPECT_EQ(verdict.repeated_decisions, 4U);
}

TEST(CleanHistory, CountsAnIncidentThatWaitsAsQueued) {
  Story story;
  story.source_report("a");
  story.carried_report(1'000, "a");
  const v1::Incident incident = story.open("a");
  story.decide().mutable_incident_queued()->set_incident_id(incident.incident_id());
  story.end_record();
  const Verdict verdict = story.verdict();
  EXPECT_THAT(texts(verdict), IsEmpty());
  EXPECT_EQ(verdict.queued, 1U);
  EXPECT_EQ(verdict.waiting, 1U);
}

TEST(Inputs, BadInputThatWasNotKeptIsFound) {
  Story story;
  story.records.push_back({Topic::kIncidents, 0, 0, kStart, "\xff\xff"});
  DiaryEntry bad;
  bad.topic = "incidents";
  bad.published_as = "bad";
  bad.partition = 0;
  bad.offset = 0;
  story.diary.push_back(bad);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kInput, "the bad input at incidents partition 0 offset 0"));
}

}  // namespace
}  // namespace dispatch135::oracle
