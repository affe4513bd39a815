// What one sighting of a target on the move costs the core: where it could be, the cordon of up to three rings, the
// units. The time of every unit that is proposed is checked by a search for it alone.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/city_at_work.h"
#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/policy/policy.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"
#include "services/policy/policy_file.h"

namespace dispatch135::benchmarks {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kUnits = 1'178;

v1::Policy pursuit_policy(std::uint32_t most_units) {
  Result<v1::Policy> read = policy::read_policy_file("config/policies/default.yaml");
  D135_CHECK(read.ok(), "run from the project's folder");
  v1::Policy policy = std::move(read.value());
  v1::PursuitRule& rule = *policy.mutable_pursuit();
  rule.set_from_severity(v1::SEVERITY_HIGH);
  rule.set_target_speed_pct(130);
  rule.set_max_speed_kmh(180);
  rule.set_place_error_m(50);
  rule.set_stale_after_ms(120'000);
  rule.set_margin_ms(10'000);
  for (const std::int64_t ring : {120'000, 240'000, 480'000}) rule.add_rings_ms(ring);
  rule.set_most_units(most_units);
  return policy;
}

void sightings(const city::City& city, std::uint32_t most_units, int count, const std::string& json) {
  const v1::Policy policy_message = pursuit_policy(most_units);
  const policy::Policy policy = policy::Policy::compile(policy_message).value();
  CityAtWork at_work(city, policy_message, kUnits);

  std::vector<double> us;
  std::size_t manned = 0;
  std::size_t whole = 0;
  for (int i = 0; i < count; ++i) {
    v1::LogRecord report;
    v1::IncidentReported& reported = *report.mutable_incident_reported();
    reported.set_source("110");
    reported.set_event_id("e" + std::to_string(i));
    reported.set_category(v1::CATEGORY_CRIMINAL);
    reported.set_severity(v1::SEVERITY_HIGH);
    reported.set_place_class(v1::PLACE_CLASS_OTHER);
    CityAtWork::put(at_work.any_junction(), *reported.mutable_position());
    const std::uint64_t incident = at_work.apply(report)[0].incident_opened().incident().incident_id();

    v1::LogRecord sighting;
    v1::OperatorCommand& command = *sighting.mutable_operator_command();
    command.set_command_id("c" + std::to_string(i));
    command.set_operator_id("bench");
    command.set_reason("seen");
    command.mutable_report_sighting()->set_incident_id(incident);
    CityAtWork::put(at_work.any_junction(), *command.mutable_report_sighting()->mutable_position());
    sighting.set_region(at_work.region.value());
    const auto start = SteadyClock::now();
    const auto decisions = at_work.engine.apply(sighting, at_work.take_offset(), TimeMs{CityAtWork::kNowMs});
    const double took = std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
    if (i >= count / 10) us.push_back(took);  // The first ones warm up.

    for (const v1::Decision& decision : decisions) {
      if (!decision.has_pursuit_changed()) continue;
      const v1::Pursuit& pursuit = decision.pursuit_changed().pursuit();
      whole += pursuit.closed() ? 1 : 0;
      for (const v1::PursuitPoint& point : pursuit.points()) {
        if (point.unit_id() == 0) continue;
        ++manned;
        const UnitIndex unit = *city.find_unit(UnitId(point.unit_id()));
        const geo::Point place = {point.position().latitude_e7(), point.position().longitude_e7()};
        const auto travel = at_work.search.travel(place, limits::kBlockSnapMm, at_work.twin, unit);
        D135_CHECK(travel.has_value(), "a unit that is sent has a way");
        const std::int64_t there_ms =
            CityAtWork::kNowMs + travel->count + policy.turnout(city.post(city.unit(unit).post).kind).count;
        D135_CHECK(there_ms == point.unit_at_ms() && there_ms < point.target_at_ms(), "it is there before the target");
      }
    }
    v1::LogRecord cancel;
    cancel.mutable_incident_cancelled()->set_source("110");
    cancel.mutable_incident_cancelled()->set_event_id("e" + std::to_string(i));
    at_work.apply(cancel);
    for (const v1::Unit& unit : at_work.engine.units(at_work.region)) {
      if (unit.last_order_sequence() == 0) continue;
      v1::LogRecord read;
      read.mutable_unit_position_reported()->set_unit_id(unit.unit_id());
      read.mutable_unit_position_reported()->set_last_order_seen(unit.last_order_sequence());
      at_work.apply(read);
    }
  }
  D135_CHECK(manned > 0, "some units are in time");
  report({.name = "pursuit/one sighting, rings of 2, 4, 8 min, " + std::to_string(most_units) + " units at most; " +
                  std::to_string(whole) + " of " + std::to_string(count) + " cordons whole",
          .unit = "us",
          .value = percentile(us, 0.5),
          .p99 = percentile(us, 0.99),
          .floor = {},
          .ratio = {},
          .aim = "",
          .met = {}},
         json);
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135;
  CLI::App app("Measures what a sighting of a target on the move costs, in a made-up province with 1,178 units.");
  std::string json;
  int count = 200;
  app.add_option("--json-lines", json, "Add the figures to this file, one JSON object a line");
  app.add_option("--sightings", count)->check(CLI::Range(20, 100'000))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const citybuild::Recipe recipe = citybuild::preset_recipe("jiangsu").value();
  const std::vector<std::byte> bytes = city::build_city(citybuild::generate_city(recipe, 1, 1).draft).value();
  const city::City city = city::City::open(bytes).value();
  for (const std::uint32_t most : {8U, 32U}) benchmarks::sightings(city, most, count, json);
  return 0;
}
