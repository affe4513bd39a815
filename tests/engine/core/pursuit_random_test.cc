// What must hold of targets on the move after each record of any log: random sightings, confirmations and ends among
// the records of the mixed log, in two engines.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::int64_t kMarginMs = 2'000;

v1::Policy pursuing_policy() {
  v1::Policy policy = test_policy();
  v1::PursuitRule& rule = *policy.mutable_pursuit();
  rule.set_from_severity(v1::SEVERITY_MEDIUM);
  rule.set_target_speed_pct(110);
  rule.set_max_speed_kmh(150);
  rule.set_place_error_m(100);
  rule.set_stale_after_ms(60'000);
  rule.set_margin_ms(kMarginMs);
  for (const std::int64_t ring : {30'000, 60'000, 120'000}) rule.add_rings_ms(ring);
  rule.set_most_units(8);
  policy.mutable_choice()->set_preempt_levels(1);
  v1::ProgressRule& progress = *policy.mutable_progress();
  progress.set_check_every_ms(2'000);
  progress.set_reinforce_after_ms(8'000);
  progress.set_arrival_radius_m(200);
  progress.set_arrival_reports(1);
  return policy;
}

class RandomPursuits {
 public:
  explicit RandomPursuits(std::uint64_t seed)
      : random_(seed),
        bytes_(city::build_city(grid_town(16, 40, seed)).value()),
        city_(city::City::open(bytes_).value()),
        catalog_(city_),
        engine_(3, catalog_),
        twin_(3, catalog_),
        log_(city_, kRegion.value(), seed, {.positions_of_1000 = 300, .calls_of_100 = 10, .commands_of_100 = 4}) {}

  void run(int records) {
    for (const v1::LogRecord& record : log_.opening(pursuing_policy())) ASSERT_NO_FATAL_FAILURE(feed(record));
    for (int i = 0; i < records; ++i) {
      ASSERT_NO_FATAL_FAILURE(feed(random_.below(6) == 0 ? about_a_pursuit() : log_.next())) << "record " << i;
      ASSERT_NO_FATAL_FAILURE(expect_true_to_the_units()) << "record " << i;
    }
    ASSERT_EQ(engine_.state_hash(), twin_.state_hash());
  }
  int ordered() const { return ordered_; }
  int closed() const { return closed_; }

 private:
  v1::LogRecord about_a_pursuit() {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    const v1::RegionSnapshot now = engine_.snapshot(kRegion);
    if (now.incidents().empty()) {
      record.mutable_tick();
      return record;
    }
    const v1::Incident& incident = now.incidents(pick(now.incidents_size()));
    v1::OperatorCommand& command = *record.mutable_operator_command();
    command.set_command_id("p" + std::to_string(++commands_));
    command.set_operator_id("dispatcher");
    command.set_reason("random");
    const std::uint64_t dice = random_.below(10);
    if (dice < 4 && now.pursuits_size() > 0) {
      const v1::Pursuit& pursuit = now.pursuits(pick(now.pursuits_size()));
      v1::ConfirmPursuit& confirm = *command.mutable_confirm_pursuit();
      confirm.set_incident_id(pursuit.incident_id());
      confirm.set_plan(pursuit.plan() - (random_.below(10) == 0 ? 1 : 0));
      if (random_.below(3) == 0) confirm.add_points(1 + static_cast<std::uint32_t>(random_.below(4)));
    } else if (dice == 4) {
      command.mutable_end_pursuit()->set_incident_id(incident.incident_id());
    } else if (dice == 5) {
      record.mutable_sighting_reported()->set_unit_id(
          city_.unit(UnitIndex(static_cast<std::uint32_t>(random_.below(city_.unit_count())))).id.value());
      *record.mutable_sighting_reported()->mutable_position() = incident.position();
    } else {
      v1::ReportSighting& sighting = *command.mutable_report_sighting();
      sighting.set_incident_id(incident.incident_id());
      *sighting.mutable_position() = incident.position();
      if (random_.below(2) == 0) {
        const geo::Point at = city_.roads().junctions[random_.below(city_.roads().junctions.size())];
        sighting.mutable_position()->set_latitude_e7(at.latitude_e7);
        sighting.mutable_position()->set_longitude_e7(at.longitude_e7);
      }
      sighting.set_force(random_.below(2) == 0);
      if (random_.below(3) == 0) sighting.set_seen_at_ms(now_ms_ - static_cast<std::int64_t>(random_.below(70'000)));
    }
    return record;
  }
  int pick(int size) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(size))); }

  void feed(const v1::LogRecord& record) {
    now_ms_ += log_.gap_ms() * 6;
    const auto decisions = engine_.apply(record, offset_, TimeMs{now_ms_});
    const auto again = twin_.apply(record, offset_++, TimeMs{now_ms_});
    ASSERT_EQ(decisions.size(), again.size());
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      ASSERT_EQ(decisions[i].SerializeAsString(), again[i].SerializeAsString());
      log_.saw(decisions[i]);
      ASSERT_NO_FATAL_FAILURE(check(decisions[i])) << decisions[i].ShortDebugString();
    }
  }

  void check(const v1::Decision& decision) {
    if (decision.has_unit_assigned()) {
      const v1::Assignment& assignment = decision.unit_assigned().assignment();
      ASSERT_TRUE(live_.emplace(assignment.unit_id(), assignment.assignment_id()).second) << "two live assignments";
      ASSERT_TRUE(!assignment.has_destination() || assignment.plan_entry() == 0U);
    } else if (decision.has_assignment_ended()) {
      ASSERT_EQ(live_.erase(decision.assignment_ended().assignment().unit_id()), 1U);
    } else if (decision.has_pursuit_changed()) {
      ASSERT_NO_FATAL_FAILURE(check_plan(decision.pursuit_changed()));
    }
  }

  // A plan when it is made, or confirmed.
  void check_plan(const v1::PursuitChanged& changed) {
    const v1::Pursuit& plan = changed.pursuit();
    std::uint32_t& last = last_plan_[plan.incident_id()];
    ASSERT_GE(plan.plan(), last);
    last = plan.plan();
    if (plan.state() == v1::Pursuit::STATE_REPLACED || plan.state() == v1::Pursuit::STATE_ENDED) return;
    std::set<std::uint64_t> units;
    std::uint32_t open = 0;
    for (const v1::PursuitPoint& point : plan.points()) {
      open += point.state() == v1::PursuitPoint::STATE_OPEN && point.cordon() ? 1 : 0;
      if (point.unit_id() == 0) continue;
      ASSERT_TRUE(units.insert(point.unit_id()).second) << "a unit at two points";
      if (point.state() == v1::PursuitPoint::STATE_PROPOSED && changed.cause() != v1::PursuitChanged::CAUSE_OPERATOR) {
        ASSERT_LE(point.unit_at_ms() + kMarginMs, point.target_at_ms());
      }
      ordered_ += point.state() == v1::PursuitPoint::STATE_ORDERED ? 1 : 0;
    }
    ASSERT_LE(units.size(), 8U);
    if (plan.closed()) {
      ASSERT_EQ(open, 0U);
      ASSERT_GT(plan.ring_ms(), 0);
      ++closed_;
    }
  }

  void expect_true_to_the_units() {
    const v1::RegionSnapshot now = engine_.snapshot(kRegion);
    std::map<std::uint64_t, const v1::Unit*> units;
    for (const v1::Unit& unit : now.units()) units[unit.unit_id()] = &unit;
    std::set<std::uint64_t> open;
    for (const v1::Incident& incident : now.incidents()) {
      open.insert(incident.incident_id());
      const bool by_people = incident.hold() != v1::HoldIncident::HOLD_NONE || incident.linked_to() != 0;
      ASSERT_TRUE(incident.assignments_size() > 0 || incident.units_missing() > 0 || by_people)
          << "nobody would look at it again: " << incident.ShortDebugString();
    }
    for (const v1::Pursuit& pursuit : now.pursuits()) {
      ASSERT_TRUE(open.contains(pursuit.incident_id())) << "of an incident that has ended";
      for (const v1::PursuitPoint& point : pursuit.points()) {
        if (point.state() == v1::PursuitPoint::STATE_ORDERED) {
          ASSERT_EQ(units.at(point.unit_id())->assignment_id(), point.assignment_id());
        } else if (point.state() == v1::PursuitPoint::STATE_PROPOSED) {
          const v1::Unit& unit = *units.at(point.unit_id());
          ASSERT_TRUE(unit.primary() == v1::UNIT_PRIMARY_STATUS_AVAILABLE ||
                      unit.incident_id() == pursuit.incident_id())
              << unit.ShortDebugString();
        }
      }
    }
  }

  Random random_;
  std::vector<std::byte> bytes_;
  city::City city_;
  OneCity catalog_;
  Engine engine_;
  Engine twin_;
  MixedLog log_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t offset_ = 0;
  std::uint64_t commands_ = 0;
  std::map<std::uint64_t, std::uint64_t> live_;       // Unit -> its assignment.
  std::map<std::uint64_t, std::uint32_t> last_plan_;  // By incident.
  int ordered_ = 0;
  int closed_ = 0;
};

TEST(RandomPursuits, StayTrueToUnitsAndIncidentsWhateverBecomesOfThem) {
  int ordered = 0;
  int closed = 0;
  const std::uint64_t first = std::random_device()();
  std::cout << "seed " << first << "\n";
  for (std::uint64_t seed = first; seed < first + 5; ++seed) {
    RandomPursuits log(seed);
    log.run(3'000);
    if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    ordered += log.ordered();
    closed += log.closed();
  }
  EXPECT_GT(ordered, 0);
  EXPECT_GT(closed, 0);
}

}  // namespace
}  // namespace dispatch135::core::testing
