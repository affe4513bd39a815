// The scenarios of docs/RELIABILITY.md that want real processes and a real three-broker cluster.
#pragma once

#include <span>

#include "tests/integration/fault_run.h"

namespace dispatch135 {

struct Scenario {
  const char* id;
  const char* what;  // For people, one line.
  SystemOptions system;
  void (*run)(FaultRun& run);  // From begin() to settle().
};

std::vector<Scenario> node_scenarios(const FaultOptions& options);     // faults_nodes.cc
std::vector<Scenario> broker_scenarios(const FaultOptions& options);   // faults_brokers.cc
std::vector<Scenario> load_scenarios(const FaultOptions& options);     // faults_load.cc
std::vector<Scenario> hotline_scenarios(const FaultOptions& options);  // faults_hotline.cc
std::vector<Scenario> unit_scenarios(const FaultOptions& options);     // faults_units.cc
// None without FaultOptions::old_programs.
std::vector<Scenario> upgrade_scenarios(const FaultOptions& options);  // faults_upgrade.cc

}  // namespace dispatch135
