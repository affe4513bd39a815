// The brokers of MemoryLog: each partition has a replica on every broker, one of them its leader. Only what matters to
// those who append and read is here, not Kafka's protocol:
// - an append is acknowledged when all in-sync replicas have it, and refused for now while they are too few;
// - readers see what is acknowledged, and nothing else (the high watermark);
// - when the leader dies an in-sync replica leads from what it has; what only the dead one had is gone;
// - a producer's repeated append is known by its number and not stored twice (idempotent producer).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/log/memory_log.h"
#include "services/log/memory_wire.h"

namespace dispatch135::log::memory {

using ProducerId = std::uint64_t;

class Brokers {
 public:
  // `changed`: brokers came or went, so nodes reach others than before.
  Brokers(Wire& wire, const MemoryLog::Options& options, std::function<void()> changed);

  void add(TopicPartition where);
  // An append that reached the leader. `stands` is told its offset once all in-sync replicas have it, or nothing when
  // the leader died before. False: cannot be taken now; try again.
  using OnStanding = std::function<void(std::optional<std::int64_t> offset)>;
  struct Append {
    ProducerId producer = 0;
    std::uint64_t sequence = 0;  // Of the producer in this partition, from 0, without gaps.
    std::string node;
    std::string key;
    std::string value;
  };
  bool take(TopicPartition where, const Append& append, OnStanding stands);
  // Appends to all replicas at once.
  std::int64_t put(TopicPartition where, std::string_view key, std::string_view value);

  bool exists(TopicPartition where) const { return partitions_.contains(where); }
  std::vector<TopicPartition> all() const;
  // Nothing: none leads now.
  std::optional<BrokerId> leader(TopicPartition where) const;
  // Acknowledged records are those before this offset.
  std::int64_t standing(TopicPartition where) const { return partitions_.at(where).standing; }
  const std::deque<MemoryLog::Stored>& records(TopicPartition where) const { return partitions_.at(where).records; }
  std::string& value(TopicPartition where, std::int64_t offset) {
    return partitions_.at(where).records[static_cast<std::size_t>(offset)].value;
  }
  std::size_t count() const { return brokers_.size(); }
  bool alive(BrokerId broker) const { return brokers_[broker].alive; }
  // Where groups are kept; nothing: at no broker now.
  std::optional<BrokerId> coordinator() const { return coordinator_; }

  void crash(BrokerId broker);
  void restart(BrokerId broker);
  void slow(BrokerId broker, DurationMs replication);
  void fill_disk(BrokerId broker, bool full);
  void part(BrokerId one, BrokerId other, bool parted);
  void set_clock(BrokerId broker, DurationMs ahead) { brokers_[broker].ahead = ahead; }

 private:
  struct Broker {
    bool alive = true;
    bool full = false;    // Stores nothing more.
    bool noticed = true;  // That it died; the others learn it a little later.
    std::uint64_t lives = 0;
    DurationMs replication{0};
    DurationMs ahead{0};  // Of the true time, by its clock.
  };
  struct Replica {
    std::int64_t end = 0;  // Has the leader's records before this offset.
    bool in_sync = true;
    bool fetching = false;
    bool watched = false;
    std::optional<TimeMs> behind_since;
  };
  struct Waiting {
    std::int64_t offset = 0;
    OnStanding stands;
  };
  struct Partition {
    std::deque<MemoryLog::Stored> records;
    std::deque<std::pair<ProducerId, std::uint64_t>> made;  // By offset: whose append, and its sequence.
    std::map<ProducerId, std::uint64_t> next_sequence;
    std::vector<Replica> replicas;
    BrokerId preferred = 0;
    std::optional<BrokerId> leader;
    std::int64_t standing = 0;
    std::deque<Waiting> waiting;
  };

  void notice(BrokerId broker);
  void elect(TopicPartition where);
  void lead(Partition& partition, BrokerId broker);
  void replicate(TopicPartition where);
  void replicate_all();
  bool can_fetch(const Partition& partition, BrokerId broker) const;
  void fetch(TopicPartition where, BrokerId broker, std::uint64_t life);
  void watch_lag(TopicPartition where, BrokerId broker);
  void advance(Partition& partition);
  static void lose_waiting(Partition& partition);
  std::size_t in_sync(const Partition& partition) const;

  Wire& wire_;
  const MemoryLog::Options& options_;
  std::function<void()> changed_;
  std::vector<Broker> brokers_;
  std::set<std::pair<BrokerId, BrokerId>> parted_;  // The lower one first.
  std::map<TopicPartition, Partition> partitions_;
  std::optional<BrokerId> coordinator_ = 0;
};

}  // namespace dispatch135::log::memory
