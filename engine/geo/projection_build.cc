#include "engine/geo/projection_build.h"

#include <cmath>
#include <numbers>

#include "engine/base/check.h"

namespace dispatch135::geo {

Projection make_projection_at_city_build(Point origin) {
  D135_CHECK(origin.latitude_e7 >= -850'000'000 && origin.latitude_e7 <= 850'000'000, "no city so near to a pole");
  constexpr double kEquatorialRadiusMm = 6'378'137'000.0;
  constexpr double kFlattening = 1.0 / 298.257223563;
  constexpr double kEccentricitySquared = kFlattening * (2.0 - kFlattening);
  constexpr double kRadiansPerE7 = std::numbers::pi / 180.0 * 1e-7;
  const double latitude = origin.latitude_e7 * kRadiansPerE7;
  const double w = 1.0 - kEccentricitySquared * std::sin(latitude) * std::sin(latitude);
  const double along_meridian_mm = kEquatorialRadiusMm * (1.0 - kEccentricitySquared) / (w * std::sqrt(w));
  const double across_meridian_mm = kEquatorialRadiusMm / std::sqrt(w);
  constexpr double kQ20 = 1 << 20;
  return {origin, std::llround(along_meridian_mm * kRadiansPerE7 * kQ20),
          std::llround(across_meridian_mm * std::cos(latitude) * kRadiansPerE7 * kQ20)};
}

}  // namespace dispatch135::geo
