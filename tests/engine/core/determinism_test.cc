// The same log gives the same decisions and the same state: in another engine, another build, on another day.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "engine/base/hash.h"
#include "engine/core/state_machines.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::uint64_t kSeed = 135;
constexpr int kRecords = 100'000;

// What must hold after every record, read from outside.
void expect_sound(const Engine& engine) {
  std::map<std::uint64_t, std::uint64_t> holder;  // assignment -> unit
  for (const v1::Unit& unit : engine.units(kRegion)) {
    const bool holds = unit.assignment_id() != 0;
    ASSERT_EQ(holds, is_assigned(unit.secondary())) << unit.ShortDebugString();
    if (holds) {
      ASSERT_TRUE(holder.emplace(unit.assignment_id(), unit.unit_id()).second) << unit.ShortDebugString();
    }
  }
  std::size_t held = 0;
  const v1::RegionSnapshot snapshot = engine.snapshot(kRegion);
  for (const v1::Incident& incident : snapshot.incidents()) {
    for (const v1::Assignment& assignment : incident.assignments()) {
      ++held;
      ASSERT_EQ(holder[assignment.assignment_id()], assignment.unit_id()) << incident.ShortDebugString();
    }
    ASSERT_EQ(incident.assignments_size() == 0, incident.status() == v1::INCIDENT_STATUS_ACTIVE)
        << incident.ShortDebugString();
  }
  ASSERT_EQ(held, holder.size());
}

TEST(Determinism, AHundredThousandMixedRecordsDecideAlikeTwiceAndInEveryBuild) {
  const city::CityDraft draft = grid_town(24, 60, kSeed);
  const auto bytes = city::build_city(draft);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto city = city::City::open(bytes.value());
  ASSERT_TRUE(city.ok()) << city.error().message;
  const OneCity catalog(city.value());
  Engine first(3, catalog);
  Engine second(3, catalog);
  MixedLog log(city.value(), kRegion.value(), kSeed, {.positions_of_1000 = 300, .calls_of_100 = 22});

  StateHasher digest;
  std::uint64_t decisions = 0;
  std::map<v1::Decision::ChangeCase, std::uint64_t> seen;
  std::set<std::string> reasons;
  std::int64_t now_ms = 1'700'000'000'000;
  std::uint64_t offset = 0;
  const auto feed = [&](const v1::LogRecord& record) {
    now_ms += log.gap_ms();
    const auto one = first.apply(record, offset, TimeMs{now_ms});
    const auto two = second.apply(record, offset, TimeMs{now_ms});
    ++offset;
    ASSERT_EQ(one.size(), two.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      const std::string bytes_of_one = one[i].SerializeAsString();
      ASSERT_EQ(bytes_of_one, two[i].SerializeAsString()) << one[i].DebugString();
      digest.add(bytes_of_one);
      ++decisions;
      ++seen[one[i].change_case()];
      if (one[i].has_record_rejected()) reasons.insert(v1::RejectCode_Name(one[i].record_rejected().code()));
      log.saw(one[i]);
    }
  };
  for (const v1::LogRecord& record : log.opening(test_policy())) ASSERT_NO_FATAL_FAILURE(feed(record));
  for (int i = 0; i < kRecords; ++i) {
    ASSERT_NO_FATAL_FAILURE(feed(log.next()));
    if (i % 500 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_sound(first)) << "record " << i;
    }
  }
  EXPECT_EQ(first.state_hash(), second.state_hash());

  // The log would prove little if it did not reach everything.
  for (const auto kind :
       {v1::Decision::kIncidentOpened, v1::Decision::kUnitAssigned, v1::Decision::kAssignmentEnded,
        v1::Decision::kIncidentQueued, v1::Decision::kDeadlineBreached, v1::Decision::kUnitChanged,
        v1::Decision::kRecordRejected, v1::Decision::kCommandApplied, v1::Decision::kAlertChanged,
        v1::Decision::kReportRepeated, v1::Decision::kAssignmentUpdated, v1::Decision::kStreetsChanged}) {
    EXPECT_GT(seen[kind], 10U) << kind;
  }
  EXPECT_GE(reasons.size(), 7U);

  std::ostringstream now_is;
  now_is << std::hex << digest.value();
  std::cout << decisions << " decisions, digest " << now_is.str() << "\n";
  std::ifstream golden_file("tests/engine/core/golden_digest.txt");
  std::string golden;
  golden_file >> golden;
  EXPECT_EQ(now_is.str(), golden)
      << "The decisions or the state differ from those of the last version or of another build. If the change is "
         "meant, "
         "say so in CHANGELOG.md and put the new digest into tests/engine/core/golden_digest.txt.";
}

}  // namespace
}  // namespace dispatch135::core::testing
