#include "benchmarks/late_bound.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace dispatch135::benchmarks {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

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
  explicit DearestDay(const LateCrews& crews) : crews_(crews) {
    const std::size_t visits = crews.at_post_before.size();
    best_.resize(visits);
    before_.resize(visits);
    counted_.resize(visits);
    by_post_.resize(visits);
    std::iota(by_post_.begin(), by_post_.end(), 0U);
    std::stable_sort(by_post_.begin(), by_post_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return crews.at_post_before[a] < crews.at_post_before[b];
    });
  }

  // Gives its worth, at least 0, and adds its visits, once for each crew.
  double choose(const Prices& prices, Chosen& chosen) {
    worth_ = 0;
    last_ = kNone;
    std::uint32_t at_post = kNone;  // The dearest visit after which the crew may be at its post by now.
    double at_post_worth = 0;
    std::size_t home = 0;
    const std::size_t calls = crews_.in_time_from_post.size();
    for (std::uint32_t call = 0; call < calls; ++call) {
      for (; home < by_post_.size() && crews_.at_post_before[by_post_[home]] <= call; ++home) {
        if (best_[by_post_[home]] <= at_post_worth) continue;
        at_post = by_post_[home];
        at_post_worth = best_[at_post];
      }
      const std::array<double, 2> gain = {-prices.visit[call], prices.in_time[call] - prices.visit[call]};
      const std::uint32_t from_post = crews_.visit_begin[call];
      const bool in_time = crews_.in_time_from_post[call];
      take(from_post, at_post, in_time, at_post_worth + gain[in_time]);
      for (std::uint32_t visit = from_post + 1; visit < crews_.visit_begin[call + 1]; ++visit) {
        const LateStep* dearest = nullptr;
        double value = 0;
        for (std::uint32_t s = crews_.step_begin[visit]; s < crews_.step_begin[visit + 1]; ++s) {
          const double with = best_[crews_.steps[s].from()] + gain[crews_.steps[s].in_time()];
          if (dearest != nullptr && with <= value) continue;
          value = with;
          dearest = &crews_.steps[s];
        }
        take(visit, dearest->from(), dearest->in_time(), value);
      }
    }
    std::uint32_t call = static_cast<std::uint32_t>(calls);
    for (std::uint32_t visit = last_; visit != kNone; visit = before_[visit]) {
      while (crews_.visit_begin[call] > visit) --call;
      chosen.visits[call] += crews_.count;
      if (counted_[visit]) chosen.in_time[call] += crews_.count;
    }
    return worth_;
  }

 private:
  void take(std::uint32_t visit, std::uint32_t before, bool in_time, double value) {
    best_[visit] = value;
    before_[visit] = before;
    counted_[visit] = in_time;
    if (value <= worth_) return;
    worth_ = value;
    last_ = visit;
  }

  const LateCrews& crews_;
  std::vector<double> best_;            // By visit: the worth of the dearest sequence that ends with it.
  std::vector<std::uint32_t> before_;   // By visit: the one before; kNone: the first.
  std::vector<bool> counted_;           // By visit: in time.
  std::vector<std::uint32_t> by_post_;  // Visits by at_post_before.
  double worth_ = 0;
  std::uint32_t last_ = kNone;  // Of the dearest sequence; kNone: it stays at its post all day.
};

}  // namespace

std::uint64_t least_late(const LateProblem& problem, std::size_t rounds) {
  const std::size_t calls = problem.units_needed.size();
  std::vector<DearestDay> days;
  for (const LateCrews& crews : problem.crews) days.emplace_back(crews);
  Prices prices{std::vector<double>(calls, 0.5), std::vector<double>(calls, 1)};
  // Steps are as long for a call that is seldom served right as for one that often is (as in Adam: Kingma, Ba 2015),
  // and shorter from round to round.
  std::vector<double> heading(calls);
  std::vector<double> squares(calls, 1);
  double least = std::numeric_limits<double>::max();  // The most calls that can be reached in time, as far as is known.
  for (std::size_t round = 0; round < rounds; ++round) {
    Chosen chosen{std::vector<std::uint32_t>(calls), std::vector<std::uint32_t>(calls)};
    double most = 0;
    for (std::size_t c = 0; c < calls; ++c) {
      most += problem.units_needed[c] * prices.visit[c] + (1 - prices.in_time[c]);
    }
    for (std::size_t i = 0; i < days.size(); ++i) {
      most += problem.crews[i].count * days[i].choose(prices, chosen);
    }
    least = std::min(least, most);
    const double pace = 0.05 * std::pow(0.01, static_cast<double>(round) / static_cast<double>(rounds));
    for (std::size_t c = 0; c < calls; ++c) {
      // Dearer what is served too often, cheaper what is served too rarely.
      const double surplus = static_cast<double>(chosen.visits[c]) - static_cast<double>(problem.units_needed[c]);
      heading[c] = 0.9 * heading[c] + 0.1 * surplus;
      squares[c] = 0.98 * squares[c] + 0.02 * surplus * surplus;
      prices.visit[c] += pace * heading[c] / (std::sqrt(squares[c]) + 1e-3);
      if (problem.units_needed[c] == 1) continue;
      const double again = static_cast<double>(chosen.in_time[c]) - 1;
      prices.in_time[c] = std::clamp(prices.in_time[c] - pace * again, 0.0, 1.0);
    }
  }
  // A sum of so few numbers is exact to far better than this.
  const double in_time = std::clamp(std::floor(least + 1e-6), 0.0, static_cast<double>(calls));
  return calls - static_cast<std::uint64_t>(in_time);
}

}  // namespace dispatch135::benchmarks
