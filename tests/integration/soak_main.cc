// soak: the whole system on a real three-broker cluster for as long as asked, with a random fault every so often.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/subcommands.h"
#include "tests/integration/faults.h"

namespace {

using namespace dispatch135;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kNodes = 3;
constexpr int kBrokers = 3;

// What a process keeps for consoles and for the next node fills up at first.
constexpr double kWarmHours = 4.0 / 60;
constexpr int kSlopeSamples = 120;

// Memory of one process from when it is warm, while it lives: its slope by least squares.
class MemorySlope {
 public:
  void sample(double hours, double megabytes) {
    if (!first_hours_) first_hours_ = hours;
    most_ = std::max(most_, megabytes);
    if (hours < *first_hours_ + kWarmHours) return;
    ++count_;
    sum_x_ += hours;
    sum_y_ += megabytes;
    sum_xx_ += hours * hours;
    sum_xy_ += hours * megabytes;
  }
  double megabytes_per_hour() const {
    const double spread = count_ * sum_xx_ - sum_x_ * sum_x_;
    return spread <= 0 ? 0 : (count_ * sum_xy_ - sum_x_ * sum_y_) / spread;
  }
  double mean_megabytes() const { return count_ == 0 ? 0 : sum_y_ / count_; }
  int count() const { return static_cast<int>(count_); }
  double most_megabytes() const { return most_; }

 private:
  std::optional<double> first_hours_;
  double most_ = 0;
  double count_ = 0, sum_x_ = 0, sum_y_ = 0, sum_xx_ = 0, sum_xy_ = 0;
};

// Resident memory in megabytes, from /proc; 0: no such process.
double resident_megabytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes / 1'024;
  }
  return 0;
}

class Soak {
 public:
  Soak(FaultRun& run, std::chrono::seconds fault_every) : run_(run), fault_every_(fault_every) {}

