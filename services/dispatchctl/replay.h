// Runs a recorded log through a fresh engine and compares what it decides with what was published.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "dispatch135/v1/snapshot.pb.h"
#include "engine/core/engine.h"
#include "services/dispatchctl/recorded_log.h"

namespace dispatch135::dispatchctl {

struct ReplayResult {
  std::uint64_t records = 0;
  std::uint64_t decisions = 0;  // That the engine made.
  std::uint64_t compared = 0;   // Of them: stood among the published ones.
  std::uint64_t not_published =
      0;  // After the last published one of the partition: the leader ended before it published.
  std::uint64_t differences = 0;
  // For people, several lines: partition, offset and index, what was published, what is decided now, and the fields
  // that differ. Of all differences the one that stands first in the log, by partition.
  std::string first_difference;
  std::map<std::uint32_t, std::uint64_t> state_hashes;  // By partition.
};

class Replay {
 public:
  // `cities` must outlive it.
  explicit Replay(const core::CityCatalog& cities) : cities_(cities) {}

  // All published decisions, in any order, before the first log record.
  void add_published(const RecordedRecord& decision);
  // Log records, by rising offset within a partition. An error: the record needs a city file, or one of micro-grids,
  // that is not in the catalog, or is not a LogRecord; nothing more can be said of its partition.
  Result<bool> apply(const RecordedRecord& log_record);
  ReplayResult finish();

 private:
  using Identity = std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>;  // partition, offset, index
  void differ(const Identity& id, const std::string& what);

  const core::CityCatalog& cities_;
  std::map<std::uint32_t, core::Engine> engines_;
  std::map<Identity, std::string> published_;  // Not yet made by the engine.
  std::map<std::uint32_t, Identity> last_published_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, v1::Skip> skips_;  // By partition and offset.
  ReplayResult result_;
  Identity first_;  // Of the differences so far, when there are any.
};

}  // namespace dispatch135::dispatchctl
