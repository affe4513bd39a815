// Options that several subcommands share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "services/common/settings.h"

namespace dispatch135::dispatchctl {

// --kafka, --topic-prefix, --embedded.
inline CLI::Option* add_kafka_options(CLI::App& command, common::KafkaSettings& settings) {
  CLI::Option* kafka =
      command.add_option("--kafka", settings.bootstrap, "Brokers, HOST:PORT,...")->capture_default_str();
  command.add_option("--topic-prefix", settings.topic_prefix, "What stands before every topic's name");
  command.add_flag("--kafka-embedded", settings.embedded, "The broker is the demo's embedded one");
  return kafka;
}

struct NodeOptions {
  std::vector<std::string> nodes = {"127.0.0.1:7135"};
  std::uint32_t region = 320200;
};

// --node, --region.
inline void add_node_options(CLI::App& command, NodeOptions& options) {
  command
      .add_option("--node", options.nodes,
                  "Nodes that follow the region, HOST:PORT,...: when one does not answer the next is asked")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  command.add_option("--region", options.region, "GB/T 2260 code of the city")->capture_default_str();
}

}  // namespace dispatch135::dispatchctl
