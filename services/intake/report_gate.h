// How many events one address may report by gRPC, so that one publisher that runs wild does not take the place of the
// others. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "services/common/clock.h"
#include "services/common/rates.h"

namespace dispatch135::intake {

class ReportGate {
 public:
  // The clock must be safe to ask on any thread. `per_s`: of one address, 1 to 1,000,000; five seconds' worth may come
  // at once (common::TokenBucket).
  ReportGate(const common::SteadyClock& clock, std::int64_t per_s) : clock_(clock), per_s_(per_s) {}

  // From now on.
  void set(std::int64_t per_s) { per_s_ = per_s; }
  std::int64_t per_s() const { return per_s_; }
  // False: not now; it is counted. `address`: see common::address_of().
  bool take(const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (rates_.take(address, per_s_, clock_.now_ms())) return true;
    ++held_back_;
    return false;
  }
  // How often one was told to wait since the start.
  std::uint64_t held_back() const { return held_back_; }

 private:
  const common::SteadyClock& clock_;
  std::atomic<std::int64_t> per_s_;
  std::atomic<std::uint64_t> held_back_ = 0;
  std::mutex mutex_;  // Guards the rest.
  common::Rates rates_;
};

}  // namespace dispatch135::intake
