#include "engine/base/check.h"
#include "services/common/logging.h"
#include "services/log/kafka_consumer.h"
#include "services/log/kafka_log.h"

namespace dispatch135::log {

namespace {

constexpr int kWatermarkTimeoutMs = 1'000;

std::int64_t kafka_offset(std::int64_t from) {
  if (from == Reader::kBeginning) return RD_KAFKA_OFFSET_BEGINNING;
  if (from == Reader::kEnd) return RD_KAFKA_OFFSET_END;
  D135_CHECK(from >= 0, "an offset is not negative");
  return from;
}

}  // namespace

Result<std::unique_ptr<KafkaReader>> KafkaReader::open(boost::asio::io_context& context,
                                                       const common::KafkaSettings& settings, OnRecord record) {
  auto defaults = consumer_defaults(settings);
  // librdkafka assigns partitions only within a group; this one is never joined.
  defaults.emplace_back("group.id", "dispatch135.reader");
  defaults.emplace_back("statistics.interval.ms", "500");  // For silent_ms().
  auto client = KafkaClient::open(context, settings, RD_KAFKA_CONSUMER, RD_KAFKA_EVENT_FETCH, defaults);
  if (!client) return client.error();
  std::unique_ptr<KafkaReader> reader(new KafkaReader(std::move(record)));
  reader->client_ = std::move(client.value());
  auto* const raw = reader.get();
  reader->client_->start({.event =
                              [raw](rd_kafka_event_t* event) {
                                if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_FETCH) return;
                                deliver(*raw->client_, event, [raw](const Record& read) {
                                  if (raw->followed_.contains({read.topic, read.partition})) raw->record_(read);
                                });
                              },
                          .tick = {},
                          .fatal = {}});
  return reader;
}

KafkaReader::~KafkaReader() = default;

void KafkaReader::follow(Topic topic, std::int32_t partition, std::int64_t from) {
  unfollow(topic, partition);
  followed_.insert({topic, partition});
  const KafkaPtr<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), client_->topic(topic).c_str(), partition)->offset = kafka_offset(from);
  const KafkaPtr<rd_kafka_error_t> error(rd_kafka_incremental_assign(client_->handle(), list.get()));
  D135_CHECK(!error, "a partition that is not assigned can be");
}

void KafkaReader::unfollow(Topic topic, std::int32_t partition) {
  if (followed_.erase({topic, partition}) == 0) return;
  const KafkaPtr<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), client_->topic(topic).c_str(), partition);
  const KafkaPtr<rd_kafka_error_t> error(rd_kafka_incremental_unassign(client_->handle(), list.get()));
  D135_CHECK(!error, "a partition that is assigned can be given back");
}

// By rd_kafka_offsets_for_times: rd_kafka_query_watermark_offsets of librdkafka 2.0.2 heeds its timeout only until it
// knows the leader, and then waits for as long as that broker is away. The times asked for are Kafka's -2 and -1: the
// beginning and the end.
std::optional<std::int64_t> KafkaReader::ask(Topic topic, std::int32_t partition, std::int64_t which) {
  const KafkaPtr<rd_kafka_topic_partition_list_t> asked(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* const answer =
      rd_kafka_topic_partition_list_add(asked.get(), client_->topic(topic).c_str(), partition);
  answer->offset = which;
  const auto error = rd_kafka_offsets_for_times(client_->handle(), asked.get(), kWatermarkTimeoutMs);
  // Still negative: the time was over before the answer came.
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || answer->err != RD_KAFKA_RESP_ERR_NO_ERROR || answer->offset < 0) {
    return std::nullopt;
  }
  return answer->offset;
}

std::optional<std::int64_t> KafkaReader::end_offset(Topic topic, std::int32_t partition) {
  return ask(topic, partition, RD_KAFKA_OFFSET_END);
}

std::optional<std::int64_t> KafkaReader::begin_offset(Topic topic, std::int32_t partition) {
  return ask(topic, partition, RD_KAFKA_OFFSET_BEGINNING);
}

std::optional<std::int64_t> KafkaReader::known_end(Topic topic, std::int32_t partition) const {
  return log::known_end(*client_, topic, partition);
}

std::int64_t KafkaReader::silent_ms() const { return client_->silent_ms(!followed_.empty()); }

}  // namespace dispatch135::log
