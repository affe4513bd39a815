#include "services/citybuild/forces.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/base/check.h"
#include "engine/geo/plane.h"
#include "services/citybuild/local_plane.h"
#include "services/citybuild/names.h"

namespace dispatch135::citybuild {
namespace {

constexpr std::uint64_t kPostsPerRegion = 10'000;
constexpr std::uint64_t kUnitsPerRegion = 1'000'000;

// Bit k: travel kind k may use it in some direction.
std::uint32_t kinds_of(const city::DraftEdge& edge) {
  std::uint32_t kinds = 0;
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    kinds |= edge.forward_mm_s[kind] > 0 || edge.backward_mm_s[kind] > 0 ? 1U << kind : 0U;
  }
  return kinds;
}

std::uint32_t kinds_with_roads(const city::CityDraft& draft) {
  std::uint32_t kinds = 0;
  for (const auto& edge : draft.edges) {
    kinds |= kinds_of(edge);
  }
  return kinds;
}

// Chooses junctions of streets that are open to every kind of travel (of any street, where there is none), with a
// chance that falls from a town's centre to its border.
class PopulatedJunctions {
 public:
  PopulatedJunctions(const std::vector<PopulatedTown>& towns, const city::CityDraft& draft) : draft_(draft) {
    const std::uint32_t all = kinds_with_roads(draft);
    std::vector<bool> lively(draft.junctions.size(), false);
    const bool any_for_all = std::any_of(draft.edges.begin(), draft.edges.end(),
                                         [&](const city::DraftEdge& edge) { return kinds_of(edge) == all; });
    for (const auto& edge : draft.edges) {
      if (kinds_of(edge) == all || !any_for_all) {
        lively[edge.from] = true;
        lively[edge.to] = true;
      }
    }
    for (std::uint32_t i = 0; i < lively.size(); ++i) {
      if (lively[i]) {
        junctions_.push_back(i);
        remoteness_.push_back(remoteness(towns, draft.junctions[i]));
      }
    }
    D135_CHECK(!junctions_.empty(), "a city without streets");
  }

  // By population.
  geo::Point anywhere(Prng& prng) const {
    while (true) {
      const auto i = prng.below(static_cast<std::uint32_t>(junctions_.size()));
      if (!prng.percent(remoteness_[i] * 9 / 10)) {
        return draft_.junctions[junctions_[i]];
      }
    }
  }

  // At a town's border.
  geo::Point remote(Prng& prng) const {
    for (int i = 0; i < 10'000; ++i) {
      const auto candidate = prng.below(static_cast<std::uint32_t>(junctions_.size()));
      if (remoteness_[candidate] >= 70) {
        return draft_.junctions[junctions_[candidate]];
      }
    }
    return anywhere(prng);
  }

 private:
  // Percent of the radius of the town that it is deepest in; at most 100. 0 without towns.
  static std::uint32_t remoteness(const std::vector<PopulatedTown>& towns, geo::Point point) {
    std::int64_t least = towns.empty() ? 0 : 100;
    for (const auto& town : towns) {
      const std::int64_t away = geo::distance_mm(geo::PlanePoint{}, LocalPlane(town.centre).to_plane(point));
      least = std::min(least, away * 100 / town.radius_mm);
    }
    return static_cast<std::uint32_t>(least);
  }

  const city::CityDraft& draft_;
  std::vector<std::uint32_t> junctions_;
  std::vector<std::uint32_t> remoteness_;
};

geo::Point beside(geo::Point point, std::int64_t reach_mm, Prng& prng) {
  return LocalPlane(point).to_point({prng.between(-reach_mm, reach_mm), prng.between(-reach_mm, reach_mm)});
}

bool due_in_one_minute(v1::PlaceClass place_class) {
  return place_class == v1::PLACE_CLASS_AIRPORT || place_class == v1::PLACE_CLASS_RAILWAY_STATION ||
         place_class == v1::PLACE_CLASS_GOVERNMENT || place_class == v1::PLACE_CLASS_SIGHT;
}

struct PostForm {
  v1::PostKind kind;
  std::uint32_t count;
  std::string_view noun;
  bool beside_places;
};

// Puts posts one after the other, each the farthest of a few candidates from all before it (Mitchell's best candidate).
class PostPlacer {
 public:
  PostPlacer(const PopulatedJunctions& junctions, RegionId region, Prng& prng, city::CityDraft& draft)
      : junctions_(junctions), region_(region), prng_(prng), draft_(draft) {
    for (const auto& place : draft.places) {
      if (due_in_one_minute(place.place_class)) {
        minute_places_.push_back(place.position);
      }
    }
  }

