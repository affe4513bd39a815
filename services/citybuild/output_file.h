// Writes a file whole or not at all.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "engine/base/result.h"

namespace dispatch135::citybuild {

// Writes beside the path, syncs, and renames; a file that was there stays as it is until then. Nothing: done.
std::optional<Error> write_whole(const std::string& path, std::span<const std::byte> bytes);

}  // namespace dispatch135::citybuild
