#include "tests/engine/core/world.h"

#include <cstdlib>
#include <utility>

#include "engine/base/check.h"

namespace dispatch135::core::testing {

v1::Policy test_policy() {
  v1::Policy policy;
  policy.set_name("test");
  for (int c = v1::PLACE_CLASS_AIRPORT; c <= v1::PlaceClass_MAX; ++c) {
    v1::PlaceClassRule& rule = *policy.add_place_classes();
    rule.set_place_class(static_cast<v1::PlaceClass>(c));
    rule.set_deadline_ms(c == v1::PLACE_CLASS_RAILWAY_STATION ? 60'000 : c == v1::PLACE_CLASS_MALL ? 180'000 : 300'000);
  }
  for (int s = v1::SEVERITY_CRITICAL; s <= v1::Severity_MAX; ++s) {
    v1::SeverityRule& rule = *policy.add_severities();
    rule.set_severity(static_cast<v1::Severity>(s));
    rule.set_units(s == v1::SEVERITY_CRITICAL ? 2 : 1);
    rule.set_deadline_ms(s == v1::SEVERITY_CRITICAL ? 180'000 : 0);
  }
  const std::pair<v1::PostKind, std::int64_t> turnouts[] = {
      {v1::POST_KIND_STREET_STATION, 10'000}, {v1::POST_KIND_RAPID_RESPONSE_POINT, 5'000}, {v1::POST_KIND_OUTPOST, 0}};
  for (const auto& [kind, ms] : turnouts) {
    v1::TurnoutRule& rule = *policy.add_turnouts();
    rule.set_post_kind(kind);
    rule.set_turnout_ms(ms);
  }
  policy.set_acknowledge_within_ms(30'000);
  policy.set_silent_after_ms(60'000);
  policy.set_stale_position_after_ms(120'000);
  policy.set_reoffer_after_ms(90'000);
  policy.set_place_radius_m(100);
  policy.set_explain_candidates(5);
  policy.mutable_alerts()->set_incident_at_or_above(2);
  policy.mutable_alerts()->set_incident_severity(v1::SEVERITY_HIGH);
  policy.mutable_alerts()->set_default_expiry_ms(3'600'000);
  return policy;
}

Engine reloaded(const Engine& engine, std::uint32_t partition, const CityCatalog& catalog) {
  std::string saved;
  engine.save(saved);
  Result<Engine> restored = Engine::restore(partition, catalog, saved);
  D135_CHECK(restored.ok(), restored.ok() ? "" : restored.error().message.c_str());
  std::string again;
  restored.value().save(again);
  D135_CHECK(again == saved, "a restored engine saves the bytes that it was restored from");
  D135_CHECK(engine.state_hash() == engine.walked_state_hash(), "the hash kept up with each change");
  D135_CHECK(restored.value().state_hash() == engine.state_hash(), "a restored engine has the hash of the saved one");
  return std::move(restored.value());
}

World::World(const city::CityDraft& draft, const std::optional<v1::Policy>& policy, const city::MicroGrids* grids,
             RegionId region, std::uint32_t partition)
    : region_(region), partition_(partition), reloads_(std::getenv("D135_RELOAD") != nullptr) {
  Result<std::vector<std::byte>> built = city::build_city(draft);
  D135_CHECK(built.ok(), built.ok() ? "" : built.error().message.c_str());
  bytes_ = std::move(built.value());
  Result<city::City> opened = city::City::open(bytes_);
  D135_CHECK(opened.ok(), opened.ok() ? "" : opened.error().message.c_str());
  city_.emplace(std::move(opened.value()));
  catalog_.emplace(*city_, grids);
  engine_.emplace(partition, *catalog_);
  recorder_ = golden::GoldenRecorder::of_this_test(bytes_, partition, grids);
  if (!policy) return;
  activate_city();
  activate_policy(*policy);
}

World::Decisions World::activate_city() {
  v1::LogRecord out = record();
  out.mutable_city_activated()->set_fingerprint(city_->fingerprint().value());
  return apply(out);
}

World::Decisions World::activate_policy(const v1::Policy& policy) {
  v1::LogRecord out = record();
  *out.mutable_policy_activated()->mutable_policy() = policy;
  return apply(out);
}

v1::LogRecord World::record() const {
  v1::LogRecord record;
  record.set_region(region_.value());
  return record;
}

World::Decisions World::apply(v1::LogRecord record) {
  const auto decisions = engine_->apply(record, offset_++, TimeMs{now_ms_});
  for (const v1::Decision& decision : decisions) {
    if (decision.has_neighbour_said()) said_.push_back(decision);
  }
  Decisions kept(decisions.begin(), decisions.end());
  if (reloads_) *engine_ = reloaded(*engine_, partition_, *catalog_);
  if (recorder_) recorder_->add(record, offset_ - 1, TimeMs{now_ms_}, kept);
  if (watch) watch(record, offset_ - 1, now_ms_, kept);
  return kept;
}

World::Decisions World::later_ms(std::int64_t ms) {
  Decisions all;
  const std::int64_t until = now_ms_ + ms;
  v1::LogRecord tick;
  tick.mutable_tick();
  const auto tick_at = [&](std::int64_t at) {
    now_ms_ = at;
    Decisions decided = apply(tick);
    all.insert(all.end(), decided.begin(), decided.end());
  };
  while (engine_->next_timer() && engine_->next_timer()->since_epoch <= until)
    tick_at(engine_->next_timer()->since_epoch);
  tick_at(until);
  return all;
}

World::Decisions World::report(const std::string& event_id, geo::Point at, const Shape& shape) {
  v1::LogRecord out = record();
  v1::IncidentReported& report = *out.mutable_incident_reported();
  report.set_source("110");
  report.set_event_id(event_id);
  report.set_category(v1::CATEGORY_PUBLIC_ORDER);
  report.set_severity(v1::SEVERITY_MEDIUM);
  report.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
  report.mutable_position()->set_latitude_e7(at.latitude_e7);
  report.mutable_position()->set_longitude_e7(at.longitude_e7);
  if (shape) shape(report);
  return apply(out);
}

World::Decisions World::cancel(const std::string& event_id) {
  v1::LogRecord out = record();
  out.mutable_incident_cancelled()->set_source("110");
  out.mutable_incident_cancelled()->set_event_id(event_id);
  return apply(out);
}

World::Decisions World::move(const std::string& event_id, geo::Point to) {
  v1::LogRecord out = record();
  v1::IncidentUpdated& update = *out.mutable_incident_updated();
  update.set_source("110");
  update.set_event_id(event_id);
  update.mutable_position()->set_latitude_e7(to.latitude_e7);
  update.mutable_position()->set_longitude_e7(to.longitude_e7);
  return apply(out);
}

World::Decisions World::sign_on(std::uint64_t unit, const std::string& device, std::uint64_t last_order_seen) {
  v1::LogRecord out = record();
  out.mutable_unit_signed_on()->set_unit_id(unit);
  out.mutable_unit_signed_on()->set_device_id(device);
  out.mutable_unit_signed_on()->set_last_order_seen(last_order_seen);
  return apply(out);
}

World::Decisions World::sign_off(std::uint64_t unit) {
  v1::LogRecord out = record();
  out.mutable_unit_signed_off()->set_unit_id(unit);
  return apply(out);
}

World::Decisions World::position(std::uint64_t unit, geo::Point at, std::int64_t measured_at_ms) {
  v1::LogRecord out = record();
  v1::UnitPositionReported& report = *out.mutable_unit_position_reported();
  report.set_unit_id(unit);
  report.mutable_position()->set_latitude_e7(at.latitude_e7);
  report.mutable_position()->set_longitude_e7(at.longitude_e7);
  report.set_measured_at_ms(measured_at_ms != 0 ? measured_at_ms : now_ms_);
  return apply(out);
}

World::Decisions World::heartbeat(std::uint64_t unit, std::uint64_t last_order_seen) {
  v1::LogRecord out = record();
  out.mutable_unit_position_reported()->set_unit_id(unit);
  out.mutable_unit_position_reported()->set_last_order_seen(last_order_seen);
  return apply(out);
}

World::Decisions World::disconnect(std::uint64_t unit, const std::string& device) {
  v1::LogRecord out = record();
  out.mutable_unit_disconnected()->set_unit_id(unit);
  out.mutable_unit_disconnected()->set_device_id(device);
  return apply(out);
}

World::Decisions World::acknowledge(std::uint64_t unit_id) {
  v1::LogRecord out = record();
  out.mutable_assignment_acknowledged()->set_unit_id(unit_id);
  out.mutable_assignment_acknowledged()->set_assignment_id(assignment_of(unit_id));
  return apply(out);
}

World::Decisions World::en_route(std::uint64_t unit_id) {
  return status(unit_id, v1::UNIT_SECONDARY_STATUS_EN_ROUTE, assignment_of(unit_id));
}

World::Decisions World::on_scene(std::uint64_t unit_id) {
  return status(unit_id, v1::UNIT_SECONDARY_STATUS_ON_SCENE, assignment_of(unit_id));
}

World::Decisions World::status(std::uint64_t unit_id, v1::UnitSecondaryStatus status, std::uint64_t assignment) {
  v1::LogRecord out = record();
  out.mutable_unit_status_reported()->set_unit_id(unit_id);
  out.mutable_unit_status_reported()->set_status(status);
  out.mutable_unit_status_reported()->set_assignment_id(assignment);
  return apply(out);
}

World::Decisions World::decline(std::uint64_t unit_id) {
  v1::LogRecord out = record();
  out.mutable_assignment_declined()->set_unit_id(unit_id);
  out.mutable_assignment_declined()->set_assignment_id(assignment_of(unit_id));
  out.mutable_assignment_declined()->set_reason(v1::DECLINE_REASON_BUSY);
  return apply(out);
}

World::Decisions World::feedback(std::uint64_t unit_id) {
  v1::LogRecord out = record();
  out.mutable_feedback_given()->set_unit_id(unit_id);
  out.mutable_feedback_given()->set_assignment_id(assignment_of(unit_id));
  out.mutable_feedback_given()->set_disposition(v1::DISPOSITION_HANDLED);
  return apply(out);
}

World::Decisions World::command(const std::string& command_id, const std::function<void(v1::OperatorCommand&)>& fill) {
  v1::LogRecord out = record();
  out.mutable_operator_command()->set_command_id(command_id);
  out.mutable_operator_command()->set_operator_id("dispatcher");
  fill(*out.mutable_operator_command());
  return apply(out);
}

v1::Unit World::unit(std::uint64_t id) const {
  const std::optional<v1::Unit> found = engine_->unit(region_, UnitId(id));
  D135_CHECK(found.has_value(), "the test's map has this unit");
  return *found;
}

v1::Incident World::incident(const std::string& event_id) const {
  const std::optional<v1::Incident> found = engine_->incident(region_, "110", event_id);
  D135_CHECK(found.has_value(), "the test reported this incident");
  return *found;
}

World::Decisions only(const World::Decisions& decisions, v1::Decision::ChangeCase kind) {
  World::Decisions kept;
  for (const v1::Decision& decision : decisions) {
    if (decision.change_case() == kind) kept.push_back(decision);
  }
  return kept;
}

std::vector<std::uint64_t> assigned_units(const World::Decisions& decisions) {
  std::vector<std::uint64_t> units;
  for (const v1::Decision& decision : decisions) {
    if (decision.has_unit_assigned()) units.push_back(decision.unit_assigned().assignment().unit_id());
  }
  return units;
}

v1::RejectCode rejected(const World::Decisions& decisions) {
  for (const v1::Decision& decision : decisions) {
    if (decision.has_record_rejected()) return decision.record_rejected().code();
  }
  return v1::REJECT_CODE_UNSPECIFIED;
}

std::string reject_reason(const World::Decisions& decisions) {
  const auto refused = only(decisions, v1::Decision::kRecordRejected);
  return refused.empty() ? "" : refused[0].record_rejected().reason();
}

}  // namespace dispatch135::core::testing
