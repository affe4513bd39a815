// Coordinates of any datum that a source may give, as WGS-84.
#pragma once

#include "dispatch135/v1/types.pb.h"
#include "engine/geo/point.h"
#include "services/common/refused.h"

namespace dispatch135::common {

// A pair of degrees in whatever datum the function says.
struct Degrees {
  double latitude = 0;
  double longitude = 0;
};

// The public approximation of China's GCJ-02 shift (Krasovsky ellipsoid, a = 6,378,245 m, e2 = 0.00669342162296594323),
// as all open implementations have it. Outside the rectangle 0.8293..55.8271 N, 72.004..137.8347 E it is the identity.
Degrees wgs84_to_gcj02(Degrees wgs84);
// Its inverse by iteration, to better than 1e-8 degrees (about 1 mm). Whether a place is outside is judged by its
// GCJ-02 pair.
Degrees gcj02_to_wgs84(Degrees gcj02);
// Baidu's further shift of GCJ-02, and its inverse, again by iteration.
Degrees gcj02_to_bd09(Degrees gcj02);
Degrees bd09_to_gcj02(Degrees bd09);

// Refused: NaN, infinite or out of range (OUT_OF_RANGE), no datum (MISSING_FIELD), a datum that this version does not
// know (UNKNOWN_VALUE). The reason names the fields within the location.
Checked<geo::Point> to_wgs84(const v1::Location& location);

}  // namespace dispatch135::common
