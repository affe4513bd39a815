// Points on the earth and on the city's plane, in whole numbers.
#pragma once

#include <compare>
#include <cstdint>

namespace dispatch135::geo {

// WGS-84, 1e-7 degrees. Latitude -900,000,000..900,000,000, longitude -1,800,000,000..1,800,000,000.
struct Point {
  std::int32_t latitude_e7 = 0;
  std::int32_t longitude_e7 = 0;
  constexpr auto operator<=>(const Point&) const = default;
};

// Millimetres east and north of the projection's origin.
struct PlanePoint {
  std::int64_t x_mm = 0;
  std::int64_t y_mm = 0;
  constexpr auto operator<=>(const PlanePoint&) const = default;
};

// Equirectangular projection around a city's origin. The factors are millimetres per 1e-7 degree, scaled by 2^20; they
// are computed once when the city file is built, so that every node uses the same whole numbers.
struct Projection {
  Point origin;
  std::int64_t mm_per_latitude_e7_q20 = 0;
  std::int64_t mm_per_longitude_e7_q20 = 0;

  constexpr PlanePoint project(Point p) const {
    const std::int64_t dy = std::int64_t{p.latitude_e7} - origin.latitude_e7;
    const std::int64_t dx = std::int64_t{p.longitude_e7} - origin.longitude_e7;
    return {(dx * mm_per_longitude_e7_q20) >> 20, (dy * mm_per_latitude_e7_q20) >> 20};
  }
};

}  // namespace dispatch135::geo
