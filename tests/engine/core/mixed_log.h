// A long log of everything at once, by seed: calls, repeats, updates, cancels, units that report, sign, decline, fall
// silent and come back, dispatchers, alerts, rubbish. It reacts to what is decided, so that most reports fit and some
// do not.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/city/city.h"

namespace dispatch135::core::testing {

// The generator of splitmix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0..n-1.
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

// How the records are shared out.
struct Mix {
  std::uint32_t positions_of_1000 = 300;  // Units' positions.
  std::uint32_t calls_of_100 = 22;        // Of the others: what hotlines say. Above 15 the units cannot keep up.
  std::uint32_t duty_of_100 = 6;          // Of the others: signing on and off, lost connections.
  std::uint32_t commands_of_100 = 3;      // Of the others: dispatchers.
  bool streets = true;                    // Dispatchers close and slow down streets too, and the whole city.
  bool orders_read = false;               // Units say with each position which orders they have, as devices do.
  std::uint64_t gaps_below_ms = 80;       // Between two records.
};

class MixedLog {
 public:
  MixedLog(const city::City& city, std::uint32_t region, std::uint64_t seed, Mix mix);
  // The first records: city, policy, leader, and every unit signing on.
  std::vector<v1::LogRecord> opening(const v1::Policy& policy) const;
  v1::LogRecord next();
  // Time between the record and the one before, milliseconds.
  std::int64_t gap_ms() { return static_cast<std::int64_t>(random_.below(mix_.gaps_below_ms)); }
  void saw(const v1::Decision& decision);

 private:
  struct Work {
    std::uint64_t assignment = 0;
    int step = 0;  // Reports given: acknowledged, en route, on scene.
  };
  std::uint64_t any_unit();
  void fill_somewhere(v1::Position& position);
  void fill_on_beat(UnitIndex unit, v1::Position& position);
  void gave(std::uint64_t unit, std::uint64_t order_sequence);
  void fill_report(v1::LogRecord& record);
  void fill_work(v1::LogRecord& record);
  void fill_duty(v1::LogRecord& record);
  void fill_command(v1::LogRecord& record);
  void fill_streets(v1::ChangeStreets& change);
  void fill_alert(v1::LogRecord& record);

  const city::City* city_;
  std::uint32_t region_;
  Random random_;
  Mix mix_;
  std::vector<geo::Point> beats_;                      // By unit: the place that it patrols around.
  std::map<std::uint64_t, Work> work_;                 // By unit.
  std::map<std::uint64_t, std::uint64_t> last_order_;  // By unit: the sequence of the last one that it was given.
  std::vector<std::uint64_t> open_incidents_;
  std::vector<std::uint64_t> street_changes_;  // That have not ended.
  std::uint64_t events_ = 0;
  std::uint64_t alerts_ = 0;
  std::uint64_t commands_ = 0;
  std::int64_t source_offset_ = 0;
  std::int64_t device_clock_ms_ = 1;
};

}  // namespace dispatch135::core::testing
