#include "services/citybuild/local_plane.h"

namespace dispatch135::citybuild {
namespace {

// A degree of latitude is 111.32 km on the sphere of equal circumference, so 1e-7 degree is 11.132 mm.
constexpr std::int64_t kLatitudeUm = 11'132;
constexpr std::int64_t kOneE9 = 1'000'000'000;

// Cosine in 1e-9 by its Taylor series to the eighth power; within 3e-5 up to 90 degrees.
std::int64_t cosine_e9(std::int32_t latitude_e7) {
  const std::int64_t radians_e9 = std::int64_t{latitude_e7} * 1'745'329 / 1'000'000;
  const std::int64_t square = radians_e9 * radians_e9 / kOneE9;
  std::int64_t term = kOneE9;
  std::int64_t sum = kOneE9;
  for (std::int64_t n = 2; n <= 8; n += 2) {
    term = -(term * square / kOneE9) / (n * (n - 1));
    sum += term;
  }
  return sum;
}

}  // namespace

LocalPlane::LocalPlane(geo::Point centre)
    : centre_(centre), longitude_um_(kLatitudeUm * cosine_e9(centre.latitude_e7) / kOneE9) {
  if (longitude_um_ < 1) {
    longitude_um_ = 1;
  }
}

geo::Point LocalPlane::to_point(geo::PlanePoint at) const {
  return {static_cast<std::int32_t>(centre_.latitude_e7 + at.y_mm * 1'000 / kLatitudeUm),
          static_cast<std::int32_t>(centre_.longitude_e7 + at.x_mm * 1'000 / longitude_um_)};
}

geo::PlanePoint LocalPlane::to_plane(geo::Point point) const {
  return {(std::int64_t{point.longitude_e7} - centre_.longitude_e7) * longitude_um_ / 1'000,
          (std::int64_t{point.latitude_e7} - centre_.latitude_e7) * kLatitudeUm / 1'000};
}

}  // namespace dispatch135::citybuild
