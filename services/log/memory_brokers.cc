#include "services/log/memory_brokers.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace dispatch135::log::memory {

Brokers::Brokers(Wire& wire, const MemoryLog::Options& options, std::function<void()> changed)
    : wire_(wire), options_(options), changed_(std::move(changed)), brokers_(options.brokers) {
  D135_CHECK(options.brokers >= 1 && options.min_in_sync <= options.brokers, "enough brokers for the replicas");
  for (Broker& broker : brokers_) broker.replication = options.replication;
}

void Brokers::add(TopicPartition where) {
  const BrokerId preferred = static_cast<std::size_t>(where.second) % brokers_.size();
  Partition& partition = partitions_[where];
  partition.replicas.resize(brokers_.size());
  partition.preferred = preferred;
  partition.leader = preferred;
}

std::vector<TopicPartition> Brokers::all() const {
  std::vector<TopicPartition> all;
  for (const auto& [where, partition] : partitions_) all.push_back(where);
  return all;
}

std::optional<BrokerId> Brokers::leader(TopicPartition where) const {
  const auto& leader = partitions_.at(where).leader;
  return leader && brokers_[*leader].alive ? leader : std::nullopt;
}

std::size_t Brokers::in_sync(const Partition& partition) const {
  return static_cast<std::size_t>(std::count_if(partition.replicas.begin(), partition.replicas.end(),
                                                [](const Replica& replica) { return replica.in_sync; }));
}

bool Brokers::take(TopicPartition where, const Append& append, OnStanding stands) {
  const auto leads = leader(where);
  Partition& partition = partitions_.at(where);
  if (!leads || brokers_[*leads].full || in_sync(partition) < options_.min_in_sync) return false;
  std::uint64_t& next = partition.next_sequence[append.producer];
  if (append.sequence > next) return false;
  std::int64_t offset = static_cast<std::int64_t>(partition.records.size());
  if (append.sequence < next) {
    const auto made =
        std::find(partition.made.rbegin(), partition.made.rend(), std::pair{append.producer, append.sequence});
    D135_CHECK(made != partition.made.rend(), "what was numbered stands");
    offset = static_cast<std::int64_t>(std::distance(made, partition.made.rend())) - 1;
    if (offset < partition.standing) {
      stands(offset);
      return true;
    }
  } else {
    ++next;
    partition.records.push_back({wire_.now() + brokers_[*leads].ahead, append.key, append.value, append.node, {}});
    partition.made.emplace_back(append.producer, append.sequence);
  }
  partition.waiting.push_back({offset, std::move(stands)});
  partition.replicas[*leads].end = static_cast<std::int64_t>(partition.records.size());
  replicate(where);
  advance(partition);
  return true;
}

std::int64_t Brokers::put(TopicPartition where, std::string_view key, std::string_view value) {
  Partition& partition = partitions_.at(where);
  const TimeMs before = partition.records.empty() ? TimeMs{} : partition.records.back().timestamp;
  partition.records.push_back({std::max(before, wire_.now()), std::string(key), std::string(value), "test", {}});
  partition.made.emplace_back(0, 0);
  for (Replica& replica : partition.replicas) replica.end = static_cast<std::int64_t>(partition.records.size());
  advance(partition);
  return static_cast<std::int64_t>(partition.records.size()) - 1;
}

void Brokers::advance(Partition& partition) {
  if (in_sync(partition) < options_.min_in_sync) return;
  auto least = static_cast<std::int64_t>(partition.records.size());
  for (const Replica& replica : partition.replicas) {
    if (replica.in_sync) least = std::min(least, replica.end);
  }
  for (; partition.standing < least; ++partition.standing) {
    partition.records[static_cast<std::size_t>(partition.standing)].stood_at = wire_.now();
  }
  for (std::size_t i = 0; i < partition.waiting.size();) {
    if (partition.waiting[i].offset >= partition.standing) {
      ++i;
      continue;
    }
    const Waiting told = std::move(partition.waiting[i]);
    partition.waiting.erase(partition.waiting.begin() + static_cast<std::ptrdiff_t>(i));
    told.stands(told.offset);
  }
}

bool Brokers::can_fetch(const Partition& partition, BrokerId id) const {
  if (!partition.leader || !brokers_[id].alive || brokers_[id].full) return false;
  return !parted_.contains(std::minmax({*partition.leader, id}));
}

void Brokers::replicate(TopicPartition where) {
  Partition& partition = partitions_.at(where);
  for (BrokerId id = 0; id < brokers_.size(); ++id) {
    Replica& replica = partition.replicas[id];
    if (id == partition.leader) continue;
    if (replica.end < static_cast<std::int64_t>(partition.records.size()) && !replica.behind_since) {
      replica.behind_since = wire_.now();
    }
    if (replica.in_sync && replica.behind_since && !std::exchange(replica.watched, true)) watch_lag(where, id);
    if (!can_fetch(partition, id) || std::exchange(replica.fetching, true)) continue;
    wire_.at(wire_.now() + brokers_[id].replication, "",
             [this, where, id, life = brokers_[id].lives] { fetch(where, id, life); });
  }
}

