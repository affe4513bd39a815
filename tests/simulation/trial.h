// One seed from its beginning to its verdict: faults for a while, and in the midst of them what must hold at any time;
// then none, and all must settle.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/oracle/history.h"
#include "tests/simulation/simulation.h"

namespace dispatch135::simulation {

struct Trial {
  std::vector<std::string> findings;  // One line each; empty: all holds.
  oracle::Verdict verdict;
  DurationMs lasted{0};      // By the virtual clock.
  DurationMs settled_in{0};  // After the last fault.
};

Trial run_trial(Simulation& simulation);

}  // namespace dispatch135::simulation
