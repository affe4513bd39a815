// The edges of a draft as arcs, each edge once in either direction, whether anybody may use it or not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/check.h"
#include "engine/city/draft.h"

namespace dispatch135::city {

inline DraftArc forward_arc(std::size_t edge) { return static_cast<DraftArc>(edge << 1); }
inline DraftArc backward_arc(std::size_t edge) { return static_cast<DraftArc>(edge << 1 | 1); }
inline DraftArc reversed(DraftArc arc) { return arc ^ 1U; }
inline bool is_forward(DraftArc arc) { return (arc & 1U) == 0; }

inline const DraftEdge& edge_of(const CityDraft& draft, DraftArc arc) { return draft.edges[arc >> 1]; }
inline std::uint32_t start_of(const CityDraft& draft, DraftArc arc) {
  return is_forward(arc) ? edge_of(draft, arc).from : edge_of(draft, arc).to;
}
inline std::uint32_t end_of(const CityDraft& draft, DraftArc arc) { return start_of(draft, reversed(arc)); }

// mm/s; 0: no entry.
inline std::uint32_t speed_of(const CityDraft& draft, DraftArc arc, std::size_t kind) {
  const DraftEdge& edge = edge_of(draft, arc);
  return is_forward(arc) ? edge.forward_mm_s[kind] : edge.backward_mm_s[kind];
}

// Which arcs leave each junction, rising. Every edge must end at junctions of the draft.
class DraftArcs {
 public:
  explicit DraftArcs(const CityDraft& draft) : begin_(draft.junctions.size() + 1, 0), arcs_(draft.edges.size() * 2) {
    for (const DraftEdge& edge : draft.edges) {
      D135_CHECK(edge.from < draft.junctions.size() && edge.to < draft.junctions.size(),
                 "an edge without its junction");
      ++begin_[edge.from + 1];
      ++begin_[edge.to + 1];
    }
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    std::vector<std::uint32_t> fill(begin_.begin(), begin_.end() - 1);
    for (DraftArc arc = 0; arc < arcs_.size(); ++arc) arcs_[fill[start_of(draft, arc)]++] = arc;
  }

  std::span<const DraftArc> leaving(std::uint32_t junction) const {
    return std::span(arcs_).subspan(begin_[junction], begin_[junction + 1] - begin_[junction]);
  }

 private:
  std::vector<std::uint32_t> begin_;  // By junction, into arcs_.
  std::vector<DraftArc> arcs_;
};

}  // namespace dispatch135::city
