// The oracle and the engine were written apart from the contract alone: what the one decides, the other must find good.
#include <gtest/gtest.h>

#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"
#include "tests/oracle/history_checker.h"

namespace dispatch135::oracle {
namespace {

constexpr int kPartition = 3;
constexpr int kRecords = 20'000;
constexpr int kBeforeActivation = 200;

TEST(EngineHistory, HasNoFindingWhateverTheSeed) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto bytes = city::build_city(core::testing::grid_town(12, 30, seed)).value();
    const auto city = city::City::open(bytes).value();
    const core::testing::OneCity catalog(city);
    core::Engine engine(kPartition, catalog);
    core::testing::MixedLog mixed(city, core::testing::kRegion.value(), seed,
                                  {.positions_of_1000 = 300, .calls_of_100 = 22});
    HistoryChecker checker;
    std::int64_t offset = 0;
    std::int64_t published = 0;
    std::int64_t now_ms = 1'700'000'000'000;
    const auto append = [&](const v1::LogRecord& record) {
      now_ms += mixed.gap_ms();
      checker.on_record({Topic::kLog, kPartition, offset, now_ms, record.SerializeAsString()});
      for (const auto& decision : engine.apply(record, static_cast<std::uint64_t>(offset), TimeMs{now_ms})) {
        checker.on_record({Topic::kDecisions, kPartition, published++, now_ms, decision.SerializeAsString()});
        mixed.saw(decision);
      }
      ++offset;
    };
    for (int i = 0; i < kBeforeActivation; ++i) append(mixed.next());
    for (const v1::LogRecord& record : mixed.opening(core::testing::test_policy())) append(record);
    for (int i = 0; i < kRecords; ++i) append(mixed.next());
    const Verdict verdict = checker.check();
    EXPECT_TRUE(verdict.findings.empty())
        << "seed " << seed << ": " << verdict.findings.size() << " findings, first: " << verdict.findings.front().text;
    EXPECT_GT(verdict.breaches, 10U);
    EXPECT_GT(verdict.queued, 10U);
  }
}

}  // namespace
}  // namespace dispatch135::oracle
