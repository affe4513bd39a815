#include "tests/engine/twin/cheapest.h"

#include <algorithm>
#include <compare>

namespace dispatch135::core::twin {
namespace {

// The best way to give the rows so far exactly these columns.
struct Best {
  std::int64_t cost = INT64_MAX;
  std::int64_t unwished = 0;
  std::size_t empty = 0;                 // Sum of the rows that are left without.
  std::optional<std::size_t> last = {};  // What the last row got.
  bool better_than(const Best& other) const {
    if (cost != other.cost) return cost < other.cost;
    if (unwished != other.unwished) return unwished < other.unwished;
    return empty > other.empty;
  }
};

}  // namespace

std::vector<std::optional<std::size_t>> cheapest(const std::vector<std::vector<std::optional<Offer>>>& offers,
                                                 const std::vector<std::int64_t>& without, std::size_t columns) {
  const std::size_t sets = std::size_t{1} << columns;
  std::vector<std::vector<Best>> rows(offers.size() + 1, std::vector<Best>(sets));
  rows[0][0].cost = 0;
  for (std::size_t row = 0; row < offers.size(); ++row) {
    for (std::size_t set = 0; set < sets; ++set) {
      const Best& before = rows[row][set];
      if (before.cost == INT64_MAX) continue;
      const auto go_on = [&](std::size_t to, const Best& best) {
        if (best.better_than(rows[row + 1][to])) rows[row + 1][to] = best;
      };
      go_on(set, {before.cost + without[row], before.unwished, before.empty + row, std::nullopt});
      for (std::size_t column = 0; column < columns; ++column) {
        const std::optional<Offer>& offer = offers[row][column];
        if (!offer || (set >> column & 1U) != 0) continue;
        go_on(set | std::size_t{1} << column,
              {before.cost + offer->cost, before.unwished + (offer->wished ? 0 : 1), before.empty, column});
      }
    }
  }
  std::size_t set = 0;
  for (std::size_t other = 0; other < sets; ++other) {
    if (rows[offers.size()][other].better_than(rows[offers.size()][set])) set = other;
  }
  std::vector<std::optional<std::size_t>> given(offers.size());
  for (std::size_t row = offers.size(); row > 0; --row) {
    given[row - 1] = rows[row][set].last;
    if (given[row - 1]) set &= ~(std::size_t{1} << *given[row - 1]);
  }
  return given;
}

}  // namespace dispatch135::core::twin