  void place(const PostForm& form) {
    std::size_t next_place = 0;
    for (std::uint32_t i = 0; i < form.count; ++i) {
      geo::Point at;
      const bool at_place = form.beside_places && next_place < minute_places_.size() && i < form.count * 2 / 3;
      at = at_place ? minute_places_[next_place++] : farthest_candidate();
      add(form, i + 1, beside(at, 15'000, prng_));
    }
  }

 private:
  static constexpr int kCandidates = 4;

  geo::Point farthest_candidate() {
    geo::Point best;
    std::int64_t best_distance = -1;
    for (int c = 0; c < kCandidates; ++c) {
      const geo::Point candidate = junctions_.anywhere(prng_);
      const LocalPlane plane(candidate);
      std::int64_t nearest = std::numeric_limits<std::int64_t>::max();
      for (const auto& post : draft_.posts) {
        const geo::PlanePoint to = plane.to_plane(post.position);
        nearest = std::min(nearest, to.x_mm * to.x_mm + to.y_mm * to.y_mm);
      }
      if (nearest > best_distance) {
        best = candidate;
        best_distance = nearest;
      }
    }
    return best;
  }

  void add(const PostForm& form, std::uint32_t number, geo::Point at) {
    city::DraftPost post;
    post.id = PostId(std::uint64_t{region_.value()} * kPostsPerRegion + draft_.posts.size() + 1);
    post.name = made_up_name(prng_) + " " + std::string(form.noun) + " " + std::to_string(number);
    post.kind = form.kind;
    post.position = at;
    draft_.posts.push_back(std::move(post));
  }

  const PopulatedJunctions& junctions_;
  RegionId region_;
  Prng& prng_;
  city::CityDraft& draft_;
  std::vector<geo::Point> minute_places_;
};

std::uint32_t capability_bit(v1::Capability capability) { return 1U << (static_cast<std::uint32_t>(capability) - 1); }

// Chance in percent that a unit has it, for crews of a station and for all others.
struct CapabilityChance {
  v1::Capability capability;
  std::uint32_t station;
  std::uint32_t other;
};
constexpr std::array<CapabilityChance, 8> kCapabilityChances = {{
    {v1::CAPABILITY_FIREARM, 100, 75},
    {v1::CAPABILITY_FIRST_AID, 90, 60},
    {v1::CAPABILITY_TRAFFIC_CONTROL, 60, 40},
    {v1::CAPABILITY_NEGOTIATION, 30, 10},
    {v1::CAPABILITY_HAZMAT, 12, 3},
    {v1::CAPABILITY_DOG, 12, 4},
    {v1::CAPABILITY_DRONE, 20, 6},
    {v1::CAPABILITY_RIOT_CONTROL, 30, 8},
}};

v1::TravelKind travel_of(v1::PostKind kind, Prng& prng) {
  if (kind == v1::POST_KIND_STREET_STATION) {
    return v1::TRAVEL_KIND_CAR_WITH_SIREN;
  }
  const std::uint32_t draw = prng.below(100);
  if (kind == v1::POST_KIND_RAPID_RESPONSE_POINT) {
    return draw < 60 ? v1::TRAVEL_KIND_MOTORCYCLE : v1::TRAVEL_KIND_CAR_WITH_SIREN;
  }
  return draw < 15   ? v1::TRAVEL_KIND_FOOT
         : draw < 25 ? v1::TRAVEL_KIND_BICYCLE
         : draw < 65 ? v1::TRAVEL_KIND_MOTORCYCLE
                     : v1::TRAVEL_KIND_CAR_WITH_SIREN;
}

// The same, or the next best that has roads.
v1::TravelKind with_roads(v1::TravelKind travel, std::uint32_t kinds) {
  for (const v1::TravelKind candidate : {travel, v1::TRAVEL_KIND_CAR_WITH_SIREN, v1::TRAVEL_KIND_CAR,
                                         v1::TRAVEL_KIND_MOTORCYCLE, v1::TRAVEL_KIND_BICYCLE, v1::TRAVEL_KIND_FOOT}) {
    if ((kinds >> static_cast<std::uint32_t>(candidate - v1::TRAVEL_KIND_CAR) & 1U) != 0) {
      return candidate;
    }
  }
  return travel;
}

v1::UnitKind crew_of(v1::PostKind kind) {
  switch (kind) {
    case v1::POST_KIND_STREET_STATION:
      return v1::UNIT_KIND_STATION_CREW;
    case v1::POST_KIND_RAPID_RESPONSE_POINT:
      return v1::UNIT_KIND_RAPID_RESPONSE_CREW;
    default:
      return v1::UNIT_KIND_OUTPOST_CREW;
  }
}

v1::UnitKind patrol_of(v1::TravelKind travel) {
  switch (travel) {
    case v1::TRAVEL_KIND_FOOT:
    case v1::TRAVEL_KIND_BICYCLE:
      return v1::UNIT_KIND_FOOT_PATROL;
    case v1::TRAVEL_KIND_MOTORCYCLE:
      return v1::UNIT_KIND_MOTORCYCLE_PATROL;
    default:
      return v1::UNIT_KIND_CAR_PATROL;
  }
}

std::uint32_t capabilities_of(v1::PostKind kind, Prng& prng) {
  std::uint32_t bits = 0;
  for (const auto& chance : kCapabilityChances) {
    if (prng.percent(kind == v1::POST_KIND_STREET_STATION ? chance.station : chance.other)) {
      bits |= capability_bit(chance.capability);
    }
  }
  return bits;
}

// S, R or P (station, rapid-response point, post) and the post's number, e.g. "WX-S004".
std::string post_call_sign(const std::string& prefix, v1::PostKind kind, std::size_t post_number) {
  std::string number = std::to_string(post_number);
  number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
  const char* letter = kind == v1::POST_KIND_STREET_STATION         ? "S"
                       : kind == v1::POST_KIND_RAPID_RESPONSE_POINT ? "R"
                                                                    : "P";
  return prefix + "-" + letter + number;
}

}  // namespace

void add_places(const Recipe& recipe, const std::vector<PopulatedTown>& towns, Prng& prng, city::CityDraft& draft) {
  const PopulatedJunctions junctions(towns, draft);
  for (int c = v1::PLACE_CLASS_AIRPORT; c <= v1::PLACE_CLASS_OTHER; ++c) {
    const auto place_class = static_cast<v1::PlaceClass>(c);
    for (std::uint32_t i = 0; i < recipe.places[static_cast<std::size_t>(c)]; ++i) {
      const geo::Point at = place_class == v1::PLACE_CLASS_AIRPORT ? junctions.remote(prng) : junctions.anywhere(prng);
      std::string name = place_name(prng, place_class);
      draft.places.push_back({std::move(name), place_class, beside(at, 40'000, prng)});
    }
  }
}

void add_posts(const Recipe& recipe, const std::vector<PopulatedTown>& towns, Prng& prng, city::CityDraft& draft) {
  const PopulatedJunctions junctions(towns, draft);
  PostPlacer placer(junctions, recipe.region, prng, draft);
  placer.place({v1::POST_KIND_STREET_STATION, recipe.stations, "Police Station", true});
  placer.place({v1::POST_KIND_RAPID_RESPONSE_POINT, recipe.rapid_response_points, "Rapid-Response Point", false});
  placer.place({v1::POST_KIND_OUTPOST, recipe.outposts, "Outpost", false});
}

void add_spread_posts(RegionId region, std::uint32_t count, Prng& prng, city::CityDraft& draft) {
  const PopulatedJunctions junctions({}, draft);
  PostPlacer(junctions, region, prng, draft).place({v1::POST_KIND_OUTPOST, count, "Outpost", false});
}

void add_units(RegionId region, const std::string& call_sign, std::uint32_t units_per_post,
               std::span<const UnitWish> wishes, Prng& prng, city::CityDraft& draft) {
  D135_CHECK(wishes.empty() || wishes.size() == draft.posts.size(), "a wish per post, or none at all");
  const std::uint32_t kinds = kinds_with_roads(draft);
  for (std::size_t p = 0; p < draft.posts.size(); ++p) {
    const city::DraftPost& post = draft.posts[p];
    const UnitWish wish = wishes.empty() ? UnitWish{} : wishes[p];
    const std::uint32_t count = wish.units != 0 ? wish.units : units_per_post;
    for (std::uint32_t i = 0; i < count; ++i) {
      city::DraftUnit unit;
      unit.id = UnitId(std::uint64_t{region.value()} * kUnitsPerRegion + draft.units.size() + 1);
      unit.post = post.id;
      unit.call_sign = post_call_sign(call_sign, post.kind, p + 1) + (i > 0 ? "-" + std::to_string(i + 1) : "");
      unit.travel_kind = wish.travel_kind ? *wish.travel_kind : with_roads(travel_of(post.kind, prng), kinds);
      unit.kind = wish.unit_kind ? *wish.unit_kind : i == 0 ? crew_of(post.kind) : patrol_of(unit.travel_kind);
      unit.capabilities = wish.capabilities ? *wish.capabilities : capabilities_of(post.kind, prng);
      draft.units.push_back(std::move(unit));
    }
  }
}

}  // namespace dispatch135::citybuild
