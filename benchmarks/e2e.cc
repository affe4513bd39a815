// From a report's send at the hotline to the receipt of its order at the unit, on a real Kafka, with the programs as
// they are run in service; beside the floor of the same run. The oracle judges before a figure counts.
//
// What is to be measured is the way of a report, not the wait for a free unit: 1,000 reports a second would keep every
// unit of a province busy after a second. So the units here sign and give feedback on receipt, and are free again after
// two hops of the log. Each report still costs the system its record, its decision with its search by road, the push,
// and both answers with their decisions; what it does not cost are the reports of the way to the scene. Reports that
// found no unit free are counted; a run with more than 1 % of them is not sustained and meets no aim. The latencies are
// those of all reports, whether they waited or not.
//
// The floor has as many processes (e2e_floor.h), the same clients and settings, the same rate in the same milliseconds
// and messages of the mean sizes that a rehearsal has put into the topics. It is measured right before and after, half
// of it each time. On both sides the reports of the first seconds do not count.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/e2e_floor.h"
#include "benchmarks/e2e_samples.h"
#include "benchmarks/figure.h"
#include "services/common/logging.h"
#include "services/log/topics.h"
#include "tests/integration/whole_system.h"

namespace dispatch135::benchmarks {
namespace {

constexpr DurationMs kTopicsPatience{30'000};
constexpr std::chrono::seconds kPatience(120);
constexpr double kWarmUpS = 5;
constexpr double kSettleS = 3;
// The broker compiles its code while it runs: until it has, its pauses are longer than what is measured.
constexpr double kRehearsalRate = 300;
constexpr double kRehearsalS = 20;
constexpr double kAimP50 = 1.3;
constexpr double kAimP99 = 2;
constexpr double kSustained = 0.99;       // At least this share is ordered at once.
constexpr double kSizesMayDiffer = 0.05;  // Between the rehearsal and all runs.

// Every call is a report in protobuf, and every unit does as it is told, at once.
constexpr const char* kQuiet = R"(
hotline: {alert_every_s: 0, repeated_share: 0, update_share: 0, cancel_share: 0, json_share: 0}
units: {at_once: true}
)";

struct Options {
  std::string json;
  std::vector<int> rates = {100, 1'000};
  double seconds = 20;
  bool keep = false;
};

struct Measured {
  std::vector<double> ms;
  std::vector<double> floor_ms;
  std::size_t reports = 0;
  std::size_t at_once = 0;
  std::size_t unordered = 0;
  double load = 0;  // Of the machine, before the run: the mean number of threads that ran or wanted to, over a minute.
};

void check(bool good, const std::string& otherwise) {
  if (!good) throw SystemError(otherwise);
}

double load_of_machine() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

std::int64_t counted_from_us(const std::vector<Sample>& samples) {
  const auto first = std::min_element(samples.begin(), samples.end(),
                                      [](const Sample& a, const Sample& b) { return a.sent_us < b.sent_us; });
  return first == samples.end() ? 0 : first->sent_us + static_cast<std::int64_t>(kWarmUpS * 1e6);
}

DiaryRun run_fieldsim(WholeSystem& system, double rate, double seconds, std::uint64_t seed) {
  const std::string name = "fieldsim-" + std::to_string(seed);
  const std::string diary = system.diary(name);
  const std::uintmax_t from = std::filesystem::exists(diary) ? std::filesystem::file_size(diary) : 0;
  demo::Child& fieldsim =
      system.start_fieldsim(name, kQuiet,
                            {"--burst", "0", "--rate", std::to_string(rate), "--seed", std::to_string(seed),
                             "--seconds", std::to_string(seconds), "--settle-seconds", std::to_string(kSettleS)});
  check(fieldsim.wait(kPatience + std::chrono::seconds(std::lround(seconds))) == 0,
        "fieldsim failed:\n" + fieldsim.last_words(15));
  const nlohmann::json statistics = nlohmann::json::parse(system.last_statistics(name));
  check(statistics.at("violations") == 0 && statistics.at("failed") == 0, "units saw broken promises");
  return read_run(diary, from);
}

void add_floor(Floor& floor, double rate, double seconds, std::vector<double>& out_ms) {
  const std::vector<Sample> samples = floor.measure(rate, kWarmUpS + seconds);
  const std::int64_t from = counted_from_us(samples);
  for (const Sample& sample : samples) {
    if (sample.sent_us >= from) out_ms.push_back(sample.took_ms);
  }
}

Measured measure(WholeSystem& system, Floor& floor, int rate, double seconds, std::uint64_t seed) {
  Measured measured;
  measured.load = load_of_machine();
  add_floor(floor, rate, seconds / 2, measured.floor_ms);
  const DiaryRun run = run_fieldsim(system, rate, kWarmUpS + seconds, seed);
  add_floor(floor, rate, seconds / 2, measured.floor_ms);

  const std::int64_t from = counted_from_us(run.ordered);
  for (const Sample& sample : run.ordered) {
    if (sample.sent_us < from) continue;
    measured.ms.push_back(sample.took_ms);
    if (sample.at_once) ++measured.at_once;
  }
  measured.unordered = static_cast<std::size_t>(
      std::count_if(run.unordered.begin(), run.unordered.end(), [from](std::int64_t at) { return at >= from; }));
  measured.reports = measured.ms.size() + measured.unordered;
  check(!measured.ms.empty(), "no report was ordered");
  return measured;
}

void print(int rate, Measured& measured, bool judged_good, const std::string& json) {
  const double p50 = percentile(measured.ms, 0.5);
  const double p99 = percentile(measured.ms, 0.99);
  const double floor_p50 = percentile(measured.floor_ms, 0.5);
  const double floor_p99 = percentile(measured.floor_ms, 0.99);
  const bool sustained = static_cast<double>(measured.at_once) >= kSustained * static_cast<double>(measured.reports);
  const std::string name = "e2e/report to order, " + std::to_string(rate) + "/s";
  report({.name = name,
          .unit = "ms",
          .value = p50,
          .p99 = p99,
          .floor = floor_p50,
          .ratio = p50 / floor_p50,
          .aim = "p50 <= 1.3 x floor",
          .met = judged_good && sustained && p50 <= kAimP50 * floor_p50},
         json);
  report({.name = name + ", p99",
          .unit = "ms",
          .value = p99,
          .p99 = p99,
          .floor = floor_p99,
          .ratio = p99 / floor_p99,
          .aim = "p99 <= 2 x floor",
          .met = judged_good && sustained && p99 <= kAimP99 * floor_p99},
         json);
  std::printf(
      "  %s: %zu reports, ordered at once %zu, after waiting for a unit %zu, not at all %zu; longest %.1f ms, "
      "the floor's %.1f ms; load before %.1f\n",
      sustained ? "sustained" : "NOT SUSTAINED", measured.reports, measured.at_once,
      measured.ms.size() - measured.at_once, measured.unordered, percentile(measured.ms, 1),
      percentile(measured.floor_ms, 1), measured.load);
  std::fflush(stdout);
}

void check_sizes(const RecordSizes& rehearsed, const RecordSizes& all) {
  const auto near = [](double a, double b) { return std::abs(a - b) <= kSizesMayDiffer * b; };
  check(near(rehearsed.report_bytes, all.report_bytes) && near(rehearsed.log_bytes, all.log_bytes),
        "the messages of the runs are of other sizes than those of the floor");
}

std::vector<Measured> measure_all(WholeSystem& system, const Options& options) {
  std::uint64_t seed = 1;
  const DiaryRun rehearsal = run_fieldsim(system, kRehearsalRate, kRehearsalS, seed);
  const RecordSizes sizes = measure_records(system.kafka());
  std::printf("  sizes: report %.0f, log record %.0f, order %.0f bytes\n", sizes.report_bytes, sizes.log_bytes,
              rehearsal.order_bytes);
  common::KafkaSettings topics = system.kafka();
  topics.topic_prefix = "floor.";
  const auto made = log::apply_topics(topics, {}, kTopicsPatience);
  check(made.ok(), "the topics of the floor could not be made");
  const std::string address = "127.0.0.1:" + std::to_string(demo::free_port());
  const auto start_hop = [&](const std::string& what, double bytes) -> demo::Child& {
    return system.start("floor-" + what,
                        {"floor_hop", "--kafka", topics.bootstrap, "--topic-prefix", topics.topic_prefix, "--bytes",
                         std::to_string(std::lround(bytes)), "--listen", address, what});
  };
  demo::Child& forwarder = start_hop("forward", sizes.log_bytes);
  demo::Child& pusher = start_hop("push", rehearsal.order_bytes);

  std::vector<Measured> results;
  {
    Floor floor(topics, address, static_cast<std::size_t>(std::lround(sizes.report_bytes)));
    for (const int rate : options.rates) results.push_back(measure(system, floor, rate, options.seconds, ++seed));
  }
  // Sign-ons go through the log: when these units have begun, all that the runs left behind is decided.
  run_fieldsim(system, kRehearsalRate, 1, ++seed);
  check(system.end(forwarder, kPatience) == 0, "the forwarder failed:\n" + forwarder.last_words(15));
  check(system.end(pusher, kPatience) == 0, "the pusher failed:\n" + pusher.last_words(15));
  check_sizes(sizes, measure_records(system.kafka()));
  return results;
}

void run(const Options& options) {
  common::start_logging("bench_e2e", {.level = "warn", .format = common::LogFormat::kText});
  WholeSystem system("bench-e2e", "config/cities/jiangsu.yaml");
  if (options.keep) system.keep();
  try {
    demo::Child& node = system.start_dispatchd(0);
    demo::Child& intake = system.start_intake();
    system.wait_until_led(0);
    std::vector<Measured> results = measure_all(system, options);
    check(system.end(intake, kPatience) == 0, "intake failed:\n" + intake.last_words(15));
    check(system.end(node, kPatience) == 0, "dispatchd failed:\n" + node.last_words(15));
    demo::Child& oracle = system.start_oracle();
    const bool judged_good = oracle.wait(kPatience) == 0;
    for (std::size_t i = 0; i < results.size(); ++i) print(options.rates[i], results[i], judged_good, options.json);
    check(judged_good, "the oracle found faults, see oracle.out:\n" + oracle.last_words(15));
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
  app.add_option("--seconds", options.seconds, "Of each run, without its first 5 s, which do not count")
      ->check(CLI::Range(3, 600))
      ->capture_default_str();
  app.add_flag("--keep", options.keep, "Leave logs, statistics and diary in build/integration");
  CLI11_PARSE(app, argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    std::cerr << "bench_e2e: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
