#include "fuzz/snapshot_puts.h"

#include <algorithm>

#include "services/dispatchd/snapshot_format.h"

namespace dispatch135::fuzz {
namespace {

constexpr std::size_t kHead = 3;
constexpr std::size_t kMostBytes = 0xffff;
constexpr std::size_t kStrangeKey = 12;

}  // namespace

std::vector<Put> parse_puts(std::span<const std::uint8_t> bytes) {
  std::vector<Put> puts;
  while (bytes.size() >= kHead) {
    const std::size_t said = bytes[1] | static_cast<std::size_t>(bytes[2]) << 8;
    const std::size_t size = std::min(said, bytes.size() - kHead);
    puts.push_back({bytes[0], {reinterpret_cast<const char*>(bytes.data()) + kHead, size}});
    bytes = bytes.subspan(kHead + size);
  }
  return puts;
}

std::string serialize_puts(std::span<const Put> puts) {
  std::string bytes;
  for (const Put& put : puts) {
    const std::size_t size = std::min(put.value.size(), kMostBytes);
    bytes += static_cast<char>(put.key);
    bytes += static_cast<char>(size & 0xff);
    bytes += static_cast<char>(size >> 8);
    bytes.append(put.value, 0, size);
  }
  return bytes;
}

std::string slot_of(std::uint8_t key) { return (key & 1U) == 0 ? "a" : "b"; }

std::string key_of(const Put& put) {
  const std::uint8_t kind = put.key & ~kMended & 0xfeU;
  if (kind < kManifest) return dispatchd::chunk_key(slot_of(put.key), (kind - kChunk0) / 2U);
  if (kind == kManifest) return dispatchd::manifest_key(slot_of(put.key));
  if (kind == kSkip) return dispatchd::skip_key(put.key & 1U);
  return put.value.substr(0, kStrangeKey);
}

}  // namespace dispatch135::fuzz
