// How often each of many may do something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "services/common/token_bucket.h"

namespace dispatch135::common {

// One thread.
class Rates {
 public:
  // As TokenBucket::take, of the one who is named so.
  bool take(const std::string& who, std::int64_t per_s, std::int64_t now_ms) {
    if (known_.size() >= kRemembered) {
      std::erase_if(known_, [&](const auto& entry) { return entry.second.full(per_s, now_ms); });
    }
    return known_[who].take(per_s, now_ms);
  }

 private:
  // Those about whom nothing is to be remembered are forgotten when there are more.
  static constexpr std::size_t kRemembered = 10'000;
  std::map<std::string, TokenBucket> known_;
};

}  // namespace dispatch135::common
