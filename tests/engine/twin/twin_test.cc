// The engine and its naive twin hear the same random records and must decide the same: the same units for the same
// places of the plan with the same times, in the same order; the same unit diverted, awaited or proposed; the same
// incidents left waiting, for the same reasons. A case is one moment at which units were chosen for an incident, or for
// several together. By default it is short; a million of them by
//   D135_TWIN_CASES=1000000 build/release/tests/twin_test
// and those of another start by D135_TWIN_SEED.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <vector>

#include "tests/engine/core/world.h"
#include "tests/engine/twin/case_policy.h"
#include "tests/engine/twin/cases.h"

namespace dispatch135::core::twin {
namespace {

constexpr std::int64_t kStartMs = 1'700'000'000'000;
constexpr int kRoundsPerTown = 20;
constexpr int kRecordsPerRound = 300;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* asked = std::getenv(name);
  return asked == nullptr ? otherwise : std::strtoull(asked, nullptr, 10);
}

// One engine and one twin, under one policy.
class Round {
 public:
  Round(Town& town, Dice& dice)
      : catalog_(town.city()),
        engine_(0, catalog_),
        policy_(put_in_force(town, dice)),
        twin_(town, policy_, kStartMs),
        cases_(town, twin_, dice, kStartMs) {}

  void run() {
    for (const v1::LogRecord& record : cases_.opening(policy_.has_duty())) ASSERT_NO_FATAL_FAILURE(compare(record));
    for (int i = 0; i < kRecordsPerRound; ++i) ASSERT_NO_FATAL_FAILURE(compare(cases_.next()));
  }
  const Twin& twin() const { return twin_; }

 private:
  v1::Policy put_in_force(const Town& town, Dice& dice) {
    v1::LogRecord record;
    record.set_region(testing::kRegion.value());
    record.mutable_city_activated()->set_fingerprint(town.city().fingerprint().value());
    engine_.apply(record, offset_++, TimeMs{kStartMs});
    for (;;) {
      *record.mutable_policy_activated()->mutable_policy() = some_policy(dice);
      const auto decisions = engine_.apply(record, offset_++, TimeMs{kStartMs});
      // Some plans ask for more than the town has.
      if (!decisions[0].has_record_rejected()) return record.policy_activated().policy();
    }
  }

  void compare(const v1::LogRecord& record) {
    const std::uint64_t offset = offset_++;
    std::vector<Told> decided;
    for (const v1::Decision& decision : engine_.apply(record, offset, TimeMs{cases_.now_ms()})) {
      const auto said = told(decision);
      // The end of an incident may be shown twice, by what ended it and by the record.
      if (said && (said->what != Told::What::kOver || decided.empty() || !(decided.back() == *said))) {
        decided.push_back(*said);
      }
    }
    const std::vector<Told>& expected = twin_.apply(record, offset, cases_.now_ms(), decided);
    if (decided == expected) return;
    std::ostringstream both;
    for (const Told& said : decided) both << "\n  engine: " << said;
    for (const Told& said : expected) both << "\n  twin:   " << said;
    FAIL() << "record " << offset << ": " << record.ShortDebugString() << both.str() << "\n" << describe();
  }

  std::string describe() const {
    std::ostringstream all;
    for (const v1::Unit& unit : engine_.units(testing::kRegion)) all << "\n" << unit.ShortDebugString();
    for (const auto& [id, incident] : twin_.incidents()) {
      if (!incident.over) all << "\n" << engine_.incident(testing::kRegion, IncidentId(id))->ShortDebugString();
    }
    return all.str() + "\n" + policy_.ShortDebugString();
  }

  testing::OneCity catalog_;
  Engine engine_;
  std::uint64_t offset_ = 0;
  v1::Policy policy_;
  Twin twin_;
  Cases cases_;
};

TEST(NaiveTwin, DecidesTheSameInEveryCase) {
  const auto cases = static_cast<std::int64_t>(from_environment("D135_TWIN_CASES", 40'000));
  const std::uint64_t seed = from_environment("D135_TWIN_SEED", 20'261'123);
  std::map<Kind, std::int64_t> moments;
  std::int64_t compared = 0;
  for (std::uint64_t town_seed = seed; compared < cases; ++town_seed) {
    Dice dice(town_seed);
    Town town(dice);
    for (int i = 0; i < kRoundsPerTown && compared < cases; ++i) {
      Round round(town, dice);
      round.run();
      if (HasFatalFailure()) FAIL() << "seed " << town_seed << ", round " << i << ", after " << compared << " cases";
      for (const auto& [kind, count] : round.twin().moments()) moments[kind] += count;
      compared += round.twin().all_moments();
    }
  }
  std::cout << "seed " << seed << ": " << compared << " cases";
  for (const auto& [kind, count] : moments) std::cout << ", " << name_of(kind) << ' ' << count;
  std::cout << "\n";
  for (int kind = 0; kind < static_cast<int>(Kind::kCount); ++kind) {
    EXPECT_GT(moments[static_cast<Kind>(kind)], 50) << name_of(static_cast<Kind>(kind));
  }
}

}  // namespace
}  // namespace dispatch135::core::twin
