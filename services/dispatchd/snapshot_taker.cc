#include "services/dispatchd/snapshot_taker.h"

#include <algorithm>
#include <utility>

namespace dispatch135::dispatchd {
namespace {

constexpr std::int64_t kAgainMs = 5'000;  // After a failed append.

}  // namespace

Margin margin_of(std::int64_t begin, std::int64_t next_offset, std::int64_t end) {
  if (begin == 0) return Margin::kSafe;
  if (next_offset < begin) return Margin::kLost;
  return next_offset - begin < end - next_offset ? Margin::kNarrow : Margin::kSafe;
}

struct SnapshotTaker::Job {
  PackedSnapshot packed;
  std::string slot;
  std::uint32_t sent = 0;
  std::uint32_t acknowledged = 0;
  bool manifest_sent = false;
  bool done = false;
  std::string error;  // Empty: none.
};

SnapshotTaker::SnapshotTaker(std::string name, const SnapshotSettings& settings, const Node& node, log::Writer& writer,
                             const SteadyClock& clock, Observer& observer)
    : name_(std::move(name)),
      settings_(settings),
      node_(node),
      writer_(writer),
      clock_(clock),
      observer_(observer),
      watched_(static_cast<std::size_t>(node.partitions().count())) {}

void SnapshotTaker::lead(std::int32_t partition, bool now) {
  Watched& watched = watched_.at(static_cast<std::size_t>(partition));
  if (watched.led == now) return;
  watched = {now, clock_.now_ms() + settings_.every.count, nullptr};
}

void SnapshotTaker::on_timer() {
  for (const Partition& partition : node_.partitions()) {
    Watched& watched = watched_[static_cast<std::size_t>(partition.index)];
    if (!watched.led || partition.phase != Phase::kLive) continue;
    if (watched.job == nullptr && is_due(partition, watched)) watched.job = take(partition);
    if (watched.job != nullptr) send(partition, watched);
  }
}

bool SnapshotTaker::is_due(const Partition& partition, const Watched& watched) const {
  const v1::SnapshotManifest* newest = partition.shelf.newest();
  const std::int64_t since = newest == nullptr ? 0 : static_cast<std::int64_t>(newest->next_offset());
  if (partition.next_offset <= since) return false;
  return partition.next_offset - since >= settings_.every_records || clock_.now_ms() >= watched.due_ms;
}

std::shared_ptr<SnapshotTaker::Job> SnapshotTaker::take(const Partition& partition) const {
  auto job = std::make_shared<Job>();
  job->packed = pack(partition.describe(name_), partition.save());
  job->slot = partition.shelf.next_slot();
  return job;
}

void SnapshotTaker::send(const Partition& partition, Watched& watched) {
  Job& job = *watched.job;
  if (job.done || !job.error.empty()) {
    if (job.done) {
      observer_.snapshot_taken(partition.index, job.packed.manifest);
    } else {
      observer_.append_failed(partition.index, job.error);
    }
    watched.due_ms = clock_.now_ms() + (job.done ? settings_.every.count : kAgainMs);
    watched.job = nullptr;
    return;
  }
  // Who begins from it makes no decision again that was made before it: they must all be published.
  const v1::SnapshotManifest& manifest = job.packed.manifest;
  if (manifest.has_last_decision() &&
      (!partition.outbox.last_published() || *partition.outbox.last_published() < key_of(manifest.last_decision()))) {
    return;
  }
  const auto append = [&](const std::string& key, const v1::SnapshotRecord& record, auto then) {
    return writer_.append(log::Topic::kSnapshots, partition.index, key, record.SerializeAsString(),
                          [shared = watched.job, then](const log::Appended& result) {
                            if (result.ok) {
                              then(*shared);
                            } else {
                              shared->error = "snapshot: " + result.error;
                            }
                          });
  };
  while (job.sent < job.packed.chunks.size()) {
    v1::SnapshotRecord record;
    *record.mutable_chunk() = job.packed.chunks[job.sent];
    if (!append(chunk_key(job.slot, job.sent), record, [](Job& sent) { ++sent.acknowledged; })) return;
    ++job.sent;
  }
  if (job.acknowledged < job.packed.chunks.size() || job.manifest_sent) return;
  v1::SnapshotRecord record;
  *record.mutable_manifest() = manifest;
  job.manifest_sent = append(manifest_key(job.slot), record, [](Job& sent) { sent.done = true; });
}

}  // namespace dispatch135::dispatchd
