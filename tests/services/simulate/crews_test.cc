// Crews by themselves: what they do with orders that are not about an incident.
#include "services/simulate/crews.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::simulate {
namespace {

using core::testing::kRegion;
using core::testing::Town;

class OneCrew : public ::testing::Test {
 protected:
  struct Sent {
    v1::LogRecord record;
    TimeMs at;
  };

  // Does all that is due up to a time.
  void until(TimeMs end) {
    while (crews_.next() <= end) crews_.step();
  }
  // The last place that was said, metres east of the town's origin.
  double last_place_m() const {
    for (auto sent = sent_.rbegin(); sent != sent_.rend(); ++sent) {
      if (!sent->record.has_unit_position_reported() || !sent->record.unit_position_reported().has_position()) continue;
      const auto east = sent->record.unit_position_reported().position().longitude_e7() - Town::at(0, 0).longitude_e7;
      return east / static_cast<double>(Town::at(1'000, 0).longitude_e7 - Town::at(0, 0).longitude_e7) * 1'000;
    }
    return -1;
  }

  const std::vector<std::byte> bytes_ = city::build_city(Town().long_street(20).post(1, 0, 0).draft()).value();
  const city::City city_ = city::City::open(bytes_).value();
  std::vector<Sent> sent_;
  Crews crews_{city_, kRegion, {true},
               {},    1,       [this](const v1::LogRecord& record, TimeMs at) {
                 sent_.push_back({record, at}); }};
  const TimeMs start_{1'000'000};
};

//  1 ------- moved here, 1,000 m at 10 m/s ---------
TEST_F(OneCrew, AFreeCrewWaitsWhereItIsSentAndComesBackWhenToldTo) {
  crews_.sign_on(start_);
  crews_.moved(1, 1, Town::at(1'000, 0), start_);
  until(start_ + DurationMs{60'000});
  EXPECT_NEAR(last_place_m(), 600, 5);
  until(start_ + DurationMs{200'000});
  EXPECT_NEAR(last_place_m(), 1'000, 1);
  crews_.sent_back(1, 2, start_ + DurationMs{200'000});
  until(start_ + DurationMs{400'000});
  EXPECT_NEAR(last_place_m(), 0, 1);
  EXPECT_EQ(sent_.back().record.unit_position_reported().last_order_seen(), 2U);
}

TEST_F(OneCrew, AnOfficerWhoIsAskedSaysThatAllIsWell) {
  crews_.sign_on(start_);
  crews_.checked(1, 1, 42, start_);
  until(start_ + DurationMs{10'000});
  ASSERT_TRUE(sent_.back().record.has_unit_check_answered());
  EXPECT_EQ(sent_.back().record.unit_check_answered().check_id(), 42U);
  EXPECT_EQ(sent_.back().record.unit_check_answered().reply(), v1::CHECK_REPLY_ALL_WELL);
}

}  // namespace
}  // namespace dispatch135::simulate
