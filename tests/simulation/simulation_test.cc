// A seed that fails is run again by itself: D135_SIM_SEED=N simulation_test --gtest_filter=<the test's name>
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/checks.h"

namespace dispatch135::simulation {
namespace {

std::uint64_t seed_or(std::uint64_t usual) {
  const char* wanted = std::getenv("D135_SIM_SEED");
  return wanted == nullptr ? usual : std::strtoull(wanted, nullptr, 10);
}

// The middle of the time in which the incidents come.
DurationMs middle(const Options& options) {
  return {static_cast<std::int64_t>(static_cast<double>(options.incidents) / options.rate_per_s * 500)};
}

std::string lines(const std::vector<std::string>& findings) {
  std::string text;
  for (std::size_t i = 0; i < findings.size() && i < 20; ++i) text += findings[i] + "\n";
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

oracle::Verdict run_and_check(Simulation& simulation) {
  const std::string seed = "D135_SIM_SEED=" + std::to_string(simulation.options().seed);
  const auto began = std::chrono::steady_clock::now();
  simulation.run();
  const double real_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double virtual_s = static_cast<double>(simulation.lasted().count) / 1'000;
  const oracle::Verdict verdict = judge(simulation);
  std::cout << seed << ": " << verdict.incidents << " incidents, " << verdict.log_records << " log records, "
            << verdict.decisions << " decisions (" << verdict.repeated_decisions << " published again), "
            << simulation.consoles().commands_applied() << " commands, " << virtual_s << " s in " << real_s << " s ("
            << static_cast<std::int64_t>(virtual_s / real_s) << " x)\n";

  for (const auto& [code, count] : verdict.rejected) std::cout << "  " << code << " " << count << "\n";
  std::vector<std::string> told;
  for (const oracle::Finding& finding : verdict.findings) told.push_back(finding.text);
  EXPECT_EQ(lines(told), "") << seed << "\n" << lines(simulation.story());
  EXPECT_EQ(verdict.lost, 0U) << seed;
  EXPECT_EQ(verdict.double_assigned, 0U) << seed;
  EXPECT_EQ(lines(check_replay(simulation)), "") << seed << "\n" << lines(simulation.story());
  EXPECT_EQ(lines(check_consoles(simulation)), "") << seed << "\n" << lines(simulation.story());
  EXPECT_EQ(lines(check_ends(simulation)), "") << seed << "\n" << lines(simulation.story());
  EXPECT_GE(verdict.incidents, simulation.options().incidents) << seed;
  EXPECT_GT(simulation.consoles().resumptions(), 0U) << seed;
  return verdict;
}

TEST(Simulation, AThousandIncidentsSurviveTheLeadersDeathInTheMiddle) {
  Options options;
  options.seed = seed_or(135);
  options.faults = {{Fault::Kind::kLeaderCrashes, middle(options), {60'000}}};
  Simulation simulation(options);
  const oracle::Verdict verdict = run_and_check(simulation);
  EXPECT_GT(verdict.on_scene, options.incidents * 9 / 10);
  EXPECT_GT(street_switches(simulation), 10U);
  EXPECT_EQ(publishers(simulation), (std::set<std::string>{"a", "b"}));
}

TEST(Simulation, ALeaderThatIsPausedPastItsSessionDoesNoHarmWhenItGoesOn) {
  Options options;
  options.seed = seed_or(136);
  options.incidents = 200;
  options.rate_per_s = 2;
  options.faults = {{Fault::Kind::kLeaderPauses, middle(options), {30'000}}};
  Simulation simulation(options);
  const oracle::Verdict verdict = run_and_check(simulation);
  EXPECT_EQ(publishers(simulation), (std::set<std::string>{"a", "b"}));
  // Until it read that another leads it went on publishing, and every one of those was a repetition.
  EXPECT_GT(verdict.repeated_decisions, 0U);
}

TEST(Simulation, WhateverFailsNothingIsLostAndNothingActsTwice) {
  const bool one = std::getenv("D135_SIM_SEED") != nullptr;
  for (std::uint64_t i = 0; i < (one ? 1 : 6); ++i) {
    Options options;
    options.seed = seed_or(1'000 + i);
    options.incidents = 150;
    options.faults = random_faults(options.seed, {middle(options).count * 2});
    Simulation simulation(options);
    run_and_check(simulation);
  }
}

TEST(Simulation, TheSameSeedGivesTheSameBytesInEveryTopicAndDiary) {
  Options options;
  options.seed = seed_or(137);
  options.incidents = 100;
  options.faults = random_faults(options.seed, {middle(options).count * 2});
  Simulation first(options);
  first.run();
  Simulation second(options);
  second.run();
  EXPECT_EQ(digest(first), digest(second)) << "D135_SIM_SEED=" << options.seed;
  options.seed += 1;
  Simulation other(options);
  other.run();
  EXPECT_NE(digest(first), digest(other)) << "D135_SIM_SEED=" << options.seed;
}

}  // namespace
}  // namespace dispatch135::simulation
