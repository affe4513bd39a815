#include "tests/engine/random_city.h"

#include <set>
#include <utility>

#include "engine/geo/polygon.h"

namespace dispatch135::testing {
namespace {

constexpr std::int32_t kStepE7 = 15'000;  // About 150 m.

std::int32_t jitter(Dice& dice, std::int32_t most) {
  return static_cast<std::int32_t>(dice.roll(2 * static_cast<std::uint32_t>(most) + 1)) - most;
}

geo::Point moved(Dice& dice, geo::Point p, std::int32_t most) {
  return {p.latitude_e7 + jitter(dice, most), p.longitude_e7 + jitter(dice, most)};
}

city::DraftEdge random_street(Dice& dice, const city::CityDraft& draft, std::uint32_t from, std::uint32_t to) {
  city::DraftEdge edge;
  edge.from = from;
  edge.to = to;
  for (std::uint32_t bends = dice.roll(4); bends > 0; --bends) {
    edge.between.push_back(moved(dice, draft.junctions[dice.chance(50) ? from : to], kStepE7 / 2));
  }
  edge.name = dice.chance(30) ? "" : "street " + std::to_string(dice.roll(10));
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    const std::uint32_t speed = 800 + dice.roll(20'000);
    if (dice.chance(8)) continue;
    if (!dice.chance(20)) edge.forward_mm_s[kind] = speed;
    if (!dice.chance(20)) edge.backward_mm_s[kind] = dice.chance(80) ? speed : 800 + dice.roll(20'000);
    if (dice.chance(20)) edge.forward_extra_ms[kind] = dice.roll(20'000);
    if (dice.chance(20)) edge.backward_extra_ms[kind] = dice.roll(20'000);
  }
  edge.road_class = static_cast<v1::RoadClass>(1 + dice.roll(v1::RoadClass_MAX));
  return edge;
}

// Some turns that take time or are forbidden, to some or to all, and longer ways that are forbidden.
void add_rules(Dice& dice, city::CityDraft& draft) {
  std::vector<std::vector<city::DraftArc>> out(draft.junctions.size());
  const auto end_of = [&](city::DraftArc arc) {
    return arc % 2 == 0 ? draft.edges[arc / 2].to : draft.edges[arc / 2].from;
  };
  const auto arcs = static_cast<std::uint32_t>(draft.edges.size() * 2);
  for (city::DraftArc arc = 0; arc < arcs; ++arc) out[end_of(arc ^ 1U)].push_back(arc);
  const auto after = [&](city::DraftArc arc) {
    const auto& choice = out[end_of(arc)];
    return choice[dice.roll(choice.size())];
  };
  std::set<std::pair<city::DraftArc, city::DraftArc>> listed;
  for (std::uint32_t rules = dice.roll(arcs); rules > 0; --rules) {
    city::DraftTurn turn;
    turn.from = dice.roll(arcs);
    turn.to = after(turn.from);
    if (!listed.insert({turn.from, turn.to}).second) continue;
    for (std::uint32_t& ms : turn.ms) ms = dice.chance(40) ? road::kNoEntry : dice.roll(4) * 7'000;
    draft.turns.push_back(turn);
  }
  for (std::uint32_t rules = dice.chance(50) ? dice.roll(6) : 0; rules > 0; --rules) {
    city::DraftForbiddenWay way;
    way.arcs = {dice.roll(arcs)};
    for (std::uint32_t more = 2 + dice.roll(2); more > 0; --more) way.arcs.push_back(after(way.arcs.back()));
    way.kinds = 1 + dice.roll((1U << road::kTravelKinds) - 1);
    draft.forbidden_ways.push_back(way);
  }
}

}  // namespace

city::CityDraft random_city(Dice& dice, std::uint32_t columns, std::uint32_t rows) {
  city::CityDraft draft;
  draft.name = "random";
  constexpr geo::Point kCorner = {315'000'000, 1'203'000'000};
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t column = 0; column < columns; ++column) {
      const geo::Point square = {kCorner.latitude_e7 + static_cast<std::int32_t>(row) * kStepE7,
                                 kCorner.longitude_e7 + static_cast<std::int32_t>(column) * kStepE7};
      draft.junctions.push_back(moved(dice, square, kStepE7 / 3));
    }
  }
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t column = 0; column < columns; ++column) {
      const std::uint32_t here = row * columns + column;
      if (column + 1 < columns && dice.chance(85)) draft.edges.push_back(random_street(dice, draft, here, here + 1));
      if (row + 1 < rows && dice.chance(85)) draft.edges.push_back(random_street(dice, draft, here + columns, here));
      if (dice.chance(4)) draft.edges.push_back(random_street(dice, draft, here, here));
      if (dice.chance(4)) draft.edges.push_back(random_street(dice, draft, here, dice.roll(columns * rows)));
    }
  }
  draft.edges.push_back(random_street(dice, draft, 0, columns * rows - 1));
  draft.edges.back().forward_mm_s = {9'000, 9'000, 900, 12'000, 4'000};
  if (dice.chance(80)) add_rules(dice, draft);
  const geo::Box box = geo::box_around(draft.junctions);
  constexpr std::int32_t kMargin = 200'000;
  draft.regions.push_back({RegionId(320200),
                           "region",
                           {{box.least.latitude_e7 - kMargin, box.least.longitude_e7 - kMargin},
                            {box.least.latitude_e7 - kMargin, box.most.longitude_e7 + kMargin},
                            {box.most.latitude_e7 + kMargin, box.most.longitude_e7 + kMargin},
                            {box.most.latitude_e7 + kMargin, box.least.longitude_e7 - kMargin}}});
  return draft;
}

road::RoadPoint random_road_point(Dice& dice, const road::Network& roads, road::TravelKind kind) {
  std::uint32_t edge = dice.roll(roads.edges.size());
  while (!roads.edge_ms[edge].usable(kind)) edge = dice.roll(roads.edges.size());
  const std::uint32_t length_mm = roads.edges[edge].length_mm;
  const std::uint32_t where = dice.roll(10);
  return {EdgeIndex(edge), where == 0 ? 0 : where == 1 ? length_mm : dice.roll(std::uint64_t{length_mm} + 1), 0};
}

geo::Point random_point(Dice& dice, const road::Network& roads) {
  const geo::Box box = geo::box_around(roads.junctions);
  constexpr std::int32_t kAroundE7 = 100'000;
  const auto between = [&dice](std::int32_t least, std::int32_t most) {
    return least - kAroundE7 +
           static_cast<std::int32_t>(dice.roll(static_cast<std::uint32_t>(most - least + 2 * kAroundE7)));
  };
  return {between(box.least.latitude_e7, box.most.latitude_e7), between(box.least.longitude_e7, box.most.longitude_e7)};
}

}  // namespace dispatch135::testing
