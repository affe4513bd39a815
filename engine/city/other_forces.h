// A city file with other posts and units on the same roads: for trying out what they would do.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"

namespace dispatch135::city {

// The bytes of a city file that differs from `file` in its posts and units only; `city` is `file` opened. Errors: an id
// of 0 or one that is there twice, a post outside every region, a unit without its post, with no kind, or whose post is
// farther than limits::kSnapLimitMm from a road for its kind of travel.
Result<std::vector<std::byte>> with_other_forces(std::span<const std::byte> file, const City& city,
                                                 std::vector<DraftPost> posts, std::vector<DraftUnit> units);

}  // namespace dispatch135::city
