#include "services/simulate/outcome.h"

#include <algorithm>
#include <utility>

namespace dispatch135::simulate {
namespace {

constexpr std::array<std::int64_t, 3> kRingsMs = {60'000, 180'000, 300'000};

// The value at a rank: the smallest that at least `percent` of the values do not exceed.
DurationMs percentile(const std::vector<std::int64_t>& sorted, std::size_t percent) {
  if (sorted.empty()) return {0};
  return {sorted[std::max<std::size_t>((sorted.size() * percent + 99) / 100, 1) - 1]};
}

}  // namespace

std::uint64_t Outcome::utilisation_permille() const {
  const std::int64_t duty = span.count * static_cast<std::int64_t>(units);
  return duty == 0 ? 0 : static_cast<std::uint64_t>(busy.count * 1'000 / duty);
}

DurationMs CallOutcome::late(TimeMs end) const {
  if (deadline_at == TimeMs{}) return {0};
  return std::max((first_on_scene_at != TimeMs{} ? first_on_scene_at : end) - deadline_at, DurationMs{0});
}

CallOutcome* Tally::find(std::uint64_t incident) {
  const auto found = std::lower_bound(calls_.begin(), calls_.end(), incident,
                                      [](const CallOutcome& call, std::uint64_t id) { return call.incident < id; });
  return found == calls_.end() || found->incident != incident ? nullptr : &*found;
}

void Tally::add(const v1::Decision& decision) {
  ++outcome_.decisions;
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened: {
      // Incidents are numbered by the log's order, which is that of their opening.
      const v1::Incident& incident = decision.incident_opened().incident();
      CallOutcome& call = calls_.emplace_back();
      call.incident = incident.incident_id();
      call.event_id = incident.event_id();
      call.severity = incident.severity();
      call.opened_at = {incident.opened_at_ms()};
      call.deadline_at = {incident.deadline_at_ms()};
      call.units_needed = incident.units_needed();
      return;
    }
    case v1::Decision::kIncidentChanged: {
      const v1::Incident& incident = decision.incident_changed().incident();
      CallOutcome* call = find(incident.incident_id());
      if (call == nullptr) return;
      call->linked = incident.status() == v1::INCIDENT_STATUS_LINKED;
      if (call->first_on_scene_at != TimeMs{}) return;
      call->deadline_at = {incident.deadline_at_ms()};
      call->severity = incident.severity();
      call->first_on_scene_at = {incident.first_on_scene_at_ms()};
      return;
    }
    case v1::Decision::kIncidentQueued:
      if (CallOutcome* call = find(decision.incident_queued().incident_id())) call->waited = true;
      return;
    case v1::Decision::kDeadlineBreached:
      ++outcome_.breaches;
      return;
    case v1::Decision::kUnitAssigned:
      ++outcome_.assignments;
      if (CallOutcome* call = find(decision.unit_assigned().assignment().incident_id())) {
        call->last_assigned_at = {decision.decided_at_ms()};
      }
      return;
    case v1::Decision::kAssignmentEnded: {
      const v1::Assignment& assignment = decision.assignment_ended().assignment();
      if (assignment.on_scene_at_ms() == 0) ++outcome_.offered_on;
      outcome_.busy.count += decision.decided_at_ms() - assignment.assigned_at_ms();
      return;
    }
    case v1::Decision::kCoverMoveChanged:
      if (decision.cover_move_changed().move().state() == v1::CoverMove::STATE_ORDERED) ++outcome_.moves;
      return;
    case v1::Decision::kRecordRejected:
      ++outcome_.refused;
      return;
    default:
      return;
  }
}

Outcome Tally::finish(TimeMs end, std::vector<CallOutcome>& calls) {
  std::vector<std::int64_t> responses;
  std::int64_t sum = 0;
  for (const CallOutcome& call : calls_) {
    if (call.linked) {
      ++outcome_.linked;
      continue;
    }
    const bool reached = call.first_on_scene_at != TimeMs{};
    const DurationMs late = call.late(end);
    for (const std::size_t severity : {std::size_t{0}, static_cast<std::size_t>(call.severity)}) {
      SeverityOutcome& of = outcome_.by_severity[severity];
      ++of.calls;
      of.late += !reached || late.count > 0 ? 1 : 0;
      of.late_time = of.late_time + late;
    }
    outcome_.queued += call.waited ? 1 : 0;
    if (!reached) continue;
    const std::int64_t response = (call.first_on_scene_at - call.opened_at).count;
    responses.push_back(response);
    sum += response;
    for (std::size_t ring = 0; ring < kRingsMs.size(); ++ring) outcome_.within[ring] += response <= kRingsMs[ring];
    outcome_.in_time += late.count == 0 ? 1 : 0;
  }
  std::sort(responses.begin(), responses.end());
  outcome_.calls = calls_.size() - outcome_.linked;
  outcome_.reached = responses.size();
  outcome_.mean_response = {responses.empty() ? 0 : sum / static_cast<std::int64_t>(responses.size())};
  outcome_.p50_response = percentile(responses, 50);
  outcome_.p90_response = percentile(responses, 90);
  calls = std::move(calls_);
  return std::move(outcome_);
}

}  // namespace dispatch135::simulate
