// The Kafka that the demo runs on.
#pragma once

#include <memory>
#include <string>

#include "services/common/settings.h"

namespace dispatch135::log {
class MockCluster;
}

namespace dispatch135::demo {

class Broker {
 public:
  // `choice`: "embedded" (librdkafka's mock cluster, in this process), "local" (Apache Kafka, started by
  // `root`/scripts/kafka and stopped at the end; data and logs below `directory`) or HOST:PORT of one that runs (its
  // topics get a prefix of their own, and stay). Throws std::runtime_error for people.
  Broker(const std::string& choice, const std::string& root, const std::string& directory);
  ~Broker();

  const common::KafkaSettings& settings() const { return settings_; }

 private:
  common::KafkaSettings settings_;
  std::unique_ptr<log::MockCluster> embedded_;
  std::string stop_command_;  // Empty: nothing to stop.
};

}  // namespace dispatch135::demo
