// Millimetres around a place, in whole numbers only, so that a generated city has the same bytes on every machine.
#pragma once

#include <cstdint>

#include "engine/geo/point.h"

namespace dispatch135::citybuild {

class LocalPlane {
 public:
  explicit LocalPlane(geo::Point centre);

  geo::Point to_point(geo::PlanePoint at) const;
  geo::PlanePoint to_plane(geo::Point point) const;

 private:
  geo::Point centre_;
  std::int64_t longitude_um_;  // Micrometres per 1e-7 degree of longitude at the centre.
};

}  // namespace dispatch135::citybuild
