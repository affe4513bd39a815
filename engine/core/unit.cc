#include "engine/core/unit.h"

#include <algorithm>


namespace dispatch135::core {

void Unit::forget_orders_up_to(std::uint64_t sequence) {
  const auto first_kept =
      std::find_if(orders.begin(), orders.end(), [&](const Order& order) { return order.sequence > sequence; });
  orders.erase(orders.begin(), first_kept);
}

void Unit::hash(StateHasher& hasher) const {
  hasher.add(static_cast<int>(secondary));
  hasher.add(unheard);
  hasher.add(held_out);
  hasher.add(device_id);
  hasher.add(heard_at.since_epoch);
  hasher.add(position.latitude_e7);
  hasher.add(position.longitude_e7);
  hasher.add(position_at.since_epoch);
  hasher.add(measured_at_ms);
  hasher.add(position_stale);
  hasher.add(watch_due.since_epoch);
  hasher.add(assignment.value());
  hasher.add(incident.value());
  hasher.add(free_at.since_epoch);
  hasher.add(last_order);
  hasher.add(orders.size());
  for (const Order& order : orders) {
    hasher.add(order.sequence);
    hasher.add(static_cast<std::uint8_t>(order.kind));
    hasher.add(order.offset);
    hasher.add(order.index);
    hasher.add(order.assignment.value());
    hasher.add(order.incident.value());
    hasher.add(order.eta.count);
    hasher.add(order.acknowledge_by.since_epoch);
    hasher.add(static_cast<int>(order.reason));
    if (order.kind == Order::Kind::kCheck) {
      hasher.add(order.check);
      hasher.add(static_cast<int>(order.check_cause));
    }
    if (order.area_order != 0) hasher.add(order.area_order);
    if (order.matter != 0) hasher.add(order.matter);
    if (order.move == 0) continue;
    hasher.add(order.move);
    hasher.add(order.post.value());
    hasher.add(static_cast<int>(order.move_reason));
  }
}

}  // namespace dispatch135::core
