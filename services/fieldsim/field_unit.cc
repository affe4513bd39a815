#include "services/fieldsim/field_unit.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "services/fieldsim/location.h"

namespace dispatch135::fieldsim {
namespace {

// How long a device that was started anew waits for the order of an assignment that it does not know.
constexpr DurationMs kUnknownAssignmentWait{5'000};

// Where the order says to go.
const v1::Position& scene_of(const v1::AssignmentOrder& order) {
  return order.has_destination() ? order.destination() : order.incident().position();
}

}  // namespace

FieldUnit::FieldUnit(const city::City& city, road::RouteFinder& routes, UnitIndex index, std::uint64_t seed,
                     const Behaviour& behaviour, Diary& diary)
    : city_(&city),
      routes_(&routes),
      behaviour_(behaviour),
      diary_(&diary),
      seed_(seed),
      random_(seed, "unit-" + std::to_string(city.unit(index).id.value())) {
  D135_CHECK(behaviour.time_scale > 0, "time runs forwards");
  const city::UnitInfo unit = city.unit(index);
  const city::PostInfo post = city.post(unit.post);
  id_ = unit.id;
  region_ = post.region;
  travel_kind_ = city::to_road(unit.travel_kind);
  post_position_ = post.position;
  const auto snapped = city.roads().snap(post.position, travel_kind_, limits::kSnapLimitMm);
  post_on_road_ = snapped.has_value();
  if (snapped) post_ = *snapped;
  place_ = post_;
}

FieldUnit::Messages FieldUnit::on_connected(TimeMs now) {
  connected_ = true;
  signed_on_ = false;
  messages_on_stream_ = 0;
  v1::UnitMessage message;
  message.set_client_sequence(++messages_on_stream_);
  message.set_last_order_seen(ledger_.last());
  v1::SignOn& sign_on = *message.mutable_sign_on();
  sign_on.set_unit_id(id_.value());
  sign_on.set_region(region_.value());
  sign_on.set_device_id("sim-" + std::to_string(id_.value()));
  outbox_.push_back(std::move(message));
  next_report_ = now + DurationMs{random_.between(1, kHeartbeatEvery.count)};
  return std::exchange(outbox_, {});
}

void FieldUnit::on_disconnected(TimeMs now) {
  if (signed_on_) note(DiaryEvent::kDisconnected, now);
  connected_ = false;
  signed_on_ = false;
}

FieldUnit::Messages FieldUnit::on_order(const v1::UnitOrder& order, TimeMs now) {
  if (order.sequence() != 0) {
    take_order(order, now);
  } else if (order.has_signed_on()) {
    on_signed_on(order.signed_on().unit(), now);
  } else if (order.has_redirect()) {
    note(DiaryEvent::kRedirected, now, order.redirect().address());
  } else if (order.has_refusal()) {
    note(DiaryEvent::kRefused, now, v1::RejectCode_Name(order.refusal().code()) + ": " + order.refusal().reason());
  }
  return std::exchange(outbox_, {});
}

FieldUnit::Messages FieldUnit::step(TimeMs now) {
  play_faults(now);
  while (phase_ends_ && *phase_ends_ <= now) {
    const TimeMs at = *std::exchange(phase_ends_, std::nullopt);
    switch (phase_) {
      case Phase::kAtPost:
        break;
      case Phase::kOrdered:
        react(at);
        break;
      case Phase::kTurningOut:
        set_out(at);
        break;
      case Phase::kDriving:
        arrive(at);
        break;
      case Phase::kOnScene:
        finish(at);
        break;
      case Phase::kReturning:
        phase_ = Phase::kAtPost;
        place_ = post_;
        drive_.reset();
        send_position(at);
        break;
    }
  }
  if (unknown_until_ && *unknown_until_ <= now && signed_on_) {
    unknown_until_.reset();
    send_status(v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE, 0);
    send_status(v1::UNIT_SECONDARY_STATUS_ON_DUTY, 0);
  }
  if (next_report_ && *next_report_ <= now && now >= silent_until_) {
    if (moving()) {
      send_position(now);
    } else {
      v1::UnitMessage message;
      message.mutable_heartbeat();
      send(std::move(message));
    }
    next_report_ = now + (moving() ? kPositionEvery : kHeartbeatEvery);
  }
  return std::exchange(outbox_, {});
}

TimeMs FieldUnit::next_wakeup() const {
  TimeMs next{INT64_MAX};
  const auto at_latest = [&next](const std::optional<TimeMs>& time) { next = time ? std::min(next, *time) : next; };
  at_latest(phase_ends_);
  at_latest(drop_at_);
  if (signed_on_) {
    if (next_report_) next = std::min(next, std::max(*next_report_, silent_until_));
    at_latest(unknown_until_);
  }
  if (!connected_) {
    if (offline_until_.since_epoch != 0) at_latest(offline_until_);
    if (silent_until_.since_epoch != 0) at_latest(silent_until_);
  }
  return next;
}

bool FieldUnit::wants_connection(TimeMs now) const {
  if (now < offline_until_) return false;
  return connected_ || now >= silent_until_;  // A silent device that loses its stream does not come back by itself.
}

void FieldUnit::play_faults(TimeMs now) {
  if (now >= offline_until_) offline_until_ = {};
  if (now >= silent_until_) silent_until_ = {};
  if (!drop_at_ || *drop_at_ > now) return;
  drop_at_.reset();
  note(DiaryEvent::kDropped, now);
  offline_until_ = now + unscaled(behaviour_.offline);
}

// ---- orders ----

void FieldUnit::take_order(const v1::UnitOrder& order, TimeMs now) {
  switch (ledger_.take(order)) {
    case OrderLedger::Verdict::kRepeated:
      note_order(DiaryEvent::kOrderRepeated, order, now);
      return;
    case OrderLedger::Verdict::kOtherOrder:
      note_order(DiaryEvent::kViolation, order, now, "another order had this sequence before");
      return;
    case OrderLedger::Verdict::kOtherSequence:
      note_order(DiaryEvent::kViolation, order, now, "this decision came with another sequence before");
      return;
    case OrderLedger::Verdict::kGap:
      note_order(DiaryEvent::kViolation, order, now, "orders before this one are missing");
      break;
    case OrderLedger::Verdict::kNew:
      break;
  }
  note_order(DiaryEvent::kOrderReceived, order, now);
  if (order.has_assignment()) take_assignment(order, now);
  if (order.has_cancel()) take_cancel(order, now);
  if (order.has_check()) take_check(order.check(), now);
  if (order.has_area_order() && !order.area_order().over()) {
    v1::UnitMessage receipt;
    receipt.mutable_area_receipt()->set_area_order_id(order.area_order().order().area_order_id());
    send(std::move(receipt));
  }
}

void FieldUnit::take_assignment(const v1::UnitOrder& order, TimeMs now) {
  const v1::AssignmentOrder& assignment = order.assignment();
  if (assignment.assignment_id() == unknown_assignment_) unknown_until_.reset();
  if (job_ && job_->assignment_id == assignment.assignment_id()) return move_scene(assignment, now);
  // The incident moved while the unit's last word on it was on its way.
  if (assignment.assignment_id() == finished_assignment_) return;
  // A device that was started anew gets again what an earlier run of it may have done; one assignment at most is live.
  if (order.sequence() <= earlier_orders_ && assignment.assignment_id() != unknown_assignment_) return;
  if (job_) note_order(DiaryEvent::kViolation, order, now, "a second assignment while the first is live");

  Job job;
  job.assignment_id = assignment.assignment_id();
  job.incident_id = assignment.incident().incident_id();
  job.source = assignment.incident().source();
  job.event_id = assignment.incident().event_id();
  job.foreseen = {assignment.eta_ms()};
  job.sequence = order.sequence();
  job.decision = order.decision();
  set_scene(job, scene_of(assignment));
  place_ = place(now);
  drive_.reset();
  job_ = std::move(job);

  // What it does with an order depends on nothing but the order, however often it reconnected before.
  random_ = Random(seed_, "unit-" + std::to_string(id_.value()) + "-order-" + std::to_string(order.sequence()));
  phase_ = Phase::kOrdered;
  if (behaviour_.at_once) {
    sign(now);
    return finish(now);
  }
  const double chance = random_.fraction();
  const DurationMs delay = scaled(behaviour_.acknowledge);
  if (chance < behaviour_.ignore_share) {
    reaction_ = Reaction::kIgnore;
    note(DiaryEvent::kIgnored, now);
    phase_ends_.reset();
    return;
  }
  reaction_ = chance < behaviour_.ignore_share + behaviour_.decline_share ? Reaction::kDecline : Reaction::kAcknowledge;
  phase_ends_ = std::max(now, silent_until_) + delay;
  if (random_.chance(behaviour_.drop_share)) drop_at_ = now + scaled({0, 60'000});
}

void FieldUnit::move_scene(const v1::AssignmentOrder& order, TimeMs now) {
  job_->foreseen = {order.eta_ms()};
  set_scene(*job_, scene_of(order));
  if (phase_ != Phase::kDriving) return;  // Not yet under way: it sets out for the new place. On scene: it is there.
  place_ = place(now);
  drive_.reset();
  if (!job_->reachable) return decline(v1::DECLINE_REASON_ROAD_BLOCKED, now);
  drive_ = drive_to(job_->scene, job_->foreseen, now);
  phase_ends_ = drive_->arrives_at();
}

void FieldUnit::take_cancel(const v1::UnitOrder& order, TimeMs now) {
  const v1::CancelOrder& cancel = order.cancel();
  if (cancel.assignment_id() == unknown_assignment_) unknown_until_.reset();
  if (!job_ || job_->assignment_id != cancel.assignment_id()) return;  // It is done with it already.
  note(DiaryEvent::kCancelled, now, v1::AssignmentEnded::Reason_Name(cancel.reason()));
  return_to_post(now);
}

// Whoever plays silent does not answer either.
void FieldUnit::take_check(const v1::CheckOrder& check, TimeMs now) {
  if (now < silent_until_) return;
  v1::UnitMessage message;
  message.mutable_check_answer()->set_check_id(check.check_id());
  message.mutable_check_answer()->set_reply(v1::CHECK_REPLY_ALL_WELL);
  send(std::move(message));
}

void FieldUnit::on_signed_on(const v1::Unit& unit, TimeMs now) {
  signed_on_ = true;
  note(DiaryEvent::kConnected, now);
  if (!signed_on_before_) {
    signed_on_before_ = true;
    if (unit.last_order_sequence() != 0) ledger_.forget_beginning();
    earlier_orders_ = unit.last_order_sequence();
    if (unit.assignment_id() != 0) {
      unknown_assignment_ = unit.assignment_id();
      unknown_until_ = now + kUnknownAssignmentWait;
    }
  }
  if (now < silent_until_) return;
  send_position(now);
  catch_up(unit, now);
}

// Tells again what the system has not heard of.
void FieldUnit::catch_up(const v1::Unit& unit, TimeMs now) {
  if (unit.assignment_id() == 0) return;
  const v1::UnitSecondaryStatus heard = unit.secondary();
  if (unit.assignment_id() == finished_assignment_) {
    // Feedback counts only from who has signed.
    if (finished_with_.has_feedback() && heard == v1::UNIT_SECONDARY_STATUS_DISPATCHED) {
      v1::UnitMessage message;
      message.mutable_acknowledge()->set_assignment_id(finished_assignment_);
      send(std::move(message));
    }
    return send(finished_with_);
  }
  if (!job_ || unit.assignment_id() != job_->assignment_id) return;
  if (phase_ >= Phase::kTurningOut && heard == v1::UNIT_SECONDARY_STATUS_DISPATCHED) {
    v1::UnitMessage message;
    message.mutable_acknowledge()->set_assignment_id(job_->assignment_id);
    send(std::move(message));
  }
  if (phase_ >= Phase::kDriving &&
      (heard == v1::UNIT_SECONDARY_STATUS_DISPATCHED || heard == v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION)) {
    send_status(v1::UNIT_SECONDARY_STATUS_EN_ROUTE, job_->assignment_id);
  }
  if (phase_ == Phase::kOnScene && heard != v1::UNIT_SECONDARY_STATUS_ON_SCENE) {
    send_position(now);
    send_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE, job_->assignment_id);
  }
}

}  // namespace dispatch135::fieldsim
