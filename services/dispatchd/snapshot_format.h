// A snapshot as records of dispatch.snapshots: compressed, cut into chunks, with a manifest that says when all of them
// are there and whole. docs/formats/snapshot.md
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch135/v1/snapshot.pb.h"
#include "engine/base/result.h"

namespace dispatch135::dispatchd {

inline constexpr std::size_t kChunkBytes = 512U << 10;
inline constexpr std::size_t kSnapshotBytes = std::size_t{1} << 30;  // Decompressed, at most.

// Keys of the topic.
std::string chunk_key(std::string_view slot, std::uint32_t number);
std::string manifest_key(std::string_view slot);
std::string skip_key(std::uint64_t offset);

struct PackedSnapshot {
  v1::SnapshotManifest manifest;
  std::vector<v1::SnapshotChunk> chunks;
};

// Completes a manifest by what says which chunks belong to it.
PackedSnapshot pack(v1::SnapshotManifest manifest, std::string_view bytes);

// The bytes again. `chunks`: those that stand in the manifest's slot, by number; null where none does. Errors: one is
// missing, of another snapshot, or damaged.
Result<std::string> unpack(const v1::SnapshotManifest& manifest, const std::vector<const v1::SnapshotChunk*>& chunks);

}  // namespace dispatch135::dispatchd
