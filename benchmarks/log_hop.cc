// One plain hop: append a record, see it at a reader in the same process, one at a time. The floor under every latency
// of the system.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "services/log/kafka_log.h"
#include "services/log/mock_cluster.h"
#include "services/log/topics.h"
#include "tests/integration/real_kafka.h"

namespace dispatch135::log {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string json;
  std::string kafka = "local";
  int count = 2'000;
  std::size_t bytes = 300;
  int pause_us = 0;  // Between two records: as in a quiet hour.
};

int run(const Options& options) {
  std::unique_ptr<MockCluster> cluster;
  std::unique_ptr<RealKafka> broker;
  common::KafkaSettings settings{.bootstrap = options.kafka};
  if (options.kafka == "embedded") {
    cluster = std::make_unique<MockCluster>();
    settings = cluster->settings();
  } else if (options.kafka == "local") {
    broker = std::make_unique<RealKafka>();
    const auto started = broker->start();
    if (!started) {
      std::fprintf(stderr, "%s\n", started.error().message.c_str());
      return 1;
    }
    settings = broker->settings();
  }
  if (cluster == nullptr) {
    const auto made = apply_topics(settings, {}, {20'000});
    if (!made) {
      std::fprintf(stderr, "%s\n", made.error().message.c_str());
      return 1;
    }
  }

  boost::asio::io_context context;
  bool arrived = false;
  auto reader = KafkaReader::open(context, settings, [&](const Record&) { arrived = true; });
  auto writer = KafkaWriter::open(context, settings);
  if (!reader || !writer) return 1;
  reader.value()->follow(Topic::kIncidents, 0, Reader::kEnd);

  const std::string value(options.bytes, 'x');
  std::vector<double> hop_us;
  constexpr int kWarmUp = 100;
  for (int i = -kWarmUp; i < options.count; ++i) {
    const auto pause_until = Clock::now() + std::chrono::microseconds(options.pause_us);
    while (Clock::now() < pause_until) context.run_one_until(pause_until);
    arrived = false;
    const auto begin = Clock::now();
    // The first one may come before the reader has found the end of the partition.
    do {
      writer.value()->append(Topic::kIncidents, 0, "320200", value, {});
      const auto patience = Clock::now() + std::chrono::seconds(i == -kWarmUp ? 1 : 60);
      while (!arrived && Clock::now() < patience) context.run_one_until(patience);
    } while (!arrived && i == -kWarmUp);
    if (!arrived) {
      std::fprintf(stderr, "a record did not come back within a minute\n");
      return 1;
    }
    if (i >= 0) hop_us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }

  benchmarks::report({.name = "log_hop/" + options.kafka,
                      .unit = "us",
                      .value = benchmarks::percentile(hop_us, 0.5),
                      .p99 = benchmarks::percentile(hop_us, 0.99),
                      .floor = {},
                      .ratio = {},
                      .aim = "",
                      .met = {}},
                     options.json);
  return 0;
}

}  // namespace
}  // namespace dispatch135::log

int main(int argc, char** argv) {
  dispatch135::log::Options options;
  CLI::App app("Latency of one hop through the log: append, then seen by a reader; one record at a time");
  app.add_option("--json-lines", options.json, "Add the figure to this file, one JSON object a line");
  app.add_option("--kafka", options.kafka,
                 "HOST:PORT of a broker, 'local' for one that it starts, or 'embedded' for the mock cluster")
      ->capture_default_str();
  app.add_option("--count", options.count, "Records")->check(CLI::Range(1, 10'000'000))->capture_default_str();
  app.add_option("--bytes", options.bytes, "Size of a record")->check(CLI::Range(1, 900'000))->capture_default_str();
  app.add_option("--pause-us", options.pause_us, "Microseconds between two records")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return dispatch135::log::run(options);
}
