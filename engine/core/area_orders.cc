#include "engine/core/area_orders.h"

#include <algorithm>

namespace dispatch135::core {

std::uint32_t AreaOrder::confirmed() const {
  return static_cast<std::uint32_t>(std::count_if(
      receipts.begin(), receipts.end(), [](const auto& receipt) { return receipt.second.confirmed_at != TimeMs{}; }));
}

void AreaOrder::hash(StateHasher& hasher) const {
  hasher.add(shown.SerializeAsString());
  hasher.add(tells);
  hasher.add(receipts.size());
  for (const auto& [unit, receipt] : receipts) {
    hasher.add(unit.value());
    hasher.add(receipt.told_at.since_epoch);
    hasher.add(receipt.confirmed_at.since_epoch);
  }
  for (const std::uint64_t post : warned_posts) hasher.add(post);
}

}  // namespace dispatch135::core
