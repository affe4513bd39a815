#include "engine/road/labels.h"

#include <algorithm>

// One more copy of the two inner loops for processors that add eight numbers at once, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define D135_WIDE_LOOPS __attribute__((target_clones("avx2", "default")))
#else
#define D135_WIDE_LOOPS
#endif

namespace dispatch135::road {
namespace {

// label[i] = min(label[i], over[i] + ms): the ways that begin with a link.
D135_WIDE_LOOPS void improve(std::int32_t* label, const std::int32_t* over, std::int32_t ms, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) label[i] = std::min(label[i], over[i] + ms);
}

D135_WIDE_LOOPS std::int32_t least(const std::int32_t* a, const std::int32_t* b, std::size_t count) {
  std::int32_t least = kNoWayMs;
  for (std::size_t i = 0; i < count; ++i) least = std::min(least, a[i] + b[i]);
  return least;
}

}  // namespace

Labels::Labels(const Network& network) : hierarchy_(network.hierarchy), rows_(hierarchy_.size() + 1) {
  std::uint32_t deepest = 0;
  for (std::size_t node = 0; node < hierarchy_.size(); ++node) {
    const std::uint32_t depth = hierarchy_.nodes[node].depth;
    rows_[node + 1].begin = rows_[node].begin + depth + 1;
    deepest = std::max(deepest, depth);
  }
  unknown_.reserve(deepest + std::size_t{1});
}

void Labels::work_out(TravelKind kind, Way way, std::uint32_t node) {
  const std::size_t table = table_of(kind, way);
  // Memory that nobody writes to is not taken from the machine.
  if (!tables_[table]) tables_[table].reset(new std::int32_t[rows_.back().begin]);
  std::int32_t* const ms_of_all = tables_[table].get();
  unknown_.clear();
  for (std::uint32_t above = node; above != kNoNode && (rows_[above].known >> table & 1U) == 0;
       above = hierarchy_.nodes[above].parent) {
    unknown_.push_back(above);
  }
  const std::span<const LinkMs> link_ms = hierarchy_.ms[static_cast<std::size_t>(kind)];
  for (; !unknown_.empty(); unknown_.pop_back()) {
    const std::uint32_t next = unknown_.back();
    const std::size_t depth = hierarchy_.nodes[next].depth;
    std::int32_t* const label = ms_of_all + rows_[next].begin;
    std::fill(label, label + depth, kNoWayMs);
    label[depth] = 0;
    for (std::size_t link = hierarchy_.nodes[next].first_link; link < hierarchy_.nodes[next + 1].first_link; ++link) {
      const std::int32_t ms = way == Way::kUp ? link_ms[link].up : link_ms[link].down;
      if (ms == kNoWayMs) continue;
      const std::uint32_t over = hierarchy_.link_up_to[link];
      improve(label, ms_of_all + rows_[over].begin, ms, hierarchy_.nodes[over].depth + std::size_t{1});
    }
    rows_[next].known |= 1U << table;
  }
}

std::int32_t Labels::least_sum(const std::int32_t* a, const std::int32_t* b, std::size_t count) {
  return least(a, b, count);
}

}  // namespace dispatch135::road
