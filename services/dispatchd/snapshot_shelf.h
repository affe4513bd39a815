// What stands in dispatch.snapshots about one partition: snapshots to begin from, and records to pass over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch135/v1/snapshot.pb.h"
#include "engine/base/result.h"

namespace dispatch135::dispatchd {

class SnapshotShelf {
 public:
  // A record of the topic; of the same key the later one counts. One that is not what its key says takes the place of
  // what it overwrites all the same: that is gone.
  void put(std::string_view key, std::string_view value);
  // The chunks are not needed any more, nor are those that are still to come.
  void drop_chunks();

  // By slot.
  const std::map<std::string, v1::SnapshotManifest, std::less<>>& manifests() const { return manifests_; }
  // Slots, the one that reaches farthest first.
  std::vector<std::string> newest_first() const;
  // Null: none.
  const v1::SnapshotManifest* newest() const;
  // The slot that the next snapshot should take: one that holds none, or the older.
  std::string next_slot() const;
  // Decompressed. Errors: what is missing or damaged.
  Result<std::string> bytes(std::string_view slot) const;

  // Null: that record, of the value given, is not passed over.
  const v1::Skip* skip(std::int64_t offset, std::string_view value) const;
  const std::map<std::uint64_t, v1::Skip>& skips() const { return skips_; }

 private:
  std::map<std::string, v1::SnapshotManifest, std::less<>> manifests_;
  std::map<std::pair<std::string, std::uint32_t>, v1::SnapshotChunk> chunks_;  // By slot and number.
  std::map<std::uint64_t, v1::Skip> skips_;
  bool keeps_chunks_ = true;
};

}  // namespace dispatch135::dispatchd
