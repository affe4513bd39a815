// The Watch streams of consoles: a snapshot or what was missed, then every record's decisions, those of a burst
// together; positions once a second, and for a console that reads more slowly those of several seconds in one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "services/dispatchd/partition.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

inline constexpr std::int64_t kPositionsEveryMs = 1'000;
// After one event the next waits so long for others to go with it: what a burst costs for each of a thousand consoles
// is bounded, and what comes alone waits for nothing.
inline constexpr std::int64_t kTogetherMs = 100;
inline constexpr std::size_t kTogetherEvents = 512;
// A console that missed more records gets a snapshot. Smaller than the queue of a stream.
inline constexpr std::size_t kResumeEvents = 512;

class Watches {
 public:
  Watches(Partitions& partitions, ConsoleTransport& transport, const SteadyClock& clock)
      : partitions_(partitions), transport_(transport), clock_(clock) {}

  void open(WatchId watch, const v1::WatchRequest& request);
  // The stream is gone, by itself.
  void on_closed(WatchId watch);
  // The decisions of one record that concern the region. Are sent at once, or by on_timer() when wakeup_ms() says.
  void on_event(RegionId region, const History::Event& event);
  // The unit has been heard.
  void on_heard(RegionId region, UnitId unit);
  void close_partition(const Partition& partition, const Status& status);
  void close_all(const Status& status);

  void on_timer();
  std::optional<std::int64_t> wakeup_ms() const;
  std::size_t size() const { return region_of_.size(); }

 private:
  struct Watch {
    std::int64_t revision = 0;  // The last that the console has.
    bool positions = false;
    std::set<UnitId> owed;  // Whose positions it was not sent, for it was behind.
  };
  struct Region {
    std::map<WatchId, Watch> watches;
    std::vector<History::Event> waiting;  // To be sent together.
    std::int64_t sent_ms = 0;             // When events were last sent.
    std::size_t with_positions = 0;
    std::set<UnitId> heard;  // Since positions were last sent.
    // The last one made, and the units heard since. As long as what came after it is at hand it serves all who come:
    // a thousand consoles that connect at once cost one.
    History::Event snapshot;
    std::set<UnitId> heard_since_snapshot;
  };

  std::vector<History::Event> begin(const Partition& partition, const History& history, RegionId id, Region& region);
  History::Event positions(RegionId region, const std::set<UnitId>& units) const;
  void send_waiting(Region& region);
  void send_positions();
  bool send(WatchId watch, const History::Event& event);
  void close(WatchId watch, const Status& status);

  Partitions& partitions_;
  ConsoleTransport& transport_;
  const SteadyClock& clock_;
  std::map<RegionId, Region> regions_;
  std::map<WatchId, RegionId> region_of_;
  std::optional<std::int64_t> positions_at_ms_;
  std::optional<std::int64_t> together_at_ms_;  // When what waits in some region is due.
};

}  // namespace dispatch135::dispatchd
