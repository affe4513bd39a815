// The roads of a city divided into squares, so that demand and cover can be counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/geo/point.h"
#include "engine/road/network.h"

namespace dispatch135::coverage {

using ZoneIndex = StrongId<struct ZoneTag, std::uint32_t>;  // 0 is the first one.

// Every junction lies in one zone; there is no zone without a junction. Immutable.
class Zones {
 public:
  static constexpr std::size_t kMost = 65'536;
  // `roads` must outlive it. The side is doubled until there are at most kMost zones.
  Zones(const road::Network& roads, std::int64_t side_mm);

  std::size_t size() const { return middle_.size(); }
  ZoneIndex of_junction(std::uint32_t junction) const { return ZoneIndex(zone_of_[junction]); }
  // The zone of the nearer end of its street; of equals that where the street begins.
  ZoneIndex of(const road::RoadPoint& place) const;
  // The zone of the nearest street, for whatever kind of travel; nothing: none within limits::kSnapLimitMm.
  std::optional<ZoneIndex> at(geo::Point point) const;
  // Length of its streets in millimetres, each once whatever its directions; half of a street that goes to another
  // zone.
  std::int64_t street_mm(ZoneIndex zone) const { return street_mm_[zone.value()]; }
  ZoneIndex of_approach(std::uint32_t approach) const { return ZoneIndex(zone_of_approach_[approach]); }
  // Where one kind of travel starts and ends in a zone, by the times of `now` (these roads): the junction nearest to
  // the mean of the zone's junctions among those with a street that the kind may use; nothing: there is none. `out`, by
  // zone, is filled in for the zones that `which` has.
  void find_middles(const road::Network& now, road::TravelKind kind, const std::vector<bool>& which,
                    std::vector<std::optional<road::RoadPoint>>& out) const;

 private:
  const road::Network* roads_;
  std::vector<std::uint32_t> zone_of_;  // By junction.
  std::vector<std::uint32_t> zone_of_approach_;
  std::vector<geo::PlanePoint> middle_;
  std::vector<std::int64_t> street_mm_;
};

}  // namespace dispatch135::coverage
