#include "engine/coverage/coverage.h"

#include "engine/base/check.h"

namespace dispatch135::coverage {

Coverage::Coverage(const policy::CoverageRule& rule, const city::City& city, const road::LiveRoads& roads, TimeMs now,
                   bool with_full_strength)
    : rule_(rule),
      zones_(city.roads(), rule.zone_mm),
      reach_(zones_, roads),
      calls_(rule_, zones_.size(), now),
      demand_(rule_, zones_, city, calls_),
      free_(rule.busy_permille, zones_.size(), city.unit_count(), reach_) {
  if (with_full_strength) full_.emplace(rule.busy_permille, zones_.size(), city.unit_count(), reach_);
  for (std::uint32_t zone = 0; zone < zones_.size(); ++zone) look_at_demand(ZoneIndex(zone));
}

void Coverage::look_at_demand(ZoneIndex zone) {
  for (std::size_t ring = 0; ring < kRings; ++ring) {
    const std::int64_t milli = demand_.at(zone, ring);
    free_.set_demand(zone, ring, milli);
    if (full_) full_->set_demand(zone, ring, milli);
  }
}

void Coverage::opened(ZoneIndex zone, std::size_t ring) {
  calls_.opened(zone, ring);
  look_at_demand(zone);
}

void Coverage::advance(TimeMs now) {
  if (!calls_.advance(now)) return;
  for (std::uint32_t zone = 0; zone < zones_.size(); ++zone) look_at_demand(ZoneIndex(zone));
}

void Coverage::roads_changed() {
  reach_.roads_changed();
  free_.recount();
  if (full_) full_->recount();
}

void Coverage::take_calls(const Coverage& other) {
  D135_CHECK(rule_.same_zones_and_parts(other.rule_) && zones_.size() == other.zones_.size(),
             "what was learned of other zones means nothing here");
  calls_ = other.calls_;
  for (std::uint32_t zone = 0; zone < zones_.size(); ++zone) look_at_demand(ZoneIndex(zone));
}

}  // namespace dispatch135::coverage
