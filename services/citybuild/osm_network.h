// From OpenStreetMap's ways to junctions and the edges between them.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "engine/city/draft.h"
#include "services/citybuild/osm_read.h"
#include "services/citybuild/turns.h"

namespace dispatch135::citybuild {

// Where the map's ways and nodes went.
struct OsmNetwork {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  struct Way {
    std::int64_t id = 0;
    std::uint32_t first_edge = 0;
    std::uint32_t edges = 0;  // One after the other, as the way is drawn; with gaps where nodes are missing.
  };
  std::vector<Way> ways;                                          // By id, rising.
  std::vector<std::pair<std::int64_t, std::uint32_t>> junctions;  // Node and junction, by node, rising.
  std::vector<std::uint32_t> signals;                             // Junctions with lights, as they are found.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> closed;  // Junctions that the kinds of these bits cannot cross.

  const Way* way(std::int64_t id) const;            // Null: not in the network.
  std::uint32_t junction(std::int64_t node) const;  // kNone: not one.
};

// Fills the draft's junctions and edges. A node is a junction when a way ends there or two ways (or one way twice)
// share it, and when it is closed to some kind of travel; the others are points of an edge's line. A way is cut where
// one of its nodes is missing. A loop back to one junction becomes two edges.
OsmNetwork add_osm_network(const OsmData& data, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
