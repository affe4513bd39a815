// The subcommands of dispatchctl: each adds itself to the program, with its options, and runs when it was named. What a
// run throws as CommandError is printed, and ends the program with its exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string>

namespace dispatch135::dispatchctl {

inline constexpr int kUnreachable = 2;  // Exit code: nobody answered.

class CommandError : public std::runtime_error {
 public:
  explicit CommandError(const std::string& message, int exit_code = 1)
      : std::runtime_error(message), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

void add_topics(CLI::App& program);
void add_report(CLI::App& program);
void add_watch(CLI::App& program);
void add_incident(CLI::App& program);
void add_explain(CLI::App& program);
void add_units(CLI::App& program);
void add_stats(CLI::App& program);
void add_command(CLI::App& program);
void add_cover(CLI::App& program);
void add_matter(CLI::App& program);
void add_neighbour(CLI::App& program);
void add_pursuit(CLI::App& program);
void add_streets(CLI::App& program);
void add_route(CLI::App& program);
void add_roster(CLI::App& program);
void add_record(CLI::App& program);
void add_replay(CLI::App& program);
void add_log(CLI::App& program);
void add_policy(CLI::App& program);
void add_simulate(CLI::App& program);
void add_calls(CLI::App& program);

}  // namespace dispatch135::dispatchctl
