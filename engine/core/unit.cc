#include "engine/core/unit.h"

#include <algorithm>

namespace dispatch135::core {

void Unit::forget_orders_up_to(std::uint64_t sequence) {
  const auto first_kept =
      std::find_if(orders.begin(), orders.end(), [&](const Order& order) { return order.sequence > sequence; });
  orders.erase(orders.begin(), first_kept);
}

}  // namespace dispatch135::core
