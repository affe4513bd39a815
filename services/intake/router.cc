#include "services/intake/router.h"

#include <algorithm>

#include "dispatch135/v1/log.pb.h"
#include "engine/base/check.h"
#include "services/intake/event_check.h"
#include "services/intake/rejects.h"

namespace dispatch135::intake {
namespace {

v1::SourceOffset::Topic source_topic(log::Topic topic) {
  return topic == log::Topic::kIncidents ? v1::SourceOffset::TOPIC_INCIDENTS : v1::SourceOffset::TOPIC_ALERTS;
}

std::string without_source_offset(const std::string& value) {
  v1::LogRecord record;
  D135_CHECK(record.ParseFromString(value), "our own encoding");
  record.clear_source();
  return record.SerializeAsString();
}

}  // namespace

IntakeRouter::IntakeRouter(const Regions& regions, log::Writer& writer, std::int32_t log_partitions,
                           const common::Clock& clock, std::string node, RouterObserver& observer, RouterLimits limits)
    : regions_(regions),
      writer_(writer),
      log_partitions_(log_partitions),
      clock_(clock),
      node_(std::move(node)),
      observer_(observer),
      limits_(limits) {
  D135_CHECK(log_partitions > 0, "dispatch.log has at least one partition");
}

log::GroupCallbacks IntakeRouter::callbacks() {
  return {.granted = [this](log::Topic topic, std::int32_t partition) { on_granted(topic, partition); },
          .revoked = [this](log::Topic topic, std::int32_t partition) { on_revoked(topic, partition); },
          .record = [this](const log::Record& record) { on_record(record); }};
}

void IntakeRouter::on_granted(log::Topic topic, std::int32_t partition) {
  on_revoked(topic, partition);
  sources_[{topic, partition}].grant = ++grants_;
}

void IntakeRouter::on_revoked(log::Topic topic, std::int32_t partition) {
  const auto found = sources_.find({topic, partition});
  if (found == sources_.end()) return;
  for (const auto& [lane_key, lane] : found->second.lanes) waiting_ -= lane.items.size();
  sources_.erase(found);
}

void IntakeRouter::on_record(const log::Record& record) {
  const SourceKey key = {record.topic, record.partition};
  const auto found = sources_.find(key);
  if (!taking_ || found == sources_.end() || record.offset < found->second.next) return;
  Source& source = found->second;
  source.next = record.offset + 1;
  if (source.committed < 0) source.committed = record.offset;

  // The source topic's time, not ours: an event that waited there through an outage of intake is not refused for it.
  const TimeMs now = record.timestamp.since_epoch > 0 ? record.timestamp : clock_.wall();
  common::Checked<v1::LogRecord> checked = check_source_event(record.topic, record.value, regions_, now);
  Item item{.offset = record.offset, .timestamp = now, .key = {}, .value = {}, .stands = false};
  if (!checked) {
    observer_.refused(record.topic, checked.refused());
    item.key = std::string(log::topic_name(record.topic)) + "/" + std::to_string(record.partition);
    item.value = rejected_input(record, checked.refused(), clock_.wall(), node_).SerializeAsString();
    enqueue(key, source, kRejects, std::move(item));
    return;
  }
  observer_.accepted(record.topic);
  v1::LogRecord& out = checked.value();
  out.mutable_source()->set_topic(source_topic(record.topic));
  out.mutable_source()->set_partition(record.partition);
  out.mutable_source()->set_offset(record.offset);
  item.key = std::to_string(out.region());
  item.value = out.SerializeAsString();
  enqueue(key, source, log::partition_of(RegionId(out.region()), log_partitions_), std::move(item));
}

void IntakeRouter::enqueue(const SourceKey& key, Source& source, LaneKey lane_key, Item item) {
  Lane& lane = source.lanes[lane_key];
  source.offsets.push_back({item.offset, false});
  lane.bytes += item.value.size();
  lane.items.push_back(std::move(item));
  ++waiting_;
  pump(key, source, lane_key, lane);
  pause_or_resume(key, source);
}

void IntakeRouter::pump(const SourceKey& key, Source& source, LaneKey lane_key, Lane& lane) {
  while (!lane.failed && lane.sent < lane.items.size() && lane.in_flight < limits_.in_flight_per_lane) {
    Item& item = lane.items[lane.sent];
    if (item.stands) {
      ++lane.sent;
      continue;
    }
    // Should a writer ever let a later record stand while this one failed, the core would ignore this one for its
    // offset. Without it the core still knows a repeated event by its source and event_id.
    const bool overtaken = lane_key != kRejects && item.offset < lane.last_standing;
    const bool queued =
        writer_.append(lane_key == kRejects ? log::Topic::kRejects : log::Topic::kLog, lane_key, item.key,
                       overtaken ? without_source_offset(item.value) : item.value,
                       [this, key, grant = source.grant, lane_key, count = lane.first + lane.sent](
                           const log::Appended& appended) { on_appended(key, grant, lane_key, count, appended); });
    if (!queued) {
      queue_was_full_ = true;
      return;
    }
    ++lane.sent;
    ++lane.in_flight;
  }
}

void IntakeRouter::on_appended(SourceKey key, std::uint64_t grant, LaneKey lane_key, std::uint64_t count,
                               const log::Appended& appended) {
  const auto found = sources_.find(key);
  if (found != sources_.end() && found->second.grant == grant) {
    Source& source = found->second;
    Lane& lane = source.lanes.at(lane_key);
    --lane.in_flight;
    if (appended.ok) {
      Item& item = lane.items[count - lane.first];
      item.stands = true;
      lane.last_standing = std::max(lane.last_standing, item.offset);
      settle(key, source, item);
      while (!lane.items.empty() && lane.items.front().stands) {
        lane.bytes -= lane.items.front().value.size();
        lane.items.pop_front();
        ++lane.first;
        if (lane.sent > 0) --lane.sent;
        --waiting_;
      }
    } else {
      lane.failed = true;
      observer_.append_failed(lane_key == kRejects ? log::Topic::kRejects : log::Topic::kLog, appended.error);
    }
    pump(key, source, lane_key, lane);
    pause_or_resume(key, source);
  }
  if (queue_was_full_ && appended.ok) pump_all();
}

void IntakeRouter::settle(const SourceKey& key, Source& source, const Item& item) {
  const auto offset = std::lower_bound(source.offsets.begin(), source.offsets.end(), item.offset,
                                       [](const Offset& entry, std::int64_t wanted) { return entry.offset < wanted; });
  D135_CHECK(offset != source.offsets.end() && offset->offset == item.offset, "every item has its offset noted");
  offset->stands = true;
  while (!source.offsets.empty() && source.offsets.front().stands) source.offsets.pop_front();
  const std::int64_t next = source.offsets.empty() ? source.next : source.offsets.front().offset;
  if (next > source.committed) {
    source.committed = next;
    group_->commit(key.first, key.second, next);
  }
  observer_.settled(key.first, clock_.wall() - item.timestamp);
}

std::vector<IntakeRouter::Lag> IntakeRouter::lags() const {
  std::vector<Lag> lags;
  for (const auto& [key, source] : sources_) {
    const auto end = group_->known_end(key.first, key.second);
    // Where a partition begins for us is known with its first record.
    const std::int64_t behind = end && source.committed >= 0 ? std::max<std::int64_t>(0, *end - source.committed) : 0;
    lags.push_back({key.first, key.second, behind});
  }
  return lags;
}

void IntakeRouter::retry() {
  for (auto& [key, source] : sources_) {
    for (auto& [lane_key, lane] : source.lanes) {
      if (!lane.failed || lane.in_flight > 0) continue;
      lane.failed = false;
      lane.sent = 0;
    }
  }
  pump_all();
}

void IntakeRouter::pump_all() {
  queue_was_full_ = false;
  for (auto& [key, source] : sources_) {
    for (auto& [lane_key, lane] : source.lanes) {
      pump(key, source, lane_key, lane);
      if (queue_was_full_) return;
    }
  }
}

void IntakeRouter::stop_taking() {
  taking_ = false;
  for (auto& [key, source] : sources_) {
    if (!source.paused) group_->pause(key.first, key.second);
    source.paused = true;
  }
}

bool IntakeRouter::over(const Source& source, std::size_t divisor) const {
  if (source.offsets.size() >= limits_.uncommitted_per_source / divisor) return true;
  return std::any_of(source.lanes.begin(), source.lanes.end(), [this, divisor](const auto& entry) {
    return entry.second.items.size() >= limits_.records_per_lane / divisor ||
           entry.second.bytes >= limits_.bytes_per_lane / divisor;
  });
}

void IntakeRouter::pause_or_resume(const SourceKey& key, Source& source) {
  if (!source.paused && over(source, 1)) {
    source.paused = true;
    group_->pause(key.first, key.second);
  } else if (source.paused && taking_ && !over(source, 2)) {
    source.paused = false;
    group_->resume(key.first, key.second);
  }
}

}  // namespace dispatch135::intake
