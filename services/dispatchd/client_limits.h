// How much field units and consoles may ask of a node. config/dispatchd.yaml shows the keys. Of each rate five seconds'
// worth may come at once (common::TokenBucket).
#pragma once

#include <cstddef>
#include <cstdint>

namespace dispatch135::dispatchd {

struct UnitServiceLimits {
  std::size_t queued_orders = 64;  // Per stream; with more the stream is closed.
  std::size_t streams = 20'000;    // More are refused with RESOURCE_EXHAUSTED.
  std::size_t streams_per_address = 10'000;
  std::int64_t sign_on_within_ms = 10'000;  // A stream that has said nothing by then is closed.
  std::int64_t messages_per_s = 50;         // Per stream. More are refused one by one, and read no faster.
  bool operator==(const UnitServiceLimits&) const = default;
};

struct ConsoleServiceLimits {
  std::size_t queued_events = 1'024;     // Per stream; with more the stream is closed,
  std::size_t queued_bytes = 64U << 20;  // or with more than so many bytes.
  std::size_t streams = 4'000;           // More are refused with RESOURCE_EXHAUSTED, as are more calls than the next.
  std::size_t streams_per_address = 2'000;
  std::size_t waiting_calls = 1'000;
  std::int64_t calls_per_s = 1'000;   // Per address.
  std::int64_t commands_per_s = 200;  // Per operator.
  bool operator==(const ConsoleServiceLimits&) const = default;
};

struct ClientLimits {
  UnitServiceLimits units;
  ConsoleServiceLimits consoles;
  std::int64_t opened_streams_per_s = 2'000;  // Per address, of both services together.
  bool operator==(const ClientLimits&) const = default;
};

}  // namespace dispatch135::dispatchd
