// The simulation's counts, and how long it took from a report to the first order for it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/field_units.pb.h"
#include "services/fieldsim/diary.h"
#include "services/fieldsim/hotline.h"

namespace dispatch135::fieldsim {

// Sees every diary entry on its way to the diary, every send and every receipt. One thread. Instants are microseconds
// of a steady clock.
class Stats : public Diary {
 public:
  // `next` gets every entry and must outlive this.
  explicit Stats(Diary& next) : next_(&next) {}

  void write(const DiaryEntry& entry) override;
  // A record is handed to the broker's client.
  void on_sent(const Publication& publication, std::int64_t at_us);
  // An order is received, before the unit sees it. Gives the latency in microseconds if it is the first for a report of
  // this process that was assigned at once; else -1.
  std::int64_t on_order(const v1::UnitOrder& order, std::int64_t at_us);
  void on_connected_units(std::uint64_t now) { connected_units_ = now; }

  // One line of JSON, as docs/formats/diary.md describes it.
  std::string line(TimeMs now, bool final) const;

  std::uint64_t published() const { return published_; }
  std::uint64_t acked() const { return acked_; }
  std::uint64_t count(DiaryEvent event) const { return counts_[static_cast<std::size_t>(event)]; }

 private:
  Diary* next_;
  std::uint64_t published_ = 0;  // Records of any kind, repetitions too.
  std::uint64_t reports_ = 0;    // Good ones, without repetitions.
  std::uint64_t acked_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t connected_units_ = 0;
  std::uint64_t after_queue_ = 0;       // First orders of incidents that had to wait for a unit.
  std::int64_t order_received_us_ = 0;  // Of the order that a unit is about to see.
  std::array<std::uint64_t, kDiaryEvents> counts_ = {};
  std::map<std::pair<std::string, std::string>, std::int64_t> sent_us_;  // Of reports without an order yet.
  std::vector<std::uint32_t> latencies_us_;
};

}  // namespace dispatch135::fieldsim
