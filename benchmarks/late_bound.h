// How few calls could be reached late at best, by somebody who knows all calls beforehand: a lower bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dispatch135::benchmarks {

// A crew serves a call, coming from its post or from elsewhere: two visits for each call, 2 * call and 2 * call + 1.
// A crew's day is a sequence of visits with rising calls.
struct LateStep {
  std::uint32_t from = 0;  // The visit before.
  bool in_time = false;    // The crew may come in time.
};

// What crews of one post that travel alike can do. Calls are numbered by time.
struct LateCrews {
  std::uint32_t count = 0;  // How many there are.
  // By call. From its post a crew comes to each call; in time or not.
  std::vector<bool> in_time_from_post;
  // By visit: the first call that the crew may set out to from its post afterwards.
  std::vector<std::uint32_t> at_post_before;
  // The ways to come to a call from elsewhere: steps of call c are steps[step_begin[c]] up to steps[step_begin[c + 1]].
  std::vector<std::uint32_t> step_begin;
  std::vector<LateStep> steps;
};

struct LateProblem {
  std::vector<std::uint32_t> units_needed;  // By call, at least 1.
  std::vector<LateCrews> crews;
};

// No way to give every call its units, each crew doing one sequence of visits, has fewer calls that no unit reaches in
// time. It is the Lagrangian dual of that choice as an integer programme: which crew serves whom is relaxed and priced,
// so that each crew by itself takes the dearest sequence (a longest path). Weak duality: whatever the prices, the sum
// is no less than what can be had at best. The prices are improved by subgradient steps (Held, Wolfe, Crowder 1974), so
// that more rounds give a higher bound, and any number a true one.
std::uint64_t least_late(const LateProblem& problem, std::size_t rounds);

}  // namespace dispatch135::benchmarks
