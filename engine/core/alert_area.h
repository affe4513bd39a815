// Where an alert holds: any of its circles and polygons.
#pragma once

#include <cstdint>
#include <vector>

#include "dispatch135/v1/area_orders.pb.h"
#include "engine/core/reject.h"
#include "engine/geo/area.h"
#include "engine/geo/plane.h"

namespace dispatch135::core {

// Why the shapes are not as area_orders.proto says: which one, and what is wrong; nothing: they are.
Outcome malformed(const google::protobuf::RepeatedPtrField<v1::AlertShape>& shapes);

class AlertArea {
 public:
  // Of no shapes.
  AlertArea() = default;
  // The shapes are not malformed.
  AlertArea(const geo::Projection& projection, const google::protobuf::RepeatedPtrField<v1::AlertShape>& shapes);
  // On a border counts as inside. Circles are straight-line distances on the city's plane.
  bool contains(geo::Point point) const;

 private:
  struct Circle {
    geo::PlanePoint centre;
    std::int64_t radius_mm = 0;
  };
  geo::Projection projection_;
  std::vector<Circle> circles_;
  std::vector<geo::Area> polygons_;
};

}  // namespace dispatch135::core
