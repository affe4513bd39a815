#include "services/intake/city_regions.h"

#include <cstddef>
#include <utility>

namespace dispatch135::intake {

CityRegions::CityRegions(std::vector<const city::City*> cities) : cities_(std::move(cities)) {}

std::optional<Whereabouts> CityRegions::at(geo::Point point) const {
  for (const city::City* city : cities_) {
    if (const auto region = city->region_at(point)) {
      return Whereabouts{*region, city->district_at(point).value_or(DistrictId())};
    }
  }
  return std::nullopt;
}

bool CityRegions::known(RegionId region) const {
  for (const city::City* city : cities_) {
    for (std::size_t i = 0; i < city->region_count(); ++i) {
      if (city->region(i).id == region) return true;
    }
  }
  return false;
}

}  // namespace dispatch135::intake
