// The way of a unit, for people: streets by name, and the line to draw.
#include <algorithm>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/road/leg_line.h"

namespace dispatch135::core {
namespace {

void add_point(const geo::Point& point, v1::Route& out) {
  v1::Position& position = *out.add_points();
  position.set_latitude_e7(point.latitude_e7);
  position.set_longitude_e7(point.longitude_e7);
}

}  // namespace

Outcome Region::route(UnitId id, v1::Route& out) {
  const auto index = find_unit(id.value());
  if (!index) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(id.value()) + " is not in the city file of this region"};
  }
  const Unit& unit = units_[index->value()];
  if (unit.assignment == AssignmentId{}) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT, "unit " + std::to_string(id.value()) + " holds no assignment"};
  }
  const road::Network& roads = roads_.network();
  const road::TravelKind kind = on_road_.kind(*index);
  const road::RoadPoint& from = on_road_.point(*index);
  const Incident& incident = incidents_.at(unit.incident);
  const geo::Point destination = incident.destination_of(*incident.find(unit.assignment));
  const auto to = roads.snap(destination, kind, limits::kSnapLimitMm);
  const auto route = to ? route_finder_.find(from, *to, kind) : std::nullopt;
  if (!route) {
    return Reject{v1::REJECT_CODE_OFF_ROAD,
                  "unit " + std::to_string(id.value()) + " has no way to its incident by road as the streets are now"};
  }
  out.Clear();
  out.set_time_ms(route->time.count);
  add_point(roads.locate(from), out);
  std::uint32_t street = 0;  // Of the last leg.
  for (const road::RouteLeg& part : route->legs) {
    const std::uint32_t name = roads.edges[part.edge.value()].name;
    if (out.legs().empty() || name != street) {
      v1::RouteLeg& leg = *out.add_legs();
      leg.set_street(std::string(city_->street_name(part.edge)));
      leg.set_first_point(static_cast<std::uint32_t>(out.points_size() - 1));
      street = name;
    }
    const auto [low_mm, high_mm] = std::minmax(part.from_mm, part.to_mm);
    v1::RouteLeg& leg = *out.mutable_legs(out.legs_size() - 1);
    leg.set_length_mm(leg.length_mm() + high_mm - low_mm);
    leg.set_time_ms(leg.time_ms() + part.time.count);
    out.set_length_mm(out.length_mm() + high_mm - low_mm);
    road::each_point_of_leg(roads, part, [&out](const geo::Point& point) { add_point(point, out); });
  }
  return {};
}

}  // namespace dispatch135::core
