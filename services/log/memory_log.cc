#include "services/log/memory_log.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/hash.h"

namespace dispatch135::log {

namespace {

using TopicPartition = std::pair<Topic, std::int32_t>;

struct WriterState {
  std::string node;
  bool dead = false;
  std::size_t in_flight = 0;
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

}  // namespace

struct MemoryLog::Impl {
  Impl(const common::Clock& the_clock, Options the_options) : clock(the_clock), options(the_options) {
    for (int i = 0; i < kTopics; ++i) {
      for (std::int32_t p = 0; p < partitions(static_cast<Topic>(i)); ++p) records[{static_cast<Topic>(i), p}];
    }
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
    Node& node = nodes[name];
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
    Node& node = nodes[name];
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
  std::map<std::string, Node> nodes;
  std::map<std::pair<TimeMs, std::uint64_t>, Event> events;  // By due time, then in the order of their making.
  std::uint64_t event_count = 0;
  std::vector<std::shared_ptr<WriterState>> writers;
  std::vector<std::shared_ptr<Source>> sources;
  std::size_t next_source = 0;
  std::vector<MembershipPtr> memberships;
  std::map<std::string, Group> groups;
};

namespace {

class MemoryWriter final : public Writer {
 public:
  MemoryWriter(MemoryLog::Impl& log, const std::string& node) : log_(log), state_(std::make_shared<WriterState>()) {
    state_->node = node;
    log_.writers.push_back(state_);
  }
  ~MemoryWriter() override {
    state_->dead = true;
    std::erase(log_.writers, state_);
  }

  bool append(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
              OnAppended done) override {
    if (state_->dead || state_->in_flight >= log_.options.writer_queue) return false;
    ++state_->in_flight;
    const std::int32_t count = log_.partitions(topic);
    if (partition < 0) {
      partition = static_cast<std::int32_t>(hash_bytes(key.data(), key.size()) % static_cast<std::uint64_t>(count));
    }
    log_.over(state_->node, [&log = log_, state = state_, where = TopicPartition{topic, partition},
                             key = std::string(key), value = std::string(value), done = std::move(done)]() mutable {
      if (!state->dead) arrive(log, state, where, key, value, std::move(done));
    });
    return true;
  }
  std::size_t in_flight() const override { return state_->in_flight; }
  std::int32_t partitions(Topic topic) const override { return log_.partitions(topic); }

 private:
  static void arrive(MemoryLog::Impl& log, const std::shared_ptr<WriterState>& state, TopicPartition where,
                     const std::string& key, const std::string& value, OnAppended done) {
    Appended outcome{.ok = false, .offset = -1, .partition = where.second, .error = {}};
    Node& node = log.nodes[state->node];
    if (node.failing_appends > 0) {
      --node.failing_appends;
      outcome.error = node.append_error;
    } else if (!log.records.contains(where)) {
      outcome.error = std::string(topic_name(where.first)) + ": no such partition";
    } else {
      outcome.ok = true;
      outcome.offset = log.store(where, key, value, state->node);
    }
    log.over(state->node, [state, outcome, done = std::move(done)] {
      if (state->dead) return;
      --state->in_flight;
      if (done) done(outcome);
    });
  }

  MemoryLog::Impl& log_;
  const std::shared_ptr<WriterState> state_;
};

class MemoryReader final : public Reader {
 public:
  MemoryReader(MemoryLog::Impl& log, const std::string& node, OnRecord record)
      : log_(log), source_(log.new_source(node, std::move(record))) {}
  ~MemoryReader() override { source_->dead = true; }

  void follow(Topic topic, std::int32_t partition, std::int64_t from) override {
    const auto end = static_cast<std::int64_t>(log_.records.at({topic, partition}).size());
    source_->next[{topic, partition}] = from == kEnd ? end : std::max<std::int64_t>(from, 0);
  }
  void unfollow(Topic topic, std::int32_t partition) override { source_->next.erase({topic, partition}); }
  std::optional<std::int64_t> end_offset(Topic topic, std::int32_t partition) override {
    if (source_->dead || !log_.reachable(source_->node)) return std::nullopt;
    return static_cast<std::int64_t>(log_.records.at({topic, partition}).size());
  }
  std::int64_t silent_ms() const override {
    if (log_.reachable(source_->node)) return 0;
    return (log_.clock.wall() - log_.nodes.at(source_->node).cut_off_at).count;
  }

