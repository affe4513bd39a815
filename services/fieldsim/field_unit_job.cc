// The steps of a field unit's job, from the order to the way home, and its messages.
#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/limits.h"
#include "engine/road/route.h"
#include "services/fieldsim/field_unit.h"
#include "services/fieldsim/location.h"

namespace dispatch135::fieldsim {
namespace {

constexpr std::array<Weighted<v1::Disposition>, 5> kDispositions{{{v1::DISPOSITION_HANDLED, 80},
                                                                  {v1::DISPOSITION_GONE_ON_ARRIVAL, 8},
                                                                  {v1::DISPOSITION_FALSE_ALARM, 6},
                                                                  {v1::DISPOSITION_TRANSFERRED, 4},
                                                                  {v1::DISPOSITION_VOID, 2}}};
constexpr std::array<Weighted<v1::DeclineReason>, 4> kDeclineReasons{{{v1::DECLINE_REASON_BUSY, 5},
                                                                      {v1::DECLINE_REASON_VEHICLE_FAULT, 3},
                                                                      {v1::DECLINE_REASON_ROAD_BLOCKED, 2},
                                                                      {v1::DECLINE_REASON_UNSAFE_ALONE, 1}}};

}  // namespace

void FieldUnit::react(TimeMs at) {
  if (reaction_ == Reaction::kDecline) return decline(pick(random_, kDeclineReasons), at);
  if (!job_->reachable) return decline(v1::DECLINE_REASON_ROAD_BLOCKED, at);
  acknowledge(at);
}

void FieldUnit::sign(TimeMs at) {
  v1::UnitMessage message;
  message.mutable_acknowledge()->set_assignment_id(job_->assignment_id);
  send(std::move(message));
  note(DiaryEvent::kAcknowledged, at);
}

void FieldUnit::acknowledge(TimeMs at) {
  sign(at);
  phase_ = Phase::kTurningOut;
  phase_ends_ = at + scaled(behaviour_.turnout);
  if (!random_.chance(behaviour_.silent_share)) return;
  note(DiaryEvent::kSilent, at);
  silent_until_ = at + unscaled(behaviour_.silence);
  phase_ends_ = silent_until_;
}

void FieldUnit::decline(v1::DeclineReason reason, TimeMs at) {
  v1::UnitMessage message;
  message.mutable_decline()->set_assignment_id(job_->assignment_id);
  message.mutable_decline()->set_reason(reason);
  finished_assignment_ = job_->assignment_id;
  finished_with_ = message;
  send(std::move(message));
  note(DiaryEvent::kDeclined, at, v1::DeclineReason_Name(reason));
  return_to_post(at);
}

void FieldUnit::set_out(TimeMs at) {
  phase_ = Phase::kDriving;
  if (!job_->reachable) return decline(v1::DECLINE_REASON_ROAD_BLOCKED, at);
  send_status(v1::UNIT_SECONDARY_STATUS_EN_ROUTE, job_->assignment_id);
  note(DiaryEvent::kEnRoute, at);
  drive_ = drive_to(job_->scene, job_->foreseen, at);
  phase_ends_ = drive_->arrives_at();
  next_report_ = at + kPositionEvery;
}

void FieldUnit::arrive(TimeMs at) {
  phase_ = Phase::kOnScene;
  place_ = job_->scene;
  drive_.reset();
  send_position(at);
  send_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE, job_->assignment_id);
  note(DiaryEvent::kOnScene, at);
  phase_ends_ = at + scaled(behaviour_.work);
}

void FieldUnit::finish(TimeMs at) {
  const v1::Disposition disposition = pick(random_, kDispositions);
  v1::UnitMessage message;
  message.mutable_feedback()->set_assignment_id(job_->assignment_id);
  message.mutable_feedback()->set_disposition(disposition);
  finished_assignment_ = job_->assignment_id;
  finished_with_ = message;
  send(std::move(message));
  note(DiaryEvent::kFeedback, at, v1::Disposition_Name(disposition));
  return_to_post(at);
}

