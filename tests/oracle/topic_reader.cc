#include "tests/oracle/topic_reader.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <thread>

namespace dispatch135::oracle {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience(30);
constexpr int kAskMs = 5'000;

const std::map<std::string, Topic> kTopics = {{"incidents", Topic::kIncidents},
                                              {"alerts", Topic::kAlerts},
                                              {"dispatch.log", Topic::kLog},
                                              {"dispatch.decisions", Topic::kDecisions},
                                              {"dispatch.rejects", Topic::kRejects}};

void set(rd_kafka_conf_t* conf, const char* key, const char* value) {
  char error[256];
  if (rd_kafka_conf_set(conf, key, value, error, sizeof error) != RD_KAFKA_CONF_OK) throw ReadError(error);
}

}  // namespace

TopicReader::TopicReader(const std::string& bootstrap, const std::string& topic_prefix,
                         std::function<void(const Record&)> on_record)
    : prefix_(topic_prefix), on_record_(std::move(on_record)), consumer_(nullptr, rd_kafka_destroy) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", bootstrap.c_str());
  set(conf, "group.id", "dispatch135-oracle");  // Wanted by librdkafka; nothing is committed.
  set(conf, "enable.auto.commit", "false");
  set(conf, "enable.auto.offset.store", "false");
  set(conf, "auto.offset.reset", "error");  // Records that were dropped before they were read must not go unnoticed.
  set(conf, "fetch.wait.max.ms", "50");
  set(conf, "log_level", "2");  // Lost connections are made anew, or told as ReadError.
  char error[256];
  consumer_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error));
  if (!consumer_) {
    rd_kafka_conf_destroy(conf);
    throw ReadError(error);
  }
  rd_kafka_poll_set_consumer(consumer_.get());
  find_partitions();
}

TopicReader::~TopicReader() = default;

void TopicReader::find_partitions() {
  const auto give_up = Clock::now() + kPatience;
  // A broker may not know yet of topics that were just made at another.
  for (std::string missing = "no broker answers"; !missing.empty();) {
    if (Clock::now() > give_up) throw ReadError(missing);
    const rd_kafka_metadata_t* metadata = nullptr;
    const rd_kafka_resp_err_t error = rd_kafka_metadata(consumer_.get(), 1, nullptr, &metadata, kAskMs);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      missing = std::string("no broker answers: ") + rd_kafka_err2str(error);
      continue;
    }
    for (int t = 0; t < metadata->topic_cnt; ++t) {
      const rd_kafka_metadata_topic_t& topic = metadata->topics[t];
      const std::string name = topic.topic;
      if (!name.starts_with(prefix_)) continue;
      const auto known = kTopics.find(name.substr(prefix_.size()));
      if (known == kTopics.end()) continue;
      for (int p = 0; p < topic.partition_cnt; ++p) positions_[{name, topic.partitions[p].id}].topic = known->second;
    }
    rd_kafka_metadata_destroy(metadata);
    missing.clear();
    for (const auto& [name, topic] : kTopics) {
      if (positions_.contains({prefix_ + name, 0})) continue;
      missing = "there is no topic " + prefix_ + name + "; make the topics with: dispatchctl topics --apply";
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      break;
    }
  }
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(static_cast<int>(positions_.size()));
  for (const auto& [key, position] : positions_) {
    rd_kafka_topic_partition_list_add(list, key.first.c_str(), key.second)->offset = 0;
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(consumer_.get(), list);
  rd_kafka_topic_partition_list_destroy(list);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw ReadError(rd_kafka_err2str(error));
}

// False: nothing came.
bool TopicReader::take_one(int wait_ms) {
  const std::unique_ptr<rd_kafka_message_t, void (*)(rd_kafka_message_t*)> message(
      rd_kafka_consumer_poll(consumer_.get(), wait_ms), rd_kafka_message_destroy);
  if (!message) return false;
  if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    throw ReadError(
        "records are gone before the oracle read them: " + std::string(rd_kafka_message_errstr(message.get())) +
        "; start it with --follow before the first of them is written");
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return true;  // The connection was lost; librdkafka makes it anew.
  const std::string name = rd_kafka_topic_name(message->rkt);
  Position& position = positions_.at({name, message->partition});
  if (message->offset != position.next) {
    throw ReadError(name + " partition " + std::to_string(message->partition) + ": records " +
                    std::to_string(position.next) + " to " + std::to_string(message->offset - 1) +
                    " are gone before the oracle read them; start it with --follow before the first is written");
  }
  position.next = message->offset + 1;
  Record record;
  record.topic = position.topic;
  record.partition = message->partition;
  record.offset = message->offset;
  record.timestamp_ms = rd_kafka_message_timestamp(message.get(), nullptr);
  record.value.assign(static_cast<const char*>(message->payload), message->len);
  on_record_(record);
  return true;
}

void TopicReader::poll(int wait_ms) {
  for (int wait = wait_ms; take_one(wait);) wait = 0;
}

// -1: not told within kAskMs. Not by rd_kafka_query_watermark_offsets, which waits for a leader that is away.
std::int64_t TopicReader::end_of(const std::string& name, std::int32_t partition) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)> asked(
      rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  rd_kafka_topic_partition_t* const end = rd_kafka_topic_partition_list_add(asked.get(), name.c_str(), partition);
  end->offset = RD_KAFKA_OFFSET_END;
  const rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(consumer_.get(), asked.get(), kAskMs);
  const bool told = error == RD_KAFKA_RESP_ERR_NO_ERROR && end->err == RD_KAFKA_RESP_ERR_NO_ERROR && end->offset >= 0;
  return told ? end->offset : -1;
}

void TopicReader::read_to_end() {
  std::map<std::pair<std::string, std::int32_t>, std::int64_t> ends;
  for (const auto& [key, position] : positions_) {
    const auto give_up = Clock::now() + kPatience;
    while ((ends[key] = end_of(key.first, key.second)) < 0) {
      if (Clock::now() > give_up) throw ReadError("the end of " + key.first + " cannot be found: no broker tells it");
    }
  }
  auto give_up = Clock::now() + kPatience;
  const auto all_read = [&] {
    for (const auto& [key, end] : ends) {
      if (positions_.at(key).next < end) return false;
    }
    return true;
  };
  while (!all_read()) {
    if (take_one(100)) {
      give_up = Clock::now() + kPatience;
    } else if (Clock::now() > give_up) {
      throw ReadError("the broker gives no more records, though the topics hold more");
    }
  }
}

}  // namespace dispatch135::oracle
