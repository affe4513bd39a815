#include "services/dispatchd/snapshot_format.h"

#include <algorithm>

#include "engine/base/hash.h"
#include "services/common/zstd.h"

namespace dispatch135::dispatchd {

std::string chunk_key(std::string_view slot, std::uint32_t number) {
  return "chunk/" + std::string(slot) + "/" + std::to_string(number);
}
std::string manifest_key(std::string_view slot) { return "manifest/" + std::string(slot); }
std::string skip_key(std::uint64_t offset) { return "skip/" + std::to_string(offset); }

PackedSnapshot pack(v1::SnapshotManifest manifest, std::string_view bytes) {
  const std::string compressed = common::compress(bytes);
  manifest.set_snapshot(hash_bytes(compressed.data(), compressed.size()));
  manifest.set_bytes(bytes.size());
  manifest.set_compressed_bytes(compressed.size());
  std::vector<v1::SnapshotChunk> chunks;
  for (std::size_t begin = 0; begin < compressed.size(); begin += kChunkBytes) {
    v1::SnapshotChunk& chunk = chunks.emplace_back();
    chunk.set_snapshot(manifest.snapshot());
    chunk.set_number(static_cast<std::uint32_t>(chunks.size() - 1));
    chunk.set_data(compressed.substr(begin, kChunkBytes));
    manifest.add_chunk_checksums(hash_bytes(chunk.data().data(), chunk.data().size()));
  }
  manifest.set_chunks(static_cast<std::uint32_t>(chunks.size()));
  return {std::move(manifest), std::move(chunks)};
}

Result<std::string> unpack(const v1::SnapshotManifest& manifest, const std::vector<const v1::SnapshotChunk*>& chunks) {
  if (manifest.chunks() == 0 || manifest.chunk_checksums_size() != static_cast<int>(manifest.chunks()) ||
      chunks.size() != manifest.chunks()) {
    return Error{"its manifest names " + std::to_string(manifest.chunks()) + " chunks and " +
                 std::to_string(manifest.chunk_checksums_size()) + " checksums"};
  }
  std::string compressed;
  for (std::uint32_t i = 0; i < manifest.chunks(); ++i) {
    const std::string which = "chunk " + std::to_string(i) + " of " + std::to_string(manifest.chunks());
    const v1::SnapshotChunk* chunk = chunks[i];
    if (chunk == nullptr) return Error{which + " is missing"};
    if (chunk->snapshot() != manifest.snapshot()) return Error{which + " is of another snapshot"};
    if (hash_bytes(chunk->data().data(), chunk->data().size()) != manifest.chunk_checksums(static_cast<int>(i))) {
      return Error{which + " is damaged: its checksum differs"};
    }
    compressed += chunk->data();
  }
  if (hash_bytes(compressed.data(), compressed.size()) != manifest.snapshot()) {
    return Error{"its chunks together are not what the manifest names"};
  }
  return common::decompress(compressed, std::min<std::size_t>(kSnapshotBytes, manifest.bytes()));
}

}  // namespace dispatch135::dispatchd
