// Turn restrictions of the map, on the edges of the draft.
#pragma once

#include <array>
#include <cstdint>

#include "services/citybuild/osm_network.h"
#include "services/citybuild/turns.h"

namespace dispatch135::citybuild {

struct RestrictionCounts {
  std::uint64_t used = 0;
  std::array<std::uint64_t, kRestrictionDrops> dropped = {};  // By RestrictionDrop, with those dropped when read.
};

// Adds to the draft's forbidden ways what restrictions over ways forbid, and to the plan what restrictions over a node
// and closed junctions do.
RestrictionCounts plan_osm_turns(const OsmData& data, const OsmNetwork& network, city::CityDraft& draft,
                                 TurnPlan& plan);

}  // namespace dispatch135::citybuild
