// Calls that are linked, merged and taken apart at random: the judge finds no fault, two engines agree, and what must
// hold of links holds after every record.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/related_mix.h"
#include "tests/engine/core/world.h"
#include "tests/oracle/history_checker.h"

namespace dispatch135::oracle {
namespace {

constexpr int kCallsPartition = 3;
constexpr int kCallRecords = 15'000;

void expect_sound_links(const core::Engine& engine) {
  std::map<std::uint64_t, v1::Incident> open;
  const v1::RegionSnapshot snapshot = engine.snapshot(core::testing::kRegion);
  for (const v1::Incident& incident : snapshot.incidents()) open[incident.incident_id()] = incident;
  for (const auto& [id, incident] : open) {
    const bool linked = incident.status() == v1::INCIDENT_STATUS_LINKED;
    ASSERT_EQ(linked, incident.linked_to() != 0) << incident.ShortDebugString();
    if (linked) {
      ASSERT_TRUE(open.contains(incident.linked_to())) << "its event has ended: " << incident.ShortDebugString();
      ASSERT_EQ(open[incident.linked_to()].linked_to(), 0U) << "a chain: " << incident.ShortDebugString();
      ASSERT_EQ(incident.assignments_size(), 0) << incident.ShortDebugString();
      ASSERT_EQ(incident.units_missing(), 0U) << incident.ShortDebugString();
    }
    if (incident.call_withdrawn()) {
      ASSERT_GT(incident.further_calls_size(), 0) << incident.ShortDebugString();
    }
    if (incident.own_severity() != v1::SEVERITY_UNSPECIFIED) {
      ASSERT_LT(incident.severity(), incident.own_severity()) << incident.ShortDebugString();
    }
  }
}

TEST(RelatedHistory, HasNoFindingWhateverTheSeed) {
  for (const std::uint64_t seed : {11U, 12U, 13U, 14U}) {
    std::cout << "seed " << seed << "\n";
    const auto bytes = city::build_city(core::testing::grid_town(12, 30, seed)).value();
    const auto city = city::City::open(bytes).value();
    const core::testing::OneCity catalog(city);
    core::Engine engine(kCallsPartition, catalog);
    core::Engine twin(kCallsPartition, catalog);
    core::testing::MixedLog mixed(city, core::testing::kRegion.value(), seed,
                                  {.positions_of_1000 = 200, .calls_of_100 = 15, .commands_of_100 = 8});
    core::testing::RelatedMix related(seed);
    HistoryChecker checker;
    std::map<v1::IncidentRelated::What, int> seen;
    std::int64_t offset = 0;
    std::int64_t published = 0;
    std::int64_t now_ms = 1'700'000'000'000;
    const auto append = [&](const v1::LogRecord& record) {
      now_ms += mixed.gap_ms();
      checker.on_record({Topic::kLog, kCallsPartition, offset, now_ms, record.SerializeAsString()});
      const auto decided = engine.apply(record, static_cast<std::uint64_t>(offset), TimeMs{now_ms});
      const auto again = twin.apply(record, static_cast<std::uint64_t>(offset), TimeMs{now_ms});
      ++offset;
      ASSERT_EQ(decided.size(), again.size());
      for (std::size_t i = 0; i < decided.size(); ++i) {
        ASSERT_EQ(decided[i].SerializeAsString(), again[i].SerializeAsString()) << decided[i].ShortDebugString();
        checker.on_record({Topic::kDecisions, kCallsPartition, published++, now_ms, decided[i].SerializeAsString()});
        mixed.saw(decided[i]);
        related.saw(decided[i]);
        if (decided[i].has_incident_related()) ++seen[decided[i].incident_related().what()];
      }
    };
    v1::Policy policy = core::testing::test_policy();
    core::testing::RelatedMix::add_rule(policy, seed % 2 == 0);
    for (const v1::LogRecord& record : mixed.opening(policy)) ASSERT_NO_FATAL_FAILURE(append(record));
    for (int i = 0; i < kCallRecords; ++i) {
      v1::LogRecord record = mixed.next();
      related.bend(record);
      ASSERT_NO_FATAL_FAILURE(append(record));
      if (i % 20 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_sound_links(engine)) << "record " << i;
      }
    }
    EXPECT_EQ(engine.state_hash(), twin.state_hash());
    const Verdict verdict = checker.check();
    EXPECT_TRUE(verdict.findings.empty())
        << "seed " << seed << ": " << verdict.findings.size() << " findings, first: " << verdict.findings.front().text;
    EXPECT_GT(seed % 2 == 0 ? seen[v1::IncidentRelated::WHAT_LINKED] : seen[v1::IncidentRelated::WHAT_SUGGESTED], 100);
    EXPECT_GT(seen[v1::IncidentRelated::WHAT_MERGED], 20);
    EXPECT_GT(seen[v1::IncidentRelated::WHAT_UNMERGED], 10);
    EXPECT_GT(seen[v1::IncidentRelated::WHAT_CALL_WITHDRAWN], 0);
  }
}

}  // namespace
}  // namespace dispatch135::oracle
