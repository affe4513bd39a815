// The records of one round: a random hour of a tiny town, in which there is always more to do than units to do it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/log.pb.h"
#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {

class Cases {
 public:
  // `twin` tells how things stand; both must outlive it.
  Cases(const Town& town, const Twin& twin, Dice& dice, std::int64_t now_ms)
      : town_(&town), twin_(&twin), dice_(&dice), now_ms_(now_ms) {}

  // Every unit's shift, if rosters count, and who signs on at the beginning.
  std::vector<v1::LogRecord> opening(bool with_roster);
  v1::LogRecord next();
  // Of the next record.
  std::int64_t now_ms() const { return now_ms_; }

 private:
  void report(v1::IncidentReported& report);
  void hotline(v1::LogRecord& record);
  void work(v1::LogRecord& record);
  void duty(v1::LogRecord& record);
  void command(v1::LogRecord& record);
  v1::OperatorCommand& new_command(v1::LogRecord& record);
  void position(v1::Position& out);
  const Unit& any_unit() { return twin_->units()[dice_->roll(twin_->units().size())]; }
  const Incident* any_open();

  const Town* town_;
  const Twin* twin_;
  Dice* dice_;
  std::int64_t now_ms_;
  std::uint64_t events_ = 0;
  std::uint64_t commands_ = 0;
};

}  // namespace dispatch135::core::twin
