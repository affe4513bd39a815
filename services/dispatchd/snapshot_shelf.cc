#include "services/dispatchd/snapshot_shelf.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/base/hash.h"
#include "services/dispatchd/snapshot_format.h"

namespace dispatch135::dispatchd {
namespace {

constexpr std::array<std::string_view, 2> kSlots = {"a", "b"};

// "chunk", "a", "3"
std::vector<std::string_view> parts_of(std::string_view key) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = key.find('/');
    parts.push_back(key.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    key.remove_prefix(slash + 1);
  }
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_slot(std::string_view text) { return std::find(kSlots.begin(), kSlots.end(), text) != kSlots.end(); }

}  // namespace

void SnapshotShelf::put(std::string_view key, std::string_view value) {
  v1::SnapshotRecord record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) record.Clear();
  const auto parts = parts_of(key);
  if (parts.size() == 2 && parts[0] == "manifest" && is_slot(parts[1])) {
    if (record.has_manifest()) {
      manifests_[std::string(parts[1])] = std::move(*record.mutable_manifest());
    } else {
      manifests_.erase(std::string(parts[1]));
    }
  } else if (parts.size() == 3 && parts[0] == "chunk" && is_slot(parts[1]) && keeps_chunks_) {
    const auto at = number(parts[2]);
    if (!at || *at > kSnapshotBytes / kChunkBytes) return;
    const std::pair place = {std::string(parts[1]), static_cast<std::uint32_t>(*at)};
    if (record.has_chunk()) {
      chunks_[place] = std::move(*record.mutable_chunk());
    } else {
      chunks_.erase(place);
    }
  } else if (parts.size() == 2 && parts[0] == "skip") {
    if (record.has_skip() && number(parts[1]) == record.skip().offset()) skips_[record.skip().offset()] = record.skip();
  }
}

void SnapshotShelf::drop_chunks() {
  keeps_chunks_ = false;
  chunks_.clear();
}

std::vector<std::string> SnapshotShelf::newest_first() const {
  std::vector<std::string> slots;
  for (const auto& [slot, manifest] : manifests_) slots.push_back(slot);
  std::stable_sort(slots.begin(), slots.end(), [&](const std::string& one, const std::string& other) {
    return manifests_.at(one).next_offset() > manifests_.at(other).next_offset();
  });
  return slots;
}

const v1::SnapshotManifest* SnapshotShelf::newest() const {
  return manifests_.empty() ? nullptr : &manifests_.at(newest_first().front());
}

std::string SnapshotShelf::next_slot() const {
  for (const std::string_view slot : kSlots) {
    if (!manifests_.contains(slot)) return std::string(slot);
  }
  return newest_first().back();
}

Result<std::string> SnapshotShelf::bytes(std::string_view slot) const {
  const auto manifest = manifests_.find(slot);
  if (manifest == manifests_.end()) return Error{"there is no manifest"};
  // What a manifest claims is not believed before it is bounded.
  if (manifest->second.chunks() > kSnapshotBytes / kChunkBytes) {
    return Error{"its manifest names " + std::to_string(manifest->second.chunks()) + " chunks"};
  }
  std::vector<const v1::SnapshotChunk*> chunks(manifest->second.chunks());
  for (std::uint32_t i = 0; i < chunks.size(); ++i) {
    const auto found = chunks_.find({std::string(slot), i});
    if (found != chunks_.end()) chunks[i] = &found->second;
  }
  return unpack(manifest->second, chunks);
}

const v1::Skip* SnapshotShelf::skip(std::int64_t offset, std::string_view value) const {
  const auto found = skips_.find(static_cast<std::uint64_t>(offset));
  if (found == skips_.end()) return nullptr;
  return found->second.checksum() == hash_bytes(value.data(), value.size()) ? &found->second : nullptr;
}

}  // namespace dispatch135::dispatchd
