#include "engine/road/live_roads.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/check.h"
#include "engine/road/customize.h"

namespace dispatch135::road {
namespace {

// With more changed edges than one in so many it is quicker to work out all links than those that depend on them.
constexpr std::size_t kManyEdges = 100;

using Pending = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // A link to work out anew: its lower end, itself.

// Links that lead over the same lower node, put together.
LinkMs detour(const LinkMs& a, const LinkMs& b) {
  LinkMs both;
  take_detour(a, b, both);
  return both;
}

// Whether a link's time may change because a way that it could have taken has.
bool matters(const LinkMs& before, const LinkMs& after, const LinkMs& link) {
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    if (before.up[k] != after.up[k] && (before.up[k] == link.up[k] || after.up[k] < link.up[k])) return true;
    if (before.down[k] != after.down[k] && (before.down[k] == link.down[k] || after.down[k] < link.down[k]))
      return true;
  }
  return false;
}

// The edges of arcs of effects that are in one list and not in the other; rising.
void add_edges_of_news(std::span<const StreetEffect> of, std::span<const StreetEffect> not_of,
                       std::vector<std::uint32_t>& edges) {
  const auto by_id = [](const StreetEffect& a, const StreetEffect& b) { return a.id < b.id; };
  for (const StreetEffect& effect : of) {
    if (std::binary_search(not_of.begin(), not_of.end(), effect, by_id)) continue;
    for (const std::uint32_t arc : effect.arcs) edges.push_back(arc >> 1);
  }
}

void slow_down(const StreetEffect& effect, PerKind<std::uint32_t>& ms) {
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    if ((effect.kinds >> k & 1U) == 0 || ms[k] == kNoEntry) continue;
    if (effect.speed_permille == 0) {
      ms[k] = kNoEntry;
    } else {
      const std::uint64_t slower = (std::uint64_t{ms[k]} * 1000 + effect.speed_permille - 1) / effect.speed_permille;
      ms[k] = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(slower, 1, kLongestWayMs));
    }
  }
}

}  // namespace

LiveRoads::LiveRoads(const Network& as_built) : built_(as_built), now_(as_built), labels_(now_) {
  for (std::uint32_t edge = 0; edge < built_.edges.size(); ++edge) raise_fastest(edge);
}

// A line of n points may be longer by n mm than its measured length, since each piece is rounded down.
void LiveRoads::raise_fastest(std::uint32_t edge) {
  const std::int64_t mm = std::int64_t{now_.edges[edge].length_mm} + now_.edges[edge].shape_count;
  for (std::size_t k = 0; k < kTravelKinds; ++k) {
    const std::int64_t ms = std::min(now_.edge_ms[edge].forward[k], now_.edge_ms[edge].backward[k]);
    if (ms != kNoEntry) fastest_mm_s_[k] = std::max(fastest_mm_s_[k], mm * 1000 / ms + 1);
  }
}

void LiveRoads::set(std::span<const StreetEffect* const> effects) {
  std::vector<StreetEffect> next;
  next.reserve(effects.size());
  for (const StreetEffect* effect : effects) {
    D135_CHECK(next.empty() || next.back().id < effect->id, "effects in the order of their ids");
    D135_CHECK(effect->arcs.empty() || effect->arcs.back() >> 1 < built_.edges.size(), "an arc that does not exist");
    next.push_back(*effect);
  }
  std::vector<std::uint32_t>& touched = changed_edges_;
  touched.clear();
  add_edges_of_news(effects_, next, touched);
  add_edges_of_news(next, effects_, touched);
  effects_ = std::move(next);
  now_.as_built = effects_.empty();
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  if (touched.empty()) return;
  own_times();
  work_out_edges(touched);
  if (touched.empty()) return;
  for (const std::uint32_t edge : touched) raise_fastest(edge);
  ++version_;
  if (touched.size() > built_.edges.size() / kManyEdges) {
    customize(now_, arc_links_, link_ms_);
    labels_.forget_all();
  } else {
    work_out_links_of(touched);
  }
}

void LiveRoads::own_times() {
  if (!edge_ms_.empty()) return;
  edge_ms_.assign(built_.edge_ms.begin(), built_.edge_ms.end());
  link_ms_.assign(built_.hierarchy.ms.begin(), built_.hierarchy.ms.end());
  now_.edge_ms = edge_ms_;
  now_.hierarchy.ms = link_ms_;
  arc_links_ = links_of_arcs(now_);
}

// From the times as built; leaves in the list the edges whose times are no longer the same.
void LiveRoads::work_out_edges(std::vector<std::uint32_t>& edges) {
  std::vector<std::size_t> next_arc(effects_.size(), 0);
  std::erase_if(edges, [&](std::uint32_t edge) {
    EdgeMs ms = built_.edge_ms[edge];
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      const std::vector<std::uint32_t>& arcs = effects_[i].arcs;
      std::size_t& next = next_arc[i];
      while (next < arcs.size() && arcs[next] >> 1 < edge) ++next;
      for (; next < arcs.size() && arcs[next] >> 1 == edge; ++next) {
        slow_down(effects_[i], (arcs[next] & 1U) != 0 ? ms.backward : ms.forward);
      }
    }
    const bool same = ms == edge_ms_[edge];
    edge_ms_[edge] = ms;
    return same;
  });
}

