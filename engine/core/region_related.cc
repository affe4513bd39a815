// Several calls about one event: reports that are compared, linked, merged and taken apart again. The rules are in
// docs/related-calls.md.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/call_words.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

std::string numbered(IncidentId id) { return "incident " + std::to_string(id.value()); }

// Asks for something that the other one does not: its units might not do.
bool asks_for_more(const Incident& incident, const Incident& than) {
  return (incident.required_capabilities & ~than.required_capabilities) != 0 ||
         (incident.required_unit_kinds != 0 && incident.required_unit_kinds != than.required_unit_kinds);
}

}  // namespace

Call Region::call_of(const Incident& incident) const {
  return {.id = incident.id,
          .opened_at = incident.opened_at,
          .place = city_->roads().projection.project(incident.position),
          .category = incident.category,
          .words = words_of(incident.address, incident.description)};
}

void Region::note_call(const Incident& incident) {
  if (related_) related_->put(call_of(incident));
}

void Region::note_all_calls() {
  related_.reset();
  if (!policy_->related()) return;
  related_.emplace(*policy_->related());
  for (const auto& [id, incident] : incidents_) {
    if (!incident.lent) related_->put(call_of(incident));
  }
}

std::size_t Region::live_calls(IncidentId parent) const {
  const auto& children = links_.children(parent);
  return static_cast<std::size_t>(std::count_if(children.begin(), children.end(), [&](IncidentId child) {
    return incidents_.at(child).status == v1::INCIDENT_STATUS_LINKED;
  }));
}

// Settles what a new report is before anybody is told of it.
v1::IncidentRelated::What Region::relate(Incident& incident, bool may_link) {
  if (!related_) return v1::IncidentRelated::WHAT_UNSPECIFIED;
  const Call call = call_of(incident);
  related_->put(call);
  const auto open = [&](IncidentId id) { return !is_final(std::as_const(incidents_).at(id).status); };
  const auto ended = [&](IncidentId id) { return !open(id); };
  auto live = related_->most_alike(call, open);
  if (live) {
    // A further call like another further call belongs to the same event.
    if (const Link* link = links_.find(live->id)) live->id = link->parent;
    const Incident& parent = std::as_const(incidents_).at(live->id);
    const std::uint32_t link_at = policy_->related()->link_at;
    if (may_link && link_at != 0 && live->likeness.confidence() >= link_at && !asks_for_more(incident, parent) &&
        live_calls(parent.id) < limits::kFurtherCalls) {
      links_.link(incident.id, {.parent = parent.id, .at = shared_->now, .by = {}, .likeness = live->likeness});
      set_status(incident, v1::INCIDENT_STATUS_LINKED);
      return v1::IncidentRelated::WHAT_LINKED;
    }
  }
  auto past = related_->most_alike(call, ended);
  const bool past_is_more = past && (!live || past->likeness.confidence() > live->likeness.confidence());
  const auto& best = past_is_more ? past : live;
  if (!best) return v1::IncidentRelated::WHAT_UNSPECIFIED;
  links_.suggest(incident.id, {best->id, best->likeness});
  return v1::IncidentRelated::WHAT_SUGGESTED;
}

void Region::announce(const Incident& incident, v1::IncidentRelated::What what) {
  if (what == v1::IncidentRelated::WHAT_UNSPECIFIED) return;
  if (what == v1::IncidentRelated::WHAT_SUGGESTED) {
    const Links::Suggested& suggested = *links_.suggestion(incident.id);
    return decide_related(what, incident.id, suggested.incident, &suggested.likeness, {});
  }
  const Link& link = *links_.find(incident.id);
  decide_related(what, incident.id, link.parent, &*link.likeness, {});
  follow_calls(incidents_.at(link.parent), {});
}

void Region::decide_related(v1::IncidentRelated::What what, IncidentId incident, IncidentId other,
                            const v1::Likeness* likeness, const std::string& by) {
  v1::IncidentRelated& related = *decide().mutable_incident_related();
  related.set_what(what);
  related.set_incident_id(incident.value());
  related.set_related_to(other.value());
  if (likeness != nullptr) *related.mutable_likeness() = *likeness;
  related.set_by(by);
  related.set_policy(policy_->name());
}

