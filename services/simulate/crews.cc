#include "services/simulate/crews.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace dispatch135::simulate {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;
// What is drawn for an assignment.
constexpr std::uint64_t kAcknowledging = 1;
constexpr std::uint64_t kReaction = 2;

bool same_place(const road::RoadPoint& a, const road::RoadPoint& b) {
  return a.edge == b.edge && a.offset_mm == b.offset_mm;
}

}  // namespace

Crews::Crews(const city::City& city, RegionId region, const std::vector<bool>& on_duty, const CrewHabits& habits,
             std::uint64_t seed, Send send)
    : city_(&city),
      habits_(habits),
      seed_(seed),
      send_(std::move(send)),
      roads_(city.roads()),
      routes_(roads_),
      crew_of_unit_(city.unit_count(), kNone) {
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    const city::PostInfo post = city.post(unit.post);
    if (!on_duty[i] || post.region != region) continue;
    Crew crew;
    crew.id = unit.id;
    crew.kind = city::to_road(unit.travel_kind);
    crew.turnout = habits.turnout[static_cast<std::size_t>(post.kind)];
    const auto home = city.roads().snap(post.position, crew.kind, limits::kSnapLimitMm);
    D135_CHECK(home.has_value(), "a city's posts are on the road for their units");
    crew.home = crew.base = crew.place = *home;
    crew_of_unit_[i] = static_cast<std::uint32_t>(crews_.size());
    crews_.push_back(std::move(crew));
  }
  for (v1::LogRecord* record :
       {&sign_on_, &position_, &heartbeat_, &status_, &acknowledged_, &declined_, &feedback_, &answered_}) {
    record->set_region(region.value());
  }
}

void Crews::sign_on(TimeMs at) {
  // Reports are spread over the interval, as those of devices that were switched on one by one.
  const auto count = static_cast<std::int64_t>(crews_.size());
  for (std::int64_t i = 0; i < count; ++i) {
    Crew& crew = crews_[static_cast<std::size_t>(i)];
    sign_on_.mutable_unit_signed_on()->set_unit_id(crew.id.value());
    sign_on_.mutable_unit_signed_on()->set_device_id("device-" + std::to_string(crew.id.value()));
    send_(sign_on_, at);
    report_at(crew, at + DurationMs{habits_.heartbeat_every.count * (i + 1) / count});
  }
}

Crews::Crew* Crews::find(std::uint64_t unit_id) {
  const auto index = city_->find_unit(UnitId(unit_id));
  const std::uint32_t crew = index ? crew_of_unit_[index->value()] : kNone;
  return crew == kNone ? nullptr : &crews_[crew];
}

void Crews::plan(Crew& crew, TimeMs at) {
  agenda_.push({at, ++entries_, static_cast<std::uint32_t>(&crew - crews_.data()), ++crew.plan, Due::kStep});
}

void Crews::report_at(Crew& crew, TimeMs at) {
  agenda_.push({at, ++entries_, static_cast<std::uint32_t>(&crew - crews_.data()), ++crew.reports, Due::kReport});
}

void Crews::step() {
  const Entry entry = agenda_.top();
  agenda_.pop();
  Crew& crew = crews_[entry.crew];
  switch (entry.due) {
    case Due::kStep:
      if (entry.number == crew.plan) do_step(crew, entry.at);
      return;
    case Due::kReport:
      if (entry.number == crew.reports) do_report(crew, entry.at);
      return;
    case Due::kAnswer:
      return answer(crew, entry.number, entry.at);
  }
}

void Crews::do_step(Crew& crew, TimeMs now) {
  switch (crew.phase) {
    case Phase::kFree:  // At its base again.
      crew.place = crew.trip->place_at(now);
      crew.trip.reset();
      send_place(crew, now);
      return;
    case Phase::kOrdered:
      return crew.declines ? decline(crew, now) : acknowledge(crew, now);
    case Phase::kTurningOut:
      return set_out(crew, now);
    case Phase::kDriving:
      return arrive(crew, now);
    case Phase::kOnScene:
      return finish(crew, now);
  }
}

