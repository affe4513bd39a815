// One run: the calls through the engine's core on virtual time, with simulated crews, under one policy.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/city/city.h"
#include "services/simulate/call.h"
#include "services/simulate/crews.h"
#include "services/simulate/outcome.h"

namespace dispatch135::simulate {

struct RunOptions {
  RegionId region;
  v1::Policy policy;
  std::uint32_t strength_percent = 100;  // Of the units that are on duty, spread evenly over the list; 1-100.
  CrewHabits habits;
  std::uint64_t seed = 1;  // Of the crews' chance.
  // Without it a call's work on scene is drawn by category, by its event id and this seed.
  std::uint64_t work_seed = 1;
};

struct RunResult {
  Outcome outcome;
  std::vector<CallOutcome> calls;  // By time.
  std::uint64_t state_hash = 0;    // Of the engine at the end: two equal runs have equal ones.
};

// How long a unit works at the call's scene.
DurationMs work_of(const Call& call, std::uint64_t seed);
// How often a standing crew is heard: seldom, but before the policy takes it for silent or its position for stale.
DurationMs heartbeat_under(const v1::Policy& policy);
// Which units are on duty, by UnitIndex.
std::vector<bool> on_duty(const city::City& city, std::uint32_t strength_percent);

// `calls` by time. All units sign on ten minutes before the first call; the run ends when all incidents have ended, or
// six hours after the last call. The same arguments give the same result on every machine. Error: the policy is not
// good, or the city has no such region.
Result<RunResult> run(const city::City& city, std::span<const Call> calls, const RunOptions& options);

}  // namespace dispatch135::simulate