void FieldUnit::return_to_post(TimeMs at) {
  const std::optional<DurationMs> foreseen = job_ ? std::optional(job_->foreseen) : std::nullopt;
  place_ = place(at);
  drive_.reset();
  job_.reset();
  drop_at_.reset();
  phase_ = Phase::kAtPost;
  phase_ends_.reset();
  if (place_.edge == post_.edge && place_.offset_mm == post_.offset_mm) return;
  phase_ = Phase::kReturning;
  drive_ = drive_to(post_, foreseen, at);
  phase_ends_ = drive_->arrives_at();
  next_report_ = at + kPositionEvery;
}

Drive FieldUnit::drive_to(const road::RoadPoint& end, std::optional<DurationMs> foreseen, TimeMs at) const {
  const road::RoadPoint start = place(at);
  if (behaviour_.drive) {
    const auto route = routes_->find(start, end, travel_kind_);
    if (route) return Drive(*route, start, end, at, behaviour_.time_scale);
  }
  const double ms = static_cast<double>(foreseen.value_or(DurationMs{60'000}).count) / behaviour_.time_scale;
  return Drive(start, end, at, DurationMs{static_cast<std::int64_t>(std::ceil(ms))});
}

road::RoadPoint FieldUnit::place(TimeMs now) const { return drive_ ? drive_->place_at(now) : place_; }

geo::Point FieldUnit::position(TimeMs now) const {
  return post_on_road_ ? city_->roads().locate(place(now)) : post_position_;
}

void FieldUnit::set_scene(Job& job, const v1::Position& position) const {
  const auto scene =
      city_->roads().snap({position.latitude_e7(), position.longitude_e7()}, travel_kind_, limits::kSnapLimitMm);
  job.reachable = post_on_road_ && scene.has_value();
  if (scene) job.scene = *scene;
}

DurationMs FieldUnit::unscaled(const SpanMs& span) { return {random_.between(span.least, span.most)}; }

DurationMs FieldUnit::scaled(const SpanMs& span) {
  return {std::max<std::int64_t>(1, std::llround(static_cast<double>(unscaled(span).count) / behaviour_.time_scale))};
}

void FieldUnit::send(v1::UnitMessage message) {
  if (!signed_on_) return;
  message.set_client_sequence(++messages_on_stream_);
  message.set_last_order_seen(ledger_.last());
  outbox_.push_back(std::move(message));
}

void FieldUnit::send_position(TimeMs now) {
  v1::UnitMessage message;
  *message.mutable_position()->mutable_location() = to_location(position(now), v1::DATUM_WGS84);
  message.mutable_position()->set_measured_at_ms(now.since_epoch);
  send(std::move(message));
}

void FieldUnit::send_status(v1::UnitSecondaryStatus status, std::uint64_t assignment_id) {
  v1::UnitMessage message;
  message.mutable_status()->set_status(status);
  message.mutable_status()->set_assignment_id(assignment_id);
  send(std::move(message));
}

void FieldUnit::note(DiaryEvent event, TimeMs at, std::string detail) {
  DiaryEntry entry;
  entry.event = event;
  entry.at = at;
  entry.unit = id_;
  entry.detail = std::move(detail);
  if (job_) {
    entry.sequence = job_->sequence;
    entry.decision = job_->decision;
    entry.assignment_id = job_->assignment_id;
    entry.incident_id = job_->incident_id;
    entry.source = job_->source;
    entry.event_id = job_->event_id;
  }
  diary_->write(entry);
}

void FieldUnit::note_order(DiaryEvent event, const v1::UnitOrder& order, TimeMs at, std::string detail) {
  DiaryEntry entry;
  entry.event = event;
  entry.at = at;
  entry.unit = id_;
  entry.sequence = order.sequence();
  entry.decision = order.decision();
  entry.bytes = order.ByteSizeLong();
  entry.detail = std::move(detail);
  if (order.has_assignment()) {
    entry.order = "assignment";
    entry.assignment_id = order.assignment().assignment_id();
    entry.incident_id = order.assignment().incident().incident_id();
    entry.source = order.assignment().incident().source();
    entry.event_id = order.assignment().incident().event_id();
  } else if (order.has_area_order()) {
    entry.order = "area";
  } else if (order.has_cancel()) {
    entry.order = "cancel";
    entry.assignment_id = order.cancel().assignment_id();
    if (entry.detail.empty()) entry.detail = v1::AssignmentEnded::Reason_Name(order.cancel().reason());
  } else if (order.has_check()) {
    entry.order = "check";
  }
  diary_->write(entry);
}

}  // namespace dispatch135::fieldsim
