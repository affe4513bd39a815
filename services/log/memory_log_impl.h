// The inside of MemoryLog: what is under way, who follows what, who is a member of which group. Only memory_log.cc uses
// it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "services/log/memory_log.h"

namespace dispatch135::log {

namespace memory {

using TopicPartition = std::pair<Topic, std::int32_t>;

struct WriterState {
  std::string node;
  bool dead = false;
  std::size_t in_flight = 0;
  std::uint64_t made = 0;  // Appends so far.
  // Failures of one partition; nothing made before the `done` of one may stand behind it.
  struct Failures {
    std::size_t unreported = 0;
    std::uint64_t fail_below = 0;  // Appends made before so many.
    std::string error;
  };
  std::map<TopicPartition, Failures> failures;
};

// Where a reader, or a member that reads, stands in its partitions.
struct Source {
  std::string node;
  bool dead = false;
  OnRecord record;
  std::map<TopicPartition, std::int64_t> next;
  std::set<TopicPartition> paused;
  TopicPartition last{};  // Served last; the next one in order has its turn.
};

struct Membership {
  std::string node;
  std::string group;
  bool dead = false;
  bool in_group = false;
  std::vector<Topic> topics;
  GroupCallbacks callbacks;
  std::shared_ptr<Source> source;  // Null: reads nothing.
  std::set<TopicPartition> held;   // As the member believes.
  std::map<TopicPartition, std::int64_t> to_commit;
  bool commit_due = false;
};
using MembershipPtr = std::shared_ptr<Membership>;

struct Group {
  std::vector<MembershipPtr> members;  // In the order of joining.
  std::map<TopicPartition, MembershipPtr> owners;
  std::set<TopicPartition> being_revoked;
  std::map<TopicPartition, std::int64_t> committed;
};

struct Node {
  DurationMs delay{0};
  TimeMs last_arrival{};  // What a node sends does not overtake what it sent before.
  bool cut_off = false;
  TimeMs cut_off_at{};
  std::uint64_t cut_offs = 0;
  std::size_t failing_appends = 0;
  std::string append_error;
};

struct Event {
  std::string node;  // Over whose connection it comes; empty: needs none.
  std::function<void()> work;
};

}  // namespace memory

struct MemoryLog::Impl {
  using TopicPartition = memory::TopicPartition;
  using Source = memory::Source;
  using Membership = memory::Membership;
  using MembershipPtr = memory::MembershipPtr;
  using Group = memory::Group;

  Impl(const common::Clock& the_clock, Options the_options) : clock(the_clock), options(the_options) {
    for (int i = 0; i < kTopics; ++i) {
      for (std::int32_t p = 0; p < partitions(static_cast<Topic>(i)); ++p) records[{static_cast<Topic>(i), p}];
    }
  }

  std::int64_t begin_of(const memory::TopicPartition& where) const {
    const auto found = begins.find(where);
    return found == begins.end() ? 0 : found->second;
  }
  std::int32_t partitions(Topic topic) const {
    switch (topic) {
      case Topic::kIncidents:
      case Topic::kAlerts:
        return options.source_partitions;
      case Topic::kLog:
      case Topic::kDecisions:
      case Topic::kSnapshots:
        return options.log_partitions;
      case Topic::kRejects:
        return 1;
    }
    D135_CHECK(false, "a topic outside the enum");
  }

  // ---- events ----
  void at(TimeMs due, const std::string& node, std::function<void()> work) {
    events[{due, event_count++}] = {node, std::move(work)};
  }
  // Over the node's connection, after all that went over it before.
  void over(const std::string& name, std::function<void()> work) {
    memory::Node& node = nodes[name];
    node.last_arrival = std::max(node.last_arrival, clock.wall() + node.delay);
    at(node.last_arrival, name, std::move(work));
  }
  bool reachable(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() || !found->second.cut_off;
  }
  bool step() {
    const TimeMs now = clock.wall();
    for (auto event = events.begin(); event != events.end() && event->first.first <= now; ++event) {
      if (!event->second.node.empty() && !reachable(event->second.node)) continue;
      const auto work = std::move(event->second.work);
      events.erase(event);
      work();
      return true;
    }
    return deliver_one(now);
  }
  std::optional<TimeMs> next_due() const {
    std::optional<TimeMs> due;
    const auto note = [&](TimeMs time) { due = due ? std::min(*due, time) : time; };
    for (const auto& [key, event] : events) {
      if (!event.node.empty() && !reachable(event.node)) continue;
      note(key.first);
      break;
    }
    for (const auto& source : sources) {
      if (source->dead || !reachable(source->node)) continue;
      for (const auto& [where, next] : source->next) {
        if (const auto* stored = waiting(*source, where, next)) note(stored->timestamp + delay_of(source->node));
      }
    }
    return due;
  }

