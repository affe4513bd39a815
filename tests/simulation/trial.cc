#include "tests/simulation/trial.h"

#include <algorithm>

#include "services/fieldsim/random.h"
#include "tests/simulation/checks.h"

namespace dispatch135::simulation {
namespace {

constexpr DurationMs kLookEvery{10'000};
// Of the time that the reports take at their rate.
constexpr double kPublishedWithin = 3;
constexpr std::int64_t kPublishedWithinMs = 600'000;
// Whatever waits is looked at again within this: a unit that declined may be asked again, a silent one is back, and the
// log's time has caught up with a broker's clock that was an hour ahead.
constexpr DurationMs kSettledWithin{2 * 3'600'000};

void add(std::vector<std::string>& findings, const std::string& when, const std::vector<std::string>& found) {
  for (const std::string& finding : found) findings.push_back(when + finding);
}

std::vector<std::string> texts(const oracle::Verdict& verdict) {
  std::vector<std::string> told;
  for (const oracle::Finding& finding : verdict.findings) told.push_back(finding.text);
  return told;
}

std::vector<std::string> unsettled(const Simulation& simulation) {
  std::vector<std::string> found = check_ends(simulation);
  if (found.empty()) found = check_consoles(simulation);
  return found;
}

}  // namespace

Trial run_trial(Simulation& simulation) {
  Trial trial;
  simulation.start();

  fieldsim::Random random(simulation.options().seed, "moment");
  const DurationMs end = simulation.faults_end();
  const DurationMs moment{static_cast<std::int64_t>(random.fraction() * static_cast<double>(end.count))};
  simulation.run_for(moment);
  const std::string when = "at " + std::to_string(simulation.lasted().count) + " ms: ";
  add(trial.findings, when, texts(judge(simulation, Moment::kAnyTime)));
  add(trial.findings, when, check_replay(simulation, Moment::kAnyTime));
  simulation.run_for(end - moment);

  const double reports_last_ms =
      static_cast<double>(simulation.options().incidents) / simulation.options().rate_per_s * 1'000;
  const DurationMs within{static_cast<std::int64_t>(reports_last_ms * kPublishedWithin) + kPublishedWithinMs};
  for (DurationMs waited{0}; !simulation.published() && waited < within; waited = waited + kLookEvery) {
    simulation.run_for(kLookEvery);
  }
  if (!simulation.published()) trial.findings.push_back("the hotline could not publish all");
  simulation.calm();
  std::vector<std::string> open;
  do {
    simulation.run_for(kLookEvery);
    trial.settled_in = trial.settled_in + kLookEvery;
    open = unsettled(simulation);
  } while (!open.empty() && trial.settled_in < kSettledWithin);

  trial.lasted = simulation.lasted();
  add(trial.findings, "", simulation.findings());
  trial.verdict = judge(simulation, Moment::kSettled);
  add(trial.findings, "", texts(trial.verdict));
  add(trial.findings, "", check_replay(simulation, Moment::kSettled));
  add(trial.findings, "has not settled: ", open);
  return trial;
}

}  // namespace dispatch135::simulation
