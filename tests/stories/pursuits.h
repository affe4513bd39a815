// Incidents whose target is on the move, for the stories about them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {

// For crimes of high severity and above. The target drives as a car does; a unit must be there 10 s before it. Cordons
// of 60 and 120 s are tried. 180 km/h is the most; a sighting may be off by 50 m, and is good for 120 s.
inline v1::Policy pursuit_policy() {
  v1::Policy policy = test_policy();
  v1::PursuitRule& rule = *policy.mutable_pursuit();
  rule.add_categories(v1::CATEGORY_CRIMINAL);
  rule.set_from_severity(v1::SEVERITY_HIGH);
  rule.set_target_speed_pct(100);
  rule.set_max_speed_kmh(180);
  rule.set_place_error_m(50);
  rule.set_stale_after_ms(120'000);
  rule.set_margin_ms(10'000);
  for (const std::int64_t ring : {60'000, 120'000}) rule.add_rings_ms(ring);
  rule.set_most_units(6);
  return policy;
}

inline void choke_point(v1::Policy& policy, std::uint32_t id, const std::string& name, double x_m, double y_m) {
  v1::ChokePoint& point = *policy.mutable_pursuit()->add_choke_points();
  point.set_id(id);
  point.set_name(name);
  point.set_kind(v1::ChokePoint::KIND_BRIDGE);
  point.mutable_position()->set_latitude_e7(Town::at(x_m, y_m).latitude_e7);
  point.mutable_position()->set_longitude_e7(Town::at(x_m, y_m).longitude_e7);
}

class Pursuits : public ::testing::Test {
 protected:
  void start(const city::CityDraft& draft, const std::vector<std::uint64_t>& units,
             const v1::Policy& policy = pursuit_policy()) {
    world_.emplace(draft, policy);
    for (const std::uint64_t unit : units) world_->sign_on(unit);
    units_ = units;
  }
  World::Decisions robbery(geo::Point at, v1::Severity severity = v1::SEVERITY_HIGH) {
    World::Decisions decided = world_->report("robbery", at, [&](v1::IncidentReported& report) {
      report.set_category(v1::CATEGORY_CRIMINAL);
      report.set_severity(severity);
    });
    incident_ = world_->incident("robbery").incident_id();
    return decided;
  }
  World::Decisions command(const std::function<void(v1::OperatorCommand&)>& fill, const std::string& reason = "seen") {
    return world_->command("c" + std::to_string(++commands_), [&](v1::OperatorCommand& c) {
      c.set_reason(reason);
      fill(c);
    });
  }
  World::Decisions seen(geo::Point at, std::int64_t seconds_ago = 0, bool force = false) {
    return command([&](v1::OperatorCommand& c) {
      v1::ReportSighting& sighting = *c.mutable_report_sighting();
      sighting.set_incident_id(incident_);
      sighting.mutable_position()->set_latitude_e7(at.latitude_e7);
      sighting.mutable_position()->set_longitude_e7(at.longitude_e7);
      if (seconds_ago != 0) sighting.set_seen_at_ms(world_->now_ms() - seconds_ago * 1'000);
      sighting.set_force(force);
    });
  }
  World::Decisions confirm(std::uint32_t plan, const std::vector<std::uint32_t>& points = {}) {
    return command([&](v1::OperatorCommand& c) {
      c.mutable_confirm_pursuit()->set_incident_id(incident_);
      c.mutable_confirm_pursuit()->set_plan(plan);
      for (const std::uint32_t point : points) c.mutable_confirm_pursuit()->add_points(point);
    });
  }
  World::Decisions end() {
    return command([&](v1::OperatorCommand& c) { c.mutable_end_pursuit()->set_incident_id(incident_); });
  }
  // Time passes, and every unit is heard.
  World::Decisions live(int seconds) {
    World::Decisions all;
    for (; seconds > 0; seconds -= 10) {
      World::Decisions decided = world_->later_s(10);
      all.insert(all.end(), decided.begin(), decided.end());
      for (const std::uint64_t unit : units_) {
        if (world_->unit(unit).secondary() != v1::UNIT_SECONDARY_STATUS_OFF_DUTY) world_->heartbeat(unit);
      }
    }
    return all;
  }
  static std::vector<v1::PursuitChanged> changes(const World::Decisions& decisions) {
    std::vector<v1::PursuitChanged> changes;
    for (const v1::Decision& decision : only(decisions, v1::Decision::kPursuitChanged)) {
      changes.push_back(decision.pursuit_changed());
    }
    return changes;
  }
  // The last one that the decisions tell of.
  static v1::Pursuit plan_of(const World::Decisions& decisions) {
    const auto all = changes(decisions);
    return all.empty() ? v1::Pursuit() : all.back().pursuit();
  }
  static std::vector<std::uint64_t> units_of(const v1::Pursuit& plan) {
    std::vector<std::uint64_t> units;
    for (const v1::PursuitPoint& point : plan.points()) units.push_back(point.unit_id());
    return units;
  }
  static std::string why(const World::Decisions& decisions) {
    for (const v1::Decision& decision : decisions) {
      if (decision.has_record_rejected()) return decision.record_rejected().reason();
    }
    return {};
  }
  v1::RegionSnapshot snapshot() { return world_->engine().snapshot(kRegion); }
  v1::Incident incident() { return world_->incident("robbery"); }

  std::optional<World> world_;
  std::vector<std::uint64_t> units_;
  std::uint64_t incident_ = 0;
  int commands_ = 0;
};

//   km  0         1         2         3         4
//       . . 1 . .4. . . . . T . . . . . . . . 2 3 . .    one street, 10 m/s; T: the target
//   Unit 3 takes the robbery itself; unit 4 is off duty.
inline city::CityDraft one_street() {
  return Town().long_street(45).post(1, 400, 0).post(2, 3'800, 0).post(3, 4'000, 0).post(4, 900, 0).draft();
}

class OnOneStreet : public Pursuits {
 protected:
  void SetUp() override {
    start(one_street(), {1, 2, 3});
    robbery(Town::at(4'400, 0));
    ASSERT_NE(world_->assignment_of(3), 0U);
    world_->acknowledge(3);
  }
  World::Decisions seen_in_the_middle() { return seen(Town::at(2'000, 0), 0, true); }
};

}  // namespace dispatch135::core::testing
