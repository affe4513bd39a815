// An engine can be saved and restored at any record: what goes on from the bytes decides as what never stopped. Bytes
// that are not whole are refused, whatever they are.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/rest_of_log.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::uint32_t kPartition = 3;

city::CityDraft small_town(std::uint64_t seed) {
  city::CityDraft draft = grid_town(10, 20, seed);
  RestOfLog::add_grid_workers(draft);
  return draft;
}

// A town in the middle of its work, with every section of the policy.
class TownAtWork {
 public:
  explicit TownAtWork(std::uint64_t seed, int records)
      : bytes_(city::build_city(small_town(seed)).value()),
        city_(city::City::open(bytes_).value()),
        catalog(city_),
        engine(kPartition, catalog),
        random(seed),
        log_(city_, kRegion.value(), seed, {.positions_of_1000 = 300, .calls_of_100 = 20}),
        rest_(city_, kRegion.value(), seed) {
    for (const v1::LogRecord& record : log_.opening(RestOfLog::every_section(seed))) apply(record);
    for (int i = 0; i < records; ++i) apply(random.below(6) == 0 ? rest_.next(now_ms_) : log_.next());
  }
  void apply(const v1::LogRecord& record) {
    now_ms_ += log_.gap_ms();
    for (const v1::Decision& decision : engine.apply(record, offset_++, TimeMs{now_ms_})) {
      log_.saw(decision);
      rest_.saw(decision);
    }
  }
  std::string saved() const {
    std::string bytes;
    engine.save(bytes);
    return bytes;
  }
  std::string error_of(const std::string& bytes, std::uint32_t partition = kPartition) const {
    const Result<Engine> restored = Engine::restore(partition, catalog, bytes);
    return restored.ok() ? "" : restored.error().message;
  }

 private:
  std::vector<std::byte> bytes_;
  city::City city_;

 public:
  OneCity catalog;
  Engine engine;
  Random random;

 private:
  MixedLog log_;
  RestOfLog rest_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t offset_ = 0;
};

class NoCities : public CityCatalog {
 public:
  const city::City* find(CityFingerprint) const override { return nullptr; }
};

TEST(EngineState, ARestoredEngineSavesTheSameBytesAndShowsTheSame) {
  const TownAtWork town(1, 2'000);
  const Engine restored = reloaded(town.engine, kPartition, town.catalog);
  EXPECT_EQ(restored.next_offset(), town.engine.next_offset());
  EXPECT_EQ(restored.now(), town.engine.now());
  EXPECT_EQ(restored.next_timer(), town.engine.next_timer());
  EXPECT_EQ(restored.snapshot(kRegion).SerializeAsString(), town.engine.snapshot(kRegion).SerializeAsString());
  std::ostringstream before;
  std::ostringstream after;
  town.engine.dump(before);
  restored.dump(after);
  EXPECT_EQ(before.str(), after.str());
  EXPECT_NE(before.str().find("\nregions[0].region.units[3].unit.device_id = \""), std::string::npos);
}

TEST(EngineState, AnEngineWithoutAnyRegionIsSavedToo) {
  const TownAtWork town(1, 0);
  const Engine fresh(kPartition, town.catalog);
  EXPECT_EQ(reloaded(fresh, kPartition, town.catalog).next_offset(), 0U);
}

TEST(EngineState, BytesOfAnotherKindPartitionOrFormatAreRefusedByName) {
  const TownAtWork town(1, 0);
  std::string bytes = town.saved();
  EXPECT_EQ(town.error_of("D135CITY"), "not the state of an engine");
  EXPECT_EQ(town.error_of(""), "not the state of an engine");
  EXPECT_EQ(town.error_of(bytes, 4), "the state is of partition 3, not 4");
  EXPECT_NE(town.error_of(bytes + '\0').find("more bytes than the state has"), std::string::npos);
  bytes[8] = 9;
  EXPECT_EQ(town.error_of(bytes), "the state has format 9; this engine reads 1");
}

TEST(EngineState, ANodeWithoutTheCityFileCannotUseIt) {
  const TownAtWork town(1, 0);
  const Result<Engine> restored = Engine::restore(kPartition, NoCities(), town.saved());
  ASSERT_FALSE(restored.ok());
  EXPECT_NE(restored.error().message.find("a city file that this node does not have, of region 320200"),
            std::string::npos)
      << restored.error().message;
}

TEST(EngineState, CutAnywhereItIsRefused) {
  TownAtWork town(2, 800);
  const std::string bytes = town.saved();
  for (int i = 0; i < 200; ++i) {
    EXPECT_NE(town.error_of(bytes.substr(0, town.random.below(bytes.size()))), "");
  }
}

// Some changes cannot be seen: another number where any will do. Then there is an engine, if another one.
TEST(EngineState, WithBytesThatChangedItIsRefusedOrAnEngine) {
  TownAtWork town(3, 800);
  const std::string bytes = town.saved();
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string changed = bytes;
    const std::uint64_t changes = 1 + town.random.below(3);
    for (std::uint64_t c = 0; c < changes; ++c) {
      changed[town.random.below(changed.size())] ^= static_cast<char>(1U << town.random.below(8));
    }
    const Result<Engine> restored = Engine::restore(kPartition, town.catalog, changed);
    refused += restored.ok() ? 0 : 1;
    if (restored.ok()) restored.value().state_hash();
  }
  EXPECT_GT(refused, 50);
}

