#include "services/dispatchd/leadership.h"

namespace dispatch135::dispatchd {

void Leadership::grant(std::int64_t now_ms) {
  if (granted_) return;
  granted_ = true;
  if (!start_in_flight_ && !leading_) start_at_ms_ = now_ms;
}

void Leadership::revoke() {
  granted_ = false;
  start_at_ms_.reset();
}

bool Leadership::wants_to_start(std::int64_t now_ms) const {
  return granted_ && start_at_ms_.has_value() && *start_at_ms_ <= now_ms;
}

void Leadership::start_appended() {
  start_in_flight_ = true;
  start_at_ms_.reset();
}

void Leadership::start_failed(std::int64_t now_ms) {
  start_in_flight_ = false;
  if (granted_) start_at_ms_ = now_ms + kRestartPauseMs;
}

void Leadership::leader_started(std::uint64_t process, std::int64_t now_ms) {
  if (process == process_) {
    start_in_flight_ = false;
    leading_ = granted_;
    return;
  }
  const bool ours_came_before = leading_;
  leading_ = false;
  if (granted_ && ours_came_before && !start_in_flight_) start_at_ms_ = now_ms + kRestartPauseMs;
}

void Leadership::suspend() {
  leading_ = false;
  start_at_ms_.reset();
}

void Leadership::resume(std::int64_t now_ms) {
  if (granted_ && !leading_ && !start_in_flight_) start_at_ms_ = now_ms;
}

}  // namespace dispatch135::dispatchd
