#include "engine/stats/statistics.h"

#include <array>
#include <utility>

#include "engine/state/loader.h"
#include "engine/state/saver.h"

namespace dispatch135::stats {
namespace {

// The limits that city bulletins score for signing (签收), milliseconds.
constexpr std::array<std::pair<const char*, std::int64_t>, 4> kSignedWithin = {
    {{"30s", 30'000}, {"60s", 60'000}, {"120s", 120'000}, {"180s", 180'000}}};

bool is_open(const v1::Incident& incident) { return incident.ended_at_ms() == 0; }

}  // namespace

void Statistics::on_incident(const v1::IncidentChanged& changed) {
  const v1::Incident& incident = changed.incident();
  if (changed.cause() == v1::IncidentChanged::CAUSE_VERIFIED) totals_.set_verified(totals_.verified() + 1);
  if (changed.cause() == v1::IncidentChanged::CAUSE_REOPENED) {
    totals_.set_reopened(totals_.reopened() + 1);
    totals_.set_closed(totals_.closed() - 1);
    // How soon somebody was there counts once, for the first time.
    open_[incident.incident_id()] = {.ring_min = incident.ring_min(), .judged = true, .waiting = true};
  }
  auto found = open_.find(incident.incident_id());
  if (found == open_.end()) return;
  OpenIncident& known = found->second;
  known.waiting = incident.units_missing() > 0;
  // A change of severity may have moved it to another ring.
  if (known.ring_min != incident.ring_min() && !known.judged) {
    --rings_[known.ring_min].pending;
    ++rings_[incident.ring_min()].pending;
    known.ring_min = incident.ring_min();
  }
  if (!known.judged && incident.first_on_scene_at_ms() != 0) {
    known.judged = true;
    --rings_[known.ring_min].pending;
    if (incident.first_on_scene_at_ms() <= incident.deadline_at_ms()) {
      ++rings_[known.ring_min].in_time;
    } else {
      ++rings_[known.ring_min].late;
    }
  }
  if (is_open(incident)) return;
  if (!known.judged) {
    --rings_[known.ring_min].pending;
    ++rings_[known.ring_min].ended_before;
  }
  if (incident.status() == v1::INCIDENT_STATUS_CANCELLED) {
    totals_.set_cancelled(totals_.cancelled() + 1);
  } else {
    totals_.set_closed(totals_.closed() + 1);
  }
  open_.erase(found);
}

void Statistics::on_decision(const v1::Decision& decision) {
  groups_.on_decision(decision);
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened: {
      const v1::Incident& incident = decision.incident_opened().incident();
      if (incident.has_loan()) break;  // It counts where it is.
      totals_.set_opened(totals_.opened() + 1);
      open_[incident.incident_id()] = {
          .ring_min = incident.ring_min(), .judged = false, .waiting = incident.status() == v1::INCIDENT_STATUS_ACTIVE};
      ++rings_[incident.ring_min()].pending;
      break;
    }
    case v1::Decision::kIncidentChanged:
      on_incident(decision.incident_changed());
      break;
    case v1::Decision::kDeadlineBreached: {
      auto found = open_.find(decision.deadline_breached().incident_id());
      if (found == open_.end() || found->second.judged) break;
      found->second.judged = true;
      --rings_[found->second.ring_min].pending;
      ++rings_[found->second.ring_min].late;
      break;
    }
    case v1::Decision::kUnitAssigned:
      totals_.set_assignments(totals_.assignments() + 1);
      break;
    case v1::Decision::kAssignmentEnded: {
      const v1::AssignmentEnded& ended = decision.assignment_ended();
      if (ended.reason() == v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED) {
        totals_.set_not_acknowledged(totals_.not_acknowledged() + 1);
      }
      if (ended.reason() == v1::AssignmentEnded::REASON_DECLINED) totals_.set_declined(totals_.declined() + 1);
      // Each assignment ends once, so what it was signed within is counted here.
      const v1::Assignment& assignment = ended.assignment();
      if (assignment.acknowledged_at_ms() == 0) break;
      ++signed_all_;
      const std::int64_t took = assignment.acknowledged_at_ms() - assignment.assigned_at_ms();
      for (std::size_t i = 0; i < kSignedWithin.size(); ++i) {
        if (took <= kSignedWithin[i].second) ++signed_within_[i];
      }
      break;
    }
    case v1::Decision::kRecordRejected:
      totals_.set_rejected_records(totals_.rejected_records() + 1);
      break;
    case v1::Decision::kReportRepeated:
      totals_.set_repeated_reports(totals_.repeated_reports() + 1);
      break;
    default:
      break;
  }
}

v1::StatisticsResponse Statistics::response(const v1::StatisticsRequest& request) const {
  v1::StatisticsResponse response = totals_;
  groups_.fill(request, response);
  response.set_open(open_.size());
  std::uint64_t waiting = 0;
  for (const auto& [id, incident] : open_) waiting += incident.waiting ? 1 : 0;
  response.set_waiting(waiting);
  for (const auto& [ring_min, ring] : rings_) {
    v1::RingStatistics& out = *response.add_rings();
    out.set_ring_min(ring_min);
    out.set_in_time(ring.in_time);
    out.set_late(ring.late);
    out.set_pending(ring.pending);
    out.set_void_(ring.ended_before);
  }
  for (std::size_t i = 0; i < kSignedWithin.size(); ++i) {
    (*response.mutable_signed_within())[kSignedWithin[i].first] = signed_within_[i];
  }
  (*response.mutable_signed_within())["all"] = signed_all_;
  return response;
}

void Statistics::save(std::string& out) const {
  state::Saver saver;
  saver.save(state::kFormat);
  saver.save(*this);
  out += saver.bytes();
}

Result<Statistics> Statistics::restore(std::string_view bytes) {
  state::Loader loader(bytes, state::kFormat);
  std::uint32_t format = 0;
  loader.load(format);
  if (loader.ok() && format != state::kFormat) loader.fail("format " + std::to_string(format) + " is not known");
  Statistics counts;
  if (loader.ok()) loader.load(counts);
  if (loader.ok() && !loader.at_end()) loader.fail("bytes after the end");
  if (!loader.ok()) return Error{loader.error()};
  return counts;
}

}  // namespace dispatch135::stats
