// The log as the services see it: narrow interfaces with Kafka behind them in production (kafka_log.h) and memory in
// tests (memory_log.h). Every object belongs to one thread, its loop; every callback comes on that thread, never from
// inside the call that caused it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace dispatch135::log {

enum class Topic : std::uint8_t { kIncidents, kAlerts, kLog, kDecisions, kSnapshots, kRejects };
inline constexpr int kTopics = 6;

// "incidents", "alerts", "dispatch.log", "dispatch.decisions", "dispatch.snapshots", "dispatch.rejects".
std::string_view topic_name(Topic topic);

// Which partition of dispatch.log (and dispatch.decisions) a region lives in: (code / 100) mod partitions.
std::int32_t partition_of(RegionId region, std::int32_t partitions);

// A record as read; the views are valid during the callback.
struct Record {
  Topic topic = Topic::kLog;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  TimeMs timestamp;  // The broker's.
  std::string_view key;
  std::string_view value;
};

// What became of an append.
struct Appended {
  bool ok = false;
  std::int64_t offset = -1;  // When ok.
  std::int32_t partition = -1;
  std::string error;  // When not ok: for people.
};
using OnAppended = std::function<void(const Appended&)>;

// Appends, in order per partition, each once (idempotent producer, acks=all). Nothing overtakes what failed: when an
// append fails, so do those behind it in its partition that were made before its `done`.
class Writer {
 public:
  virtual ~Writer() = default;
  // partition -1: by the key's hash. False: the queue is full; nothing was kept, `done` is not called. Else `done` (may
  // be empty) is called once, when all in-sync replicas have it or when it failed for good.
  virtual bool append(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
                      OnAppended done) = 0;
  // Appended, and not yet reported to their `done`.
  virtual std::size_t in_flight() const = 0;
  virtual std::int32_t partitions(Topic topic) const = 0;  // 0: not known, the broker did not answer.
};

// Takes records one at a time.
using OnRecord = std::function<void(const Record&)>;

// Reads partitions that it was told to, independent of any group.
class Reader {
 public:
  virtual ~Reader() = default;
  // From that offset on; kBeginning or kEnd instead of a number.
  static constexpr std::int64_t kBeginning = -2;
  static constexpr std::int64_t kEnd = -1;
  virtual void follow(Topic topic, std::int32_t partition, std::int64_t from) = 0;
  virtual void unfollow(Topic topic, std::int32_t partition) = 0;
  // The offset after the last record that stands there now. Asks the broker (may block up to a second); nothing: it did
  // not answer.
  virtual std::optional<std::int64_t> end_offset(Topic topic, std::int32_t partition) = 0;
  // The offset of the oldest record that is still kept; as end_offset().
  virtual std::optional<std::int64_t> begin_offset(Topic topic, std::int32_t partition) = 0;
  // The end as the broker told it with the last fetch, without asking; nothing: not fetched from yet.
  virtual std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const = 0;
  // Milliseconds since the broker was last heard to answer; 0 while all is well. For "I cannot reach the log".
  virtual std::int64_t silent_ms() const = 0;
};

// A member of a consumer group. Two uses: intake reads what the group gives it; dispatchd only wants to know which
// partitions it leads, and reads nothing.
class GroupMember {
 public:
  virtual ~GroupMember() = default;
  // Marks `offset` as the next to be read after a restart. Lazily, at most a second late; at once on close and
  // revocation.
  virtual void commit(Topic topic, std::int32_t partition, std::int64_t offset) = 0;
  // As Reader::known_end(); while a partition is paused its end is that before the pause.
  virtual std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const = 0;
  // Stops and resumes delivery of a partition (back-pressure).
  virtual void pause(Topic topic, std::int32_t partition) = 0;
  virtual void resume(Topic topic, std::int32_t partition) = 0;
};

struct GroupCallbacks {
  std::function<void(Topic, std::int32_t partition)> granted{};
  std::function<void(Topic, std::int32_t partition)> revoked{};  // Also when the session was lost.
  OnRecord record{};                                             // Empty: read nothing.
};

}  // namespace dispatch135::log
