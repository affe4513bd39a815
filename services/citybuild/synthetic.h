// The synthetic city: roads, districts, places, posts and units from a recipe and a seed.
#pragma once

#include <cstdint>

#include "engine/city/draft.h"
#include "services/citybuild/profile.h"
#include "services/citybuild/recipe.h"

namespace dispatch135::citybuild {

struct SyntheticCity {
  city::CityDraft draft;
  city::KeptPart kept;  // What tidying the streets left.
};

// The same recipe, seed, units_per_post (1-100) and profiles give the same draft on every machine. Profiles that open
// no street of a town to anybody give a draft without edges, and with nothing on them.
SyntheticCity generate_city(const Recipe& recipe, std::uint64_t seed, std::uint32_t units_per_post,
                            const Profiles& profiles = preset_profiles());

}  // namespace dispatch135::citybuild
