#include "engine/coverage/zone_reach.h"

#include <algorithm>

namespace dispatch135::coverage {

ZoneReach::ZoneReach(const Zones& zones, const road::LiveRoads& roads) : zones_(&zones), roads_(&roads) {}

void ZoneReach::aim(OfKind& of, road::TravelKind kind) {
  of.zone_of_goal.clear();
  std::vector<road::RoadPoint> goals;
  for (std::uint32_t zone = 0; zone < of.middles.size(); ++zone) {
    if (!of.middles[zone]) continue;
    goals.push_back(*of.middles[zone]);
    of.zone_of_goal.push_back(ZoneIndex(zone));
  }
  of.reach.emplace(roads_->network(), kind, goals);
}

std::span<const ReachedZone> ZoneReach::from(ZoneIndex zone, road::TravelKind kind) {
  OfKind& of = kinds_[static_cast<std::size_t>(kind)];
  if (!of.reach) {
    of.middles.resize(zones_->size());
    of.zones.resize(zones_->size());
    zones_->find_middles(roads_->network(), kind, std::vector<bool>(zones_->size(), true), of.middles);
    aim(of, kind);
  }
  auto& [reached, passed] = of.zones[zone.value()];
  if (!reached.empty()) return reached;
  reached.push_back({zone, 0});
  passed.assign(1, zone);
  if (const auto& middle = of.middles[zone.value()]) {
    found_.clear();
    of.reach->from(*middle, kFarthestMs, found_);
    for (const road::ReachNear::Reached& goal : found_) {
      const ZoneIndex other = of.zone_of_goal[goal.goal];
      if (other != zone) reached.push_back({other, goal.ms});
    }
    for (const std::uint32_t approach : of.reach->passed()) passed.push_back(zones_->of_approach(approach));
  }
  std::sort(reached.begin() + 1, reached.end(),
            [](const ReachedZone& a, const ReachedZone& b) { return a.ms != b.ms ? a.ms < b.ms : a.zone < b.zone; });
  std::sort(passed.begin(), passed.end());
  passed.erase(std::unique(passed.begin(), passed.end()), passed.end());
  reached.shrink_to_fit();
  passed.shrink_to_fit();
  return reached;
}

void ZoneReach::roads_changed() {
  const road::Network& now = roads_->network();
  std::vector<bool> touched(zones_->size(), false);
  const auto touch = [&](EdgeIndex edge) {
    touched[zones_->of_junction(now.edges[edge.value()].from).value()] = true;
    touched[zones_->of_junction(now.edges[edge.value()].to).value()] = true;
  };
  for (const std::uint32_t edge : roads_->changed_edges()) touch(EdgeIndex(edge));
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    OfKind& of = kinds_[static_cast<std::size_t>(kind)];
    if (!of.reach) continue;
    const std::vector<std::optional<road::RoadPoint>> before = of.middles;
    zones_->find_middles(now, kind, touched, of.middles);
    bool moved = false;
    for (std::size_t zone = 0; zone < before.size(); ++zone) {
      const auto& a = before[zone];
      const auto& b = of.middles[zone];
      if (a.has_value() == b.has_value() && (!a || (a->edge == b->edge && a->offset_mm == b->offset_mm))) continue;
      moved = true;
      if (a) touch(a->edge);
      if (b) touch(b->edge);
    }
    if (moved) aim(of, kind);
    for (OfZone& zone : of.zones) {
      const bool leads_by = std::any_of(zone.passed.begin(), zone.passed.end(),
                                        [&](ZoneIndex passed) { return touched[passed.value()]; });
      if (leads_by) zone = {};
    }
  }
}

}  // namespace dispatch135::coverage
