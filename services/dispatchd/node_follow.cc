// How a node follows the log: record by record.
#include <cstdio>
#include <utility>

#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {
namespace {

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

// What the engine lacks for the record, and what to do.
std::string missing(const v1::LogRecord& record) {
  if (record.has_city_activated()) {
    return "the log puts city file " + hex(record.city_activated().fingerprint()) +
           " in force, which is not here: give it by 'cities:' and start again";
  }
  if (const std::uint64_t grids = core::micro_grids_of(record); grids != 0) {
    return "the log puts a policy with the micro-grids " + hex(grids) +
           " in force, which are not here: give them by 'cities:' and start again";
  }
  return "the log puts a level of behaviour in force that this program does not know: start a newer one";
}

}  // namespace

void Node::on_record(const log::Record& record) {
  Partition* partition = partitions_.at(record.partition);
  if (partition == nullptr) return;
  if (record.topic == log::Topic::kLog) {
    on_logged(*partition, record);
  } else if (record.topic == log::Topic::kDecisions) {
    on_published(*partition, record);
  } else {
    on_shelved(*partition, record);
  }
}

void Node::on_published(Partition& partition, const log::Record& record) {
  partition.next_decision = record.offset + 1;
  v1::Decision decision;
  if (decision.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    partition.outbox.published(key_of(decision.id()));
    relay_.on_published(record, decision);
    if (decision.has_state_hashed()) {
      on_difference(partition, partition.state_check.published(decision.id().offset(), decision.state_hashed()));
    }
    if (partition.phase == Phase::kReadingTail) partition.tail.push_back(std::move(decision));
  }
  if (partition.phase == Phase::kReadingTail) {
    partition.phase_since_ms = ports_.clock.now_ms();
    if (record.offset + 1 >= partition.published_end) replay(partition);
  }
  limit_outbox(partition);
}

void Node::limit_outbox(Partition& partition) {
  if (partition.phase != Phase::kReplaying && partition.phase != Phase::kLive) return;
  // One that is granted must get to its own LeaderStarted, and publishes what is too much on the way.
  const bool publishes = partition.leadership.granted() || partition.leading();
  if (publishes) {
    if (partition.outbox.bytes() > kOutboxBytes) partition.outbox.publish();
  } else if (!partition.paused && partition.outbox.bytes() > kOutboxBytes) {
    partition.paused = true;
    ports_.reader.unfollow(log::Topic::kLog, partition.index);
    return;
  }
  if (partition.paused && (publishes || partition.outbox.bytes() < kOutboxBytes / 2)) {
    partition.paused = false;
    ports_.reader.follow(log::Topic::kLog, partition.index, partition.next_offset);
  }
}

void Node::on_logged(Partition& partition, const log::Record& record) {
  if (partition.paused) return;
  if (partition.phase != Phase::kReplaying && partition.phase != Phase::kLive && partition.phase != Phase::kDiffers) {
    return;
  }
  if (!partition.verified && !verify_beginning(partition, record)) return;
  if (record.offset >= partition.next_offset) apply(partition, record);
}

void Node::apply(Partition& partition, const log::Record& record) {
  const v1::Skip* skip = partition.shelf.skip(record.offset, record.value);
  ports_.observer.before_apply();
  const auto [did, decisions] = static_cast<Replica&>(partition).apply(record, skip, record_);
  if (did == Replica::Did::kCannot) return stop_following(partition, missing(record_));
  if (did == Replica::Did::kPoison) {
    ports_.observer.poison(partition.index, record.offset);
    return see_whether_live(partition);
  }
  ports_.observer.applied(partition.index, decisions.size());
  if (skip != nullptr) {
    partition.skipped.insert(skip->offset());
    ports_.observer.skipped(partition.index, *skip);
  }
  const std::int64_t now = ports_.clock.now_ms();
  const bool led = partition.leading();
  partition.applied_at_ms = now;
  partition.phase_since_ms = now;
  if (record_.has_state_differed()) on_state_differed(partition, record_.state_differed());
  if (partition.phase == Phase::kDiffers || partition.phase == Phase::kStopped) return;
  see_whether_live(partition);
  if (record_.has_leader_started()) partition.leadership.leader_started(record_.leader_started().process(), now);

  // Orders first: they are what somebody waits for.
  sessions_.on_applied(partition, record_, decisions, record.timestamp);
  partition.outbox.add(decisions);
  publish(partition);
  commands_.on_applied(partition, record_, decisions);
  remember(partition, static_cast<std::uint64_t>(record.offset), decisions);
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
  check_own_state(partition, decisions);
}

void Node::remember(Partition& partition, std::uint64_t offset, std::span<const v1::Decision> decisions) {
  if (decisions.empty()) return;
  for (const RegionId region : partition.engine.regions()) {
    std::shared_ptr<v1::WatchEvent> event;
    for (const v1::Decision& decision : decisions) {
      if (decision.region() != 0 && decision.region() != region.value()) continue;
      if (event == nullptr) event = std::make_shared<v1::WatchEvent>();
      *event->mutable_decisions()->add_decisions() = decision;
    }
    if (event == nullptr) continue;
    event->set_revision(static_cast<std::int64_t>(offset) + 1);
    RegionView& view = partition.regions.try_emplace(region, settings_.history).first->second;
    view.history.add(event);
    watches_.on_event(region, event);
  }
}

void Node::stop_following(Partition& partition, const std::string& why) {
  const bool led = partition.leading();
  partition.phase = Phase::kStopped;
  partition.leadership.suspend();
  for (const log::Topic topic : {log::Topic::kLog, log::Topic::kDecisions, log::Topic::kSnapshots}) {
    ports_.reader.unfollow(topic, partition.index);
  }
  ports_.observer.stopped_following(partition.index, partition.next_offset, why);
  if (led) ports_.observer.leads(partition.index, false);
  sessions_.hand_over(partition);
  watches_.close_partition(partition, unavailable("this node does not follow the region; watch from another"));
}

}  // namespace dispatch135::dispatchd
