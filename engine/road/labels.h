// How far every approach is from those above it in the hierarchy: the time of any way is then one pass over two
// short arrays.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/road/network.h"

namespace dispatch135::road {

enum class Way : std::uint8_t { kUp = 0, kDown = 1 };  // From the approach to those above it, or from them to it.

// Labels are worked out when they are first asked for and kept: memory grows with the streets that are used, at most by
// 8 bytes for each approach, kind of travel and approach above it. One per thread.
class Labels {
 public:
  // `network` must outlive it. When the times of its links change, say so by forget_below().
  explicit Labels(const Network& network);
  // The labels of a node and of all below it are worked out anew when they are asked for.
  void forget_below(std::uint32_t node);
  void forget_all();
  // Milliseconds or kNoWayMs. Entry i is the i-th node on the chain from the root down to `node`; the last is `node`
  // itself, 0. A way need not be the quickest there is: the quickest one from a to b is the least sum of an entry of
  // a's label upwards and of b's downwards, over the nodes that are above both.
  std::span<const std::int32_t> label(TravelKind kind, Way way, std::uint32_t node) {
    const std::size_t table = table_of(kind, way);
    if ((rows_[node].known >> table & 1U) == 0) work_out(kind, way, node);
    return {tables_[table].get() + rows_[node].begin, rows_[node + 1].begin - rows_[node].begin};
  }

  // Of those that are worked out.
  std::uint64_t bytes_known() const;
  // At most so many entries has a label.
  std::size_t longest() const { return longest_; }

  // into[i] = min(into[i], label[i] + ms).
  static void improve(std::span<std::int32_t> into, std::span<const std::int32_t> label, std::int32_t ms);
  // into[i] = min(a[i] + a_ms, b[i] + b_ms) as far as b reaches, then a[i] + a_ms; cut at kNoWayMs. `a` is at least as
  // long as `b`, and `into` as long as `a`.
  static void combine(std::span<std::int32_t> into, std::span<const std::int32_t> a, std::int32_t a_ms,
                      std::span<const std::int32_t> b, std::int32_t b_ms);
  // min(a[i] + b[i]) for i < count; kNoWayMs or more: no way.
  static std::int32_t least_sum(const std::int32_t* a, const std::int32_t* b, std::size_t count);

 private:
  // Where a node's label is in each table.
  struct Row {
    std::uint64_t begin = 0;
    std::uint32_t known = 0;  // A bit for each table. What is above a node whose label is known is known too.
  };
  static std::size_t table_of(TravelKind kind, Way way) {
    return static_cast<std::size_t>(kind) * 2 + static_cast<std::size_t>(way);
  }
  void work_out(TravelKind kind, Way way, std::uint32_t node);

  const Network* network_;
  std::size_t longest_ = 0;
  std::vector<Row> rows_;                                                 // By node, and one that ends the last.
  std::array<std::unique_ptr<std::int32_t[]>, kTravelKinds * 2> tables_;  // The labels of one kind and way.
  std::vector<std::uint32_t> unknown_;
};

}  // namespace dispatch135::road
