// The approaches and arcs of a network: a junction is split where what may be done there, or what it costs, depends on
// how it was entered.
#pragma once

#include <optional>

#include "engine/base/result.h"
#include "engine/city/build_roads.h"
#include "engine/city/draft.h"

namespace dispatch135::city {

// Fills in roads.approach_begin, out_begin, out_arcs, turn_ms and the approaches of roads.edges, from the draft's turns
// and forbidden ways; needs roads.junctions, edges and edge_ms. Ways to enter a junction that leave the same choice are
// one approach. Errors: a turn or forbidden way between edges that do not exist or do not meet, a turn that is listed
// twice or takes longer than a day, a forbidden way of fewer than 3 edges or for no kind of travel.
std::optional<Error> split_junctions(const CityDraft& draft, BuiltRoads& roads);

}  // namespace dispatch135::city
