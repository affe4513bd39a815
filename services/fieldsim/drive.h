// A unit on its way.
#pragma once

#include <vector>

#include "engine/base/time.h"
#include "engine/road/network.h"
#include "engine/road/route.h"

namespace dispatch135::fieldsim {

// A journey from one place on the roads to another, at the network's speeds times `time_scale`.
class Drive {
 public:
  // Along the route. `start` and `end` are its two ends.
  Drive(const road::Route& route, road::RoadPoint start, road::RoadPoint end, TimeMs begins_at, double time_scale);
  // Without roads: stays at the start, and is at the end after `duration` (already scaled).
  Drive(road::RoadPoint start, road::RoadPoint end, TimeMs begins_at, DurationMs duration);

  TimeMs arrives_at() const { return arrives_at_; }
  road::RoadPoint place_at(TimeMs now) const;

 private:
  std::vector<road::RouteLeg> legs_;
  road::RoadPoint start_;
  road::RoadPoint end_;
  TimeMs begins_at_;
  TimeMs arrives_at_;
  double time_scale_ = 1;
};

}  // namespace dispatch135::fieldsim
