// The chance of one simulated actor. Not for the engine: nothing that decides may be random.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/hash.h"

namespace dispatch135::fieldsim {

// The same seed and actor draw the same numbers on every machine; two actors draw unrelated ones. splitmix64 (Steele,
// Lea, Flood 2014): small, and good enough for a simulation.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view actor) {
    StateHasher hasher;
    hasher.add(seed);
    hasher.add(actor);
    state_ = hasher.value();
  }

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 to 1, without 1.
  double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double share) { return fraction() < share; }
  // 0 to count - 1; count at least 1.
  std::uint64_t below(std::uint32_t count) { return (next() >> 32) * count >> 32; }
  // Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(fraction() * static_cast<double>(high - low + 1));
  }
  // Waiting time of a Poisson process.
  double exponential(double mean) { return -mean * std::log(1.0 - fraction()); }

 private:
  std::uint64_t state_;
};

template <typename T>
struct Weighted {
  T value;
  std::uint32_t weight;
};

// One of the choices, as often as its weight says.
template <typename T, std::size_t N>
T pick(Random& random, const std::array<Weighted<T>, N>& choices) {
  std::uint32_t total = 0;
  for (const auto& choice : choices) total += choice.weight;
  std::uint64_t at = random.below(total);
  for (const auto& choice : choices) {
    if (at < choice.weight) return choice.value;
    at -= choice.weight;
  }
  return choices.back().value;
}

}  // namespace dispatch135::fieldsim
