#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/check.h"
#include "engine/city/draft.h"
#include "engine/city/draft_arcs.h"
#include "engine/geo/plane.h"
#include "engine/geo/projection_build.h"

namespace dispatch135::city {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

// What one kind of travel may not do after an arc.
class Bans {
 public:
  Bans(const CityDraft& draft, std::size_t kind) {
    for (const DraftTurn& turn : draft.turns) {
      if (turn.ms[kind] == road::kNoEntry) pairs_.emplace_back(turn.from, turn.to);
    }
    std::sort(pairs_.begin(), pairs_.end());
    banned_after_.assign(draft.edges.size() * 2, false);
    for (const auto& [from, to] : pairs_) banned_after_[from] = true;
  }
  bool forbid(DraftArc from, DraftArc to) const {
    return banned_after_[from] && std::binary_search(pairs_.begin(), pairs_.end(), std::pair(from, to));
  }

 private:
  std::vector<std::pair<DraftArc, DraftArc>> pairs_;
  std::vector<bool> banned_after_;
};

// Strongly connected components of the arcs that a kind may use, each leading to those that it may turn into: R.
// Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion. The turns at a junction are
// walked through and not stored, as they are the square of its arcs.
class Tarjan {
 public:
  Tarjan(const CityDraft& draft, const DraftArcs& arcs, std::size_t kind)
      : component(draft.edges.size() * 2, kNone),
        draft_(draft),
        arcs_(arcs),
        kind_(kind),
        bans_(draft, kind),
        order_(component.size(), kNone),
        low_(component.size()) {
    for (DraftArc arc = 0; arc < component.size(); ++arc) {
      if (order_[arc] == kNone && speed_of(draft, arc, kind) > 0) explore(arc);
    }
  }

  std::vector<std::uint32_t> component;  // Of each arc; kNone: closed.
  std::uint32_t components = 0;

 private:
  struct Visit {
    DraftArc arc;
    std::uint32_t next;  // Into what leaves its end.
  };

  void enter(DraftArc arc) {
    order_[arc] = low_[arc] = visited_++;
    open_.push_back(arc);
    path_.push_back({arc, 0});
  }

