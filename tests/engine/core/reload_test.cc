// A node that started from a snapshot beside one that never stopped, in a city of hundreds of posts: each decision with
// its explanation, each route, and every byte of the state. What follows from other fields is in no hash
// (docs/formats/state.md): only here does it show when it comes back otherwise.
//   D135_RELOAD_RECORDS=1000000 build/release/tests/core_reload_test
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/related_mix.h"
#include "tests/engine/core/rest_of_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::uint32_t kPartition = 3;
constexpr std::uint32_t kJunctions = 32;  // Of each side: 4.8 km.
constexpr std::uint32_t kPosts = 600;     // With a unit each.
constexpr std::uint64_t kSeeds = 2;
constexpr int kReloadEach = 97;
constexpr int kLookEach = 10;  // Reloads.

constexpr int kUsualRecords = 2'500;  // Of each seed.

int records_to_try() {
  const char* asked = std::getenv("D135_RELOAD_RECORDS");
  return asked == nullptr ? kUsualRecords : std::atoi(asked);
}

city::CityDraft big_town(std::uint64_t seed) {
  city::CityDraft draft = grid_town(kJunctions, kPosts, seed);
  RestOfLog::add_grid_workers(draft);
  return draft;
}

std::string saved(const Engine& engine) {
  std::string bytes;
  engine.save(bytes);
  return bytes;
}

class TwoNodes {
 public:
  explicit TwoNodes(std::uint64_t seed)
      : seed_(seed),
        random_(seed),
        bytes_(city::build_city(big_town(seed)).value()),
        city_(city::City::open(bytes_).value()),
        catalog_(city_),
        never_stopped_(kPartition, catalog_),
        reloads_(kPartition, catalog_),
        log_(city_, kRegion.value(), seed, {.positions_of_1000 = 200, .calls_of_100 = 30, .commands_of_100 = 5}),
        related_(seed),
        rest_(city_, kRegion.value(), seed) {}

  void run(int records) {
    for (const v1::LogRecord& record : log_.opening(RestOfLog::every_section(seed_))) {
      ASSERT_NO_FATAL_FAILURE(feed(record));
    }
    for (int i = 1; i <= records; ++i) {
      v1::LogRecord record = random_.below(8) == 0 ? rest_.next(now_ms_) : log_.next();
      if (random_.below(3) == 0) related_.bend(record);
      ASSERT_NO_FATAL_FAILURE(feed(record))
          << "seed " << seed_ << ", record " << i << ": " << record.ShortDebugString();
      if (i % kReloadEach != 0) continue;
      const std::string bytes = saved(reloads_);
      ASSERT_TRUE(bytes == saved(never_stopped_)) << "seed " << seed_ << ", record " << i << ": the states differ";
      auto restored = Engine::restore(kPartition, catalog_, bytes);
      ASSERT_TRUE(restored.ok()) << restored.error().message;
      reloads_ = std::move(restored.value());
      if (i / kReloadEach % kLookEach == 0) {
        ASSERT_NO_FATAL_FAILURE(look()) << "seed " << seed_ << ", record " << i;
      }
    }
  }
  const std::map<v1::Decision::ChangeCase, int>& seen() const { return seen_; }
  std::int64_t candidates() const { return candidates_; }

 private:
  void feed(const v1::LogRecord& record) {
    now_ms_ += log_.gap_ms() * 6;
    const auto expected = never_stopped_.apply(record, offset_, TimeMs{now_ms_});
    const auto decided = reloads_.apply(record, offset_, TimeMs{now_ms_});
    ++offset_;
    ASSERT_EQ(expected.size(), decided.size()) << record.ShortDebugString();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(expected[i].SerializeAsString(), decided[i].SerializeAsString())
          << "never stopped: " << expected[i].ShortDebugString() << "\nreloaded: " << decided[i].ShortDebugString();
      ++seen_[decided[i].change_case()];
      candidates_ += decided[i].unit_assigned().why().candidates_size();
      log_.saw(decided[i]);
      related_.saw(decided[i]);
      rest_.saw(decided[i]);
    }
  }

  // What consoles and units are told.
  void look() {
    ASSERT_EQ(never_stopped_.snapshot(kRegion).SerializeAsString(), reloads_.snapshot(kRegion).SerializeAsString());
    for (const v1::Unit& unit : never_stopped_.units(kRegion)) {
      v1::Route expected;
      v1::Route found;
      const UnitId id(unit.unit_id());
      ASSERT_EQ(never_stopped_.route(kRegion, id, expected).has_value(),
                reloads_.route(kRegion, id, found).has_value());
      ASSERT_EQ(expected.SerializeAsString(), found.SerializeAsString()) << unit.ShortDebugString();
    }
  }

  std::uint64_t seed_;
  Random random_;
  std::vector<std::byte> bytes_;
  city::City city_;
  OneCity catalog_;
  Engine never_stopped_;
  Engine reloads_;
  MixedLog log_;
  RelatedMix related_;
  RestOfLog rest_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t offset_ = 0;
  std::map<v1::Decision::ChangeCase, int> seen_;
  std::int64_t candidates_ = 0;
};

TEST(Reload, ANodeThatStartsFromItsSnapshotAgainAndAgainDecidesAndExplainsAsOneThatNeverStopped) {
  std::map<v1::Decision::ChangeCase, int> seen;
  std::int64_t candidates = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    TwoNodes nodes(seed);
    nodes.run(records_to_try());
    if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    for (const auto& [kind, count] : nodes.seen()) seen[kind] += count;
    candidates += nodes.candidates();
  }
  if (records_to_try() < kUsualRecords) return;  // Rare kinds need as many.
  // It would prove little without having reached these.
  using Decision = v1::Decision;
  for (const auto kind :
       {Decision::kUnitAssigned, Decision::kAssignmentEnded, Decision::kIncidentRelated, Decision::kStreetsChanged,
        Decision::kDutyChanged, Decision::kMatterChanged, Decision::kUnitTold}) {
    EXPECT_GT(seen[kind], 10) << kind;
  }
  EXPECT_GT(candidates, 200) << "explanations that could differ";
}

}  // namespace
}  // namespace dispatch135::core::testing
