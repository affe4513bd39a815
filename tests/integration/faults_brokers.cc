// Brokers that crash, have no room left, or cannot be written to.
#include <filesystem>
#include <fstream>

#include "tests/integration/faults.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

constexpr int kBrokers = 3;
constexpr auto kProgressWithin = 60s;

void restart_brokers(FaultRun& run) {
  const auto started = run.system().brokers().start();
  if (!started) throw SystemError(started.error().message);
}

void every_broker_is_bounced(FaultRun& run) {
  run.begin(50);
  for (int broker = 1; broker <= kBrokers; ++broker) {
    const std::int64_t since = wall_ms();
    if (!run.system().brokers().kill(broker)) throw SystemError("the broker was dead before");
    run.worst("progress_after_crash_ms", run.decided_after(kTownPartition, since, kProgressWithin));
    run.log_was_away(since);
    run.pass(3s);
    restart_brokers(run);
    run.worst("progress_after_return_ms", run.decided_after(kTownPartition, wall_ms(), kProgressWithin));
    run.pass(run.options().is_short ? 5s : 15s);
    run.worst("longest_gap_ms", run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200));
  }
  run.settle();
}

// S15: broker 3 has a file system of its own. Something fills it; the broker gives up; the others go on; there is room
// again, and it comes back.
void a_brokers_disk_is_full(FaultRun& run) {
  run.begin(100);
  const std::string filler = run.system().brokers().home(kBrokers) + "/data/filler";
  const std::int64_t since = wall_ms();
  {
    std::ofstream out(filler, std::ios::binary);
    const std::string piece(64 << 10, 'x');
    while (out.write(piece.data(), static_cast<std::streamsize>(piece.size())).flush()) continue;
  }
  run.expect(std::filesystem::space(filler).available < (64 << 10), "the file system is not full");
  run.pass(run.options().is_short ? 10s : 60s);
  run.worst("progress_ms", run.decided_after(kTownPartition, wall_ms(), kProgressWithin));
  run.log_was_away(since);
  run.figure("longest_gap_ms", run.timeline().longest_gap(kTownPartition, since, wall_ms() - 200));
  std::filesystem::remove(filler);
  // Where the disk was full in the middle of a write, the broker has ended; one that has not goes on.
  restart_brokers(run);
  run.worst("progress_ms", run.decided_after(kTownPartition, wall_ms(), kProgressWithin));
  run.pass(5s);
  run.settle();
}

// S17: partition 0 of dispatch.log stands on broker 3 alone.
void a_partition_has_no_leader(FaultRun& run) {
  run.begin(20);
  const auto time = run.options().is_short ? 20s : 300s;
  const std::int64_t begin = wall_ms();
  run.pass(run.options().is_short ? 10s : 30s);
  const std::int64_t since = wall_ms();
  if (!run.system().brokers().kill(kBrokers)) throw SystemError("the broker was dead before");
  run.pass(time);
  const std::int64_t returned = wall_ms();
  restart_brokers(run);
  run.figure("alone_progress_ms", run.decided_after(kOtherTownPartition, returned, kProgressWithin));
  run.log_was_away(since, kOtherTownPartition);
  run.pass(5s);
  run.figure("alone_gap_ms", run.timeline().longest_gap(kOtherTownPartition, since, wall_ms() - 200));
  // Broker 3 led some of the topics' other partitions too: those have other leaders within a few seconds.
  const auto settled = since + 5'000;
  const std::int64_t gap = run.timeline().longest_gap(kTownPartition, settled, returned);
  run.figure("other_regions_gap_ms", gap);
  run.expect_within(gap, 2'000, "another region without decisions");
  run.figure("other_regions_p99_ms", run.timeline().latency(kTownPartition, settled, returned).p99);
  run.figure("before_p99_ms", run.timeline().latency(kTownPartition, begin, since).p99);
  run.settle();
}

}  // namespace

std::vector<Scenario> broker_scenarios(const FaultOptions& options) {
  const SystemOptions two = {.brokers = 3, .nodes = 2, .session_timeout = options.session_timeout};
  SystemOptions small_disk = two;
  small_disk.kafka_flags = " --small 3=100m";
  SystemOptions alone = two;
  alone.partition_0_alone = true;
  alone.more_recipes = {other_town()};
  return {
      {"S02", "each broker in turn is killed, and comes back", two, every_broker_is_bounced},
      {"S15", "the disk of one broker is full", small_disk, a_brokers_disk_is_full},
      {"S17", "one partition of dispatch.log has no leader for five minutes", alone, a_partition_has_no_leader},
  };
}

}  // namespace dispatch135