  // ---- records ----
  std::int64_t store(TopicPartition where, std::string_view key, std::string_view value, const std::string& node) {
    auto& partition = records.at(where);
    const TimeMs before = partition.empty() ? TimeMs{} : partition.back().timestamp;
    partition.push_back({std::max(before, clock.wall()), std::string(key), std::string(value), node});
    return static_cast<std::int64_t>(partition.size()) - 1;
  }
  DurationMs delay_of(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() ? DurationMs{0} : found->second.delay;
  }
  const Stored* waiting(const Source& source, TopicPartition where, std::int64_t next) const {
    const auto& partition = records.at(where);
    if (source.paused.contains(where) || next >= static_cast<std::int64_t>(partition.size())) return nullptr;
    return &partition[static_cast<std::size_t>(next)];
  }
  bool deliver_one(TimeMs now) {
    std::erase_if(sources, [](const auto& source) { return source->dead; });
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto source = sources[(next_source + i) % sources.size()];
      if (!reachable(source->node) || !deliver_from(*source, now)) continue;
      next_source = (next_source + i + 1) % std::max<std::size_t>(sources.size(), 1);
      return true;
    }
    return false;
  }
  bool deliver_from(Source& source, TimeMs now) {
    auto turn = source.next.upper_bound(source.last);
    for (std::size_t i = 0; i < source.next.size(); ++i, ++turn) {
      if (turn == source.next.end()) turn = source.next.begin();
      const auto [where, next] = *turn;
      const auto* stored = waiting(source, where, next);
      if (stored == nullptr || stored->timestamp + delay_of(source.node) > now) continue;
      ++turn->second;
      source.last = where;
      source.record({.topic = where.first,
                     .partition = where.second,
                     .offset = next,
                     .timestamp = stored->timestamp,
                     .key = stored->key,
                     .value = stored->value});
      return true;
    }
    return false;
  }
  std::shared_ptr<Source> new_source(const std::string& node, OnRecord record) {
    auto source = std::make_shared<Source>();
    source->node = node;
    source->record = std::move(record);
    sources.push_back(source);
    return source;
  }

