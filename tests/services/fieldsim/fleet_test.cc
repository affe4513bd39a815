// Units over real gRPC streams, with nodes that the test plays.
#include "services/fieldsim/fleet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <functional>

#include "tests/engine/map_fixture.h"
#include "tests/services/fieldsim/fake_node.h"
#include "tests/services/fieldsim/orders.h"

namespace dispatch135::fieldsim {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::assignment_order;
using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::FakeNode;

constexpr std::size_t kUnits = 12;

class FleetStory : public ::testing::Test {
 protected:
  FleetStory()
      : map_(R"(
    A--1--------B
    |           2
    C-----------D
  )") {
    map_.add_post("station", '1');
    for (std::size_t i = 0; i < kUnits; ++i) map_.add_unit("car " + std::to_string(i), "station");
    built_ = std::make_unique<BuiltCity>(map_.build());
  }

  // The streams end before the fleet goes, whatever became of the test.
  void TearDown() override {
    bool stopped = false;
    fleet_->stop([&stopped] { stopped = true; });
    EXPECT_TRUE(comes_true([&stopped] { return stopped; }));
  }

  void start(std::vector<std::string> nodes) {
    FleetOptions options;
    options.nodes = std::move(nodes);
    options.channels = 3;
    options.behaviour.time_scale = 1'000;
    options.behaviour.decline_share = options.behaviour.ignore_share = 0;
    options.behaviour.silent_share = options.behaviour.drop_share = 0;
    fleet_ = std::make_unique<Fleet>(loop_, built_->city(), options, clock_, stats_);
    fleet_->start();
  }
  // Serves the loop until it holds; the minute only ends a test that would hang.
  bool comes_true(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition() && std::chrono::steady_clock::now() < give_up) loop_.run_one_for(std::chrono::milliseconds(10));
    return condition();
  }
  bool all_are_signed_on() {
    return comes_true([this] { return fleet_->connected() == kUnits; });
  }

  AsciiMap map_;
  std::unique_ptr<BuiltCity> built_;
  SteadyWall clock_;
  MemoryDiary diary_;
  Stats stats_{diary_};
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<Fleet> fleet_;
};

TEST_F(FleetStory, EveryUnitSignsOn) {
  FakeNode node;
  start({node.address()});
  EXPECT_TRUE(all_are_signed_on());
  EXPECT_EQ(node.sign_ons(), kUnits);
}

TEST_F(FleetStory, AnOrderIsAcknowledgedAndWorkedOff) {
  FakeNode node;
  node.order_for_everyone(assignment_order(1, 5, map_.at('2')));
  start({node.address()});
  EXPECT_TRUE(comes_true([this] { return stats_.count(DiaryEvent::kFeedback) == kUnits; }));
  EXPECT_TRUE(comes_true([&node] {
    const auto heard = node.heard(1);
    return !heard.empty() && std::any_of(heard.begin(), heard.end(), [](const auto& m) { return m.has_feedback(); });
  }));
  // The stream keeps the order of what a unit says.
  std::uint64_t sequence = 0;
  for (const v1::UnitMessage& message : node.heard(1)) EXPECT_EQ(message.client_sequence(), ++sequence);
}

TEST_F(FleetStory, UnitsGoWhereTheyAreRedirectedTo) {
  FakeNode follower;
  FakeNode leader;
  follower.redirect_to(leader.address());
  start({follower.address()});
  EXPECT_TRUE(all_are_signed_on());
  EXPECT_EQ(leader.sign_ons(), kUnits);
  EXPECT_EQ(follower.sign_ons(), 0U);
  EXPECT_EQ(stats_.count(DiaryEvent::kRedirected), kUnits);
}

TEST_F(FleetStory, UnitsTryTheNextNodeWhenOneIsNotThere) {
  FakeNode gone;
  const std::string nobody = gone.address();
  gone.stop();
  FakeNode node;
  start({nobody, node.address()});
  EXPECT_TRUE(all_are_signed_on());
}

TEST_F(FleetStory, UnitsComeBackToARestartedNodeWithTheLastOrderTheyHave) {
  auto node = std::make_unique<FakeNode>();
  const int port = node->port();
  node->order_for_everyone(assignment_order(1, 5, map_.at('2')));
  start({node->address()});
  ASSERT_TRUE(comes_true([this] { return stats_.count(DiaryEvent::kOrderReceived) == kUnits; }));
  node->stop();
  ASSERT_TRUE(comes_true([this] { return fleet_->connected() == 0; }));
  node = std::make_unique<FakeNode>(port);
  node->order_for_everyone(assignment_order(1, 5, map_.at('2')));
  ASSERT_TRUE(all_are_signed_on());
  for (std::uint64_t unit = 1; unit <= kUnits; ++unit) EXPECT_EQ(node->heard(unit).at(0).last_order_seen(), 1U);
  EXPECT_EQ(stats_.count(DiaryEvent::kOrderReceived), kUnits);
  EXPECT_EQ(stats_.count(DiaryEvent::kViolation), 0U);
}

}  // namespace
}  // namespace dispatch135::fieldsim
