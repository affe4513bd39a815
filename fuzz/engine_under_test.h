// An engine with a small town in force, all units signed on, and every section of the policy.
#pragma once

#include <cstdint>
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
  void apply(const v1::LogRecord& record, std::int64_t after_ms) {
    now_ms_ += after_ms;
    // A node stops following there.
    if (!engine_.can_apply(record)) return;
    engine_.apply(record, offset_++, {now_ms_});
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
  core::Engine engine_;
  std::uint64_t offset_ = 0;
  std::int64_t now_ms_ = kStartMs;
};

}  // namespace dispatch135::fuzz
