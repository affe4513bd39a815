#include <algorithm>
#include <chrono>

#include "engine/base/check.h"
#include "services/common/logging.h"
#include "services/log/kafka_consumer.h"
#include "services/log/kafka_log.h"

namespace dispatch135::log {

namespace {

constexpr std::int64_t kLongestLoopPauseMs = 30'000;  // A member whose loop stands still for so long is out.
constexpr int kTicksPerCommit = 2;                    // Once a second.
constexpr int kCommitTimeoutMs = 2'000;
constexpr auto kCloseTimeout = std::chrono::seconds(5);

KafkaPtr<rd_kafka_topic_partition_list_t> single(const KafkaClient& client, Topic topic, std::int32_t partition) {
  KafkaPtr<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), client.topic(topic).c_str(), partition);
  return list;
}

}  // namespace

Result<std::unique_ptr<KafkaGroupMember>> KafkaGroupMember::open(boost::asio::io_context& context,
                                                                 const common::KafkaSettings& settings,
                                                                 const GroupOptions& options,
                                                                 GroupCallbacks callbacks) {
  const std::int64_t session_ms = options.session_timeout.count;
  auto defaults = consumer_defaults(settings);
  defaults.emplace_back("group.id", settings.topic_prefix + options.group);
  defaults.emplace_back("partition.assignment.strategy", "cooperative-sticky");
  defaults.emplace_back("session.timeout.ms", std::to_string(session_ms));
  defaults.emplace_back("heartbeat.interval.ms", std::to_string(std::clamp<std::int64_t>(session_ms / 6, 100, 1'000)));
  defaults.emplace_back("max.poll.interval.ms", std::to_string(std::max(session_ms, kLongestLoopPauseMs)));
  const int events = RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT;
  auto client = KafkaClient::open(context, settings, RD_KAFKA_CONSUMER, events, defaults);
  if (!client) return client.error();

  std::unique_ptr<KafkaGroupMember> member(new KafkaGroupMember(std::move(callbacks)));
  member->client_ = std::move(client.value());
  const KafkaPtr<rd_kafka_topic_partition_list_t> topics(
      rd_kafka_topic_partition_list_new(static_cast<int>(options.topics.size())));
  for (const Topic topic : options.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), member->client_->topic(topic).c_str(), RD_KAFKA_PARTITION_UA);
  }
  const auto error = rd_kafka_subscribe(member->client_->handle(), topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Error{"group " + options.group + ": " + rd_kafka_err2str(error)};
  auto* const raw = member.get();
  member->client_->start({.event = [raw](rd_kafka_event_t* event) { raw->serve(event); },
                          .tick = [raw] { raw->commit_lazily(); },
                          .fatal = {}});
  return member;
}

KafkaGroupMember::~KafkaGroupMember() {
  if (client_) close();
}

void KafkaGroupMember::serve(rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_FETCH:
      if (callbacks_.record) {
        deliver(*client_, event, [this](const Record& record) {
          if (granted_.contains({record.topic, record.partition})) callbacks_.record(record);
        });
      }
      break;
    case RD_KAFKA_EVENT_REBALANCE:
      rebalance(event, true);
      break;
    case RD_KAFKA_EVENT_OFFSET_COMMIT: {
      const auto error = rd_kafka_event_error(event);
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR__NO_OFFSET) {
        common::log_warn(std::string("offsets were not committed: ") + rd_kafka_err2str(error) +
                         "; records since the last commit come again after a restart");
      }
      break;
    }
    default:
      break;
  }
}

void KafkaGroupMember::rebalance(rd_kafka_event_t* event, bool tell) {
  auto* const partitions = rd_kafka_event_topic_partition_list(event);
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    assigned_once_ = true;
    take(partitions, tell);
  } else {
    give_up(partitions, tell);
  }
}

void KafkaGroupMember::take(rd_kafka_topic_partition_list_t* partitions, bool tell) {
  if (!callbacks_.record) {
    for (int i = 0; i < partitions->cnt; ++i) partitions->elems[i].offset = RD_KAFKA_OFFSET_END;
  }
  const KafkaPtr<rd_kafka_error_t> error(rd_kafka_incremental_assign(client_->handle(), partitions));
  if (error) {
    common::log_error(std::string("the group's assignment was not taken: ") + rd_kafka_error_string(error.get()));
    return;
  }
  // A pause outlives the assignment that it was made in, so both directions are said.
  if (callbacks_.record) {
    rd_kafka_resume_partitions(client_->handle(), partitions);
  } else {
    rd_kafka_pause_partitions(client_->handle(), partitions);
  }
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto topic = client_->topic_named(partitions->elems[i].topic);
    if (!topic) continue;
    granted_.insert({*topic, partitions->elems[i].partition});
    if (tell && callbacks_.granted) callbacks_.granted(*topic, partitions->elems[i].partition);
  }
}

