// Takes snapshots of the partitions that this process leads and writes them to dispatch.snapshots. What it keeps is the
// state of a node that leads nothing and serves nobody (Shadow in production), so that no order waits for it.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "services/dispatchd/node.h"
#include "services/dispatchd/snapshot_format.h"

namespace dispatch135::dispatchd {

struct SnapshotSettings {
  std::int64_t every_records = 100'000;  // Of dispatch.log, or
  DurationMs every{600'000};             // whatever came in so long.
  bool operator==(const SnapshotSettings&) const = default;
};

// How safe it is to begin from a snapshot while old records of the log are deleted.
enum class Margin : std::uint8_t {
  kSafe,
  kNarrow,  // Fewer records are kept before the snapshot than came after it: it will be of no use soon.
  kLost,    // Records after it are gone already.
};
// The log has the records from `begin` up to `end`; the snapshot ends before `next_offset`.
Margin margin_of(std::int64_t begin, std::int64_t next_offset, std::int64_t end);

class SnapshotTaker {
 public:
  // `node` and what it writes with must outlive it. `name`: of the process's node.
  SnapshotTaker(std::string name, const SnapshotSettings& settings, const Node& node, log::Writer& writer,
                const SteadyClock& clock, Observer& observer);
  // Whether this process leads the partition.
  void lead(std::int32_t partition, bool now);
  // Wants to be called about every 100 ms.
  void on_timer();

 private:
  struct Job;  // One snapshot on its way; shared with the writer's callbacks, which may outlive this.
  struct Watched {
    bool led = false;
    std::int64_t due_ms = 0;  // Steady; when `every` is over.
    std::shared_ptr<Job> job;
  };
  bool is_due(const Partition& partition, const Watched& watched) const;
  std::shared_ptr<Job> take(const Partition& partition) const;
  void send(const Partition& partition, Watched& watched);

  std::string name_;
  SnapshotSettings settings_;
  const Node& node_;
  log::Writer& writer_;
  const SteadyClock& clock_;
  Observer& observer_;
  std::vector<Watched> watched_;  // By partition.
};

}  // namespace dispatch135::dispatchd
