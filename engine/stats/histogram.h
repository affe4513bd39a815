// How long things took, so that a share of them can be told without keeping each.
#pragma once

#include <cstdint>
#include <map>

namespace dispatch135::stats {

// Counts durations in buckets whose edges are whole numbers: up to 64 ms each has its own; beyond, each power of two is
// cut into 32, so that a bucket is at most 1/32 of its least value wide.
class Histogram {
 public:
  // Milliseconds; a negative one counts as 0.
  void add(std::int64_t ms);
  void add(const Histogram& other);
  std::uint64_t count() const { return count_; }
  std::int64_t mean_ms() const;  // Rounded down; 0: nothing was added.
  // A duration that at least `percent` of the added ones do not exceed: the last value of the bucket that holds it, too
  // high by 1/32 at most. 0: nothing was added.
  std::int64_t percentile_ms(std::uint64_t percent) const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("buckets", x.buckets_);
    a("count", x.count_);
    a("sum_ms", x.sum_ms_);
  }

 private:
  std::map<std::uint32_t, std::uint64_t> buckets_;  // Those that hold something.
  std::uint64_t count_ = 0;
  std::int64_t sum_ms_ = 0;
};

}  // namespace dispatch135::stats
