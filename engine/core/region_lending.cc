// Lends units to neighbouring cities that ask for them. For each it keeps an incident of the neighbour's with this one
// unit, so that its order, its way and its end are those of any other. The conversation is told in docs/neighbours.md;
// its other side is region_borrowing.cc.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/incident_id.h"
#include "engine/core/region_choice.h"
#include "engine/core/state_machines.h"
#include "engine/geo/polygon.h"

namespace dispatch135::core {
namespace {

constexpr std::size_t kLookedAt = 8;  // Beyond the roads the soonest to their edge need not be the soonest of all.

geo::Point to_point(const v1::Position& position) { return {position.latitude_e7(), position.longitude_e7()}; }

Outcome malformed(const v1::NeighbourRequest& request) {
  if (!v1::Category_IsValid(request.category()) || request.category() == v1::CATEGORY_UNSPECIFIED ||
      !v1::Severity_IsValid(request.severity()) || request.severity() == v1::SEVERITY_UNSPECIFIED ||
      !v1::PlaceClass_IsValid(request.place_class()) || request.place_class() == v1::PLACE_CLASS_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "category, severity or place class of the request is not known"};
  }
  if (!request.has_position() || !geo::in_range(to_point(request.position()))) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "the request's position is missing or no place on earth"};
  }
  return {};
}

}  // namespace

// A neighbour's incident as this region keeps it: one place for one unit, and no clock, which is the neighbour's.
Incident Region::incident_of(const v1::NeighbourMessage& message) const {
  const v1::NeighbourRequest& request = message.request();
  Incident incident;
  incident.id = opened_here(*shared_);
  incident.source = "neighbour " + std::to_string(message.from());
  incident.event_id = std::to_string(message.request_id());
  incident.category = request.category();
  incident.severity = request.severity();
  incident.place_class = request.place_class();
  incident.position = to_point(request.position());
  incident.address = request.address();
  incident.description = request.description();
  incident.required_capabilities = request.capabilities();
  incident.required_unit_kinds = request.unit_kinds();
  incident.opened_at = shared_->now;
  incident.response = policy_->respond({.place_class = incident.place_class,
                                        .severity = incident.severity,
                                        .category = incident.category,
                                        .district = {},
                                        .opened_at = incident.opened_at});
  incident.response.clock_start = v1::CLOCK_START_UNSPECIFIED;
  incident.response.mode = v1::DISPATCH_MODE_AUTOMATIC;
  incident.response.plan = {{{.role = request.role(),
                              .within = incident.response.deadline,
                              .units = 1,
                              .unit_kinds = request.unit_kinds(),
                              .capabilities = request.capabilities()}}};
  incident.plan.emplace_back().entry = incident.response.plan.front().front();
  incident.lent.emplace();
  incident.lent->shown.set_region(message.from());
  incident.lent->shown.set_request_id(message.request_id());
  incident.lent->shown.set_incident_id(request.incident_id());
  return incident;
}

// Whether the rule still has a unit for this neighbour; UNSPECIFIED: it has.
v1::NeighbourRefusal::Reason Region::why_not_lent(RegionId neighbour, const policy::LendRule* rule,
                                                  const v1::NeighbourRequest& request) const {
  if (rule == nullptr || request.severity() > rule->from_severity) return v1::NeighbourRefusal::REASON_POLICY;
  if (request.answer_by_ms() < shared_->now.since_epoch) return v1::NeighbourRefusal::REASON_TOO_LATE;
  if (open_incidents_ >= limits::kOpenIncidents) return v1::NeighbourRefusal::REASON_CAPACITY;
  const auto lent =
      std::count_if(loans_.begin(), loans_.end(), [&](const auto& loan) { return loan.first.first == neighbour; });
  if (static_cast<std::uint32_t>(lent) >= rule->at_most) return v1::NeighbourRefusal::REASON_LENT_ALREADY;
  std::uint64_t on_duty = 0;
  std::uint64_t free = 0;
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (std::as_const(units_)[i].secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) continue;
    if (unit_infos_[i].kind == v1::UNIT_KIND_GRID_WORKER) continue;
    ++on_duty;
    free += assignable(UnitIndex(i)) ? 1 : 0;
  }
  if (free == 0) return v1::NeighbourRefusal::REASON_NOBODY;
  if ((free - 1) * 1'000 < on_duty * rule->keep_free_permille) return v1::NeighbourRefusal::REASON_KEPT_FREE;
  return v1::NeighbourRefusal::REASON_UNSPECIFIED;
}

