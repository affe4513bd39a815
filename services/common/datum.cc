#include "services/common/datum.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

namespace dispatch135::common {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kKrasovskyAxisM = 6'378'245.0;
constexpr double kKrasovskyEccentricity2 = 0.00669342162296594323;
constexpr double kBaiduLatitudeShift = 0.006;
constexpr double kBaiduLongitudeShift = 0.0065;
constexpr double kBaiduAngle = kPi * 3000.0 / 180.0;
constexpr double kInverseTolerance = 1e-9;
// The shift changes by less than 1 % from one place to another as far away as the shift itself, so each step wins two
// digits; a handful reach the tolerance from 1e-2 degrees.
constexpr int kInverseSteps = 20;

bool outside_gcj02(Degrees at) {
  return at.latitude < 0.8293 || at.latitude > 55.8271 || at.longitude < 72.004 || at.longitude > 137.8347;
}

double radians(double degrees) { return degrees / 180.0 * kPi; }

// Metres north and east, as functions of degrees from 105 E and 35 N.
Degrees shift_metres(double x, double y) {
  const double common = (20.0 * std::sin(6.0 * x * kPi) + 20.0 * std::sin(2.0 * x * kPi)) * 2.0 / 3.0;
  const double root = std::sqrt(std::abs(x));
  const double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common +
                       (20.0 * std::sin(y * kPi) + 40.0 * std::sin(y / 3.0 * kPi)) * 2.0 / 3.0 +
                       (160.0 * std::sin(y / 12.0 * kPi) + 320.0 * std::sin(y / 30.0 * kPi)) * 2.0 / 3.0;
  const double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common +
                      (20.0 * std::sin(x * kPi) + 40.0 * std::sin(x / 3.0 * kPi)) * 2.0 / 3.0 +
                      (150.0 * std::sin(x / 12.0 * kPi) + 300.0 * std::sin(x / 30.0 * kPi)) * 2.0 / 3.0;
  return {north, east};
}

// The place whose image under `forward` is `image`, by fixed-point iteration from `image` itself.
template <typename Forward>
Degrees invert(Degrees image, Forward forward) {
  Degrees guess = image;
  for (int step = 0; step < kInverseSteps; ++step) {
    const Degrees got = forward(guess);
    const double d_latitude = image.latitude - got.latitude;
    const double d_longitude = image.longitude - got.longitude;
    guess.latitude += d_latitude;
    guess.longitude += d_longitude;
    if (std::max(std::abs(d_latitude), std::abs(d_longitude)) < kInverseTolerance) break;
  }
  return guess;
}

Degrees shifted_to_gcj02(Degrees wgs84) {
  const Degrees metres = shift_metres(wgs84.longitude - 105.0, wgs84.latitude - 35.0);
  const double sine = std::sin(radians(wgs84.latitude));
  const double magic = 1.0 - kKrasovskyEccentricity2 * sine * sine;
  const double meridian_m = kKrasovskyAxisM * (1.0 - kKrasovskyEccentricity2) / (magic * std::sqrt(magic));
  const double parallel_m = kKrasovskyAxisM / std::sqrt(magic) * std::cos(radians(wgs84.latitude));
  return {wgs84.latitude + metres.latitude * 180.0 / (meridian_m * kPi),
          wgs84.longitude + metres.longitude * 180.0 / (parallel_m * kPi)};
}

geo::Point to_e7(Degrees at) {
  return {static_cast<std::int32_t>(std::llround(at.latitude * 1e7)),
          static_cast<std::int32_t>(std::llround(at.longitude * 1e7))};
}

}  // namespace

Degrees wgs84_to_gcj02(Degrees wgs84) { return outside_gcj02(wgs84) ? wgs84 : shifted_to_gcj02(wgs84); }

Degrees gcj02_to_wgs84(Degrees gcj02) { return outside_gcj02(gcj02) ? gcj02 : invert(gcj02, shifted_to_gcj02); }

Degrees gcj02_to_bd09(Degrees gcj02) {
  const double x = gcj02.longitude;
  const double y = gcj02.latitude;
  const double radius = std::sqrt(x * x + y * y) + 0.00002 * std::sin(y * kBaiduAngle);
  const double angle = std::atan2(y, x) + 0.000003 * std::cos(x * kBaiduAngle);
  return {radius * std::sin(angle) + kBaiduLatitudeShift, radius * std::cos(angle) + kBaiduLongitudeShift};
}

Degrees bd09_to_gcj02(Degrees bd09) { return invert(bd09, gcj02_to_bd09); }

Checked<geo::Point> to_wgs84(const v1::Location& location) {
  const Degrees given = {location.latitude_deg(), location.longitude_deg()};
  // The comparisons are also false for NaN.
  if (!(given.latitude >= -90.0 && given.latitude <= 90.0)) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE,
                   "latitude_deg must be a number from -90 to 90, is " + std::to_string(given.latitude)};
  }
  if (!(given.longitude >= -180.0 && given.longitude <= 180.0)) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE,
                   "longitude_deg must be a number from -180 to 180, is " + std::to_string(given.longitude)};
  }
  switch (location.datum()) {
    case v1::DATUM_WGS84:
    case v1::DATUM_CGCS2000:
      return to_e7(given);
    case v1::DATUM_GCJ02:
      return to_e7(gcj02_to_wgs84(given));
    case v1::DATUM_BD09:
      return to_e7(gcj02_to_wgs84(bd09_to_gcj02(given)));
    case v1::DATUM_UNSPECIFIED:
      return Refused{v1::REJECT_CODE_MISSING_FIELD,
                     "datum is missing: say DATUM_WGS84, DATUM_CGCS2000, DATUM_GCJ02 or DATUM_BD09"};
    default:
      return Refused{v1::REJECT_CODE_UNKNOWN_VALUE,
                     "datum " + std::to_string(location.datum()) +
                         " is not known: say DATUM_WGS84, DATUM_CGCS2000, DATUM_GCJ02 or "
                         "DATUM_BD09"};
  }
}

}  // namespace dispatch135::common
