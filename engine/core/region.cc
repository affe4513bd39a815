#include "engine/core/region.h"

#include <utility>

#include "engine/base/limits.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

Region::Region(RegionId id, const city::City& city, Shared& shared)
    : id_(id),
      city_(&city),
      shared_(&shared),
      borders_(city),
      units_(city.unit_count()),
      places_(city.unit_count()),
      roads_(city.roads()),
      on_road_(roads_, city.unit_count()),
      search_(roads_),
      route_finder_(roads_) {
  unit_infos_.reserve(city.unit_count());
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const city::UnitInfo info = city.unit(UnitIndex(i));
    const city::PostInfo post = city.post(info.post);
    unit_infos_.push_back(info);
    post_kinds_.push_back(post.kind);
    home_districts_.push_back(post.district);
    home_points_.push_back(post.position);
    homes_.push_back(post.region == id
                         ? city.roads().snap(post.position, city::to_road(info.travel_kind), limits::kSnapLimitMm)
                         : std::nullopt);
  }
}

Outcome Region::apply(const v1::PolicyActivated& record) { return activate(record, nullptr); }

// `from`: the command that says so; null: the leader does, for a region that has no policy yet.
Outcome Region::activate(const v1::PolicyActivated& record, const v1::OperatorCommand* from) {
  Result<policy::Policy> compiled = policy::Policy::compile(record.policy());
  if (!compiled) return Reject{v1::REJECT_CODE_BAD_POLICY, compiled.error().message};
  if (Outcome refused = too_large_for_city(compiled.value())) return refused;
  std::vector<PostIndex> points;
  if (Outcome refused = find_cover_points(compiled.value(), points)) return refused;
  if (from != nullptr) remember(applied(*from, {}, {}));
  const bool followed_rosters = policy_ && policy_->duty().on;
  policy_ = std::move(compiled.value());
  policy_message_ = record.policy();
  hash_policy();
  cover_points_ = std::move(points);
  note_all_calls();
  v1::PolicyInForce& in_force = *decide().mutable_policy_in_force();
  in_force.set_name(policy_->name());
  in_force.set_fingerprint(policy_->fingerprint());
  start_coverage();
  for (std::uint32_t i = 0; i < units_.size() && (followed_rosters || policy_->duty().on); ++i) {
    if (homes_[i]) follow_roster(UnitIndex(i));
  }
  start_matters();
  start_pursuits();
  if (!record.reapply()) return {};
  for (const auto& [id, seen] : incidents_) {
    if (is_final(seen.status)) continue;
    Incident& incident = incidents_.at(id);
    judge(incident);
    assign_missing(incident);
    decide_changed(incident, v1::IncidentChanged::CAUSE_POLICY, {});
  }
  return {};
}

bool Region::idle() const {
  if (open_incidents_ != 0 || matters_.open() != 0) return false;
  for (const Unit& unit : units_) {
    if (unit.secondary != v1::UNIT_SECONDARY_STATUS_OFF_DUTY) return false;
  }
  return true;
}

