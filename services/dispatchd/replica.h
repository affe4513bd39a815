// A partition as its log makes it: the engine, and what is counted from its decisions. Can be kept as bytes and had
// again from them. No leading, no publishing, nobody connected.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dispatch135/v1/snapshot.pb.h"
#include "engine/base/result.h"
#include "engine/core/engine.h"
#include "engine/stats/statistics.h"
#include "services/dispatchd/decision_key.h"
#include "services/log/log.h"

namespace dispatch135::dispatchd {

struct Replica {
  Replica(std::int32_t partition, const core::CityCatalog& cities)
      : index(partition), engine(static_cast<std::uint32_t>(partition), cities) {}

  enum class Did : std::uint8_t {
    kApplied,  // Or passed over, with a decision that says so.
    kPoison,   // The record cannot be parsed: it changes nothing on any node.
    kCannot,   // The engine lacks what the record asks for; nothing was done, and nothing further may be applied.
  };
  struct Step {
    Did did = Did::kApplied;
    std::span<const v1::Decision> decisions;  // Valid until the next step.
  };
  // The record at or after next_offset. `parsed` is its value afterwards. `skip`: null unless it is to be passed over.
  Step apply(const log::Record& record, const v1::Skip* skip, v1::LogRecord& parsed);

  // Everything that pack() needs.
  v1::SnapshotManifest describe(const std::string& node) const;
  std::string save() const;
  // As it was when it was described and saved. Errors: of a format or behaviour that is not known, of city files that
  // are not here, damaged, or not what its hash says.
  static Result<Replica> restore(const v1::SnapshotManifest& manifest, std::string_view bytes,
                                 const core::CityCatalog& cities);

  std::int32_t index;  // Of the partition.
  core::Engine engine;
  std::map<RegionId, stats::Statistics> statistics;  // With decisions of their own.
  std::int64_t next_offset = 0;                      // Of dispatch.log.
  std::optional<DecisionKey> last_decision;
  std::uint64_t last_record = 0;  // Checksum of the record before next_offset.
};

}  // namespace dispatch135::dispatchd
