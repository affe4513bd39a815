#include "benchmarks/full_decision.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include "benchmarks/city_at_work.h"
#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/policy/policy.h"
#include "services/policy/policy_file.h"

namespace dispatch135::benchmarks {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kUnitsOfPlan = 6;

void add_entry(v1::PlanLevel& level, std::int64_t within_ms, std::uint32_t units,
               std::initializer_list<v1::UnitKind> kinds) {
  v1::PlanEntry& entry = *level.add_entries();
  entry.set_within_ms(within_ms);
  entry.set_units(units);
  for (const v1::UnitKind kind : kinds) entry.add_unit_kinds(kind);
}

// The default with its cover reckoned and weighed, three candidates and as many passed over explained, and a plan in
// three rings for everything.
v1::Policy six_units_policy() {
  Result<v1::Policy> read = policy::read_policy_file("config/policies/default.yaml");
  D135_CHECK(read.ok(), "run from the project's folder");
  v1::Policy policy = std::move(read.value());
  v1::CoverageRule& coverage = *policy.mutable_coverage();
  coverage.Clear();
  coverage.set_zone_m(500);
  coverage.set_busy_permille(300);
  coverage.set_street_weight(1);
  coverage.set_call_weight(50);
  coverage.set_parts_of_day(6);
  policy.mutable_choice()->set_cover_weight_ms(5'000);
  policy.mutable_choice()->set_cover_candidates(8);
  policy.set_explain_passed(3);
  policy.clear_rules();
  v1::ResponseRule& rule = *policy.add_rules();
  rule.set_name("six units");
  v1::PlanLevel& level = *rule.add_plan();
  add_entry(level, 60'000, 2, {});
  add_entry(level, 180'000, 2, {v1::UNIT_KIND_RAPID_RESPONSE_CREW});
  add_entry(level, 300'000, 2, {v1::UNIT_KIND_STATION_CREW});
  return policy;
}

class Only : public road::UnitFilter {
 public:
  Only(UnitIndex unit, DurationMs turnout) : unit_(unit), turnout_(turnout) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = turnout_;
    return unit == unit_;
  }

 private:
  UnitIndex unit_;
  DurationMs turnout_;
};

}  // namespace

void full_decision(const city::City& city, std::size_t units, int calls, const std::string& json) {
  const v1::Policy policy_message = six_units_policy();
  const policy::Policy policy = policy::Policy::compile(policy_message).value();
  CityAtWork at_work(city, policy_message, units);
  core::Engine& engine = at_work.engine;

  // A call from each place once, then from the same places again: what is known of a street is kept.
  std::vector<geo::Point> places(static_cast<std::size_t>(calls) / 2);
  std::generate(places.begin(), places.end(), [&] { return at_work.any_junction(); });
  std::vector<double> first_us;
  std::vector<double> again_us;
  for (int call = 0; call < calls; ++call) {
    const std::string event = "e" + std::to_string(call);
    const geo::Point place = places[static_cast<std::size_t>(call) % places.size()];
    const bool first = static_cast<std::size_t>(call) < places.size();
    v1::LogRecord report_record;
    report_record.set_region(at_work.region.value());
    v1::IncidentReported& reported = *report_record.mutable_incident_reported();
    reported.set_source("110");
    reported.set_event_id(event);
    reported.set_category(v1::CATEGORY_CRIMINAL);
    reported.set_severity(v1::SEVERITY_HIGH);
    reported.set_place_class(v1::PLACE_CLASS_OTHER);
    CityAtWork::put(place, *reported.mutable_position());
    const auto start = SteadyClock::now();
    const auto decisions = engine.apply(report_record, at_work.take_offset(), TimeMs{CityAtWork::kNowMs});
    const double us = std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
    if (call >= calls / 10) (first ? first_us : again_us).push_back(us);  // The first ones warm up.

    std::set<std::uint64_t> sent;
    for (const v1::Decision& decision : decisions) {
      if (!decision.has_unit_assigned()) continue;
      const v1::Assignment& assignment = decision.unit_assigned().assignment();
      D135_CHECK(sent.insert(assignment.unit_id()).second, "each unit is sent once");
      const UnitIndex index = *city.find_unit(UnitId(assignment.unit_id()));
      const city::UnitInfo unit = city.unit(index);
      const auto& wanted = policy_message.rules(0).plan(0).entries(static_cast<int>(assignment.plan_entry()) - 1);
      D135_CHECK(wanted.unit_kinds().empty() || std::find(wanted.unit_kinds().begin(), wanted.unit_kinds().end(),
                                                          unit.kind) != wanted.unit_kinds().end(),
                 "each fits its place in the plan");
      const Only only(index, policy.turnout(city.post(unit.post).kind));
      const auto found = at_work.search.k_soonest(place, limits::kSnapLimitMm, at_work.twin, only, 1);
      D135_CHECK(!found.empty() && found[0].eta().count == assignment.eta_ms(), "its time is that of a search for it");
    }
    D135_CHECK(sent.size() == kUnitsOfPlan, "the whole plan goes");
    v1::LogRecord cancel;
    cancel.mutable_incident_cancelled()->set_source("110");
    cancel.mutable_incident_cancelled()->set_event_id(event);
    at_work.apply(cancel);
    for (const std::uint64_t unit : sent) {
      v1::LogRecord heartbeat;
      heartbeat.mutable_unit_position_reported()->set_unit_id(unit);
      heartbeat.mutable_unit_position_reported()->set_last_order_seen(
          engine.unit(at_work.region, UnitId(unit))->last_order_sequence());
      at_work.apply(heartbeat);
    }
  }
  const auto tell = [&](std::vector<double>& us, const std::string& where) {
    const double p99 = percentile(us, 0.99);
    report({.name = "core/full decision: six units, cover, reasons; " + std::to_string(units) + " units; " + where,
            .unit = "us",
            .value = percentile(us, 0.5),
            .p99 = p99,
            .floor = {},
            .ratio = {},
            .aim = "p99 <= 100",
            .met = p99 <= 100},
           json);
  };
  tell(first_us, "first call from there");
  tell(again_us, "later ones");
}

}  // namespace dispatch135::benchmarks
