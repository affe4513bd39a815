#include <boost/asio/post.hpp>

#include "engine/base/check.h"
#include "services/common/logging.h"
#include "services/log/kafka_log.h"

namespace dispatch135::log {

namespace {

constexpr int kMetadataTimeoutMs = 1'000;
constexpr std::chrono::seconds kAwayAfter(1);

const KafkaProperties& writer_defaults() {
  static const KafkaProperties defaults = {
      {"linger.ms", "0"},
      {"acks", "all"},
      {"enable.idempotence", "true"},
      {"message.timeout.ms", "0"},        // Never: what to do without a broker is to wait.
      {"message.max.bytes", "16777216"},  // Snapshots; the topics have their own limits.
      {"partitioner", "murmur2_random"},  // As Java's clients do.
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
  };
  return defaults;
}

}  // namespace

struct KafkaWriter::Pending {
  Lane& lane;
  OnAppended done;
};

KafkaWriter::KafkaWriter(boost::asio::io_context& context, const common::KafkaSettings& settings)
    : context_(context), settings_(settings) {}

Result<std::unique_ptr<KafkaWriter>> KafkaWriter::open(boost::asio::io_context& context,
                                                       const common::KafkaSettings& settings) {
  std::unique_ptr<KafkaWriter> writer(new KafkaWriter(context, settings));
  if (auto error = writer->connect()) return *std::move(error);
  return writer;
}

KafkaWriter::~KafkaWriter() {
  disconnect();
  for (auto* pending : pending_) delete pending;
}

std::optional<Error> KafkaWriter::connect() {
  auto client = KafkaClient::open(context_, settings_, RD_KAFKA_PRODUCER, RD_KAFKA_EVENT_DR, writer_defaults());
  if (!client) return client.error();
  client_ = std::move(client.value());
  for (int i = 0; i < kTopics; ++i) {
    topics_.push_back(rd_kafka_topic_new(client_->handle(), client_->topic(static_cast<Topic>(i)).c_str(), nullptr));
    D135_CHECK(topics_.back() != nullptr, "a topic's handle needs no broker");
  }
  client_->start({.event = [this](rd_kafka_event_t* event) { serve(event); },
                  .tick = [this] { look_for_away(); },
                  .fatal = [this](const std::string& reason) { start_anew(reason); }});
  return std::nullopt;
}

void KafkaWriter::disconnect() {
  if (!client_) return;
  client_->stop();
  rd_kafka_purge(client_->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  for (auto* topic : topics_) rd_kafka_topic_destroy(topic);
  topics_.clear();
  client_.reset();
}

bool KafkaWriter::append(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
                         OnAppended done) {
  if (!client_) return false;
  const bool at_once = lanes_[{topic, partition}].away || (waiting_.empty() && unanswered_ < kUnanswered);
  if (at_once) return produce(topic, partition, key, value, done);
  if (waiting_.size() >= kWaiting || waiting_bytes_ + value.size() > kWaitingBytes) return false;
  waiting_bytes_ += value.size();
  waiting_.push_back({topic, partition, std::string(key), std::string(value), std::move(done)});
  ++in_flight_;
  return true;
}

// False: librdkafka's queue is full, `done` is as it was.
bool KafkaWriter::produce(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
                          OnAppended& done) {
  Lane& lane = lanes_[{topic, partition}];
  auto pending = std::make_unique<Pending>(Pending{lane, std::move(done)});
  const int failed = rd_kafka_produce(
      topics_[static_cast<std::size_t>(topic)], partition < 0 ? RD_KAFKA_PARTITION_UA : partition, RD_KAFKA_MSG_F_COPY,
      const_cast<char*>(value.data()), value.size(), key.data(), key.size(), pending.get());
  if (failed == 0) {
    pending_.insert(pending.release());
    ++in_flight_;
    if (lane.unanswered++ == 0) lane.answered = std::chrono::steady_clock::now();
    if (!lane.away) ++unanswered_;
    return true;
  }
  const auto error = rd_kafka_last_error();
  done = std::move(pending->done);
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  report_later(std::move(done), partition,
               client_->topic(topic) + ": " + rd_kafka_err2str(error) + " (partition " + std::to_string(partition) +
                   ", " + std::to_string(value.size()) + " bytes)");
  return true;
}

void KafkaWriter::send_waiting() {
  while (!waiting_.empty()) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    --in_flight_;
    waiting_bytes_ -= next.value.size();
    if (produce(next.topic, next.partition, next.key, next.value, next.done)) continue;
    ++in_flight_;
    waiting_bytes_ += next.value.size();
    waiting_.push_front(std::move(next));
    return;
  }
}

void KafkaWriter::report_later(OnAppended done, std::int32_t partition, std::string error) {
  ++in_flight_;
  boost::asio::post(context_,
                    [this, alive = std::weak_ptr(alive_), done = std::move(done), partition, error = std::move(error)] {
                      if (alive.expired()) return;
                      --in_flight_;
                      if (done) done({.ok = false, .offset = -1, .partition = partition, .error = error});
                    });
}

void KafkaWriter::serve(rd_kafka_event_t* event) {
  if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_DR) return;
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    const std::unique_ptr<Pending> pending(static_cast<Pending*>(message->_private));
    pending_.erase(pending.get());
    --in_flight_;
    Lane& lane = pending->lane;
    lane.answered = std::chrono::steady_clock::now();
    --lane.unanswered;
    if (!lane.away) --unanswered_;
    if (lane.unanswered == 0) lane.away = false;
    Appended outcome{.ok = message->err == RD_KAFKA_RESP_ERR_NO_ERROR,
                     .offset = message->offset,
                     .partition = message->partition,
                     .error = {}};
    if (!outcome.ok) {
      outcome.offset = -1;
      outcome.error = std::string(rd_kafka_topic_name(message->rkt)) + ": " + rd_kafka_err2str(message->err);
    }
    if (pending->done) pending->done(outcome);
  }
  if (unanswered_ == 0) send_waiting();
}

