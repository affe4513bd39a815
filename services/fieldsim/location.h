// Places as hotlines give them.
#pragma once

#include "dispatch135/v1/types.pb.h"
#include "engine/geo/point.h"

namespace dispatch135::fieldsim {

// The point as a source with that datum would give it: the other way round than common::to_wgs84. Only for specified
// datums.
v1::Location to_location(geo::Point wgs84, v1::Datum datum);

}  // namespace dispatch135::fieldsim
