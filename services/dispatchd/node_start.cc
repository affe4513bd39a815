// How a node gets from its start to the live log: reads what is kept of each partition (snapshots, records to pass
// over), finds what is already published, and begins where the best snapshot ends, else with the first record.
#include <algorithm>
#include <utility>

#include "engine/base/hash.h"
#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {
namespace {

// A topic whose records were all deleted has an end and nothing to read before it: the node waits so long, then goes
// on.
constexpr std::int64_t kNothingToReadMs = 5'000;
// Decisions read again at the start, so that consoles resume from them and see why.
constexpr std::int64_t kTail = 8'192;

// Why the snapshot cannot be begun from; empty: nothing speaks against it.
std::string refusal(const v1::SnapshotManifest& manifest, const Partition& partition) {
  const auto next = static_cast<std::int64_t>(manifest.next_offset());
  if (manifest.format() == 0 || manifest.format() > core::Engine::kStateFormat) {
    return "it has format " + std::to_string(manifest.format()) + ", this program knows up to " +
           std::to_string(core::Engine::kStateFormat);
  }
  if (manifest.partition() != static_cast<std::uint32_t>(partition.index)) {
    return "it is of partition " + std::to_string(manifest.partition());
  }
  if (next < partition.log_begin) {
    return "it ends before the log begins, which has lost records up to " + std::to_string(partition.log_begin);
  }
  if (next > partition.live_at_offset) {
    return "it is of another log: this one ends at " + std::to_string(partition.live_at_offset);
  }
  if (manifest.has_last_decision() &&
      (!partition.outbox.last_published() || *partition.outbox.last_published() < key_of(manifest.last_decision()))) {
    return "decisions from before it are not in dispatch.decisions";
  }
  return {};
}

}  // namespace

void Node::locate(Partition& partition) {
  const std::int64_t now = ports_.clock.now_ms();
  if (partition.phase == Phase::kStarting) {
    const auto shelf_end = ports_.reader.end_offset(log::Topic::kSnapshots, partition.index);
    if (!shelf_end) return;
    const auto published_end = ports_.reader.end_offset(log::Topic::kDecisions, partition.index);
    if (!published_end) return;
    const auto log_begin = ports_.reader.begin_offset(log::Topic::kLog, partition.index);
    if (!log_begin) return;
    const auto log_end = ports_.reader.end_offset(log::Topic::kLog, partition.index);
    if (!log_end) return;
    partition.shelf_end = *shelf_end;
    partition.published_end = *published_end;
    partition.log_begin = *log_begin;
    partition.live_at_offset = *log_end;
    partition.phase = Phase::kReadingShelf;
    partition.phase_since_ms = now;
    ports_.reader.follow(log::Topic::kSnapshots, partition.index, log::Reader::kBeginning);
    if (*shelf_end == 0) read_tail(partition);
    return;
  }
  const bool nothing_comes = now - partition.phase_since_ms >= kNothingToReadMs && ports_.reader.silent_ms() == 0;
  if (!nothing_comes || partition.paused) return;
  if (partition.phase == Phase::kReadingShelf) {
    read_tail(partition);
  } else if (partition.phase == Phase::kReadingTail) {
    replay(partition);
  } else {
    partition.phase = Phase::kLive;
  }
}

void Node::on_shelved(Partition& partition, const log::Record& record) {
  const std::size_t skips = partition.shelf.skips().size();
  partition.shelf.put(record.key, record.value);
  if (partition.phase == Phase::kReadingShelf) {
    partition.phase_since_ms = ports_.clock.now_ms();
    if (record.offset + 1 >= partition.shelf_end) read_tail(partition);
  } else if (partition.shelf.skips().size() > skips) {
    for (const auto& [offset, skip] : partition.shelf.skips()) {
      if (static_cast<std::int64_t>(offset) >= partition.next_offset || partition.skipped.contains(offset)) continue;
      if (partition.phase != Phase::kReplaying && partition.phase != Phase::kLive) return;
      return stop_following(partition, "all nodes pass over the record at offset " + std::to_string(offset) +
                                           ", which this one has applied: start it again");
    }
  }
}