// Lower nodes first, as in customize(), but only what depends on the edges.
void LiveRoads::work_out_links_of(std::span<const std::uint32_t> edges) {
  look_down();
  const Hierarchy& hierarchy = now_.hierarchy;
  Pending pending;
  for (const std::uint32_t edge : edges) {
    for (const std::uint32_t junction : {now_.edges[edge].from, now_.edges[edge].to}) {
      for (std::uint32_t a = now_.approach_begin[junction]; a < now_.approach_begin[junction + 1]; ++a) {
        for (std::uint32_t i = now_.out_begin[a]; i < now_.out_begin[a + 1]; ++i) {
          if (now_.out_arcs[i].edge() != edge || arc_links_[i] == kNoLink) continue;
          const std::uint32_t next = hierarchy.node_of[now_.out_arcs[i].approach];
          pending.emplace(std::min(hierarchy.node_of[a], next), arc_links_[i]);
        }
      }
    }
  }
  std::vector<std::uint32_t> changed_nodes;
  std::vector<LinkMs> before;
  std::vector<bool> changed;
  while (!pending.empty()) {
    const std::uint32_t node = pending.begin()->first;
    const std::uint32_t first = hierarchy.nodes[node].first_link;
    const std::size_t count = hierarchy.nodes[node + 1].first_link - first;
    before.assign(link_ms_.begin() + first, link_ms_.begin() + first + static_cast<std::ptrdiff_t>(count));
    changed.assign(count, false);
    for (; !pending.empty() && pending.begin()->first == node; pending.erase(pending.begin())) {
      const std::uint32_t link = pending.begin()->second;
      changed[link - first] = true;
      link_ms_[link] = LinkMs{};
    }
    work_out_links_anew(node, changed);
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
      changed[i] = changed[i] && link_ms_[first + i] != before[i];
      any = any || changed[i];
    }
    if (!any) continue;
    changed_nodes.push_back(node);
    const auto check = [&](std::size_t a, std::size_t b, std::uint32_t between) {
      if (matters(detour(before[a], before[b]), detour(link_ms_[first + a], link_ms_[first + b]), link_ms_[between])) {
        pending.emplace(hierarchy.link_up_to[first + a], between);
      }
    };
    for (std::size_t a = 0; a < count; ++a) {
      const std::uint32_t lower = hierarchy.link_up_to[first + a];
      std::uint32_t between = hierarchy.nodes[lower].first_link;
      for (std::size_t b = a + 1; b < count; ++b) {
        if (!changed[a] && !changed[b]) continue;
        const auto list = hierarchy.link_up_to.begin();
        between =
            static_cast<std::uint32_t>(std::lower_bound(list + between, list + hierarchy.nodes[lower + 1].first_link,
                                                        hierarchy.link_up_to[first + b]) -
                                       list);
        check(a, b, between);
      }
    }
  }
  // From the top: what is below a node that was dealt with has been, too.
  std::uint32_t forgotten_from = kNoNode;
  for (auto node = changed_nodes.rbegin(); node != changed_nodes.rend(); ++node) {
    if (*node >= forgotten_from) continue;
    labels_.forget_below(*node);
    forgotten_from = hierarchy.nodes[*node].first_below;
  }
}

// Those links of a node that are set to no way yet, from the arcs and from the ways over all nodes below.
void LiveRoads::work_out_links_anew(std::uint32_t node, const std::vector<bool>& which) {
  const Hierarchy& hierarchy = now_.hierarchy;
  const std::uint32_t first = hierarchy.nodes[node].first_link;
  const std::uint32_t end = hierarchy.nodes[node + 1].first_link;
  const auto take_arcs_from = [&](std::uint32_t from, bool up) {
    for (std::uint32_t i = now_.out_begin[approach_at_[from]]; i < now_.out_begin[approach_at_[from] + 1]; ++i) {
      const std::uint32_t link = arc_links_[i];
      if (link >= first && link < end && which[link - first]) take_arc(now_, now_.out_arcs[i], up, link_ms_[link]);
    }
  };
  take_arcs_from(node, true);
  for (std::uint32_t link = first; link < end; ++link) {
    if (which[link - first]) take_arcs_from(hierarchy.link_up_to[link], false);
  }
  for (std::uint32_t i = down_begin_[node]; i < down_begin_[node + 1]; ++i) {
    const LinkMs over = link_ms_[down_[i].link];
    // Both lists rise, and what the lower node is linked with above this one is linked with this one.
    std::uint32_t link = first;
    for (std::uint32_t other = down_[i].link + 1; other < hierarchy.nodes[down_[i].node + 1].first_link;
         ++other, ++link) {
      while (hierarchy.link_up_to[link] != hierarchy.link_up_to[other]) ++link;
      if (which[link - first]) take_detour(over, link_ms_[other], link_ms_[link]);
    }
  }
}

void LiveRoads::look_down() {
  if (!down_begin_.empty()) return;
  const Hierarchy& hierarchy = now_.hierarchy;
  down_begin_.assign(hierarchy.size() + 1, 0);
  for (const std::uint32_t upper : hierarchy.link_up_to) ++down_begin_[upper + 1];
  for (std::size_t i = 1; i < down_begin_.size(); ++i) down_begin_[i] += down_begin_[i - 1];
  down_.resize(hierarchy.link_up_to.size());
  std::vector<std::uint32_t> next(down_begin_.begin(), down_begin_.end() - 1);
  for (std::uint32_t node = 0; node < hierarchy.size(); ++node) {
    for (std::uint32_t link = hierarchy.nodes[node].first_link; link < hierarchy.nodes[node + 1].first_link; ++link) {
      down_[next[hierarchy.link_up_to[link]]++] = {node, link};
    }
  }
  approach_at_.resize(hierarchy.size());
  for (std::uint32_t approach = 0; approach < hierarchy.size(); ++approach) {
    approach_at_[hierarchy.node_of[approach]] = approach;
  }
}

}  // namespace dispatch135::road