// An incident is as urgent as the most urgent of its calls.
void Region::weigh_calls(Incident& parent) {
  const v1::Severity own = links_.own_severity(parent.id).value_or(parent.severity);
  v1::Severity gravest = own;
  for (const IncidentId id : links_.children(parent.id)) {
    const Incident& child = std::as_const(incidents_).at(id);
    if (child.status == v1::INCIDENT_STATUS_LINKED && links_.find(id)->raises) {
      gravest = std::min(gravest, child.severity);
    }
  }
  links_.set_own_severity(parent.id, gravest == own ? std::nullopt : std::optional(own));
  change_severity(parent, gravest);
}

// A further call came, went, or says something else.
void Region::follow_calls(Incident& parent, const std::string& by) {
  weigh_calls(parent);
  assign_missing(parent);
  decide_changed(parent, v1::IncidentChanged::CAUSE_RELATED, by);
}

// What a source says is about its own call.
void Region::source_severity(Incident& incident, v1::Severity severity) {
  if (!links_.own_severity(incident.id)) return change_severity(incident, severity);
  links_.set_own_severity(incident.id, severity);
  weigh_calls(incident);
}

// What a dispatcher says is about the whole event, and no call that is already there changes it.
void Region::operator_severity(Incident& incident, v1::Severity severity) {
  links_.set_own_severity(incident.id, std::nullopt);
  for (const IncidentId child : links_.children(incident.id)) links_.find(child)->raises = false;
  change_severity(incident, severity);
}

void Region::after_update(const Incident& incident, bool severity_given) {
  note_call(incident);
  Link* link = links_.find(incident.id);
  if (link == nullptr || incident.status != v1::INCIDENT_STATUS_LINKED) return;
  if (severity_given) link->raises = true;
  follow_calls(incidents_.at(link->parent), {});
}

bool Region::goes_on_without_source(const Incident& incident) {
  if (live_calls(incident.id) == 0) return false;
  links_.withdraw(incident.id);
  decide_related(v1::IncidentRelated::WHAT_CALL_WITHDRAWN, incident.id, {}, nullptr, {});
  decide_changed(incident, v1::IncidentChanged::CAUSE_SOURCE_CANCEL, {});
  return true;
}

void Region::call_off(Incident& incident) {
  end_incident(incident, v1::INCIDENT_STATUS_CANCELLED, v1::DISPOSITION_CANCELLED_BY_SOURCE,
               v1::AssignmentEnded::REASON_INCIDENT_CANCELLED, v1::IncidentChanged::CAUSE_SOURCE_CANCEL, {});
}

// When the last call of an event whose own was called off is gone, nobody is left who asked.
void Region::lost_call(Incident& parent, const std::string& by) {
  if (links_.withdrawn(parent.id) && live_calls(parent.id) == 0) return call_off(parent);
  follow_calls(parent, by);
}

void Region::after_end(const Incident& incident, const std::string& by) {
  // Ending them changes their links' incidents, not the links.
  for (const IncidentId id : links_.children(incident.id)) {
    Incident& child = incidents_.at(id);
    if (child.status != v1::INCIDENT_STATUS_LINKED) continue;
    end_incident(child, v1::INCIDENT_STATUS_CLOSED, v1::DISPOSITION_DUPLICATE,
                 v1::AssignmentEnded::REASON_INCIDENT_CLOSED, v1::IncidentChanged::CAUSE_RELATED, by);
  }
  const Link* link = links_.find(incident.id);
  if (link == nullptr) return;
  Incident& parent = incidents_.at(link->parent);
  if (!is_final(parent.status)) lost_call(parent, by);
}

void Region::forget_call(IncidentId incident) {
  if (related_) related_->remove(incident);
  links_.forget(incident);
}

Outcome Region::refuse_linked(const Incident& incident) const {
  if (incident.status != v1::INCIDENT_STATUS_LINKED) return refuse_lent(incident);
  return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, numbered(incident.id) + " is a further call of " +
                                                        numbered(links_.find(incident.id)->parent) +
                                                        ": command that one, or unmerge this one first"};
}

