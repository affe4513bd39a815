#include "fuzz/record_sequence.h"

#include <utility>

namespace dispatch135::fuzz {
namespace {

constexpr std::size_t kHead = 3;
constexpr std::size_t kMostBytes = 0xffff;

}  // namespace

std::vector<TimedRecord> parse_records(std::span<const std::uint8_t> bytes) {
  std::vector<TimedRecord> records;
  while (bytes.size() > kHead) {
    TimedRecord timed;
    timed.gap = bytes[0];
    const std::size_t size = bytes[1] | static_cast<std::size_t>(bytes[2]) << 8;
    bytes = bytes.subspan(kHead);
    if (size > bytes.size()) break;
    if (timed.record.ParseFromArray(bytes.data(), static_cast<int>(size))) records.push_back(std::move(timed));
    bytes = bytes.subspan(size);
  }
  return records;
}

std::string serialize_records(std::span<const TimedRecord> records) {
  std::string bytes;
  for (const TimedRecord& timed : records) {
    const std::string record = timed.record.SerializeAsString();
    if (record.size() > kMostBytes) continue;
    bytes += static_cast<char>(timed.gap);
    bytes += static_cast<char>(record.size() & 0xff);
    bytes += static_cast<char>(record.size() >> 8);
    bytes += record;
  }
  return bytes;
}

}  // namespace dispatch135::fuzz