// The soonest unit for a neighbour's incident, the way beyond the own roads included.
std::optional<Region::LentChoice> Region::choose_to_lend(const Incident& incident, const policy::LendRule& rule,
                                                         v1::Why& why) {
  const road::Network& roads = roads_.network();
  const bool on_roads = near_road(incident.position);
  const std::int64_t limit_mm = on_roads ? limits::kSnapLimitMm : limits::kBeyondRoadsMm;
  why = weigh(incident, 0, standing_of(incident));
  why.set_rule(v1::Why::RULE_LENT);
  const Filter filter(*this, incident, 0);
  const auto found = search_.k_soonest(incident.position, limit_mm, on_road_, filter, kLookedAt);
  std::optional<LentChoice> best;
  for (const road::Found& unit : found) {
    DurationMs eta = unit.eta();
    if (!on_roads) {
      const auto edge = roads.snap(incident.position, on_road_.kind(unit.unit), limit_mm);
      eta = eta + rule.beyond(edge->distance_mm);
    }
    if (best && best->eta <= eta) continue;
    best = LentChoice{.found = unit,
                      .eta = eta,
                      .way = on_roads ? v1::NeighbourUnit::WAY_BY_ROAD : v1::NeighbourUnit::WAY_TO_THE_EDGE};
  }
  return best;
}

Outcome Region::lend(const v1::NeighbourMessage& message) {
  const v1::NeighbourRequest& request = message.request();
  const RegionId neighbour(message.from());
  if (Outcome refused = malformed(request)) return refused;
  if (loans_.contains({neighbour, message.request_id()})) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "request " + std::to_string(message.request_id()) +
                                                          " of region " + std::to_string(message.from()) +
                                                          " was granted already"};
  }
  const auto refuse = [&](v1::NeighbourRefusal::Reason reason) -> Outcome {
    say(neighbour, message.request_id()).mutable_refusal()->set_reason(reason);
    return {};
  };
  const policy::CityNeighbour* city = policy_->neighbours() ? policy_->neighbours()->city(neighbour) : nullptr;
  const policy::LendRule* rule = city != nullptr && city->lend ? &*city->lend : nullptr;
  if (const auto reason = why_not_lent(neighbour, rule, request)) return refuse(reason);
  Incident incident = incident_of(message);
  v1::Why why;
  const std::optional<LentChoice> choice = choose_to_lend(incident, *rule, why);
  if (!choice) return refuse(v1::NeighbourRefusal::REASON_NOBODY);
  if (choice->eta > rule->within || (request.within_ms() != 0 && choice->eta.count > request.within_ms())) {
    return refuse(v1::NeighbourRefusal::REASON_TOO_FAR);
  }

  add_candidate(choice->found, why);
  incident.lent->shown.set_way(choice->way);
  loans_.emplace(std::pair(neighbour, message.request_id()), incident.id);
  Incident& kept = incidents_.emplace(incident.id, std::move(incident)).first->second;
  ++open_incidents_;
  fill(kept, true, *decide().mutable_incident_opened()->mutable_incident());
  assign(kept, choice->found.unit, choice->eta, 1, false, std::move(why));
  decide_changed(kept, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
  return {};
}

