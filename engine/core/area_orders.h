// What units in the areas of active alerts were told, and who has confirmed it.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "dispatch135/v1/area_orders.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/core/alert_area.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

struct AreaOrder {
  struct Receipt {
    TimeMs told_at;
    TimeMs confirmed_at;  // 0: not yet.

    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("told_at", x.told_at);
      a("confirmed_at", x.confirmed_at);
    }
  };
  v1::AreaOrder shown;
  google::protobuf::RepeatedPtrField<v1::AlertShape> shapes;  // Not malformed.
  AlertArea area = {};                                        // These shapes.
  bool tells = false;  // Its time has come: units in the area are told, and those that come into it.
  std::map<UnitIndex, Receipt> receipts = {};
  std::vector<std::uint64_t> warned_posts = {};  // Ids, in order.

  std::uint32_t confirmed() const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("shown", x.shown);
    a("shapes", x.shapes);
    a("tells", x.tells);
    a("receipts", x.receipts);
    a("warned_posts", x.warned_posts);
  }
};

// By id.
using AreaOrders = state::TrackedMap<std::uint64_t, AreaOrder>;

}  // namespace dispatch135::core
