// Where a place is, as far as intake must know: region and district.
#pragma once

#include <optional>

#include "engine/base/ids.h"
#include "engine/geo/point.h"

namespace dispatch135::intake {

struct Whereabouts {
  RegionId region;
  DistrictId district;  // 0: none known.
};

class Regions {
 public:
  virtual ~Regions() = default;
  // Nothing: the point lies in no region.
  virtual std::optional<Whereabouts> at(geo::Point point) const = 0;
  virtual bool known(RegionId region) const = 0;
};

}  // namespace dispatch135::intake
