// Regions and districts as the city files have them.
#pragma once

#include <optional>
#include <vector>

#include "engine/city/city.h"
#include "services/intake/regions.h"

namespace dispatch135::intake {

// Where outlines of several files overlap, the first file decides. The cities must outlive this.
class CityRegions final : public Regions {
 public:
  explicit CityRegions(std::vector<const city::City*> cities);
  std::optional<Whereabouts> at(geo::Point point) const override;
  bool known(RegionId region) const override;

 private:
  std::vector<const city::City*> cities_;
};

}  // namespace dispatch135::intake
