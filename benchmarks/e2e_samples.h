// What bench_e2e reads after a run: when each report was sent and its first order received, and how large the messages
// were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "services/common/settings.h"

namespace dispatch135::benchmarks {

// A report that was ordered. `at_once`: in the very log record that opened its incident, so that it did not wait for a
// unit.
struct Sample {
  std::int64_t sent_us = 0;  // Of any clock that is the same for all samples of a run.
  double took_ms = 0;        // From the send to the receipt of the first order.
  bool at_once = false;
};

struct DiaryRun {
  std::vector<Sample> ordered;          // In no order.
  std::vector<std::int64_t> unordered;  // When those were sent that no unit was ordered to.
  double order_bytes = 0;               // Mean size of an assignment's message.
};

// Reads fieldsim's diary from byte `from` on.
DiaryRun read_run(const std::string& diary, std::uintmax_t from);

struct RecordSizes {
  double report_bytes = 0;  // Mean size of a record of `incidents`,
  double log_bytes = 0;     // and of a report's record in dispatch.log.
};

// Reads both topics from their beginning to their present end.
RecordSizes measure_records(const common::KafkaSettings& settings);

}  // namespace dispatch135::benchmarks