Outcome Region::command(const v1::MergeIncidents& command, const v1::OperatorCommand& from) {
  Incident* child = nullptr;
  Incident* parent = nullptr;
  if (Outcome refused = find_open(command.child(), child)) return refused;
  if (Outcome refused = find_open(command.into(), parent)) return refused;
  if (child == parent) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, numbered(child->id) + " cannot be merged with itself"};
  }
  if (Outcome refused = refuse_linked(*child)) return refused;
  if (Outcome refused = refuse_linked(*parent)) return refused;
  if (const std::size_t calls = live_calls(child->id); calls > 0) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  numbered(child->id) + " has " + std::to_string(calls) +
                      " further calls itself: merge the other way round, or unmerge them first"};
  }
  if (live_calls(parent->id) >= limits::kFurtherCalls) {
    return Reject{v1::REJECT_CODE_CAPACITY, numbered(parent->id) + " has as many further calls as it can hold"};
  }

  remember(applied(from, child->id, {}));
  while (!child->assignments.empty()) {
    end_assignment(*child, child->assignments.front().id, v1::AssignmentEnded::REASON_MERGED,
                   v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  give_all_back(*child, v1::NeighbourRelease::REASON_MERGED);
  // Calls that had ended before hang on no longer: links have one level.
  for (const IncidentId ended : std::set<IncidentId>(links_.children(child->id))) links_.unlink(ended);
  std::optional<v1::Likeness> alike;
  if (related_) {
    const bool child_first = child->opened_at < parent->opened_at;
    alike =
        likeness(*policy_->related(), call_of(child_first ? *child : *parent), call_of(child_first ? *parent : *child));
  }
  links_.drop_suggestion(child->id);
  links_.link(child->id, {.parent = parent->id, .at = shared_->now, .by = from.operator_id(), .likeness = alike});
  set_status(*child, v1::INCIDENT_STATUS_LINKED);
  requeue(*child);
  decide_related(v1::IncidentRelated::WHAT_MERGED, child->id, parent->id, alike ? &*alike : nullptr,
                 from.operator_id());
  decide_changed(*child, v1::IncidentChanged::CAUSE_RELATED, from.operator_id());
  follow_calls(*parent, from.operator_id());
  return {};
}

Outcome Region::command(const v1::UnmergeIncident& command, const v1::OperatorCommand& from) {
  Incident* child = nullptr;
  if (Outcome refused = find_open(command.child(), child)) return refused;
  const Link* link = links_.find(child->id);
  if (link == nullptr) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, numbered(child->id) + " is no further call of another incident"};
  }
  Incident& parent = incidents_.at(link->parent);

  remember(applied(from, child->id, {}));
  decide_related(v1::IncidentRelated::WHAT_UNMERGED, child->id, parent.id, nullptr, from.operator_id());
  links_.unlink(child->id);
  set_status(*child, v1::INCIDENT_STATUS_ACTIVE);
  // Its deadline may have passed while it was no incident of its own.
  shared_->timers.set({child->deadline_at, TimerKind::kDeadline, id_, child->id.value()});
  assign_missing(*child);
  decide_changed(*child, v1::IncidentChanged::CAUSE_RELATED, from.operator_id());
  lost_call(parent, from.operator_id());
  return {};
}

void Region::fill_related(const Incident& incident, v1::Incident& out) const {
  if (const Link* link = links_.find(incident.id)) out.set_linked_to(link->parent.value());
  for (const IncidentId child : links_.children(incident.id)) {
    const Link& link = *links_.find(child);
    v1::FurtherCall& call = *out.add_further_calls();
    call.set_incident_id(child.value());
    call.set_linked_at_ms(link.at.since_epoch);
    call.set_by(link.by);
    if (link.likeness) *call.mutable_likeness() = *link.likeness;
  }
  const Links::Suggested* suggested = links_.suggestion(incident.id);
  if (suggested != nullptr && !is_final(incident.status)) {
    out.mutable_suggestion()->set_incident_id(suggested->incident.value());
    *out.mutable_suggestion()->mutable_likeness() = suggested->likeness;
  }
  if (const auto own = links_.own_severity(incident.id)) out.set_own_severity(*own);
  out.set_call_withdrawn(links_.withdrawn(incident.id));
}

}  // namespace dispatch135::core
