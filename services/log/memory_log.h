// The log in memory, for tests and the whole-system simulation: the same interfaces, one thread, the test's own time.
// Nothing happens by itself: step() does the next thing that is due by the clock (an append arrives, its
// acknowledgement comes back, a record is delivered, a group rebalances), always in the same order for the same calls.
// Each client belongs to a named node, which can be delayed, cut off from the log, or killed. The log is kept by one or
// more brokers, which can be killed, slowed, filled up, and have clocks of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "services/common/clock.h"
#include "services/log/log.h"

namespace dispatch135::log {

class MemoryLog {
 public:
  struct Stored {
    TimeMs timestamp;  // LogAppendTime: by the clock of the broker that led then.
    std::string key;
    std::string value;
    std::string node;  // Who appended it.
    TimeMs stood_at;   // When all in-sync replicas had it and readers could see it; by the true clock.
  };
  struct Options {
    std::int32_t source_partitions = 1;
    std::int32_t log_partitions = 1;     // Also of decisions and snapshots.
    DurationMs session_timeout{6'000};   // A member that is cut off or killed is out after so long.
    DurationMs commit_interval{1'000};   // A commit is kept so late; a kill before that loses it.
    std::size_t writer_queue = 100'000;  // Appends in flight beyond which append() gives false.
    std::size_t brokers = 1;             // Each has a replica of every partition.
    std::size_t min_in_sync = 1;         // With fewer replicas in sync a partition takes no appends.
    DurationMs replication{0};           // Until a follower has what the leader has.
    DurationMs most_lag{3'000};          // A follower that has not caught up for so long is in sync no more.
    DurationMs notice_after{2'000};      // Until the others learn that a broker died.
  };

  // The clock outlives this; this outlives its clients.
  MemoryLog(const common::Clock& clock, Options options);
  ~MemoryLog();
  MemoryLog(const MemoryLog&) = delete;
  MemoryLog& operator=(const MemoryLog&) = delete;

  // Destroying one is an orderly close: a member leaves its group at once, its commits are kept. Appends that have not
  // arrived are lost.
  std::unique_ptr<Writer> writer(const std::string& node);
  std::unique_ptr<Reader> reader(const std::string& node, OnRecord record);
  std::unique_ptr<GroupMember> join(const std::string& node, const std::string& group, std::vector<Topic> topics,
                                    GroupCallbacks callbacks);

  // Does one thing that is due; false: nothing is.
  bool step();
  // Steps until nothing is due; how many steps. Stops the process after `most`: two clients feed each other for ever.
  std::size_t run(std::size_t most = 10'000'000);
  // When the next thing falls due; nothing: nothing will happen by itself.
  std::optional<TimeMs> next_due() const;

  // What the node sends and receives takes this long, each way. A cut-off node also learns so late that its session
  // ended: until then it believes to own its partitions while others do.
  void delay(const std::string& node, DurationMs each_way);
  // Nothing gets through, in either direction, until reconnect(). Appends wait.
  void cut_off(const std::string& node);
  void reconnect(const std::string& node);
  // Nothing gets through between the node and that broker, until reconnect().
  void cut_off(const std::string& node, std::size_t broker);
  // The process is gone: its clients call nothing back and do nothing any more, appends that have not arrived and
  // commits that were not kept are lost; its memberships end when their session does. Destroy the clients whenever
  // convenient. The same name may be used again by new clients.
  void kill(const std::string& node);
  // The node's next `count` appends fail for good when they arrive, and with each what a Writer's contract says.
  void fail_appends(const std::string& node, std::size_t count, const std::string& error);
  // All appends of the node that have no answer yet fail; what had arrived stands all the same.
  void start_producer_anew(const std::string& node);

  // kill -9 of a broker, and its start with what its disk has. Acknowledged records survive it.
  void crash_broker(std::size_t broker);
  void restart_broker(std::size_t broker);
  void slow_broker(std::size_t broker, DurationMs replication);
  // It stores nothing until it has room again: as leader it takes no appends, as follower it falls behind.
  void fill_disk(std::size_t broker, bool full);
  // The two do not reach each other; clients reach both. Neither gets what the other leads.
  void part_brokers(std::size_t one, std::size_t other, bool parted);
  // How far its clock is ahead of the true one; it stamps the records that it takes as leader.
  void set_broker_clock(std::size_t broker, DurationMs ahead);

  // The broker that leads the partition; nothing: none does now.
  std::optional<std::size_t> leader(Topic topic, std::int32_t partition) const;
  std::int32_t partitions(Topic topic) const;
  const std::deque<Stored>& records(Topic topic, std::int32_t partition) const;
  // The records before this offset are acknowledged and can be read; those behind it may still be lost.
  std::int64_t standing(Topic topic, std::int32_t partition) const;
  // Changes a stored value, as a bad disk would.
  void spoil(Topic topic, std::int32_t partition, std::int64_t offset, const std::function<void(std::string&)>& change);
  // Appends at once, as from the node "test"; its offset.
  std::int64_t put(Topic topic, std::int32_t partition, std::string_view key, std::string_view value);
  // As retention does: readers begin at that offset, at the earliest. records() has what was deleted too.
  void delete_before(Topic topic, std::int32_t partition, std::int64_t offset);
  // The next offset to be read by the group; 0 at the start.
  std::int64_t committed(const std::string& group, Topic topic, std::int32_t partition) const;
  // The node that owns the partition in the group; empty: none.
  std::string owner(const std::string& group, Topic topic, std::int32_t partition) const;

  struct Impl;  // For the clients in memory_log.cc.

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace dispatch135::log
