// Made-up names in the manner of the lower Yangtze, the same for the same seed.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch135/v1/types.pb.h"
#include "services/citybuild/prng.h"

namespace dispatch135::citybuild {

// Two syllables, e.g. "Renmin".
std::string made_up_name(Prng& prng);

// The name of a street, e.g. "Renmin Road".
std::string street_name(Prng& prng);

// The name of a place of that class, e.g. "Taihu Primary School".
std::string place_name(Prng& prng, v1::PlaceClass place_class);

}  // namespace dispatch135::citybuild
