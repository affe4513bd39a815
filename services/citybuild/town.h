// The streets of one synthetic town: a disc of jittered blocks, denser in the middle, cut by a river.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/city/draft.h"
#include "services/citybuild/prng.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/town_traffic.h"

namespace dispatch135::citybuild {

struct TownExtent {
  std::vector<std::uint32_t> interchanges;  // Junctions of the motorway ring, where links to other towns begin.
  std::int64_t radius_mm = 0;               // From the centre to the outermost blocks.
};

// Adds about `junctions` junctions and their streets to the draft. It leaves loose ends: a town's network is whole only
// after keep_connected.
TownExtent add_town(const RecipeTown& town, std::uint32_t junctions, const TownStreets& streets, Prng& prng,
                    city::CityDraft& draft);

// A road between the junctions of two towns, gently bent, with a junction about every 5 km.
void add_link(std::uint32_t from, std::uint32_t to, TownStreet street, const std::string& name,
              const TownStreets& streets, Prng& prng, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
