// The streets of one synthetic town: a disc of jittered blocks, denser in the middle, cut by a river.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/city/draft.h"
#include "services/citybuild/prng.h"
#include "services/citybuild/recipe.h"

namespace dispatch135::citybuild {

struct TownExtent {
  std::vector<std::uint32_t> interchanges;  // Junctions of the motorway ring, where links to other towns begin.
  std::int64_t radius_mm = 0;               // From the centre to the outermost blocks.
};

// Adds about `junctions` junctions and their streets to the draft. It leaves loose ends: a town's network is whole only
// after keep_largest_component.
TownExtent add_town(const RecipeTown& town, std::uint32_t junctions, Prng& prng, city::CityDraft& draft);

// A motorway between two junctions, gently bent, with a junction about every 5 km.
void add_motorway(std::uint32_t from, std::uint32_t to, const std::string& name, Prng& prng, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
