#include "services/log/memory_log.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "services/log/memory_log_impl.h"

namespace dispatch135::log {

namespace {

using memory::MembershipPtr;
using memory::Node;
using memory::Source;
using memory::TopicPartition;
using memory::WriterState;

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
    log_.over(state_->node,
              [&log = log_, state = state_, where = TopicPartition{topic, partition}, number = state_->made++,
               key = std::string(key), value = std::string(value), done = std::move(done)]() mutable {
                if (!state->dead) arrive(log, state, where, number, key, value, std::move(done));
              });
    return true;
  }
  std::size_t in_flight() const override { return state_->in_flight; }
  std::int32_t partitions(Topic topic) const override { return log_.partitions(topic); }

 private:
  static void arrive(MemoryLog::Impl& log, const std::shared_ptr<WriterState>& state, TopicPartition where,
                     std::uint64_t number, const std::string& key, const std::string& value, OnAppended done) {
    Appended outcome{.ok = false, .offset = -1, .partition = where.second, .error = {}};
    Node& node = log.nodes[state->node];
    WriterState::Failures& failures = state->failures[where];
    if (failures.unreported > 0 || number < failures.fail_below) {
      outcome.error = failures.error;
    } else if (node.failing_appends > 0) {
      --node.failing_appends;
      outcome.error = node.append_error;
    } else if (!log.records.contains(where)) {
      outcome.error = std::string(topic_name(where.first)) + ": no such partition";
    } else {
      outcome.ok = true;
      outcome.offset = log.store(where, key, value, state->node);
    }
    if (!outcome.ok) {
      ++failures.unreported;
      failures.error = outcome.error;
    }
    log.over(state->node, [state, where, outcome, done = std::move(done)] {
      if (state->dead) return;
      --state->in_flight;
      if (!outcome.ok) {
        --state->failures[where].unreported;
        state->failures[where].fail_below = state->made;
      }
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
    source_->next[{topic, partition}] = from == kEnd ? end : std::max(from, log_.begin_of({topic, partition}));
  }
  void unfollow(Topic topic, std::int32_t partition) override { source_->next.erase({topic, partition}); }
  std::optional<std::int64_t> end_offset(Topic topic, std::int32_t partition) override {
    if (source_->dead || !log_.reachable(source_->node)) return std::nullopt;
    return static_cast<std::int64_t>(log_.records.at({topic, partition}).size());
  }
  std::optional<std::int64_t> begin_offset(Topic topic, std::int32_t partition) override {
    if (source_->dead || !log_.reachable(source_->node)) return std::nullopt;
    return log_.begin_of({topic, partition});
  }
  std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const override {
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
  std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const override {
    return static_cast<std::int64_t>(log_.records.at({topic, partition}).size());
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
  auto member = std::make_shared<memory::Membership>();
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

void MemoryLog::delete_before(Topic topic, std::int32_t partition, std::int64_t offset) {
  impl_->begins[{topic, partition}] = offset;
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
