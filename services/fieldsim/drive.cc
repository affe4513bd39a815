#include "services/fieldsim/drive.h"

#include <cmath>

namespace dispatch135::fieldsim {

Drive::Drive(const road::Route& route, road::RoadPoint start, road::RoadPoint end, TimeMs begins_at, double time_scale)
    : legs_(route.legs), start_(start), end_(end), begins_at_(begins_at), time_scale_(time_scale) {
  const double scaled = static_cast<double>(route.time.count) / time_scale;
  arrives_at_ = begins_at + DurationMs{static_cast<std::int64_t>(std::ceil(scaled))};
}

Drive::Drive(road::RoadPoint start, road::RoadPoint end, TimeMs begins_at, DurationMs duration)
    : start_(start), end_(end), begins_at_(begins_at), arrives_at_(begins_at + duration) {}

road::RoadPoint Drive::place_at(TimeMs now) const {
  if (now >= arrives_at_) return end_;
  double left_ms = static_cast<double>((now - begins_at_).count) * time_scale_;
  if (left_ms <= 0) return start_;
  for (const road::RouteLeg& leg : legs_) {
    const double leg_ms = static_cast<double>(leg.time.count);
    if (left_ms < leg_ms) {
      const double from = leg.from_mm;
      const double to = leg.to_mm;
      return {leg.edge, static_cast<std::uint32_t>(std::lround(from + (to - from) * (left_ms / leg_ms))), 0};
    }
    left_ms -= leg_ms;
  }
  return legs_.empty() ? start_ : end_;
}

}  // namespace dispatch135::fieldsim
