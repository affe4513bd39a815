// I4: timers that were missed, late, early or repeated are found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oracle/story.h"

namespace dispatch135::oracle {
namespace {

using ::testing::IsEmpty;

TEST(Clock, BreachThatLogTimePassedByIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.tick(63'000);
  story.breach(incident, 2'500);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "earlier records had passed it by"));
}

TEST(Clock, BreachThatCameLateInAStillLogIsFoundUnlessNobodyLed) {
  for (const bool takeover : {false, true}) {
    Story story;
    auto [incident, assignment] = story.call(1'000, "a", 7);
    story.sign(2'000, incident, assignment);
    story.breach(incident, 2'500);
    if (takeover) {
      story.log(64'000).mutable_leader_started();
      story.end_record();
      EXPECT_THAT(texts(story.verdict()), IsEmpty());
    } else {
      EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "the log stood still"));
    }
  }
}

TEST(Clock, MissingBreachIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.tick(62'500);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "no breach was decided"));
}

TEST(Clock, BreachBeforeItsTimeIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.breach(incident, -5'000);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "5000 ms too early"));
}

TEST(Clock, SecondBreachIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.breach(incident, 0);
  story.breach(incident, 10);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "was decided again"));
}

TEST(Clock, BreachThoughAUnitWasThereIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.sign(2'000, incident, assignment);
  story.arrive(20'000, incident, assignment);
  story.breach(incident, 0);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "though a unit was there in time"));
}

TEST(Clock, AssignmentThatNobodySignedForAndNobodyEndedIsFound) {
  Story story;
  story.call(1'000, "a", 7);
  story.tick(33'000);
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "was not signed for in time, and is still live"));
}

TEST(Clock, AssignmentEndedBeforeItsTimeToSignIsFound) {
  Story story;
  auto [incident, assignment] = story.call(1'000, "a", 7);
  story.log(21'000).mutable_tick();
  story.end(assignment, v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED);
  story.end_record();
  EXPECT_THAT(story.verdict().findings, finding(Fault::kClock, "10000 ms too early"));
}

}  // namespace
}  // namespace dispatch135::oracle