  void go_on_for(std::chrono::minutes time) {
    seconds_ = std::chrono::duration<double>(time).count();
    const auto begin = Clock::now();
    auto next_fault = begin + fault_every_;
    for (auto now = begin; now < begin + time; now = Clock::now()) {
      ask_a_console();
      sample(std::chrono::duration<double, std::ratio<3'600>>(now - begin).count());
      if (repair_ && now >= repair_at_) std::exchange(repair_, nullptr)();
      if (now >= next_fault && !repair_) {
        do_something_bad();
        next_fault = now + fault_every_;
      }
      run_.pass(0ms);
      std::this_thread::sleep_until(now + 1s);
    }
    if (repair_) std::exchange(repair_, nullptr)();
  }

  void report() const {
    const double incidents_per_hour = static_cast<double>(run_.timeline().opened()) * 3'600 / std::max(1.0, seconds_);
    run_.figure("console_calls", asked_);
    run_.figure("console_calls_answered_within_2s", answered_);
    std::cout << "availability: console calls answered within 2 s: "
              << 100.0 * static_cast<double>(answered_) / static_cast<double>(std::max<std::int64_t>(asked_, 1))
              << " %\n";
    for (const auto& [process, slope] : slopes_) {
      if (slope.count() < kSlopeSamples) continue;  // Killed too soon for a slope.
      // Ended incidents are kept for a day: until then a node grows with each, and by nothing else.
      std::cout << process.first << " (" << process.second << "): " << slope.mean_megabytes() << " MB, "
                << slope.megabytes_per_hour() << " MB/h over " << slope.count() << " s, "
                << slope.megabytes_per_hour() * 1'024 / std::max(incidents_per_hour, 1.0) << " KB for each incident\n";
    }
    double most = 0;
    for (const auto& [process, slope] : slopes_) most = std::max(most, slope.most_megabytes());
    run_.figure("most_megabytes_of_a_process", static_cast<std::int64_t>(most));
  }

 private:
  void ask_a_console() {
    std::vector<std::string> nodes;
    for (std::size_t i = 0; i < kNodes; ++i) {
      nodes.push_back(run_.system().node_address((static_cast<std::size_t>(asked_) + i) % kNodes));
    }
    ++asked_;
    v1::ListUnitsRequest request;
    request.set_region(run_.system().regions().front());
    const auto until = Clock::now() + 2s;
    try {
      dispatchctl::ConsoleClient(nodes).ask(&v1::Console::Stub::ListUnits, request);
      answered_ += Clock::now() <= until ? 1 : 0;
    } catch (const dispatchctl::CommandError& error) {
      std::cout << "at " << wall_ms() << ": " << error.what() << std::endl;
    }
  }

  void sample(double hours) {
    for (const auto& process : run_.processes()) slopes_[process].sample(hours, resident_megabytes(process.second));
  }

  void do_something_bad() {
    const std::size_t node = run_.leader();
    const int broker = 1 + static_cast<int>(run_.random()() % kBrokers);
    const pid_t pid = run_.node(node).pid();
    struct Bad {
      std::string what;
      std::function<void()> act;
      std::function<void()> repair;
    };
    const std::vector<Bad> choice = {
        {"kill -9 of the leader", [=, this] { run_.crash_node(node); }, [=, this] { run_.start_node(node); }},
        {"SIGTERM to the leader", [=, this] { run_.end_node(node); }, [=, this] { run_.start_node(node); }},
        {"SIGSTOP of the leader", [=] { ::kill(pid, SIGSTOP); }, [=] { ::kill(pid, SIGCONT); }},
        {"kill -9 of the intake", [=, this] { run_.start_intake(), run_.crash_intake(); }, [] {}},
        {"kill -9 of broker " + std::to_string(broker), [=, this] { run_.system().brokers().kill(broker); },
         [this, since = wall_ms()] {
           run_.log_was_away(since);  // Until another leads its partitions.
           const auto started = run_.system().brokers().start();
           if (!started) throw SystemError(started.error().message);
         }},
        {"no bytes between node 0 and the brokers", [this] { cut(true); }, [this] { cut(false); }},
    };
    const Bad& bad = choice[run_.random()() % choice.size()];
    std::cout << "at " << wall_ms() << ": " << bad.what << std::endl;
    bad.act();
    repair_ = bad.repair;
    repair_at_ = Clock::now() + std::chrono::seconds(3 + run_.random()() % 8);
  }

  void cut(bool now) {
    for (auto& proxy : run_.system().proxies()) proxy->cut(now);
  }

  FaultRun& run_;
  const std::chrono::seconds fault_every_;
  std::function<void()> repair_;
  Clock::time_point repair_at_;
  std::map<std::pair<std::string, pid_t>, MemorySlope> slopes_;  // By name and pid.
  double seconds_ = 0;
  std::int64_t asked_ = 0;
  std::int64_t answered_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Three brokers, three nodes, an intake, hotlines and units for as long as asked, with a random fault every so\n"
      "often. Reports memory, latencies, availability, and the oracle's findings. Exit: 0 nothing was broken.");
  FaultOptions options;
  std::int64_t minutes = 10;
  std::int64_t fault_every_s = 60;
  double rate = 30;
  app.add_option("--minutes", minutes, "How long")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--rate", rate, "Reports a second")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--fault-every", fault_every_s, "Seconds between two faults")
      ->check(CLI::Range(15, 86'400))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of the faults and the events")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::cout << "seed " << options.seed << std::endl;

  try {
    FaultRun run("soak", options,
                 {.brokers = kBrokers, .nodes = kNodes, .session_timeout = options.session_timeout, .proxied = true});
    try {
      run.begin(rate);
      Soak soak(run, std::chrono::seconds(fault_every_s));
      const std::int64_t from = wall_ms();
      soak.go_on_for(std::chrono::minutes(minutes));
      const std::int64_t to = wall_ms();
      const auto latency = run.timeline().latency(kTownPartition, from, to);
      run.figure("log_to_decision_p50_ms", latency.p50);
      run.figure("log_to_decision_p99_ms", latency.p99);
      run.figure("longest_gap_ms", run.timeline().longest_gap(kTownPartition, from, to));
      run.figure("seconds", (to - from) / 1'000);
      run.figure("seconds_with_a_decision", run.timeline().seconds_with_a_decision(kTownPartition, from, to));
      soak.report();
      run.settle();
    } catch (const std::exception& error) {
      run.expect(false, error.what());
    }
    return run.report(std::cout) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << "\n";
    return 1;
  }
}