 private:
  MemoryLog::Impl& log_;
  const std::shared_ptr<Source> source_;
};

class MemoryMember final : public GroupMember {
 public:
  MemoryMember(MemoryLog::Impl& log, MembershipPtr member) : log_(log), member_(std::move(member)) {
    std::erase_if(log_.memberships, [](const auto& other) { return other->dead && !other->in_group; });
    log_.memberships.push_back(member_);
    log_.over(member_->node, [&the_log = log_, joining = member_] {
      if (!joining->dead) the_log.join(joining);
    });
  }
  ~MemoryMember() override { log_.leave(member_); }

  void commit(Topic topic, std::int32_t partition, std::int64_t offset) override {
    log_.commit(member_, {topic, partition}, offset);
  }
  void pause(Topic topic, std::int32_t partition) override {
    if (member_->source) member_->source->paused.insert({topic, partition});
  }
  void resume(Topic topic, std::int32_t partition) override {
    if (member_->source) member_->source->paused.erase({topic, partition});
  }

 private:
  MemoryLog::Impl& log_;
  const MembershipPtr member_;
};

}  // namespace

MemoryLog::MemoryLog(const common::Clock& clock, Options options) : impl_(std::make_unique<Impl>(clock, options)) {}
MemoryLog::~MemoryLog() = default;

std::unique_ptr<Writer> MemoryLog::writer(const std::string& node) {
  return std::make_unique<MemoryWriter>(*impl_, node);
}

std::unique_ptr<Reader> MemoryLog::reader(const std::string& node, OnRecord record) {
  return std::make_unique<MemoryReader>(*impl_, node, std::move(record));
}

std::unique_ptr<GroupMember> MemoryLog::join(const std::string& node, const std::string& group,
                                             std::vector<Topic> topics, GroupCallbacks callbacks) {
  auto member = std::make_shared<Membership>();
  member->node = node;
  member->group = group;
  member->topics = std::move(topics);
  if (callbacks.record) member->source = impl_->new_source(node, callbacks.record);
  member->callbacks = std::move(callbacks);
  return std::make_unique<MemoryMember>(*impl_, std::move(member));
}

bool MemoryLog::step() { return impl_->step(); }

std::size_t MemoryLog::run(std::size_t most) {
  std::size_t steps = 0;
  while (impl_->step()) {
    ++steps;
    D135_CHECK(steps < most, "clients of the log feed each other without end");
  }
  return steps;
}

std::optional<TimeMs> MemoryLog::next_due() const { return impl_->next_due(); }
void MemoryLog::delay(const std::string& node, DurationMs each_way) { impl_->nodes[node].delay = each_way; }
void MemoryLog::cut_off(const std::string& node) { impl_->cut_off(node); }
void MemoryLog::reconnect(const std::string& node) { impl_->reconnect(node); }
void MemoryLog::kill(const std::string& node) { impl_->kill(node); }

void MemoryLog::fail_appends(const std::string& node, std::size_t count, const std::string& error) {
  impl_->nodes[node].failing_appends = count;
  impl_->nodes[node].append_error = error;
}

std::int32_t MemoryLog::partitions(Topic topic) const { return impl_->partitions(topic); }

const std::deque<MemoryLog::Stored>& MemoryLog::records(Topic topic, std::int32_t partition) const {
  return impl_->records.at({topic, partition});
}

std::int64_t MemoryLog::put(Topic topic, std::int32_t partition, std::string_view key, std::string_view value) {
  return impl_->store({topic, partition}, key, value, "test");
}

std::int64_t MemoryLog::committed(const std::string& group, Topic topic, std::int32_t partition) const {
  const auto found = impl_->groups.find(group);
  if (found == impl_->groups.end()) return 0;
  const auto offset = found->second.committed.find({topic, partition});
  return offset == found->second.committed.end() ? 0 : offset->second;
}

std::string MemoryLog::owner(const std::string& group, Topic topic, std::int32_t partition) const {
  const auto found = impl_->groups.find(group);
  if (found == impl_->groups.end()) return {};
  const auto owner = found->second.owners.find({topic, partition});
  return owner == found->second.owners.end() ? std::string() : owner->second->node;
}

}  // namespace dispatch135::log