void Region::fire(const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::kStreets:
      return switch_streets();
    case TimerKind::kDeadline: {
      auto found = incidents_.find(IncidentId(timer.subject));
      if (found == incidents_.end()) return;
      Incident& incident = found->second;
      // A change of severity moves the deadline; only the timer of the present one counts.
      if (is_final(incident.status) || incident.breached || incident.deadline_at != timer.due) return;
      if (incident.first_on_scene_at != TimeMs{} || incident.status == v1::INCIDENT_STATUS_LINKED) return;
      incident.breached = true;
      v1::DeadlineBreached& breach = *decide().mutable_deadline_breached();
      breach.set_incident_id(incident.id.value());
      breach.set_deadline_at_ms(incident.deadline_at.since_epoch);
      breach.set_ring_min(incident.ring_min());
      return;
    }
    case TimerKind::kAcknowledge: {
      const auto index = city_->find_unit(UnitId(timer.subject));
      if (!index) return;
      Unit& unit = units_[index->value()];
      if (unit.secondary != v1::UNIT_SECONDARY_STATUS_DISPATCHED) return;
      Incident& incident = incidents_.at(unit.incident);
      // The timer of an earlier assignment of this unit means nothing to the present one.
      if (incident.find(unit.assignment)->acknowledge_by != timer.due) return;
      unit.unheard = true;
      mark_tried(incident, *index);
      end_assignment(incident, unit.assignment, v1::AssignmentEnded::REASON_NOT_ACKNOWLEDGED,
                     v1::UNIT_SECONDARY_STATUS_ASSIGNMENT_CANCELLED, true);
      assign_missing(incident);
      decide_changed(incident, v1::IncidentChanged::CAUSE_ASSIGNMENT, {});
      return;
    }
    case TimerKind::kUnitWatch: {
      const auto index = city_->find_unit(UnitId(timer.subject));
      if (index && units_[index->value()].watch_due == timer.due) {
        units_[index->value()].watch_due = {};
        check_on(*index);
      }
      return;
    }
    case TimerKind::kProgress: {
      const auto index = city_->find_unit(UnitId(timer.subject));
      if (!index || units_[index->value()].assignment == AssignmentId{}) return;
      const Unit& unit = units_[index->value()];
      // A timer of an earlier assignment means nothing to the present one.
      if (incidents_.at(unit.incident).find(unit.assignment)->progress.look_at == timer.due) look_at_progress(*index);
      return;
    }
    case TimerKind::kDuty: {
      const auto index = city_->find_unit(UnitId(timer.subject));
      if (!index) return;
      const auto duty = duties_.find(*index);
      if (duty != duties_.end() && duty->second.look_at == timer.due) follow_roster(*index);
      return;
    }
    case TimerKind::kSafety: {
      const auto index = city_->find_unit(UnitId(timer.subject));
      if (index) safety_due(*index, timer.due);
      return;
    }
    case TimerKind::kReoffer:
      came_free_ = true;
      return;
    case TimerKind::kAlertExpiry:
      if (alerts_.contains(timer.subject)) end_alert(timer.subject, v1::AlertChanged::STATE_EXPIRED);
      return;
    case TimerKind::kPlanDue:
      if (auto found = incidents_.find(IncidentId(timer.subject)); found != incidents_.end()) {
        tell_late(found->second, timer.due);
      }
      return;
    case TimerKind::kFeedback:
      return tell_feedback_overdue(UnitId(timer.subject), timer.due);
    case TimerKind::kAwait:
      came_free_ = true;
      await_ended_ = true;
      return;
    case TimerKind::kNeighbour:
      return neighbour_due(IncidentId(timer.subject), timer.due);
    case TimerKind::kMatterDue:
      return fire_matter(timer.subject, timer.due);
    case TimerKind::kMatterForget:
      if (const Matter* matter = matters_.find(timer.subject); matter != nullptr && !matter->open()) {
        matters_.forget(timer.subject);
      }
      return;
    case TimerKind::kMoveUp:
      return fire_move(timer.subject);
    case TimerKind::kCoverPart:
      return begin_part_of_day();
    case TimerKind::kForget: {
      auto found = incidents_.find(IncidentId(timer.subject));
      // It may have been opened, and closed, again.
      if (found == incidents_.end() || !is_final(found->second.status) ||
          found->second.ended_at + DurationMs{limits::kEndedIncidentKeptMs} != timer.due) {
        return;
      }
      // The name may be another's by now: transferred to city services and back.
      const auto name = by_event_.find({found->second.source, found->second.event_id});
      if (name != by_event_.end() && name->second == found->first) by_event_.erase(name);
      forget_call(found->first);
      premises_.forget(found->first);
      incidents_.erase(found);
      return;
    }
    case TimerKind::kAlertOnset:
      return tell_area(timer.subject);
    case TimerKind::kPursuit:
      return fire_pursuit(IncidentId(timer.subject));
  }
}

void Region::tell_feedback_overdue(UnitId id, TimeMs due) {
  const auto index = city_->find_unit(id);
  if (!index || units_[index->value()].assignment == AssignmentId{}) return;
  Incident& incident = incidents_.at(units_[index->value()].incident);
  Assignment& assignment = *incident.find(units_[index->value()].assignment);
  // The timer of an earlier assignment of this unit means nothing to the present one.
  if (assignment.feedback_overdue || assignment.assigned_at + incident.response.feedback_within != due) return;
  assignment.feedback_overdue = true;
  v1::FeedbackOverdue& overdue = *decide().mutable_feedback_overdue();
  fill(assignment, *overdue.mutable_assignment());
  overdue.set_due_at_ms(due.since_epoch);
}

}  // namespace dispatch135::core
