// The topics as they must be on the broker: what each is kept for decides its settings.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "services/common/settings.h"
#include "services/log/log.h"

namespace dispatch135::log {

// How many partitions each topic has. dispatch.decisions and dispatch.snapshots have as many as dispatch.log.
struct TopicPartitions {
  std::int32_t sources = 4;  // incidents, alerts.
  std::int32_t log = 4;      // dispatch.log; never changed once there are records: regions would move.

  std::int32_t of(Topic topic) const;
};

struct WantedTopic {
  Topic topic;
  std::int32_t partitions;
  std::map<std::string, std::string> must;       // Kafka's topic settings that the project relies on: checked.
  std::map<std::string, std::string> initially;  // Set when the topic is made; whoever runs it may change them.
};

// `replicas` decides min.insync.replicas: 2 from three on, else 1.
std::vector<WantedTopic> wanted_topics(const TopicPartitions& partitions, int replicas);

// What is wrong with the broker's topics, one line each, with the command that mends it; empty: all is well. An error:
// no broker answered. Of an embedded cluster only whether they exist is asked. Any number of partitions will do, as
// long as the topics that belong together agree. Blocks up to `timeout`.
Result<std::vector<std::string>> check_topics(const common::KafkaSettings& settings, DurationMs timeout);

// Creates what is missing (replication: as many brokers as there are, three at most) and sets what differs; what it
// did, one line each. Partition counts of topics that exist are left as they are. Blocks up to some `timeout`s.
Result<std::vector<std::string>> apply_topics(const common::KafkaSettings& settings, const TopicPartitions& partitions,
                                              DurationMs timeout);

}  // namespace dispatch135::log
