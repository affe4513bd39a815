// Virtual time: a clock that stands still until the simulation moves it, and what is to happen at which moment.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "engine/base/check.h"
#include "services/common/clock.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::simulation {

class VirtualTime final : public common::Clock, public dispatchd::SteadyClock {
 public:
  TimeMs wall() const override { return now_; }
  std::int64_t now_ms() const override { return now_.since_epoch; }

  // Of two things at the same moment the one that was asked for first comes first.
  void at(TimeMs due, std::function<void()> work) { due_.emplace(std::pair{due, ++count_}, std::move(work)); }
  void after(DurationMs pause, std::function<void()> work) { at(now_ + pause, std::move(work)); }
  // False: nothing is due now.
  bool step() {
    if (due_.empty() || due_.begin()->first.first > now_) return false;
    const auto work = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    work();
    return true;
  }
  std::optional<TimeMs> next_due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first.first;
  }
  void advance(TimeMs to) {
    D135_CHECK(to >= now_, "time runs forwards");
    now_ = to;
  }

 private:
  TimeMs now_{1'750'000'000'000};
  std::map<std::pair<TimeMs, std::uint64_t>, std::function<void()>> due_;
  std::uint64_t count_ = 0;
};

// The clock of one process: its wall clock may be off, and its steady clock counts from anywhere.
class ProcessClock final : public common::Clock, public dispatchd::SteadyClock {
 public:
  ProcessClock(const VirtualTime& time, std::int64_t steady_from_ms) : time_(time), steady_from_ms_(steady_from_ms) {}
  TimeMs wall() const override { return time_.wall() + ahead_; }
  std::int64_t now_ms() const override { return time_.now_ms() - steady_from_ms_; }
  void set_ahead(DurationMs ahead) { ahead_ = ahead; }

 private:
  const VirtualTime& time_;
  std::int64_t steady_from_ms_;
  DurationMs ahead_{0};
};

}  // namespace dispatch135::simulation
