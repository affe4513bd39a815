// What one thread of the core can do: records per second of a mixed log, by itself and within a node, and the time of
// one incident's decision. Each answer is checked before it is timed.
#include <google/protobuf/arena.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "benchmarks/full_decision.h"
#include "benchmarks/node_replay.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/shared.h"
#include "engine/policy/policy.h"
#include "engine/road/nearest.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"
#include "services/policy/policy_file.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"
#include "tests/engine/plain_dijkstra.h"

namespace dispatch135::benchmarks {
namespace {

using core::testing::MixedLog;
using core::testing::OneCity;
using core::testing::Random;
using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t kStartMs = 1'700'000'000'000;
// Nine of ten records are positions, and each of the 1,178 units of the reference province says every 10 s where it is.
constexpr std::uint64_t kGapsBelowMs = 2 * 9 * 10'000 / 10 / 1'178 + 1;

double microseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
}

// What a city would start with.
v1::Policy default_policy() {
  Result<v1::Policy> read = policy::read_policy_file("config/policies/default.yaml");
  D135_CHECK(read.ok(), "run from the project's folder");
  return std::move(read.value());
}

struct LoadedCity {
  explicit LoadedCity(const std::string& preset) {
    Result<citybuild::Recipe> recipe = citybuild::preset_recipe(preset);
    D135_CHECK(recipe.ok(), "the presets are complete");
    Result<std::vector<std::byte>> built = city::build_city(citybuild::generate_city(recipe.value(), 1, 1).draft);
    D135_CHECK(built.ok(), "the generator makes good drafts");
    bytes = std::move(built.value());
  }
  city::City open() const {
    Result<city::City> opened = city::City::open(bytes);
    D135_CHECK(opened.ok(), "what was built can be opened");
    return std::move(opened.value());
  }
  std::vector<std::byte> bytes;
};

// Runs the log through a fresh engine; gives the state's hash and, through `seconds`, how long the records after the
// opening took.
std::uint64_t run(const std::vector<LoggedRecord>& records, std::size_t opening, const OneCity& catalog, bool parse_too,
                  double& seconds) {
  core::Engine engine(0, catalog);
  std::vector<v1::LogRecord> parsed;
  std::size_t parsed_up_to = parse_too ? opening : records.size();
  parsed.reserve(parsed_up_to);
  for (std::size_t i = 0; i < parsed_up_to; ++i) {
    D135_CHECK(parsed.emplace_back().ParseFromString(records[i].bytes), "written by this program");
  }
  for (std::size_t i = 0; i < opening; ++i) engine.apply(parsed[i], i, TimeMs{records[i].timestamp_ms});
  std::vector<char> first_block(1 << 16);
  google::protobuf::ArenaOptions options;
  options.initial_block = first_block.data();
  options.initial_block_size = first_block.size();
  google::protobuf::Arena arena(options);
  const auto start = SteadyClock::now();
  for (std::size_t i = opening; i < records.size(); ++i) {
    if (parse_too) {
      auto* record = google::protobuf::Arena::CreateMessage<v1::LogRecord>(&arena);
      record->ParseFromArray(records[i].bytes.data(), static_cast<int>(records[i].bytes.size()));
      engine.apply(*record, i, TimeMs{records[i].timestamp_ms});
      arena.Reset();
    } else {
      engine.apply(parsed[i], i, TimeMs{records[i].timestamp_ms});
    }
  }
  seconds = microseconds_since(start) / 1e6;
  return engine.state_hash();
}

void mixed_log(const LoadedCity& loaded, std::size_t count, const std::string& json) {
  const city::City city = loaded.open();
  const OneCity catalog(city);
  const std::uint32_t region = city.region(0).id.value();
  // First the log is made, by an engine whose decisions the units and hotlines of the log react to. Nine of ten records
  // are positions; the rest is mostly the course of incidents, with a little of everything else. What changes of
  // streets cost is bench_roads' to tell: one of the whole city takes as long as thousands of other records.
  MixedLog log(city, region, 1,
               {.positions_of_1000 = 900,
                .calls_of_100 = 14,
                .duty_of_100 = 1,
                .commands_of_100 = 1,
                .streets = false,
                .orders_read = true,
                .gaps_below_ms = kGapsBelowMs});
  core::Engine writer(0, catalog);
  std::vector<LoggedRecord> records;
  std::int64_t now_ms = kStartMs;
  v1::Decision last;
  const auto feed = [&](const v1::LogRecord& record) {
    now_ms += log.gap_ms();
    for (const v1::Decision& decision : writer.apply(record, records.size(), TimeMs{now_ms})) {
      log.saw(decision);
      last = decision;
    }
    records.push_back({record.SerializeAsString(), now_ms});
  };
  for (const v1::LogRecord& record : log.opening(default_policy())) feed(record);
  // With the hash of the state each 1,024 records.
  v1::LogRecord newest;
  newest.mutable_behaviour_activated()->set_level(core::kNewestBehaviour);
  feed(newest);
  const std::size_t opening = records.size();
  for (std::size_t i = 0; i < count; ++i) feed(log.next());

  const auto tell = [&](const std::string& name, auto seconds_of_a_run) {
    double best = 1e9;
    for (int round = 0; round < 3; ++round) best = std::min(best, seconds_of_a_run());
    const double rate = static_cast<double>(count) / best;
    report({.name = name,
            .unit = "records/s",
            .value = rate,
            .p99 = {},
            .floor = {},
            .ratio = {},
            .aim = ">= 500000",
            .met = rate >= 500'000},
           json);
  };
  for (const bool parse_too : {false, true}) {
    tell(parse_too ? "core/mixed log, parsed from bytes" : "core/mixed log", [&] {
      double seconds = 0;
      D135_CHECK(run(records, opening, catalog, parse_too, seconds) == writer.state_hash(),
                 "the same log, the same state");
      return seconds;
    });
  }
  tell("core/mixed log, by a whole node",
       [&] { return node_replay_s(records, opening, last, catalog, writer.state_hash()); });
}

class EveryUnit : public road::UnitFilter {
 public:
  EveryUnit(const city::City& city, const policy::Policy& policy) {
    for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
      turnouts_.push_back(policy.turnout(city.post(city.unit(UnitIndex(i)).post).kind));
    }
  }
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = turnouts_[unit.value()];
    return true;
  }

