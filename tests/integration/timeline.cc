#include "tests/integration/timeline.h"

#include <algorithm>
#include <chrono>

namespace dispatch135 {

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Timeline::Timeline(const std::string& bootstrap)
    : reader_(std::make_unique<oracle::TopicReader>(bootstrap, "",
                                                    [this](const oracle::Record& record) { take(record); })) {}

void Timeline::read() {
  reader_->read_to_end();
  for (auto& [index, decisions] : unsettled_) settle(partitions_[index], decisions);
}

void Timeline::take(const oracle::Record& record) {
  switch (record.topic) {
    case oracle::Topic::kIncidents:
    case oracle::Topic::kAlerts:
      sources_[{record.topic, record.partition}] = record.offset + 1;
      break;
    case oracle::Topic::kLog:
      take_log(record);
      break;
    case oracle::Topic::kDecisions:
      take_decision(record);
      break;
    case oracle::Topic::kRejects: {
      v1::RejectedInput rejected;
      if (!rejected.ParseFromString(record.value)) break;
      if (rejected.topic() == "incidents")
        carried_[{oracle::Topic::kIncidents, rejected.partition()}].insert(rejected.offset());
      if (rejected.topic() == "alerts")
        carried_[{oracle::Topic::kAlerts, rejected.partition()}].insert(rejected.offset());
      break;
    }
  }
}

void Timeline::take_log(const oracle::Record& record) {
  Partition& partition = partitions_[record.partition];
  partition.record_at.resize(static_cast<std::size_t>(record.offset) + 1, record.timestamp_ms);
  v1::LogRecord body;
  if (!body.ParseFromString(record.value)) return;
  if (body.has_leader_started()) ++partition.leaders;
  if (!body.has_source()) return;
  const v1::SourceOffset& source = body.source();
  if (source.topic() == v1::SourceOffset::TOPIC_INCIDENTS)
    carried_[{oracle::Topic::kIncidents, source.partition()}].insert(source.offset());
  if (source.topic() == v1::SourceOffset::TOPIC_ALERTS)
    carried_[{oracle::Topic::kAlerts, source.partition()}].insert(source.offset());
}

void Timeline::take_decision(const oracle::Record& record) {
  v1::Decision decision;
  if (!decision.ParseFromString(record.value)) return;
  unsettled_[record.partition].emplace_back(record.timestamp_ms, std::move(decision));
}

void Timeline::settle(Partition& partition, std::deque<Unsettled>& decisions) {
  for (; !decisions.empty(); decisions.pop_front()) {
    const auto& [at, decision] = decisions.front();
    const std::pair key(decision.id().offset(), decision.id().index());
    if (key.first >= partition.record_at.size()) return;
    if (partition.any && key <= partition.last) {
      ++repeated_;
      continue;
    }
    partition.any = true;
    partition.last = key;
    partition.published.push_back({at, partition.record_at.at(key.first), decision.has_leader_changed()});
    follow(at, decision);
  }
}

void Timeline::follow(std::int64_t at, const v1::Decision& decision) {
  if (decision.has_incident_opened()) {
    const v1::Incident& incident = decision.incident_opened().incident();
    ++opened_[{incident.source(), incident.event_id()}];
  } else if (decision.has_unit_assigned()) {
    const v1::Assignment& assignment = decision.unit_assigned().assignment();
    sent_[assignment.assignment_id()] = {
        .incident = assignment.incident_id(), .plan_entry = assignment.plan_entry(), .at = at};
  } else if (decision.has_incident_changed()) {
    for (const v1::Assignment& assignment : decision.incident_changed().incident().assignments()) {
      Sent& sent = sent_.at(assignment.assignment_id());
      if (assignment.acknowledged_at_ms() != 0) sent.acknowledged_at = assignment.acknowledged_at_ms();
    }
  } else if (decision.has_assignment_ended()) {
    const v1::AssignmentEnded& ended = decision.assignment_ended();
    Sent& sent = sent_.at(ended.assignment().assignment_id());
    sent.ended_at = at;
    sent.failed = ended.reason() != v1::AssignmentEnded::REASON_FEEDBACK;
  }
}

bool Timeline::all_carried() const {
  for (const auto& [source, end] : sources_) {
    const auto carried = carried_.find(source);
    if (carried == carried_.end() || carried->second.size() < static_cast<std::size_t>(end)) return false;
  }
  return true;
}

std::optional<std::int64_t> Timeline::first_new_decision(std::int32_t partition, std::int64_t after) const {
  const auto& published = partitions_.at(partition).published;
  const auto found = std::find_if(published.begin(), published.end(), [after](const Published& decision) {
    return decision.at > after && decision.record_at > after && !decision.leader_changed;
  });
  return found == published.end() ? std::nullopt : std::optional(found->at);
}

std::int64_t Timeline::longest_gap(std::int32_t partition, std::int64_t from, std::int64_t to) const {
  std::int64_t last = from;
  std::int64_t longest = 0;
  for (const Published& decision : partitions_.at(partition).published) {
    if (decision.at < from || decision.at > to) continue;
    longest = std::max(longest, decision.at - last);
    last = decision.at;
  }
  return std::max(longest, to - last);
}

Timeline::Latency Timeline::latency(std::int32_t partition, std::int64_t from, std::int64_t to) const {
  std::vector<std::int64_t> all;
  for (const Published& decision : partitions_.at(partition).published) {
    if (decision.record_at >= from && decision.record_at <= to) all.push_back(decision.at - decision.record_at);
  }
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  const auto rank = [&all](std::size_t percent) { return all[(all.size() - 1) * percent / 100]; };
  return {rank(50), rank(99), all.back(), all.size()};
}

std::size_t Timeline::leaders(std::int32_t partition) const { return partitions_.at(partition).leaders; }

std::size_t Timeline::opened(const std::string& source, const std::string& event_id) const {
  const auto found = opened_.find({source, event_id});
  return found == opened_.end() ? 0 : found->second;
}

std::size_t Timeline::opened_twice() const {
  return static_cast<std::size_t>(
      std::count_if(opened_.begin(), opened_.end(), [](const auto& event) { return event.second > 1; }));
}

std::optional<Timeline::Sent> Timeline::sent(std::uint64_t assignment) const {
  const auto found = sent_.find(assignment);
  return found == sent_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::uint64_t> Timeline::sent_for(std::uint64_t assignment) const {
  const Sent& first = sent_.at(assignment);
  std::vector<std::uint64_t> others;
  for (auto next = sent_.upper_bound(assignment); next != sent_.end(); ++next) {
    if (next->second.incident == first.incident && next->second.plan_entry == first.plan_entry) {
      others.push_back(next->first);
    }
  }
  return others;
}

std::int64_t Timeline::seconds_with_a_decision(std::int32_t partition, std::int64_t from, std::int64_t to) const {
  std::set<std::int64_t> seconds;
  for (const Published& decision : partitions_.at(partition).published) {
    if (decision.at >= from && decision.at < to) seconds.insert((decision.at - from) / 1'000);
  }
  return static_cast<std::int64_t>(seconds.size());
}

}  // namespace dispatch135
