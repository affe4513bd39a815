// What the hotlines say.
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/incident_id.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

geo::Point to_point(const v1::Position& position) { return {position.latitude_e7(), position.longitude_e7()}; }

std::string name_of(std::string_view source, std::string_view event_id) {
  return std::string(source) + "/" + std::string(event_id);
}

}  // namespace

bool Region::near_road(geo::Point point) const {
  for (const auto kind : road::kAllTravelKinds) {
    if (city_->roads().snap(point, kind, limits::kSnapLimitMm)) return true;
  }
  return false;
}

Outcome Region::find_open(const std::string& source, const std::string& event_id, Incident*& incident) {
  auto known = by_event_.find({source, event_id});
  if (known == by_event_.end()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_INCIDENT, "no report " + name_of(source, event_id) + " in this region"};
  }
  incident = &incidents_.at(known->second);
  if (!is_final(incident->status)) return {};
  return Reject{v1::REJECT_CODE_INCIDENT_FINAL, name_of(source, event_id) + " has ended"};
}

Outcome Region::apply(const v1::IncidentReported& reported, const v1::SourceOffset& source) {
  const bool is_alarm = reported.alarm_point_id() != 0;
  v1::IncidentReported alarm;
  if (is_alarm) {
    alarm = reported;
    if (Outcome refused = settle_alarm(alarm)) return refused;
  }
  const v1::IncidentReported& record = is_alarm ? alarm : reported;
  const EventName name{record.source(), record.event_id()};
  if (auto known = by_event_.find(name); known != by_event_.end()) {
    v1::ReportRepeated& repeated = *decide().mutable_report_repeated();
    repeated.set_incident_id(known->second.value());
    *repeated.mutable_source() = source;
    return {};
  }
  if (const Matter* known = matters_.find(name)) {
    v1::ReportRepeated& repeated = *decide().mutable_report_repeated();
    repeated.set_matter_id(known->id());
    *repeated.mutable_source() = source;
    return {};
  }
  if (Outcome refused = acceptable(record)) return refused;
  // Who presses an alarm is not triaged.
  const policy::TriageEntry* row = is_alarm ? nullptr : triage(record);
  if (row != nullptr && (row->channel == v1::CHANNEL_CITY_SERVICE || row->channel == v1::CHANNEL_GRID)) {
    if (Outcome refused = room_for_matter()) return refused;
    open_matter(record, *row);
    return {};
  }
  Incident incident = incident_of(record);
  if (row != nullptr) make_as_grave(incident, *row);
  if (is_alarm) premises_.note_alarm(incident.id, record.alarm_point_id());
  open(std::move(incident), !is_alarm);
  return {};
}

// What an incident can be made of.
Outcome Region::acceptable(const v1::IncidentReported& record) const {
  if (!v1::Category_IsValid(record.category()) || record.category() == v1::CATEGORY_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "category " + std::to_string(record.category()) + " is not known"};
  }
  if (!v1::Severity_IsValid(record.severity()) || record.severity() == v1::SEVERITY_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "severity " + std::to_string(record.severity()) + " is not known"};
  }
  if (!v1::PlaceClass_IsValid(record.place_class())) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE,
                  "place class " + std::to_string(record.place_class()) + " is not known"};
  }
  if (!record.has_position()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "position is missing"};
  if (open_incidents_ >= limits::kOpenIncidents) {
    return Reject{v1::REJECT_CODE_CAPACITY,
                  "the region has " + std::to_string(open_incidents_) + " open incidents; close some"};
  }
  if (!near_road(to_point(record.position()))) {
    return Reject{v1::REJECT_CODE_OFF_ROAD, "no road within 1 km of " + name_of(record.source(), record.event_id())};
  }
  return {};
}

Incident Region::incident_of(const v1::IncidentReported& record) const {
  const geo::Point position = to_point(record.position());
  Incident incident;
  incident.id = opened_here(*shared_);
  incident.source = record.source();
  incident.event_id = record.event_id();
  incident.category = record.category();
  incident.severity = record.severity();
  incident.place_class = record.place_class() != v1::PLACE_CLASS_UNSPECIFIED
                             ? record.place_class()
                             : city_->place_class_at(position, policy_->place_radius_mm());
  incident.position = position;
  incident.district = DistrictId(record.district());
  incident.address = record.address();
  incident.description = record.description();
  incident.required_capabilities = record.required_capabilities();
  incident.required_unit_kinds = record.required_unit_kinds();
  incident.reported_at_ms = record.reported_at_ms();
  incident.caller_reference = record.caller_reference();
  return incident;
}

Outcome Region::apply(const v1::IncidentUpdated& record) {
  if (update_matter(record)) return {};
  Incident* found = nullptr;
  if (Outcome refused = find_open(record.source(), record.event_id(), found)) return refused;
  Incident& incident = *found;
  if (!v1::Severity_IsValid(record.severity())) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "severity " + std::to_string(record.severity()) + " is not known"};
  }
  if (record.has_position() && !near_road(to_point(record.position()))) {
    return Reject{v1::REJECT_CODE_OFF_ROAD, "no road within 1 km of the new place"};
  }

  const bool moved = record.has_position() && to_point(record.position()) != incident.position;
  // Where a target may be on the move, a new place is where it was seen.
  std::optional<v1::Sighting> sighting;
  if (moved && may_pursue(incident) && incident.status != v1::INCIDENT_STATUS_LINKED) {
    *sighting.emplace().mutable_position() = record.position();
    sighting->set_by(record.source());
    if (Outcome refused = check_sighting(incident, *sighting)) return refused;
  }

  if (!record.address().empty()) incident.address = record.address();
  if (!record.description().empty()) incident.description = record.description();
  if (moved) {
    incident.position = to_point(record.position());
    incident.district = DistrictId(record.district());
  }
  const bool severity_given = record.severity() != v1::SEVERITY_UNSPECIFIED;
  if (severity_given) source_severity(incident, record.severity());
  if (moved) {
    send_to_new_place(incident);
    tell_new_place(incident);
  }
  assign_missing(incident);
  if (sighting) pursue(incident, *sighting, {});
  decide_changed(incident, v1::IncidentChanged::CAUSE_SOURCE_UPDATE, {});
  after_update(incident, severity_given);
  return {};
}

// Its units get their orders again.
void Region::send_to_new_place(Incident& incident) {
  forget_best_ways(incident);
  for (const Assignment& assignment : incident.assignments) {
    if (assignment.destination) continue;
    Unit& unit = units_[assignment.unit.value()];
    v1::Decision& decision = decide();
    unit.orders.push_back({.sequence = ++unit.last_order,
                           .kind = Order::Kind::kAssignment,
                           .offset = decision.id().offset(),
                           .index = decision.id().index(),
                           .assignment = assignment.id,
                           .incident = incident.id,
                           .eta = assignment.eta,
                           .acknowledge_by = assignment.acknowledge_by});
    fill(assignment, *decision.mutable_assignment_updated()->mutable_assignment());
    decision.mutable_assignment_updated()->set_order_sequence(unit.last_order);
  }
}

Outcome Region::apply(const v1::IncidentCancelled& record) {
  if (cancel_matter(record)) return {};
  Incident* found = nullptr;
  if (Outcome refused = find_open(record.source(), record.event_id(), found)) return refused;
  if (!goes_on_without_source(*found)) call_off(*found);
  return {};
}

}  // namespace dispatch135::core