  void explore(DraftArc root) {
    enter(root);
    while (!path_.empty()) {
      Visit& visit = path_.back();
      const DraftArc arc = visit.arc;
      const auto leaving = arcs_.leaving(end_of(draft_, arc));
      if (visit.next < leaving.size()) {
        const DraftArc next = leaving[visit.next++];
        if (speed_of(draft_, next, kind_) == 0 || bans_.forbid(arc, next)) continue;
        if (order_[next] == kNone) {
          enter(next);
        } else if (component[next] == kNone) {
          low_[arc] = std::min(low_[arc], order_[next]);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().arc] = std::min(low_[path_.back().arc], low_[arc]);
      if (low_[arc] == order_[arc]) close(arc);
    }
  }

  void close(DraftArc root) {
    while (true) {
      const DraftArc arc = open_.back();
      open_.pop_back();
      component[arc] = components;
      if (arc == root) break;
    }
    ++components;
  }

  const CityDraft& draft_;
  const DraftArcs& arcs_;
  std::size_t kind_;
  Bans bans_;
  std::vector<std::uint32_t> order_;  // When each arc was first visited.
  std::vector<std::uint32_t> low_;    // The earliest visited arc of its part that it is known to lead to.
  std::vector<DraftArc> open_;
  std::vector<Visit> path_;
  std::uint32_t visited_ = 0;
};

bool usable(const DraftEdge& edge, std::size_t kind) {
  return edge.forward_mm_s[kind] > 0 || edge.backward_mm_s[kind] > 0;
}

std::vector<std::uint64_t> edge_lengths_mm(const CityDraft& draft) {
  std::vector<std::uint64_t> lengths;
  for (const DraftEdge& edge : draft.edges) {
    const auto projection = geo::make_projection_at_city_build(draft.junctions[edge.from]);
    geo::Point at = draft.junctions[edge.from];
    std::uint64_t length = 0;
    const auto go_to = [&](geo::Point next) {
      length += static_cast<std::uint64_t>(geo::distance_mm(projection, at, next));
      at = next;
    };
    std::for_each(edge.between.begin(), edge.between.end(), go_to);
    go_to(draft.junctions[edge.to]);
    lengths.push_back(length);
  }
  return lengths;
}

// Closes to a kind all arcs but those of its largest part.
KeptKind keep_largest_part(CityDraft& draft, const DraftArcs& arcs, const std::vector<std::uint64_t>& lengths_mm,
                           std::size_t kind) {
  KeptKind kept;
  const Tarjan parts(draft, arcs, kind);
  kept.components = parts.components;
  std::vector<std::uint32_t> sizes(parts.components, 0);
  std::uint32_t largest = kNone;
  for (const std::uint32_t component : parts.component) {
    if (component != kNone) ++sizes[component];
  }
  for (const std::uint32_t component : parts.component) {
    if (component != kNone && (largest == kNone || sizes[component] > sizes[largest])) largest = component;
  }
  for (std::size_t i = 0; i < draft.edges.size(); ++i) {
    DraftEdge& edge = draft.edges[i];
    if (usable(edge, kind)) {
      ++kept.edges_before;
      kept.length_before_mm += lengths_mm[i];
    }
    if (parts.component[forward_arc(i)] != largest) edge.forward_mm_s[kind] = 0;
    if (parts.component[backward_arc(i)] != largest) edge.backward_mm_s[kind] = 0;
    if (usable(edge, kind)) {
      ++kept.edges;
      kept.length_mm += lengths_mm[i];
    }
  }
  return kept;
}

// Where each edge went when those that nobody uses, and the junctions that no edge needs, are gone; kNone: dropped.
std::vector<std::uint32_t> drop_unused(CityDraft& draft) {
  std::vector<std::uint32_t> new_edge(draft.edges.size(), kNone);
  std::vector<std::uint32_t> new_junction(draft.junctions.size(), kNone);
  std::uint32_t edges = 0;
  for (std::size_t i = 0; i < draft.edges.size(); ++i) {
    DraftEdge& edge = draft.edges[i];
    bool used = false;
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) used = used || usable(edge, kind);
    if (!used) continue;
    new_junction[edge.from] = new_junction[edge.to] = 0;
    new_edge[i] = edges;
    if (edges != i) draft.edges[edges] = std::move(edge);
    ++edges;
  }
  draft.edges.resize(edges);
  std::uint32_t junctions = 0;
  for (std::size_t i = 0; i < draft.junctions.size(); ++i) {
    if (new_junction[i] == kNone) continue;
    new_junction[i] = junctions;
    draft.junctions[junctions++] = draft.junctions[i];
  }
  draft.junctions.resize(junctions);
  for (DraftEdge& edge : draft.edges) {
    edge.from = new_junction[edge.from];
    edge.to = new_junction[edge.to];
  }
  return new_edge;
}

// Drops what `keep`, which may change it, does not keep. How many those were.
template <typename Item, typename Keep>
std::uint32_t keep_if(std::vector<Item>& items, Keep keep) {
  std::vector<Item> kept;
  for (Item& item : items) {
    if (keep(item)) kept.push_back(std::move(item));
  }
  const auto dropped = static_cast<std::uint32_t>(items.size() - kept.size());
  items = std::move(kept);
  return dropped;
}

// False: the edge is dropped.
bool renumber(DraftArc& arc, const std::vector<std::uint32_t>& new_edge) {
  const std::uint32_t edge = new_edge[arc >> 1];
  arc = static_cast<DraftArc>(edge << 1 | (arc & 1U));
  return edge != kNone;
}

// A turn matters to those who may use both its arcs.
bool matters(DraftTurn& turn, const CityDraft& draft) {
  bool any = false;
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    if (speed_of(draft, turn.from, kind) == 0 || speed_of(draft, turn.to, kind) == 0) turn.ms[kind] = 0;
    any = any || turn.ms[kind] > 0;
  }
  return any;
}

bool matters(DraftForbiddenWay& way, const CityDraft& draft) {
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    const bool closed =
        std::any_of(way.arcs.begin(), way.arcs.end(), [&](DraftArc arc) { return speed_of(draft, arc, kind) == 0; });
    if (closed) way.kinds &= ~(1U << kind);
  }
  return way.kinds != 0;
}

}  // namespace

KeptPart keep_connected(CityDraft& draft) {
  KeptPart kept;
  kept.junctions_before = static_cast<std::uint32_t>(draft.junctions.size());
  kept.edges_before = static_cast<std::uint32_t>(draft.edges.size());
  {
    const DraftArcs arcs(draft);
    const auto lengths_mm = edge_lengths_mm(draft);
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      kept.kinds[kind] = keep_largest_part(draft, arcs, lengths_mm, kind);
    }
  }
  const auto new_edge = drop_unused(draft);
  kept.turns_dropped = keep_if(draft.turns, [&](DraftTurn& turn) {
    const bool from_kept = renumber(turn.from, new_edge);
    const bool to_kept = renumber(turn.to, new_edge);
    return from_kept && to_kept && matters(turn, draft);
  });
  kept.forbidden_ways_dropped = keep_if(draft.forbidden_ways, [&](DraftForbiddenWay& way) {
    bool whole = true;
    for (DraftArc& arc : way.arcs) whole = renumber(arc, new_edge) && whole;
    return whole && matters(way, draft);
  });
  kept.junctions = static_cast<std::uint32_t>(draft.junctions.size());
  kept.edges = static_cast<std::uint32_t>(draft.edges.size());
  return kept;
}

}  // namespace dispatch135::city
