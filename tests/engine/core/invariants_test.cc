// What must hold after each record of any log, with every section of the policy on. The records are those of the mixed
// log, with rosters, crews, checks and cries for help among them. By default it is short; more by
//   D135_INVARIANT_RECORDS=1000000 build/release/tests/core_invariants_test
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "engine/core/state_machines.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::uint64_t kSeeds = 10;
constexpr std::int64_t kMinuteMs = 60'000;

std::int64_t records_to_try() {
  const char* asked = std::getenv("D135_INVARIANT_RECORDS");
  return asked == nullptr ? 100'000 : std::atoll(asked);
}

v1::Policy every_section() {
  v1::Policy policy = test_policy();
  v1::ProgressRule& progress = *policy.mutable_progress();
  progress.set_check_every_ms(2'000);
  progress.set_move_within_ms(10'000);
  progress.set_move_distance_m(50);
  progress.set_slip_ms(10'000);
  progress.set_away_ms(10'000);
  progress.set_reinforce_after_ms(8'000);
  progress.set_reinforce_slip_ms(60'000);
  progress.set_arrival_radius_m(200);
  progress.set_arrival_reports(1);
  progress.set_safety_check_after_ms(20'000);
  progress.set_safety_answer_within_ms(10'000);
  progress.set_safety_reinforce(true);
  v1::DutyRule& duty = *policy.mutable_duty();
  duty.set_roster(v1::DutyRule::ROSTER_REQUIRED);
  duty.set_on_break_from(v1::SEVERITY_HIGH);
  duty.set_overtime_limit_ms(30'000);
  duty.set_absent_after_ms(30'000);
  duty.set_outside_area_after_ms(10'000);
  policy.mutable_choice()->set_preempt_levels(2);
  policy.mutable_choice()->set_await_gain_ms(20'000);
  policy.mutable_choice()->set_together(true);
  return policy;
}

class Invariants {
 public:
  explicit Invariants(std::uint64_t seed)
      : seed_(seed),
        random_(seed * 977),
        bytes_(city::build_city(grid_town(16, 40, seed)).value()),
        city_(city::City::open(bytes_).value()),
        catalog_(city_),
        engine_(3, catalog_),
        log_(city_, kRegion.value(), seed, {.positions_of_1000 = 300, .calls_of_100 = 14, .commands_of_100 = 5}) {}

  void run(std::int64_t records) {
    for (const v1::LogRecord& record : log_.opening(every_section())) ASSERT_NO_FATAL_FAILURE(feed(record));
    for (std::int64_t i = 0; i < records; ++i) {
      ASSERT_NO_FATAL_FAILURE(feed(random_.below(40) == 0 ? extra() : log_.next())) << "seed " << seed_ << ", " << i;
      if (i % 100 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_nobody_forgotten()) << "seed " << seed_ << ", " << i;
      }
    }
  }
  const std::map<v1::Decision::ChangeCase, int>& seen() const { return seen_; }

 private:
  std::uint64_t any_unit() {
    return city_.unit(UnitIndex(static_cast<std::uint32_t>(random_.below(city_.unit_count())))).id.value();
  }

  // What the mixed log does not have.
  v1::LogRecord extra() {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    switch (random_.below(5)) {
      case 0: {
        v1::UnitCheckAnswered& answer = *record.mutable_unit_check_answered();
        answer.set_unit_id(any_unit());
        const auto unit = engine_.unit(kRegion, UnitId(answer.unit_id()));
        answer.set_check_id(unit->check_id());
        answer.set_reply(random_.below(8) == 0 ? v1::CHECK_REPLY_NEED_HELP : v1::CHECK_REPLY_ALL_WELL);
        break;
      }
      case 1: {
        v1::OperatorCommand& command = new_command(record);
        command.mutable_settle_unit_check()->set_unit_id(any_unit());
        break;
      }
      case 2: {
        v1::UnitSignedOn& sign_on = *record.mutable_unit_signed_on();
        sign_on.set_unit_id(any_unit());
        sign_on.set_device_id("device");
        sign_on.mutable_crew()->set_count(static_cast<std::uint32_t>(random_.below(70)));
        sign_on.mutable_crew()->set_own_capabilities(true);
        sign_on.mutable_crew()->set_capabilities(static_cast<std::uint32_t>(random_.below(256)));
        sign_on.mutable_crew()->set_travel_kind(static_cast<v1::TravelKind>(random_.below(4)));
        break;
      }
      default:
        fill_roster(*new_command(record).mutable_publish_roster());
        break;
    }
    return record;
  }
  v1::OperatorCommand& new_command(v1::LogRecord& record) {
    v1::OperatorCommand& command = *record.mutable_operator_command();
    command.set_command_id("x" + std::to_string(++commands_));
    command.set_operator_id("dispatcher");
    return command;
  }
  void fill_roster(v1::PublishRoster& roster) {
    roster.set_from_ms(now_ms_ - 30 * kMinuteMs);
    roster.set_until_ms(now_ms_ + 30 * kMinuteMs);
    for (std::uint64_t shifts = 1 + random_.below(12); shifts > 0; --shifts) {
      v1::RosterShift& shift = *roster.add_shifts();
      shift.set_unit_id(any_unit());
      shift.set_begin_ms(now_ms_ + static_cast<std::int64_t>(random_.below(40)) * 10'000 - 200'000);
      shift.set_end_ms(shift.begin_ms() + static_cast<std::int64_t>(random_.below(60)) * 10'000);
      if (random_.below(3) == 0) {
        shift.set_post_id(
            city_.post(PostIndex(static_cast<std::uint32_t>(random_.below(city_.post_count())))).id.value());
      }
      if (random_.below(2) == 0) {
        v1::RosterBreak& pause = *shift.add_breaks();
        pause.set_begin_ms(shift.begin_ms() + 40'000);
        pause.set_end_ms(shift.begin_ms() + 90'000);
      }
      if (random_.below(3) != 0) continue;
      const geo::Point at = city_.roads().junctions[random_.below(city_.roads().junctions.size())];
      for (const auto& [north, east] : {std::pair{0, 0}, {9'000, 0}, {9'000, 11'000}}) {
        v1::Position& corner = *shift.add_area();
        corner.set_latitude_e7(at.latitude_e7 + north);
        corner.set_longitude_e7(at.longitude_e7 + east);
      }
    }
  }

  void feed(const v1::LogRecord& record) {
    now_ms_ += log_.gap_ms() * 3;
    for (const v1::Decision& decision : engine_.apply(record, offset_++, TimeMs{now_ms_})) {
      ++seen_[decision.change_case()];
      log_.saw(decision);
      ASSERT_NO_FATAL_FAILURE(check(decision)) << decision.ShortDebugString();
    }
  }

  void check(const v1::Decision& decision) {
    switch (decision.change_case()) {
      case v1::Decision::kUnitChanged: {
        const v1::Unit& unit = decision.unit_changed().unit();
        auto [known, first] = units_.try_emplace(unit.unit_id(), v1::UNIT_SECONDARY_STATUS_OFF_DUTY);
        ASSERT_TRUE(known->second == unit.secondary() || unit_may_change(known->second, unit.secondary()))
            << v1::UnitSecondaryStatus_Name(known->second);
        known->second = unit.secondary();
        ASSERT_EQ(is_assigned(unit.secondary()), unit.assignment_id() != 0);
        break;
      }
      case v1::Decision::kIncidentOpened:
        incidents_[decision.incident_opened().incident().incident_id()] =
            decision.incident_opened().incident().status();
        break;
      case v1::Decision::kIncidentChanged: {
        const v1::Incident& incident = decision.incident_changed().incident();
        ASSERT_TRUE(!is_final(incidents_.at(incident.incident_id())) || is_final(incident.status()) ||
                    decision.incident_changed().cause() == v1::IncidentChanged::CAUSE_REOPENED)
            << "an end is an end, until somebody says otherwise";
        incidents_[incident.incident_id()] = incident.status();
        break;
      }
      case v1::Decision::kUnitAssigned: {
        const v1::Assignment& assignment = decision.unit_assigned().assignment();
        ASSERT_TRUE(live_.emplace(assignment.unit_id(), assignment.assignment_id()).second)
            << "two live assignments of one unit";
        const v1::UnitSecondaryStatus status = units_[assignment.unit_id()];
        ASSERT_TRUE(is_free(status) || status == v1::UNIT_SECONDARY_STATUS_ON_BREAK)
            << v1::UnitSecondaryStatus_Name(status);
        const bool forced = decision.unit_assigned().why().rule() == v1::Why::RULE_OPERATOR;
        if (status == v1::UNIT_SECONDARY_STATUS_ON_BREAK && !forced) {
          const auto incident = engine_.incident(kRegion, IncidentId(assignment.incident_id()));
          ASSERT_LE(incident->severity(), v1::SEVERITY_HIGH) << "called out of a break for a small matter";
        }
        break;
      }
      case v1::Decision::kAssignmentEnded: {
        const v1::Assignment& assignment = decision.assignment_ended().assignment();
        const auto held = live_.find(assignment.unit_id());
        ASSERT_TRUE(held != live_.end() && held->second == assignment.assignment_id());
        live_.erase(held);
        break;
      }
      default:
        break;
    }
  }

  // Each open incident has units, or waits for them, or is a person's or another incident's matter; and somebody is on
  // duty only where a roster says so.
  void expect_nobody_forgotten() {
    const v1::RegionSnapshot snapshot = engine_.snapshot(kRegion);
    for (const v1::Incident& incident : snapshot.incidents()) {
      const bool by_people = incident.hold() != v1::HoldIncident::HOLD_NONE || incident.linked_to() != 0;
      ASSERT_TRUE(incident.assignments_size() > 0 || incident.units_missing() > 0 || by_people)
          << incident.ShortDebugString();
      ASSERT_TRUE(incident.units_missing() == 0 || engine_.next_timer().has_value()) << incident.ShortDebugString();
    }
    for (const v1::Unit& unit : snapshot.units()) {
      ASSERT_EQ(unit.assignment_id() != 0, live_.contains(unit.unit_id())) << unit.ShortDebugString();
      if (unit.primary() == v1::UNIT_PRIMARY_STATUS_AVAILABLE) {
        ASSERT_TRUE(unit.has_shift() && unit.shift().begin_ms() <= now_ms_ && now_ms_ < unit.shift().end_ms())
            << unit.ShortDebugString();
      }
    }
  }

  std::uint64_t seed_;
  Random random_;
  std::vector<std::byte> bytes_;
  city::City city_;
  OneCity catalog_;
  Engine engine_;
  MixedLog log_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t offset_ = 0;
  std::uint64_t commands_ = 0;
  std::map<std::uint64_t, v1::UnitSecondaryStatus> units_;
  std::map<std::uint64_t, v1::IncidentStatus> incidents_;
  std::map<std::uint64_t, std::uint64_t> live_;  // Unit -> its assignment.
  std::map<v1::Decision::ChangeCase, int> seen_;
};

TEST(Invariants, HoldAfterEachRecordOfRandomLogsWithAllSectionsOfThePolicy) {
  std::map<v1::Decision::ChangeCase, int> seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Invariants log(seed);
    log.run(records_to_try() / static_cast<std::int64_t>(kSeeds));
    if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    for (const auto& [kind, count] : log.seen()) seen[kind] += count;
  }
  // It would prove little without having reached these.
  for (const auto kind : {v1::Decision::kUnitAssigned, v1::Decision::kAssignmentEnded, v1::Decision::kAssignmentWarned,
                          v1::Decision::kUnitChecked, v1::Decision::kRosterChanged, v1::Decision::kDutyChanged,
                          v1::Decision::kDutyWarned}) {
    EXPECT_GT(seen[kind], 10) << kind;
  }
}

}  // namespace
}  // namespace dispatch135::core::testing
