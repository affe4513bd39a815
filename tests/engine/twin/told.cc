#include "tests/engine/twin/told.h"

#include "engine/core/state_machines.h"

namespace dispatch135::core::twin {
namespace {

void take(const v1::Why& why, Told& out) {
  out.entry = why.plan_entry();
  out.rule = why.rule();
  out.left_ms = why.deadline_ms();
  out.counts = {why.considered(), why.not_available(), why.not_capable(), why.already_tried(), why.excluded()};
  for (const v1::Candidate& candidate : why.candidates()) {
    out.candidates.push_back(
        {candidate.unit_id(), candidate.eta_ms(), candidate.turnout_ms(), candidate.cover_loss_ppm()});
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Told& told) {
  constexpr std::array kNames = {"assigned", "proposed", "awaited", "queued", "ended", "breached", "over"};
  out << kNames[static_cast<std::size_t>(told.what)] << " incident " << told.incident << " unit " << told.unit
      << " eta " << told.eta_ms << " entry " << told.entry << " rule " << told.rule << (told.in_time ? " in time" : "")
      << " left " << told.left_ms << " counts " << told.counts.considered << '/' << told.counts.not_available << '/'
      << told.counts.not_capable << '/' << told.counts.tried << '/' << told.counts.excluded;
  if (!told.missing.empty()) out << " missing";
  for (const std::uint32_t missing : told.missing) out << ' ' << missing;
  for (const Shown& shown : told.candidates) {
    out << " [" << shown.unit << ": " << shown.eta_ms << " of it " << shown.turnout_ms << ", cover "
        << shown.cover_loss_ppm << ']';
  }
  return out;
}

std::optional<Told> told(const v1::Decision& decision) {
  Told out;
  switch (decision.change_case()) {
    case v1::Decision::kUnitAssigned: {
      const v1::UnitAssigned& assigned = decision.unit_assigned();
      take(assigned.why(), out);
      out.what = Told::What::kAssigned;
      out.incident = assigned.assignment().incident_id();
      out.unit = assigned.assignment().unit_id();
      out.eta_ms = assigned.assignment().eta_ms();
      out.entry = assigned.assignment().plan_entry();
      out.in_time = assigned.in_time();
      return out;
    }
    case v1::Decision::kUnitProposed: {
      const v1::UnitProposed& proposed = decision.unit_proposed();
      take(proposed.why(), out);
      out.what = Told::What::kProposed;
      out.incident = proposed.incident_id();
      out.unit = proposed.unit_id();
      out.eta_ms = proposed.eta_ms();
      out.in_time = proposed.in_time();
      return out;
    }
    case v1::Decision::kUnitAwaited: {
      const v1::UnitAwaited& awaited = decision.unit_awaited();
      take(awaited.why(), out);
      out.what = Told::What::kAwaited;
      out.incident = awaited.incident_id();
      out.unit = awaited.unit_id();
      out.eta_ms = awaited.eta_ms();
      return out;
    }
    case v1::Decision::kIncidentQueued: {
      const v1::IncidentQueued& queued = decision.incident_queued();
      take(queued.why(), out);
      out.what = Told::What::kQueued;
      out.incident = queued.incident_id();
      for (const v1::PlannedUnits& lacking : queued.lacking()) out.missing.push_back(lacking.missing());
      return out;
    }
    case v1::Decision::kAssignmentEnded: {
      const v1::AssignmentEnded& ended = decision.assignment_ended();
      out.what = Told::What::kEnded;
      out.incident = ended.assignment().incident_id();
      out.unit = ended.assignment().unit_id();
      out.rule = ended.reason();
      return out;
    }
    case v1::Decision::kDeadlineBreached:
      out.what = Told::What::kBreached;
      out.incident = decision.deadline_breached().incident_id();
      return out;
    case v1::Decision::kIncidentChanged: {
      const v1::Incident& incident = decision.incident_changed().incident();
      if (!is_final(incident.status())) return std::nullopt;
      out.what = Told::What::kOver;
      out.incident = incident.incident_id();
      out.rule = incident.status();
      return out;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace dispatch135::core::twin
