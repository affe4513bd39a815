#include "services/citybuild/geojson.h"

#include <iostream>
#include <utility>

namespace dispatch135::citybuild {

Json coordinates(geo::Point point) { return Json::array({point.longitude_e7 / 1e7, point.latitude_e7 / 1e7}); }

Json feature(Json geometry, Json properties) {
  return Json{{"type", "Feature"}, {"geometry", std::move(geometry)}, {"properties", std::move(properties)}};
}

Json point_geometry(geo::Point point) { return Json{{"type", "Point"}, {"coordinates", coordinates(point)}}; }

void print_collection(Json features) {
  std::cout << Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump(1) << '\n';
}

}  // namespace dispatch135::citybuild
