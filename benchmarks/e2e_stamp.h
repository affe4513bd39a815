// What the floor sends: text of a given size that begins with the instant of its send (what stands in a protobuf string
// must be UTF-8). All processes of one machine have the same steady clock.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"

namespace dispatch135::benchmarks {

inline std::int64_t steady_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

inline std::string stamped(std::int64_t sent_ns, std::size_t bytes) {
  std::string value = std::to_string(sent_ns);
  value.resize(std::max(bytes, value.size()), 'x');
  return value;
}

inline std::int64_t stamp_of(std::string_view value) {
  std::int64_t sent_ns = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), sent_ns);
  D135_CHECK(parsed.ec == std::errc(), "only stamped records are sent here");
  return sent_ns;
}

}  // namespace dispatch135::benchmarks