void Brokers::fetch(TopicPartition where, BrokerId id, std::uint64_t life) {
  if (brokers_[id].lives != life) return;
  Partition& partition = partitions_.at(where);
  Replica& replica = partition.replicas[id];
  replica.fetching = false;
  if (!leader(where) || partition.leader == id || !can_fetch(partition, id)) return;
  replica.end = static_cast<std::int64_t>(partition.records.size());
  replica.behind_since.reset();
  replica.in_sync = true;
  advance(partition);
  if (id == partition.preferred && partition.waiting.empty()) lead(partition, id);
}

// A replica that has not caught up for too long is in sync no more; the last one stays.
void Brokers::watch_lag(TopicPartition where, BrokerId id) {
  wire_.at(wire_.now() + options_.most_lag, "", [this, where, id] {
    Partition& partition = partitions_.at(where);
    Replica& replica = partition.replicas[id];
    replica.watched = false;
    if (!replica.in_sync || !replica.behind_since || partition.leader == id || in_sync(partition) == 1) return;
    if (*replica.behind_since + options_.most_lag > wire_.now()) {
      replica.watched = true;
      return watch_lag(where, id);
    }
    replica.in_sync = false;
    advance(partition);
  });
}

void Brokers::lose_waiting(Partition& partition) {
  const auto lost = std::exchange(partition.waiting, {});
  for (const Waiting& waiting : lost) waiting.stands(std::nullopt);
}

void Brokers::crash(BrokerId id) {
  Broker& broker = brokers_[id];
  if (!broker.alive) return;
  broker.alive = false;
  broker.noticed = false;
  const std::uint64_t life = ++broker.lives;
  for (auto& [where, partition] : partitions_) {
    partition.replicas[id].fetching = false;
    if (partition.leader == id) lose_waiting(partition);
  }
  if (coordinator_ == id) coordinator_.reset();
  changed_();
  wire_.at(wire_.now() + options_.notice_after, "", [this, id, life] {
    if (brokers_[id].lives == life) notice(id);
  });
}

void Brokers::notice(BrokerId id) {
  if (std::exchange(brokers_[id].noticed, true)) return;
  for (auto& [where, partition] : partitions_) {
    if (partition.replicas[id].in_sync && in_sync(partition) > 1) partition.replicas[id].in_sync = false;
    if (partition.leader == id) elect(where);
    if (partition.leader) advance(partition);
  }
  if (!coordinator_) {
    for (BrokerId other = brokers_.size(); other-- > 0;) {
      if (brokers_[other].alive) coordinator_ = other;
    }
  }
  changed_();
}

// Never a replica that is not in sync: it may lack what was acknowledged.
void Brokers::elect(TopicPartition where) {
  Partition& partition = partitions_.at(where);
  partition.leader.reset();
  for (std::size_t i = 0; i < brokers_.size(); ++i) {
    const BrokerId id = (partition.preferred + i) % brokers_.size();
    if (!brokers_[id].alive || !partition.replicas[id].in_sync) continue;
    lead(partition, id);
    return replicate(where);
  }
}

void Brokers::lead(Partition& partition, BrokerId id) {
  if (partition.leader == id) return;
  partition.leader = id;
  partition.replicas[id].behind_since.reset();
  lose_waiting(partition);
  const std::int64_t end = partition.replicas[id].end;
  D135_CHECK(end >= partition.standing, "who is in sync has all that was acknowledged");
  if (end == static_cast<std::int64_t>(partition.records.size())) return;
  partition.records.resize(static_cast<std::size_t>(end));
  partition.made.resize(static_cast<std::size_t>(end));
  for (Replica& replica : partition.replicas) replica.end = std::min(replica.end, end);
  partition.next_sequence.clear();
  for (const auto& [producer, sequence] : partition.made) partition.next_sequence[producer] = sequence + 1;
}

void Brokers::restart(BrokerId id) {
  Broker& broker = brokers_[id];
  if (broker.alive) return;
  notice(id);
  broker.alive = true;
  if (!coordinator_) coordinator_ = id;
  for (auto& [where, partition] : partitions_) {
    if (!partition.leader && partition.replicas[id].in_sync) lead(partition, id);
    if (partition.leader) replicate(where);
    if (partition.leader) advance(partition);
  }
  changed_();
}

void Brokers::slow(BrokerId broker, DurationMs replication) { brokers_[broker].replication = replication; }

void Brokers::fill_disk(BrokerId broker, bool full) {
  brokers_[broker].full = full;
  if (!full) replicate_all();
}

void Brokers::part(BrokerId one, BrokerId other, bool parted) {
  if (parted) {
    parted_.insert(std::minmax({one, other}));
  } else {
    parted_.erase(std::minmax({one, other}));
    replicate_all();
  }
}

void Brokers::replicate_all() {
  for (const auto& [where, partition] : partitions_) {
    if (partition.leader) replicate(where);
  }
}

}  // namespace dispatch135::log::memory
