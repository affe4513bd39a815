// The cheapest way to give rows columns of their own, by trying all sets of columns: for a dozen columns.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace dispatch135::core::twin {

struct Offer {
  std::int64_t cost = 0;
  bool wished = false;
};

// offers[row][column]; nothing: the row cannot have the column. without[row]: what leaving it without one costs. Of
// equally cheap solutions the one with most columns that are wished, of these the one that leaves the last rows
// without. Gives each row's column.
std::vector<std::optional<std::size_t>> cheapest(const std::vector<std::vector<std::optional<Offer>>>& offers,
                                                 const std::vector<std::int64_t>& without, std::size_t columns);

}  // namespace dispatch135::core::twin
