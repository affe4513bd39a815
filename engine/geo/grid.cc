#include "engine/geo/grid.h"

namespace dispatch135::geo {

Grid grid_over(PlanePoint least, PlanePoint most, std::size_t wanted_cells, std::int64_t least_cell_mm) {
  const std::int64_t width = most.x_mm - least.x_mm;
  const std::int64_t height = most.y_mm - least.y_mm;
  const auto wanted = static_cast<std::int64_t>(std::max<std::size_t>(wanted_cells, 1));
  // A long thin box would get too many cells from its area alone.
  const std::int64_t by_area = floor_sqrt(static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) /
                                          static_cast<std::uint64_t>(wanted));
  const std::int64_t by_length = std::max(width, height) / wanted;
  Grid grid;
  grid.origin_x_mm = least.x_mm;
  grid.origin_y_mm = least.y_mm;
  grid.cell_mm = std::clamp(std::max(by_area, by_length) + 1, least_cell_mm, Grid::kLongestCellMm);
  grid.columns = static_cast<std::uint32_t>(width / grid.cell_mm + 1);
  grid.rows = static_cast<std::uint32_t>(height / grid.cell_mm + 1);
  return grid;
}

}  // namespace dispatch135::geo
