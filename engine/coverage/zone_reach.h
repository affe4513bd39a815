// Which zones can be reached from a zone within five minutes by road, worked out when it is first asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/coverage/zones.h"
#include "engine/road/live_roads.h"
#include "engine/road/reach_near.h"

namespace dispatch135::coverage {

inline constexpr std::int32_t kFarthestMs = 300'000;

struct ReachedZone {
  ZoneIndex zone;
  std::int32_t ms = 0;  // By road between the middles of the zones, 0-kFarthestMs; 0 within the zone.
  bool operator==(const ReachedZone&) const = default;
};

class ZoneReach {
 public:
  // Both must outlive it.
  ZoneReach(const Zones& zones, const road::LiveRoads& roads);
  // Soonest first, then by zone; the first is the zone itself. Valid until roads_changed().
  std::span<const ReachedZone> from(ZoneIndex zone, road::TravelKind kind);
  // To be called after each change of the roads' times. What leads by a street that changed is forgotten, and worked
  // out anew when it is asked for.
  void roads_changed();

 private:
  struct OfZone {
    std::vector<ReachedZone> reached;  // Empty: not worked out.
    std::vector<ZoneIndex> passed;     // Zones with a junction on the way, rising.
  };
  // What one kind of travel needs; built when the kind is first asked for.
  struct OfKind {
    std::vector<std::optional<road::RoadPoint>> middles;  // By zone.
    std::vector<ZoneIndex> zone_of_goal;
    std::optional<road::ReachNear> reach;
    std::vector<OfZone> zones;
  };
  void aim(OfKind& of, road::TravelKind kind);

  const Zones* zones_;
  const road::LiveRoads* roads_;
  road::PerKind<OfKind> kinds_;
  std::vector<road::ReachNear::Reached> found_;
};

}  // namespace dispatch135::coverage
