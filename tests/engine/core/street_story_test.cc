// Closures and speeds as dispatchers make them: who is soonest then, and when it is over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "engine/base/limits.h"
#include "tests/engine/core/world.h"
#include "tests/engine/map_fixture.h"

namespace dispatch135::core::testing {
namespace {

using dispatch135::testing::AsciiMap;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Shape = std::function<void(v1::ChangeStreets&)>;

// A river from west to east with a bridge at either end, 10 s a letter and sign. Unit 1 is at A, unit 2 at J; most
// calls come from F: 20 s over the western bridge for unit 1, 120 s for unit 2.
constexpr const char* kRiver = R"(
   A--B--C--D--E
   1           2
   F--G--H--I--J
)";

void put(const geo::Point& point, v1::Position& position) {
  position.set_latitude_e7(point.latitude_e7);
  position.set_longitude_e7(point.longitude_e7);
}

struct Streets : ::testing::Test {
  explicit Streets(const char* drawing = kRiver) : map(drawing) {
    map.add_post("north", 'A', v1::POST_KIND_OUTPOST);
    map.add_post("south", 'J', v1::POST_KIND_OUTPOST);
    map.add_unit("1", "north");
    map.add_unit("2", "south");
    world.emplace(map.draft());
    world->sign_on(1);
    world->sign_on(2);
  }

  World::Decisions change(const std::string& command_id, const Shape& shape) {
    return world->command(command_id, [&](v1::OperatorCommand& command) {
      command.set_reason("flood");
      command.mutable_change_streets()->set_closed(true);
      shape(*command.mutable_change_streets());
    });
  }
  World::Decisions close_at(const std::string& command_id, char place, const Shape& shape = {}) {
    return change(command_id, [&](v1::ChangeStreets& change) {
      put(map.at(place), *change.mutable_piece()->mutable_at());
      if (shape) shape(change);
    });
  }
  World::Decisions restore(const std::string& command_id, std::uint64_t change_id) {
    return world->command(
        command_id, [&](v1::OperatorCommand& command) { command.mutable_restore_streets()->set_change_id(change_id); });
  }
  std::vector<std::uint64_t> sent_to(const std::string& event_id, char place) {
    return assigned_units(world->report(event_id, map.at(place)));
  }
  // After a minute without a word they would be silent, and get no work.
  void both_are_heard() {
    world->heartbeat(1);
    world->heartbeat(2);
  }
  v1::RegionSnapshot snapshot() { return world->engine().snapshot(kRegion); }

