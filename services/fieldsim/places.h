// Where calls come from: along the streets of a city, and at its known places.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/city/city.h"
#include "engine/geo/point.h"
#include "services/fieldsim/random.h"

namespace dispatch135::fieldsim {

struct CallPlace {
  geo::Point point;  // WGS-84; inside the region.
  RegionId region;
  std::string address;  // The street's or place's name; may be empty.
};

class Places {
 public:
  // The city must outlive it, and must have a street for cars inside a region.
  explicit Places(const city::City& city);
  // A quarter of the calls come from known places, the others from along the streets, up to 30 m off.
  CallPlace any(Random& random) const;
  // Within radius_m of the point.
  CallPlace near(geo::Point point, std::int64_t radius_m, Random& random) const;

 private:
  geo::Point moved(geo::Point point, std::int64_t radius_m, Random& random) const;

  const city::City* city_;
  std::vector<EdgeIndex> streets_;  // That cars may use.
};

}  // namespace dispatch135::fieldsim
