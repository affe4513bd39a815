// The synthetic city: roads, districts, places, posts and units from a recipe and a seed.
#pragma once

#include <cstdint>

#include "engine/city/draft.h"
#include "services/citybuild/recipe.h"

namespace dispatch135::citybuild {

struct SyntheticCity {
  city::CityDraft draft;
  city::KeptPart kept;  // What tidying the streets left.
};

// The same recipe, seed and units_per_post (1-100) give the same draft on every machine.
SyntheticCity generate_city(const Recipe& recipe, std::uint64_t seed, std::uint32_t units_per_post);

}  // namespace dispatch135::citybuild
