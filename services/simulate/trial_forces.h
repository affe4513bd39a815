// Posts that a file tries out, instead of the city's or beside them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/city/city.h"

namespace dispatch135::simulate {

// The bytes of the city with the posts of the file (docs/formats/city-inputs.md), as city::with_other_forces() gives
// them. `beside`: the city keeps its own posts and units too. Where the file does not say, a post has one unit, of its
// post's kind of crew, in a car with siren, without capabilities. `city_file` is `city`'s. Errors name the file.
Result<std::vector<std::byte>> with_trial_posts(std::span<const std::byte> city_file, const city::City& city,
                                                const std::string& posts_file, bool beside);

}  // namespace dispatch135::simulate
