// Intakes that die, publishers that repeat themselves, and more calls than there ever were.
#include "tests/integration/faults.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

void intakes_are_killed(FaultRun& run) {
  run.begin(100);
  const int kills = run.options().is_short ? 3 : 20;
  for (int i = 0; i < kills; ++i) {
    run.start_intake();  // Two at once.
    run.pass(std::chrono::milliseconds(500 + run.random()() % 3'000));
    run.crash_intake();
    run.pass(std::chrono::milliseconds(run.random()() % 1'000));
  }
  run.figure("kills", kills);
  run.settle();
}

void publishers_start_again_and_repeat(FaultRun& run) {
  run.begin(50);
  const auto time = run.options().is_short ? 5s : 30s;
  run.pass(time);
  for (int again = 0; again < 2; ++again) run.publish_again(50, time);
  run.settle();
  run.figure("opened", static_cast<std::int64_t>(run.timeline().opened()));
  run.expect(run.timeline().opened_twice() == 0, "an event opened two incidents");
}

void ten_times_the_busiest_minute(FaultRun& run) {
  constexpr double kBusiest = 10;
  run.begin(kBusiest);
  const auto minute = run.options().is_short ? 15s : 60s;
  const std::int64_t begin = wall_ms();
  run.pass(minute);
  const std::int64_t flood = wall_ms();
  run.flood(10 * kBusiest, minute);
  const std::int64_t after = wall_ms();
  run.pass(minute);
  const auto before_p99 = run.timeline().latency(kTownPartition, begin, flood).p99;
  const auto flood_p99 = run.timeline().latency(kTownPartition, flood, after).p99;
  const auto late = run.timeline().latency(kTownPartition, wall_ms() - minute / 1ms / 3, wall_ms()).p99;
  run.figure("before_p99_ms", before_p99);
  run.figure("flood_p99_ms", flood_p99);
  run.figure("after_p99_ms", late);
  run.expect_within(late, 2 * before_p99 + 50, "a decision a minute later");
  run.settle();
}

}  // namespace

std::vector<Scenario> load_scenarios(const FaultOptions& options) {
  const SystemOptions two = {.brokers = 3, .nodes = 2, .session_timeout = options.session_timeout};
  return {
      {"S05", "intakes are killed between reading and committing, and two run at once", two, intakes_are_killed},
      {"S09", "publishers start again and send everything again", two, publishers_start_again_and_repeat},
      {"S23", "ten times the busiest minute, for a minute", two, ten_times_the_busiest_minute},
  };
}

}  // namespace dispatch135
