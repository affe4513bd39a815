// When a change of streets holds, to the millisecond; and what has no good form.
#include "engine/core/street_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::core {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMonday = 1'704'067'200'000;  // 2024-01-01 00:00 UTC.
constexpr std::uint32_t kMonToFri = 0b0011111;

v1::ChangeStreets closed_city() {
  v1::ChangeStreets change;
  change.mutable_whole_city();
  change.set_closed(true);
  return change;
}

v1::ChangeStreets daily(std::uint32_t begin_min, std::uint32_t end_min, std::uint32_t weekdays = 0,
                        std::int32_t utc_offset_min = 0) {
  v1::ChangeStreets change = closed_city();
  v1::DailyWindow& window = *change.add_windows();
  window.set_begin_min(begin_min);
  window.set_end_min(end_min);
  window.set_weekdays(weekdays);
  change.set_utc_offset_min(utc_offset_min);
  return change;
}

bool at(const v1::ChangeStreets& change, std::int64_t ms) { return holds(change, TimeMs{ms}); }

// When it switches next, in milliseconds after `from`; -1: never.
std::int64_t until_switch(const v1::ChangeStreets& change, std::int64_t from) {
  const auto next = next_switch(change, TimeMs{from});
  return next ? next->since_epoch - from : -1;
}

TEST(StreetTimes, AChangeWithoutTimesHoldsForEver) {
  EXPECT_TRUE(at(closed_city(), 0));
  EXPECT_TRUE(at(closed_city(), kMonday));
  EXPECT_EQ(until_switch(closed_city(), kMonday), -1);
  EXPECT_FALSE(is_over(closed_city(), TimeMs{kMonday}));
}

TEST(StreetTimes, ItHoldsFromItsFirstMillisecondUntilBeforeItsLast) {
  v1::ChangeStreets change = closed_city();
  change.set_from_ms(kMonday);
  change.set_until_ms(kMonday + kHour);
  EXPECT_FALSE(at(change, kMonday - 1));
  EXPECT_EQ(until_switch(change, kMonday - 1), 1);
  EXPECT_TRUE(at(change, kMonday));
  EXPECT_EQ(until_switch(change, kMonday), kHour);
  EXPECT_TRUE(at(change, kMonday + kHour - 1));
  EXPECT_FALSE(is_over(change, TimeMs{kMonday + kHour - 1}));
  EXPECT_FALSE(at(change, kMonday + kHour));
  EXPECT_TRUE(is_over(change, TimeMs{kMonday + kHour}));
}

TEST(StreetTimes, AWindowOpensAndClosesEveryDay) {
  const v1::ChangeStreets change = daily(7 * 60, 9 * 60);
  for (std::int64_t day = 0; day < 8; ++day) {
    const std::int64_t midnight = kMonday + day * kDay;
    EXPECT_FALSE(at(change, midnight + 7 * kHour - 1));
    EXPECT_TRUE(at(change, midnight + 7 * kHour));
    EXPECT_TRUE(at(change, midnight + 9 * kHour - 1));
    EXPECT_FALSE(at(change, midnight + 9 * kHour));
    EXPECT_EQ(until_switch(change, midnight), 7 * kHour);
    EXPECT_EQ(until_switch(change, midnight + 7 * kHour), 2 * kHour);
    EXPECT_EQ(until_switch(change, midnight + 9 * kHour), 22 * kHour);
  }
}

TEST(StreetTimes, AWindowOfWorkingDaysRestsAtTheWeekend) {
  const v1::ChangeStreets change = daily(7 * 60, 9 * 60, kMonToFri);
  EXPECT_TRUE(at(change, kMonday + 8 * kHour));
  EXPECT_TRUE(at(change, kMonday + 4 * kDay + 8 * kHour)) << "Friday";
  EXPECT_FALSE(at(change, kMonday + 5 * kDay + 8 * kHour)) << "Saturday";
  EXPECT_FALSE(at(change, kMonday + 6 * kDay + 8 * kHour)) << "Sunday";
  EXPECT_EQ(until_switch(change, kMonday + 4 * kDay + 9 * kHour), 2 * kDay + 22 * kHour) << "to Monday morning";
}

