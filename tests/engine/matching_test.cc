// The cheapest assignment, held against trying everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <vector>

#include "engine/matching/assignment.h"

namespace dispatch135::matching {
namespace {

using ::testing::ElementsAre;

struct Problem {
  std::size_t columns = 0;
  std::vector<std::int64_t> costs;
  std::vector<std::int64_t> without;
};

std::int64_t cost_of(const Problem& problem, std::span<const std::optional<std::uint32_t>> columns) {
  std::int64_t sum = 0;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    sum += columns[row] ? problem.costs[row * problem.columns + *columns[row]] : problem.without[row];
  }
  return sum;
}

std::int64_t cheapest_by_trying(const Problem& problem, std::size_t row, std::vector<char>& taken) {
  if (row == problem.without.size()) return 0;
  std::int64_t best = problem.without[row] + cheapest_by_trying(problem, row + 1, taken);
  for (std::size_t column = 0; column < problem.columns; ++column) {
    const std::int64_t cost = problem.costs[row * problem.columns + column];
    if (taken[column] != 0 || cost == Assignment::kNever) continue;
    taken[column] = 1;
    best = std::min(best, cost + cheapest_by_trying(problem, row + 1, taken));
    taken[column] = 0;
  }
  return best;
}

TEST(Assignment, TwoIncidentsAndTwoUnitsAreMatchedTogetherNotFirstComeFirstServed) {
  // The first row's cheapest column is the only one that the second can have.
  Assignment assignment;
  const std::vector<std::int64_t> costs = {1, 2, 3, Assignment::kNever};
  const std::vector<std::int64_t> without = {100, 100};
  EXPECT_THAT(assignment.solve(2, costs, without), ElementsAre(1U, 0U));
}

TEST(Assignment, TheRowThatIsCheapestToLeaveIsLeftWithout) {
  Assignment assignment;
  const std::vector<std::int64_t> costs = {5, 1};
  const std::vector<std::int64_t> without = {100, 10};
  EXPECT_THAT(assignment.solve(1, costs, without), ElementsAre(0U, std::nullopt));
  const std::vector<std::int64_t> dear = {50, 60};
  const std::vector<std::int64_t> cheap_to_leave = {10, 10};
  EXPECT_THAT(assignment.solve(1, dear, cheap_to_leave), ElementsAre(std::nullopt, std::nullopt));
}

TEST(Assignment, NobodyIsMatchedWhenThereIsNobody) {
  Assignment assignment;
  EXPECT_TRUE(assignment.solve(3, {}, {}).empty());
  const std::vector<std::int64_t> without = {7};
  EXPECT_THAT(assignment.solve(0, {}, without), ElementsAre(std::nullopt));
}

TEST(Assignment, IsAsCheapAsTheBestOfAllPossibilities) {
  const auto seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  Assignment assignment;
  for (int round = 0; round < 20'000; ++round) {
    Problem problem;
    problem.columns = static_cast<std::size_t>(below(6));
    const auto rows = static_cast<std::size_t>(below(6));
    const std::int64_t spread = below(2) == 0 ? 4 : 1'000'000'000'000;
    for (std::size_t row = 0; row < rows; ++row) {
      problem.without.push_back(below(2 * spread));
      for (std::size_t column = 0; column < problem.columns; ++column) {
        problem.costs.push_back(below(5) == 0 ? Assignment::kNever : below(spread));
      }
    }
    const auto solved = assignment.solve(problem.columns, problem.costs, problem.without);
    std::vector<char> taken(problem.columns, 0);
    for (const auto& column : solved) {
      if (!column) continue;
      ASSERT_EQ(taken[*column]++, 0) << "a column is given twice";
    }
    std::fill(taken.begin(), taken.end(), 0);
    ASSERT_EQ(cost_of(problem, solved), cheapest_by_trying(problem, 0, taken)) << "round " << round;
  }
}

}  // namespace
}  // namespace dispatch135::matching
