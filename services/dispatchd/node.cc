#include "services/dispatchd/node.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace dispatch135::dispatchd {
namespace {

// How often the node looks whether the log is within reach, and whether a stuck start goes on.
constexpr std::int64_t kLookEveryMs = 100;

}  // namespace

Node::Node(const NodeSettings& settings, const NodePorts& ports)
    : settings_(settings),
      ports_(ports),
      appender_(ports.writer, settings.process),
      partitions_(ports.writer.partitions(log::Topic::kLog), ports.cities, ports.writer, settings.process),
      sessions_(partitions_, appender_, ports.units, ports.clock, ports.observer),
      watches_(partitions_, ports.consoles, ports.clock),
      commands_(partitions_, appender_),
      relay_(partitions_, appender_, ports.reader, ports.clock, ports.observer) {
  D135_CHECK(settings.process != 0, "a process needs a number of its own");
  for (const auto& [region, setup] : settings_.regions) partitions_.of(region).configured.insert(region);
}

void Node::start() {
  const std::int64_t now = ports_.clock.now_ms();
  for (Partition& partition : partitions_) partition.phase_since_ms = now;
  on_timer();
}

void Node::stop() {
  for (Partition& partition : partitions_) {
    const bool led = partition.leading();
    partition.leadership.revoke();
    partition.leadership.suspend();
    if (led) ports_.observer.leads(partition.index, false);
  }
  const Status leaving = unavailable("this node is shutting down; connect to another");
  sessions_.close_all(leaving);
  watches_.close_all(leaving);
  commands_.fail_all(leaving);
}

void Node::on_led(std::int32_t index, bool granted) {
  Partition* partition = partitions_.at(index);
  if (partition == nullptr) return;
  if (granted) {
    partition->leadership.grant(ports_.clock.now_ms());
    limit_outbox(*partition);
    lead(*partition);
    return;
  }
  partition->leadership.revoke();
}

void Node::on_unit_message(SessionId session, const v1::UnitMessage& message) {
  sessions_.on_message(session, message);
}

void Node::on_unit_closed(SessionId session) { sessions_.on_closed(session); }

void Node::on_timer() {
  watch_the_log();
  for (Partition& partition : partitions_) {
    if (partition.phase < Phase::kLive) locate(partition);
    if (log_lost_) continue;
    lead(partition);
    if (partition.leading()) {
      if (partition.set_up_at_ms && *partition.set_up_at_ms <= ports_.clock.now_ms()) set_up_regions(partition);
    }
    if (may_tick(partition)) tick(partition);
    publish(partition);
  }
  if (!log_lost_) relay_.on_timer();
  sessions_.on_timer();
  watches_.on_timer();
}

std::int64_t Node::next_wakeup_ms() const {
  const std::int64_t now = ports_.clock.now_ms();
  std::int64_t next = now + kLookEveryMs;
  const auto sooner = [&next](const std::optional<std::int64_t>& at) {
    if (at) next = std::min(next, *at);
  };
  for (const Partition& partition : partitions_) {
    sooner(partition.leadership.wakeup_ms());
    const auto timer = partition.engine.next_timer();
    if (timer && !partition.tick_in_flight && may_tick(partition)) {
      const TimeMs due = tick_due(partition, *timer);
      sooner(std::max(partition.next_tick_ms, now + (due - partition.log_time(now)).count));
    }
    if (!partition.leading()) continue;
    sooner(partition.set_up_at_ms);
    if (partition.outbox.unsent() > 0) sooner(now + 10);
  }
  sooner(sessions_.wakeup_ms());
  sooner(watches_.wakeup_ms());
  return std::max(next, now);
}

bool Node::caught_up() const {
  return std::all_of(partitions_.begin(), partitions_.end(),
                     [](const Partition& partition) { return partition.phase >= Phase::kLive; });
}

bool Node::follows_all() const {
  return std::none_of(partitions_.begin(), partitions_.end(),
                      [](const Partition& partition) { return partition.phase > Phase::kLive; });
}

}  // namespace dispatch135::dispatchd
