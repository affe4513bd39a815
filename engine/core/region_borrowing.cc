// Asks neighbouring cities for units, and keeps what they say about those that they lend. The conversation is told in
// docs/neighbours.md; its other side is region_lending.cc.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"
#include "engine/geo/outline.h"

namespace dispatch135::core {
namespace {

// An own unit that is foreseen to be late at its place of the plan, and when it is expected.
std::optional<TimeMs> expected_late(const Incident& incident, const Assignment& own) {
  if (own.plan_entry == 0 || own.on_scene_at != TimeMs{} || own.eta.count == 0) return std::nullopt;
  const PlannedUnits& planned = incident.plan[own.plan_entry - 1];
  const TimeMs due = planned.due() == TimeMs{} ? own.assigned_at + planned.entry.within : planned.due();
  const TimeMs expected = own.progress.expected_at == TimeMs{} ? own.assigned_at + own.eta : own.progress.expected_at;
  return expected > due ? std::optional(expected) : std::nullopt;
}

}  // namespace

v1::NeighbourMessage& Region::say(RegionId to, std::uint64_t request) {
  v1::NeighbourMessage& message = *decide().mutable_neighbour_said();
  message.set_from(id_.value());
  message.set_to(to.value());
  message.set_request_id(request);
  return message;
}

// By policy: for each empty place of the plan, and beside each own unit that is late. Withdraws what is not needed any
// more.
void Region::ask_neighbours(Incident& incident) {
  const auto& rule = policy_->neighbours();
  if (!rule || rule->cities.empty() || incident.lent || is_final(incident.status)) return;
  bool changed = withdraw_unneeded(incident);
  const bool may_ask = !incident.only_advised() && incident.hold != v1::HoldIncident::HOLD_WAIT &&
                       incident.awaited.empty() && incident.status != v1::INCIDENT_STATUS_LINKED;
  for (std::size_t entry = 0; may_ask && entry < incident.plan.size(); ++entry) {
    const auto plan_entry = static_cast<std::uint32_t>(entry + 1);
    while (incident.missing(entry) > incident.borrowed.asked(plan_entry) &&
           ask_next(incident, entry, plan_entry, std::nullopt)) {
      changed = true;
    }
  }
  std::uint32_t beside = incident.borrowed.asked(0) + incident.borrowed.granted(0);
  for (std::size_t i = 0; may_ask && i < incident.assignments.size(); ++i) {
    const Assignment& own = incident.assignments[i];
    const auto late = expected_late(incident, own);
    if (!late) continue;
    if (beside > 0) {
      --beside;
    } else if (ask_next(incident, own.plan_entry - 1, 0, *late)) {
      changed = true;
    }
  }
  if (changed) decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
}

// The first neighbour of the policy that may be asked. `sooner_than`: an own unit is expected then. False: none is
// left.
bool Region::ask_next(Incident& incident, std::size_t entry, std::uint32_t plan_entry,
                      std::optional<TimeMs> sooner_than) {
  for (const policy::CityNeighbour& city : policy_->neighbours()->cities) {
    if (!city.ask || incident.severity > city.ask->from_severity) continue;
    if (incident.borrowed.turned_down(city.region, shared_->now)) continue;
    DurationMs within;
    if (sooner_than) {
      within = *sooner_than - shared_->now - city.ask->gain;
      if (within.count <= 0) continue;
    }
    if (city.ask->border_mm != 0 && away_from(city.region, incident.position) > city.ask->border_mm) continue;
    return ask(incident, city, entry, plan_entry, within, {});
  }
  return false;
}

// From the neighbour's outline when the city file has it, else from the own one, which the incident then lies in.
std::int64_t Region::away_from(RegionId neighbour, geo::Point place) const {
  std::size_t own = 0;
  for (std::size_t i = 0; i < city_->region_count(); ++i) {
    if (city_->region(i).id == id_) own = i;
    if (city_->region(i).id != neighbour) continue;
    return geo::distance_mm(city_->roads().projection, city_->region_outline(i), place);
  }
  return geo::distance_to_border_mm(city_->roads().projection, city_->region_outline(own), place);
}

// Asks for one unit; false: the incident holds as many as it can.
bool Region::ask(Incident& incident, const policy::CityNeighbour& city, std::size_t entry, std::uint32_t plan_entry,
                 DurationMs within, const std::string& by) {
  if (incident.assignments.size() + incident.borrowed.all().size() >= limits::kAssignmentsPerIncident) return false;
  const policy::PlanEntry& wanted = incident.plan[entry].entry;
  const TimeMs answer_by = shared_->now + city.answer_within;
  v1::BorrowedUnit asked;
  asked.set_request_id(shared_->id_here(++shared_->requests));
  asked.set_region(city.region.value());
  asked.set_plan_entry(plan_entry);
  asked.set_asked_at_ms(shared_->now.since_epoch);
  asked.set_answer_by_ms(answer_by.since_epoch);
  asked.set_asked_by(by);

  v1::NeighbourRequest& request = *say(city.region, asked.request_id()).mutable_request();
  request.set_incident_id(incident.id.value());
  request.set_category(incident.category);
  request.set_severity(incident.severity);
  request.set_place_class(incident.place_class);
  request.mutable_position()->set_latitude_e7(incident.position.latitude_e7);
  request.mutable_position()->set_longitude_e7(incident.position.longitude_e7);
  request.set_address(incident.address);
  request.set_description(incident.description);
  request.set_unit_kinds(wanted.unit_kinds != 0 ? wanted.unit_kinds : incident.required_unit_kinds);
  request.set_capabilities(wanted.capabilities != 0 ? wanted.capabilities : incident.required_capabilities);
  request.set_role(wanted.role);
  request.set_within_ms(within.count);
  request.set_answer_by_ms(answer_by.since_epoch);

  shared_->timers.set({answer_by, TimerKind::kNeighbour, id_, incident.id.value()});
  requests_.emplace(asked.request_id(), incident.id);
  incident.borrowed.add(std::move(asked));
  return true;
}

void Region::give_back(Incident& incident, std::uint64_t request, v1::NeighbourRelease::Reason reason) {
  say(RegionId(incident.borrowed.find(request)->region()), request).mutable_release()->set_reason(reason);
  forget_borrowed(incident, request);
}

void Region::forget_borrowed(Incident& incident, std::uint64_t request) {
  incident.borrowed.remove(request);
  requests_.erase(request);
}

void Region::give_all_back(Incident& incident, v1::NeighbourRelease::Reason reason) {
  while (!incident.borrowed.all().empty()) give_back(incident, incident.borrowed.all().front().request_id(), reason);
}

// Requests for places that own units have taken meanwhile, those beside the plan when nobody is late any more, and all
// while people decide. What a dispatcher asked for is his to withdraw.
bool Region::withdraw_unneeded(Incident& incident) {
  const bool held = incident.only_advised() || incident.hold == v1::HoldIncident::HOLD_WAIT;
  const auto unneeded = [&](const v1::BorrowedUnit& unit) {
    if (!unit.asked_by().empty() || unit.has_unit()) return false;
    if (held) return true;
    if (unit.plan_entry() == 0) {
      return std::none_of(incident.assignments.begin(), incident.assignments.end(),
                          [&](const Assignment& own) { return expected_late(incident, own).has_value(); });
    }
    return unit.plan_entry() > incident.plan.size() ||
           incident.borrowed.asked(unit.plan_entry()) > incident.missing(unit.plan_entry() - 1);
  };
  bool changed = false;
  for (std::size_t i = incident.borrowed.all().size(); i-- > 0;) {
    const v1::BorrowedUnit& unit = incident.borrowed.all()[i];
    if (!unneeded(unit)) continue;
    give_back(incident, unit.request_id(),
              held ? v1::NeighbourRelease::REASON_STOOD_DOWN : v1::NeighbourRelease::REASON_OWN_UNIT);
    changed = true;
  }
  return changed;
}

// An own unit is there: whoever was to be sooner is not needed.
void Region::own_unit_was_sooner(Incident& incident) {
  for (std::size_t i = incident.borrowed.all().size(); i-- > 0;) {
    const v1::BorrowedUnit& unit = incident.borrowed.all()[i];
    if (unit.plan_entry() != 0 || unit.on_scene_at_ms() != 0 || !unit.asked_by().empty()) continue;
    give_back(incident, unit.request_id(), v1::NeighbourRelease::REASON_OWN_UNIT);
  }
}

// Those beside the plan take places that are empty and that they fit.
void Region::fit_borrowed_into_plan(Incident& incident) const {
  for (v1::BorrowedUnit& unit : incident.borrowed.units()) {
    if (!unit.has_unit() || unit.plan_entry() != 0) continue;
    for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
      if (incident.missing(entry) == 0 ||
          !incident.requirement(incident.plan[entry].entry).fits(unit.unit().kind(), unit.unit().capabilities())) {
        continue;
      }
      unit.set_plan_entry(static_cast<std::uint32_t>(entry + 1));
      break;
    }
  }
}

