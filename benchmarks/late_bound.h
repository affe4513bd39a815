// How few calls could be reached late at best, by somebody who knows all calls beforehand: a lower bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dispatch135::benchmarks {

// How a crew comes to a visit from the one before it.
class LateStep {
 public:
  static LateStep of(std::uint32_t from, bool in_time) { return LateStep(from << 1 | (in_time ? 1U : 0U)); }
  std::uint32_t from() const { return bits_ >> 1; }   // The visit before.
  bool in_time() const { return (bits_ & 1U) != 0; }  // The crew may come in time.

 private:
  explicit LateStep(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

// What crews of one post that travel alike can do: a crew's day is a sequence of visits with rising calls. Calls are
// numbered by time. A call has several visits: the first by a crew that comes from its post, the others by one that
// comes from elsewhere, told apart by when it arrives.
struct LateCrews {
  std::uint32_t count = 0;                 // How many crews there are.
  std::vector<std::uint32_t> visit_begin;  // Call c has the visits visit_begin[c] up to visit_begin[c + 1].
  std::vector<bool> in_time_from_post;     // By call: the first of its visits.
  std::vector<std::uint32_t>
      at_post_before;  // By visit: the first call that the crew may set out to from its post after it.
  std::vector<std::uint32_t> step_begin;  // Visit v follows upon steps[step_begin[v]] up to steps[step_begin[v + 1]].
  std::vector<LateStep> steps;            // None for the first visit of a call.
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
