#include "engine/city/nested_dissection.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dispatch135::city {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

// A part of the network, its vertices numbered from 0.
struct Part {
  std::vector<std::uint32_t> junctions;  // Of the whole network.
  std::vector<std::uint32_t> begin;      // Neighbours of vertex v: neighbours[begin[v] .. begin[v + 1]].
  std::vector<std::uint32_t> neighbours;

  std::uint32_t size() const { return static_cast<std::uint32_t>(junctions.size()); }
  std::span<const std::uint32_t> of(std::uint32_t v) const {
    return std::span(neighbours).subspan(begin[v], begin[v + 1] - begin[v]);
  }
};

enum class Side : std::uint8_t { kFirst, kSecond, kSeparator };

// The least set of vertices that every path from the sources to the targets crosses; sources and targets may be in it.
// As many paths that share no vertex are found (Dinic's algorithm); each vertex is entered at its front and left at its
// back, and only one path may go from front to back.
class VertexCut {
 public:
  VertexCut(const Part& part, const std::vector<Side>& ends) : part_(part), ends_(ends), n_(part.size()) {
    before_.assign(n_, kNone);
    after_.assign(n_, kNone);
    while (measure()) {
      next_.assign(std::size_t{2} * n_, 0);
      for (std::uint32_t v = 0; v < n_; ++v) {
        if (is_source(v) && before_[v] != kOutside && extend(v)) ++size_;
      }
    }
  }

  std::uint32_t size() const { return size_; }

  // kFirst: what the sources still reach. Valid after the last measure(), which reached no target.
  std::vector<Side> sides() const {
    std::vector<Side> sides(n_, Side::kSecond);
    for (std::uint32_t v = 0; v < n_; ++v) {
      if (level_[back(v)] != kNone) {
        sides[v] = Side::kFirst;
      } else if (level_[front(v)] != kNone) {
        sides[v] = Side::kSeparator;
      }
    }
    return sides;
  }

 private:
  // Ends of paths, where a vertex before or after would stand.
  static constexpr std::uint32_t kOutside = kNone - 1;

  std::uint32_t front(std::uint32_t v) const { return 2 * v; }
  std::uint32_t back(std::uint32_t v) const { return 2 * v + 1; }
  bool is_source(std::uint32_t v) const { return ends_[v] == Side::kFirst; }
  bool is_target(std::uint32_t v) const { return ends_[v] == Side::kSecond; }

  // Calls visit(state) for each state that one step leads to, until it gives true. Steps are numbered from `step`,
  // which is left at the one that gave true.
  template <typename Visit>
  bool for_each_step(std::uint32_t state, std::uint32_t& step, Visit visit) const {
    const std::uint32_t v = state / 2;
    if (state % 2 == 0) {
      if (step == 0) {
        if (before_[v] == kNone) {
          if (visit(back(v))) return true;
        } else if (before_[v] != kOutside) {
          if (visit(back(before_[v]))) return true;
        }
        ++step;
      }
      return false;
    }
    const auto neighbours = part_.of(v);
    for (; step < neighbours.size(); ++step) {
      if (neighbours[step] != after_[v] && visit(front(neighbours[step]))) return true;
    }
    // At the back of a vertex on a path, reached against it: its inside may be given back.
    if (step == neighbours.size()) {
      if (before_[v] != kNone && visit(front(v))) return true;
      ++step;
    }
    return false;
  }

  bool ends_here(std::uint32_t state) const {
    return state % 2 == 1 && is_target(state / 2) && after_[state / 2] != kOutside;
  }

  // Steps from the nearest source to each state; false: no target is reached.
  bool measure() {
    level_.assign(std::size_t{2} * n_, kNone);
    queue_.clear();
    for (std::uint32_t v = 0; v < n_; ++v) {
      if (is_source(v)) {
        level_[front(v)] = 0;
        queue_.push_back(front(v));
      }
    }
    bool reached = false;
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      const std::uint32_t state = queue_[i];
      if (ends_here(state)) {
        reached = true;
        continue;
      }
      std::uint32_t step = 0;
      for_each_step(state, step, [&](std::uint32_t to) {
        if (level_[to] == kNone) {
          level_[to] = level_[state] + 1;
          queue_.push_back(to);
        }
        return false;
      });
    }
    return reached;
  }

  // One more path from this source, along rising levels; false: none any more.
  bool extend(std::uint32_t source) {
    path_.assign(1, front(source));
    while (!path_.empty()) {
      const std::uint32_t state = path_.back();
      if (ends_here(state)) {
        lay();
        return true;
      }
      std::uint32_t next = kNone;
      for_each_step(state, next_[state], [&](std::uint32_t to) {
        if (level_[to] != level_[state] + 1) return false;
        next = to;
        return true;
      });
      if (next != kNone) {
        path_.push_back(next);
      } else {
        level_[state] = kNone - 1;  // A dead end for this round.
        path_.pop_back();
      }
    }
    return false;
  }

  // Makes the found steps part of the paths. Steps against a path take that part of it away.
  void lay() {
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) {
      const std::uint32_t from = path_[i] / 2;
      const std::uint32_t to = path_[i + 1] / 2;
      if (from == to) continue;
      if (path_[i] % 2 == 0) {  // From a front back to the one before.
        removed_.push_back({to, from});
      }
    }
    for (const auto& [a, b] : removed_) {
      if (after_[a] == b) after_[a] = kNone;
      if (before_[b] == a) before_[b] = kNone;
    }
    removed_.clear();
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) {
      const std::uint32_t from = path_[i] / 2;
      const std::uint32_t to = path_[i + 1] / 2;
      if (from == to || path_[i] % 2 == 0) continue;
      after_[from] = to;
      before_[to] = from;
    }
    const std::uint32_t source = path_.front() / 2;
    before_[source] = kOutside;
    after_[path_.back() / 2] = kOutside;
  }

  const Part& part_;
  const std::vector<Side>& ends_;
  const std::uint32_t n_;
  std::uint32_t size_ = 0;
  std::vector<std::uint32_t> before_;  // On the path through a vertex; kNone: no path goes through it.
  std::vector<std::uint32_t> after_;
  std::vector<std::uint32_t> level_;  // By state.
  std::vector<std::uint32_t> next_;   // By state: the step to try next.
  std::vector<std::uint32_t> queue_;
  std::vector<std::uint32_t> path_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> removed_;
};

