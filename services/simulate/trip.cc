#include "services/simulate/trip.h"

#include <algorithm>
#include <utility>

namespace dispatch135::simulate {

Trip::Trip(road::Route route, const road::RoadPoint& end, TimeMs begins_at)
    : route_(std::move(route)), end_(end), begins_at_(begins_at) {}

road::RoadPoint Trip::place_at(TimeMs now) {
  const DurationMs gone = std::max(now - begins_at_, DurationMs{0});
  while (leg_ < route_.legs.size() && gone >= before_leg_ + route_.legs[leg_].time) {
    before_leg_ = before_leg_ + route_.legs[leg_].time;
    ++leg_;
  }
  if (leg_ == route_.legs.size()) return end_;
  const road::RouteLeg& leg = route_.legs[leg_];
  const std::int64_t along_mm = std::int64_t{leg.to_mm} - std::int64_t{leg.from_mm};
  const std::int64_t at_mm = leg.from_mm + along_mm * (gone - before_leg_).count / leg.time.count;
  return {leg.edge, static_cast<std::uint32_t>(at_mm), 0};
}

}  // namespace dispatch135::simulate
