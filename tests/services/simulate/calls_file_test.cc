// Calls as a file: what is read, and what is refused with its line.
#include "services/simulate/calls_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "services/common/datum.h"

namespace dispatch135::simulate {
namespace {

using ::testing::HasSubstr;

constexpr const char* kColumns =
    "time,lat,lon,datum,category,severity,id,place_class,on_scene_s,capabilities,unit_kinds,address\n";

Result<std::vector<Call>> parsed(const std::string& lines) { return parse_calls(kColumns + lines, "calls.csv"); }

std::string refusal(const std::string& lines) {
  const auto calls = parsed(lines);
  return calls ? "" : calls.error().message;
}

TEST(CallsFile, EveryColumnIsRead) {
  const auto calls = parsed(
      "2025-06-15T14:03:07.125+08:00,31.57,120.30,wgs84,public_order,high,a17,school,90,firearm dog,special,\"12, Long "
      "Street\"\n");
  ASSERT_TRUE(calls) << calls.error().message;
  const Call& call = calls.value().at(0);
  EXPECT_EQ(call.at.since_epoch, 1'749'967'387'125);
  EXPECT_EQ(call.place, (geo::Point{315'700'000, 1'203'000'000}));
  EXPECT_EQ(call.category, v1::CATEGORY_PUBLIC_ORDER);
  EXPECT_EQ(call.severity, v1::SEVERITY_HIGH);
  EXPECT_EQ(call.event_id, "a17");
  EXPECT_EQ(call.place_class, v1::PLACE_CLASS_SCHOOL);
  EXPECT_EQ(call.on_scene.count, 90'000);
  EXPECT_EQ(call.required_capabilities, 1U << (v1::CAPABILITY_FIREARM - 1) | 1U << (v1::CAPABILITY_DOG - 1));
  EXPECT_EQ(call.required_unit_kinds, 1U << (v1::UNIT_KIND_SPECIAL - 1));
  EXPECT_EQ(call.address, "12, Long Street");
}

TEST(CallsFile, CallsComeByTimeAndThoseOfOneTimeInTheFilesOrder) {
  const auto calls = parsed(
      "3000,31,120,wgs84,help,low,c,,,,,\n"
      "2000,31,120,wgs84,help,low,b,,,,,\n"
      "2000,31,120,wgs84,help,low,a,,,,,\n");
  ASSERT_TRUE(calls) << calls.error().message;
  EXPECT_EQ(calls.value()[0].event_id, "b");
  EXPECT_EQ(calls.value()[1].event_id, "a");
  EXPECT_EQ(calls.value()[2].event_id, "c");
}

TEST(CallsFile, ACallWithoutAnIdIsNamedByItsLine) {
  EXPECT_EQ(parsed("2000,31,120,wgs84,help,low,,,,,,\n").value()[0].event_id, "line-2");
}

TEST(CallsFile, AChineseMapsCoordinatesAreMovedToWhereTheyAre) {
  const auto moved = parsed("2000,31.57,120.30,gcj02,help,low,,,,,,\n");
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_GT(std::abs(moved.value()[0].place.longitude_e7 - 1'203'000'000), 10'000);
}

TEST(CallsFile, WhatIsWrittenIsReadAgain) {
  const auto calls = parsed(
      "1749967387125,-31.57,-0.5,wgs84,crowd,critical,x,mall,60,firearm,special,\"say \"\"hello\"\"\"\n"
      "1749967387126,31.57,120.3,wgs84,other,low,y,,,,,\n");
  ASSERT_TRUE(calls) << calls.error().message;
  std::ostringstream out;
  write_calls(calls.value(), out);
  const auto again = parse_calls(out.str(), "again.csv");
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again.value().size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.value()[i].at, calls.value()[i].at);
    EXPECT_EQ(again.value()[i].place, calls.value()[i].place);
    EXPECT_EQ(again.value()[i].event_id, calls.value()[i].event_id);
    EXPECT_EQ(again.value()[i].place_class, calls.value()[i].place_class);
    EXPECT_EQ(again.value()[i].on_scene, calls.value()[i].on_scene);
    EXPECT_EQ(again.value()[i].required_capabilities, calls.value()[i].required_capabilities);
    EXPECT_EQ(again.value()[i].required_unit_kinds, calls.value()[i].required_unit_kinds);
    EXPECT_EQ(again.value()[i].address, calls.value()[i].address);
  }
}

TEST(CallsFile, EachMistakeIsToldWithItsLineAndWhatIsExpected) {
  const std::string good = "2000,31,120,wgs84,help,low,,,,,,\n";
  EXPECT_THAT(refusal(good + "yesterday,31,120,wgs84,help,low,,,,,,\n"), HasSubstr("calls.csv:3: time is 'yesterday'"));
  EXPECT_THAT(refusal("2025-06-31T00:00:00Z,31,120,wgs84,help,low,,,,,,\n"), HasSubstr("time"));
  EXPECT_THAT(refusal("2025-06-15T14:03:07,31,120,wgs84,help,low,,,,,,\n"), HasSubstr("+08:00"));
  EXPECT_THAT(refusal("2000,north,120,wgs84,help,low,,,,,,\n"), HasSubstr("lat is 'north'"));
  EXPECT_THAT(refusal("2000,91,120,wgs84,help,low,,,,,,\n"), HasSubstr("calls.csv:2: "));
  EXPECT_THAT(refusal("2000,31,120,maps,help,low,,,,,,\n"), HasSubstr("wgs84, cgcs2000, gcj02 or bd09"));
  EXPECT_THAT(refusal("2000,31,120,wgs84,party,low,,,,,,\n"), HasSubstr("category is 'party'"));
  EXPECT_THAT(refusal("2000,31,120,wgs84,help,urgent,,,,,,\n"), HasSubstr("critical, high, medium or low"));
  EXPECT_THAT(refusal("2000,31,120,wgs84,help,low,,castle,,,,\n"), HasSubstr("place_class is 'castle'"));
  EXPECT_THAT(refusal("2000,31,120,wgs84,help,low,,,0,,,\n"), HasSubstr("from 1 to 86400"));
  EXPECT_THAT(refusal("2000,31,120,wgs84,help,low,,,,flying,,\n"), HasSubstr("capabilities is 'flying'"));
  EXPECT_THAT(refusal("2000,31,120,wgs84,help,low,a,,,,,\n3000,31,120,wgs84,help,low,a,,,,,\n"),
              HasSubstr("calls.csv:3: id 'a' is there twice"));
  EXPECT_THAT(refusal("2000,31,120,,help,low,,,,,,\n"), HasSubstr("datum"));
}

}  // namespace
}  // namespace dispatch135::simulate
