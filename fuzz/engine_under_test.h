// An engine with a small town in force, all units signed on, and every section of the policy.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/core/engine.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/rest_of_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::fuzz {

inline constexpr std::int64_t kStartMs = 1'700'000'000'000;

// Built once; the same for every input.
class TownUnderTest {
 public:
  static const TownUnderTest& get() {
    static const TownUnderTest town;
    return town;
  }
  const city::City& city() const { return city_; }
  const core::CityCatalog& catalog() const { return catalog_; }
  // Its opening records.
  const std::vector<v1::LogRecord>& opening() const { return opening_; }

 private:
  static std::vector<std::byte> build() {
    city::CityDraft draft = core::testing::grid_town(6, 10, 1);
    core::testing::RestOfLog::add_grid_workers(draft);
    return city::build_city(draft).value();
  }
  TownUnderTest()
      : bytes_(build()),
        city_(city::City::open(bytes_).value()),
        catalog_(city_),
        opening_(core::testing::MixedLog(city_, core::testing::kRegion.value(), 1, {})
                     .opening(core::testing::RestOfLog::every_section(1))) {}

  std::vector<std::byte> bytes_;
  city::City city_;
  core::testing::OneCity catalog_;
  std::vector<v1::LogRecord> opening_;
};

class EngineUnderTest {
 public:
  EngineUnderTest() : engine_(0, TownUnderTest::get().catalog()) {
    for (const v1::LogRecord& record : TownUnderTest::get().opening()) apply(record, 0);
  }
  // Of TownUnderTest's city; it may have been restored from anything.
  explicit EngineUnderTest(core::Engine engine)
      : engine_(std::move(engine)), offset_(engine_.next_offset()), now_ms_(engine_.now().since_epoch) {}
  std::span<const v1::Decision> apply(const v1::LogRecord& record, std::int64_t after_ms) {
    now_ms_ += after_ms;
    // A node stops following there.
    if (!engine_.can_apply(record)) return {};
    return engine_.apply(record, offset_++, {now_ms_});
  }
  // What an hour brings: units report on the work that they have, calls come, people command, timers fire.
  void go_on() {
    constexpr int kRecords = 30;
    const city::City& city = TownUnderTest::get().city();
    core::testing::MixedLog mixed(city, core::testing::kRegion.value(), 1, {});
    core::testing::RestOfLog rest(city, core::testing::kRegion.value(), 1);
    const auto saw = [&](const v1::Decision& decision) {
      mixed.saw(decision);
      rest.saw(decision);
    };
    for (const v1::Decision& decision : work_now()) saw(decision);
    v1::LogRecord tick;
    tick.mutable_tick();
    for (int i = 0; i < kRecords; ++i) {
      for (const v1::Decision& decision : apply(i % 2 == 0 ? mixed.next() : rest.next(now_ms_), 1'000)) saw(decision);
      for (const v1::Decision& decision : apply(tick, 180'000)) saw(decision);
    }
  }
  // What a node asks of it.
  void look() const {
    for (const RegionId region : engine_.regions()) {
      D135_CHECK(engine_.snapshot(region).IsInitialized(), "a snapshot");
      for (const v1::Unit& unit : engine_.units(region)) {
        v1::Route route;
        (void)engine_.route(region, UnitId(unit.unit_id()), route);
        (void)engine_.orders_after(region, UnitId(unit.unit_id()), 0);
      }
    }
    (void)engine_.state_hash();
    (void)engine_.next_timer();
  }

 private:
  // The decisions that brought about what is under way.
  std::vector<v1::Decision> work_now() const {
    std::vector<v1::Decision> all;
    const v1::RegionSnapshot snapshot = engine_.snapshot(core::testing::kRegion);
    for (const v1::Incident& incident : snapshot.incidents()) {
      *all.emplace_back().mutable_incident_opened()->mutable_incident() = incident;
      for (const v1::Assignment& assignment : incident.assignments()) {
        *all.emplace_back().mutable_unit_assigned()->mutable_assignment() = assignment;
      }
    }
    for (const v1::Matter& matter : snapshot.matters()) {
      *all.emplace_back().mutable_matter_changed()->mutable_matter() = matter;
    }
    for (const v1::CoverMove& move : snapshot.cover_moves()) {
      *all.emplace_back().mutable_cover_move_changed()->mutable_move() = move;
    }
    return all;
  }

  core::Engine engine_;
  std::uint64_t offset_ = 0;
  std::int64_t now_ms_ = kStartMs;
};

}  // namespace dispatch135::fuzz