void Crews::do_report(Crew& crew, TimeMs now) {
  if (crew.trip) return send_place(crew, now);
  heartbeat_.mutable_unit_position_reported()->set_unit_id(crew.id.value());
  heartbeat_.mutable_unit_position_reported()->set_last_order_seen(crew.last_order);
  send_(heartbeat_, now);
  report_at(crew, now + habits_.heartbeat_every);
}

void Crews::assigned(const v1::Assignment& assignment, std::uint64_t order_sequence, const Scene& scene, TimeMs now) {
  Crew* crew = find(assignment.unit_id());
  if (crew == nullptr) return;
  // A crew on the road pulls over to read its order.
  stop(*crew, now);
  crew->last_order = order_sequence;
  crew->assignment = assignment.assignment_id();
  crew->scene = scene;
  crew->ordered_at = now;
  crew->phase = Phase::kOrdered;
  const std::uint64_t reaction = draw(*crew, kReaction) % 1'000;
  crew->declines = reaction < habits_.decline_permille;
  crew->ignores = !crew->declines && reaction < habits_.decline_permille + habits_.ignore_permille;
  if (crew->ignores) return;
  const SpanMs& span = habits_.acknowledge;
  const auto choices = static_cast<std::uint64_t>(span.most - span.least + 1);
  const auto drawn = static_cast<std::int64_t>(draw(*crew, kAcknowledging) % choices);
  plan(*crew, now + DurationMs{span.least + drawn});
}

void Crews::redirected(const v1::Assignment& assignment, std::uint64_t order_sequence, geo::Point place, TimeMs now) {
  Crew* crew = find(assignment.unit_id());
  if (crew == nullptr || crew->assignment != assignment.assignment_id()) return;
  crew->last_order = order_sequence;
  crew->scene.place = place;
  if (crew->phase != Phase::kDriving) return;  // Whoever is there finds the way without us.
  stop(*crew, now);
  crew->phase = Phase::kTurningOut;
  plan(*crew, now);
}

void Crews::released(const v1::Assignment& assignment, std::uint64_t order_sequence, TimeMs now) {
  Crew* crew = find(assignment.unit_id());
  if (crew == nullptr) return;
  if (order_sequence != 0) crew->last_order = order_sequence;
  if (crew->assignment != assignment.assignment_id()) return;
  go_to_base(*crew, now);
}

void Crews::moved(std::uint64_t unit_id, std::uint64_t order_sequence, geo::Point place, TimeMs now) {
  Crew* crew = find(unit_id);
  if (crew == nullptr) return;
  crew->last_order = std::max(crew->last_order, order_sequence);
  const auto base = city_->roads().snap(place, crew->kind, limits::kSnapLimitMm);
  if (!base) return;
  crew->base = *base;
  if (crew->phase == Phase::kFree) go_to_base(*crew, now);
}

void Crews::sent_back(std::uint64_t unit_id, std::uint64_t order_sequence, TimeMs now) {
  Crew* crew = find(unit_id);
  if (crew == nullptr) return;
  crew->last_order = std::max(crew->last_order, order_sequence);
  crew->base = crew->home;
  if (crew->phase == Phase::kFree) go_to_base(*crew, now);
}

void Crews::checked(std::uint64_t unit_id, std::uint64_t order_sequence, std::uint64_t check_id, TimeMs now) {
  Crew* crew = find(unit_id);
  if (crew == nullptr) return;
  crew->last_order = std::max(crew->last_order, order_sequence);
  const TimeMs at = now + DurationMs{habits_.acknowledge.most};
  agenda_.push({at, ++entries_, static_cast<std::uint32_t>(crew - crews_.data()), check_id, Due::kAnswer});
}

void Crews::answer(Crew& crew, std::uint64_t check_id, TimeMs now) {
  answered_.mutable_unit_check_answered()->set_unit_id(crew.id.value());
  answered_.mutable_unit_check_answered()->set_check_id(check_id);
  answered_.mutable_unit_check_answered()->set_reply(v1::CHECK_REPLY_ALL_WELL);
  send_(answered_, now);
}

