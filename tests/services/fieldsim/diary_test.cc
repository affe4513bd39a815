#include "services/fieldsim/diary.h"

#include <gtest/gtest.h>

#include <set>

namespace dispatch135::fieldsim {
namespace {

TEST(Diary, AnOrderIsOneLineWithTheNameOfItsDecision) {
  DiaryEntry entry;
  entry.event = DiaryEvent::kOrderReceived;
  entry.at = {1'700'000'000'123};
  entry.exact_us = 1'700'000'000'123'456;
  entry.unit = UnitId(17);
  entry.sequence = 3;
  entry.decision.set_partition(1);
  entry.decision.set_offset(99);
  entry.order = "assignment";
  entry.assignment_id = 5;
  entry.incident_id = 6;
  entry.source = "110";
  entry.event_id = "e-1-2";
  EXPECT_EQ(to_json_line(entry),
            R"({"t_ms":1700000000123,"t_us":1700000000123456,"unit":17,"event":"order_received","sequence":3,)"
            R"("decision":{"partition":1,"offset":99,"index":0},"order":"assignment","assignment_id":5,)"
            R"("incident_id":6,"source":"110","event_id":"e-1-2"})");
}

TEST(Diary, AReportThatTheBrokerDidNotTakeHasNoPlace) {
  DiaryEntry entry;
  entry.event = DiaryEvent::kPublished;
  entry.at = {2};
  entry.exact_us = 1'999;
  entry.source = "110";
  entry.event_id = "e-1-2";
  entry.topic = "incidents";
  entry.kind = "report";
  entry.detail = "topic is not there";
  EXPECT_EQ(to_json_line(entry),
            R"({"t_ms":2,"t_us":1999,"event":"published","source":"110","event_id":"e-1-2","topic":"incidents",)"
            R"("kind":"report","repeated":false,"acked":false,"detail":"topic is not there"})");
}

TEST(Diary, BrokenTextFromOutsideStillMakesALine) {
  DiaryEntry entry;
  entry.event = DiaryEvent::kRefused;
  entry.detail = "\xff\xfe";
  EXPECT_NE(to_json_line(entry).find("refused"), std::string::npos);
}

TEST(Diary, EveryEventHasItsOwnName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kDiaryEvents; ++i) names.insert(name_of(static_cast<DiaryEvent>(i)));
  EXPECT_EQ(names.size(), kDiaryEvents);
}

}  // namespace
}  // namespace dispatch135::fieldsim
