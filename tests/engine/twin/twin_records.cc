// Time, and what the hotlines say.
#include <algorithm>
#include <utility>

#include "tests/engine/twin/twin.h"

namespace dispatch135::core::twin {

Twin::Twin(Town& town, const v1::Policy& policy, std::int64_t now_ms) : town_(&town), policy_(policy), now_(now_ms) {
  for (const UnitCard& card : town.units()) {
    Unit& unit = units_.emplace_back();
    unit.card = card;
    unit.place = card.home;
  }
  if (!policy.has_coverage()) return;
  const auto rule = policy::CoverageRule::compile(policy).value();
  coverage_ = std::make_unique<coverage::Coverage>(*rule, town.city(), town.live(), TimeMs{now_ms});
  cover_.emplace(coverage_->zones(), rule->busy_permille, town.city().roads());
}

const std::vector<Told>& Twin::apply(const v1::LogRecord& log_record, std::uint64_t offset, std::int64_t now_ms,
                                     const std::vector<Told>& engine) {
  now_ = std::max(now_, now_ms);
  offset_ = offset;
  engine_ = &engine;
  told_.clear();
  fire_due();
  record(log_record);
  fire_due();
  return told_;
}

void Twin::fire_due() {
  const auto is_due = [&] { return !timers_.empty() && std::get<0>(*timers_.begin()) <= now_; };
  do {
    while (is_due()) {
      const auto [due, kind, subject] = *timers_.begin();
      timers_.erase(timers_.begin());
      fire(kind, subject, due);
    }
    serve_queue();
  } while (is_due());
}

void Twin::fire(TimerKind kind, std::uint64_t subject, std::int64_t due) {
  switch (kind) {
    case TimerKind::kDeadline: {
      Incident& incident = incidents_.at(subject);
      if (incident.over || incident.breached || incident.deadline_at != due || incident.anybody_on_scene) return;
      incident.breached = true;
      tell({.what = Told::What::kBreached, .incident = subject});
      return;
    }
    case TimerKind::kAcknowledge: {
      Unit& unit = units_[subject];
      if (unit.status != v1::UNIT_SECONDARY_STATUS_DISPATCHED) return;
      Incident& incident = incidents_.at(unit.incident);
      const auto work = std::find_if(incident.works.begin(), incident.works.end(),
                                     [&](const Work& w) { return w.id == unit.assignment; });
      if (work->acknowledge_by != due) return;
      unit.unheard = true;
      mark_tried(incident, subject);
      end_work(incident, unit.assignment, v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED,
               v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
      assign_missing(incident);
      return;
    }
    case TimerKind::kWatch:
      if (units_[subject].watch_due != due) return;
      units_[subject].watch_due = 0;
      return check_on(subject);
    case TimerKind::kAwait:
      await_ended_ = true;
      came_free_ = true;
      return;
    case TimerKind::kReoffer:
      came_free_ = true;
      return;
    case TimerKind::kDuty:
      return follow_roster(subject);
  }
}

void Twin::record(const v1::LogRecord& log_record) {
  switch (log_record.body_case()) {
    case v1::LogRecord::kIncidentReported:
      return report(log_record.incident_reported());
    case v1::LogRecord::kIncidentUpdated:
      return update(log_record.incident_updated());
    case v1::LogRecord::kIncidentCancelled: {
      Incident* incident = open_incident(log_record.incident_cancelled().event_id());
      if (incident != nullptr) call_off(*incident);
      return;
    }
    case v1::LogRecord::kUnitSignedOn:
      return sign_on(log_record.unit_signed_on());
    case v1::LogRecord::kUnitSignedOff:
      return sign_off(index_of(log_record.unit_signed_off().unit_id()));
    case v1::LogRecord::kUnitPositionReported:
      return position(log_record.unit_position_reported());
    case v1::LogRecord::kUnitStatusReported:
      return status(log_record.unit_status_reported());
    case v1::LogRecord::kAssignmentAcknowledged:
      return acknowledged(log_record.assignment_acknowledged());
    case v1::LogRecord::kAssignmentDeclined:
      return declined(log_record.assignment_declined());
    case v1::LogRecord::kFeedbackGiven:
      return feedback(log_record.feedback_given());
    case v1::LogRecord::kUnitDisconnected: {
      Unit& unit = units_[index_of(log_record.unit_disconnected().unit_id())];
      if (is_free(unit.status)) unit.unheard = true;
      return;
    }
    case v1::LogRecord::kOperatorCommand:
      return command(log_record.operator_command());
    default:
      return;  // A tick.
  }
}

Incident* Twin::open_incident(std::uint64_t id) {
  const auto found = incidents_.find(id);
  return found == incidents_.end() || found->second.over ? nullptr : &found->second;
}

Incident* Twin::open_incident(const std::string& event) {
  for (auto& [id, incident] : incidents_) {
    if (incident.event == event) return incident.over ? nullptr : &incident;
  }
  return nullptr;
}

void Twin::report(const v1::IncidentReported& report) {
  const bool known = std::any_of(incidents_.begin(), incidents_.end(),
                                 [&](const auto& other) { return other.second.event == report.event_id(); });
  if (known) return;
  Incident& incident = incidents_[offset_];
  incident.id = offset_;
  incident.event = report.event_id();
  incident.matter = {report.place_class(), report.severity(), report.category(), report.district()};
  incident.place = *town_->place_at({report.position().latitude_e7(), report.position().longitude_e7()});
  incident.capabilities = report.required_capabilities();
  incident.kinds = report.required_unit_kinds();
  incident.opened_at = now_;
  judge(incident);
  if (coverage_) {
    const auto zone = coverage_->zones().at(town_->point(incident.place));
    if (zone) coverage_->opened(*zone, policy::ring_index(incident.answer.deadline_ms));
  }
  assign_missing(incident);
}

void Twin::update(const v1::IncidentUpdated& update) {
  Incident* incident = open_incident(update.event_id());
  if (incident == nullptr) return;
  const bool has_place = update.has_position();
  const Place place = has_place ? *town_->place_at({update.position().latitude_e7(), update.position().longitude_e7()})
                                : incident->place;
  const bool moved = has_place && !(town_->point(place) == town_->point(incident->place));
  if (moved) {
    incident->place = place;
    incident->matter.district = update.district();
  }
  if (update.severity() != v1::SEVERITY_UNSPECIFIED) change_severity(*incident, update.severity());
  for (const Work& work : incident->works) {
    if (moved) order(work.unit);
  }
  assign_missing(*incident);
}

// The answer of the policy for the incident as it is now. Levels that were sent stay sent, units keep their work.
void Twin::judge(Incident& incident) {
  incident.answer = answer(policy_, incident.matter);
  const std::vector<Planned> before = std::exchange(incident.plan, {});
  std::uint32_t done = 0;
  for (const Planned& planned : before) done += planned.done;
  const std::size_t levels = std::min(incident.levels_sent, incident.answer.levels.size());
  incident.levels_sent = 0;
  while (incident.levels_sent < levels) {
    send_level(incident);
    for (Planned& planned : incident.plan) {
      if (planned.level != incident.levels_sent) continue;
      for (std::size_t i = before.size(); i > 0; --i) {
        if (before[i - 1].level == planned.level) planned.clock_start = before[i - 1].clock_start;
      }
      planned.done = std::min(done, planned.entry.units);
      done -= planned.done;
    }
  }
  for (Work& work : incident.works) work.entry = 0;
  for (Work& work : incident.works) fit_into_plan(incident, work);
  if (incident.clock_started_at != 0) {
    incident.deadline_at = incident.clock_started_at + incident.answer.deadline_ms;
    timers_.insert({incident.deadline_at, TimerKind::kDeadline, incident.id});
  } else if (incident.answer.clock == v1::CLOCK_START_RECEIVED) {
    start_clock(incident);
  }
}

void Twin::start_clock(Incident& incident) {
  if (incident.clock_started_at != 0) return;
  incident.clock_started_at = now_;
  incident.deadline_at = now_ + incident.answer.deadline_ms;
  for (Planned& planned : incident.plan) {
    if (planned.level == 1) planned.clock_start = now_;
  }
  timers_.insert({incident.deadline_at, TimerKind::kDeadline, incident.id});
}

void Twin::send_level(Incident& incident) {
  const auto& level = incident.answer.levels[incident.levels_sent++];
  for (const Entry& entry : level) {
    const std::int64_t clock_start = incident.levels_sent == 1 ? incident.clock_started_at : now_;
    incident.plan.push_back({.entry = entry, .level = incident.levels_sent, .clock_start = clock_start});
  }
}

void Twin::change_severity(Incident& incident, v1::Severity severity) {
  if (incident.matter.severity == severity) return;
  incident.matter.severity = severity;
  judge(incident);
  note_waiting(incident);
}

}  // namespace dispatch135::core::twin
