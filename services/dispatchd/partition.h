// One partition of dispatch.log as this node follows it, and the table of all of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "services/dispatchd/history.h"
#include "services/dispatchd/leadership.h"
#include "services/dispatchd/outbox.h"
#include "services/dispatchd/replica.h"
#include "services/dispatchd/snapshot_shelf.h"
#include "services/dispatchd/state_check.h"
#include "services/log/log.h"

namespace dispatch135::dispatchd {

// Between two ticks of one partition, at least when the first decided nothing.
inline constexpr std::int64_t kTickPauseMs = 100;

// A standby appends the tick itself when the leader's is so late: no timer waits for a takeover.
inline constexpr std::int64_t kStandInMs = 500;

// What a node keeps of a region beside the engine's state.
struct RegionView {
  explicit RegionView(const HistoryLimits& limits) : history(limits) {}
  History history;
};

// In the order in which a partition goes through them.
enum class Phase : std::uint8_t {
  kStarting,      // The broker has not told yet where the topics begin and end.
  kReadingShelf,  // Reads dispatch.snapshots.
  kReadingTail,   // Reads the decisions published last.
  kReplaying,     // Applies what stood in the log when the node started.
  kLive,
  kDiffers,  // Its state is not the one that was published: serves no more, and stops when all know it.
  kStopped,  // Cannot go on: a city file or a level of behaviour is not here, or nothing to begin from. For good.
};

struct Partition : Replica {
  Partition(std::int32_t number, const core::CityCatalog& cities, log::Writer& writer, std::uint64_t process)
      : Replica(number, cities), leadership(process), outbox(number, writer) {}

  bool leading() const { return phase == Phase::kLive && leadership.leading(); }
  // What the broker's clock shows about now: from the last record on, our own steady clock counts. Behind while
  // replaying.
  TimeMs log_time(std::int64_t now_ms) const { return engine.now() + DurationMs{now_ms - applied_at_ms}; }

  Leadership leadership;
  Outbox outbox;
  SnapshotShelf shelf;
  StateCheck state_check;
  std::map<RegionId, RegionView> regions;  // With a city in force.
  std::set<RegionId> configured;           // That this node's settings have a city and a policy for.

  Phase phase = Phase::kStarting;
  std::int64_t phase_since_ms = 0;  // Steady; while replaying: the last record.
  std::int64_t log_begin = 0;       // The oldest offset that dispatch.log had when the node started.
  std::int64_t live_at_offset = 0;  // Where it ended then.
  std::int64_t shelf_end = 0;       // And dispatch.snapshots.
  std::int64_t published_end = 0;   // And dispatch.decisions.
  std::vector<v1::Decision> tail;   // The decisions published last before the node started.
  std::set<std::string> refused;    // Slots of snapshots that are of no use.
  std::string began_with;           // Slot of the snapshot that it began with; empty: none.
  bool verified = true;             // False until it was seen that the snapshot is of this log.
  std::set<std::uint64_t> skipped;  // Offsets of records that were passed over.
  std::int64_t next_decision = 0;   // Offset of the next record of dispatch.decisions that the reader brings.
  std::int64_t applied_at_ms = 0;   // Steady time of the last applied record.
  bool paused = false;              // Does not read, because its outbox is full.

  bool tick_in_flight = false;
  std::int64_t next_tick_ms = 0;             // Steady; not before.
  std::optional<std::int64_t> set_up_at_ms;  // Steady; when to see to cities and policies that are not in force.
};

class Partitions {
 public:
  Partitions(std::int32_t count, const core::CityCatalog& cities, log::Writer& writer, std::uint64_t process) {
    all_.reserve(static_cast<std::size_t>(count));
    for (std::int32_t i = 0; i < count; ++i) all_.emplace_back(i, cities, writer, process);
  }
  std::int32_t count() const { return static_cast<std::int32_t>(all_.size()); }
  // Null: no such partition.
  Partition* at(std::int32_t index) {
    return index >= 0 && index < count() ? &all_[static_cast<std::size_t>(index)] : nullptr;
  }
  Partition& of(RegionId region) { return all_[static_cast<std::size_t>(log::partition_of(region, count()))]; }
  const Partition& of(RegionId region) const {
    return all_[static_cast<std::size_t>(log::partition_of(region, count()))];
  }
  auto begin() { return all_.begin(); }
  auto end() { return all_.end(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<Partition> all_;
};

// That the record itself was refused; null: it was not.
const v1::RecordRejected* rejection_of(const v1::LogRecord& record, std::span<const v1::Decision> decisions);

}  // namespace dispatch135::dispatchd
