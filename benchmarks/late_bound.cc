#include "benchmarks/late_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace dispatch135::benchmarks {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;
constexpr double kImpossible = -1e18;

// What serving a call costs a crew, and what it is worth to come in time.
struct Prices {
  std::vector<double> visit;    // Any sign: every call must be served as often as it needs units, not more or less.
  std::vector<double> in_time;  // 0 to 1: of a call with several units only the first counts.
};

// What a crew chose under the prices, by call.
struct Chosen {
  std::vector<std::uint32_t> visits;
  std::vector<std::uint32_t> in_time;
};

// The dearest sequence of visits of one crew.
class DearestDay {
 public:
  explicit DearestDay(const LateCrews& crews) : crews_(crews), best_(crews.in_time_from_post.size() * 2) {
    const std::size_t visits = best_.size();
    by_post_.resize(visits);
    std::iota(by_post_.begin(), by_post_.end(), 0U);
    std::stable_sort(by_post_.begin(), by_post_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return crews.at_post_before[a] < crews.at_post_before[b];
    });
    before_.resize(visits);
    counted_.resize(visits);
  }

  // Gives its worth, at least 0, and adds its visits, once for each crew.
  double choose(const Prices& prices, Chosen& chosen) {
    std::uint32_t last = kNone;
    double worth = 0;
    std::uint32_t at_post = kNone;  // The dearest visit after which the crew may be at its post by now.
    double at_post_worth = 0;
    std::size_t home = 0;
    const std::size_t calls = best_.size() / 2;
    for (std::uint32_t call = 0; call < calls; ++call) {
      for (; home < by_post_.size() && crews_.at_post_before[by_post_[home]] <= call; ++home) {
        if (best_[by_post_[home]] <= at_post_worth) continue;
        at_post = by_post_[home];
        at_post_worth = best_[at_post];
      }
      const auto take = [&](std::uint32_t visit, std::uint32_t before, bool in_time, double value) {
        best_[visit] = value;
        before_[visit] = before;
        counted_[visit] = in_time;
        if (value <= worth) return;
        worth = value;
        last = visit;
      };
      const double gain = prices.in_time[call];
      const double cost = prices.visit[call];
      const bool in_time = crews_.in_time_from_post[call];
      take(2 * call, at_post, in_time, at_post_worth + (in_time ? gain : 0) - cost);
      const LateStep* dearest = nullptr;
      double value = kImpossible;
      for (std::uint32_t s = crews_.step_begin[call]; s < crews_.step_begin[call + 1]; ++s) {
        const LateStep& step = crews_.steps[s];
        const double with = best_[step.from] + (step.in_time ? gain : 0);
        if (with <= value) continue;
        value = with;
        dearest = &step;
      }
      if (dearest == nullptr) {
        best_[2 * call + 1] = kImpossible;
      } else {
        take(2 * call + 1, dearest->from, dearest->in_time, value - cost);
      }
    }
    for (std::uint32_t visit = last; visit != kNone; visit = before_[visit]) {
      chosen.visits[visit / 2] += crews_.count;
      if (counted_[visit]) chosen.in_time[visit / 2] += crews_.count;
    }
    return worth;
  }

 private:
  const LateCrews& crews_;
  std::vector<double> best_;            // By visit: the worth of the dearest sequence that ends with it.
  std::vector<std::uint32_t> before_;   // By visit: the one before; kNone: the first.
  std::vector<bool> counted_;           // By visit: in time.
  std::vector<std::uint32_t> by_post_;  // Visits by at_post_before.
};

}  // namespace

std::uint64_t least_late(const LateProblem& problem, std::size_t rounds) {
  const std::size_t calls = problem.units_needed.size();
  std::vector<DearestDay> days;
  for (const LateCrews& crews : problem.crews) days.emplace_back(crews);
  Prices prices{std::vector<double>(calls, 0.5), std::vector<double>(calls, 1)};
  double least = static_cast<double>(calls);  // The most calls that can be reached in time, as far as is known.
  double stride = 1;
  std::size_t in_vain = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    Chosen chosen{std::vector<std::uint32_t>(calls), std::vector<std::uint32_t>(calls)};
    double most = 0;
    for (std::size_t c = 0; c < calls; ++c) {
      most += problem.units_needed[c] * prices.visit[c] + (1 - prices.in_time[c]);
    }
    for (std::size_t i = 0; i < days.size(); ++i) {
      most += problem.crews[i].count * days[i].choose(prices, chosen);
    }
    if (most < least - 1e-3) {
      in_vain = 0;
    } else if (++in_vain == 15) {
      stride /= 1.5;
      in_vain = 0;
    }
    least = std::min(least, most);
    // Where the prices lead: towards calls that are served too rarely, away from those served too often.
    double squares = 0;
    const auto surplus = [&](std::size_t c) {
      return static_cast<double>(chosen.visits[c]) - static_cast<double>(problem.units_needed[c]);
    };
    const auto twice = [&](std::size_t c) { return static_cast<double>(chosen.in_time[c]) - 1; };
    for (std::size_t c = 0; c < calls; ++c) {
      squares += surplus(c) * surplus(c);
      if (problem.units_needed[c] > 1) squares += twice(c) * twice(c);
    }
    if (squares == 0) break;  // Nothing is relaxed any more: the bound is exact.
    const double wanted = std::max(most - least, 0.0) + 0.02 * static_cast<double>(calls) + 1;
    const double step = stride * wanted / squares;
    for (std::size_t c = 0; c < calls; ++c) {
      prices.visit[c] += step * surplus(c);
      if (problem.units_needed[c] > 1) prices.in_time[c] = std::clamp(prices.in_time[c] - step * twice(c), 0.0, 1.0);
    }
  }
  // A sum of so few numbers is exact to far better than this.
  const double in_time = std::floor(least + 1e-6);
  return calls - static_cast<std::uint64_t>(std::clamp(in_time, 0.0, static_cast<double>(calls)));
}

}  // namespace dispatch135::benchmarks
