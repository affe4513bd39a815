// What must hold after a run: the oracle's opinion of the topics and diaries, and what only the inside can show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/oracle/history.h"
#include "tests/simulation/simulation.h"

namespace dispatch135::simulation {

enum class Moment : std::uint8_t {
  kAnyTime,  // Things are under way: what is on its way to somebody is not lost yet.
  kSettled,  // All has come to rest.
};

// I1, I2 and I4, by the oracle: from the topics and the diaries alone.
oracle::Verdict judge(const Simulation& simulation, Moment moment);

// Each gives one line for each finding.
// I3: the whole log in a fresh engine gives the decisions that were published, and the state of each node.
std::vector<std::string> check_replay(const Simulation& simulation, Moment moment);
// The consoles show what the engine holds; every command was answered.
std::vector<std::string> check_consoles(const Simulation& simulation);
// Every node follows the log, every incident has ended, or waits for a unit that the city does not have; the units are
// signed on.
std::vector<std::string> check_ends(const Simulation& simulation);

// A hash over all bytes of all topics and all diary lines.
std::uint64_t digest(const Simulation& simulation);

}  // namespace dispatch135::simulation
