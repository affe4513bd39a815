// How far places are from districts. The distances from the place asked last are kept: every unit of the region is
// asked about one incident after the other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/city/city.h"
#include "engine/geo/point.h"

namespace dispatch135::core {

class DistrictBorders {
 public:
  // `city` must outlive it.
  explicit DistrictBorders(const city::City& city);
  // Straight line from the point to the district's outline, 0 inside; nothing: the city file has no such district.
  std::optional<std::int64_t> distance_mm(DistrictId district, geo::Point point);

 private:
  const city::City* city_;
  std::map<DistrictId, std::size_t> indices_;
  geo::Point asked_;
  std::vector<std::optional<std::int64_t>> known_;  // By index of the district, from `asked_`.
};

}  // namespace dispatch135::core
