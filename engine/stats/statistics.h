// What the bulletins score, from decisions alone. Feed every decision of a region once, in order.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"
#include "engine/base/result.h"
#include "engine/stats/groups.h"

namespace dispatch135::stats {

// One region's counts. Ended incidents leave only their sums behind.
class Statistics {
 public:
  void on_decision(const v1::Decision& decision);
  // The totals, and the groups that the request asks for; its region is not looked at.
  v1::StatisticsResponse response(const v1::StatisticsRequest& request = {}) const;

  // Appends all counts (docs/formats/state.md); restore() of them counts on. An Error says what is wrong with the
  // bytes.
  void save(std::string& out) const;
  static Result<Statistics> restore(std::string_view bytes);

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("open", x.open_);
    a("rings", x.rings_);
    a("totals", x.totals_);
    a("signed_within", x.signed_within_);
    a("signed_all", x.signed_all_);
    a("groups", x.groups_);
  }

 private:
  struct OpenIncident {
    std::uint32_t ring_min = 0;
    bool judged = false;  // Counted as in time or late.
    bool waiting = false;
    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("ring_min", x.ring_min);
      a("judged", x.judged);
      a("waiting", x.waiting);
    }
  };
  struct Ring {
    std::uint64_t in_time = 0;
    std::uint64_t late = 0;
    std::uint64_t pending = 0;
    std::uint64_t ended_before = 0;
    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("in_time", x.in_time);
      a("late", x.late);
      a("pending", x.pending);
      a("ended_before", x.ended_before);
    }
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
