// From a report's send at the hotline to the receipt of its order at the unit, on a real Kafka, with the programs as
// they are run in service; beside the floor of the same run. The oracle judges before a figure counts.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "benchmarks/e2e_floor.h"
#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "services/common/logging.h"
#include "services/log/topics.h"
#include "tests/integration/whole_system.h"

namespace dispatch135::benchmarks {
namespace {

constexpr DurationMs kTopicsPatience{30'000};
constexpr std::chrono::seconds kPatience(120);
constexpr double kAimP50 = 1.3;
constexpr double kAimP99 = 2;

// Mean sizes of the messages of a synthetic city's run.
constexpr std::size_t kReportBytes = 200;
constexpr std::size_t kLogBytes = 220;
constexpr std::size_t kOrderBytes = 300;

// Every call is a report in protobuf, and every unit does as it is told.
constexpr const char* kQuiet = R"(
hotline: {alert_every_s: 0, repeated_share: 0, update_share: 0, cancel_share: 0, json_share: 0}
units: {decline_share: 0, ignore_share: 0, silent_share: 0, drop_share: 0}
)";

struct Options {
  std::string json;
  std::vector<int> rates = {100, 1'000};
  double seconds = 20;
  double time_scale = 20'000;
};

struct Measured {
  nlohmann::json statistics;
  std::vector<double> floor_us;
};

void check(bool good, const std::string& otherwise) {
  if (!good) throw SystemError(otherwise);
}

// The floor is measured before and after, half of it each time.
Measured measure(WholeSystem& system, int rate, const Options& options, std::uint64_t seed) {
  common::KafkaSettings floor_topics = system.kafka();
  floor_topics.topic_prefix = "floor.";
  const FloorLoad load = {static_cast<double>(rate), options.seconds / 2 + 1, kReportBytes, kLogBytes, kOrderBytes};
  Measured measured;
  measured.floor_us = measure_floor(floor_topics, load);

  const std::string name = "fieldsim-" + std::to_string(rate);
  demo::Child& fieldsim = system.start_fieldsim(
      name, kQuiet,
      {"--burst", "0", "--rate", std::to_string(rate), "--seed", std::to_string(seed), "--time-scale",
       std::to_string(options.time_scale), "--seconds", std::to_string(options.seconds), "--settle-seconds", "5"});
  check(fieldsim.wait(kPatience + std::chrono::seconds(std::lround(options.seconds))) == 0,
        "fieldsim failed:\n" + fieldsim.last_words(15));
  measured.statistics = nlohmann::json::parse(system.last_statistics(name));

  const std::vector<double> after = measure_floor(floor_topics, load);
  measured.floor_us.insert(measured.floor_us.end(), after.begin(), after.end());
  return measured;
}

void print(int rate, Measured& measured, const std::string& json) {
  const nlohmann::json& times = measured.statistics.at("report_to_order_ms");
  const double p50 = times.at("p50").get<double>();
  const double p99 = times.at("p99").get<double>();
  const double floor_p50 = percentile(measured.floor_us, 0.5) / 1e3;
  const double floor_p99 = percentile(measured.floor_us, 0.99) / 1e3;
  const std::string name = "e2e/report to order, " + std::to_string(rate) + "/s";
  report({.name = name,
          .unit = "ms",
          .value = p50,
          .p99 = p99,
          .floor = floor_p50,
          .ratio = p50 / floor_p50,
          .aim = "p50 <= 1.3 x floor",
          .met = p50 <= kAimP50 * floor_p50},
         json);
  report({.name = name + ", p99",
          .unit = "ms",
          .value = p99,
          .p99 = p99,
          .floor = floor_p99,
          .ratio = p99 / floor_p99,
          .aim = "p99 <= 2 x floor",
          .met = p99 <= kAimP99 * floor_p99},
         json);
  std::printf("  reports %llu, ordered at once %llu, after waiting for a unit %llu, orders %llu\n",
              measured.statistics.at("reports").get<unsigned long long>(), times.at("count").get<unsigned long long>(),
              measured.statistics.at("after_queue").get<unsigned long long>(),
              measured.statistics.at("orders").get<unsigned long long>());
  std::fflush(stdout);
}

void run(const Options& options) {
  common::start_logging("bench_e2e", {.level = "warn", .format = common::LogFormat::kText});
  WholeSystem system("bench-e2e", "config/cities/jiangsu.yaml");
  try {
    common::KafkaSettings floor_topics = system.kafka();
    floor_topics.topic_prefix = "floor.";
    const auto made = log::apply_topics(floor_topics, {}, kTopicsPatience);
    check(made.ok(), "the topics of the floor could not be made");
    demo::Child& node = system.start_dispatchd(0);
    demo::Child& intake = system.start_intake();
    system.wait_until_led(0);

    std::vector<Measured> results;
    std::uint64_t seed = 1;
    for (const int rate : options.rates) results.push_back(measure(system, rate, options, seed++));

    check(system.end(intake, kPatience) == 0, "intake failed:\n" + intake.last_words(15));
    check(system.end(node, kPatience) == 0, "dispatchd failed:\n" + node.last_words(15));
    demo::Child& oracle = system.start_oracle();
    const int judged = oracle.wait(kPatience);
    check(judged == 0, "the oracle found faults:\n" + oracle.output() + oracle.last_words(15));
    for (std::size_t i = 0; i < results.size(); ++i) {
      const nlohmann::json& statistics = results[i].statistics;
      check(statistics.at("violations") == 0 && statistics.at("failed") == 0, "units saw broken promises");
      print(options.rates[i], results[i], options.json);
    }
  } catch (const std::exception&) {
    system.keep();
    std::cerr << "logs: " << system.folder() << "\n";
    throw;
  }
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135::benchmarks;
  CLI::App app(
      "Report to order: from the hotline's send to the unit's receipt, with 1,178 posts, on a real Kafka that it "
      "starts.\n"
      "The floor is two plain hops and one push at the same rate, measured right before and after.");
  Options options;
  app.add_option("--json-lines", options.json, "Add the figures to this file, one JSON object a line");
  app.add_option("--rates", options.rates, "Reports per second, one run each")->delimiter(',')->capture_default_str();
  app.add_option("--seconds", options.seconds, "Of each run")->check(CLI::Range(3, 600))->capture_default_str();
  app.add_option("--time-scale", options.time_scale, "Units work so many times faster than life")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    std::cerr << "bench_e2e: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