void Region::tell_new_place(const Incident& incident) {
  for (const v1::BorrowedUnit& unit : incident.borrowed.all()) {
    v1::NeighbourNewPlace& place = *say(RegionId(unit.region()), unit.request_id()).mutable_new_place();
    place.mutable_position()->set_latitude_e7(incident.position.latitude_e7);
    place.mutable_position()->set_longitude_e7(incident.position.longitude_e7);
    place.set_address(incident.address);
  }
}

// A neighbour has not answered in time, or may be asked again.
void Region::neighbour_due(IncidentId id, TimeMs due) {
  const auto found = incidents_.find(id);
  if (found == incidents_.end() || is_final(found->second.status)) return;
  Incident& incident = found->second;
  bool changed = false;
  for (std::size_t i = incident.borrowed.all().size(); i-- > 0;) {
    const v1::BorrowedUnit& unit = incident.borrowed.all()[i];
    if (unit.has_unit() || unit.answer_by_ms() > due.since_epoch) continue;
    turn_down(incident, RegionId(unit.region()));
    give_back(incident, unit.request_id(), v1::NeighbourRelease::REASON_NO_ANSWER);
    changed = true;
  }
  assign_missing(incident);
  if (changed) decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
}

// It is not asked again at once, but when it may be by the policy.
void Region::turn_down(Incident& incident, RegionId neighbour) {
  const TimeMs until = shared_->now + policy_->reoffer_after();
  incident.borrowed.turn_down(neighbour, until);
  shared_->timers.set({until, TimerKind::kNeighbour, id_, incident.id.value()});
}

