// One unit's stories on virtual time, with the test as its server.
#include "services/fieldsim/field_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/road/route.h"
#include "services/common/datum.h"
#include "tests/engine/map_fixture.h"
#include "tests/services/fieldsim/orders.h"

namespace dispatch135::fieldsim {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::assignment_order;
using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::cancel_order;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = v1::UnitMessage::MessageCase;

constexpr std::uint64_t kAssignment = 71;

// Does everything right, after exactly 2 s, 10 s and 300 s.
Behaviour dutiful() {
  Behaviour behaviour;
  behaviour.decline_share = behaviour.ignore_share = behaviour.silent_share = behaviour.drop_share = 0;
  behaviour.acknowledge = {2'000, 2'000};
  behaviour.turnout = {10'000, 10'000};
  behaviour.work = {300'000, 300'000};
  behaviour.silence = {120'000, 120'000};
  behaviour.offline = {5'000, 5'000};
  return behaviour;
}

struct Sent {
  TimeMs at;
  v1::UnitMessage message;
};

// The unit stands at the post 1; calls come from 2, or from 3.
class FieldUnitStory : public ::testing::Test {
 protected:
  FieldUnitStory()
      : map_(R"(
    A--1--------B
    |           |
    3           2
    |           |
    C-----------D
  )") {
    map_.add_post("station", '1');
    map_.add_unit("car 1", "station");
    built_ = std::make_unique<BuiltCity>(map_.build());
    routes_ = std::make_unique<road::RouteFinder>(built_->live());
    live(dutiful());
  }

  void live(const Behaviour& behaviour) {
    unit_ = std::make_unique<FieldUnit>(built_->city(), *routes_, UnitIndex(0), 7, behaviour, diary_);
  }

  void take(FieldUnit::Messages messages) {
    for (auto& message : messages) sent_.push_back({now_, std::move(message)});
  }
  void sign_on(v1::UnitSecondaryStatus status = v1::UNIT_SECONDARY_STATUS_ON_DUTY, std::uint64_t assignment_id = 0,
               std::uint64_t last_order = 0) {
    take(unit_->on_connected(now_));
    v1::UnitOrder order;
    v1::Unit& unit = *order.mutable_signed_on()->mutable_unit();
    unit.set_unit_id(unit_->id().value());
    unit.set_secondary(status);
    unit.set_assignment_id(assignment_id);
    unit.set_last_order_sequence(last_order);
    take(unit_->on_order(order, now_));
  }
  void order(const v1::UnitOrder& order) { take(unit_->on_order(order, now_)); }
  void run(std::int64_t ms) {
    const TimeMs until = now_ + DurationMs{ms};
    while (unit_->next_wakeup() <= until) {
      now_ = std::max(now_, unit_->next_wakeup());
      take(unit_->step(now_));
    }
    now_ = until;
  }
  void lose_connection() { unit_->on_disconnected(now_); }

  // What it said since the last call, without heartbeats and positions.
  std::vector<Kind> said() {
    std::vector<Kind> kinds;
    for (const Sent& sent : sent_) {
      const Kind kind = sent.message.message_case();
      if (kind != v1::UnitMessage::kPosition && kind != v1::UnitMessage::kHeartbeat) kinds.push_back(kind);
    }
    sent_.clear();
    return kinds;
  }
  // When it first said so, from `since`; -1: never.
  std::int64_t said_after_ms(TimeMs since, v1::UnitSecondaryStatus status) const {
    for (const Sent& sent : sent_) {
      if (sent.message.status().status() == status) return (sent.at - since).count;
    }
    return -1;
  }
  std::vector<DiaryEvent> lived() const {
    std::vector<DiaryEvent> events;
    for (const DiaryEntry& entry : diary_.entries) events.push_back(entry.event);
    return events;
  }
  std::int64_t count(DiaryEvent event) const {
    const auto events = lived();
    return std::count(events.begin(), events.end(), event);
  }
  std::int64_t route_ms(char from, char to) const {
    const auto snap = [this](char sign) {
      return *built_->roads().snap(map_.at(sign), road::TravelKind::kCar, limits::kSnapLimitMm);
    };
    return routes_->find(snap(from), snap(to), road::TravelKind::kCar)->time.count;
  }

