// Runs the simulated cluster for many seeds, or tells the story of one (scripts/simulate).
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/simulation/simulation.h"
#include "tests/simulation/trial.h"

namespace dispatch135::simulation {
namespace {

using SteadyTime = std::chrono::steady_clock;

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t failed = 0;
  std::uint64_t findings = 0;
  std::uint64_t incidents = 0;
  std::uint64_t log_records = 0;
  std::uint64_t decisions = 0;
  std::uint64_t repeated_decisions = 0;
  std::int64_t virtual_ms = 0;
  std::int64_t longest_settling_ms = 0;
  std::map<FaultKind, std::size_t> befallen;
};

thread_local std::uint64_t seed_at_work = 0;

// A broken invariant stops the process; whoever looks at it wants to know the seed.
void tell_seed(int) {
  char text[96];
  const int size = std::snprintf(text, sizeof text, "the process stopped; again: scripts/simulate --seed %llu\n",
                                 static_cast<unsigned long long>(seed_at_work));
  if (size > 0 && write(STDERR_FILENO, text, static_cast<std::size_t>(size)) < 0) _exit(134);
  std::signal(SIGABRT, SIG_DFL);
}

int tell_story(std::uint64_t seed) {
  seed_at_work = seed;
  Simulation simulation(swarm_options(seed));
  const Options& options = simulation.options();
  std::cout << "seed " << seed << ": " << options.incidents << " incidents, " << options.units << " units, "
            << options.nodes << " nodes, " << options.intakes << " intakes, " << options.brokers << " brokers, "
            << options.log_partitions << " partitions\n";
  const Trial trial = run_trial(simulation);
  for (const std::string& line : simulation.story()) std::cout << line << "\n";
  for (const std::string& finding : trial.findings) std::cout << "FINDING " << finding << "\n";
  if (trial.findings.empty()) std::cout << "all holds, settled after " << trial.settled_in.count / 1'000 << " s\n";
  return trial.findings.empty() ? 0 : 1;
}

void print(const Totals& totals, double real_s) {
  const double virtual_s = static_cast<double>(totals.virtual_ms) / 1'000;
  std::cout << totals.seeds << " seeds, " << virtual_s / 3'600 << " virtual hours in " << real_s << " s ("
            << static_cast<std::int64_t>(virtual_s / real_s) << " x real time)\n"
            << totals.incidents << " incidents, " << totals.log_records << " log records, " << totals.decisions
            << " decisions (" << totals.repeated_decisions << " published again), settled within "
            << totals.longest_settling_ms / 1'000 << " s\nfaults:";
  for (const auto& [kind, count] : totals.befallen) std::cout << "\n  " << count << "\t" << words(kind);
  std::cout << "\nfindings: " << totals.findings << " in " << totals.failed << " seeds\n";
}

int run_many(std::uint64_t first, std::uint64_t seeds, double minutes, unsigned jobs, bool stop_at_finding) {
  const auto began = SteadyTime::now();
  const auto real_s = [&] { return std::chrono::duration<double>(SteadyTime::now() - began).count(); };
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;
  Totals totals;
  const auto work = [&] {
    while (minutes == 0 || real_s() < minutes * 60) {
      const std::uint64_t index = next++;
      if (seeds != 0 && index >= seeds) return;
      seed_at_work = first + index;
      Simulation simulation(swarm_options(seed_at_work));
      const Trial trial = run_trial(simulation);
      const std::lock_guard lock(mutex);
      ++totals.seeds;
      totals.findings += trial.findings.size();
      totals.incidents += trial.verdict.incidents;
      totals.log_records += trial.verdict.log_records;
      totals.decisions += trial.verdict.decisions;
      totals.repeated_decisions += trial.verdict.repeated_decisions;
      totals.virtual_ms += trial.lasted.count;
      totals.longest_settling_ms = std::max(totals.longest_settling_ms, trial.settled_in.count);
      for (const auto& [kind, count] : simulation.befallen()) totals.befallen[kind] += count;
      if (trial.findings.empty()) continue;
      ++totals.failed;
      std::cout << "seed " << seed_at_work << ": " << trial.findings.front() << "; again: scripts/simulate --seed "
                << seed_at_work << std::endl;
      if (stop_at_finding) next = std::max(next.load(), seeds == 0 ? UINT64_MAX / 2 : seeds);
      if (stop_at_finding) return;
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < jobs; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  print(totals, real_s());
  return totals.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dispatch135::simulation

int main(int argc, char** argv) {
  using namespace dispatch135::simulation;
  CLI::App app("The whole system in one process on virtual time, with faults by seed. Exit status: 1 with a finding.");
  std::uint64_t seeds = 200;
  std::uint64_t first = 1;
  std::uint64_t one = 0;
  double minutes = 0;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool stop_at_finding = false;
  app.add_option("--seeds", seeds, "how many seeds; 0: until the minutes are over")->capture_default_str();
  app.add_option("--minutes", minutes, "begin no more seeds after so long; 0: no limit")->capture_default_str();
  app.add_option("--first", first, "the first seed")->capture_default_str();
  app.add_option("--jobs", jobs, "seeds at the same time")->check(CLI::Range(1U, 1'024U));
  app.add_option("--seed", one, "runs this one and tells its story");
  app.add_flag("--stop", stop_at_finding, "ends with the first finding");
  CLI11_PARSE(app, argc, argv);
  if (seeds == 0 && minutes == 0) {
    std::cerr << "say how many --seeds or how many --minutes\n";
    return 2;
  }
  std::signal(SIGABRT, tell_seed);
  return one != 0 ? tell_story(one) : run_many(first, seeds, minutes, jobs, stop_at_finding);
}
