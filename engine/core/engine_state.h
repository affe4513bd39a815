// What an engine holds: for engine.cc, where it changes, and engine_state.cc, where it is saved and restored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/engine.h"
#include "engine/core/region.h"
#include "engine/core/shared.h"
#include "engine/state/summer.h"

namespace dispatch135::core {

class Engine::State {
 public:
  State(std::uint32_t partition, const CityCatalog& cities) : shared(partition), catalog(&cities) {
    shared.micro_grids = [this](std::uint64_t fingerprint) {
      return catalog->micro_grids(city::GridsFingerprint(fingerprint));
    };
  }

  void begin(std::uint64_t offset, TimeMs timestamp);
  void tell_hash();
  Outcome apply(const v1::LogRecord& record);
  Outcome hold(const v1::LogRecord& record);
  void take_held(Region& region, RegionId id);
  void refuse(const v1::LogRecord& record, const Reject& refused);
  Outcome apply_to_region(const v1::LogRecord& record, Region& region);
  // Refuses what repeats or precedes a decision of that partition which was heard already.
  Outcome hear(const v1::LogRecord& record);
  Outcome activate(RegionId id, const v1::CityActivated& record);
  // False: the record repeats what its source partition has already given.
  bool is_new(const v1::SourceOffset& source);
  void fire_due();

  Region* find(RegionId id) {
    auto found = regions.find(id);
    return found == regions.end() ? nullptr : &found->second;
  }

  // For the archives of engine/state; engine_state.cc. Loading is into a new one.
  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x);
  v1::StateHashed hashed(state::Summer::How how) const;

  Shared shared;
  const CityCatalog* catalog;
  std::map<RegionId, Region> regions;
  // Events whose region has no city and policy in force yet, in the log's order.
  struct Held {
    std::uint64_t offset = 0;
    v1::LogRecord record;

    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("offset", x.offset);
      a("record", x.record);
    }
  };
  std::vector<Held> held;
  std::map<std::pair<int, std::int32_t>, std::int64_t> source_offsets;    // (topic, partition) -> last applied
  std::map<std::int32_t, std::pair<std::uint64_t, std::uint32_t>> heard;  // Partition -> the last decision.
  std::optional<v1::LeaderStarted> leader;
  std::uint64_t next_offset = 0;
  bool hash_due = false;  // With the record that is being applied.
};

}  // namespace dispatch135::core
