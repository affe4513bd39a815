// librdkafka's mock cluster: brokers inside this process, for demos and tests that must not need a Kafka. Others
// connect to bootstrap() with KafkaSettings::embedded. It keeps the newest 5 MB or 100,000 records of a partition.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <string>

#include "services/common/settings.h"
#include "services/log/topics.h"

namespace dispatch135::log {

class MockCluster {
 public:
  // Makes the six topics; their partitions are led by broker 1, 2, ... in turn. The system must give free ports on the loopback; else the process stops.
  explicit MockCluster(const TopicPartitions& partitions = {}, int brokers = 1);
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string bootstrap() const;
  common::KafkaSettings settings() const;
  // Takes a broker (from 1) off the network and back.
  void set_broker(int id, bool up);

 private:
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace dispatch135::log
