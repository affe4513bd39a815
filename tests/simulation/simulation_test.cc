// A seed of the swarm that fails is told as a story by scripts/simulate --seed N.
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/checks.h"
#include "tests/simulation/trial.h"

namespace dispatch135::simulation {
namespace {

// The middle of the time in which the incidents come.
DurationMs middle(const Options& options) {
  return {static_cast<std::int64_t>(static_cast<double>(options.incidents) / options.rate_per_s * 500)};
}

std::string lines(const std::vector<std::string>& findings) {
  std::string text;
  for (std::size_t i = 0; i < findings.size() && i < 5; ++i) text += findings[i] + "\n";
  return findings.size() > 20 ? text + "and " + std::to_string(findings.size() - 20) + " more\n" : text;
}

// Who published decisions about the region.
std::set<std::string> publishers(const Simulation& simulation) {
  std::set<std::string> nodes;
  const std::int32_t partition =
      log::partition_of(Simulation::kRegion, simulation.log().partitions(log::Topic::kDecisions));
  for (const auto& stored : simulation.log().records(log::Topic::kDecisions, partition)) nodes.insert(stored.node);
  return nodes;
}

// Decisions that a change of streets was made, began, rested or ended.
std::size_t street_switches(const Simulation& simulation) {
  const std::int32_t partition =
      log::partition_of(Simulation::kRegion, simulation.log().partitions(log::Topic::kDecisions));
  const auto& stored = simulation.log().records(log::Topic::kDecisions, partition);
  return static_cast<std::size_t>(std::count_if(stored.begin(), stored.end(), [](const auto& record) {
    v1::Decision decision;
    return decision.ParseFromString(record.value) && decision.has_streets_changed();
  }));
}

Trial run_and_check(Simulation& simulation) {
  const std::string seed = "seed " + std::to_string(simulation.options().seed);
  const Trial trial = run_trial(simulation);
  EXPECT_EQ(lines(trial.findings), "") << seed << "\n" << lines(simulation.story());
  return trial;
}

TEST(Simulation, AThousandIncidentsSurviveTheLeadersDeathInTheMiddle) {
  Options options;
  options.seed = 135;
  options.faults = {{FaultKind::kLeaderCrashes, middle(options), {60'000}, 0}};
  Simulation simulation(options);
  const Trial trial = run_and_check(simulation);
  EXPECT_GT(trial.verdict.on_scene, options.incidents * 9 / 10);
  EXPECT_GT(street_switches(simulation), 10U);
  EXPECT_EQ(publishers(simulation), (std::set<std::string>{"a", "b"}));
}

TEST(Simulation, ALeaderThatIsPausedPastItsSessionDoesNoHarmWhenItGoesOn) {
  Options options;
  options.seed = 136;
  options.incidents = 200;
  options.rate_per_s = 2;
  options.faults = {{FaultKind::kLeaderPauses, middle(options), {30'000}, 0}};
  Simulation simulation(options);
  const Trial trial = run_and_check(simulation);
  EXPECT_EQ(publishers(simulation), (std::set<std::string>{"a", "b"}));
  // Until it read that another leads it went on publishing, and every one of those was a repetition.
  EXPECT_GT(trial.verdict.repeated_decisions, 0U);
}

TEST(Simulation, S11ClocksThatStepByAnHourTakeNothingFromAnybody) {
  for (const FaultKind clock : {FaultKind::kBrokerClockStepsFar, FaultKind::kIntakeClockSteps}) {
    Options options;
    options.seed = 138;
    options.incidents = 200;
    options.rate_per_s = 2;
    options.faults = {{clock, middle(options), {30'000}, 0}};
    Simulation simulation(options);
    const Trial trial = run_and_check(simulation);
    EXPECT_GT(trial.verdict.on_scene, options.incidents * 8 / 10) << words(clock);
  }
}

TEST(Simulation, WhateverFailsNothingIsLostAndNothingActsTwice) {
  for (std::uint64_t i = 0; i < 5; ++i) {
    Simulation simulation(swarm_options(1'000 + i));
    run_and_check(simulation);
  }
}

TEST(Simulation, TheSameSeedGivesTheSameBytesInEveryTopicAndDiary) {
  Options options = swarm_options(137);
  Simulation first(options);
  run_trial(first);
  Simulation second(options);
  run_trial(second);
  EXPECT_EQ(digest(first), digest(second)) << "seed " << options.seed;
  EXPECT_EQ(first.story(), second.story()) << "seed " << options.seed;
  options.seed += 1;
  Simulation other(options);
  run_trial(other);
  EXPECT_NE(digest(first), digest(other)) << "seed " << options.seed;
}

}  // namespace
}  // namespace dispatch135::simulation
