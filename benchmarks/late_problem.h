// What the crews of a city could do with a day's calls, by the same roads and the same habits as simulate::Crews.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/late_bound.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/geo/point.h"
#include "services/simulate/crews.h"

namespace dispatch135::benchmarks {

struct LateCall {
  TimeMs at;
  TimeMs deadline_at;
  geo::Point place;
  DurationMs work;
  std::uint32_t units_needed = 1;
};

// `calls` by time. The choices that are allowed: a call is given its units when it comes, each a crew that is free, or
// one that will be free within `patience` (less than the work at any call) and then sets out at once. Crews do what
// they do in a simulation: from wherever a crew is when it is sent it rolls after its turnout, drives the quickest way,
// works, and drives home the quickest way, free. Nobody is diverted, and free crews are moved nowhere but home.
// When a crew that does not come from its post arrives depends on all that went before. Arrivals are told apart by
// grains of time, and within a grain the crew is given the best of each: the soonest end, and whatever place of the
// part of its way home that it may be on. So each sequence of calls that a crew could serve, and each call that it
// could serve in time, is in the problem; the finer the grain, the fewer are that it could not.
LateProblem late_problem(const city::City& city, RegionId region, const std::vector<bool>& on_duty,
                         const simulate::CrewHabits& habits, std::span<const LateCall> calls, DurationMs patience,
                         DurationMs grain);

}  // namespace dispatch135::benchmarks
