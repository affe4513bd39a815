#include "tests/engine/twin/cases.h"

#include <algorithm>

#include "tests/engine/core/world.h"

namespace dispatch135::core::twin {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kManyOpen = 9;

v1::LogRecord new_record() {
  v1::LogRecord record;
  record.set_region(testing::kRegion.value());
  return record;
}

}  // namespace

std::vector<v1::LogRecord> Cases::opening(bool with_roster) {
  std::vector<v1::LogRecord> records;
  if (with_roster) {
    v1::PublishRoster& roster = *new_command(records.emplace_back(new_record())).mutable_publish_roster();
    roster.set_from_ms(now_ms_ - 60 * kMinuteMs);
    roster.set_until_ms(now_ms_ + 60 * kMinuteMs);
    const auto minutes = [&](std::uint32_t most) { return std::int64_t{dice_->roll(most * 60)} * 1'000; };
    for (const UnitCard& unit : town_->units()) {
      if (dice_->chance(10)) continue;
      v1::RosterShift& shift = *roster.add_shifts();
      shift.set_unit_id(unit.id);
      shift.set_begin_ms(now_ms_ + (dice_->chance(80) ? -minutes(50) - 1 : minutes(10)));
      shift.set_end_ms(now_ms_ + (dice_->chance(80) ? 120 * kMinuteMs : 10 * kMinuteMs + minutes(20)));
      if (dice_->chance(50)) continue;
      v1::RosterBreak& pause = *shift.add_breaks();
      pause.set_begin_ms(std::max(now_ms_, shift.begin_ms()) + minutes(8));
      pause.set_end_ms(std::min(shift.end_ms(), pause.begin_ms() + 1'000 + minutes(10)));
      if (pause.begin_ms() >= pause.end_ms()) shift.clear_breaks();
    }
  }
  for (const UnitCard& unit : town_->units()) {
    if (dice_->chance(10)) continue;
    v1::UnitSignedOn& sign_on = *records.emplace_back(new_record()).mutable_unit_signed_on();
    sign_on.set_unit_id(unit.id);
    sign_on.set_device_id("device");
  }
  return records;
}

v1::LogRecord Cases::next() {
  now_ms_ += dice_->chance(85) ? dice_->roll(3'000) : dice_->roll(40'000);
  v1::LogRecord record = new_record();
  const std::uint32_t dice = dice_->roll(100);
  if (dice < 13) {
    hotline(record);
  } else if (dice < 30) {
    v1::UnitPositionReported& report = *record.mutable_unit_position_reported();
    const Unit& unit = any_unit();
    report.set_unit_id(unit.card.id);
    if (dice_->chance(60)) position(*report.mutable_position());
    report.set_measured_at_ms(dice_->chance(5) ? now_ms_ / 2 : now_ms_);
    if (dice_->chance(60)) report.set_last_order_seen(unit.last_order);
  } else if (dice < 78) {
    work(record);
  } else if (dice < 84) {
    duty(record);
  } else if (dice < 96) {
    command(record);
  } else {
    record.mutable_tick();
  }
  return record;
}

void Cases::position(v1::Position& out) {
  const geo::Point point = town_->point(dice_->roll(town_->places()));
  out.set_latitude_e7(point.latitude_e7);
  out.set_longitude_e7(point.longitude_e7);
}

const Incident* Cases::any_open() {
  std::vector<const Incident*> open;
  for (const auto& [id, incident] : twin_->incidents()) {
    if (!incident.over) open.push_back(&incident);
  }
  return open.empty() ? nullptr : open[dice_->roll(open.size())];
}

void Cases::report(v1::IncidentReported& report) {
  report.set_source("110");
  report.set_event_id("e" + std::to_string(++events_));
  report.set_category(static_cast<v1::Category>(1 + dice_->roll(v1::Category_MAX)));
  report.set_severity(static_cast<v1::Severity>(1 + dice_->roll(v1::Severity_MAX)));
  report.set_place_class(static_cast<v1::PlaceClass>(1 + dice_->roll(v1::PlaceClass_MAX)));
  report.set_district(320'201 + dice_->roll(2));
  position(*report.mutable_position());
  if (dice_->chance(20)) report.set_required_capabilities(1U << dice_->roll(4));
  if (dice_->chance(15)) report.set_required_unit_kinds(1 + dice_->roll(15));
}

void Cases::hotline(v1::LogRecord& record) {
  const Incident* open = any_open();
  if (open == nullptr || dice_->chance(75)) return report(*record.mutable_incident_reported());
  if (dice_->chance(30)) {
    record.mutable_incident_cancelled()->set_source("110");
    record.mutable_incident_cancelled()->set_event_id(open->event);
    return;
  }
  v1::IncidentUpdated& update = *record.mutable_incident_updated();
  update.set_source("110");
  update.set_event_id(open->event);
  if (dice_->chance(50)) {
    position(*update.mutable_position());
    update.set_district(320'201 + dice_->roll(2));
  }
  if (dice_->chance(50)) update.set_severity(static_cast<v1::Severity>(1 + dice_->roll(v1::Severity_MAX)));
}

// Mostly what comes next, now and then what is refused.
void Cases::work(v1::LogRecord& record) {
  std::vector<const Unit*> busy;
  for (const Unit& unit : twin_->units()) {
    if (unit.assignment != 0) busy.push_back(&unit);
  }
  if (busy.empty()) return report(*record.mutable_incident_reported());
  const Unit& unit = *busy[dice_->roll(busy.size())];
  const std::uint64_t assignment = dice_->chance(2) ? unit.assignment + 1 : unit.assignment;
  const auto say = [&](v1::UnitSecondaryStatus status) {
    v1::UnitStatusReported& report = *record.mutable_unit_status_reported();
    report.set_unit_id(unit.card.id);
    report.set_status(status);
    report.set_assignment_id(assignment);
    if (status != v1::UNIT_SECONDARY_STATUS_ON_SCENE || dice_->chance(30)) return;
    report.set_free_in_ms(1'000 + dice_->roll(120'000));
  };
  const bool signs = unit.status == v1::UNIT_SECONDARY_STATUS_DISPATCHED && !dice_->chance(5);
  if (signs && dice_->chance(80)) {
    record.mutable_assignment_acknowledged()->set_unit_id(unit.card.id);
    record.mutable_assignment_acknowledged()->set_assignment_id(assignment);
  } else if (signs || dice_->chance(5)) {
    record.mutable_assignment_declined()->set_unit_id(unit.card.id);
    record.mutable_assignment_declined()->set_assignment_id(assignment);
    record.mutable_assignment_declined()->set_reason(v1::DECLINE_REASON_BUSY);
  } else if (unit.status == v1::UNIT_SECONDARY_STATUS_ACKNOWLEDGED_TRANSMISSION && dice_->chance(80)) {
    say(v1::UNIT_SECONDARY_STATUS_EN_ROUTE);
  } else if (unit.status != v1::UNIT_SECONDARY_STATUS_ON_SCENE ? dice_->chance(90) : dice_->chance(20)) {
    say(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  } else {
    record.mutable_feedback_given()->set_unit_id(unit.card.id);
    record.mutable_feedback_given()->set_assignment_id(assignment);
    record.mutable_feedback_given()->set_disposition(v1::DISPOSITION_HANDLED);
  }
}

void Cases::duty(v1::LogRecord& record) {
  const Unit& unit = any_unit();
  const bool off_duty = unit.status == v1::UNIT_SECONDARY_STATUS_OFF_DUTY;
  const std::uint32_t dice = dice_->roll(10);
  if (off_duty || dice < 4) {
    v1::UnitSignedOn& sign_on = *record.mutable_unit_signed_on();
    sign_on.set_unit_id(unit.card.id);
    sign_on.set_device_id("device");
    sign_on.set_last_order_seen(dice_->chance(50) ? unit.last_order : 0);
    if (dice_->chance(30)) {
      sign_on.mutable_crew()->set_own_capabilities(true);
      sign_on.mutable_crew()->set_capabilities(dice_->roll(16));
    }
  } else if (dice < 5) {
    record.mutable_unit_signed_off()->set_unit_id(unit.card.id);
  } else if (dice < 7) {
    record.mutable_unit_disconnected()->set_unit_id(unit.card.id);
    record.mutable_unit_disconnected()->set_device_id("device");
  } else {
    const bool out = unit.status == v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE;
    record.mutable_unit_status_reported()->set_unit_id(unit.card.id);
    record.mutable_unit_status_reported()->set_status(
        out || dice_->chance(40) ? v1::UNIT_SECONDARY_STATUS_ON_DUTY : v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE);
  }
}

v1::OperatorCommand& Cases::new_command(v1::LogRecord& record) {
  v1::OperatorCommand& command = *record.mutable_operator_command();
  command.set_command_id("c" + std::to_string(++commands_));
  command.set_operator_id("dispatcher");
  return command;
}

void Cases::command(v1::LogRecord& record) {
  v1::OperatorCommand& command = new_command(record);
  const Incident* incident = any_open();
  const std::uint64_t id = incident == nullptr ? 1 : incident->id;
  const std::uint64_t unit = any_unit().card.id;
  std::size_t open = 0;
  for (const auto& [other, about] : twin_->incidents()) open += about.over ? 0 : 1;
  if (open > kManyOpen && dice_->chance(60)) {
    command.mutable_close()->set_incident_id(id);
    command.mutable_close()->set_disposition(v1::DISPOSITION_VOID);
    return;
  }
  switch (dice_->roll(11)) {
    case 0:
      command.mutable_cancel()->set_incident_id(id);
      break;
    case 1:
      command.mutable_release()->set_unit_id(unit);
      break;
    case 2:
      command.mutable_unit_service()->set_unit_id(unit);
      command.mutable_unit_service()->set_in_service(dice_->chance(75));
      break;
    case 3:
      command.mutable_change_severity()->set_incident_id(id);
      command.mutable_change_severity()->set_severity(static_cast<v1::Severity>(1 + dice_->roll(v1::Severity_MAX)));
      break;
    case 4:
    case 5:
      command.mutable_reinforce()->set_incident_id(id);
      break;
    case 6:
      command.mutable_stand_down()->set_incident_id(id);
      if (dice_->chance(60) && incident != nullptr && !incident->works.empty()) {
        command.mutable_stand_down()->set_unit_id(twin_->units()[incident->works[0].unit].card.id);
      }
      break;
    case 7:
      command.mutable_hold()->set_incident_id(id);
      command.mutable_hold()->set_hold(
          dice_->chance(60) ? v1::HoldIncident::HOLD_NONE
                            : static_cast<v1::HoldIncident::Hold>(1 + dice_->roll(v1::HoldIncident::Hold_MAX)));
      break;
    case 8:
      command.mutable_exclude()->set_incident_id(id);
      command.mutable_exclude()->set_unit_id(unit);
      command.mutable_exclude()->set_excluded(dice_->chance(60));
      break;
    default:
      command.mutable_assign()->set_incident_id(id);
      command.mutable_assign()->set_unit_id(unit);
      command.mutable_assign()->set_force(dice_->chance(50));
      break;
  }
}

}  // namespace dispatch135::core::twin
