// Places as people write them, and the roads there.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/city/city.h"
#include "engine/road/network.h"

namespace dispatch135::citybuild {

// LATITUDE,LONGITUDE in WGS-84 degrees.
Result<geo::Point> parse_place(const std::string& text);

// The other way round, with 7 decimals.
std::string place_text(geo::Point point);

// The name of a street, or that it has none.
std::string street_text(const city::City& city, EdgeIndex edge);

// The place on the nearest road for one of the kinds (bit k: travel kind k; not 0). Errors, which are about the
// place and do not name it: that road is farther than limits::kSnapLimitMm, with its distance and street.
Result<road::RoadPoint> place_on_road(const city::City& city, geo::Point point, std::uint32_t kinds);

// "the nearest road for car is 1219 m away (South)".
std::string nearest_road_text(const city::City& city, geo::Point point, std::uint32_t kinds);

}  // namespace dispatch135::citybuild
