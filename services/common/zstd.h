// Compression of bytes that are kept (zstd).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dispatch135::common {

std::string compress(std::string_view bytes);

// Errors: damaged, or more than `most` bytes.
Result<std::string> decompress(std::string_view compressed, std::size_t most);

}  // namespace dispatch135::common
