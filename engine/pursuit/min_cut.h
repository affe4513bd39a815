// The cheapest set of arcs whose removal parts two nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dispatch135::pursuit {

// Dinic's algorithm (1970): the flow from source to sink grows along shortest ways until none is left; the arcs that
// are full then part the two (Ford and Fulkerson 1956). Whole numbers; of equal cuts always the one nearest to the
// sink. Keeps its memory; one per thread.
class MinCut {
 public:
  // Begins anew with the nodes 0..nodes-1 and no arcs.
  void clear(std::size_t nodes);
  // Arcs are numbered from 0 in the order in which they are added. capacity: at least 0.
  void add_arc(std::uint32_t from, std::uint32_t to, std::int64_t capacity);
  // What the cheapest cut costs; nothing: more than `most`. Once after each clear().
  std::optional<std::int64_t> solve(std::uint32_t source, std::uint32_t sink, std::int64_t most);
  // The arcs of the cut, rising. Valid after a solve() that gave a cost, until the next clear().
  std::span<const std::uint32_t> arcs() const { return cut_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  // Each arc is followed by its reverse, which takes back what flows.
  struct Half {
    std::uint32_t to = 0;
    std::uint32_t next = kNone;  // Of those that leave the same node.
    std::int64_t room = 0;
  };
  bool find_levels(std::uint32_t source, std::uint32_t sink);
  // Gives what flows more along ways that climb from level to level.
  std::int64_t push(std::uint32_t source, std::uint32_t sink);
  void find_cut(std::uint32_t sink);

  std::vector<Half> halves_;
  std::vector<std::uint32_t> first_;    // By node.
  std::vector<std::uint32_t> current_;  // By node: the first that may still lead on.
  std::vector<std::uint32_t> level_;    // By node; kNone: not reached.
  std::vector<std::uint32_t> queue_;
  std::vector<std::uint32_t> way_;  // Halves from the source to where the search is.
  std::vector<std::uint32_t> cut_;
};

}  // namespace dispatch135::pursuit
