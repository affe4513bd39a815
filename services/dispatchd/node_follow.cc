// How a node follows the log: finds what is already published, replays, and applies record by record.
#include <algorithm>
#include <utility>

#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {
namespace {

// A topic whose records were all deleted has an end and nothing to read before it: the node waits so long, then goes
// on.
constexpr std::int64_t kNothingToReadMs = 5'000;

}  // namespace

void Node::locate(Partition& partition) {
  const std::int64_t now = ports_.clock.now_ms();
  if (partition.phase == Phase::kStarting) {
    const auto published_end = ports_.reader.end_offset(log::Topic::kDecisions, partition.index);
    if (!published_end) return;
    const auto log_end = ports_.reader.end_offset(log::Topic::kLog, partition.index);
    if (!log_end) return;
    partition.live_at_offset = *log_end;
    partition.phase = Phase::kReadingTail;
    partition.phase_since_ms = now;
    partition.next_decision = std::max<std::int64_t>(0, *published_end - 1);
    ports_.reader.follow(log::Topic::kDecisions, partition.index, partition.next_decision);
    if (*published_end == 0) replay(partition);
    return;
  }
  const bool nothing_comes = now - partition.phase_since_ms >= kNothingToReadMs && ports_.reader.silent_ms() == 0;
  if (!nothing_comes || partition.paused) return;
  if (partition.phase == Phase::kReadingTail) {
    replay(partition);
  } else {
    partition.phase = Phase::kLive;
  }
}

void Node::replay(Partition& partition) {
  partition.phase = Phase::kReplaying;
  partition.phase_since_ms = ports_.clock.now_ms();
  ports_.reader.follow(log::Topic::kLog, partition.index, log::Reader::kBeginning);
  see_whether_live(partition);
}

void Node::see_whether_live(Partition& partition) {
  if (partition.phase == Phase::kReplaying && partition.next_offset >= partition.live_at_offset) {
    partition.phase = Phase::kLive;
  }
}

void Node::on_published(const log::Record& record) {
  Partition* partition = partitions_.at(record.partition);
  if (partition == nullptr) return;
  partition->next_decision = record.offset + 1;
  v1::Decision decision;
  if (decision.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    partition->outbox.published(key_of(decision.id()));
    relay_.on_published(record, decision);
  }
  if (partition->phase == Phase::kReadingTail) replay(*partition);
  limit_outbox(*partition);
}

void Node::limit_outbox(Partition& partition) {
  if (partition.phase != Phase::kReplaying && partition.phase != Phase::kLive) return;
  // One that is granted must get to its own LeaderStarted, and publishes what is too much on the way.
  if (partition.leadership.granted()) {
    if (partition.outbox.bytes() > kOutboxBytes) partition.outbox.publish();
  } else if (!partition.paused && partition.outbox.bytes() > kOutboxBytes) {
    partition.paused = true;
    ports_.reader.unfollow(log::Topic::kLog, partition.index);
    return;
  }
  if (partition.paused && (partition.leadership.granted() || partition.outbox.bytes() < kOutboxBytes / 2)) {
    partition.paused = false;
    ports_.reader.follow(log::Topic::kLog, partition.index, partition.next_offset);
  }
}

void Node::on_record(const log::Record& record) {
  Partition* partition = partitions_.at(record.partition);
  if (partition == nullptr || partition->paused || record.offset < partition->next_offset) return;
  if (partition->phase != Phase::kReplaying && partition->phase != Phase::kLive) return;
  apply(*partition, record);
}

void Node::apply(Partition& partition, const log::Record& record) {
  if (!record_.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    // Nothing on any node: all of them see the same bytes.
    partition.next_offset = record.offset + 1;
    ports_.observer.poison(partition.index, record.offset);
    return see_whether_live(partition);
  }
  if (!partition.engine.can_apply(record_)) return stop_following(partition, record);

  ports_.observer.before_apply();
  const auto decisions = partition.engine.apply(record_, static_cast<std::uint64_t>(record.offset), record.timestamp);
  ports_.observer.applied(partition.index, decisions.size());
  const std::int64_t now = ports_.clock.now_ms();
  const bool led = partition.leading();
  partition.next_offset = record.offset + 1;
  partition.applied_at_ms = now;
  partition.phase_since_ms = now;
  see_whether_live(partition);
  if (record_.has_leader_started()) partition.leadership.leader_started(record_.leader_started().process(), now);

  // Orders first: they are what somebody waits for.
  sessions_.on_applied(partition, record_, decisions, record.timestamp);
  partition.outbox.add(decisions);
  publish(partition);
  commands_.on_applied(partition, record_, decisions);
  remember(partition, decisions);
  if (record_.has_unit_position_reported()) {
    watches_.on_heard(RegionId(record_.region()), UnitId(record_.unit_position_reported().unit_id()));
  }
  if (record_.has_tick() && appender_.is_ours(record_)) {
    partition.tick_in_flight = false;
    // The broker's clock is behind ours: do not fill the log with ticks that change nothing.
    partition.next_tick_ms = decisions.empty() ? now + kTickPauseMs : now;
  }

  if (!led && partition.leading()) {
    ports_.observer.leads(partition.index, true);
    partition.tick_in_flight = false;
    partition.next_tick_ms = now;
    set_up_regions(partition);
  } else if (led && !partition.leading()) {
    lost_lead(partition);
  }
  limit_outbox(partition);
}

void Node::remember(Partition& partition, std::span<const v1::Decision> decisions) {
  if (decisions.empty()) return;
  for (const RegionId region : partition.engine.regions()) {
    std::shared_ptr<v1::WatchEvent> event;
    for (const v1::Decision& decision : decisions) {
      if (decision.region() != 0 && decision.region() != region.value()) continue;
      if (event == nullptr) event = std::make_shared<v1::WatchEvent>();
      *event->mutable_decisions()->add_decisions() = decision;
    }
    if (event == nullptr) continue;
    event->set_revision(partition.next_offset);
    RegionView& view = partition.regions.try_emplace(region, settings_.history).first->second;
    for (const v1::Decision& decision : event->decisions().decisions()) view.statistics.on_decision(decision);
    view.history.add(event);
    watches_.on_event(region, event);
  }
}

void Node::stop_following(Partition& partition, const log::Record& record) {
  const bool led = partition.leading();
  partition.phase = Phase::kStopped;
  partition.leadership.suspend();
  ports_.reader.unfollow(log::Topic::kLog, partition.index);
  ports_.reader.unfollow(log::Topic::kDecisions, partition.index);
  ports_.observer.city_missing(partition.index, record.offset,
                               CityFingerprint(record_.has_city_activated() ? record_.city_activated().fingerprint()
                                                                            : core::micro_grids_of(record_)));
  if (led) ports_.observer.leads(partition.index, false);
  sessions_.hand_over(partition);
  watches_.close_partition(partition,
                           unavailable("this node lacks the region's city file or micro-grids; watch from another"));
}

}  // namespace dispatch135::dispatchd
