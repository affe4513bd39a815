// The frontier of a search over the roads: what is reached when, soonest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dispatch135::road {

// A 4-ary min-heap of (time, node), ordered by time, then node. Keeps its memory when cleared.
class TimeHeap {
 public:
  struct Entry {
    std::uint32_t ms = 0;
    std::uint32_t node = 0;
  };

  bool empty() const { return keys_.empty(); }
  void clear() { keys_.clear(); }
  Entry top() const { return unpack(keys_.front()); }  // Only when not empty.

  void push(std::uint32_t ms, std::uint32_t node) {
    const std::uint64_t key = std::uint64_t{ms} << 32 | node;
    std::size_t hole = keys_.size();
    keys_.push_back(key);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (keys_[parent] <= key) break;
      keys_[hole] = keys_[parent];
      hole = parent;
    }
    keys_[hole] = key;
  }

  // Only when not empty.
  Entry pop() {
    const std::uint64_t least = keys_.front();
    const std::uint64_t moved = keys_.back();
    keys_.pop_back();
    if (!keys_.empty()) sink(moved);
    return unpack(least);
  }

 private:
  static Entry unpack(std::uint64_t key) {
    return {static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(key)};
  }

  void sink(std::uint64_t key) {
    const std::size_t size = keys_.size();
    std::size_t hole = 0;
    while (true) {
      const std::size_t first = hole * 4 + 1;
      if (first >= size) break;
      std::size_t least = first;
      const std::size_t end = first + 4 < size ? first + 4 : size;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (keys_[child] < keys_[least]) least = child;
      }
      if (keys_[least] >= key) break;
      keys_[hole] = keys_[least];
      hole = least;
    }
    keys_[hole] = key;
  }

  std::vector<std::uint64_t> keys_;  // Time in the high half, so that one comparison orders both.
};

}  // namespace dispatch135::road