  AsciiMap map_;
  std::unique_ptr<BuiltCity> built_;
  std::unique_ptr<road::RouteFinder> routes_;
  MemoryDiary diary_;
  std::unique_ptr<FieldUnit> unit_;
  TimeMs now_{1'700'000'000'000};
  std::vector<Sent> sent_;
};

TEST_F(FieldUnitStory, SignsOnFirstWithItsDeviceAndTheLastOrderItHas) {
  sign_on();
  ASSERT_FALSE(sent_.empty());
  const v1::UnitMessage& first = sent_.front().message;
  EXPECT_EQ(first.client_sequence(), 1U);
  EXPECT_EQ(first.last_order_seen(), 0U);
  EXPECT_EQ(first.sign_on().unit_id(), unit_->id().value());
  EXPECT_EQ(first.sign_on().region(), AsciiMap::kRegion.value());
  EXPECT_FALSE(first.sign_on().device_id().empty());
}

TEST_F(FieldUnitStory, IsHeardEveryTenSecondsWhileItWaits) {
  sign_on();
  sent_.clear();
  run(60'000);
  EXPECT_EQ(sent_.size(), 6U);
  for (const Sent& sent : sent_) EXPECT_EQ(sent.message.message_case(), v1::UnitMessage::kHeartbeat);
}

TEST_F(FieldUnitStory, AcknowledgesDrivesArrivesAndGivesFeedback) {
  sign_on();
  said();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(1'000'000);
  EXPECT_THAT(said(), ElementsAre(v1::UnitMessage::kAcknowledge, v1::UnitMessage::kStatus, v1::UnitMessage::kStatus,
                                  v1::UnitMessage::kFeedback));
  EXPECT_THAT(lived(), ElementsAre(DiaryEvent::kConnected, DiaryEvent::kOrderReceived, DiaryEvent::kAcknowledged,
                                   DiaryEvent::kEnRoute, DiaryEvent::kOnScene, DiaryEvent::kFeedback));
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kAtPost);
}

