#include "services/citybuild/town_traffic.h"

#include <algorithm>
#include <string_view>

#include "services/citybuild/osm_crossings.h"

namespace dispatch135::citybuild {
namespace {

constexpr std::array<std::string_view, kTownStreets> kHighwayOf = {"motorway", "primary", "tertiary", "residential",
                                                                   "footway"};
constexpr std::array<std::string_view, 3> kOneWayOf = {"no", "yes", "-1"};
constexpr std::size_t kNoLeftEvery = 6;

bool has_lights(const city::CityDraft& draft, std::span<const city::DraftArc> leaving) {
  const auto count = [&](v1::RoadClass road_class) {
    return std::count_if(leaving.begin(), leaving.end(),
                         [&](city::DraftArc arc) { return city::edge_of(draft, arc).road_class == road_class; });
  };
  return count(v1::ROAD_CLASS_PRIMARY) >= 3 && count(v1::ROAD_CLASS_MOTORWAY) == 0;
}

std::uint32_t obeying(const Profiles& profiles) {
  std::uint32_t kinds = 0;
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    kinds |= profiles[kind] && profiles[kind]->obeys_turn_restrictions ? 1U << kind : 0U;
  }
  return kinds;
}

}  // namespace

TownStreets::TownStreets(const Profiles& profiles) {
  for (std::size_t street = 0; street < kTownStreets; ++street) {
    for (std::size_t flow = 0; flow < kOneWayOf.size(); ++flow) {
      const TagLookup tags = [&](const char* key) -> std::string_view {
        const std::string_view name = key;
        return name == "highway" ? kHighwayOf[street] : name == "oneway" ? kOneWayOf[flow] : std::string_view();
      };
      travel_[street][flow] = judge_way(tags, profiles).travel;
    }
  }
}

void TownStreets::lay(TownStreet street, Flow flow, city::DraftEdge& edge) const {
  const WayTravel& travel = travel_[static_cast<std::size_t>(street)][static_cast<std::size_t>(flow)];
  edge.road_class = travel.road_class;
  edge.forward_mm_s = travel.forward_mm_s;
  edge.backward_mm_s = travel.backward_mm_s;
}

TurnPlan add_town_traffic(const Profiles& profiles, city::CityDraft& draft) {
  const TagLookup lights = [](const char* key) -> std::string_view {
    return std::string_view(key) == "highway" ? "traffic_signals" : std::string_view();
  };
  const auto crossing = judge_node(lights, profiles);
  const std::uint32_t bound = obeying(profiles);
  const city::DraftArcs arcs(draft);
  TurnPlan plan;
  for (std::uint32_t junction = 0; junction < draft.junctions.size(); ++junction) {
    const auto leaving = arcs.leaving(junction);
    if (!has_lights(draft, leaving)) {
      continue;
    }
    plan.signals.push_back(junction);
    const bool no_left = plan.signals.size() % kNoLeftEvery == 0;
    for (const city::DraftArc away : leaving) {
      city::DraftEdge& edge = draft.edges[away >> 1];
      if (crossing) {
        (city::is_forward(away) ? edge.backward_extra_ms : edge.forward_extra_ms) = crossing->extra_ms;
      }
      for (const city::DraftArc to : leaving) {
        const city::DraftArc from = city::reversed(away);
        if (no_left && bound != 0 && shape_of(draft, from, to) == TurnShape::kLeft) {
          plan.signs.push_back({from, to, bound});
        }
      }
    }
  }
  return plan;
}

}  // namespace dispatch135::citybuild
