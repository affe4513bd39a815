#include "services/dispatchd/history.h"

#include <algorithm>
#include <utility>

namespace dispatch135::dispatchd {
namespace {

std::uint64_t incident_number(const v1::Decision& decision) {
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened:
      return decision.incident_opened().incident().incident_id();
    case v1::Decision::kIncidentChanged:
      return decision.incident_changed().incident().incident_id();
    case v1::Decision::kUnitAssigned:
      return decision.unit_assigned().assignment().incident_id();
    case v1::Decision::kAssignmentUpdated:
      return decision.assignment_updated().assignment().incident_id();
    case v1::Decision::kAssignmentEnded:
      return decision.assignment_ended().assignment().incident_id();
    case v1::Decision::kIncidentQueued:
      return decision.incident_queued().incident_id();
    case v1::Decision::kDeadlineBreached:
      return decision.deadline_breached().incident_id();
    case v1::Decision::kReportRepeated:
      return decision.report_repeated().incident_id();
    case v1::Decision::kCommandApplied:
      return decision.command_applied().incident_id();
    case v1::Decision::kIncidentRelated:
      return decision.incident_related().incident_id();
    case v1::Decision::kAssignmentWarned:
      return decision.assignment_warned().incident_id();
    case v1::Decision::kPursuitChanged:
      return decision.pursuit_changed().pursuit().incident_id();
    case v1::Decision::kUnitChecked:
      return decision.unit_checked().incident_id();
    // No incident has a matter's id: its history is asked for by it.
    case v1::Decision::kMatterChanged:
      return decision.matter_changed().matter().matter_id();
    case v1::Decision::kHotlineFeedback:
      return decision.hotline_feedback().matter_id();
    case v1::Decision::kNeighbourSaid:
      return decision.neighbour_said().request().incident_id();
    case v1::Decision::kAlertChanged:
      return decision.alert_changed().incident_id();
    default:
      return 0;
  }
}

}  // namespace

std::optional<IncidentId> incident_of(const v1::Decision& decision) {
  const std::uint64_t number = incident_number(decision);
  // 0 names none (from behaviour level 1 on: engine/core/incident_id.h).
  if (number == 0) return std::nullopt;
  return IncidentId(number);
}

void History::add(Event event) {
  const auto& decisions = event->decisions().decisions();
  for (int i = 0; i < decisions.size(); ++i) {
    const auto incident = incident_of(decisions[i]);
    if (!incident) continue;
    auto& kept = incidents_[*incident];
    // The first says how it was opened: it stays.
    if (kept.size() >= limits_.decisions_per_incident) kept.erase(kept.begin() + 1);
    kept.push_back({event, i});
    if (incidents_.size() > limits_.incidents) incidents_.erase(incidents_.begin());
  }
  recent_decisions_ += static_cast<std::size_t>(decisions.size());
  recent_.push_back(std::move(event));
  while (recent_decisions_ > limits_.decisions) {
    recent_decisions_ -= static_cast<std::size_t>(recent_.front()->decisions().decisions_size());
    dropped_revision_ = recent_.front()->revision();
    recent_.pop_front();
  }
}

void History::forget_up_to(std::int64_t revision) {
  recent_.clear();
  recent_decisions_ = 0;
  dropped_revision_ = revision;
}

std::optional<std::vector<History::Event>> History::after(std::int64_t revision, std::size_t most) const {
  if (revision < dropped_revision_) return std::nullopt;
  const auto first = std::upper_bound(recent_.begin(), recent_.end(), revision,
                                      [](std::int64_t r, const Event& event) { return r < event->revision(); });
  if (static_cast<std::size_t>(recent_.end() - first) > most) return std::nullopt;
  return std::vector<Event>(first, recent_.end());
}

std::vector<v1::Decision> History::about(IncidentId incident) const {
  std::vector<v1::Decision> decisions;
  const auto found = incidents_.find(incident);
  if (found == incidents_.end()) return decisions;
  for (const Kept& kept : found->second) decisions.push_back(kept.event->decisions().decisions(kept.index));
  return decisions;
}

}  // namespace dispatch135::dispatchd
