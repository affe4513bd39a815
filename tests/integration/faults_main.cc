// faults: runs scenarios by name, one after the other, each on a cluster of its own (see --help).
#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/integration/faults.h"

namespace {

using namespace dispatch135;

std::vector<Scenario> all_scenarios(const FaultOptions& options) {
  std::vector<Scenario> all;
  for (const auto& some : {node_scenarios(options), broker_scenarios(options), load_scenarios(options),
                           hotline_scenarios(options), unit_scenarios(options), upgrade_scenarios(options)}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end(), [](const Scenario& a, const Scenario& b) { return std::string(a.id) < b.id; });
  return all;
}

bool survives(const Scenario& scenario, const FaultOptions& options) {
  try {
    FaultRun run(scenario.id, options, scenario.system);
    try {
      scenario.run(run);
    } catch (const std::exception& error) {
      run.expect(false, error.what());
    }
    return run.report(std::cout);
  } catch (const std::exception& error) {
    std::cout << scenario.id << " FAILED  the cluster did not start: " << error.what() << std::endl;
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Runs scenarios of docs/RELIABILITY.md: real brokers, nodes, intakes and fieldsims, a fault, then the oracle's\n"
      "judgement and the log run again. One line each: passed or FAILED, what was measured (milliseconds), and the\n"
      "oracle's findings against I1 to I4. Exit: 0 all passed.");
  FaultOptions options;
  std::vector<std::string> wanted;
  std::int64_t session_ms = options.session_timeout.count();
  bool list = false;
  app.add_option("scenarios", wanted, "Their ids, as S03; all: every one");
  app.add_flag("--list", list, "Names the scenarios, and ends");
  app.add_flag("--short", options.is_short, "The forms that run in a build");
  app.add_option("--seed", options.seed, "Of what is left to chance")->capture_default_str();
  app.add_flag("--static-members", options.static_members, "The nodes join their group with a group.instance.id each");
  app.add_option("--old", options.old_programs,
                 "Folder with the programs of an older version (build/release/bin of its checkout), for the scenario "
                 "`upgrade`")
      ->check(CLI::ExistingDirectory);
  app.add_option("--events", options.events, "S01: how many");
  app.add_option("--session", session_ms, "The nodes' session timeout, milliseconds")
      ->check(CLI::Range(1'000, 300'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  options.session_timeout = std::chrono::milliseconds(session_ms);

  const std::vector<Scenario> scenarios = all_scenarios(options);
  if (list || wanted.empty()) {
    for (const Scenario& scenario : scenarios) std::cout << scenario.id << "  " << scenario.what << "\n";
    return 0;
  }
  bool good = true;
  for (const std::string& id : wanted) {
    bool known = id == "all";
    for (const Scenario& scenario : scenarios) {
      if (id != "all" && id != scenario.id) continue;
      known = true;
      good = survives(scenario, options) && good;
    }
    if (!known) {
      std::cerr << "faults: there is no scenario " << id << "; faults --list names them\n";
      return 2;
    }
  }
  return good ? 0 : 1;
}