  AsciiMap map;
  std::optional<World> world;
};

std::uint64_t change_in(const World::Decisions& decisions) {
  const auto applied = only(decisions, v1::Decision::kCommandApplied);
  EXPECT_THAT(applied, SizeIs(1));
  return applied.empty() ? 0 : applied[0].command_applied().change_id();
}

std::vector<v1::StreetsChanged::What> told(const World::Decisions& decisions) {
  std::vector<v1::StreetsChanged::What> what;
  for (const v1::Decision& decision : only(decisions, v1::Decision::kStreetsChanged)) {
    what.push_back(decision.streets_changed().what());
  }
  return what;
}

TEST_F(Streets, AClosedBridgeMakesTheFartherUnitSoonestAndReopenedTheNearerOne) {
  const std::uint64_t closure = change_in(close_at("c1", '1'));
  const auto decisions = world->report("e1", map.at('F'));
  ASSERT_THAT(assigned_units(decisions), ElementsAre(2));
  const v1::Why why = only(decisions, v1::Decision::kUnitAssigned)[0].unit_assigned().why();
  ASSERT_EQ(why.candidates_size(), 2);
  EXPECT_NEAR(static_cast<double>(why.candidates(1).travel_ms()), 260'000, 500) << "unit 1 around by the other bridge";
  world->cancel("e1");
  restore("c2", closure);
  EXPECT_THAT(sent_to("e2", 'F'), ElementsAre(1));
}

TEST_F(Streets, AClosureTellsWhatItTouchesAndWhoMadeIt) {
  const auto decisions = close_at("c1", '1');
  ASSERT_THAT(told(decisions), ElementsAre(v1::StreetsChanged::WHAT_MADE));
  const v1::StreetsChange made = only(decisions, v1::Decision::kStreetsChanged)[0].streets_changed().change();
  EXPECT_EQ(made.change_id(), change_in(decisions));
  EXPECT_EQ(made.operator_id(), "dispatcher");
  EXPECT_EQ(made.reason(), "flood");
  EXPECT_EQ(made.made_at_ms(), world->now_ms());
  EXPECT_EQ(made.pieces(), 1U);
  EXPECT_THAT(made.streets(), ElementsAre("AF"));
  EXPECT_TRUE(made.holds());
  ASSERT_EQ(snapshot().streets_size(), 1);
  EXPECT_EQ(snapshot().streets(0).SerializeAsString(), made.SerializeAsString());
}

TEST_F(Streets, AClosureForOneKindOfTravelLetsTheOthersThrough) {
  close_at("c1", '1', [](v1::ChangeStreets& change) { change.add_travel_kinds(v1::TRAVEL_KIND_MOTORCYCLE); });
  EXPECT_THAT(sent_to("e1", 'F'), ElementsAre(1));
  world->cancel("e1");
  close_at("c2", '1', [](v1::ChangeStreets& change) { change.add_travel_kinds(v1::TRAVEL_KIND_CAR); });
  EXPECT_THAT(sent_to("e2", 'F'), ElementsAre(2));
}

TEST_F(Streets, ASlowStreetTakesLonger) {
  close_at("c1", '1', [](v1::ChangeStreets& change) { change.set_speed_permille(250); });
  const auto decisions = world->report("e1", map.at('F'));
  ASSERT_THAT(assigned_units(decisions), ElementsAre(1));
  EXPECT_NEAR(static_cast<double>(world->incident("e1").assignments(0).eta_ms()), 80'000, 200) << "20 s at a quarter";
  world->cancel("e1");
  close_at("c2", '1', [](v1::ChangeStreets& change) { change.set_speed_permille(500); });
  EXPECT_THAT(sent_to("e2", 'F'), ElementsAre(2)) << "two changes add up to an eighth: 160 s";
}

TEST_F(Streets, ChangesOfOneClassLeaveTheOthers) {
  AsciiMap classes(kRiver);
  classes.add_post("north", 'A', v1::POST_KIND_OUTPOST);
  classes.add_unit("1", "north");
  for (city::DraftEdge& edge : classes.draft().edges) {
    if (edge.name == "AF") edge.road_class = v1::ROAD_CLASS_PRIMARY;
  }
  world.emplace(classes.draft());
  const auto closed = [&](const std::string& id, v1::RoadClass road_class) {
    return change(id, [&](v1::ChangeStreets& change) {
      change.mutable_whole_city();
      change.add_classes(road_class);
    });
  };
  const auto primary = only(closed("c1", v1::ROAD_CLASS_PRIMARY), v1::Decision::kStreetsChanged);
  ASSERT_THAT(primary, SizeIs(1));
  EXPECT_THAT(primary[0].streets_changed().change().streets(), ElementsAre("AF"));
  EXPECT_EQ(rejected(closed("c2", v1::ROAD_CLASS_MOTORWAY)), v1::REJECT_CODE_OFF_ROAD) << "there is none";
}

// The world begins on a Tuesday at 22:13:20 UTC, which is 06:13:20 on Wednesday in China.
TEST_F(Streets, ADailyWindowSwitchesAtItsMinute) {
  const std::int64_t start = world->now_ms();
  const auto made = close_at("c1", '1', [](v1::ChangeStreets& change) {
    v1::DailyWindow& window = *change.add_windows();
    window.set_begin_min(6 * 60 + 15);
    window.set_end_min(6 * 60 + 20);
    window.set_weekdays(1U << 2);
    change.set_utc_offset_min(480);
  });
  EXPECT_FALSE(only(made, v1::Decision::kStreetsChanged)[0].streets_changed().change().holds());
  EXPECT_THAT(sent_to("before", 'F'), ElementsAre(1));
  world->cancel("before");

  const auto begun = only(world->later_s(100), v1::Decision::kStreetsChanged);
  ASSERT_THAT(begun, SizeIs(1));
  EXPECT_EQ(begun[0].streets_changed().what(), v1::StreetsChanged::WHAT_HOLDS);
  EXPECT_EQ(begun[0].decided_at_ms(), start + 100'000);
  EXPECT_TRUE(snapshot().streets(0).holds());
  both_are_heard();
  EXPECT_THAT(sent_to("within", 'F'), ElementsAre(2));
  world->cancel("within");

  const auto rests = only(world->later_s(300), v1::Decision::kStreetsChanged);
  ASSERT_THAT(rests, SizeIs(1));
  EXPECT_EQ(rests[0].streets_changed().what(), v1::StreetsChanged::WHAT_RESTS);
  both_are_heard();
  EXPECT_THAT(sent_to("after", 'F'), ElementsAre(1));
  EXPECT_THAT(told(world->later_s(6 * 24 * 3'600)), IsEmpty()) << "not on other days";
  EXPECT_THAT(told(world->later_s(24 * 3'600)),
              ElementsAre(v1::StreetsChanged::WHAT_HOLDS, v1::StreetsChanged::WHAT_RESTS));
}

TEST_F(Streets, AChangeBeginsAndEndsByItself) {
  const std::int64_t start = world->now_ms();
  close_at("c1", '1', [&](v1::ChangeStreets& change) {
    change.set_from_ms(start + 60'000);
    change.set_until_ms(start + 90'000);
  });
  EXPECT_THAT(told(world->later_ms(59'999)), IsEmpty());
  EXPECT_THAT(told(world->later_ms(1)), ElementsAre(v1::StreetsChanged::WHAT_HOLDS));
  EXPECT_THAT(told(world->later_ms(30'000)), ElementsAre(v1::StreetsChanged::WHAT_ENDED));
  EXPECT_EQ(snapshot().streets_size(), 0);
  both_are_heard();
  EXPECT_THAT(sent_to("e1", 'F'), ElementsAre(1));
}

TEST_F(Streets, AHundredWindowsThatOpenTogetherHoldTogether) {
  for (int i = 0; i < 100; ++i) {
    close_at("c" + std::to_string(i), "12"[i % 2],
             [&](v1::ChangeStreets& change) { change.set_from_ms(world->now_ms() + 60'000); });
  }
  EXPECT_THAT(told(world->later_s(60)), SizeIs(100));
  EXPECT_THAT(told(world->later_s(3'600)), IsEmpty());
}

TEST_F(Streets, AWindowThatPassedBetweenTwoRecordsHasNoEffect) {
  close_at("c1", '1', [&](v1::ChangeStreets& change) {
    change.set_from_ms(world->now_ms() + 60'000);
    change.set_until_ms(world->now_ms() + 90'000);
  });
  v1::LogRecord tick;
  tick.mutable_tick();
  const auto late = world->engine().apply(tick, 1'000, TimeMs{world->now_ms() + 3'600'000});
  EXPECT_THAT(told({late.begin(), late.end()}), ElementsAre(v1::StreetsChanged::WHAT_ENDED));
}

TEST_F(Streets, AClosureThatEndsServesThoseWhoWaited) {
  const std::uint64_t west = change_in(close_at("c1", '1'));
  close_at("c2", '2');
  world->sign_off(2);
  EXPECT_THAT(sent_to("e1", 'H'), IsEmpty());
  EXPECT_EQ(world->incident("e1").units_missing(), 1U);
  EXPECT_THAT(assigned_units(restore("c3", west)), ElementsAre(1));
}

TEST_F(Streets, AnAssignmentKeepsItsEtaWhenItsWayIsClosed) {
  world->report("e1", map.at('F'));
  const std::int64_t eta_ms = world->incident("e1").assignments(0).eta_ms();
  const auto decisions = close_at("c1", '1');
  EXPECT_THAT(only(decisions, v1::Decision::kAssignmentEnded), IsEmpty());
  EXPECT_THAT(only(decisions, v1::Decision::kAssignmentUpdated), IsEmpty());
  EXPECT_EQ(world->incident("e1").assignments(0).eta_ms(), eta_ms);
}

TEST_F(Streets, AUnitOnAClosedStreetLeavesByTheNearestOpenOneAndComesBackToIt) {
  world->sign_off(2);
  world->position(1, map.at('1'));  // In the middle of the bridge.
  const std::uint64_t closure = change_in(close_at("c1", '1'));
  EXPECT_THAT(sent_to("e1", 'B'), ElementsAre(1));
  world->cancel("e1");
  restore("c2", closure);
  world->report("e2", map.at('F'));
  EXPECT_NEAR(static_cast<double>(world->incident("e2").assignments(0).eta_ms()), 10'000, 100) << "from the bridge";
}

TEST_F(Streets, AnIncidentOnAClosedStreetIsReachedFromTheNearestOpenOne) {
  close_at("c1", '1');
  const auto decisions = world->report("e1", {map.at('1').latitude_e7 - 1'000, map.at('1').longitude_e7});
  EXPECT_THAT(assigned_units(decisions), ElementsAre(2)) << "from the south, which is a little nearer than the north";
}

TEST_F(Streets, ARefusedChangeChangesNothing) {
  World other(map.draft());
  other.sign_on(1);
  other.sign_on(2);
  const Shape faults[] = {
      [](v1::ChangeStreets& c) { c.mutable_street()->set_name("Nowhere Lane"); },
      [&](v1::ChangeStreets& c) {
        c.mutable_street()->set_name("Nowhere Lane");
        put(map.at('A'), *c.mutable_street()->mutable_near());
      },
      [&](v1::ChangeStreets& c) {
        for (const char corner : {'B', 'B', 'G'}) put(map.at(corner), *c.mutable_area()->add_corners());
        for (v1::Position& corner : *c.mutable_area()->mutable_corners()) corner.set_latitude_e7(100'000'000);
      },
      [](v1::ChangeStreets& c) { c.mutable_edges()->add_forward(0); },
      [](v1::ChangeStreets& c) {
        c.mutable_whole_city();
        c.set_speed_permille(20'000);
      },
      [&](v1::ChangeStreets& c) {
        c.mutable_whole_city();
        c.set_until_ms(world->now_ms());
      },
  };
  int count = 0;
  for (const Shape& fault : faults) {
    const std::string id = "c" + std::to_string(count++);
    const auto decisions = change(id, fault);
    ASSERT_THAT(decisions, SizeIs(1)) << id;
    EXPECT_NE(rejected(decisions), v1::REJECT_CODE_UNSPECIFIED) << id;
    other.later_ms(0);
    ASSERT_EQ(world->engine().state_hash(), other.engine().state_hash()) << id;
  }
}

TEST_F(Streets, WhatIsRestoredTwiceOrWasNeverThereIsRefused) {
  const std::uint64_t closure = change_in(close_at("c1", '1'));
  EXPECT_EQ(change_in(restore("c2", closure)), closure);
  const auto again = restore("c3", closure);
  ASSERT_THAT(only(again, v1::Decision::kRecordRejected), SizeIs(1));
  EXPECT_THAT(only(again, v1::Decision::kRecordRejected)[0].record_rejected().reason(), HasSubstr("may have ended"));
}

TEST_F(Streets, TheSameCommandActsOnce) {
  close_at("c1", '1');
  EXPECT_THAT(close_at("c1", '1'), IsEmpty());
  EXPECT_EQ(snapshot().streets_size(), 1);
}

TEST_F(Streets, ManyChangesAreTakenAndOneTooManyIsRefused) {
  for (std::size_t i = 0; i < limits::kStreetsChanges; ++i) {
    ASSERT_THAT(told(close_at("c" + std::to_string(i), '1')), SizeIs(1));
  }
  EXPECT_EQ(rejected(close_at("one too many", '1')), v1::REJECT_CODE_CAPACITY);
  restore("restore", snapshot().streets(17).change_id());
  EXPECT_THAT(told(close_at("again", '1')), SizeIs(1));
}

TEST_F(Streets, AListOfEdgesIsShownWithoutItsNumbers) {
  const auto decisions = change("c1", [&](v1::ChangeStreets& change) {
    change.mutable_edges()->add_forward(0);
    change.mutable_edges()->set_fingerprint(world->city().fingerprint().value());
  });
  const v1::StreetsChange made = only(decisions, v1::Decision::kStreetsChanged)[0].streets_changed().change();
  EXPECT_THAT(made.change().edges().forward(), IsEmpty());
  EXPECT_EQ(made.change().edges().fingerprint(), world->city().fingerprint().value());
  EXPECT_EQ(made.pieces(), 1U);
}

// Finds two.
class TwoCities : public CityCatalog {
 public:
  TwoCities(const city::City& one, const city::City& other) : one_(one), other_(other) {}
  const city::City* find(CityFingerprint fingerprint) const override {
    return fingerprint == one_.fingerprint() ? &one_ : fingerprint == other_.fingerprint() ? &other_ : nullptr;
  }

 private:
  const city::City& one_;
  const city::City& other_;
};

TEST(StreetsOfACity, ChangesEndWithTheCityFileTheyWereMadeFor) {
  const AsciiMap before("A--B");
  const AsciiMap after("A--B--C");
  const auto one = before.build();
  const auto other = after.build();
  const TwoCities catalog(one.city(), other.city());
  Engine engine(0, catalog);
  std::uint64_t offset = 0;
  const auto apply = [&](const std::function<void(v1::LogRecord&)>& fill) -> World::Decisions {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    fill(record);
    const auto decisions = engine.apply(record, offset++, TimeMs{1'700'000'000'000});
    return {decisions.begin(), decisions.end()};
  };
  apply([&](auto& r) { r.mutable_city_activated()->set_fingerprint(one.city().fingerprint().value()); });
  apply([&](auto& r) { *r.mutable_policy_activated()->mutable_policy() = test_policy(); });
  apply([&](auto& r) {
    r.mutable_operator_command()->set_command_id("c1");
    r.mutable_operator_command()->set_operator_id("dispatcher");
    r.mutable_operator_command()->mutable_change_streets()->mutable_whole_city();
    r.mutable_operator_command()->mutable_change_streets()->set_closed(true);
  });
  ASSERT_EQ(engine.snapshot(kRegion).streets_size(), 1);
  const auto changed =
      apply([&](auto& r) { r.mutable_city_activated()->set_fingerprint(other.city().fingerprint().value()); });
  EXPECT_THAT(told(changed), ElementsAre(v1::StreetsChanged::WHAT_ENDED));
  EXPECT_EQ(engine.snapshot(kRegion).streets_size(), 0);
}

}  // namespace
}  // namespace dispatch135::core::testing
