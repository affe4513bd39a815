// A file of micro-grids: what opens can be used without further care. Its checksum is set right, else hardly an input
// would get past it.
#include "engine/city/micro_grids.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/base/hash.h"

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t kHeader = 56;
constexpr std::size_t kChecksumAt = 48;

void mend(std::vector<std::byte>& bytes) {
  if (bytes.size() < kHeader) return;
  std::memset(bytes.data() + kChecksumAt, 0, sizeof(std::uint64_t));
  StateHasher hasher;
  hasher.add(hash_bytes(bytes.data(), kHeader));
  hasher.add(hash_bytes(bytes.data() + kHeader, bytes.size() - kHeader));
  const std::uint64_t sum = hasher.value();
  std::memcpy(bytes.data() + kChecksumAt, &sum, sizeof(sum));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> bytes(size);
  if (size > 0) std::memcpy(bytes.data(), data, size);
  mend(bytes);
  const auto opened = city::MicroGrids::open(bytes);
  if (!opened) return 0;
  for (std::size_t i = 0; i < opened.value().size(); ++i) {
    const city::MicroGrid grid = opened.value().at(i);
    (void)opened.value().find(grid.outline[0]);
  }
  return 0;
}
