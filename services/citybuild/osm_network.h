// From OpenStreetMap's ways to junctions and the edges between them.
#pragma once

#include "engine/city/draft.h"
#include "services/citybuild/osm_read.h"

namespace dispatch135::citybuild {

// Fills the draft's junctions and edges. A node is a junction when a way ends there or two ways (or one way twice)
// share it; the others are points of an edge's line. A way is cut where one of its nodes is missing. A loop back to one
// junction becomes two edges.
void add_osm_network(const OsmData& data, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
