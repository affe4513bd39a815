// The cheapest way to give each row a column of its own, or to leave it without: the linear assignment problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dispatch135::matching {

// Shortest augmenting paths with prices, one row after the other (Jonker and Volgenant 1987): exact, in whole numbers,
// O(rows^2 x columns) at worst. Of equal solutions always the same one. Keeps its memory; one per thread.
class Assignment {
 public:
  // No row may have this column.
  static constexpr std::int64_t kNever = INT64_MAX;
  // Neither a cost nor a sum of all rows' costs may exceed it.
  static constexpr std::int64_t kMostCost = INT64_MAX / 4;

  // costs[row * columns + column]: 0 to kMostCost, or kNever. without[row]: what it costs to leave the row without a
  // column, 0 to kMostCost. Gives the column of each row; nothing: it is left without. Valid until the next call.
  std::span<const std::optional<std::uint32_t>> solve(std::size_t columns, std::span<const std::int64_t> costs,
                                                      std::span<const std::int64_t> without);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  void add_row(std::uint32_t row, std::size_t columns, std::span<const std::int64_t> costs,
               std::span<const std::int64_t> without);

  std::vector<std::int64_t> row_price_;
  std::vector<std::int64_t> column_price_;
  std::vector<std::uint32_t> column_row_;    // Who has the column; kNone: nobody.
  std::vector<std::int64_t> distance_;       // By column, in the present search.
  std::vector<std::uint32_t> reached_from_;  // By column: the row that the shortest path comes from.
  std::vector<char> settled_;                // By column.
  std::vector<std::uint32_t> settled_order_;
  std::vector<std::optional<std::uint32_t>> row_column_;
};

}  // namespace dispatch135::matching
