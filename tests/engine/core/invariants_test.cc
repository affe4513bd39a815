// What must hold after each record of any log, with every section of the policy on and records of every kind. By
// default it is short; more by
//   D135_INVARIANT_RECORDS=1000000 build/release/tests/core_invariants_test
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/state_machines.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/related_mix.h"
#include "tests/engine/core/rest_of_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::uint64_t kSeeds = 10;
constexpr std::uint64_t kRestOf = 8;      // One record of so many is one that the mixed log does not have.
constexpr std::uint64_t kReloadOf = 400;  // After one of so many records the engine goes on from its own bytes,
constexpr int kBesideIt = 100;            // and for so many the one that was never restored beside it.
constexpr std::uint64_t kHashEach = 7;    // After so many records the hash is compared with that of a whole walk.
constexpr std::int64_t kWholeEach = 50;   // After so many records the whole region is looked at.

constexpr std::int64_t kUsualRecords = 100'000;

std::int64_t records_to_try() {
  const char* asked = std::getenv("D135_INVARIANT_RECORDS");
  return asked == nullptr ? kUsualRecords : std::atoll(asked);
}

city::CityDraft town(std::uint64_t seed) {
  city::CityDraft draft = grid_town(16, 40, seed);
  RestOfLog::add_grid_workers(draft);
  return draft;
}

class Invariants {
 public:
  explicit Invariants(std::uint64_t seed)
      : seed_(seed),
        random_(seed * 977),
        reload_random_(seed * 979),
        bytes_(city::build_city(town(seed)).value()),
        city_(city::City::open(bytes_).value()),
        catalog_(city_),
        engine_(3, catalog_),
        log_(city_, kRegion.value(), seed, {.positions_of_1000 = 300, .calls_of_100 = 10, .commands_of_100 = 5}),
        related_(seed),
        rest_(city_, kRegion.value(), seed),
        recorder_(golden::GoldenRecorder::of_this_test(bytes_, 3)) {}

  void run(std::int64_t records) {
    for (const v1::LogRecord& record : log_.opening(RestOfLog::every_section(seed_))) {
      ASSERT_NO_FATAL_FAILURE(feed(record));
    }
    for (std::int64_t i = 0; i < records; ++i) {
      v1::LogRecord record = random_.below(kRestOf) == 0 ? rest_.next(now_ms_) : log_.next();
      if (random_.below(3) == 0) related_.bend(record);
      ASSERT_NO_FATAL_FAILURE(feed(record)) << "seed " << seed_ << ", " << i << ": " << record.ShortDebugString();
      if (i % kWholeEach != 0) continue;
      ASSERT_NO_FATAL_FAILURE(check_all()) << "seed " << seed_ << ", " << i;
    }
  }
  const std::map<v1::Decision::ChangeCase, int>& seen() const { return seen_; }

 private:
  void feed(const v1::LogRecord& record) {
    now_ms_ += log_.gap_ms() * 3;
    std::set<std::uint64_t> touched;
    const auto decisions = engine_.apply(record, offset_, TimeMs{now_ms_});
    if (recorder_) recorder_->add(record, offset_, TimeMs{now_ms_}, decisions);
    ASSERT_NO_FATAL_FAILURE(compare_with_unrestored(record, decisions));
    ++offset_;
    for (const v1::Decision& decision : decisions) {
      ++seen_[decision.change_case()];
      log_.saw(decision);
      related_.saw(decision);
      rest_.saw(decision);
      ASSERT_NO_FATAL_FAILURE(check(decision)) << decision.ShortDebugString();
      if (decision.has_incident_opened()) touched.insert(decision.incident_opened().incident().incident_id());
      if (decision.has_incident_changed()) touched.insert(decision.incident_changed().incident().incident_id());
      if (decision.has_assignment_ended()) touched.insert(decision.assignment_ended().assignment().incident_id());
    }
    for (const std::uint64_t id : touched) {
      const auto incident = engine_.incident(kRegion, IncidentId(id));
      ASSERT_NO_FATAL_FAILURE(check(*incident)) << incident->ShortDebugString();
    }
    if (offset_ % kHashEach == 0) {
      ASSERT_EQ(engine_.state_hash(), engine_.walked_state_hash());
    }
    if (unrestored_ || reload_random_.below(kReloadOf) != 0) return;
    Engine restored = reloaded(engine_, 3, catalog_);
    unrestored_.emplace(std::exchange(engine_, std::move(restored)));
    beside_it_ = kBesideIt;
  }

