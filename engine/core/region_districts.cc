// Who may go to an incident in another district than its own, and what that costs it in the choice.
#include "engine/core/region.h"

namespace dispatch135::core {

// A unit of one district for an incident in another, where the policy tells districts apart.
bool Region::crosses(UnitIndex unit, const Incident& incident) const {
  if (!policy_->tells_districts_apart()) return false;
  const DistrictId home = home_districts_[unit.value()];
  return home != DistrictId{} && incident.district != DistrictId{} && home != incident.district;
}

bool Region::may_cross(UnitIndex unit, const Incident& incident) const {
  if (!crosses(unit, incident)) return true;
  const policy::DistrictCrossing& rule = *policy_->neighbours()->districts;
  const DistrictId home = home_districts_[unit.value()];
  if (!rule.allows(home, incident.district, incident.severity)) return false;
  if (rule.crossing == v1::DistrictCrossing::CROSSING_ALWAYS) return true;
  const std::optional<std::int64_t> away_mm = borders_.distance_mm(home, incident.position);
  return away_mm && *away_mm <= rule.border_mm;
}

// How much sooner it must be than a unit of the incident's own district.
DurationMs Region::handicap(UnitIndex unit, const Incident& incident) const {
  return crosses(unit, incident) ? policy_->neighbours()->districts->gain : DurationMs{};
}

}  // namespace dispatch135::core
