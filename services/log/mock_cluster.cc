#include "services/log/mock_cluster.h"

#include <chrono>
#include <thread>

#include "engine/base/check.h"

namespace dispatch135::log {

namespace {

// The cluster's thread answers a request and then throws away the wake-ups that came meanwhile. One that comes at once
// after another is so answered up to a second later, when that thread looks by itself. It needs microseconds.
void let_it_finish() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

}  // namespace

MockCluster::MockCluster(const TopicPartitions& partitions, int brokers) {
  char reason[512] = "";
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "log_level", "3", reason, sizeof reason);  // It warns that it has no broker to connect to.
  handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  D135_CHECK(handle_ != nullptr, reason);
  cluster_ = rd_kafka_mock_cluster_new(handle_, brokers);
  D135_CHECK(cluster_ != nullptr, "the mock cluster found no free ports on the loopback");
  for (int i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    const std::string name(topic_name(topic));
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions.of(topic), brokers);
    let_it_finish();
    for (int partition = 0; brokers > 1 && partition < partitions.of(topic); ++partition) {
      rd_kafka_mock_partition_set_leader(cluster_, name.c_str(), partition, 1 + partition % brokers);
      let_it_finish();
    }
  }
}

MockCluster::~MockCluster() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(handle_);
}

std::string MockCluster::bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

common::KafkaSettings MockCluster::settings() const { return {.bootstrap = bootstrap(), .embedded = true}; }

void MockCluster::set_broker(int id, bool up) {
  if (up) {
    rd_kafka_mock_broker_set_up(cluster_, id);
  } else {
    rd_kafka_mock_broker_set_down(cluster_, id);
  }
}

}  // namespace dispatch135::log
