// Places, posts and units of a synthetic city, put where people are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/city/draft.h"
#include "services/citybuild/prng.h"
#include "services/citybuild/recipe.h"

namespace dispatch135::citybuild {

// Where people are: in a town, the fewer the farther from its centre.
struct PopulatedTown {
  geo::Point centre;
  std::int64_t radius_mm = 0;
};

// Adds the recipe's places to a draft whose streets are final.
void add_places(const Recipe& recipe, const std::vector<PopulatedTown>& towns, Prng& prng, city::CityDraft& draft);

// Adds the recipe's posts. Stations come first beside the places with a deadline of one minute (airport, railway
// station, government, sight), the other posts by population, each far from those already there.
void add_posts(const Recipe& recipe, const std::vector<PopulatedTown>& towns, Prng& prng, city::CityDraft& draft);

// Adds `count` outposts (at least 1) spread evenly over the streets, whatever the population.
void add_spread_posts(RegionId region, std::uint32_t count, Prng& prng, city::CityDraft& draft);

// What somebody wants a post's units to be; what is not said is drawn.
struct UnitWish {
  std::uint32_t units = 0;  // 0: as many as every post has.
  std::optional<v1::TravelKind> travel_kind;
  std::optional<v1::UnitKind> unit_kind;
  std::optional<std::uint32_t> capabilities;  // Bit c-1: Capability c.
};

// Gives each post of the draft units_per_post units (1-100), with kinds of travel (of those that have roads) and
// capabilities mixed as its kind has them. The first unit of a post is its crew, the others are patrols. Ids: the
// region's code * 1,000,000 + sequence. `wishes` has one entry per post in the draft's order, or none at all.
void add_units(RegionId region, const std::string& call_sign, std::uint32_t units_per_post,
               std::span<const UnitWish> wishes, Prng& prng, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
