#include "engine/matching/assignment.h"

#include <algorithm>

#include "engine/base/check.h"

namespace dispatch135::matching {

std::span<const std::optional<std::uint32_t>> Assignment::solve(std::size_t columns,
                                                                std::span<const std::int64_t> costs,
                                                                std::span<const std::int64_t> without) {
  const std::size_t rows = without.size();
  D135_CHECK(costs.size() == rows * columns, "one cost for each row and column");
  row_price_.assign(rows, 0);
  column_price_.assign(columns, 0);
  column_row_.assign(columns, kNone);
  row_column_.assign(rows, std::nullopt);
  distance_.resize(columns);
  reached_from_.resize(columns);
  for (std::uint32_t row = 0; row < rows; ++row) add_row(row, columns, costs, without);
  return row_column_;
}

// Dijkstra from the new row over reduced costs, through columns that are taken to the rows that have them. It ends at a
// free column, or at a row on the way that is best left without. A row once left without stays so: columns only become
// dearer while rows are added.
void Assignment::add_row(std::uint32_t row, std::size_t columns, std::span<const std::int64_t> costs,
                         std::span<const std::int64_t> without) {
  constexpr std::int64_t kFar = INT64_MAX;
  std::fill(distance_.begin(), distance_.end(), kFar);
  settled_.assign(columns, 0);
  settled_order_.clear();
  std::int64_t at_row = 0;  // Distance of the row that is looked at.
  std::uint32_t from = row;
  row_price_[row] = 0;
  std::int64_t leave_distance = without[row];
  std::uint32_t leave_row = row;
  std::uint32_t end = kNone;
  for (;;) {
    const std::int64_t* cost = costs.data() + std::size_t{from} * columns;
    const std::int64_t base = at_row - row_price_[from];
    std::int64_t nearest = kFar;
    std::uint32_t next = kNone;
    for (std::uint32_t column = 0; column < columns; ++column) {
      if (settled_[column] != 0) continue;
      if (cost[column] != kNever) {
        const std::int64_t through = base + cost[column] - column_price_[column];
        if (through < distance_[column]) {
          distance_[column] = through;
          reached_from_[column] = from;
        }
      }
      if (distance_[column] < nearest) {
        nearest = distance_[column];
        next = column;
      }
    }
    if (next == kNone || nearest >= leave_distance) break;
    settled_[next] = 1;
    settled_order_.push_back(next);
    at_row = nearest;
    if (column_row_[next] == kNone) {
      end = next;
      break;
    }
    from = column_row_[next];
    const std::int64_t leave = at_row + without[from] - row_price_[from];
    if (leave < leave_distance) {
      leave_distance = leave;
      leave_row = from;
    }
  }

  const std::int64_t length = end == kNone ? leave_distance : at_row;
  row_price_[row] += length;
  for (const std::uint32_t column : settled_order_) {
    const std::int64_t spare = length - distance_[column];
    if (spare <= 0) continue;
    if (column_row_[column] != kNone) row_price_[column_row_[column]] += spare;
    column_price_[column] -= spare;
  }
  if (end == kNone) {
    if (leave_row == row) return;
    end = *row_column_[leave_row];
    row_column_[leave_row] = std::nullopt;
  }
  for (std::uint32_t column = end;;) {
    const std::uint32_t giver = reached_from_[column];
    column_row_[column] = giver;
    const std::optional<std::uint32_t> before = row_column_[giver];
    row_column_[giver] = column;
    if (giver == row) return;
    column = *before;
  }
}

}  // namespace dispatch135::matching
