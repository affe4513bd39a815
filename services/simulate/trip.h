// A crew on its way, on virtual time and in whole numbers.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/time.h"
#include "engine/road/network.h"
#include "engine/road/route.h"

namespace dispatch135::simulate {

class Trip {
 public:
  // Along the route at the roads' own times.
  Trip(road::Route route, const road::RoadPoint& end, TimeMs begins_at);
  TimeMs arrives_at() const { return begins_at_ + route_.time; }
  // `now` must not fall from call to call.
  road::RoadPoint place_at(TimeMs now);

 private:
  road::Route route_;
  road::RoadPoint end_;
  TimeMs begins_at_;
  std::size_t leg_ = 0;    // That the last place asked for is on.
  DurationMs before_leg_;  // From the beginning of the trip to that of the leg.
};

}  // namespace dispatch135::simulate
