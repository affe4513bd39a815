// Lines of diaries become entries.
#include "tests/oracle/diary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace dispatch135::oracle {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Diary, LinesBecomeEntries) {
  const DiaryLine published = parse_diary_line(
      R"({"t_ms":5,"event":"published","source":"110","event_id":"a","topic":"incidents","kind":"report",)"
      R"("repeated":false,"acked":true,"partition":2,"offset":9,"t_us":4321})");
  ASSERT_TRUE(published.entry.has_value()) << published.error;
  EXPECT_EQ(published.entry->kind, DiaryEntry::Kind::kPublished);
  EXPECT_EQ(published.entry->at_us, 4321);
  EXPECT_EQ(published.entry->offset, 9);
  const DiaryLine order = parse_diary_line(
      R"({"t_ms":6,"unit":7,"event":"order_received","sequence":1,"order":"cancel","assignment_id":3})");
  ASSERT_TRUE(order.entry.has_value()) << order.error;
  EXPECT_EQ(order.entry->kind, DiaryEntry::Kind::kCancelReceived);
  EXPECT_EQ(order.entry->at_us, 6'000);
  EXPECT_EQ(order.entry->assignment_id, 3U);
  EXPECT_FALSE(parse_diary_line(R"({"t_ms":6,"unit":7,"event":"connected"})").entry.has_value());
  EXPECT_THAT(parse_diary_line("{\"t_ms\":").error, HasSubstr("parse error"));
}

TEST(Diary, LineThatTheEndOfTheProcessCutOffIsLeftOut) {
  const std::string path = testing::TempDir() + "/cut.diary";
  std::ofstream(path) << R"({"t_ms":6,"unit":7,"event":"feedback","assignment_id":3})"
                      << "\n"
                      << R"({"t_ms":7,"un)";
  std::vector<std::string> errors;
  EXPECT_EQ(read_diary(path, errors).size(), 1U);
  EXPECT_THAT(errors, IsEmpty());
  std::remove(path.c_str());
}

}  // namespace
}  // namespace dispatch135::oracle
