// The generator's randomness: splitmix64 (Steele, Lea, Flood 2014). The same seed gives the same numbers on every
// machine.
#pragma once

#include <cstdint>

#include "engine/base/check.h"

namespace dispatch135::citybuild {

class Prng {
 public:
  explicit Prng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // 0..bound-1; bound at least 1. The bias of the remainder is far below what a map could show.
  std::uint32_t below(std::uint32_t bound) {
    D135_CHECK(bound > 0, "a choice out of nothing");
    return static_cast<std::uint32_t>(next() % bound);
  }

  // low..high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    D135_CHECK(low <= high, "an empty range");
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }

  bool percent(std::uint32_t chance) { return below(100) < chance; }

 private:
  std::uint64_t state_;
};

}  // namespace dispatch135::citybuild