  // ---- groups ----
  void join(const MembershipPtr& member) {
    member->in_group = true;
    groups[member->group].members.push_back(member);
    at(clock.wall(), "", [this, name = member->group] { rebalance(name); });
  }
  // The group's side of a member's end; what the member itself learns is another matter.
  void remove(const MembershipPtr& member) {
    if (!member->in_group) return;
    member->in_group = false;
    Group& group = groups[member->group];
    std::erase(group.members, member);
    for (auto owner = group.owners.begin(); owner != group.owners.end();) {
      if (owner->second == member) {
        group.being_revoked.erase(owner->first);
        owner = group.owners.erase(owner);
      } else {
        ++owner;
      }
    }
    at(clock.wall(), "", [this, name = member->group] { rebalance(name); });
  }
  // Cooperative and sticky: everybody keeps what it has as far as the numbers are even.
  std::map<TopicPartition, MembershipPtr> targets(const Group& group) const {
    std::map<TopicPartition, MembershipPtr> wanted;
    std::map<const Membership*, std::vector<TopicPartition>> shares;
    for (const auto& member : group.members) shares[member.get()];
    const auto fewest = [&](Topic topic) {
      MembershipPtr best;
      for (const auto& member : group.members) {
        if (std::find(member->topics.begin(), member->topics.end(), topic) == member->topics.end()) continue;
        if (!best || shares[member.get()].size() < shares[best.get()].size()) best = member;
      }
      return best;
    };
    for (const auto& [where, owner] : group.owners) {
      wanted[where] = owner;
      shares[owner.get()].push_back(where);
    }
    for (const auto& [where, unused] : records) {
      if (wanted.contains(where)) continue;
      if (const auto member = fewest(where.first)) {
        wanted[where] = member;
        shares[member.get()].push_back(where);
      }
    }
    for (auto& [where, owner] : wanted) {
      const auto member = fewest(where.first);
      if (!member || shares[owner.get()].size() <= shares[member.get()].size() + 1) continue;
      std::erase(shares[owner.get()], where);
      shares[member.get()].push_back(where);
      owner = member;
    }
    return wanted;
  }
  void rebalance(const std::string& name) {
    Group& group = groups[name];
    for (const auto& [where, wanted] : targets(group)) {
      const auto owner = group.owners.find(where);
      if (owner == group.owners.end()) {
        group.owners[where] = wanted;
        over(wanted->node, [this, member = wanted, at_place = where] { grant(member, at_place); });
      } else if (owner->second != wanted && group.being_revoked.insert(where).second) {
        over(owner->second->node, [this, member = owner->second, at_place = where] { revoke(member, at_place); });
      }
    }
  }
  void grant(const MembershipPtr& member, TopicPartition where) {
    Group& group = groups[member->group];
    const auto owner = group.owners.find(where);
    if (member->dead || owner == group.owners.end() || owner->second != member) return;
    member->held.insert(where);
    if (member->source) {
      const auto committed = group.committed.find(where);
      member->source->next[where] = committed == group.committed.end() ? 0 : committed->second;
      member->source->paused.erase(where);
    }
    if (member->callbacks.granted) member->callbacks.granted(where.first, where.second);
  }
  void revoke(const MembershipPtr& member, TopicPartition where) {
    Group& group = groups[member->group];
    const auto owner = group.owners.find(where);
    if (owner == group.owners.end() || owner->second != member) return;
    if (!member->dead) keep_commits(*member);
    group.being_revoked.erase(where);
    group.owners.erase(owner);
    forget(member, where);
    rebalance(member->group);
  }
  // The member's side of losing a partition.
  void forget(const MembershipPtr& member, TopicPartition where) {
    if (member->dead || member->held.erase(where) == 0) return;
    member->to_commit.erase(where);
    if (member->source) member->source->next.erase(where);
    if (member->callbacks.revoked) member->callbacks.revoked(where.first, where.second);
  }
  void keep_commits(Membership& member) {
    Group& group = groups[member.group];
    for (const auto& [where, offset] : member.to_commit) {
      const auto owner = group.owners.find(where);
      if (owner != group.owners.end() && owner->second.get() == &member) group.committed[where] = offset;
    }
    member.to_commit.clear();
  }
  void commit(const MembershipPtr& member, TopicPartition where, std::int64_t offset) {
    if (member->dead || !member->held.contains(where)) return;
    member->to_commit[where] = offset;
    if (std::exchange(member->commit_due, true)) return;
    at(clock.wall() + options.commit_interval, member->node, [this, member] {
      member->commit_due = false;
      if (!member->dead) keep_commits(*member);
    });
  }
  void leave(const MembershipPtr& member) {
    if (member->dead) return;
    const bool heard = reachable(member->node);
    if (heard) keep_commits(*member);
    die(*member);
    if (heard) {
      remove(member);
    } else {
      // Whoever cannot say that it leaves is out when its session ends.
      at(clock.wall() + options.session_timeout, "", [this, member] { remove(member); });
    }
  }
  static void die(Membership& member) {
    member.dead = true;
    if (member.source) member.source->dead = true;
  }
  std::vector<MembershipPtr> members_on(const std::string& node) const {
    std::vector<MembershipPtr> all;
    for (const auto& member : memberships) {
      if (member->node == node) all.push_back(member);
    }
    return all;
  }
  void end_session(const MembershipPtr& member) {
    remove(member);
    // In the member's own time, not over the connection that it does not have.
    at(clock.wall() + delay_of(member->node), "", [this, member] {
      if (member->in_group) return;
      const auto held = member->held;
      for (const auto& where : held) forget(member, where);
    });
  }

  // ---- what befalls nodes ----
  void cut_off(const std::string& name) {
    memory::Node& node = nodes[name];
    if (node.cut_off) return;
    node.cut_off = true;
    node.cut_off_at = clock.wall();
    const auto count = ++node.cut_offs;
    at(clock.wall() + options.session_timeout, "", [this, name, count] {
      if (!nodes[name].cut_off || nodes[name].cut_offs != count) return;
      for (const auto& member : members_on(name)) end_session(member);
    });
  }
  void reconnect(const std::string& name) {
    nodes[name].cut_off = false;
    for (const auto& member : members_on(name)) {
      if (member->dead || member->in_group) continue;
      const auto held = member->held;
      for (const auto& where : held) forget(member, where);
      join(member);
    }
  }
  void kill(const std::string& name) {
    for (const auto& writer : writers) {
      if (writer->node == name) writer->dead = true;
    }
    for (const auto& source : sources) {
      if (source->node == name) source->dead = true;
    }
    for (const auto& member : members_on(name)) {
      if (member->dead) continue;
      die(*member);
      at(clock.wall() + options.session_timeout, "", [this, member] { remove(member); });
    }
    nodes.erase(name);
  }

  const common::Clock& clock;
  const Options options;
  std::map<TopicPartition, std::deque<Stored>> records;
  std::map<TopicPartition, std::int64_t> begins;  // Of partitions whose oldest records were deleted.
  std::map<std::string, memory::Node> nodes;
  std::map<std::pair<TimeMs, std::uint64_t>, memory::Event> events;  // By due time, then in the order of their making.
  std::uint64_t event_count = 0;
  std::vector<std::shared_ptr<memory::WriterState>> writers;
  std::vector<std::shared_ptr<Source>> sources;
  std::size_t next_source = 0;
  std::vector<MembershipPtr> memberships;
  std::map<std::string, Group> groups;
};

}  // namespace dispatch135::log