void Node::read_tail(Partition& partition) {
  partition.phase = Phase::kReadingTail;
  partition.phase_since_ms = ports_.clock.now_ms();
  partition.next_decision = std::max<std::int64_t>(0, partition.published_end - kTail);
  ports_.reader.follow(log::Topic::kDecisions, partition.index, partition.next_decision);
  if (partition.published_end == 0) replay(partition);
}

void Node::replay(Partition& partition) {
  partition.phase = Phase::kReplaying;
  partition.phase_since_ms = ports_.clock.now_ms();
  if (!restore(partition)) {
    if (partition.log_begin > 0) {
      return stop_following(partition, "dispatch.log begins at offset " + std::to_string(partition.log_begin) +
                                           " and no snapshot reaches that far: what came before is lost. Give a node "
                                           "with a good state time to take a snapshot, or restore the topic");
    }
    ports_.observer.began(partition.index, nullptr);
    ports_.reader.follow(log::Topic::kLog, partition.index, log::Reader::kBeginning);
  }
  see_whether_live(partition);
}

bool Node::restore(Partition& partition) {
  for (const std::string& slot : partition.shelf.newest_first()) {
    if (partition.refused.contains(slot)) continue;
    const v1::SnapshotManifest& manifest = partition.shelf.manifests().find(slot)->second;
    std::string why = refusal(manifest, partition);
    if (why.empty()) {
      const auto bytes = partition.shelf.bytes(slot);
      auto replica = bytes ? Replica::restore(manifest, bytes.value(), ports_.cities) : bytes.error();
      if (replica) {
        static_cast<Replica&>(partition) = std::move(replica.value());
        partition.began_with = slot;
        ports_.observer.began(partition.index, &manifest);
        break;
      }
      why = replica.error().message;
    }
    partition.refused.insert(slot);
    ports_.observer.snapshot_refused(partition.index, manifest, why);
  }
  if (partition.began_with.empty()) return false;

  for (const auto& [offset, skip] : partition.shelf.skips()) {
    if (static_cast<std::int64_t>(offset) < partition.next_offset) partition.skipped.insert(offset);
  }
  for (const RegionId region : partition.engine.regions()) partition.regions.try_emplace(region, settings_.history);
  recall(partition);
  partition.applied_at_ms = ports_.clock.now_ms();
  partition.verified = partition.next_offset == partition.log_begin;
  ports_.reader.follow(log::Topic::kLog, partition.index, partition.next_offset - (partition.verified ? 0 : 1));
  return true;
}

// What was published of the time before the snapshot.
void Node::recall(Partition& partition) {
  std::vector<v1::Decision> of_record;
  DecisionKey last = {0, 0};
  const auto remember_record = [&] {
    if (!of_record.empty()) remember(partition, of_record.front().id().offset(), of_record);
    of_record.clear();
  };
  for (v1::Decision& decision : partition.tail) {
    const DecisionKey key = key_of(decision.id());
    if (key.first >= static_cast<std::uint64_t>(partition.next_offset)) break;
    if (key <= last && last != DecisionKey{0, 0}) continue;  // Published by two leaders.
    if (key.first != last.first) remember_record();
    last = key;
    of_record.push_back(std::move(decision));
  }
  remember_record();
  partition.tail.clear();
}

// A snapshot of another log would fit its offsets only: the record before its end must be the one that it had.
// False: it was not; the partition begins elsewhere, and this record is to be read again.
bool Node::verify_beginning(Partition& partition, const log::Record& record) {
  partition.verified = true;
  const bool gone = record.offset >= partition.next_offset;
  if (gone || hash_bytes(record.value.data(), record.value.size()) == partition.last_record) {
    see_whether_live(partition);
    return true;
  }
  const std::string slot = std::exchange(partition.began_with, {});
  partition.refused.insert(slot);
  ports_.observer.snapshot_refused(partition.index, partition.shelf.manifests().find(slot)->second,
                                   "it is of another log: the record before its end is not the one it knew");
  static_cast<Replica&>(partition) = Replica(partition.index, ports_.cities);
  partition.regions.clear();
  partition.skipped.clear();
  replay(partition);
  return false;
}

void Node::see_whether_live(Partition& partition) {
  if (partition.phase != Phase::kReplaying || !partition.verified) return;
  if (partition.next_offset < partition.live_at_offset) return;
  partition.phase = Phase::kLive;
  partition.shelf.drop_chunks();
}

}  // namespace dispatch135::dispatchd
