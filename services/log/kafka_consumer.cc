#include "services/log/kafka_consumer.h"

#include "services/common/logging.h"

namespace dispatch135::log {

KafkaProperties consumer_defaults(const common::KafkaSettings& settings) {
  return {
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},
      {"fetch.min.bytes", "1"},
      // The mock cluster does not wake a waiting fetch when a record comes.
      {"fetch.wait.max.ms", settings.embedded ? "1" : "100"},
      {"fetch.error.backoff.ms", "0"},
      {"fetch.queue.backoff.ms", "1"},
      {"fetch.message.max.bytes", "16777216"},
      {"topic.metadata.refresh.fast.interval.ms", "100"},
      {"allow.auto.create.topics", "false"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
  };
}

void deliver(const KafkaClient& client, rd_kafka_event_t* event, const OnRecord& record) {
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      common::log_warn(std::string("Kafka: ") + rd_kafka_message_errstr(message),
                       {{"error", rd_kafka_err2name(message->err)}, {"partition", message->partition}});
      continue;
    }
    const auto topic = client.topic_named(rd_kafka_topic_name(message->rkt));
    if (!topic) continue;
    rd_kafka_timestamp_type_t kind{};
    record({.topic = *topic,
            .partition = message->partition,
            .offset = message->offset,
            .timestamp = {rd_kafka_message_timestamp(message, &kind)},
            .key = {static_cast<const char*>(message->key), message->key_len},
            .value = {static_cast<const char*>(message->payload), message->len}});
  }
}

std::optional<std::int64_t> known_end(const KafkaClient& client, Topic topic, std::int32_t partition) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto error =
      rd_kafka_get_watermark_offsets(client.handle(), client.topic(topic).c_str(), partition, &low, &high);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  return high;
}

}  // namespace dispatch135::log
