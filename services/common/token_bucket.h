// How often something may happen: so many a second on average, five seconds' worth at once.
#pragma once

#include <algorithm>
#include <cstdint>

namespace dispatch135::common {

class TokenBucket {
 public:
  static constexpr std::int64_t kBurstSeconds = 5;

  // False: it may not happen now. `now_ms` must not go back; `per_s` 1 to 1,000,000, and may change from call to call.
  bool take(std::int64_t per_s, std::int64_t now_ms) {
    spent_ = spent_by(per_s, now_ms);
    at_ms_ = now_ms;
    if (spent_ + kToken > per_s * kBurstSeconds * kToken) return false;
    spent_ += kToken;
    return true;
  }
  // Nothing was taken from it lately: a new one is the same.
  bool full(std::int64_t per_s, std::int64_t now_ms) const { return spent_by(per_s, now_ms) == 0; }

 private:
  static constexpr std::int64_t kToken = 1'000;  // What a rate of 1/s brings back in a second, by the millisecond.

  std::int64_t spent_by(std::int64_t per_s, std::int64_t now_ms) const {
    // After so long it is full at any rate.
    const std::int64_t passed_ms = std::min<std::int64_t>(now_ms - at_ms_, kBurstSeconds * 1'000);
    return std::max<std::int64_t>(0, spent_ - passed_ms * per_s);
  }

  std::int64_t spent_ = 0;  // In thousandths of a token.
  std::int64_t at_ms_ = 0;
};

}  // namespace dispatch135::common
