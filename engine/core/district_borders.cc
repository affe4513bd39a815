#include "engine/core/district_borders.h"

#include "engine/geo/outline.h"

namespace dispatch135::core {

DistrictBorders::DistrictBorders(const city::City& city) : city_(&city), known_(city.district_count()) {
  for (std::size_t i = 0; i < city.district_count(); ++i) indices_.emplace(city.district(i).id, i);
}

std::optional<std::int64_t> DistrictBorders::distance_mm(DistrictId district, geo::Point point) {
  const auto index = indices_.find(district);
  if (index == indices_.end()) return std::nullopt;
  if (point != asked_) {
    asked_ = point;
    known_.assign(known_.size(), std::nullopt);
  }
  std::optional<std::int64_t>& known = known_[index->second];
  if (!known) known = geo::distance_mm(city_->roads().projection, city_->district_outline(index->second), point);
  return known;
}

}  // namespace dispatch135::core
