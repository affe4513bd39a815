// Carries source events into dispatch.log: each record of `incidents` and `alerts` becomes one record of dispatch.log,
// or one of dispatch.rejects. One thread; no clock and no socket of its own.
//
// What it promises, whatever fails or restarts in between:
// - An offset is committed only when it and all before it stand in one of the two topics.
// - Records that go from one source partition to one log partition (a lane) keep their order, because the core ignores
// a
//   record whose source offset is not beyond the last one seen. After a failed append everything behind it in the lane
//   is sent again, after it.
// - A log partition that is away holds up only its own lanes, until one of them is full: then their source partition is
//   paused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "services/common/clock.h"
#include "services/common/refused.h"
#include "services/intake/regions.h"
#include "services/log/log.h"

namespace dispatch135::intake {

// For metrics and logs. Called on the router's thread.
class RouterObserver {
 public:
  virtual ~RouterObserver() = default;
  virtual void accepted(log::Topic) {}
  virtual void refused(log::Topic, const common::Refused&) {}
  // The record, or its refusal, stands; `age` is the time since the source topic took it.
  virtual void settled(log::Topic, DurationMs /*age*/) {}
  virtual void append_failed(log::Topic, const std::string& /*error*/) {}
};

struct RouterLimits {
  std::size_t in_flight_per_lane = 256;
  // A lane that holds so much pauses its source partition, until it holds half.
  std::size_t records_per_lane = 4'096;
  std::size_t bytes_per_lane = 16U << 20;
  // Offsets that are read and not committed, because one before them does not stand yet; more pause the partition.
  std::size_t uncommitted_per_source = 100'000;
};

class IntakeRouter {
 public:
  // `log_partitions`: of dispatch.log, at least 1. `node`: this process's name in rejects. All references must outlive
  // this, and this must outlive what it has appended to `writer`.
  IntakeRouter(const Regions& regions, log::Writer& writer, std::int32_t log_partitions, const common::Clock& clock,
               std::string node, RouterObserver& observer, RouterLimits limits = {});

  // What the group member calls; it must be given to use() before it does.
  log::GroupCallbacks callbacks();
  void use(log::GroupMember& group) { group_ = &group; }

  // Sends again what failed, and what found the writer's queue full. Call it every 100 ms or so.
  void retry();
  // From here on records are ignored (and so not committed); what was taken goes on.
  void stop_taking();
  // Records that were taken and do not stand yet.
  std::size_t waiting() const { return waiting_; }
  // Of the granted source partitions: the records from the first that does not stand yet to the end of the partition,
  // as far as the group member knows it.
  struct Lag {
    log::Topic topic = log::Topic::kIncidents;
    std::int32_t partition = 0;
    std::int64_t records = 0;
  };
  std::vector<Lag> lags() const;

 private:
  using SourceKey = std::pair<log::Topic, std::int32_t>;
  // To which partition of dispatch.log; kRejects: to dispatch.rejects.
  using LaneKey = std::int32_t;
  static constexpr LaneKey kRejects = -1;

  struct Item {
    std::int64_t offset = 0;
    TimeMs timestamp;
    std::string key;
    std::string value;
    bool stands = false;
  };
  struct Lane {
    std::deque<Item> items;   // From the first that does not stand.
    std::uint64_t first = 0;  // The count of items.front() since the lane began.
    std::size_t sent = 0;     // So many from the front are in flight or stand.
    std::size_t in_flight = 0;
    std::size_t bytes = 0;
    bool failed = false;  // Sends nothing until all in flight have come back, then everything again from the front.
    std::int64_t last_standing = -1;  // Highest source offset that stands.
  };
  struct Offset {
    std::int64_t offset = 0;
    bool stands = false;
  };
  struct Source {
    std::uint64_t grant = 0;  // Tells answers to an earlier grant apart.
    std::int64_t next = 0;    // The offset to be read next.
    std::int64_t committed = -1;
    std::deque<Offset> offsets;  // From the first that does not stand.
    std::map<LaneKey, Lane> lanes;
    bool paused = false;
  };

  void on_granted(log::Topic topic, std::int32_t partition);
  void on_revoked(log::Topic topic, std::int32_t partition);
  void on_record(const log::Record& record);
  void on_appended(SourceKey key, std::uint64_t grant, LaneKey lane_key, std::uint64_t count,
                   const log::Appended& appended);
  void enqueue(const SourceKey& key, Source& source, LaneKey lane_key, Item item);
  void pump(const SourceKey& key, Source& source, LaneKey lane_key, Lane& lane);
  void pump_all();
  void settle(const SourceKey& key, Source& source, const Item& item);
  bool over(const Source& source, std::size_t divisor) const;
  void pause_or_resume(const SourceKey& key, Source& source);

  const Regions& regions_;
  log::Writer& writer_;
  const std::int32_t log_partitions_;
  const common::Clock& clock_;
  const std::string node_;
  RouterObserver& observer_;
  const RouterLimits limits_;
  log::GroupMember* group_ = nullptr;
  std::map<SourceKey, Source> sources_;
  std::uint64_t grants_ = 0;
  std::size_t waiting_ = 0;
  bool queue_was_full_ = false;
  bool taking_ = true;
};

}  // namespace dispatch135::intake
