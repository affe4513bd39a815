// What it costs to save, restore and hash the state of a large city at work: a node's start from a snapshot is a
// restore, and the hash is decided with each 1,024th record. Each answer is checked before it is timed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "services/policy/policy_file.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::benchmarks {
namespace {

using core::testing::kRegion;
using SteadyClock = std::chrono::steady_clock;

double milliseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

template <typename Work>
double best_of_five_ms(Work work) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto start = SteadyClock::now();
    work();
    best = std::min(best, milliseconds_since(start));
  }
  return best;
}

class LargeCity {
 public:
  LargeCity(std::uint32_t units, int open, int ended)
      : bytes_(city::build_city(core::testing::grid_town(100, units, 1)).value()),
        city_(city::City::open(bytes_).value()),
        catalog(city_),
        engine(0, catalog),
        random_(1) {
    Result<v1::Policy> policy = policy::read_policy_file("config/policies/default.yaml");
    D135_CHECK(policy.ok(), "run from the project's folder");
    v1::LogRecord record = of_region();
    record.mutable_city_activated()->set_fingerprint(city_.fingerprint().value());
    apply(record);
    *record.mutable_policy_activated()->mutable_policy() = policy.value();
    apply(record);
    D135_CHECK(engine.has_region(kRegion), "the city can keep the policy");
    for (std::uint32_t i = 0; i < units; ++i) {
      record.mutable_unit_signed_on()->set_unit_id(city_.unit(UnitIndex(i)).id.value());
      record.mutable_unit_signed_on()->set_device_id("device");
      apply(record);
      position(i);
    }
    for (int i = 0; i < ended; ++i) {
      report(i);
      v1::LogRecord cancel = of_region();
      cancel.mutable_incident_cancelled()->set_source("110");
      cancel.mutable_incident_cancelled()->set_event_id(std::to_string(i));
      apply(cancel);
    }
    for (int i = 0; i < open; ++i) report(ended + i);
  }
  void position(std::uint32_t unit) {
    v1::LogRecord record = of_region();
    record.mutable_unit_position_reported()->set_unit_id(city_.unit(UnitIndex(unit)).id.value());
    record.mutable_unit_position_reported()->set_measured_at_ms(++clock_);
    somewhere(*record.mutable_unit_position_reported()->mutable_position());
    apply(record);
  }

 private:
  static v1::LogRecord of_region() {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    return record;
  }
  void apply(const v1::LogRecord& record) { engine.apply(record, offset_++, TimeMs{1'700'000'000'000}); }
  void somewhere(v1::Position& position) {
    const geo::Point point = city_.roads().junctions[random_.below(city_.roads().junctions.size())];
    position.set_latitude_e7(point.latitude_e7);
    position.set_longitude_e7(point.longitude_e7);
  }
  void report(int number) {
    v1::LogRecord record = of_region();
    v1::IncidentReported& reported = *record.mutable_incident_reported();
    reported.set_source("110");
    reported.set_event_id(std::to_string(number));
    reported.set_category(v1::CATEGORY_PUBLIC_ORDER);
    reported.set_severity(v1::SEVERITY_MEDIUM);
    reported.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
    reported.set_address("Taihu Avenue " + std::to_string(number));
    reported.set_description("two people fight at the corner, one of them has been hurt");
    somewhere(*reported.mutable_position());
    apply(record);
  }

  std::vector<std::byte> bytes_;
  city::City city_;

 public:
  core::testing::OneCity catalog;
  core::Engine engine;

 private:
  core::testing::Random random_;
  std::uint64_t offset_ = 0;
  std::int64_t clock_ = 0;
};

void run(std::uint32_t units, int open, int ended, const std::string& json) {
  LargeCity city(units, open, ended);
  const std::string of = ", " + std::to_string(units) + " units, " + std::to_string(open) + " open incidents, " +
                         std::to_string(ended) + " ended";
  const auto tell = [&](const std::string& name, const std::string& unit, double value, const std::string& aim,
                        std::optional<bool> met) {
    report({.name = "state/" + name + of,
            .unit = unit,
            .value = value,
            .p99 = {},
            .floor = {},
            .ratio = {},
            .aim = aim,
            .met = met},
           json);
  };
  const core::Engine restored = core::testing::reloaded(city.engine, 0, city.catalog);
  std::string bytes;
  const double save_ms = best_of_five_ms([&] {
    bytes.clear();
    city.engine.save(bytes);
  });
  const double restore_ms = best_of_five_ms(
      [&] { D135_CHECK(core::Engine::restore(0, city.catalog, bytes).ok(), "it was restored before"); });
  tell("save", "ms", save_ms, "", {});
  tell("bytes", "bytes", static_cast<double>(bytes.size()), "", {});
  tell("restore", "ms", restore_ms, "< 1000", restore_ms < 1'000);

  D135_CHECK(city.engine.state_hash() == city.engine.walked_state_hash(), "two ways, one hash");
  const double walk_ms = best_of_five_ms([&] { city.engine.walked_state_hash(); });
  double changes_ms = 1e9;
  for (int round = 0; round < 5; ++round) {
    for (std::uint32_t i = 0; i < 1'024; ++i) city.position(i % units);
    const auto start = SteadyClock::now();
    city.engine.state_hash();
    changes_ms = std::min(changes_ms, milliseconds_since(start));
  }
  tell("hash after 1,024 positions", "ms", changes_ms, "", {});
  tell("hash by a whole walk", "ms", walk_ms, "", {});
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  CLI::App app("Measures saving, restoring and hashing the state of one region.");
  std::string json;
  std::uint32_t units = 10'000;
  int open = 5'000;
  int ended = 20'000;
  app.add_option("--json-lines", json, "Add the figures to this file, one JSON object a line");
  app.add_option("--units", units, "On duty")->check(CLI::Range(1, 10'000));
  app.add_option("--open", open, "Open incidents");
  app.add_option("--ended", ended, "Ended incidents that are kept");
  CLI11_PARSE(app, argc, argv);
  dispatch135::benchmarks::run(units, open, ended, json);
  return 0;
}
