#include "engine/stats/histogram.h"

#include <algorithm>
#include <bit>

namespace dispatch135::stats {
namespace {

constexpr std::uint32_t kBits = 5;  // A power of two is cut into 2^kBits.
constexpr std::uint64_t kParts = 1ULL << kBits;

std::uint32_t bucket_of(std::uint64_t ms) {
  if (ms < 2 * kParts) return static_cast<std::uint32_t>(ms);
  const auto shift = static_cast<std::uint32_t>(std::bit_width(ms)) - 1 - kBits;
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(shift) << kBits) + (ms >> shift));
}

std::uint64_t last_of(std::uint32_t bucket) {
  if (bucket < 2 * kParts) return bucket;
  const std::uint32_t shift = (bucket >> kBits) - 1;
  return ((kParts + bucket % kParts + 1) << shift) - 1;
}

}  // namespace

void Histogram::add(std::int64_t ms) {
  const std::int64_t at_least_0 = std::max<std::int64_t>(ms, 0);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(at_least_0))];
  ++count_;
  sum_ms_ += at_least_0;
}

void Histogram::add(const Histogram& other) {
  for (const auto& [bucket, count] : other.buckets_) buckets_[bucket] += count;
  count_ += other.count_;
  sum_ms_ += other.sum_ms_;
}

std::int64_t Histogram::mean_ms() const { return count_ == 0 ? 0 : sum_ms_ / static_cast<std::int64_t>(count_); }

std::int64_t Histogram::percentile_ms(std::uint64_t percent) const {
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : buckets_) {
    seen += count;
    if (seen * 100 >= count_ * percent) return static_cast<std::int64_t>(last_of(bucket));
  }
  return 0;
}

}  // namespace dispatch135::stats
