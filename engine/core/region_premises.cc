// One-key alarms and the places that they come from; the rules are in docs/alerts.md.
#include "engine/base/limits.h"
#include "engine/core/region.h"

namespace dispatch135::core {

// An alarm is of the highest severity, at its premise where that is known, else at the place that the report gives.
Outcome Region::settle_alarm(v1::IncidentReported& alarm) const {
  alarm.set_severity(v1::SEVERITY_CRITICAL);
  const v1::Premise* premise = premises_.of_alarm_point(alarm.alarm_point_id());
  if (premise == nullptr) {
    if (alarm.has_position()) return {};
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "alarm point " + std::to_string(alarm.alarm_point_id()) +
                                                     " is not registered, and the report gives no place; register its "
                                                     "premise or give a location"};
  }
  *alarm.mutable_position() = premise->position();
  alarm.set_place_class(premise->place_class());
  const auto district = city_->district_at({premise->position().latitude_e7(), premise->position().longitude_e7()});
  alarm.set_district(district.value_or(DistrictId()).value());
  if (alarm.address().empty()) alarm.set_address(premise->name());
  return {};
}

Outcome Region::command(const v1::RegisterPremise& command, const v1::OperatorCommand& from) {
  const v1::Premise& premise = command.premise();
  if (Outcome refused = malformed(premise)) return refused;
  const geo::Point place = {premise.position().latitude_e7(), premise.position().longitude_e7()};
  if (city_->region_at(place) != id_) {
    return Reject{v1::REJECT_CODE_OUTSIDE_REGIONS,
                  "premise.position lies outside of region " + std::to_string(id_.value())};
  }
  if (!near_road(place)) return Reject{v1::REJECT_CODE_OFF_ROAD, "no road within 1 km of premise.position"};
  if (const v1::Premise* rival = premises_.rival(premise)) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "an alarm point of the list is that of premise " +
                                                    std::to_string(rival->premise_id()) + " (" + rival->name() +
                                                    "); take it from there first"};
  }
  if (premises_.find(premise.premise_id()) == nullptr && premises_.all().size() >= limits::kPremises) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the region has as many premises as it can hold"};
  }
  remember(applied(from, {}, {}));
  premises_.put(premise);
  *decide().mutable_premise_changed()->mutable_premise() = premise;
  return {};
}

Outcome Region::command(const v1::RemovePremise& command, const v1::OperatorCommand& from) {
  const v1::Premise* known = premises_.find(command.premise_id());
  if (known == nullptr) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                  "no premise " + std::to_string(command.premise_id()) + " in this region"};
  }
  remember(applied(from, {}, {}));
  v1::PremiseChanged& changed = *decide().mutable_premise_changed();
  *changed.mutable_premise() = *known;
  changed.set_removed(true);
  premises_.remove(command.premise_id());
  return {};
}

void Region::fill_alarm(const Incident& incident, v1::Incident& out) const {
  const std::uint64_t point = premises_.alarm_of(incident.id);
  if (point == 0) return;
  out.set_alarm_point_id(point);
  if (const v1::Premise* premise = premises_.of_alarm_point(point)) *out.mutable_premise() = *premise;
}

}  // namespace dispatch135::core
