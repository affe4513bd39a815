#include "tests/engine/twin/town.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "tests/engine/core/world.h"
#include "tests/engine/plain_dijkstra.h"

namespace dispatch135::core::twin {
namespace {

constexpr std::size_t kPlaces = 24;

v1::UnitKind some_kind(Dice& dice) {
  return static_cast<v1::UnitKind>(1 + (dice.chance(80) ? dice.roll(4) : dice.roll(v1::UnitKind_MAX)));
}

}  // namespace

Town::Town(Dice& dice) {
  for (;;) {
    city::CityDraft draft = ::dispatch135::testing::random_city(dice, 4 + dice.roll(3), 3 + dice.roll(3));
    city::keep_connected(draft);
    const ::dispatch135::testing::BuiltCity roads(draft);
    if (!choose_places(dice, draft, roads.roads())) continue;
    units_.clear();
    const std::uint32_t units = 5 + dice.roll(8);
    for (std::uint32_t i = 0; i < units; ++i) {
      const auto travel = static_cast<v1::TravelKind>(1 + dice.roll(v1::TravelKind_MAX));
      UnitCard unit = {.id = 100 + i,
                       .kind = some_kind(dice),
                       .travel = city::to_road(travel),
                       .capabilities = dice.roll(16),
                       .post_kind = static_cast<v1::PostKind>(1 + dice.roll(v1::PostKind_MAX)),
                       .home = dice.roll(points_.size())};
      draft.posts.push_back({PostId(unit.id), "post", unit.post_kind, points_[unit.home]});
      draft.units.push_back({UnitId(unit.id), PostId(unit.id), "unit", unit.kind, travel, unit.capabilities});
      units_.push_back(unit);
    }
    for (std::uint32_t i = 0; i < 12; ++i) {
      draft.places.push_back({"place", static_cast<v1::PlaceClass>(1 + dice.roll(v1::PlaceClass_MAX)),
                              draft.junctions[dice.roll(draft.junctions.size())]});
    }
    built_.emplace(draft);
    find_ways();
    return;
  }
}

// True: whoever travels by whatever can stand at each of them.
bool Town::choose_places(Dice& dice, const city::CityDraft& draft, const road::Network& roads) {
  points_.clear();
  while (points_.size() < kPlaces) {
    geo::Point point = draft.junctions[dice.roll(draft.junctions.size())];
    point.latitude_e7 += static_cast<std::int32_t>(dice.roll(16'001)) - 8'000;
    point.longitude_e7 += static_cast<std::int32_t>(dice.roll(16'001)) - 8'000;
    for (const auto kind : road::kAllTravelKinds) {
      if (!roads.snap(point, kind, limits::kSnapLimitMm)) return false;
    }
    points_.push_back(point);
  }
  return true;
}

void Town::find_ways() {
  ::dispatch135::testing::PlainDijkstra dijkstra(city().roads());
  for (const auto kind : road::kAllTravelKinds) {
    auto& on_road = on_road_[static_cast<std::size_t>(kind)];
    for (const geo::Point point : points_) on_road.push_back(*city().roads().snap(point, kind, limits::kSnapLimitMm));
    auto& all = travel_ms_[static_cast<std::size_t>(kind)];
    for (Place to = 0; to < places(); ++to) {
      dijkstra.aim(on_road[to], kind);
      auto& ways = all.emplace_back();
      for (Place from = 0; from < places(); ++from) {
        const auto ms = dijkstra.travel_ms(on_road[from]);
        ways.push_back(ms ? std::optional(static_cast<std::int64_t>(*ms)) : std::nullopt);
      }
    }
  }
}

std::optional<Place> Town::place_at(geo::Point point) const {
  const auto found = std::find(points_.begin(), points_.end(), point);
  return found == points_.end() ? std::nullopt : std::optional<Place>(found - points_.begin());
}

const road::RoadPoint& Town::on_road(road::TravelKind kind, Place place) const {
  return on_road_[static_cast<std::size_t>(kind)][place];
}

std::optional<std::int64_t> Town::travel_ms(road::TravelKind kind, Place from, Place to) const {
  return travel_ms_[static_cast<std::size_t>(kind)][to][from];
}

}  // namespace dispatch135::core::twin
