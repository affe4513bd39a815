// Assignments, their ends, and the end of incidents.
#include <algorithm>
#include <utility>

#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {

std::uint32_t Incident::missing(std::size_t entry) const {
  std::uint32_t held = plan[entry].done;
  for (const Work& work : works) held += work.entry == entry + 1 ? 1 : 0;
  return plan[entry].entry.units > held ? plan[entry].entry.units - held : 0;
}

std::uint32_t Incident::missing() const {
  std::uint32_t sum = 0;
  for (std::size_t entry = 0; entry < plan.size(); ++entry) sum += missing(entry);
  return sum;
}

void Twin::assign(Incident& incident, std::size_t index, std::uint32_t entry, bool by_operator, Told told) {
  Unit& unit = units_[index];
  const std::int64_t left = time_left(incident, entry == 0 ? 0 : entry - 1);
  told.what = Told::What::kAssigned;
  told.incident = incident.id;
  told.unit = unit.card.id;
  told.entry = entry;
  told.in_time = !told.candidates.empty() && told.eta_ms <= left;
  Work work = {.id = ++works_,
               .unit = index,
               .by_operator = by_operator,
               .acknowledge_by = now_ + incident.answer.acknowledge_within_ms,
               .entry = entry};
  timers_.insert({work.acknowledge_by, TimerKind::kAcknowledge, index});
  unit.assignment = work.id;
  unit.incident = incident.id;
  incident.works.push_back(work);
  if (incident.answer.clock == v1::CLOCK_START_SENT) start_clock(incident);
  order(index);
  tell(std::move(told));
  set_status(index, v1::UNIT_SECONDARY_STATUS_DISPATCHED);
}

void Twin::end_work(Incident& incident, std::uint64_t id, v1::AssignmentEnded::Reason reason,
                    v1::UnitSecondaryStatus next, bool tell_unit) {
  const auto found =
      std::find_if(incident.works.begin(), incident.works.end(), [&](const Work& w) { return w.id == id; });
  const Work work = *found;
  incident.works.erase(found);
  Unit& unit = units_[work.unit];
  unit.assignment = 0;
  unit.incident = 0;
  unit.free_at = 0;
  if (work.entry != 0) {
    if (reason == v1::AssignmentEnded::REASON_FEEDBACK) ++incident.plan[work.entry - 1].done;
    for (Work& other : incident.works) {
      if (other.entry == 0) fit_into_plan(incident, other);
    }
  }
  tell({.what = Told::What::kEnded, .incident = incident.id, .unit = unit.card.id, .rule = reason});
  if (tell_unit) order(work.unit);
  set_status(work.unit, next);
  follow_roster(work.unit);
  note_waiting(incident);
}

void Twin::end_incident(Incident& incident, v1::IncidentStatus status, v1::AssignmentEnded::Reason reason) {
  incident.over = true;
  while (!incident.works.empty()) {
    end_work(incident, incident.works.front().id, reason, v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
  }
  note_waiting(incident);
  tell({.what = Told::What::kOver, .incident = incident.id, .rule = status});
}

void Twin::call_off(Incident& incident) {
  end_incident(incident, v1::INCIDENT_STATUS_CANCELLED, v1::AssignmentEnded::REASON_INCIDENT_CANCELLED);
}

void Twin::mark_tried(Incident& incident, std::size_t unit) {
  const std::int64_t until = now_ + policy_.reoffer_after_ms();
  incident.tried.emplace_back(unit, until);
  timers_.insert({until, TimerKind::kReoffer, incident.id});
}

// What was said of an incident that waits counts until it waits no longer.
void Twin::note_waiting(Incident& incident) {
  if (incident.waits()) return;
  incident.reported_missing = 0;
  incident.awaited.clear();
}

void Twin::fit_into_plan(Incident& incident, Work& work) const {
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) == 0 || !fits(units_[work.unit], incident, incident.plan[entry].entry)) continue;
    work.entry = static_cast<std::uint32_t>(entry + 1);
    return;
  }
}

}  // namespace dispatch135::core::twin
