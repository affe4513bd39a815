// What turns cost, for cities of every origin.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/city/draft.h"
#include "engine/city/draft_arcs.h"
#include "services/citybuild/profile.h"

namespace dispatch135::citybuild {

// How the turn looks from above: up to 35 degrees off straight on is straight, more than 135 sharp.
TurnShape shape_of(const city::CityDraft& draft, city::DraftArc from, city::DraftArc to);

struct ForbiddenTurn {
  city::DraftArc from = 0;
  city::DraftArc to = 0;
  std::uint32_t kinds = 0;  // Bit k: forbidden to travel kind k.
};

// What is known of a network's turns beside its geometry.
struct TurnPlan {
  std::vector<std::uint32_t> signals;  // Junctions with lights.
  std::vector<ForbiddenTurn> signs;    // What signs forbid.
  std::vector<ForbiddenTurn> barred;   // What something in the way prevents.
};

// Fills draft.turns, sorted, with what costs time or is forbidden. A junction with listed turns is dearer to search, as
// it is split by how it was entered. So turns cost time only where that decides between ways: at junctions of streets
// with signals or signs, and where at least three pieces of secondary or greater streets meet; U-turns also at the
// junctions next to those, so that a dear turn is not dodged by a U-turn right behind.
void list_turns(const Profiles& profiles, const TurnPlan& plan, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
