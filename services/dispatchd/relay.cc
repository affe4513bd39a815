#include "services/dispatchd/relay.h"

#include <iterator>

namespace dispatch135::dispatchd {

void Relay::on_published(const log::Record& record, const v1::Decision& decision) {
  const bool says = decision.has_neighbour_said();
  const std::int32_t to = says ? log::partition_of(RegionId(decision.neighbour_said().to()), partitions_.count()) : -1;
  const auto first = ears_.lower_bound({record.partition, 0});
  for (auto it = first; it != ears_.end() && it->first.first == record.partition; ++it) {
    const EarPtr& ear = it->second;
    if (ear->failed || record.offset < ear->next) continue;
    ear->next = record.offset + 1;
    if (says && to == it->first.second) {
      carry(it->first.second, ear, record, &decision);
    } else if (++ear->unmarked >= kReadUnmarked) {
      carry(it->first.second, ear, record, nullptr);
    }
  }
}

// Without a decision: only how far has been read.
void Relay::carry(std::int32_t own, const EarPtr& ear, const log::Record& record, const v1::Decision* decision) {
  v1::LogRecord carried;
  carried.mutable_source()->set_topic(v1::SourceOffset::TOPIC_DECISIONS);
  carried.mutable_source()->set_partition(record.partition);
  carried.mutable_source()->set_offset(record.offset);
  if (decision == nullptr) {
    carried.mutable_neighbours_read();
  } else {
    carried.set_region(decision->neighbour_said().to());
    v1::NeighbourHeard& heard = *carried.mutable_neighbour_heard();
    *heard.mutable_message() = decision->neighbour_said();
    heard.set_decision_offset(decision->id().offset());
    heard.set_decision_index(decision->id().index());
  }
  ear->unmarked = 0;
  const auto failed = [this, own, ear](std::uint64_t, const log::Appended& result) {
    observer_.append_failed(own, result.error);
    ear->failed = true;
    ear->again_at_ms = clock_.now_ms() + kRelayAgainMs;
  };
  if (appender_.append(own, carried, failed) == 0) failed(0, {false, -1, -1, "the writer's queue is full"});
}

void Relay::on_timer() {
  for (auto it = ears_.begin(); it != ears_.end();) {
    const bool again = it->second->failed && clock_.now_ms() >= it->second->again_at_ms;
    it = again || !partitions_.at(it->first.second)->leading() ? ears_.erase(it) : std::next(it);
  }
  for (Partition& own : partitions_) {
    if (!own.leading()) continue;
    for (const RegionId neighbour : own.engine.neighbours()) {
      Partition& from = partitions_.of(neighbour);
      if (!ears_.contains({from.index, own.index})) listen(own, from);
    }
  }
}

void Relay::listen(Partition& own, Partition& from) {
  if (from.phase != Phase::kReplaying && from.phase != Phase::kLive) return;
  const auto ear = std::make_shared<Ear>();
  const auto heard = own.engine.heard_up_to(from.index);
  if (heard) {
    ear->next = *heard + 1;
  } else {
    // What was said before anybody listened is too old to be answered.
    ear->next = from.next_decision;
    if (ear->next == 0) {
      ear->unmarked = kReadUnmarked;  // The first decision is written down.
    } else {
      log::Record last;
      last.partition = from.index;
      last.offset = ear->next - 1;
      carry(own.index, ear, last, nullptr);
    }
  }
  ears_[{from.index, own.index}] = ear;
  if (ear->next >= from.next_decision) return;
  reader_.follow(log::Topic::kDecisions, from.index, ear->next);
  from.next_decision = ear->next;
}

}  // namespace dispatch135::dispatchd
