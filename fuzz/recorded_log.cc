// A recorded log. Its checksums are set right, else hardly an input would get past them.
#include "services/dispatchctl/recorded_log.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "engine/base/hash.h"
#include "fuzz/input_file.h"

namespace {

constexpr std::size_t kMagic = 8;
constexpr std::size_t kHead = 25;
constexpr std::size_t kSizeAt = 21;
constexpr std::size_t kChecksum = 8;

void mend(std::string& bytes) {
  std::size_t at = kMagic;
  while (at + kHead <= bytes.size()) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data() + at + kSizeAt, sizeof(size));
    if (size > bytes.size() || at + kHead + size + kChecksum > bytes.size()) return;
    const std::uint64_t sum = dispatch135::hash_bytes(bytes.data() + at, kHead + size);
    std::memcpy(bytes.data() + at + kHead + size, &sum, sizeof(sum));
    at += kHead + size + kChecksum;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  mend(bytes);
  const dispatch135::fuzz::InputFile file(".log", reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  (void)dispatch135::dispatchctl::read_recorded_log(file.path(), [](const auto&) {}).ok();
  return 0;
}
