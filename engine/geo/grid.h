// A uniform grid of square cells over the plane, and the search through its cells from near to far.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/geo/plane.h"

namespace dispatch135::geo {

struct Grid {
  std::int64_t origin_x_mm = 0;  // Corner with the least coordinates, within kPlaneLimitMm.
  std::int64_t origin_y_mm = 0;
  std::int64_t cell_mm = 1;   // 1..kLongestCellMm.
  std::uint32_t columns = 1;  // At least 1.
  std::uint32_t rows = 1;     // At least 1.

  static constexpr std::int64_t kLongestCellMm = 100'000'000;
  static constexpr std::int64_t kLongestSearchMm = 100'000'000;

  constexpr std::size_t cells() const { return std::size_t{columns} * rows; }
  // Cells are numbered row by row. What lies outside belongs to the nearest column or row.
  constexpr std::int64_t column_of(std::int64_t x_mm) const {
    return std::clamp<std::int64_t>((x_mm - origin_x_mm) / cell_mm, 0, std::int64_t{columns} - 1);
  }
  constexpr std::int64_t row_of(std::int64_t y_mm) const {
    return std::clamp<std::int64_t>((y_mm - origin_y_mm) / cell_mm, 0, std::int64_t{rows} - 1);
  }
  constexpr std::size_t cell_of(PlanePoint p) const {
    return static_cast<std::size_t>(row_of(p.y_mm) * columns + column_of(p.x_mm));
  }
};

// A grid over the box from `least` to `most` with about `wanted_cells` cells, none smaller than least_cell_mm.
Grid grid_over(PlanePoint least, PlanePoint most, std::size_t wanted_cells, std::int64_t least_cell_mm);

// Visits the cells around `point` ring by ring, until no cell left can hold anything at a squared distance of `best` or
// less. `visit(cell)` gives the new `best`. Distances of what lies in a cell may be off by a millimetre from rounding.
// limit_mm, at most kAcrossPlaneMm, bounds the search at the start; beyond kLongestSearchMm the point must be within it
// of the grid.
template <typename Visit>
void search_outward(const Grid& grid, PlanePoint point, std::int64_t limit_mm, Visit visit) {
  const std::int64_t right_mm = grid.origin_x_mm + grid.cell_mm * grid.columns;
  const std::int64_t top_mm = grid.origin_y_mm + grid.cell_mm * grid.rows;
  if (limit_mm < 0 || point.x_mm < grid.origin_x_mm - limit_mm || point.x_mm > right_mm + limit_mm ||
      point.y_mm < grid.origin_y_mm - limit_mm || point.y_mm > top_mm + limit_mm) {
    return;
  }
  std::int64_t best = limit_mm * limit_mm;
  const auto too_far = [&best](std::int64_t dx_mm, std::int64_t dy_mm) {
    const std::int64_t dx = std::max<std::int64_t>(dx_mm - 1, 0);
    const std::int64_t dy = std::max<std::int64_t>(dy_mm - 1, 0);
    return dx * dx + dy * dy > best;
  };
  const auto visit_cell = [&](std::int64_t column, std::int64_t row) {
    const std::int64_t x = grid.origin_x_mm + column * grid.cell_mm;
    const std::int64_t y = grid.origin_y_mm + row * grid.cell_mm;
    const std::int64_t dx = std::max(std::max(x - point.x_mm, point.x_mm - (x + grid.cell_mm)), std::int64_t{0});
    const std::int64_t dy = std::max(std::max(y - point.y_mm, point.y_mm - (y + grid.cell_mm)), std::int64_t{0});
    if (!too_far(dx, dy)) best = visit(static_cast<std::size_t>(row * grid.columns + column));
  };
  const std::int64_t column = grid.column_of(point.x_mm);
  const std::int64_t row = grid.row_of(point.y_mm);
  const std::int64_t columns = grid.columns;
  const std::int64_t rows = grid.rows;
  for (std::int64_t ring = 0;; ++ring) {
    const std::int64_t left = std::max<std::int64_t>(column - ring, 0);
    const std::int64_t right = std::min(column + ring, columns - 1);
    if (row - ring >= 0) {
      for (std::int64_t c = left; c <= right; ++c) visit_cell(c, row - ring);
    }
    if (ring > 0 && row + ring < rows) {
      for (std::int64_t c = left; c <= right; ++c) visit_cell(c, row + ring);
    }
    const std::int64_t bottom_inside = std::max<std::int64_t>(row - ring + 1, 0);
    const std::int64_t top_inside = std::min(row + ring - 1, rows - 1);
    for (std::int64_t r = bottom_inside; r <= top_inside; ++r) {
      if (column - ring >= 0) visit_cell(column - ring, r);
      if (column + ring < columns) visit_cell(column + ring, r);
    }
    const bool more_left = column - ring > 0 && !too_far(point.x_mm - (grid.origin_x_mm + left * grid.cell_mm), 0);
    const bool more_right =
        column + ring < columns - 1 && !too_far(grid.origin_x_mm + (right + 1) * grid.cell_mm - point.x_mm, 0);
    const bool more_below =
        row - ring > 0 && !too_far(0, point.y_mm - (grid.origin_y_mm + (row - ring) * grid.cell_mm));
    const bool more_above =
        row + ring < rows - 1 && !too_far(0, grid.origin_y_mm + (row + ring + 1) * grid.cell_mm - point.y_mm);
    if (!more_left && !more_right && !more_below && !more_above) return;
  }
}

}  // namespace dispatch135::geo
