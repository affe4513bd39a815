// Several records of dispatch.log in one input: each as u8 gap, u16 size (little-endian), the record's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dispatch135/v1/log.pb.h"

namespace dispatch135::fuzz {

struct TimedRecord {
  std::uint8_t gap = 0;  // After the record before it, see gap_ms().
  v1::LogRecord record;
};

// 0 to about 22 minutes, finer for small ones.
constexpr std::int64_t gap_ms(std::uint8_t gap) { return std::int64_t{gap} * gap * 20; }

// Those that are whole and are records; others are passed over.
std::vector<TimedRecord> parse_records(std::span<const std::uint8_t> bytes);
// Records of more than 64 KiB are left out.
std::string serialize_records(std::span<const TimedRecord> records);

}  // namespace dispatch135::fuzz
