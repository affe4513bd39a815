// A subcommand of dispatchctl as it runs on a command line.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl::testing {

struct Done {
  int exit_code = 0;
  std::string output;
  std::string error;
};

// As `dispatchctl COMMAND --node NODE REST`; the exit code is -1 when the words themselves were wrong.
inline Done run_at(const std::string& node, const std::string& command, const std::string& rest) {
  CLI::App program("dispatchctl");
  program.require_subcommand(1);
  add_watch(program);
  add_incident(program);
  add_units(program);
  add_stats(program);
  add_command(program);
  add_cover(program);
  add_matter(program);
  add_pursuit(program);
  add_streets(program);
  add_route(program);
  add_roster(program);
  add_neighbour(program);
  add_policy(program);
  Done done;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  try {
    program.parse(command + " --node " + node + " " + rest);
  } catch (const CLI::ParseError& error) {
    done.exit_code = -1;
    done.error = error.what();
  } catch (const CommandError& error) {
    done.exit_code = error.exit_code();
    done.error = error.what();
  }
  done.output = ::testing::internal::GetCapturedStdout();
  ::testing::internal::GetCapturedStderr();
  return done;
}

}  // namespace dispatch135::dispatchctl::testing
