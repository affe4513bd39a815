#include "engine/pursuit/min_cut.h"

#include <algorithm>

namespace dispatch135::pursuit {

void MinCut::clear(std::size_t nodes) {
  halves_.clear();
  first_.assign(nodes, kNone);
  cut_.clear();
}

void MinCut::add_arc(std::uint32_t from, std::uint32_t to, std::int64_t capacity) {
  halves_.push_back({to, first_[from], capacity});
  first_[from] = static_cast<std::uint32_t>(halves_.size() - 1);
  halves_.push_back({from, first_[to], 0});
  first_[to] = static_cast<std::uint32_t>(halves_.size() - 1);
}

std::optional<std::int64_t> MinCut::solve(std::uint32_t source, std::uint32_t sink, std::int64_t most) {
  std::int64_t flow = 0;
  while (find_levels(source, sink)) {
    flow += push(source, sink);
    if (flow > most) return std::nullopt;
  }
  find_cut(sink);
  return flow;
}

bool MinCut::find_levels(std::uint32_t source, std::uint32_t sink) {
  level_.assign(first_.size(), kNone);
  level_[source] = 0;
  queue_.assign(1, source);
  for (std::size_t next = 0; next < queue_.size() && level_[sink] == kNone; ++next) {
    const std::uint32_t node = queue_[next];
    for (std::uint32_t h = first_[node]; h != kNone; h = halves_[h].next) {
      if (halves_[h].room == 0 || level_[halves_[h].to] != kNone) continue;
      level_[halves_[h].to] = level_[node] + 1;
      queue_.push_back(halves_[h].to);
    }
  }
  return level_[sink] != kNone;
}

std::int64_t MinCut::push(std::uint32_t source, std::uint32_t sink) {
  current_ = first_;
  way_.clear();
  std::int64_t pushed = 0;
  for (std::uint32_t node = source;;) {
    if (node == sink) {
      std::int64_t more = INT64_MAX;
      for (const std::uint32_t h : way_) more = std::min(more, halves_[h].room);
      pushed += more;
      std::size_t full = way_.size();
      for (std::size_t i = way_.size(); i-- > 0;) {
        halves_[way_[i]].room -= more;
        halves_[way_[i] ^ 1U].room += more;
        if (halves_[way_[i]].room == 0) full = i;
      }
      node = halves_[way_[full] ^ 1U].to;
      way_.resize(full);
    }
    std::uint32_t& h = current_[node];
    while (h != kNone && (halves_[h].room == 0 || level_[halves_[h].to] != level_[node] + 1)) h = halves_[h].next;
    if (h != kNone) {
      way_.push_back(h);
      node = halves_[h].to;
      continue;
    }
    if (node == source) return pushed;
    level_[node] = kNone;  // Leads nowhere.
    node = halves_[way_.back() ^ 1U].to;
    way_.pop_back();
  }
}

// Backwards from the sink along arcs that have room: what cannot reach it is on the source's side.
void MinCut::find_cut(std::uint32_t sink) {
  std::vector<bool> leads_on(first_.size(), false);
  leads_on[sink] = true;
  queue_.assign(1, sink);
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    for (std::uint32_t h = first_[queue_[next]]; h != kNone; h = halves_[h].next) {
      if (halves_[h ^ 1U].room == 0 || leads_on[halves_[h].to]) continue;
      leads_on[halves_[h].to] = true;
      queue_.push_back(halves_[h].to);
    }
  }
  for (std::uint32_t h = 0; h < halves_.size(); h += 2) {
    const bool used = halves_[h ^ 1U].room != 0;
    if (used && !leads_on[halves_[h ^ 1U].to] && leads_on[halves_[h].to]) cut_.push_back(h / 2);
  }
}

}  // namespace dispatch135::pursuit
