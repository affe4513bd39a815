// Posts, places and districts as people bring them (docs/formats/city-inputs.md). All coordinates are WGS-84.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/city/draft.h"
#include "services/citybuild/forces.h"

namespace dispatch135::citybuild {

struct InputPost {
  city::DraftPost post;
  UnitWish units;
};

// Columns id,name,kind,lat,lon and optionally units,travel_kind,unit_kind,capabilities. An id that is there twice is an
// error.
Result<std::vector<InputPost>> read_posts(const std::string& file);

// Columns name,class,lat,lon.
Result<std::vector<city::DraftPlace>> read_places(const std::string& file);

struct InputOutlines {
  std::vector<geo::Point> region;  // Empty: the file has none for the region.
  std::vector<city::DraftDistrict> districts;
};

// A GeoJSON FeatureCollection of Polygon or MultiPolygon (of which the polygon with the most corners counts) with
// properties code (or adcode) and name. The feature whose code is the region's is the region's outline, the others are
// districts.
Result<InputOutlines> parse_outlines(const std::string& text, const std::string& file, RegionId region);

}  // namespace dispatch135::citybuild
