// What bulletins score, by unit, post, district, category and hour, from decisions alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"
#include "engine/stats/histogram.h"

namespace dispatch135::stats {

// How often something was done, within which limits, and how long it took.
template <std::size_t kLimits>
struct Timing {
  std::array<std::uint64_t, kLimits> within = {};
  Histogram took;
  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("within", x.within);
    a("took", x.took);
  }
};

struct Group {
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t breaches = 0;
  std::uint64_t void_calls = 0;
  std::uint64_t false_alarms = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t assignments = 0;
  Timing<4> signing;
  Timing<6> response;
  Timing<4> feedback;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("opened", x.opened);
    a("closed", x.closed);
    a("cancelled", x.cancelled);
    a("breaches", x.breaches);
    a("void_calls", x.void_calls);
    a("false_alarms", x.false_alarms);
    a("duplicates", x.duplicates);
    a("assignments", x.assignments);
    a("signing", x.signing);
    a("response", x.response);
    a("feedback", x.feedback);
  }
  void add(const Group& other);
  void fill(v1::GroupStatistics& out) const;
};

// One region's groups. Ended incidents and assignments leave only their sums behind.
class Groups {
 public:
  // Feed every decision of the region once, in order.
  void on_decision(const v1::Decision& decision);
  // Fills `all` and `groups`. The offset is 0 where it is out of range or no multiple of a quarter of an hour.
  void fill(const v1::StatisticsRequest& request, v1::StatisticsResponse& response) const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("open", x.open_);
    a("post_of_unit", x.post_of_unit_);
    a("name_of_unit", x.name_of_unit_);
    a("all", x.all_);
    a("by_unit", x.by_unit_);
    a("by_post", x.by_post_);
    a("by_district", x.by_district_);
    a("by_category", x.by_category_);
    a("by_quarter", x.by_quarter_);
  }

 private:
  static constexpr std::int64_t kQuarterMs = 15 * 60'000;
  static constexpr std::int64_t kQuarters = 96;  // Of a day.

  // What is to be known of an incident while it is open.
  struct Known {
    std::uint64_t district = 0;
    std::uint64_t category = 0;
    std::uint64_t quarter = 0;  // Of the day in UTC, in which it was opened.
    std::int64_t opened_at_ms = 0;
    bool reached = false;
    bool linked = false;
    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("district", x.district);
      a("category", x.category);
      a("quarter", x.quarter);
      a("opened_at_ms", x.opened_at_ms);
      a("reached", x.reached);
      a("linked", x.linked);
    }
  };
  static Known known(const v1::Incident& incident);
  void on_incident(const v1::Incident& incident);
  void on_ended(const v1::AssignmentEnded& ended, std::int64_t at_ms);
  // Calls visit(group) for each group that an incident is in.
  template <typename Visit>
  void each_of(const Known& incident, Visit visit);

  std::map<std::uint64_t, Known> open_;  // By incident id.
  std::map<std::uint64_t, std::uint64_t> post_of_unit_;
  std::map<std::uint64_t, std::string> name_of_unit_;
  Group all_;
  std::map<std::uint64_t, Group> by_unit_;
  std::map<std::uint64_t, Group> by_post_;
  std::map<std::uint64_t, Group> by_district_;
  std::map<std::uint64_t, Group> by_category_;
  // Hours begin at another minute in some zones: quarters of an hour are put together when they are asked for.
  std::map<std::uint64_t, Group> by_quarter_;
};

}  // namespace dispatch135::stats
