#include "services/common/zstd.h"

#include <zstd.h>

#include "engine/base/check.h"

namespace dispatch135::common {
namespace {

// The fastest that still halves what is compressed here; more gains little.
constexpr int kLevel = 1;

}  // namespace

std::string compress(std::string_view bytes) {
  std::string compressed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), kLevel);
  D135_CHECK(ZSTD_isError(size) == 0, "zstd compresses what fits into its bound");
  compressed.resize(size);
  return compressed;
}

Result<std::string> decompress(std::string_view compressed, std::size_t most) {
  const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return Error{"is not compressed by zstd, or does not say its size"};
  }
  if (size > most) {
    return Error{"claims " + std::to_string(size) + " bytes, at most " + std::to_string(most) + " are taken"};
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(bytes.data(), bytes.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(got) != 0) return Error{std::string("cannot be decompressed: ") + ZSTD_getErrorName(got)};
  if (got != bytes.size()) return Error{"is shorter than it says"};
  return bytes;
}

}  // namespace dispatch135::common
