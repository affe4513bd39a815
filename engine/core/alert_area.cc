#include "engine/core/alert_area.h"

#include <algorithm>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::core {
namespace {

geo::Point to_point(const v1::Position& position) { return {position.latitude_e7(), position.longitude_e7()}; }

std::vector<geo::Point> corners_of(const v1::AlertShape& shape) {
  std::vector<geo::Point> corners;
  for (const v1::Position& corner : shape.corners()) corners.push_back(to_point(corner));
  return corners;
}

Outcome malformed(const v1::AlertShape& shape, const std::string& name) {
  const auto out_of_range = [&](const std::string& what) { return Reject{v1::REJECT_CODE_OUT_OF_RANGE, name + what}; };
  const std::vector<geo::Point> corners = corners_of(shape);
  if (shape.has_centre() == !corners.empty()) {
    return Reject{v1::REJECT_CODE_MISSING_FIELD, name + " must be either a circle or a polygon"};
  }
  if (shape.has_centre()) {
    if (!geo::in_range(to_point(shape.centre()))) return out_of_range(".centre is not on the earth");
    if (shape.radius_m() < 1 || shape.radius_m() > limits::kAlertRadiusM) {
      return out_of_range(".radius_m must be 1 to 100,000 metres");
    }
    return {};
  }
  if (corners.size() < 3 || corners.size() > limits::kAlertCorners) return out_of_range(" must have 3 to 256 corners");
  if (!std::all_of(corners.begin(), corners.end(), geo::in_range))
    return out_of_range(" has a corner not on the earth");
  if (const auto crossing = geo::first_crossing(corners)) {
    return out_of_range(" crosses itself: the side from corner " + std::to_string(crossing->first) +
                        " meets the side from corner " + std::to_string(crossing->second) + ", counted from 0");
  }
  return {};
}

}  // namespace

Outcome malformed(const google::protobuf::RepeatedPtrField<v1::AlertShape>& shapes) {
  if (static_cast<std::size_t>(shapes.size()) > limits::kAlertAreas) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                  "the alert has " + std::to_string(shapes.size()) + " areas; at most 16 are taken"};
  }
  for (int i = 0; i < shapes.size(); ++i) {
    if (Outcome refused = malformed(shapes[i], "area " + std::to_string(i))) return refused;
  }
  return {};
}

AlertArea::AlertArea(const geo::Projection& projection,
                     const google::protobuf::RepeatedPtrField<v1::AlertShape>& shapes)
    : projection_(projection) {
  for (const v1::AlertShape& shape : shapes) {
    if (shape.has_centre()) {
      circles_.push_back({projection.project(to_point(shape.centre())), std::int64_t{shape.radius_m()} * 1'000});
    } else {
      polygons_.emplace_back(corners_of(shape));
    }
  }
}

bool AlertArea::contains(geo::Point point) const {
  const geo::PlanePoint place = projection_.project(point);
  return std::any_of(circles_.begin(), circles_.end(),
                     [&](const Circle& c) { return geo::distance_mm(c.centre, place) <= c.radius_mm; }) ||
         std::any_of(polygons_.begin(), polygons_.end(), [&](const geo::Area& area) { return area.contains(point); });
}

}  // namespace dispatch135::core
