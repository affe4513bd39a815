#include "services/citybuild/synthetic.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/geo/plane.h"
#include "services/citybuild/forces.h"
#include "services/citybuild/local_plane.h"
#include "services/citybuild/outlines.h"
#include "services/citybuild/prng.h"
#include "services/citybuild/town.h"
#include "services/citybuild/town_traffic.h"
#include "services/citybuild/turns.h"

namespace dispatch135::citybuild {
namespace {

constexpr std::int64_t kMarginMm = 2'000'000;  // Of the region around its streets.

std::uint32_t nearest_interchange(const TownExtent& extent, geo::Point target, const city::CityDraft& draft) {
  D135_CHECK(!extent.interchanges.empty(), "a town whose ring meets no arterial");
  const LocalPlane plane(target);
  std::uint32_t best = extent.interchanges.front();
  std::int64_t best_mm = std::numeric_limits<std::int64_t>::max();
  for (const std::uint32_t junction : extent.interchanges) {
    const std::int64_t away = geo::distance_mm(geo::PlanePoint{}, plane.to_plane(draft.junctions[junction]));
    if (away < best_mm) {
      best_mm = away;
      best = junction;
    }
  }
  return best;
}

void add_districts(const Recipe& recipe, city::CityDraft& draft) {
  std::vector<geo::Point> centres;
  for (const auto& district : recipe.districts) {
    centres.push_back(district.centre);
  }
  std::vector<geo::Point> outline = box_around(draft, centres, kMarginMm);
  const auto parts = nearest_parts(outline, centres);
  draft.regions.push_back({recipe.region, recipe.region_name, std::move(outline)});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    draft.districts.push_back({recipe.districts[i].id, recipe.region, recipe.districts[i].name, parts[i]});
  }
}

}  // namespace

SyntheticCity generate_city(const Recipe& recipe, std::uint64_t seed, std::uint32_t units_per_post,
                            const Profiles& profiles) {
  Prng prng(seed);
  SyntheticCity result;
  city::CityDraft& draft = result.draft;
  draft.name = recipe.name;

  const TownStreets streets(profiles);
  std::uint64_t shares = 0;
  for (const auto& town : recipe.towns) {
    shares += town.share;
  }
  std::vector<TownExtent> extents;
  std::vector<PopulatedTown> populated;
  for (const auto& town : recipe.towns) {
    const auto junctions = static_cast<std::uint32_t>(std::uint64_t{recipe.junctions} * town.share / shares);
    extents.push_back(add_town(town, junctions, streets, prng, draft));
    populated.push_back({town.centre, extents.back().radius_mm});
  }
  for (const auto& link : recipe.links) {
    const RecipeTown& from = recipe.towns[link.from];
    const RecipeTown& to = recipe.towns[link.to];
    const std::uint32_t begin = nearest_interchange(extents[link.from], to.centre, draft);
    const std::uint32_t end = nearest_interchange(extents[link.to], from.centre, draft);
    const std::string name = from.name + "-" + to.name;
    add_link(begin, end, TownStreet::kMotorway, name + " Motorway", streets, prng, draft);
    add_link(begin, end, TownStreet::kArterial, name + " Road", streets, prng, draft);
  }
  list_turns(profiles, add_town_traffic(profiles, draft), draft);
  result.kept = city::keep_connected(draft);
  if (draft.edges.empty()) {
    return result;
  }
  add_districts(recipe, draft);
  add_places(recipe, populated, prng, draft);
  add_posts(recipe, populated, prng, draft);
  add_units(recipe.region, recipe.call_sign, units_per_post, {}, prng, draft);
  return result;
}

}  // namespace dispatch135::citybuild
