// Several records of dispatch.snapshots in one input: each as u8 key, u16 size (little-endian), the value's bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dispatch135::fuzz {

struct Put {
  // Lowest bit: slot a or b, of a skip the offset; the next six: the kind, see key_of().
  std::uint8_t key = 0;
  std::string value;
};

inline constexpr std::uint8_t kChunk0 = 0;  // Of slot a; 2 and 4 are its next ones.
inline constexpr std::uint8_t kManifest = 6;
inline constexpr std::uint8_t kSkip = 8;
inline constexpr std::uint8_t kMended = 0x80;  // A manifest's checksums are to be made right.

// The last one may be shorter than it says.
std::vector<Put> parse_puts(std::span<const std::uint8_t> bytes);
// Values are cut at 64 KiB.
std::string serialize_puts(std::span<const Put> puts);

// "a" or "b".
std::string slot_of(std::uint8_t key);
// As in the topic; of other kinds the first bytes of the value.
std::string key_of(const Put& put);

}  // namespace dispatch135::fuzz
