// How fast a node replays a log: everything that a dispatchd does with a record but reading it from Kafka.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "tests/engine/core/world.h"

namespace dispatch135::benchmarks {

struct LoggedRecord {
  std::string bytes;  // A v1::LogRecord.
  std::int64_t timestamp_ms = 0;
};

// The seconds that a node which starts on an empty disk takes for the records after the `opening` first, with its
// metrics, as a standby does: all decisions up to `last` are published. Checks that it caught up with the given hash of
// its state, and that it published nothing.
double node_replay_s(const std::vector<LoggedRecord>& records, std::size_t opening, const v1::Decision& last,
                     const core::testing::OneCity& catalog, std::uint64_t state_hash);

}  // namespace dispatch135::benchmarks
