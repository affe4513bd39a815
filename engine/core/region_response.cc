// What the policy asks for an incident: the deadline, the clock, the plan and its levels.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
// Asks the policy, at the opening or anew. Levels that were sent stay sent, and units keep their work: each takes the
// first place of the new plan that it fits.
void Region::judge(Incident& incident) {
  if (incident.lent) return;  // Its response is what the neighbour asked for.
  incident.response = policy_->respond({.place_class = incident.place_class,
                                        .severity = incident.severity,
                                        .category = incident.category,
                                        .district = incident.district,
                                        .opened_at = incident.opened_at});
  const std::vector<PlannedUnits> before = std::exchange(incident.plan, {});
  const std::size_t levels = std::min(incident.levels_sent, incident.response.plan.size());
  std::uint32_t done = 0;
  for (const PlannedUnits& planned : before) done += planned.done;
  for (incident.levels_sent = 0; incident.levels_sent < levels;) {
    send_level(incident);
    for (PlannedUnits& planned : incident.plan) {
      if (planned.level != incident.levels_sent) continue;
      const auto same_level =
          std::find_if(before.begin(), before.end(), [&](const PlannedUnits& p) { return p.level == planned.level; });
      if (same_level != before.end()) planned.clock_start = same_level->clock_start;
      planned.done = std::min(done, planned.entry.units);
      done -= planned.done;
    }
  }
  for (Assignment& assignment : incident.assignments) assignment.plan_entry = 0;
  incident.borrowed.leave_plan();
  for (Assignment& assignment : incident.assignments) fit_into_plan(incident, assignment);
  fit_borrowed_into_plan(incident);

  if (incident.clock_started_at == TimeMs{}) {
    if (incident.response.clock_start == v1::CLOCK_START_RECEIVED) start_clock(incident);
  } else {
    incident.deadline_at = incident.clock_started_at + incident.response.deadline;
  }
  set_timers(incident);
}

void Region::start_clock(Incident& incident) {
  if (incident.clock_started_at != TimeMs{}) return;
  incident.clock_started_at = shared_->now;
  incident.deadline_at = shared_->now + incident.response.deadline;
  for (PlannedUnits& planned : incident.plan) {
    if (planned.level == 1) planned.clock_start = shared_->now;
  }
  set_timers(incident);
}

// The next level of the response joins the plan. Of reinforcements the time counts from here.
void Region::send_level(Incident& incident) {
  D135_CHECK(incident.levels_sent < incident.response.plan.size(), "checked by whoever reinforces");
  const policy::PlanLevel& level = incident.response.plan[incident.levels_sent++];
  const bool first = incident.levels_sent == 1;
  for (const policy::PlanEntry& entry : level) {
    incident.plan.push_back({.entry = entry,
                             .level = static_cast<std::uint32_t>(incident.levels_sent),
                             .clock_start = first ? incident.clock_started_at : shared_->now});
  }
}

void Region::set_timers(const Incident& incident) {
  if (incident.deadline_at != TimeMs{}) {
    shared_->timers.set({incident.deadline_at, TimerKind::kDeadline, id_, incident.id.value()});
  }
  // A plan of one unit has its deadline only.
  if (incident.units_needed() <= 1) return;
  for (const PlannedUnits& planned : incident.plan) {
    if (planned.due() == TimeMs{} || planned.late) continue;
    shared_->timers.set({planned.due(), TimerKind::kPlanDue, id_, incident.id.value()});
  }
}

bool Region::fits(UnitIndex unit, const Incident& incident, const policy::PlanEntry& entry) const {
  const city::UnitInfo& info = unit_infos_[unit.value()];
  return incident.requirement(entry).fits(info.kind, info.capabilities);
}

// Its place in the plan: the first one that is empty and that it fits; none makes it an additional unit.
void Region::fit_into_plan(Incident& incident, Assignment& assignment) const {
  if (assignment.destination) return;
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    if (incident.missing(entry) == 0 || !fits(assignment.unit, incident, incident.plan[entry].entry)) continue;
    assignment.plan_entry = static_cast<std::uint32_t>(entry + 1);
    return;
  }
}

void Region::tell_late(Incident& incident, TimeMs due) {
  if (is_final(incident.status) || incident.units_needed() <= 1) return;
  for (std::size_t entry = 0; entry < incident.plan.size(); ++entry) {
    PlannedUnits& planned = incident.plan[entry];
    const std::uint32_t on_scene = incident.on_scene(entry);
    if (planned.late || planned.due() != due || on_scene >= planned.entry.units) continue;
    planned.late = true;
    v1::PlanLate& late = *decide().mutable_plan_late();
    late.set_incident_id(incident.id.value());
    late.set_plan_entry(static_cast<std::uint32_t>(entry + 1));
    late.set_due_at_ms(due.since_epoch);
    late.set_units(planned.entry.units);
    late.set_on_scene(on_scene);
  }
}

// A plan that asks for more units of a sort than the region has can never be kept.
std::optional<Reject> Region::too_large_for_city(const policy::Policy& policy) const {
  std::optional<Reject> wrong;
  policy.each_entry([&](const policy::RuleReference& rule, const policy::PlanEntry& entry) {
    if (wrong || (entry.unit_kinds == 0 && entry.capabilities == 0)) return;
    std::uint32_t units = 0;
    const Incident any;
    for (std::uint32_t i = 0; i < unit_infos_.size(); ++i) {
      if (homes_[i] && fits(UnitIndex(i), any, entry)) ++units;
    }
    if (units >= entry.units) return;
    wrong = Reject{v1::REJECT_CODE_BAD_POLICY,
                   "rule '" + rule.name + "' (line " + std::to_string(rule.line) + ") asks for " +
                       std::to_string(entry.units) + " units" + (entry.role.empty() ? "" : " as " + entry.role) +
                       "; the region has " + std::to_string(units) + " that fit. Ask for fewer, or of other kinds"};
  });
  return wrong;
}

}  // namespace dispatch135::core