  void compare_with_unrestored(const v1::LogRecord& record, std::span<const v1::Decision> decisions) {
    if (!unrestored_) return;
    const auto without = unrestored_->apply(record, offset_, TimeMs{now_ms_});
    ASSERT_EQ(without.size(), decisions.size()) << "after a reload";
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      ASSERT_EQ(without[i].SerializeAsString(), decisions[i].SerializeAsString())
          << "without a reload: " << without[i].ShortDebugString() << "\nwith one: " << decisions[i].ShortDebugString();
    }
    if (--beside_it_ > 0) return;
    ASSERT_EQ(unrestored_->state_hash(), engine_.state_hash());
    unrestored_.reset();
  }

  // Each step is one that the state machines have; nobody has two assignments, and nobody off duty gets one.
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
        v1::IncidentStatus& known = incidents_.at(incident.incident_id());
        ASSERT_TRUE(!is_final(known) || is_final(incident.status()) ||
                    decision.incident_changed().cause() == v1::IncidentChanged::CAUSE_REOPENED)
            << "an end is an end, until somebody says otherwise";
        known = incident.status();
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

  // An open incident has units, or waits for them, or is a person's or another incident's matter; and somebody will be
  // late for it, or is there, unless a person has it.
  void check(const v1::Incident& incident) {
    if (is_final(incident.status())) {
      ASSERT_EQ(incident.assignments_size(), 0);
      return;
    }
    if (incident.status() == v1::INCIDENT_STATUS_LINKED) {
      ASSERT_NE(incident.linked_to(), 0U);
      ASSERT_EQ(incident.assignments_size(), 0);
      const auto parent = engine_.incident(kRegion, IncidentId(incident.linked_to()));
      ASSERT_TRUE(parent && !is_final(parent->status())) << "a further call of an incident that is over";
      return;
    }
    const bool by_people = incident.hold() == v1::HoldIncident::HOLD_WAIT ||
                           incident.hold() == v1::HoldIncident::HOLD_BY_HAND ||
                           incident.mode() == v1::DISPATCH_MODE_RECOMMEND;
    ASSERT_TRUE(incident.assignments_size() > 0 || incident.units_missing() > 0 || by_people);
    const bool clock_waits =
        incident.clock_started_at_ms() == 0 && (incident.units_missing() > 0 || incident.assignments_size() > 0);
    ASSERT_TRUE(by_people || incident.deadline_at_ms() > now_ms_ || incident.breached() ||
                incident.first_on_scene_at_ms() != 0 || clock_waits)
        << "no next deadline at " << now_ms_;
    ASSERT_TRUE(engine_.next_timer().has_value());
  }

  void check_all() {
    const v1::RegionSnapshot snapshot = engine_.snapshot(kRegion);
    std::map<std::uint64_t, std::uint64_t> working;  // Unit -> its incident.
    for (const v1::Incident& incident : snapshot.incidents()) {
      ASSERT_NO_FATAL_FAILURE(check(incident)) << incident.ShortDebugString();
      for (const v1::Assignment& assignment : incident.assignments()) {
        ASSERT_TRUE(working.emplace(assignment.unit_id(), incident.incident_id()).second)
            << assignment.unit_id() << " works at two incidents";
      }
    }
    std::map<std::uint64_t, std::uint64_t> moved;  // Unit -> the post that it covers.
    for (const v1::CoverMove& move : snapshot.cover_moves()) {
      if (move.state() == v1::CoverMove::STATE_PROPOSED) {
        ASSERT_GT(move.lapses_at_ms(), now_ms_) << move.ShortDebugString();
      } else {
        ASSERT_TRUE(moved.emplace(move.unit_id(), move.post_id()).second) << move.ShortDebugString();
      }
    }
    for (const v1::Unit& unit : snapshot.units()) ASSERT_NO_FATAL_FAILURE(check(unit, working, moved));
    for (const v1::Matter& matter : snapshot.matters()) {
      ASSERT_GT(matter.due_at_ms(), now_ms_) << "nobody will be overdue: " << matter.ShortDebugString();
      ASSERT_NE(matter.centre_id(), 0U) << matter.ShortDebugString();
    }
    std::set<std::string> alerts;
    for (const v1::AlertChanged& alert : snapshot.alerts()) alerts.insert(alert.alert().identifier());
    for (const v1::AreaOrderState& order : snapshot.area_orders()) {
      ASSERT_TRUE(alerts.contains(order.order().identifier())) << "of no active alert: " << order.ShortDebugString();
    }
  }

  void check(const v1::Unit& unit, const std::map<std::uint64_t, std::uint64_t>& working,
             const std::map<std::uint64_t, std::uint64_t>& moved) {
    ASSERT_EQ(unit.assignment_id() != 0, live_.contains(unit.unit_id())) << unit.ShortDebugString();
    const auto work = working.find(unit.unit_id());
    ASSERT_EQ(unit.incident_id(), work == working.end() ? 0 : work->second) << unit.ShortDebugString();
    const auto move = moved.find(unit.unit_id());
    ASSERT_EQ(unit.cover_post_id(), move == moved.end() ? 0 : move->second) << unit.ShortDebugString();
    ASSERT_EQ(unit.secondary() == v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA, move != moved.end())
        << unit.ShortDebugString();
    if (unit.primary() != v1::UNIT_PRIMARY_STATUS_AVAILABLE) return;
    ASSERT_TRUE(unit.has_shift() && unit.shift().begin_ms() <= now_ms_ && now_ms_ < unit.shift().end_ms())
        << "on duty without a shift: " << unit.ShortDebugString();
  }

  std::uint64_t seed_;
  Random random_;
  Random reload_random_;
  std::vector<std::byte> bytes_;
  city::City city_;
  OneCity catalog_;
  Engine engine_;
  std::optional<Engine> unrestored_;  // As engine_, but for not having been restored lately.
  int beside_it_ = 0;
  MixedLog log_;
  RelatedMix related_;
  RestOfLog rest_;
  std::unique_ptr<golden::GoldenRecorder> recorder_;  // Null: not asked for.
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t offset_ = 0;
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
  if (records_to_try() < kUsualRecords) return;  // Rare kinds need as many.
  // It would prove little without having reached these.
  using Decision = v1::Decision;
  for (const auto kind : {Decision::kUnitAssigned,     Decision::kAssignmentEnded, Decision::kAssignmentWarned,
                          Decision::kUnitChecked,      Decision::kRosterChanged,   Decision::kDutyChanged,
                          Decision::kDutyWarned,       Decision::kUnitProposed,    Decision::kUnitAwaited,
                          Decision::kPlanLate,         Decision::kIncidentRelated, Decision::kCoverMoveChanged,
                          Decision::kPremiseChanged,   Decision::kUnitTold,        Decision::kAreaOrderConfirmed,
                          Decision::kFeedbackOverdue,  Decision::kMatterChanged,   Decision::kHotlineFeedback,
                          Decision::kDeadlineBreached, Decision::kIncidentQueued,  Decision::kPolicyInForce}) {
    EXPECT_GT(seen[kind], 10) << kind;
  }
}

}  // namespace
}  // namespace dispatch135::core::testing