Outcome Region::apply(const v1::NeighbourMessage& message) {
  const std::string request = "request " + std::to_string(message.request_id());
  if (message.to() != id_.value() || message.from() == message.to()) {
    return Reject{v1::REJECT_CODE_MALFORMED, request + " is of region " + std::to_string(message.from()) +
                                                 " for region " + std::to_string(message.to())};
  }
  switch (message.what_case()) {
    case v1::NeighbourMessage::kRequest:
      return lend(message);
    case v1::NeighbourMessage::kRelease:
    case v1::NeighbourMessage::kNewPlace:
      return hear_asker(message);
    case v1::NeighbourMessage::WHAT_NOT_SET:
      return Reject{v1::REJECT_CODE_MALFORMED, request + " says nothing that this version knows"};
    default:
      break;
  }
  const auto asked = requests_.find(message.request_id());
  Incident* incident = asked == requests_.end() ? nullptr : &incidents_.at(asked->second);
  v1::BorrowedUnit* unit = incident == nullptr ? nullptr : incident->borrowed.find(message.request_id());
  if (unit == nullptr || unit->region() != message.from()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT,
                  request + " to region " + std::to_string(message.from()) +
                      " is none of this region, was withdrawn or has ended; the neighbour is told so when it ends"};
  }
  const bool answers = message.has_grant() || message.has_refusal();
  if (answers == unit->has_unit()) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  request + (answers ? " was granted already" : " was not granted yet")};
  }
  if (message.has_grant()) {
    hear_grant(*incident, *unit, message.grant());
  } else if (message.has_progress()) {
    hear_progress(*incident, *unit, message.progress());
  } else if (message.has_returned() && message.returned().reason() == v1::NeighbourReturn::REASON_FEEDBACK) {
    hear_feedback(*incident, *unit, message.returned().disposition());
  } else {
    turn_down(*incident, RegionId(unit->region()));
    forget_borrowed(*incident, message.request_id());
    set_status(*incident, incident->status_of_assignments());
    assign_missing(*incident);
    decide_changed(*incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  }
  return {};
}

void Region::hear_grant(Incident& incident, v1::BorrowedUnit& unit, const v1::NeighbourUnit& granted) {
  // A dispatcher may have filled the place by hand; whoever asked for it by name still gets it.
  const bool filled = unit.plan_entry() != 0 &&
                      (unit.plan_entry() > incident.plan.size() || incident.missing(unit.plan_entry() - 1) == 0);
  if (filled && !unit.asked_by().empty()) unit.set_plan_entry(0);
  if (filled && unit.asked_by().empty()) {
    give_back(incident, unit.request_id(), v1::NeighbourRelease::REASON_OWN_UNIT);
  } else {
    *unit.mutable_unit() = granted;
    if (incident.response.clock_start == v1::CLOCK_START_SENT) start_clock(incident);
    set_status(incident, incident.status_of_assignments());
    await_nobody(incident);
    requeue(incident);
  }
  decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
}

