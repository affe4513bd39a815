// What units in the areas of active alerts were told, and who has confirmed it.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "dispatch135/v1/area_orders.pb.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/core/alert_area.h"

namespace dispatch135::core {

struct AreaOrder {
  struct Receipt {
    TimeMs told_at;
    TimeMs confirmed_at;  // 0: not yet.
  };
  v1::AreaOrder shown;
  AlertArea area;
  bool tells = false;  // Its time has come: units in the area are told, and those that come into it.
  std::map<UnitIndex, Receipt> receipts = {};
  std::vector<std::uint64_t> warned_posts = {};  // Ids, in order.

  std::uint32_t confirmed() const;
  void hash(StateHasher& hasher) const;
};

// By id.
using AreaOrders = std::map<std::uint64_t, AreaOrder>;

}  // namespace dispatch135::core