 private:
  std::vector<DurationMs> turnouts_;
};

// One incident's whole decision with `units` on duty at random places, beside the search for the nearest alone.
void incident(const LoadedCity& loaded, std::size_t units, int calls, const std::string& json) {
  const city::City city = loaded.open();
  const OneCity catalog(city);
  const std::uint32_t region = city.region(0).id.value();
  const v1::Policy policy_message = default_policy();
  const policy::Policy policy = policy::Policy::compile(policy_message).value();
  core::Engine engine(0, catalog);
  road::LiveRoads live(city.roads());
  road::UnitsOnRoad twin(live, city.unit_count());
  road::NearestSearch search(live);
  std::vector dijkstra(road::kTravelKinds, ::dispatch135::testing::PlainDijkstra(city.roads()));
  const EveryUnit everybody(city, policy);
  Random random(units);
  std::uint64_t offset = 0;
  std::int64_t now_ms = kStartMs;
  v1::LogRecord record;
  const auto apply = [&] { return engine.apply(record, offset++, TimeMs{now_ms}); };
  const auto somewhere = [&](v1::Position& position) {
    const geo::Point point = city.roads().junctions[random.below(city.roads().junctions.size())];
    position.set_latitude_e7(point.latitude_e7 + static_cast<std::int32_t>(random.below(2'000)) - 1'000);
    position.set_longitude_e7(point.longitude_e7 + static_cast<std::int32_t>(random.below(2'000)) - 1'000);
    return geo::Point{position.latitude_e7(), position.longitude_e7()};
  };
  record.set_region(region);
  record.mutable_city_activated()->set_fingerprint(city.fingerprint().value());
  apply();
  *record.mutable_policy_activated()->mutable_policy() = policy_message;
  apply();
  D135_CHECK(city.unit_count() >= units, "the preset has as many units");
  for (std::uint32_t i = 0; i < units; ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    record.mutable_unit_signed_on()->set_unit_id(unit.id.value());
    record.mutable_unit_signed_on()->set_device_id("device");
    apply();
    record.mutable_unit_position_reported()->set_unit_id(unit.id.value());
    record.mutable_unit_position_reported()->set_measured_at_ms(1);
    const geo::Point place = somewhere(*record.mutable_unit_position_reported()->mutable_position());
    apply();
    const auto kind = city::to_road(unit.travel_kind);
    twin.place(UnitIndex(i), kind, *city.roads().snap(place, kind, limits::kSnapLimitMm));
  }

  std::vector<double> decision_us;
  std::vector<double> search_us;
  for (int call = 0; call < calls; ++call) {
    const std::string event = "e" + std::to_string(call);
    v1::LogRecord report_record;
    report_record.set_region(region);
    v1::IncidentReported& reported = *report_record.mutable_incident_reported();
    reported.set_source("110");
    reported.set_event_id(event);
    reported.set_category(v1::CATEGORY_PUBLIC_ORDER);
    reported.set_severity(v1::SEVERITY_MEDIUM);
    reported.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
    const geo::Point place = somewhere(*reported.mutable_position());

    // In turns, so that neither always finds the caches warmed by the other.
    std::span<const road::Found> found;
    std::span<const v1::Decision> decisions;
    double searched = 0;
    double decided = 0;
    for (const bool search_now : {call % 2 == 0, call % 2 != 0}) {
      const auto start = SteadyClock::now();
      if (search_now) {
        found = search.k_soonest(place, limits::kSnapLimitMm, twin, everybody, policy.explain_candidates());
        searched = microseconds_since(start);
      } else {
        decisions = engine.apply(report_record, offset++, TimeMs{now_ms});
        decided = microseconds_since(start);
      }
    }
    // All units are free: the answer must be the search's, and for the first calls that of Dijkstra's algorithm.
    std::uint64_t chosen = 0;
    for (const v1::Decision& decision : decisions) {
      if (decision.has_unit_assigned()) chosen = decision.unit_assigned().assignment().unit_id();
    }
    D135_CHECK(!found.empty() && chosen == city.unit(found[0].unit).id.value(), "the decision is the search's answer");
    if (call < 3) {
      const auto places = city.roads().snap_each(place, road::kEveryKind, limits::kSnapLimitMm);
      for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
        if (places[kind]) dijkstra[kind].aim(*places[kind], static_cast<road::TravelKind>(kind));
      }
      for (std::uint32_t i = 0; i < units; ++i) {
        const auto kind = static_cast<std::size_t>(twin.kind(UnitIndex(i)));
        const auto ms = places[kind] ? dijkstra[kind].travel_ms(twin.point(UnitIndex(i))) : std::nullopt;
        DurationMs turnout;
        everybody.accepts(UnitIndex(i), turnout);
        D135_CHECK(!ms || static_cast<std::int64_t>(*ms) + turnout.count >= found[0].eta().count,
                   "no unit is sooner than the one chosen");
      }
    }
    if (call >= 100) {  // The first ones warm up.
      decision_us.push_back(decided);
      search_us.push_back(searched);
    }
    v1::LogRecord cancel;
    cancel.set_region(region);
    cancel.mutable_incident_cancelled()->set_source("110");
    cancel.mutable_incident_cancelled()->set_event_id(event);
    engine.apply(cancel, offset++, TimeMs{now_ms});
    record.mutable_unit_position_reported()->set_unit_id(chosen);
    record.mutable_unit_position_reported()->clear_position();
    record.mutable_unit_position_reported()->set_last_order_seen(
        engine.unit(RegionId(region), UnitId(chosen))->last_order_sequence());
    apply();
  }
  const double p50 = percentile(decision_us, 0.5);
  const double floor = percentile(search_us, 0.5);
  report({.name = "core/one incident, " + std::to_string(units) + " units",
          .unit = "us",
          .value = p50,
          .p99 = percentile(decision_us, 0.99),
          .floor = floor,
          .ratio = p50 / floor,
          .aim = "",
          .met = {}},
         json);
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135::benchmarks;
  CLI::App app("Measures the region core on one thread. The floor of an incident is the search for the nearest alone.");
  std::string json;
  std::size_t records = 1'000'000;
  int calls = 2'000;
  app.add_option("--json-lines", json, "Add the figures to this file, one JSON object a line");
  app.add_option("--records", records, "Records of the mixed log");
  app.add_option("--calls", calls, "Incidents to decide")->check(CLI::Range(200, 1'000'000));
  std::string only;
  app.add_option("--only", only, "One of the three")->check(CLI::IsMember({"log", "incident", "full"}));
  CLI11_PARSE(app, argc, argv);
  const LoadedCity jiangsu("jiangsu");
  if (only.empty() || only == "log") mixed_log(jiangsu, records, json);
  if (only.empty() || only == "incident") {
    incident(jiangsu, 336, calls, json);
    incident(jiangsu, 1'178, calls, json);
  }
  if (only.empty() || only == "full") full_decision(jiangsu.open(), 1'178, calls, json);
  return 0;
}
