#include "engine/core/area_orders.h"

#include <algorithm>

namespace dispatch135::core {

std::uint32_t AreaOrder::confirmed() const {
  return static_cast<std::uint32_t>(std::count_if(
      receipts.begin(), receipts.end(), [](const auto& receipt) { return receipt.second.confirmed_at != TimeMs{}; }));
}

}  // namespace dispatch135::core