void Crews::acknowledge(Crew& crew, TimeMs now) {
  acknowledged_.mutable_assignment_acknowledged()->set_unit_id(crew.id.value());
  acknowledged_.mutable_assignment_acknowledged()->set_assignment_id(crew.assignment);
  crew.phase = Phase::kTurningOut;
  plan(crew, std::max(now, crew.ordered_at + crew.turnout));
  send_(acknowledged_, now);
}

void Crews::decline(Crew& crew, TimeMs now) {
  declined_.mutable_assignment_declined()->set_unit_id(crew.id.value());
  declined_.mutable_assignment_declined()->set_assignment_id(crew.assignment);
  declined_.mutable_assignment_declined()->set_reason(v1::DECLINE_REASON_BUSY);
  go_to_base(crew, now);
  send_(declined_, now);
}

void Crews::set_out(Crew& crew, TimeMs now) {
  const auto scene = city_->roads().snap(crew.scene.place, crew.kind, limits::kSnapLimitMm);
  if (!scene || !drive(crew, *scene, now)) return decline(crew, now);
  crew.phase = Phase::kDriving;
  plan(crew, crew.trip->arrives_at());
  send_status(crew, v1::UNIT_SECONDARY_STATUS_EN_ROUTE, now);
}

void Crews::arrive(Crew& crew, TimeMs now) {
  stop(crew, now);
  crew.phase = Phase::kOnScene;
  plan(crew, now + crew.scene.work);
  const std::uint64_t assignment = crew.assignment;
  send_place(crew, now);
  // Being there may count as having said so.
  if (crew.assignment == assignment) send_status(crew, v1::UNIT_SECONDARY_STATUS_ON_SCENE, now);
}

void Crews::finish(Crew& crew, TimeMs now) {
  feedback_.mutable_feedback_given()->set_unit_id(crew.id.value());
  feedback_.mutable_feedback_given()->set_assignment_id(crew.assignment);
  feedback_.mutable_feedback_given()->set_disposition(crew.scene.disposition);
  send_place(crew, now);
  go_to_base(crew, now);
  send_(feedback_, now);
}

void Crews::go_to_base(Crew& crew, TimeMs now) {
  stop(crew, now);
  crew.assignment = 0;
  crew.phase = Phase::kFree;
  ++crew.plan;
  if (same_place(crew.place, crew.base) || !drive(crew, crew.base, now)) return;
  plan(crew, crew.trip->arrives_at());
}

void Crews::stop(Crew& crew, TimeMs now) {
  if (!crew.trip) return;
  crew.place = crew.trip->place_at(now);
  crew.trip.reset();
}

// False: there is no way.
bool Crews::drive(Crew& crew, const road::RoadPoint& to, TimeMs now) {
  auto route = routes_.find(crew.place, to, crew.kind);
  if (!route) return false;
  crew.trip.emplace(std::move(*route), to, now);
  report_at(crew, now + habits_.position_every);
  return true;
}

void Crews::send_place(Crew& crew, TimeMs now) {
  v1::UnitPositionReported& report = *position_.mutable_unit_position_reported();
  const geo::Point at = city_->roads().locate(crew.trip ? crew.trip->place_at(now) : crew.place);
  report.set_unit_id(crew.id.value());
  report.mutable_position()->set_latitude_e7(at.latitude_e7);
  report.mutable_position()->set_longitude_e7(at.longitude_e7);
  report.set_measured_at_ms(now.since_epoch);
  report.set_last_order_seen(crew.last_order);
  report_at(crew, now + (crew.trip ? habits_.position_every : habits_.heartbeat_every));
  send_(position_, now);
}

void Crews::send_status(const Crew& crew, v1::UnitSecondaryStatus status, TimeMs now) {
  status_.mutable_unit_status_reported()->set_unit_id(crew.id.value());
  status_.mutable_unit_status_reported()->set_status(status);
  status_.mutable_unit_status_reported()->set_assignment_id(crew.assignment);
  send_(status_, now);
}

std::uint64_t Crews::draw(const Crew& crew, std::uint64_t what) const {
  StateHasher hasher;
  hasher.add(seed_);
  hasher.add(what);
  hasher.add(crew.id.value());
  hasher.add(crew.scene.chance);
  return hasher.value();
}

}  // namespace dispatch135::simulate
