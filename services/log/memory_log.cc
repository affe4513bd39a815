#include "services/log/memory_log.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "services/log/memory_log_impl.h"
#include "services/log/memory_writer.h"

namespace dispatch135::log {

namespace {

using memory::BrokerId;
using memory::MembershipPtr;
using memory::Source;

class MemoryReader final : public Reader {
 public:
  MemoryReader(MemoryLog::Impl& log, const std::string& node, OnRecord record)
      : log_(log), source_(log.sources.add(node, std::move(record))) {}
  ~MemoryReader() override { source_->dead = true; }

  void follow(Topic topic, std::int32_t partition, std::int64_t from) override {
    const std::int64_t end = log_.brokers.standing({topic, partition});
    source_->next[{topic, partition}] = from == kEnd ? end : std::max(from, log_.begin_of({topic, partition}));
  }
  void unfollow(Topic topic, std::int32_t partition) override { source_->next.erase({topic, partition}); }
  std::optional<std::int64_t> end_offset(Topic topic, std::int32_t partition) override {
    const auto leader = log_.brokers.leader({topic, partition});
    if (source_->dead || !leader || log_.wire.cut(source_->node, *leader)) return std::nullopt;
    return log_.brokers.standing({topic, partition});
  }
  std::optional<std::int64_t> begin_offset(Topic topic, std::int32_t partition) override {
    return end_offset(topic, partition) ? std::optional(log_.begin_of({topic, partition})) : std::nullopt;
  }
  std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const override {
    return log_.brokers.standing({topic, partition});
  }
  std::int64_t silent_ms() const override {
    if (log_.wire.reachable(source_->node)) return 0;
    return (log_.wire.now() - *log_.wire.nodes.at(source_->node).silent_since).count;
  }

 private:
  MemoryLog::Impl& log_;
  const std::shared_ptr<Source> source_;
};

class MemoryMember final : public GroupMember {
 public:
  MemoryMember(MemoryLog::Impl& log, MembershipPtr member) : log_(log), member_(std::move(member)) {
    log_.groups.add(member_);
  }
  ~MemoryMember() override { log_.groups.leave(member_); }

  void commit(Topic topic, std::int32_t partition, std::int64_t offset) override {
    log_.groups.commit(member_, {topic, partition}, offset);
  }
  std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const override {
    return log_.brokers.standing({topic, partition});
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
  if (callbacks.record) member->source = impl_->sources.add(node, callbacks.record);
  member->callbacks = std::move(callbacks);
  return std::make_unique<MemoryMember>(*impl_, std::move(member));
}

bool MemoryLog::step() { return impl_->wire.step() || impl_->sources.deliver_one(); }

std::size_t MemoryLog::run(std::size_t most) {
  std::size_t steps = 0;
  while (step()) {
    ++steps;
    D135_CHECK(steps < most, "clients of the log feed each other without end");
  }
  return steps;
}

std::optional<TimeMs> MemoryLog::next_due() const {
  const auto event = impl_->wire.next_due();
  const auto record = impl_->sources.next_due();
  if (event && record) return std::min(*event, *record);
  return event ? event : record;
}

void MemoryLog::delay(const std::string& node, DurationMs each_way) { impl_->wire.nodes[node].delay = each_way; }

void MemoryLog::cut_off(const std::string& node) {
  for (BrokerId id = 0; id < impl_->brokers.count(); ++id) impl_->wire.nodes[node].cut_from.insert(id);
  impl_->links_changed();
}

void MemoryLog::cut_off(const std::string& node, std::size_t broker) {
  impl_->wire.nodes[node].cut_from.insert(broker);
  impl_->links_changed();
}

void MemoryLog::reconnect(const std::string& node) {
  impl_->wire.nodes[node].cut_from.clear();
  impl_->links_changed();
}

void MemoryLog::kill(const std::string& node) { impl_->kill(node); }

void MemoryLog::fail_appends(const std::string& node, std::size_t count, const std::string& error) {
  impl_->wire.nodes[node].failing_appends = count;
  impl_->wire.nodes[node].append_error = error;
}

void MemoryLog::start_producer_anew(const std::string& node) {
  const auto writers = impl_->writers;
  for (const auto& writer : writers) {
    if (writer->node == node && !writer->dead) writer->start_anew("the producer lost its place and starts anew");
  }
}

void MemoryLog::crash_broker(std::size_t broker) { impl_->brokers.crash(broker); }
void MemoryLog::restart_broker(std::size_t broker) { impl_->brokers.restart(broker); }
void MemoryLog::slow_broker(std::size_t broker, DurationMs replication) { impl_->brokers.slow(broker, replication); }
void MemoryLog::fill_disk(std::size_t broker, bool full) { impl_->brokers.fill_disk(broker, full); }
void MemoryLog::part_brokers(std::size_t one, std::size_t other, bool parted) {
  impl_->brokers.part(one, other, parted);
}
void MemoryLog::set_broker_clock(std::size_t broker, DurationMs ahead) { impl_->brokers.set_clock(broker, ahead); }

std::optional<std::size_t> MemoryLog::leader(Topic topic, std::int32_t partition) const {
  return impl_->brokers.leader({topic, partition});
}

std::int32_t MemoryLog::partitions(Topic topic) const { return impl_->partitions(topic); }

const std::deque<MemoryLog::Stored>& MemoryLog::records(Topic topic, std::int32_t partition) const {
  return impl_->brokers.records({topic, partition});
}

std::int64_t MemoryLog::standing(Topic topic, std::int32_t partition) const {
  return impl_->brokers.standing({topic, partition});
}

void MemoryLog::spoil(Topic topic, std::int32_t partition, std::int64_t offset,
                      const std::function<void(std::string&)>& change) {
  change(impl_->brokers.value({topic, partition}, offset));
}

std::int64_t MemoryLog::put(Topic topic, std::int32_t partition, std::string_view key, std::string_view value) {
  return impl_->brokers.put({topic, partition}, key, value);
}

void MemoryLog::delete_before(Topic topic, std::int32_t partition, std::int64_t offset) {
  impl_->begins[{topic, partition}] = offset;
}

std::int64_t MemoryLog::committed(const std::string& group, Topic topic, std::int32_t partition) const {
  const memory::Group* found = impl_->groups.find(group);
  if (found == nullptr) return 0;
  const auto offset = found->committed.find({topic, partition});
  return offset == found->committed.end() ? 0 : offset->second;
}

std::string MemoryLog::owner(const std::string& group, Topic topic, std::int32_t partition) const {
  const memory::Group* found = impl_->groups.find(group);
  if (found == nullptr) return {};
  const auto owner = found->owners.find({topic, partition});
  return owner == found->owners.end() ? std::string() : owner->second->node;
}

}  // namespace dispatch135::log