// The quarters of a part that lie farthest to either side in a direction.
std::vector<Side> far_sides(const Part& part, std::span<const geo::PlanePoint> plane, geo::PlanePoint direction) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> along;
  along.reserve(part.size());
  for (std::uint32_t v = 0; v < part.size(); ++v) {
    const geo::PlanePoint p = plane[part.junctions[v]];
    along.push_back({p.x_mm * direction.x_mm + p.y_mm * direction.y_mm, v});
  }
  const std::ptrdiff_t quarter = std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(along.size()) / 4, 1);
  std::nth_element(along.begin(), along.begin() + quarter, along.end());
  std::nth_element(along.begin() + quarter, along.end() - quarter, along.end());
  std::vector<Side> ends(part.size(), Side::kSeparator);
  for (auto it = along.begin(); it != along.begin() + quarter; ++it) ends[it->second] = Side::kFirst;
  for (auto it = along.end() - quarter; it != along.end(); ++it) ends[it->second] = Side::kSecond;
  return ends;
}

std::vector<Side> best_split(const Part& part, std::span<const geo::PlanePoint> plane) {
  constexpr std::array<geo::PlanePoint, 4> kDirections = {{{1, 0}, {0, 1}, {1, 1}, {1, -1}}};
  std::uint32_t least = kNone;
  std::vector<Side> best;
  for (const geo::PlanePoint direction : kDirections) {
    const std::vector<Side> ends = far_sides(part, plane, direction);
    const VertexCut cut(part, ends);
    if (cut.size() >= least) continue;
    least = cut.size();
    best = cut.sides();
  }
  return best;
}

// The vertices of one side, with the links between them.
Part take(const Part& part, const std::vector<Side>& sides, Side side) {
  std::vector<std::uint32_t> new_number(part.size(), kNone);
  Part taken;
  for (std::uint32_t v = 0; v < part.size(); ++v) {
    if (sides[v] != side) continue;
    new_number[v] = taken.size();
    taken.junctions.push_back(part.junctions[v]);
  }
  taken.begin.push_back(0);
  for (std::uint32_t v = 0; v < part.size(); ++v) {
    if (sides[v] != side) continue;
    for (const std::uint32_t w : part.of(v)) {
      if (new_number[w] != kNone) taken.neighbours.push_back(new_number[w]);
    }
    taken.begin.push_back(static_cast<std::uint32_t>(taken.neighbours.size()));
  }
  return taken;
}

// Both sides first, what separates them after them. The deepest nesting is that of parts that shrink by a quarter.
void dissect(const Part& part, std::span<const geo::PlanePoint> plane, std::vector<std::uint32_t>& order) {
  constexpr std::uint32_t kSmall = 3;
  if (part.size() <= kSmall) {
    order.insert(order.end(), part.junctions.begin(), part.junctions.end());
    return;
  }
  const std::vector<Side> sides = best_split(part, plane);
  dissect(take(part, sides, Side::kFirst), plane, order);
  dissect(take(part, sides, Side::kSecond), plane, order);
  for (std::uint32_t v = 0; v < part.size(); ++v) {
    if (sides[v] == Side::kSeparator) order.push_back(part.junctions[v]);
  }
}

}  // namespace

std::vector<std::uint32_t> nested_dissection(std::span<const geo::PlanePoint> junctions,
                                             std::span<const std::pair<std::uint32_t, std::uint32_t>> links) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both_ways;
  both_ways.reserve(links.size() * 2);
  for (const auto& [a, b] : links) {
    if (a == b) continue;
    both_ways.push_back({a, b});
    both_ways.push_back({b, a});
  }
  std::sort(both_ways.begin(), both_ways.end());
  both_ways.erase(std::unique(both_ways.begin(), both_ways.end()), both_ways.end());
  Part whole;
  whole.begin.assign(junctions.size() + 1, 0);
  for (std::uint32_t j = 0; j < junctions.size(); ++j) whole.junctions.push_back(j);
  for (const auto& [a, b] : both_ways) {
    ++whole.begin[a + 1];
    whole.neighbours.push_back(b);
  }
  for (std::size_t i = 1; i < whole.begin.size(); ++i) whole.begin[i] += whole.begin[i - 1];
  std::vector<std::uint32_t> order;
  order.reserve(junctions.size());
  dissect(whole, junctions, order);
  return order;
}

}  // namespace dispatch135::city