void KafkaWriter::look_for_away() {
  const auto now = std::chrono::steady_clock::now();
  for (auto& [name, lane] : lanes_) {
    if (lane.away || lane.unanswered == 0 || now - lane.answered < kAwayAfter) continue;
    if (!send_waiting_of(name)) continue;
    lane.away = true;
    unanswered_ -= lane.unanswered;
  }
  if (unanswered_ == 0) send_waiting();
}

// Before its later ones may overtake the others. False: librdkafka's queue is full.
bool KafkaWriter::send_waiting_of(const LaneName& name) {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    if (LaneName(next->topic, next->partition) != name) {
      ++next;
      continue;
    }
    if (!produce(next->topic, next->partition, next->key, next->value, next->done)) return false;
    --in_flight_;
    waiting_bytes_ -= next->value.size();
    next = waiting_.erase(next);
  }
  return true;
}

// An idempotent producer that lost its place in the sequence cannot go on, a new one can.
void KafkaWriter::start_anew(const std::string& reason) {
  boost::asio::post(context_, [this, alive = std::weak_ptr(alive_), reason] {
    if (alive.expired()) return;
    disconnect();
    const auto lost = std::exchange(pending_, {});
    const auto behind = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    unanswered_ = 0;
    for (auto* raw : lost) {
      const std::unique_ptr<Pending> pending(raw);
      --in_flight_;
      if (pending->done) pending->done({.ok = false, .offset = -1, .partition = -1, .error = reason});
    }
    for (const Waiting& waiting : behind) {
      --in_flight_;
      if (waiting.done) waiting.done({.ok = false, .offset = -1, .partition = waiting.partition, .error = reason});
    }
    lanes_.clear();
    // Only now: until all of them are told, append() takes nothing that could overtake one of them.
    const auto error = connect();
    D135_CHECK(!error, "the same settings were good before");
  });
}

std::int32_t KafkaWriter::partitions(Topic topic) const {
  if (const auto known = partitions_.find(topic); known != partitions_.end()) return known->second;
  if (!client_) return 0;
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error =
      rd_kafka_metadata(client_->handle(), 0, topics_[static_cast<std::size_t>(topic)], &metadata, kMetadataTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  const std::int32_t count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(metadata);
  if (count > 0) partitions_[topic] = count;
  return count;
}

}  // namespace dispatch135::log
