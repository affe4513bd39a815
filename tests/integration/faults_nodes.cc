// Nodes that are killed, stopped, cut off, slowed down, or come and go.
#include <csignal>
#include <functional>

#include "tests/integration/faults.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kTakeoverSlackMs = 1'000;  // The promise: within the session timeout and this.
constexpr auto kTakeoverPatience = 60s;
constexpr auto kGroupSettles = 3s;  // Members that are left share the partitions anew, in two steps.
constexpr std::int64_t kLeaveWithinMs = 10'000;

std::int64_t takeover_limit_ms(const FaultRun& run) { return run.options().session_timeout.count() + kTakeoverSlackMs; }

// The first new decision after `since` within the promise.
void see_takeover(FaultRun& run, std::int64_t since) {
  const std::int64_t took = run.decided_after(kTownPartition, since, kTakeoverPatience);
  run.worst("takeover_ms", took);
  run.expect_within(took, takeover_limit_ms(run), "the first new decision");
}

// S01: the load decides when: kills are spread over the events, at random within their share.
void leaders_are_killed(FaultRun& run) {
  constexpr int kKillsPerPartition = 3;
  const double rate = run.options().is_short ? 50 : 125;
  const std::uint64_t events = run.options().events > 0 ? run.options().events
                               : run.options().is_short ? 4'000
                                                        : 100'000;
  const std::vector<std::int32_t> partitions = {kTownPartition, kOtherTownPartition};
  run.begin(rate);
  const int kills = kKillsPerPartition * static_cast<int>(partitions.size());
  for (int kill = 0; kill < kills; ++kill) {
    const double share = (kill + 0.1 + 0.8 * static_cast<double>(run.random()() % 1'000) / 1'000) / kills;
    while (run.published() < static_cast<std::uint64_t>(share * static_cast<double>(events))) run.pass(100ms);
    run.pass(std::chrono::milliseconds(run.random()() % 1'000));
    const std::size_t city = static_cast<std::size_t>(kill) % partitions.size();
    const std::size_t victim = run.leader(city);
    // Not held against S03's limit: the group may not have settled since the last one.
    run.worst("takeover_ms", run.decided_after(partitions[city], run.crash_node(victim), kTakeoverPatience));
    run.start_node(victim);
    if (run.random()() % 2 == 0) {
      run.start_intake();
      run.crash_intake();
    }
  }
  while (run.published() < events) run.pass(100ms);
  run.figure("events", static_cast<std::int64_t>(run.published()));
  run.figure("kills", kills);
  run.settle();
}

// S03: one, two, three nodes came up in begin(); now back to one, and up again.
void nodes_come_and_are_killed(FaultRun& run) {
  run.begin(50);
  const int rounds = run.options().is_short ? 1 : 3;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::size_t> dead;
    while (run.running().size() > 1) {
      dead.push_back(run.leader());
      see_takeover(run, run.crash_node(dead.back()));
      run.pass(kGroupSettles);
    }
    for (const std::size_t node : dead) {
      const std::int64_t since = wall_ms();
      run.start_node(node);
      run.system().wait_until_led(node);
      run.pass(3s);
      run.worst("gap_at_joining_ms", run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200));
    }
  }
  run.settle();
}

// What a leader misses beyond its session timeout: another leads; it must find out by itself, and nobody may notice.
void away(FaultRun& run, std::size_t node, const std::function<void()>& goes, const std::function<void()>& returns) {
  goes();
  see_takeover(run, wall_ms());
  const std::size_t next = run.next_leader(node);
  run.pass(run.options().session_timeout + 3s);
  const std::size_t leaders = run.timeline().leaders(kTownPartition);
  const std::int64_t back = wall_ms();
  returns();
  // It reads on from where it was; a console sees there who leads.
  run.system().wait_until_led(node, WholeSystem::node_name(node));
  run.figure("knows_the_next_leader_after_ms", wall_ms() - back);
  run.expect(run.leader() == next, "somebody else than its successor leads after its return");
  run.expect(run.timeline().leaders(kTownPartition) == leaders, "it said once more that it leads");
  see_takeover(run, back);
}

// As under a supervisor that starts it again.
void leader_is_killed_and_back_at_once(FaultRun& run) {
  run.begin(50);
  const int rounds = run.options().is_short ? 1 : 5;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t leader = run.leader();
    const std::int64_t since = run.crash_node(leader);
    run.start_node(leader);
    see_takeover(run, since);
    run.system().wait_until_led(leader);
    run.pass(kGroupSettles);
    run.worst("longest_gap_ms", run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200));
  }
  run.settle();
}

