#include "engine/road/labels.h"

#include <algorithm>
#include <bit>

#include "engine/road/wide_loops.h"

namespace dispatch135::road {
namespace {

// label[i] = min(label[i], over[i] + ms): the ways that begin with a link.
D135_WIDE_LOOPS void add_and_improve(std::int32_t* label, const std::int32_t* over, std::int32_t ms,
                                     std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) label[i] = std::min(label[i], over[i] + ms);
}

D135_WIDE_LOOPS void add_and_combine(std::int32_t* __restrict into, const std::int32_t* a, std::int32_t a_ms,
                                     const std::int32_t* b, std::int32_t b_ms, std::size_t common, std::size_t count) {
  for (std::size_t i = 0; i < common; ++i) into[i] = std::min(std::min(a[i] + a_ms, b[i] + b_ms), kNoWayMs);
  for (std::size_t i = common; i < count; ++i) into[i] = std::min(a[i] + a_ms, kNoWayMs);
}

D135_WIDE_LOOPS std::int32_t least(const std::int32_t* a, const std::int32_t* b, std::size_t count) {
  std::int32_t least = kNoWayMs;
  for (std::size_t i = 0; i < count; ++i) least = std::min(least, a[i] + b[i]);
  return least;
}

}  // namespace

Labels::Labels(const Network& network) : network_(&network), rows_(network.hierarchy.size() + 1) {
  for (std::size_t node = 0; node < network.hierarchy.size(); ++node) {
    const std::size_t length = network.hierarchy.nodes[node].depth + std::size_t{1};
    rows_[node + 1].begin = rows_[node].begin + length;
    longest_ = std::max(longest_, length);
  }
  unknown_.reserve(longest_);
}

void Labels::forget_below(std::uint32_t node) {
  for (std::uint32_t below = network_->hierarchy.nodes[node].first_below; below <= node; ++below)
    rows_[below].known = 0;
}

void Labels::forget_all() {
  for (Row& row : rows_) row.known = 0;
}

std::uint64_t Labels::bytes_known() const {
  std::uint64_t entries = 0;
  for (std::size_t node = 0; node + 1 < rows_.size(); ++node) {
    entries +=
        (rows_[node + 1].begin - rows_[node].begin) * static_cast<std::uint64_t>(std::popcount(rows_[node].known));
  }
  return entries * sizeof(std::int32_t);
}

void Labels::improve(std::span<std::int32_t> into, std::span<const std::int32_t> label, std::int32_t ms) {
  add_and_improve(into.data(), label.data(), ms, label.size());
}

void Labels::work_out(TravelKind kind, Way way, std::uint32_t node) {
  const std::size_t table = table_of(kind, way);
  // Memory that nobody writes to is not taken from the machine.
  if (!tables_[table]) tables_[table].reset(new std::int32_t[rows_.back().begin]);
  const Hierarchy& hierarchy = network_->hierarchy;
  std::int32_t* const ms_of_all = tables_[table].get();
  unknown_.clear();
  for (std::uint32_t above = node; above != kNoNode && (rows_[above].known >> table & 1U) == 0;
       above = hierarchy.nodes[above].parent) {
    unknown_.push_back(above);
  }
  const auto k = static_cast<std::size_t>(kind);
  for (; !unknown_.empty(); unknown_.pop_back()) {
    const std::uint32_t next = unknown_.back();
    const std::size_t depth = hierarchy.nodes[next].depth;
    std::int32_t* const label = ms_of_all + rows_[next].begin;
    std::fill(label, label + depth, kNoWayMs);
    label[depth] = 0;
    for (std::size_t link = hierarchy.nodes[next].first_link; link < hierarchy.nodes[next + 1].first_link; ++link) {
      const std::int32_t ms = way == Way::kUp ? hierarchy.ms[link].up[k] : hierarchy.ms[link].down[k];
      if (ms == kNoWayMs) continue;
      const std::uint32_t over = hierarchy.link_up_to[link];
      add_and_improve(label, ms_of_all + rows_[over].begin, ms, hierarchy.nodes[over].depth + std::size_t{1});
    }
    rows_[next].known |= 1U << table;
  }
}

void Labels::combine(std::span<std::int32_t> into, std::span<const std::int32_t> a, std::int32_t a_ms,
                     std::span<const std::int32_t> b, std::int32_t b_ms) {
  add_and_combine(into.data(), a.data(), a_ms, b.data(), b_ms, b.size(), a.size());
}

std::int32_t Labels::least_sum(const std::int32_t* a, const std::int32_t* b, std::size_t count) {
  return least(a, b, count);
}

}  // namespace dispatch135::road