TEST_F(FieldUnitStory, ArrivesInTheTimeThatTheRoadTakes) {
  sign_on();
  const TimeMs ordered = now_;
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(1'000'000);
  EXPECT_EQ(said_after_ms(ordered, v1::UNIT_SECONDARY_STATUS_EN_ROUTE), 12'000);
  EXPECT_EQ(said_after_ms(ordered, v1::UNIT_SECONDARY_STATUS_ON_SCENE), 12'000 + route_ms('1', '2'));
}

TEST_F(FieldUnitStory, PositionsFollowTheRoadAtItsSpeed) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(12'000);
  sent_.clear();
  run(route_ms('1', '2') - 1);
  ASSERT_GT(sent_.size(), 10U);
  const auto& roads = built_->roads();
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    ASSERT_EQ(sent_[i].message.message_case(), v1::UnitMessage::kPosition);
    const auto point = common::to_wgs84(sent_[i].message.position().location());
    ASSERT_TRUE(point.ok());
    const auto on_road = roads.snap(point.value(), road::TravelKind::kCar, 1'000);
    EXPECT_TRUE(on_road) << "position " << i << " is off the road";
    if (i == 0) continue;
    // 10 m/s on this map; around a corner the straight line is shorter.
    const auto before = common::to_wgs84(sent_[i - 1].message.position().location());
    const geo::PlanePoint a = roads.projection.project(before.value());
    const geo::PlanePoint b = roads.projection.project(point.value());
    EXPECT_LE(std::abs(a.x_mm - b.x_mm) + std::abs(a.y_mm - b.y_mm), 10'200);
  }
}

TEST_F(FieldUnitStory, LivesFasterWithATimeScale) {
  Behaviour hurried = dutiful();
  hurried.time_scale = 10;
  live(hurried);
  sign_on();
  const TimeMs ordered = now_;
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(100'000);
  EXPECT_EQ(said_after_ms(ordered, v1::UNIT_SECONDARY_STATUS_ON_SCENE), 1'200 + (route_ms('1', '2') + 9) / 10);
}

TEST_F(FieldUnitStory, SignsAndGivesFeedbackOnReceiptWhenAllIsToBeDoneAtOnce) {
  Behaviour behaviour;
  behaviour.at_once = true;
  behaviour.decline_share = behaviour.ignore_share = behaviour.drop_share = 1;
  live(behaviour);
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  EXPECT_THAT(said(), ElementsAre(Kind::kSignOn, Kind::kAcknowledge, Kind::kFeedback));
  order(assignment_order(2, kAssignment + 1, map_.at('3')));
  EXPECT_THAT(said(), ElementsAre(Kind::kAcknowledge, Kind::kFeedback));
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kAtPost);
  EXPECT_EQ(count(DiaryEvent::kViolation), 0);
}

TEST_F(FieldUnitStory, DropsARepeatedOrder) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(20'000);
  said();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(5'000);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(count(DiaryEvent::kOrderRepeated), 1);
  EXPECT_EQ(count(DiaryEvent::kOrderReceived), 1);
  EXPECT_EQ(count(DiaryEvent::kViolation), 0);
}

TEST_F(FieldUnitStory, ReconnectsWithTheLastOrderItHas) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(3'000);
  lose_connection();
  sent_.clear();
  sign_on(v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION, kAssignment, 1);
  EXPECT_EQ(sent_.front().message.last_order_seen(), 1U);
  EXPECT_EQ(sent_.front().message.client_sequence(), 1U);
}

TEST_F(FieldUnitStory, TellsAgainWhatGotLostWithItsConnection) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  lose_connection();
  run(12'000 + route_ms('1', '2') + 1'000);
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kOnScene);
  said();
  sign_on(v1::UNIT_SECONDARY_STATUS_DISPATCHED, kAssignment, 1);
  EXPECT_THAT(said(), ElementsAre(v1::UnitMessage::kSignOn, v1::UnitMessage::kAcknowledge, v1::UnitMessage::kStatus,
                                  v1::UnitMessage::kStatus));
}

TEST_F(FieldUnitStory, RepeatsFeedbackThatWasNotHeard) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(30'000);
  lose_connection();
  run(1'000'000);
  said();
  sign_on(v1::UNIT_SECONDARY_STATUS_EN_ROUTE, kAssignment, 1);
  EXPECT_THAT(said(), ElementsAre(v1::UnitMessage::kSignOn, v1::UnitMessage::kFeedback));
}

TEST_F(FieldUnitStory, SignsBeforeItRepeatsFeedbackWhenTheSignatureWasNotHeardEither) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  lose_connection();
  run(3'600'000);
  said();
  sign_on(v1::UNIT_SECONDARY_STATUS_DISPATCHED, kAssignment, 1);
  EXPECT_THAT(said(), ElementsAre(Kind::kSignOn, Kind::kAcknowledge, Kind::kFeedback));
}

TEST_F(FieldUnitStory, ACancelInTheMiddleOfTheDriveTurnsItAround) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(12'000 + route_ms('1', '2') / 2);
  said();
  order(cancel_order(2, kAssignment));
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kReturning);
  EXPECT_EQ(count(DiaryEvent::kCancelled), 1);
  run(route_ms('1', '2') / 2 + 1'000);
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kAtPost);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(FieldUnitStory, AnswersACheckThatAllIsWell) {
  sign_on();
  v1::UnitOrder check;
  check.set_sequence(1);
  check.mutable_check()->set_check_id(5);
  order(check);
  ASSERT_EQ(sent_.back().message.message_case(), v1::UnitMessage::kCheckAnswer);
  EXPECT_EQ(sent_.back().message.check_answer().check_id(), 5U);
  EXPECT_EQ(sent_.back().message.check_answer().reply(), v1::CHECK_REPLY_ALL_WELL);
  EXPECT_EQ(sent_.back().message.last_order_seen(), 1U);
}

TEST_F(FieldUnitStory, ACancelOfAnotherAssignmentChangesNothing) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(20'000);
  order(cancel_order(2, kAssignment + 1));
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kDriving);
  EXPECT_EQ(count(DiaryEvent::kCancelled), 0);
}

TEST_F(FieldUnitStory, GoesToTheNewPlaceWhenTheIncidentMoves) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(20'000);
  v1::UnitOrder moved = assignment_order(2, kAssignment, map_.at('3'));
  order(moved);
  run(200'000);
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kOnScene);
  EXPECT_EQ(unit_->position(now_), map_.at('3'));
  EXPECT_EQ(count(DiaryEvent::kAcknowledged), 1);
  EXPECT_EQ(count(DiaryEvent::kViolation), 0);
}

TEST_F(FieldUnitStory, GoesWhereTheOrderSaysWhenThatIsNotTheIncident) {
  sign_on();
  v1::UnitOrder block = assignment_order(1, kAssignment, map_.at('2'));
  block.mutable_assignment()->mutable_destination()->set_latitude_e7(map_.at('3').latitude_e7);
  block.mutable_assignment()->mutable_destination()->set_longitude_e7(map_.at('3').longitude_e7);
  order(block);
  run(200'000);
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kOnScene);
  EXPECT_EQ(unit_->position(now_), map_.at('3'));
}

TEST_F(FieldUnitStory, DoesNotSetOutAgainWhenTheIncidentMovesAfterItsFeedback) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(600'000);
  ASSERT_EQ(said().back(), Kind::kFeedback);
  order(assignment_order(2, kAssignment, map_.at('3')));
  run(600'000);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(unit_->last_order_seen(), 2U);
}

TEST_F(FieldUnitStory, AMissingOrderIsAViolation) {
  sign_on();
  order(assignment_order(2, kAssignment, map_.at('2')));
  EXPECT_EQ(count(DiaryEvent::kViolation), 1);
}

TEST_F(FieldUnitStory, ASecondAssignmentBesideALiveOneIsAViolation) {
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  order(assignment_order(2, kAssignment + 1, map_.at('3')));
  EXPECT_EQ(count(DiaryEvent::kViolation), 1);
}

TEST_F(FieldUnitStory, ADeviceThatWasStartedAnewTakesTheSequenceAsItStands) {
  sign_on(v1::UNIT_SECONDARY_STATUS_ON_DUTY, 0, 41);
  order(assignment_order(42, kAssignment, map_.at('2')));
  EXPECT_EQ(count(DiaryEvent::kViolation), 0);
  EXPECT_EQ(unit_->last_order_seen(), 42U);
}

TEST_F(FieldUnitStory, ADeviceThatWasStartedAnewGetsRidOfWorkItDoesNotKnow) {
  sign_on(v1::UNIT_SECONDARY_STATUS_EN_ROUTE, kAssignment, 41);
  run(10'000);
  std::vector<v1::UnitSecondaryStatus> statuses;
  for (const Sent& sent : sent_) {
    if (sent.message.has_status()) statuses.push_back(sent.message.status().status());
  }
  EXPECT_THAT(statuses, ElementsAre(v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE, v1::UNIT_SECONDARY_STATUS_ON_DUTY));
}

TEST_F(FieldUnitStory, ADeviceThatWasStartedAnewGoesOnWhenItsOrderComesAgain) {
  sign_on(v1::UNIT_SECONDARY_STATUS_DISPATCHED, kAssignment, 41);
  said();
  order(assignment_order(41, kAssignment, map_.at('2')));
  run(10'000);
  EXPECT_THAT(said(), ElementsAre(v1::UnitMessage::kAcknowledge));
}

TEST_F(FieldUnitStory, ADeviceThatWasStartedAnewDoesNotRedoWhatItHadDoneBefore) {
  sign_on(v1::UNIT_SECONDARY_STATUS_ON_DUTY, 0, 41);
  said();
  order(assignment_order(41, kAssignment, map_.at('2')));
  run(10'000);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(count(DiaryEvent::kOrderReceived), 1);
  order(assignment_order(42, kAssignment + 1, map_.at('2')));
  run(10'000);
  EXPECT_THAT(said(), ElementsAre(v1::UnitMessage::kAcknowledge));
}

TEST_F(FieldUnitStory, DeclinesWithAReason) {
  Behaviour unwilling = dutiful();
  unwilling.decline_share = 1;
  live(unwilling);
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(2'000);
  ASSERT_TRUE(sent_.back().message.has_decline());
  EXPECT_EQ(sent_.back().message.decline().assignment_id(), kAssignment);
  EXPECT_NE(sent_.back().message.decline().reason(), v1::DECLINE_REASON_UNSPECIFIED);
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kAtPost);
}

TEST_F(FieldUnitStory, DeclinesWhatNoRoadLeadsTo) {
  sign_on();
  order(assignment_order(1, kAssignment, {map_.at('2').latitude_e7 + 1'000'000, map_.at('2').longitude_e7}));
  run(2'000);
  EXPECT_EQ(sent_.back().message.decline().reason(), v1::DECLINE_REASON_ROAD_BLOCKED);
}

TEST_F(FieldUnitStory, SometimesNeverAcknowledgesUntilToldToStop) {
  Behaviour absent = dutiful();
  absent.ignore_share = 1;
  live(absent);
  sign_on();
  said();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(30'000);
  EXPECT_THAT(said(), IsEmpty());
  order(cancel_order(2, kAssignment));
  EXPECT_EQ(unit_->phase(), FieldUnit::Phase::kAtPost);
}

TEST_F(FieldUnitStory, GoesSilentAfterAcknowledging) {
  Behaviour silent = dutiful();
  silent.silent_share = 1;
  live(silent);
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  run(2'000);
  sent_.clear();
  run(119'000);
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_TRUE(unit_->wants_connection(now_));
  run(2'000);
  EXPECT_THAT(said(), ElementsAre(v1::UnitMessage::kStatus));
}

TEST_F(FieldUnitStory, LosesItsConnectionForAWhileAndWantsItBack) {
  Behaviour shaky = dutiful();
  shaky.drop_share = 1;
  live(shaky);
  sign_on();
  order(assignment_order(1, kAssignment, map_.at('2')));
  while (count(DiaryEvent::kDropped) == 0 && (now_ - TimeMs{1'700'000'000'000}).count < 100'000) run(100);
  ASSERT_EQ(count(DiaryEvent::kDropped), 1);
  EXPECT_FALSE(unit_->wants_connection(now_));
  lose_connection();
  run(5'000);
  EXPECT_TRUE(unit_->wants_connection(now_));
}

TEST_F(FieldUnitStory, TheSameSeedBehavesAlike) {
  std::vector<std::int64_t> when[2];
  for (auto& times : when) {
    Behaviour human;
    live(human);
    diary_.entries.clear();
    now_ = {1'700'000'000'000};
    sign_on();
    for (std::uint64_t i = 1; i <= 20; ++i) {
      order(assignment_order(2 * i - 1, kAssignment + i, map_.at(i % 2 == 0 ? '2' : '3')));
      run(60'000);
      order(cancel_order(2 * i, kAssignment + i));
      run(200'000);
    }
    for (const DiaryEntry& entry : diary_.entries) times.push_back(entry.at.since_epoch);
  }
  EXPECT_GT(when[0].size(), 60U);
  EXPECT_EQ(when[0], when[1]);
}

}  // namespace
}  // namespace dispatch135::fieldsim