// Whatever changes about the unit, the neighbour is told; the first time as the grant, the last time as the return.
void Region::tell_asker(Incident& incident) {
  Lent& lent = *incident.lent;
  if (lent.over) return;
  const RegionId neighbour(lent.shown.region());
  const std::uint64_t request = lent.shown.request_id();
  if (is_final(incident.status)) {
    end_loan(incident);
    v1::NeighbourReturn& returned = *say(neighbour, request).mutable_returned();
    returned.set_reason(return_reason(lent.left));
    if (returned.reason() == v1::NeighbourReturn::REASON_FEEDBACK) returned.set_disposition(incident.disposition);
    return;
  }
  if (incident.assignments.empty()) return;
  const Assignment& work = incident.assignments.front();
  const city::UnitInfo& info = unit_infos_[work.unit.value()];
  v1::NeighbourUnit now;
  now.set_unit_id(info.id.value());
  now.set_call_sign(std::string(info.call_sign));
  now.set_kind(info.kind);
  now.set_capabilities(info.capabilities);
  now.set_eta_ms(work.eta.count);
  now.set_way(lent.shown.way());
  now.set_assigned_at_ms(work.assigned_at.since_epoch);
  now.set_acknowledged_at_ms(work.acknowledged_at.since_epoch);
  now.set_en_route_at_ms(work.en_route_at.since_epoch);
  now.set_on_scene_at_ms(work.on_scene_at.since_epoch);
  const bool granted = lent.told.unit_id() != 0;
  if (granted && now.SerializeAsString() == lent.told.SerializeAsString()) return;
  lent.told = now;
  v1::NeighbourMessage& message = say(neighbour, request);
  *(granted ? message.mutable_progress() : message.mutable_grant()) = std::move(now);
}

void Region::end_loan(Incident& incident) {
  incident.lent->over = true;
  loans_.erase({RegionId(incident.lent->shown.region()), incident.lent->shown.request_id()});
}

Outcome Region::hear_asker(const v1::NeighbourMessage& message) {
  const auto loan = loans_.find({RegionId(message.from()), message.request_id()});
  if (loan == loans_.end()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT, "nothing is lent to region " + std::to_string(message.from()) +
                                                          " by request " + std::to_string(message.request_id()) +
                                                          "; it was refused or has ended"};
  }
  Incident& incident = incidents_.at(loan->second);
  if (message.has_new_place()) {
    const v1::NeighbourNewPlace& place = message.new_place();
    if (!place.has_position() || !geo::in_range(to_point(place.position()))) {
      return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "the new position is missing or no place on earth"};
    }
    incident.position = to_point(place.position());
    if (!place.address().empty()) incident.address = place.address();
    if (!near_road(incident.position)) incident.lent->shown.set_way(v1::NeighbourUnit::WAY_TO_THE_EDGE);
    send_to_new_place(incident);
    decide_changed(incident, v1::IncidentChanged::CAUSE_SOURCE_UPDATE, {});
    return {};
  }
  end_loan(incident);
  const bool closed = message.release().reason() == v1::NeighbourRelease::REASON_INCIDENT_CLOSED;
  const bool cancelled = message.release().reason() == v1::NeighbourRelease::REASON_INCIDENT_CANCELLED;
  end_incident(incident, closed ? v1::INCIDENT_STATUS_CLOSED : v1::INCIDENT_STATUS_CANCELLED,
               closed ? v1::DISPOSITION_HANDLED : v1::DISPOSITION_CANCELLED_BY_SOURCE,
               closed      ? v1::AssignmentEnded::REASON_INCIDENT_CLOSED
               : cancelled ? v1::AssignmentEnded::REASON_INCIDENT_CANCELLED
                           : v1::AssignmentEnded::REASON_STOOD_DOWN,
               v1::IncidentChanged::CAUSE_SOURCE_CANCEL, {});
  return {};
}

// A neighbour's incident is served by its one unit: others are the neighbour's to ask for.
Outcome Region::refuse_lent(const Incident& incident) const {
  if (!incident.lent) return {};
  return Reject{v1::REJECT_CODE_NOT_ALLOWED,
                "incident " + std::to_string(incident.id.value()) + " is region " +
                    std::to_string(incident.lent->shown.region()) +
                    "'s, whose dispatchers command it; release its unit or cancel it here to take the unit back"};
}

bool Region::beyond_roads(const Incident& incident) const {
  return incident.lent && incident.lent->shown.way() == v1::NeighbourUnit::WAY_TO_THE_EDGE;
}

void Region::gather_neighbours(std::set<RegionId>& out) const {
  if (policy_ && policy_->neighbours()) {
    for (const policy::CityNeighbour& city : policy_->neighbours()->cities) out.insert(city.region);
  }
  for (const auto& [key, incident] : loans_) out.insert(key.first);
  for (const auto& [request, incident] : requests_) {
    for (const v1::BorrowedUnit& unit : incidents_.at(incident).borrowed.all()) out.insert(RegionId(unit.region()));
  }
}

}  // namespace dispatch135::core
