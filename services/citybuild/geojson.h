// GeoJSON (RFC 7946) of places and streets.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/geo/point.h"

namespace dispatch135::citybuild {

using Json = nlohmann::ordered_json;

// [longitude, latitude] in degrees.
Json coordinates(geo::Point point);
Json point_geometry(geo::Point point);
Json feature(Json geometry, Json properties);
// A FeatureCollection, to standard output.
void print_collection(Json features);

}  // namespace dispatch135::citybuild
