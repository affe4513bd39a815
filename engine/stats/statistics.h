// What the bulletins score, from decisions alone. Feed every decision of a region once, in order.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"
#include "engine/stats/groups.h"

namespace dispatch135::stats {

// One region's counts. Ended incidents leave only their sums behind.
class Statistics {
 public:
  void on_decision(const v1::Decision& decision);
  // The totals, and the groups that the request asks for; its region is not looked at.
  v1::StatisticsResponse response(const v1::StatisticsRequest& request = {}) const;

 private:
  struct OpenIncident {
    std::uint32_t ring_min = 0;
    bool judged = false;  // Counted as in time or late.
    bool waiting = false;
  };
  struct Ring {
    std::uint64_t in_time = 0;
    std::uint64_t late = 0;
    std::uint64_t pending = 0;
    std::uint64_t ended_before = 0;
  };
  void on_incident(const v1::IncidentChanged& changed);

  std::map<std::uint64_t, OpenIncident> open_;
  std::map<std::uint32_t, Ring> rings_ = {{1, {}}, {3, {}}, {5, {}}};
  v1::StatisticsResponse totals_;
  std::array<std::uint64_t, 4> signed_within_ = {};  // 30, 60, 120, 180 s.
  std::uint64_t signed_all_ = 0;
  Groups groups_;
};

}  // namespace dispatch135::stats
