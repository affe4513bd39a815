// An engine with one city and its units on duty at random places, beside a search that knows where they stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/engine.h"
#include "engine/road/nearest.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::benchmarks {

struct CityAtWork {
  static constexpr std::int64_t kNowMs = 1'700'000'000'000;  // Log time of all records.

  // The first `on_duty` units of the city, which must outlive it. The city must be able to keep the policy.
  CityAtWork(const city::City& of, const v1::Policy& policy, std::size_t on_duty)
      : city(of),
        catalog(city),
        engine(0, catalog),
        region(city.region(0).id),
        live(city.roads()),
        twin(live, city.unit_count()),
        search(live),
        random(on_duty) {
    v1::LogRecord record;
    record.mutable_city_activated()->set_fingerprint(city.fingerprint().value());
    apply(record);
    *record.mutable_policy_activated()->mutable_policy() = policy;
    apply(record);
    D135_CHECK(engine.has_region(region), "the city can keep the policy");
    for (std::uint32_t i = 0; i < on_duty; ++i) {
      const city::UnitInfo unit = city.unit(UnitIndex(i));
      record.mutable_unit_signed_on()->set_unit_id(unit.id.value());
      record.mutable_unit_signed_on()->set_device_id("device");
      apply(record);
      record.mutable_unit_position_reported()->set_unit_id(unit.id.value());
      record.mutable_unit_position_reported()->set_measured_at_ms(1);
      const geo::Point place = any_junction();
      put(place, *record.mutable_unit_position_reported()->mutable_position());
      apply(record);
      const auto kind = city::to_road(unit.travel_kind);
      twin.place(UnitIndex(i), kind, *city.roads().snap(place, kind, limits::kSnapLimitMm));
    }
  }

  std::vector<v1::Decision> apply(v1::LogRecord record) {
    record.set_region(region.value());
    const auto decisions = engine.apply(record, offset++, TimeMs{kNowMs});
    return {decisions.begin(), decisions.end()};
  }
  geo::Point any_junction() { return city.roads().junctions[random.below(city.roads().junctions.size())]; }
  static void put(geo::Point point, v1::Position& position) {
    position.set_latitude_e7(point.latitude_e7);
    position.set_longitude_e7(point.longitude_e7);
  }
  // For a record that is timed: the next offset.
  std::uint64_t take_offset() { return offset++; }

  const city::City& city;
  core::testing::OneCity catalog;
  core::Engine engine;
  RegionId region;
  road::LiveRoads live;
  road::UnitsOnRoad twin;
  road::NearestSearch search;
  core::testing::Random random;
  std::uint64_t offset = 0;
};

}  // namespace dispatch135::benchmarks
