// Which streets of a city a change means.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/streets.pb.h"
#include "engine/city/city.h"
#include "engine/core/reject.h"

namespace dispatch135::core {

struct SelectedStreets {
  std::vector<std::uint32_t> arcs;  // edge << 1 | (1 if against its drawing); rising, each once; at least one.
  std::uint32_t pieces = 0;         // Edges among them.
  std::vector<std::string> names;   // The first limits::kShownStreets of their streets, by name.
};

// Bit k: road::TravelKind k. All kinds when the change names none.
std::uint32_t kinds_of(const v1::ChangeStreets& change);

// Fills `selected` with the directions of edges that one of the change's kinds may use as the city was built; closures
// that hold do not matter. The change's form must be good (malformed()). Refused when it names no such street, an edge
// that does not exist, or another city file.
Outcome select_streets(const city::City& city, const v1::ChangeStreets& change, SelectedStreets& selected);

}  // namespace dispatch135::core