void Region::hear_progress(Incident& incident, v1::BorrowedUnit& unit, const v1::NeighbourUnit& progress) {
  *unit.mutable_unit() = progress;
  if (progress.acknowledged_at_ms() != 0 && unit.acknowledged_at_ms() == 0) {
    unit.set_acknowledged_at_ms(shared_->now.since_epoch);
    if (incident.response.clock_start == v1::CLOCK_START_SIGNED) start_clock(incident);
  }
  if (progress.on_scene_at_ms() != 0 && unit.on_scene_at_ms() == 0) {
    unit.set_on_scene_at_ms(shared_->now.since_epoch);
    if (incident.first_on_scene_at == TimeMs{}) incident.first_on_scene_at = shared_->now;
    incident.was_diverted_from = false;
  }
  set_status(incident, incident.status_of_assignments());
  decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
}

void Region::hear_feedback(Incident& incident, const v1::BorrowedUnit& unit, v1::Disposition disposition) {
  if (unit.plan_entry() != 0) ++incident.plan[unit.plan_entry() - 1].done;
  forget_borrowed(incident, unit.request_id());
  if (incident.nobody_sent()) {
    const bool known = v1::Disposition_IsValid(disposition) && disposition != v1::DISPOSITION_UNSPECIFIED;
    return end_incident(incident, v1::INCIDENT_STATUS_CLOSED, known ? disposition : v1::DISPOSITION_HANDLED,
                        v1::AssignmentEnded::REASON_INCIDENT_CLOSED, v1::IncidentChanged::CAUSE_FEEDBACK, {});
  }
  set_status(incident, incident.status_of_assignments());
  decide_changed(incident, v1::IncidentChanged::CAUSE_UNIT_PROGRESS, {});
}

Outcome Region::command(const v1::AskNeighbour& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  if (Outcome refused = refuse_linked(*incident)) return refused;
  const policy::CityNeighbour* city =
      policy_->neighbours() ? policy_->neighbours()->city(RegionId(command.region())) : nullptr;
  if (city == nullptr) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED, "the policy '" + policy_->name() + "' does not name region " +
                                                   std::to_string(command.region()) +
                                                   " under neighbours.cities; add it there"};
  }
  std::size_t entry = 0;
  while (entry < incident->plan.size() &&
         incident->missing(entry) <= incident->borrowed.asked(static_cast<std::uint32_t>(entry + 1))) {
    ++entry;
  }
  const bool beside = entry == incident->plan.size();
  const auto plan_entry = static_cast<std::uint32_t>(beside ? 0 : entry + 1);
  if (incident->assignments.size() + incident->borrowed.all().size() >= limits::kAssignmentsPerIncident) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the incident has as many units as it can hold"};
  }
  remember(applied(from, incident->id, {}));
  ask(*incident, *city, beside ? 0 : entry, plan_entry, {}, from.operator_id());
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

Outcome Region::command(const v1::ReleaseNeighbour& command, const v1::OperatorCommand& from) {
  Incident* incident = nullptr;
  if (Outcome refused = find_open(command.incident_id(), incident)) return refused;
  const std::uint64_t request = command.request_id();
  if (request == 0 ? incident->borrowed.all().empty() : incident->borrowed.find(request) == nullptr) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT,
                  "incident " + std::to_string(command.incident_id()) + " has no unit of a neighbour" +
                      (request == 0 ? "" : " by request " + std::to_string(request)) +
                      "; `incident` shows what it has"};
  }
  remember(applied(from, incident->id, {}));
  for (std::size_t i = incident->borrowed.all().size(); i-- > 0;) {
    const v1::BorrowedUnit& unit = incident->borrowed.all()[i];
    if (request != 0 && unit.request_id() != request) continue;
    turn_down(*incident, RegionId(unit.region()));
    give_back(*incident, unit.request_id(), v1::NeighbourRelease::REASON_STOOD_DOWN);
  }
  set_status(*incident, incident->status_of_assignments());
  assign_missing(*incident);
  decide_changed(*incident, v1::IncidentChanged::CAUSE_OPERATOR, from.operator_id());
  return {};
}

}  // namespace dispatch135::core
