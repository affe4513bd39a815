#include "services/fieldsim/places.h"

#include <algorithm>
#include <optional>

#include "engine/base/check.h"

namespace dispatch135::fieldsim {
namespace {

constexpr double kShareOfKnownPlaces = 0.25;
constexpr std::int64_t kOffStreetM = 30;
// Enough to find a street inside a region in every city that has any.
constexpr int kAttempts = 10'000;

}  // namespace

Places::Places(const city::City& city) : city_(&city) {
  const auto edge_ms = city.roads().edge_ms;
  for (std::uint32_t i = 0; i < edge_ms.size(); ++i) {
    if (edge_ms[i].usable(road::TravelKind::kCar)) streets_.push_back(EdgeIndex(i));
  }
  D135_CHECK(!streets_.empty(), "a city has streets for cars");
}

CallPlace Places::any(Random& random) const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    CallPlace place;
    if (city_->place_count() > 0 && random.chance(kShareOfKnownPlaces)) {
      const auto known = city_->place(random.below(static_cast<std::uint32_t>(city_->place_count())));
      place.point = moved(known.position, kOffStreetM, random);
      place.address = known.name;
    } else {
      const EdgeIndex edge = streets_[random.below(static_cast<std::uint32_t>(streets_.size()))];
      const auto offset = random.between(0, city_->roads().edges[edge.value()].length_mm);
      const geo::Point on_street = city_->roads().locate({edge, static_cast<std::uint32_t>(offset), 0});
      place.point = moved(on_street, kOffStreetM, random);
      place.address = city_->street_name(edge);
    }
    if (const auto region = city_->region_at(place.point)) {
      place.region = *region;
      return place;
    }
  }
  D135_CHECK(false, "a city has streets inside its regions");
}

CallPlace Places::near(geo::Point point, std::int64_t radius_m, Random& random) const {
  const geo::Point there = moved(point, radius_m, random);
  if (const auto region = city_->region_at(there)) return {there, *region, {}};
  if (const auto region = city_->region_at(point)) return {point, *region, {}};
  return any(random);
}

geo::Point Places::moved(geo::Point point, std::int64_t radius_m, Random& random) const {
  const geo::Projection& projection = city_->roads().projection;
  const double radius_mm = static_cast<double>(radius_m) * 1'000.0;
  const double east_mm = (random.fraction() * 2 - 1) * radius_mm;
  const double north_mm = (random.fraction() * 2 - 1) * radius_mm;
  const auto e7 = [](double mm, std::int64_t mm_per_e7_q20) {
    const double mm_per_e7 = static_cast<double>(std::max<std::int64_t>(1, mm_per_e7_q20)) / (1 << 20);
    return static_cast<std::int32_t>(mm / mm_per_e7);
  };
  return {point.latitude_e7 + e7(north_mm, projection.mm_per_latitude_e7_q20),
          point.longitude_e7 + e7(east_mm, projection.mm_per_longitude_e7_q20)};
}

}  // namespace dispatch135::fieldsim
