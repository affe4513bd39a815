// What stands in dispatch.snapshots about a partition: chunks, manifests and skips under any keys, of any content.
#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "fuzz/engine_under_test.h"
#include "fuzz/message_mutator.h"
#include "fuzz/snapshot_puts.h"
#include "services/dispatchd/replica.h"
#include "services/dispatchd/snapshot_format.h"
#include "services/dispatchd/snapshot_shelf.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

namespace {

// A node takes up to a GiB when it is claimed; here that would only be slow.
constexpr std::uint64_t kMostBytes = 1U << 20;

// Else hardly one would get past its checksums.
void mend(v1::SnapshotManifest& manifest, std::map<std::string, std::string>& values, const std::string& slot) {
  std::vector<v1::SnapshotRecord> chunks;
  std::string all;
  manifest.clear_chunk_checksums();
  for (std::uint32_t i = 0;; ++i) {
    const auto found = values.find(dispatchd::chunk_key(slot, i));
    v1::SnapshotRecord record;
    if (found == values.end() || !record.ParseFromString(found->second) || !record.has_chunk()) break;
    const std::string& data = record.chunk().data();
    manifest.add_chunk_checksums(hash_bytes(data.data(), data.size()));
    all += data;
    chunks.push_back(std::move(record));
  }
  manifest.set_chunks(static_cast<std::uint32_t>(chunks.size()));
  manifest.set_snapshot(hash_bytes(all.data(), all.size()));
  for (std::uint32_t i = 0; i < chunks.size(); ++i) {
    chunks[i].mutable_chunk()->set_snapshot(manifest.snapshot());
    values[dispatchd::chunk_key(slot, i)] = chunks[i].SerializeAsString();
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  fuzz::Choice choice(seed);
  std::vector<fuzz::Put> puts = fuzz::parse_puts({data, size});
  if (puts.empty() || choice.below(4) == 0) return LLVMFuzzerMutate(data, size, most);
  fuzz::Put& put = puts[choice.below(puts.size())];
  v1::SnapshotRecord record;
  if (choice.below(8) == 0) {
    put.key = static_cast<std::uint8_t>(choice.below(256));
  } else if (record.ParseFromString(put.value)) {
    fuzz::mutate(record, choice);
    put.value = record.SerializeAsString();
  }
  const std::string bytes = fuzz::serialize_puts(puts);
  if (bytes.empty() || bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::map<std::string, std::string> values;  // As compaction leaves them.
  for (const fuzz::Put& put : fuzz::parse_puts({data, size})) {
    const std::string key = fuzz::key_of(put);
    v1::SnapshotRecord record;
    const bool is_manifest = record.ParseFromString(put.value) && record.has_manifest();
    if (is_manifest) {
      v1::SnapshotManifest& manifest = *record.mutable_manifest();
      manifest.set_bytes(std::min(manifest.bytes(), kMostBytes));
      if ((put.key & fuzz::kMended) != 0) mend(manifest, values, fuzz::slot_of(put.key));
    }
    values[key] = is_manifest ? record.SerializeAsString() : put.value;
  }
  dispatchd::SnapshotShelf shelf;
  for (const auto& [key, value] : values) shelf.put(key, value);
  D135_CHECK(shelf.newest_first().size() == shelf.manifests().size(), "each slot is tried");
  D135_CHECK((shelf.newest() == nullptr) == shelf.manifests().empty(), "there is a newest one when there is one");
  (void)shelf.next_slot();
  for (const std::string& slot : shelf.newest_first()) {
    const v1::SnapshotManifest& manifest = shelf.manifests().at(slot);
    const auto bytes = shelf.bytes(slot);
    if (!bytes.ok()) continue;
    D135_CHECK(bytes.value().size() <= manifest.bytes(), "no more than the manifest says");
    (void)dispatchd::Replica::restore(manifest, bytes.value(), fuzz::TownUnderTest::get().catalog()).ok();
  }
  for (const auto& [offset, skip] : shelf.skips()) {
    D135_CHECK(skip.offset() == offset, "a skip stands under its offset");
    (void)shelf.skip(static_cast<std::int64_t>(offset), "");
  }
  shelf.drop_chunks();
  for (const std::string& slot : shelf.newest_first()) D135_CHECK(!shelf.bytes(slot).ok(), "its chunks are gone");
  return 0;
}
