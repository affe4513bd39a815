// What a leader does beside answering records: says that it leads, publishes, lets time pass (or a standby, when the
// leader is late), sets regions up; and what makes it stop.
#include <algorithm>

#include "engine/core/shared.h"
#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {
namespace {

constexpr std::int64_t kSetUpAgainMs = 500;
// However short the session: a busy broker is silent for a second now and then, and to send everybody away for it would
// harm more than to serve for a moment longer.
constexpr std::int64_t kLogLostAtLeastMs = 2'000;

}  // namespace

void Node::lead(Partition& partition) {
  if (partition.phase != Phase::kReplaying && partition.phase != Phase::kLive) return;
  if (log_lost_ || !partition.leadership.wants_to_start(ports_.clock.now_ms())) return;
  v1::LogRecord record;
  v1::LeaderStarted* started = record.mutable_leader_started();
  started->set_node(settings_.name);
  started->set_process(settings_.process);
  started->set_unit_address(settings_.address);
  started->set_engine_version(D135_VERSION);
  const std::uint64_t sequence =
      appender_.append(partition.index, record, [this, &partition](std::uint64_t, const log::Appended& result) {
        ports_.observer.append_failed(partition.index, result.error);
        partition.leadership.start_failed(ports_.clock.now_ms());
      });
  if (sequence == 0) return partition.leadership.start_failed(ports_.clock.now_ms());
  partition.leadership.start_appended();
}

void Node::lost_lead(Partition& partition) {
  ports_.observer.leads(partition.index, false);
  partition.set_up_at_ms.reset();
  sessions_.hand_over(partition);
}

void Node::publish(Partition& partition) {
  if (!partition.leading()) return;
  const std::size_t published = partition.outbox.publish();
  if (published > 0) ports_.observer.published(published);
}

// A standby that has not read all that stands in the log does not know whether the leader is late.
bool Node::may_tick(const Partition& partition) const {
  if (partition.leading()) return true;
  return settings_.stands_in && partition.phase == Phase::kLive &&
         ports_.reader.known_end(log::Topic::kLog, partition.index) == partition.next_offset;
}

TimeMs Node::tick_due(const Partition& partition, TimeMs timer) {
  return partition.leading() ? timer : timer + DurationMs{kStandInMs};
}

void Node::tick(Partition& partition) {
  const std::int64_t now = ports_.clock.now_ms();
  const auto timer = partition.engine.next_timer();
  if (!timer || partition.tick_in_flight || now < partition.next_tick_ms) return;
  if (partition.log_time(now) < tick_due(partition, *timer)) return;
  v1::LogRecord record;
  record.mutable_tick();
  const std::uint64_t sequence =
      appender_.append(partition.index, record, [this, &partition](std::uint64_t, const log::Appended& result) {
        ports_.observer.append_failed(partition.index, result.error);
        partition.tick_in_flight = false;
      });
  partition.tick_in_flight = sequence != 0;
  partition.next_tick_ms = now + kTickPauseMs;
}

void Node::set_up_regions(Partition& partition) {
  partition.set_up_at_ms.reset();
  const auto again = [this, &partition](std::uint64_t, const log::Appended& result) {
    ports_.observer.append_failed(partition.index, result.error);
    partition.set_up_at_ms = ports_.clock.now_ms() + kSetUpAgainMs;
  };
  // A new log begins with what this engine does best; an older one goes on as it was until an operator says otherwise.
  if (partition.engine.regions().empty() && partition.engine.behaviour() < core::kNewestBehaviour) {
    v1::LogRecord record;
    record.mutable_behaviour_activated()->set_level(core::kNewestBehaviour);
    if (appender_.append(partition.index, record, again) == 0) again(0, {false, -1, -1, "the writer's queue is full"});
  }
  for (const RegionId region : partition.configured) {
    const RegionSetup& setup = settings_.regions.at(region);
    if (partition.engine.has_region(region)) continue;
    v1::LogRecord record;
    record.set_region(region.value());
    if (partition.engine.city(region) == nullptr) {
      record.mutable_city_activated()->set_fingerprint(setup.city.value());
      if (appender_.append(partition.index, record, again) == 0)
        again(0, {false, -1, -1, "the writer's queue is full"});
    }
    *record.mutable_policy_activated()->mutable_policy() = setup.policy;
    if (appender_.append(partition.index, record, again) == 0) again(0, {false, -1, -1, "the writer's queue is full"});
  }
}

void Node::watch_the_log() {
  const std::int64_t silent = ports_.reader.silent_ms();
  if (!log_lost_ && silent > std::max(settings_.session_timeout_ms, kLogLostAtLeastMs)) {
    log_lost_ = true;
    ports_.observer.log_lost(silent);
    for (Partition& partition : partitions_) {
      if (partition.leading()) ports_.observer.leads(partition.index, false);
      partition.leadership.suspend();
    }
    const Status lost = unavailable("this node cannot reach the log; connect to another");
    sessions_.close_all(lost);
    watches_.close_all(lost);
    commands_.fail_all(unavailable("this node cannot reach the log; send it again with the same command_id"));
  } else if (log_lost_ && silent == 0) {
    log_lost_ = false;
    ports_.observer.log_back();
    for (Partition& partition : partitions_) partition.leadership.resume(ports_.clock.now_ms());
  }
}

}  // namespace dispatch135::dispatchd
