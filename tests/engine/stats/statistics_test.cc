// What the bulletins score, from the decisions of a small shift.
#include "engine/stats/statistics.h"

#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::stats {
namespace {

using core::testing::Town;
using core::testing::World;

class Shift : public ::testing::Test {
 protected:
  Shift() : world_(Town().long_street(20).post(1, 0, 0).post(2, 500, 0).draft()) {
    feed(world_.sign_on(1));
    feed(world_.sign_on(2));
  }
  void feed(const World::Decisions& decisions) {
    for (const v1::Decision& decision : decisions) statistics_.on_decision(decision);
  }
  v1::RingStatistics ring(std::uint32_t minutes) {
    const v1::StatisticsResponse response = statistics_.response();
    for (const v1::RingStatistics& ring : response.rings()) {
      if (ring.ring_min() == minutes) return ring;
    }
    return {};
  }

  World world_;
  Statistics statistics_;
};

TEST_F(Shift, FirstUnitOnSceneByTheDeadlineIsInTime) {
  feed(world_.report("e1", Town::at(0, 0)));
  EXPECT_EQ(ring(5).pending(), 1U);
  feed(world_.later_s(20));
  feed(world_.acknowledge(1));
  feed(world_.on_scene(1));
  feed(world_.feedback(1));
  EXPECT_EQ(ring(5).in_time(), 1U);
  EXPECT_EQ(ring(5).pending(), 0U);
  const v1::StatisticsResponse response = statistics_.response();
  EXPECT_EQ(response.closed(), 1U);
  EXPECT_EQ(response.open(), 0U);
  EXPECT_EQ(response.signed_within().at("30s"), 1U);
  EXPECT_EQ(response.signed_within().at("all"), 1U);
}

TEST_F(Shift, AnIncidentOpenedAgainCountsAsClosedOnlyWhenItIsClosedForGoodAndAsInTimeOnce) {
  const auto deal_with_it = [&] {
    feed(world_.acknowledge(1));
    feed(world_.on_scene(1));
    feed(world_.feedback(1));
  };
  const auto call_back = [&](const char* id, auto fill) { feed(world_.command(id, fill)); };
  feed(world_.report("e1", Town::at(0, 0)));
  const std::uint64_t incident = world_.incident("e1").incident_id();
  deal_with_it();
  call_back("c1", [&](auto& c) {
    c.mutable_verify_incident()->set_incident_id(incident);
    c.mutable_verify_incident()->set_score(1);
  });
  call_back("c2", [&](auto& c) {
    c.mutable_reopen_incident()->set_incident_id(incident);
    c.set_reason("they are back");
  });
  EXPECT_EQ(statistics_.response().closed(), 0U);
  EXPECT_EQ(statistics_.response().open(), 1U);
  deal_with_it();
  const v1::StatisticsResponse response = statistics_.response();
  EXPECT_EQ(response.opened(), 1U);
  EXPECT_EQ(response.closed(), 1U);
  EXPECT_EQ(response.open(), 0U);
  EXPECT_EQ(response.reopened(), 1U);
  EXPECT_EQ(response.verified(), 1U);
  EXPECT_EQ(ring(5).in_time(), 1U);
  EXPECT_EQ(ring(5).pending(), 0U);
}

TEST_F(Shift, ABreachIsLateEvenWhenAUnitArrivesAfterwards) {
  feed(world_.report("e1", Town::at(1'900, 0), [](auto& r) { r.set_place_class(v1::PLACE_CLASS_RAILWAY_STATION); }));
  feed(world_.acknowledge(2));
  feed(world_.later_s(59));
  feed(world_.heartbeat(2));
  feed(world_.later_s(10));
  feed(world_.on_scene(2));
  EXPECT_EQ(ring(1).late(), 1U);
  EXPECT_EQ(ring(1).in_time(), 0U);
}

TEST_F(Shift, CancelledBeforeAnybodyArrivedIsVoid) {
  feed(world_.report("e1", Town::at(0, 0)));
  feed(world_.cancel("e1"));
  EXPECT_EQ(ring(5).void_(), 1U);
  EXPECT_EQ(statistics_.response().cancelled(), 1U);
}

TEST_F(Shift, WaitingDeclinedAndUnsignedAreCounted) {
  feed(world_.report("e1", Town::at(0, 0)));
  feed(world_.report("e2", Town::at(0, 0)));
  feed(world_.report("e3", Town::at(0, 0)));
  EXPECT_EQ(statistics_.response().waiting(), 1U);
  feed(world_.decline(1));
  feed(world_.later_s(30));
  EXPECT_EQ(statistics_.response().declined(), 1U);
  EXPECT_GE(statistics_.response().not_acknowledged(), 1U);
  feed(world_.report("e1", Town::at(0, 0)));
  EXPECT_EQ(statistics_.response().repeated_reports(), 1U);
}

}  // namespace
}  // namespace dispatch135::stats
