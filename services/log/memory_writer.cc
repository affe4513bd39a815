#include "services/log/memory_writer.h"

#include <utility>

#include "engine/base/hash.h"

namespace dispatch135::log {

using memory::TopicPartition;

struct MemoryWriter::State final : memory::WriterEnd, std::enable_shared_from_this<MemoryWriter::State> {
  struct Pending {
    std::string key;
    std::string value;
    OnAppended done;
  };
  struct Lane {
    std::deque<Pending> items;        // From the first without an answer.
    std::uint64_t first = 0;          // Sequence of items.front().
    std::size_t sent = 0;             // So many from the front are on their way or at the broker.
    memory::ProducerId producer = 0;  // Another one after a failure; what the old one sent late is refused.
    bool again_due = false;
    bool failing = false;  // Nothing is sent until all that wait were told.
  };
  // Before what a broker did not take, or may not have taken, is sent again.
  static constexpr DurationMs kRetryAfter{100};

  explicit State(MemoryLog::Impl& the_log) : log(the_log) {}

  void send(TopicPartition where) {
    Lane& lane = lanes[where];
    if (lane.producer == 0) lane.producer = ++log.producers;
    while (!lane.failing && !lane.again_due && lane.sent < lane.items.size()) {
      log.wire.over(node, [self = shared_from_this(), where, producer = lane.producer,
                           sequence = lane.first + lane.sent++] { self->arrive(where, producer, sequence); });
    }
  }
  // At the broker.
  void arrive(TopicPartition where, memory::ProducerId producer, std::uint64_t sequence) {
    Lane& lane = lanes[where];
    if (dead || lane.failing || producer != lane.producer || sequence < lane.first) return;
    if (!log.brokers.exists(where))
      return fail_later(where, std::string(topic_name(where.first)) + ": no such partition");
    memory::Node& from = log.wire.nodes[node];
    if (from.failing_appends > 0) {
      --from.failing_appends;
      return fail_later(where, from.append_error);
    }
    const auto leader = log.brokers.leader(where);
    if (!leader || log.wire.cut(node, *leader)) return again_later(where);
    const Pending& item = lane.items[static_cast<std::size_t>(sequence - lane.first)];
    const bool taken = log.brokers.take(
        where, {producer, sequence, node, item.key, item.value},
        [self = shared_from_this(), where, producer, sequence, at = *leader](std::optional<std::int64_t> offset) {
          if (!offset || self->log.wire.cut(self->node, at)) return self->again_later(where);
          self->log.wire.over(self->node, [self, where, producer, sequence, offset = *offset] {
            self->answered(where, producer, sequence, offset);
          });
        });
    if (!taken) again_later(where);
  }
  void answered(TopicPartition where, memory::ProducerId producer, std::uint64_t sequence, std::int64_t offset) {
    Lane& lane = lanes[where];
    if (dead || lane.failing || producer != lane.producer || sequence < lane.first) return;
    if (sequence > lane.first) return again_later(where);
    const Pending item = std::move(lane.items.front());
    lane.items.pop_front();
    ++lane.first;
    if (lane.sent > 0) --lane.sent;
    --in_flight;
    if (item.done) item.done({.ok = true, .offset = offset, .partition = where.second, .error = {}});
  }
  void again_later(TopicPartition where) {
    if (dead || std::exchange(lanes[where].again_due, true)) return;
    log.wire.at(log.wire.now() + kRetryAfter, "", [self = shared_from_this(), where] {
      Lane& lane = self->lanes[where];
      lane.again_due = false;
      lane.sent = 0;
      if (!self->dead) self->send(where);
    });
  }
  void fail_later(TopicPartition where, const std::string& error) {
    lanes[where].failing = true;
    log.wire.over(node, [self = shared_from_this(), where, error] { self->fail(where, error); });
  }
  // Tells all that wait; what is appended while they are told may not overtake any of them, so it fails after them.
  void fail(TopicPartition where, const std::string& error) {
    if (dead) return;
    Lane& lane = lanes[where];
    lane.failing = true;
    lane.producer = ++log.producers;
    lane.first = 0;
    lane.sent = 0;
    const auto failed = std::exchange(lane.items, {});
    for (const Pending& item : failed) {
      --in_flight;
      if (item.done) item.done({.ok = false, .offset = -1, .partition = where.second, .error = error});
    }
    if (!lane.items.empty()) return fail_later(where, error);
    lane.failing = false;
  }
  void start_anew(const std::string& error) override {
    std::vector<TopicPartition> all;
    for (const auto& [where, lane] : lanes) {
      if (!lane.items.empty()) all.push_back(where);
    }
    for (const TopicPartition& where : all) fail_later(where, error);
  }

  MemoryLog::Impl& log;
  std::size_t in_flight = 0;
  std::map<TopicPartition, Lane> lanes;
};

MemoryWriter::MemoryWriter(MemoryLog::Impl& log, const std::string& node)
    : log_(log), state_(std::make_shared<State>(log)) {
  state_->node = node;
  log_.writers.push_back(state_);
}

MemoryWriter::~MemoryWriter() {
  state_->dead = true;
  std::erase(log_.writers, state_);
}

std::size_t MemoryWriter::in_flight() const { return state_->in_flight; }

bool MemoryWriter::append(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
                          OnAppended done) {
  if (state_->dead || state_->in_flight >= log_.options.writer_queue) return false;
  ++state_->in_flight;
  if (partition < 0) {
    const auto count = static_cast<std::uint64_t>(log_.partitions(topic));
    partition = static_cast<std::int32_t>(hash_bytes(key.data(), key.size()) % count);
  }
  const TopicPartition where{topic, partition};
  state_->lanes[where].items.push_back({std::string(key), std::string(value), std::move(done)});
  state_->send(where);
  return true;
}

}  // namespace dispatch135::log
