// One scenario of docs/RELIABILITY.md on a real cluster: the programs under load, what is done to them, what was
// measured, and the oracle's judgement at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/integration/timeline.h"
#include "tests/integration/whole_system.h"

namespace dispatch135 {

struct FaultOptions {
  std::uint64_t seed = 1;
  std::uint64_t events = 0;  // Of S01; 0: as many as the form needs.
  bool is_short = false;     // The form for every build: less load, shorter faults.
  std::chrono::milliseconds session_timeout{1'000};
  bool static_members = false;
  std::string old_programs;  // Of `upgrade`: folder with an older version's programs.
};

// Small towns for the load: the region's code decides the partition of dispatch.log, (code / 100) mod 4.
inline constexpr std::int32_t kTownPartition = 2;
inline constexpr std::int32_t kOtherTownPartition = 0;

// The recipe of a second one, elsewhere and of another region; written from the first one's.
std::string other_town();

class FaultRun {
 public:
  FaultRun(const std::string& id, const FaultOptions& options, SystemOptions system);

  // Starts the intake, then the nodes (old ones, where there are such), one after the other, so that node 0 leads
  // first; then the load: a fieldsim for each city, so many reports a second each, until settle(). The last
  // `units_left_out` of each city are not its fieldsim's.
  void begin(double rate_per_s, std::size_t units_left_out = 0);
  // Stops the load, waits until all that was published is carried, ends every program in good order, and has the oracle
  // judge.
  void settle();

  WholeSystem& system() { return system_; }
  const FaultOptions& options() const { return options_; }
  std::mt19937_64& random() { return random_; }
  std::size_t city_count() const { return system_.city_files().size(); }

  void start_node(std::size_t node);      // Of this version.
  void start_old_node(std::size_t node);  // With FaultOptions::old_programs.
  demo::Child& node(std::size_t node) { return *nodes_.at(node); }
  bool runs(std::size_t node) const { return nodes_.contains(node); }
  std::vector<std::size_t> running() const;
  // Our programs that run now, by the names of their log files.
  std::map<std::string, pid_t> processes() const;
  // kill -9; when, by the wall clock.
  std::int64_t crash_node(std::size_t node);
  // SIGTERM; how long it took to end, in milliseconds. Its exit code must be 0.
  std::int64_t end_node(std::size_t node);
  void start_intake();
  void crash_intake();
  // The node that leads that city; waits for one.
  std::size_t leader(std::size_t city = 0);
  // Waits until another than that one leads; which.
  std::size_t next_leader(std::size_t than, std::size_t city = 0);
  // The load goes on meanwhile; a program that has ended by itself is a failure.
  void pass(std::chrono::milliseconds time);
  // Hotlines alone, beside the load, for so long; then they have ended.
  void flood(double rate_per_s, std::chrono::seconds time);
  // As if the first city's hotlines had started again: the same events with the same names.
  void publish_again(double rate_per_s, std::chrono::seconds time);
  // How many records the hotlines have published.
  std::uint64_t published();

  // Reads the topics up to now.
  const Timeline& timeline();
  // From `since` to the first decision that followed from something ordered after it; waits for one, up to that long.
  std::int64_t decided_after(std::int32_t partition, std::int64_t since, std::chrono::seconds patience);

  // The brokers did not take what was to be written to that partition of dispatch.log (-1: to some) from `since`
  // (milliseconds since 1970 UTC) to now and a moment longer: what the log decides in that time may be late.
  void log_was_away(std::int64_t since, std::int32_t partition = -1);

  void figure(const std::string& name, std::int64_t value) { figures_[name] = value; }
  // Keeps the largest.
  void worst(const std::string& name, std::int64_t value);
  // A promise; one that is not kept is told at the end.
  void expect(bool kept, const std::string& what);
  // A time that is promised; not held against the short form, which runs on machines that do much else.
  void expect_within(std::int64_t took_ms, std::int64_t limit_ms, const std::string& what);
  // "S03 passed  NAME=FIGURE ...  I1 I2 I3 I4"; false: something is wrong, told below.
  bool report(std::ostream& out);

 private:
  void judge();
  std::size_t units_of(std::size_t city) const;
  void hotlines(double rate_per_s, std::chrono::seconds time, std::uint64_t seed);

  const std::string id_;
  const FaultOptions options_;
  std::mt19937_64 random_;
  WholeSystem system_;
  std::optional<Timeline> timeline_;
  std::map<std::size_t, demo::Child*> nodes_;
  std::map<std::size_t, int> lives_;
  std::vector<demo::Child*> intakes_;
  int intake_lives_ = 0;
  int floods_ = 0;
  std::vector<demo::Child*> fieldsims_;
  std::map<std::string, std::int64_t> figures_;
  std::vector<std::string> broken_;
  std::vector<std::string> away_;  // As flags of the oracle.
  nlohmann::json verdict_;
};

}  // namespace dispatch135