TEST(StreetTimes, AWindowOfOneWeekdayComesBackAWeekLater) {
  const v1::ChangeStreets change = daily(0, 1'440, 0b0000001);
  EXPECT_TRUE(at(change, kMonday));
  EXPECT_TRUE(at(change, kMonday + kDay - 1));
  EXPECT_FALSE(at(change, kMonday + kDay));
  EXPECT_EQ(until_switch(change, kMonday + kDay), 6 * kDay);
}

TEST(StreetTimes, AWindowAcrossMidnightBelongsToTheDayOnWhichItBegins) {
  const v1::ChangeStreets friday_night = daily(22 * 60, 5 * 60, 0b0010000);
  const std::int64_t friday = kMonday + 4 * kDay;
  EXPECT_FALSE(at(friday_night, friday + 4 * kHour));
  EXPECT_TRUE(at(friday_night, friday + 22 * kHour));
  EXPECT_TRUE(at(friday_night, friday + kDay + 5 * kHour - 1));
  EXPECT_FALSE(at(friday_night, friday + kDay + 5 * kHour));
  EXPECT_FALSE(at(friday_night, friday + kDay + 22 * kHour));
}

TEST(StreetTimes, TheWindowsClockIsTheOffsetsNotUtc) {
  const v1::ChangeStreets china = daily(7 * 60, 9 * 60, kMonToFri, 8 * 60);
  EXPECT_TRUE(at(china, kMonday - kHour)) << "07:00 on Monday in China is 23:00 on Sunday, UTC";
  EXPECT_FALSE(at(china, kMonday - kHour - 1));
  EXPECT_FALSE(at(china, kMonday + 4 * kDay + 23 * kHour)) << "Saturday morning in China";
  const v1::ChangeStreets new_york = daily(20 * 60, 22 * 60, 0b1000000, -5 * 60);
  EXPECT_TRUE(at(new_york, kMonday + kHour)) << "20:00 on Sunday in New York is 01:00 on Monday, UTC";
}

TEST(StreetTimes, WindowsThatOverlapHoldTogether) {
  v1::ChangeStreets change = daily(7 * 60, 9 * 60);
  v1::DailyWindow& later = *change.add_windows();
  later.set_begin_min(8 * 60);
  later.set_end_min(10 * 60);
  EXPECT_TRUE(at(change, kMonday + 9 * kHour));
  EXPECT_FALSE(at(change, kMonday + 10 * kHour));
}

// A plain twin: minute by minute through three weeks.
TEST(StreetTimes, BetweenTwoSwitchesNothingChanges) {
  v1::ChangeStreets change = daily(23 * 60 + 17, 3, 0b0101010, 345);
  v1::DailyWindow& noon = *change.add_windows();
  noon.set_begin_min(719);
  noon.set_end_min(721);
  change.set_from_ms(kMonday + 5 * kHour);
  change.set_until_ms(kMonday + 17 * kDay + 1);
  std::int64_t now = kMonday;
  int switches = 0;
  while (const auto next = next_switch(change, TimeMs{now})) {
    ASSERT_GT(next->since_epoch, now);
    const bool before = at(change, now);
    for (std::int64_t ms = now; ms < next->since_epoch; ms += kMinute) ASSERT_EQ(at(change, ms), before) << ms;
    ASSERT_EQ(at(change, next->since_epoch - 1), before);
    now = next->since_epoch;
    ++switches;
    if (is_over(change, TimeMs{now})) break;
  }
  EXPECT_EQ(now, change.until_ms());
  EXPECT_GT(switches, 40);
}

struct Malformed {
  std::function<void(v1::ChangeStreets&)> spoil;
  v1::RejectCode code;
  std::string told;
};

TEST(ChangeStreetsForm, EachFaultIsToldWithItsFieldAndWhatToDo) {
  const Malformed faults[] = {
      {[](auto& c) { c.clear_whole_city(); }, v1::REJECT_CODE_MISSING_FIELD, "give piece, street, area"},
      {[](auto& c) { c.mutable_piece(); }, v1::REJECT_CODE_MISSING_FIELD, "piece.at"},
      {[](auto& c) { c.mutable_piece()->mutable_at()->set_latitude_e7(900'000'001); }, v1::REJECT_CODE_OUT_OF_RANGE,
       "piece.at is not on the earth"},
      {[](auto& c) {
         c.mutable_piece()->mutable_at();
         c.mutable_piece()->set_direction(static_cast<v1::Direction>(9));
       },
       v1::REJECT_CODE_UNKNOWN_VALUE, "piece.direction is 9"},
      {[](auto& c) { c.mutable_street()->set_name("Main Street"); }, v1::REJECT_CODE_MISSING_FIELD, "street.near"},
      {[](auto& c) {
         c.mutable_street()->mutable_near();
         c.mutable_street()->set_name(std::string(257, 'x'));
       },
       v1::REJECT_CODE_OUT_OF_RANGE, "street.name is 257"},
      {[](auto& c) { c.mutable_area()->add_corners(); }, v1::REJECT_CODE_OUT_OF_RANGE, "area.corners is 1"},
      {[](auto& c) {
         for (int i = 0; i < 4; ++i) c.mutable_area()->add_corners();
         c.mutable_area()->mutable_corners(3)->set_longitude_e7(1'800'000'001);
       },
       v1::REJECT_CODE_OUT_OF_RANGE, "area.corners[3]"},
      {[](auto& c) { c.mutable_edges(); }, v1::REJECT_CODE_OUT_OF_RANGE, "number of edges is 0"},
      {[](auto& c) { c.clear_closed(); }, v1::REJECT_CODE_MISSING_FIELD, "give closed or speed_permille"},
      {[](auto& c) { c.set_closed(false); }, v1::REJECT_CODE_MISSING_FIELD, "restore"},
      {[](auto& c) { c.set_speed_permille(0); }, v1::REJECT_CODE_OUT_OF_RANGE, "speed_permille is 0"},
      {[](auto& c) { c.set_speed_permille(10'001); }, v1::REJECT_CODE_OUT_OF_RANGE, "speed_permille is 10001"},
      {[](auto& c) { c.add_classes(v1::ROAD_CLASS_UNSPECIFIED); }, v1::REJECT_CODE_UNKNOWN_VALUE, "classes has 0"},
      {[](auto& c) { c.add_travel_kinds(static_cast<v1::TravelKind>(77)); }, v1::REJECT_CODE_UNKNOWN_VALUE,
       "travel_kinds has 77"},
      {[](auto& c) { c.set_from_ms(-1); }, v1::REJECT_CODE_OUT_OF_RANGE, "from_ms is -1"},
      {[](auto& c) {
         c.set_from_ms(kMonday);
         c.set_until_ms(kMonday);
       },
       v1::REJECT_CODE_OUT_OF_RANGE, "ends before it begins"},
      {[](auto& c) { c = daily(1'440, 0); }, v1::REJECT_CODE_OUT_OF_RANGE, "windows[0].begin_min is 1440"},
      {[](auto& c) { c = daily(0, 1'441); }, v1::REJECT_CODE_OUT_OF_RANGE, "windows[0].end_min is 1441"},
      {[](auto& c) { c = daily(60, 60); }, v1::REJECT_CODE_OUT_OF_RANGE, "a whole day is 0 to 1,440"},
      {[](auto& c) { c = daily(60, 61, 128); }, v1::REJECT_CODE_OUT_OF_RANGE, "windows[0].weekdays is 128"},
      {[](auto& c) { c = daily(60, 61, 0, 841); }, v1::REJECT_CODE_OUT_OF_RANGE, "utc_offset_min is 841"},
      {[](auto& c) {
         for (std::size_t i = 0; i <= limits::kDailyWindows; ++i) c.add_windows()->set_end_min(1);
       },
       v1::REJECT_CODE_OUT_OF_RANGE, "number of windows is 9"},
  };
  for (const Malformed& fault : faults) {
    v1::ChangeStreets change = closed_city();
    ASSERT_FALSE(malformed(change));
    fault.spoil(change);
    const Outcome refused = malformed(change);
    ASSERT_TRUE(refused) << fault.told;
    EXPECT_EQ(refused->code, fault.code) << fault.told;
    EXPECT_THAT(refused->reason, HasSubstr(fault.told));
  }
}

}  // namespace
}  // namespace dispatch135::core
