// A tiny town whose ways are all known beforehand: from each of its places to each other one, for each kind of travel,
// by plain Dijkstra.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::core::twin {

using ::dispatch135::testing::Dice;

// An index into the town's places.
using Place = std::size_t;

// What is fixed of a unit.
struct UnitCard {
  std::uint64_t id = 0;
  v1::UnitKind kind = v1::UNIT_KIND_UNSPECIFIED;
  road::TravelKind travel = road::TravelKind::kCar;
  std::uint32_t capabilities = 0;
  v1::PostKind post_kind = v1::POST_KIND_UNSPECIFIED;
  Place home = 0;
};

class Town {
 public:
  // 12 to 30 junctions, 5 to 12 units.
  explicit Town(Dice& dice);

  const city::City& city() const { return built_->city(); }
  road::LiveRoads& live() { return built_->live(); }
  const std::vector<UnitCard>& units() const { return units_; }
  std::size_t places() const { return points_.size(); }
  geo::Point point(Place place) const { return points_[place]; }
  std::optional<Place> place_at(geo::Point point) const;
  // Where the place is on the roads of this kind of travel; each has it.
  const road::RoadPoint& on_road(road::TravelKind kind, Place place) const;
  // Nothing: there is no way.
  std::optional<std::int64_t> travel_ms(road::TravelKind kind, Place from, Place to) const;

 private:
  bool choose_places(Dice& dice, const city::CityDraft& draft, const road::Network& roads);
  void find_ways();

  std::optional<::dispatch135::testing::BuiltCity> built_;
  std::vector<geo::Point> points_;
  std::vector<UnitCard> units_;
  road::PerKind<std::vector<road::RoadPoint>> on_road_;                             // By place.
  road::PerKind<std::vector<std::vector<std::optional<std::int64_t>>>> travel_ms_;  // To, from.
};

}  // namespace dispatch135::core::twin
