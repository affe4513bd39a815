// The least that the way from a report to its order can cost on this machine: two plain hops through Kafka and one push
// over gRPC, with the project's own clients and nothing in between.
#pragma once

#include <cstddef>
#include <vector>

#include "services/common/settings.h"

namespace dispatch135::benchmarks {

struct FloorLoad {
  double rate_per_s = 100;
  double seconds = 10;
  std::size_t report_bytes = 0;  // Of the record in the source topic,
  std::size_t log_bytes = 0;     // of that in dispatch.log,
  std::size_t order_bytes = 0;   // and of the message that is pushed.
};

// Sends at random times (Poisson) and gives each one's time from the send to the receipt of the push, microseconds, in
// no order; the first second is left out. The topics must be there (settings' prefix). A hotline, a forwarder and a
// pusher run as threads of their own.
std::vector<double> measure_floor(const common::KafkaSettings& settings, const FloorLoad& load);

}  // namespace dispatch135::benchmarks