void KafkaGroupMember::give_up(rd_kafka_topic_partition_list_t* partitions, bool tell) {
  // What another member may already own must not be committed over.
  if (rd_kafka_assignment_lost(client_->handle()) == 0) {
    commit_now();
  }
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto topic = client_->topic_named(partitions->elems[i].topic);
    if (!topic) continue;
    const TopicPartition which{*topic, partitions->elems[i].partition};
    to_commit_.erase(which);
    if (granted_.erase(which) != 0 && tell && callbacks_.revoked) callbacks_.revoked(which.first, which.second);
  }
  const KafkaPtr<rd_kafka_error_t> error(rd_kafka_incremental_unassign(client_->handle(), partitions));
  if (error) {
    common::log_error(std::string("the group's partitions were not given back: ") + rd_kafka_error_string(error.get()));
  }
}

void KafkaGroupMember::commit(Topic topic, std::int32_t partition, std::int64_t offset) {
  if (granted_.contains({topic, partition})) to_commit_[{topic, partition}] = offset;
}

KafkaPtr<rd_kafka_topic_partition_list_t> KafkaGroupMember::take_pending() {
  KafkaPtr<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(to_commit_.size())));
  for (const auto& [which, offset] : to_commit_) {
    rd_kafka_topic_partition_list_add(list.get(), client_->topic(which.first).c_str(), which.second)->offset = offset;
  }
  to_commit_.clear();
  return list;
}

void KafkaGroupMember::commit_lazily() {
  if (++ticks_ % kTicksPerCommit != 0 || to_commit_.empty()) return;
  rd_kafka_commit(client_->handle(), take_pending().get(), 1);
}

void KafkaGroupMember::commit_now() {
  if (to_commit_.empty()) return;
  const KafkaPtr<rd_kafka_queue_t> answers(rd_kafka_queue_new(client_->handle()));
  rd_kafka_commit_queue(client_->handle(), take_pending().get(), answers.get(), nullptr, nullptr);
  const KafkaPtr<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), kCommitTimeoutMs));
  const auto error = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    common::log_warn(std::string("offsets were not committed: ") + rd_kafka_err2str(error) +
                     "; records since the last commit come again");
  }
}

std::optional<std::int64_t> KafkaGroupMember::known_end(Topic topic, std::int32_t partition) const {
  return log::known_end(*client_, topic, partition);
}

void KafkaGroupMember::pause(Topic topic, std::int32_t partition) {
  rd_kafka_pause_partitions(client_->handle(), single(*client_, topic, partition).get());
}

void KafkaGroupMember::resume(Topic topic, std::int32_t partition) {
  rd_kafka_resume_partitions(client_->handle(), single(*client_, topic, partition).get());
}

// Before 2.3.0 librdkafka aborts when a cooperative-sticky consumer is destroyed between joining its group and its
// first assignment (librdkafka #4312).
void KafkaGroupMember::await_first_assignment() {
  const auto deadline = std::chrono::steady_clock::now() + kCloseTimeout;
  while (!assigned_once_ && std::chrono::steady_clock::now() < deadline) {
    const KafkaPtr<rd_kafka_event_t> event(rd_kafka_queue_poll(client_->queue(), 100));
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) rebalance(event.get(), false);
  }
}

void KafkaGroupMember::close() {
  client_->stop();
  await_first_assignment();
  if (rd_kafka_assignment_lost(client_->handle()) == 0) commit_now();
  const KafkaPtr<rd_kafka_error_t> refused(rd_kafka_consumer_close_queue(client_->handle(), client_->queue()));
  if (refused) return;
  const auto deadline = std::chrono::steady_clock::now() + kCloseTimeout;
  while (rd_kafka_consumer_closed(client_->handle()) == 0 && std::chrono::steady_clock::now() < deadline) {
    const KafkaPtr<rd_kafka_event_t> event(rd_kafka_queue_poll(client_->queue(), 100));
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) rebalance(event.get(), false);
  }
}

}  // namespace dispatch135::log
