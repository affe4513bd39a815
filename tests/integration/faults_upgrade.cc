// A city that goes over to this version while it works: standbys first, then the leader, then the newer behaviour.
#include <algorithm>

#include "engine/core/shared.h"
#include "tests/integration/faults.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;

void nodes_are_replaced_by_newer_ones(FaultRun& run) {
  run.begin(50);
  const auto time = run.options().is_short ? 3s : 15s;
  run.pass(time);
  const std::size_t leader = run.leader();
  std::vector<std::size_t> nodes = run.running();
  std::stable_partition(nodes.begin(), nodes.end(), [leader](std::size_t node) { return node != leader; });
  for (const std::size_t node : nodes) {
    const std::int64_t since = wall_ms();
    run.end_node(node);
    run.worst("first_decision_ms", run.decided_after(kTownPartition, since, kPatience));
    run.start_node(node);
    run.system().wait_until_led(node);
    run.pass(time);
    run.worst("longest_gap_ms", run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200));
  }
  const std::string refused = run.system().activate_behaviour(nodes.front(), core::kNewestBehaviour);
  run.expect(refused.empty(), "the newer behaviour was refused: " + refused);
  run.pass(time);
  run.settle();
}

}  // namespace

std::vector<Scenario> upgrade_scenarios(const FaultOptions& options) {
  if (options.old_programs.empty()) return {};
  const SystemOptions two = {
      .brokers = 3, .nodes = 2, .session_timeout = options.session_timeout, .old_programs = options.old_programs};
  return {{"upgrade", "nodes of an older version are replaced one by one under load, then behave as this one", two,
           nodes_are_replaced_by_newer_ones}};
}

}  // namespace dispatch135
