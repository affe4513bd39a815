// Hashes that are the same on every machine, build and run.
#pragma once

#include <xxhash.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dispatch135 {

// XXH3-64 of bytes.
inline std::uint64_t hash_bytes(const void* data, std::size_t size) { return XXH3_64bits(data, size); }

// Folds values one after the other into one number; order matters.
class StateHasher {
 public:
  template <std::integral T>
  void add(T value) {
    mix(static_cast<std::uint64_t>(value));
  }
  void add(std::string_view text) {
    mix(text.size());
    mix(hash_bytes(text.data(), text.size()));
  }
  std::uint64_t value() const { return state_; }

 private:
  // The finaliser of splitmix64 (Steele, Lea, Flood 2014) over a running sum.
  void mix(std::uint64_t value) {
    std::uint64_t z = state_ + 0x9e3779b97f4a7c15ULL + value;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    state_ = z ^ (z >> 31);
  }
  std::uint64_t state_ = 0x6a09e667f3bcc909ULL;
};

}  // namespace dispatch135