// One number after the other is another one: what is not refused goes on, and can be saved again. Found so: a kind of
// order below 0 came back as 255, which no reader took any more; a unit's assignment that its incident did not have
// stopped the engine at the next record.
TEST(EngineState, WithAnyOfItsNumbersChangedItIsRefusedOrGoesOn) {
  TownAtWork town(8, 300);
  const std::string bytes = town.saved();
  constexpr std::size_t kHead = 8;
  constexpr std::size_t kEach = 17;  // 1: all of them, in a minute.
  int refused = 0;
  int went_on = 0;
  for (std::size_t at = kHead; at < bytes.size(); at += 1 + town.random.below(kEach)) {
    std::string changed = bytes;
    // The top bit says whether the number goes on: without it what follows would be read as something else.
    changed[at] = static_cast<char>((static_cast<unsigned char>(bytes[at]) & 0x80U) | town.random.below(128));
    Result<Engine> restored = Engine::restore(kPartition, town.catalog, changed);
    if (!restored.ok()) {
      ++refused;
      EXPECT_NE(restored.error().message, "") << "byte " << at;
      continue;
    }
    ++went_on;
    Engine& engine = restored.value();
    std::string again;
    engine.save(again);
    ASSERT_EQ(town.error_of(again), "") << "byte " << at;
    v1::LogRecord tick;
    tick.mutable_tick();
    for (int minute = 0; minute < 5; ++minute) {
      const TimeMs next = TimeMs{engine.now().since_epoch + 60'000};
      engine.apply(tick, engine.next_offset(), next);
    }
    EXPECT_EQ(engine.state_hash(), engine.walked_state_hash()) << "byte " << at;
  }
  EXPECT_GT(refused, 50);
  EXPECT_GT(went_on, 50);
}

TEST(EngineState, ASkippedRecordIsToldOfAndTimersFireAsWithAnyOther) {
  TownAtWork town(4, 200);
  v1::Skip skip;
  skip.set_operator_id("wang");
  skip.set_reason("it stops every node");
  const TimeMs due = *town.engine.next_timer();
  const std::uint64_t offset = town.engine.next_offset();
  const auto decisions = town.engine.skip(skip, offset, due);
  ASSERT_FALSE(decisions.empty());
  EXPECT_EQ(decisions.back().record_skipped().operator_id(), "wang");
  EXPECT_EQ(decisions.back().record_skipped().reason(), "it stops every node");
  EXPECT_EQ(town.engine.next_offset(), offset + 1);
  EXPECT_EQ(town.engine.now(), due);
  EXPECT_GT(*town.engine.next_timer(), due);
}

TEST(EngineState, ItsBasisNamesCityAndPolicy) {
  const TownAtWork town(1, 0);
  const auto basis = town.engine.basis();
  ASSERT_EQ(basis.size(), 1U);
  EXPECT_EQ(basis[0].region, kRegion);
  EXPECT_EQ(basis[0].city, town.engine.city(kRegion)->fingerprint());
  EXPECT_NE(basis[0].policy, 0U);
  EXPECT_EQ(basis[0].micro_grids, 0U);
}

v1::LogRecord raise_level(std::uint32_t level) {
  v1::LogRecord record;
  record.mutable_behaviour_activated()->set_level(level);
  return record;
}

TEST(EngineState, FromLevelOneOnTheHashIsToldWithTheFirstRecordAtOrAfterEach1024Offsets) {
  TownAtWork town(5, 0);
  v1::LogRecord tick;
  tick.mutable_tick();
  const TimeMs now = town.engine.now();
  const auto told = [&](std::uint64_t at) {
    const auto decisions = town.engine.apply(tick, at, now);
    return !decisions.empty() && decisions.back().has_state_hashed();
  };
  EXPECT_FALSE(told(1'024)) << "level 0";
  town.engine.apply(raise_level(1), 1'025, now);
  EXPECT_FALSE(told(1'026));
  EXPECT_FALSE(told(2'047));
  EXPECT_TRUE(told(2'050)) << "the records between were control records of the broker";
  EXPECT_FALSE(told(2'051));
  EXPECT_TRUE(told(9'000));
}

TEST(EngineState, TheHashThatIsToldIsThatAfterItsRecordAndNamesItsParts) {
  TownAtWork town(6, 500);
  town.engine.apply(raise_level(1), town.engine.next_offset(), town.engine.now());
  v1::LogRecord tick;
  tick.mutable_tick();
  const auto decisions = town.engine.apply(tick, 10'240, town.engine.now());
  ASSERT_TRUE(decisions.back().has_state_hashed());
  const v1::StateHashed& told = decisions.back().state_hashed();
  EXPECT_EQ(told.hash(), town.engine.state_hash());
  EXPECT_EQ(told.hash(), town.engine.walked_state_hash());
  std::set<std::string> names;
  for (const v1::PartHash& part : told.parts()) names.insert(part.name());
  for (const char* name : {"320200/units", "320200/incidents", "320200/matters", "320200/coverage", "timers", "rest"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(EngineState, WhatOneUnitReportsChangesTheHashOfTheUnitsAndOfNoIncident) {
  TownAtWork town(7, 300);
  const auto parts = [&] {
    std::map<std::string, std::uint64_t> hashes;
    for (const v1::PartHash& part : town.engine.part_hashes()) hashes[part.name()] = part.hash();
    return hashes;
  };
  const auto before = parts();
  v1::LogRecord record;
  record.set_region(kRegion.value());
  for (const v1::Unit& unit : town.engine.units(kRegion)) {
    if (unit.secondary() == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) continue;
    record.mutable_unit_position_reported()->set_unit_id(unit.unit_id());
    break;
  }
  ASSERT_TRUE(record.has_unit_position_reported()) << "somebody is on duty";
  town.engine.apply(record, town.engine.next_offset(), TimeMs{town.engine.now().since_epoch + 1});
  const auto after = parts();
  EXPECT_NE(before.at("320200/units"), after.at("320200/units"));
  EXPECT_EQ(before.at("320200/incidents"), after.at("320200/incidents"));
}

}  // namespace
}  // namespace dispatch135::core::testing
