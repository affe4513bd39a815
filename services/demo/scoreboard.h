// What the demo shows of a running system: kept up to date from what a console watches. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "dispatch135/v1/console.pb.h"

namespace dispatch135::demo {

struct RingCount {
  std::uint64_t in_time = 0;
  std::uint64_t late = 0;
  std::uint64_t pending = 0;
};

struct OrderShown {
  std::int64_t at_ms = 0;  // Log time.
  std::uint64_t unit_id = 0;
  std::uint64_t incident_id = 0;
  std::int64_t eta_ms = 0;
  bool in_time = false;
};

class Scoreboard {
 public:
  // Events of several regions may be mixed.
  void on_event(const v1::WatchEvent& event);

  // How many incidents there are of each kind, now.
  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t open = 0;
    std::uint64_t waiting = 0;  // Open, nobody assigned.
    std::uint64_t on_scene = 0;
    std::uint64_t closed = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t breached = 0;
  };
  Counts counts() const;
  std::map<std::uint32_t, RingCount> rings() const;  // 1, 3, 5.
  std::map<v1::UnitSecondaryStatus, std::uint64_t> units() const;

  const std::deque<std::uint64_t>& latest_calls() const { return latest_calls_; }  // Newest first.
  const std::deque<OrderShown>& latest_orders() const { return latest_orders_; }   // Newest first.
  const v1::Incident* incident(std::uint64_t incident_id) const;                   // Null: not known.
  std::uint64_t orders() const { return orders_; }

 private:
  void on_decision(const v1::Decision& decision);
  void on_new(const v1::Incident& incident);

  static constexpr std::size_t kShown = 100;
  std::map<std::uint64_t, v1::Incident> incidents_;
  std::map<std::uint64_t, v1::UnitSecondaryStatus> units_;
  std::deque<std::uint64_t> latest_calls_;
  std::deque<OrderShown> latest_orders_;
  std::uint64_t orders_ = 0;
};

}  // namespace dispatch135::demo
