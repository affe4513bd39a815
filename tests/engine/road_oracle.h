// Travel times and snapping in the plainest way there is, written apart from engine/road. Slow; for small networks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/city/draft.h"
#include "engine/road/network.h"

namespace dispatch135::testing {

// From every edge to every other for one kind of travel, from the draft's own list of turns and forbidden ways: whoever
// travels remembers all that he did as far back as the longest forbidden way. The times of the edges are those that the
// network has when this is made.
class RoadOracle {
 public:
  RoadOracle(const city::CityDraft& draft, const road::Network& roads, road::TravelKind kind);
  // The least travel time between two places on edges; nothing: no way, or one longer than road::kLongestWayMs.
  std::optional<std::uint64_t> travel_ms(const road::RoadPoint& from, const road::RoadPoint& to) const;
  // The time of turning from one edge into the next, whatever was before; nothing: forbidden.
  std::optional<std::uint64_t> turn_ms(city::DraftArc from, city::DraftArc to) const;

 private:
  using Past = std::vector<city::DraftArc>;
  std::uint32_t start_of(city::DraftArc arc) const;
  std::uint64_t whole_ms(city::DraftArc arc) const;
  std::optional<std::uint64_t> turn_after(const Past& past, city::DraftArc next) const;
  void explore(city::DraftArc first);

  const city::CityDraft& draft_;
  std::span<const road::Edge> edges_;
  std::vector<road::EdgeMs> edge_ms_;
  std::size_t kind_;
  std::size_t remembered_ = 1;  // Edges.
  std::map<std::pair<city::DraftArc, city::DraftArc>, std::uint32_t> turns_;
  std::vector<std::vector<city::DraftArc>> arcs_at_;  // By junction.
  std::vector<std::uint64_t> ms_;  // From the end of one arc to the beginning of another, with the turn into it.
};

// Looks at every piece of every edge.
std::optional<road::RoadPoint> snap_by_looking_everywhere(const road::Network& roads, geo::Point point,
                                                          road::TravelKind kind, std::int64_t limit_mm);

}  // namespace dispatch135::testing
