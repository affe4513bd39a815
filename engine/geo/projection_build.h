// The only floating point of the engine. Used when a city file is built, never when something is decided: the factors
// are stored in the file as whole numbers.
#pragma once

#include "engine/geo/point.h"

namespace dispatch135::geo {

// The projection around `origin` by the radii of curvature of the WGS-84 ellipsoid there (a = 6,378,137 m,
// 1/f = 298.257223563). Lengths are right within 0.1 % as far as about 15 km north or south of the origin at 45
// degrees, and within 1 % as far as 60 km. Latitude must be within 85 degrees.
Projection make_projection_at_city_build(Point origin);

}  // namespace dispatch135::geo
