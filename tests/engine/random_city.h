// Random small cities, to hold fast code against plain code.
#pragma once

#include <cstdint>
#include <random>

#include "engine/city/draft.h"
#include "engine/road/network.h"

namespace dispatch135::testing {

// The same numbers on every machine, unlike the standard distributions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  // 0..sides-1.
  std::uint32_t roll(std::uint64_t sides) { return static_cast<std::uint32_t>(engine_() % sides); }
  bool chance(std::uint32_t percent) { return roll(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

// About columns x rows junctions, crooked streets between neighbours, some one-way, some closed to some kinds of
// travel, with loops, double streets, dead ends and streets of no
// length, forbidden and slow turns. One region around it all.
city::CityDraft random_city(Dice& dice, std::uint32_t columns, std::uint32_t rows);

// A place on an edge that the kind may use; often one of its ends. There must be such an edge.
road::RoadPoint random_road_point(Dice& dice, const road::Network& roads, road::TravelKind kind);

// Within the box of the junctions and about a kilometre around it.
geo::Point random_point(Dice& dice, const road::Network& roads);

}  // namespace dispatch135::testing
