// Settings that the services share, and how they stand in a service's YAML file:
//   kafka: {bootstrap: "HOST:PORT,...", embedded: false, topic_prefix: "", properties: {librdkafka key: value}}
//   cities: [FILE, ...]
//   metrics: {listen: "127.0.0.1:9100"}
//   log: {level: debug|info|warn|error, format: json|text}
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/common/yaml_config.h"

namespace dispatch135::common {

struct KafkaSettings {
  std::string bootstrap = "127.0.0.1:9092";  // "host:port", several by commas.
  // librdkafka's mock cluster is on the other side: it does not wake a waiting fetch, stamps CreateTime, and its topics
  // were made by the process that started it.
  bool embedded = false;
  std::string topic_prefix{};                       // Before every topic's and group's name.
  std::map<std::string, std::string> properties{};  // Of librdkafka; they win over the defaults.
  bool operator==(const KafkaSettings&) const = default;
};

struct MetricsSettings {
  std::optional<std::string> listen;  // "host:port"; port 0: any free one. Nothing: not served.
  bool operator==(const MetricsSettings&) const = default;
};

enum class LogFormat { kJson, kText };

struct LogSettings {
  std::string level = "info";  // debug, info, warn or error.
  LogFormat format = LogFormat::kJson;
};

struct CommonSettings {
  KafkaSettings kafka;
  std::vector<std::string> cities;  // Paths of city files.
  MetricsSettings metrics;
  LogSettings log;
};

// Reads the keys above; mistakes come out of root.finish().
CommonSettings read_common_settings(YamlReader& root);

}  // namespace dispatch135::common
