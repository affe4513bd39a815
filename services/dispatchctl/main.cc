// dispatchctl: the operator's tool.
#include <iostream>

#include "services/common/logging.h"
#include "services/dispatchctl/subcommands.h"

int main(int argc, char** argv) {
  using namespace dispatch135;
  CLI::App program(
      "Operates Dispatch135: makes its topics, reports incidents by hand, shows and overrules what it does, and runs "
      "a\n"
      "recorded log again. `dispatchctl SUBCOMMAND --help` tells more.\n"
      "Exit: 0 done, 1 refused, wrongly used or a difference found, 2 not reachable.");
  program.require_subcommand(1);
  program.set_version_flag("--version", D135_VERSION);
  dispatchctl::add_topics(program);
  dispatchctl::add_report(program);
  dispatchctl::add_watch(program);
  dispatchctl::add_incident(program);
  dispatchctl::add_explain(program);
  dispatchctl::add_units(program);
  dispatchctl::add_stats(program);
  dispatchctl::add_command(program);
  dispatchctl::add_cover(program);
  dispatchctl::add_matter(program);
  dispatchctl::add_neighbour(program);
  dispatchctl::add_pursuit(program);
  dispatchctl::add_streets(program);
  dispatchctl::add_route(program);
  dispatchctl::add_roster(program);
  dispatchctl::add_record(program);
  dispatchctl::add_replay(program);
  dispatchctl::add_log(program);
  dispatchctl::add_policy(program);
  dispatchctl::add_simulate(program);
  dispatchctl::add_calls(program);
  common::start_logging("dispatchctl", {"warn", common::LogFormat::kText});
  try {
    program.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 1;
  } catch (const dispatchctl::CommandError& error) {
    std::cerr << "dispatchctl: " << error.what() << "\n";
    return error.exit_code();
  }
}