void leader_is_stopped_and_continued(FaultRun& run) {
  run.begin(50);
  const std::size_t zombie = run.leader();
  const pid_t pid = run.node(zombie).pid();
  away(
      run, zombie, [pid] { ::kill(pid, SIGSTOP); }, [pid] { ::kill(pid, SIGCONT); });
  run.settle();
}

void leader_is_cut_off(FaultRun& run) {
  run.begin(50);
  // Whoever else leads by now gives way, so that the node behind the proxies leads.
  while (run.leader() != 0) {
    const std::size_t other = run.leader();
    run.end_node(other);
    run.next_leader(other);
    run.start_node(other);
  }
  const auto all = [&run](bool cut) {
    return [&run, cut] {
      for (auto& proxy : run.system().proxies()) proxy->cut(cut);
    };
  };
  away(run, 0, all(true), all(false));
  run.settle();
}

void leader_is_slow(FaultRun& run) {
  run.begin(20);
  const std::int64_t since = wall_ms();
  for (auto& proxy : run.system().proxies()) proxy->delay(100ms);
  run.pass(run.options().is_short ? 10s : 60s);
  run.figure("slow_p99_ms", run.timeline().latency(kTownPartition, since, wall_ms()).p99);
  const std::int64_t healed = wall_ms();
  for (auto& proxy : run.system().proxies()) proxy->delay(0ms);
  run.pass(10s);
  run.figure("healed_p99_ms", run.timeline().latency(kTownPartition, healed + 5'000, wall_ms()).p99);
  run.settle();
}

void a_node_joins_and_leaves_every_second(FaultRun& run) {
  run.begin(50);
  const std::int64_t since = wall_ms();
  const int storms = run.options().is_short ? 8 : 30;
  constexpr std::size_t kGuest = 2;
  for (int i = 0; i < storms; ++i) {
    if (!run.runs(kGuest)) run.start_node(kGuest);
    run.pass(1s);
    if (i % 2 == 0) {
      run.end_node(kGuest);
    } else {
      run.crash_node(kGuest);
    }
    run.pass(1s);
  }
  const std::int64_t gap = run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200);
  run.figure("longest_gap_ms", gap);
  run.expect_within(gap, takeover_limit_ms(run), "a partition without decisions");
  run.start_node(kGuest);
  run.settle();
}

void leader_is_asked_to_end(FaultRun& run) {
  run.begin(50);
  const int rounds = run.options().is_short ? 1 : 4;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t leader = run.leader();
    const std::int64_t since = wall_ms();
    const std::int64_t took = run.end_node(leader);
    run.worst("ended_after_ms", took);
    run.expect_within(took, kLeaveWithinMs, "the end of a node");
    const std::int64_t decided = run.decided_after(kTownPartition, since, kTakeoverPatience);
    run.next_leader(leader);
    run.pass(1s);
    run.worst("first_decision_ms", decided);
    run.worst("longest_gap_ms", run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200));
    run.start_node(leader);
    run.system().wait_until_led(leader);
  }
  run.settle();
}

}  // namespace

std::vector<Scenario> node_scenarios(const FaultOptions& options) {
  const SystemOptions three = {
      .brokers = 3, .nodes = 3, .session_timeout = options.session_timeout, .static_members = options.static_members};
  SystemOptions two = three;
  two.nodes = 2;
  SystemOptions two_towns = three;
  two_towns.more_recipes = {other_town()};
  SystemOptions proxied = two;
  proxied.proxied = true;
  SystemOptions alone = proxied;
  alone.nodes = 1;
  return {
      {"S01", "leaders and intakes are killed with kill -9 under load", two_towns, leaders_are_killed},
      {"S03", "one to three nodes and back, each killed while it leads", three, nodes_come_and_are_killed},
      {"S03-back", "the leader is killed and started again at once", two, leader_is_killed_and_back_at_once},
      {"S04", "the leader is stopped beyond its session timeout, and continued", two, leader_is_stopped_and_continued},
      {"S04-cut", "the leader cannot reach any broker, and no connection ends", proxied, leader_is_cut_off},
      {"S04-slow", "every message between the leader and the brokers takes 100 ms more", alone, leader_is_slow},
      {"S07", "a node joins and leaves every second", three, a_node_joins_and_leaves_every_second},
      {"S24", "the leader is asked to end (SIGTERM) under load", two, leader_is_asked_to_end},
  };
}

}  // namespace dispatch135
