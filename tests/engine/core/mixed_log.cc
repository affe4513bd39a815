#include "tests/engine/core/mixed_log.h"

#include <algorithm>
#include <utility>

namespace dispatch135::core::testing {

MixedLog::MixedLog(const city::City& city, std::uint32_t region, std::uint64_t seed, Mix mix)
    : city_(&city), region_(region), random_(seed), mix_(mix) {
  const auto junctions = city.roads().junctions;
  for (std::size_t i = 0; i < city.unit_count(); ++i) beats_.push_back(junctions[random_.below(junctions.size())]);
}

std::vector<v1::LogRecord> MixedLog::opening(const v1::Policy& policy) const {
  std::vector<v1::LogRecord> records;
  const auto add = [&]() -> v1::LogRecord& {
    v1::LogRecord& record = records.emplace_back();
    record.set_region(region_);
    return record;
  };
  add().mutable_city_activated()->set_fingerprint(city_->fingerprint().value());
  *add().mutable_policy_activated()->mutable_policy() = policy;
  records.emplace_back().mutable_leader_started()->set_node("a");
  for (std::uint32_t i = 0; i < city_->unit_count(); ++i) {
    v1::UnitSignedOn& sign_on = *add().mutable_unit_signed_on();
    sign_on.set_unit_id(city_->unit(UnitIndex(i)).id.value());
    sign_on.set_device_id("device");
  }
  return records;
}

std::uint64_t MixedLog::any_unit() {
  return city_->unit(UnitIndex(static_cast<std::uint32_t>(random_.below(city_->unit_count())))).id.value();
}

void MixedLog::fill_somewhere(v1::Position& position) {
  const auto junctions = city_->roads().junctions;
  const geo::Point near = junctions[random_.below(junctions.size())];
  position.set_latitude_e7(near.latitude_e7 + static_cast<std::int32_t>(random_.below(2'000)) - 1'000);
  position.set_longitude_e7(near.longitude_e7 + static_cast<std::int32_t>(random_.below(2'000)) - 1'000);
}

// Within about 150 m of the middle of its beat.
void MixedLog::fill_on_beat(UnitIndex unit, v1::Position& position) {
  const geo::Point middle = beats_[unit.value()];
  position.set_latitude_e7(middle.latitude_e7 + static_cast<std::int32_t>(random_.below(26'000)) - 13'000);
  position.set_longitude_e7(middle.longitude_e7 + static_cast<std::int32_t>(random_.below(30'000)) - 15'000);
}

v1::LogRecord MixedLog::next() {
  v1::LogRecord record;
  record.set_region(region_);
  if (random_.below(1'000) < mix_.positions_of_1000) {
    v1::UnitPositionReported& report = *record.mutable_unit_position_reported();
    const UnitIndex unit(static_cast<std::uint32_t>(random_.below(city_->unit_count())));
    report.set_unit_id(city_->unit(unit).id.value());
    fill_on_beat(unit, *report.mutable_position());
    // Some come late and are older than what is known.
    device_clock_ms_ += 5;
    report.set_measured_at_ms(random_.below(50) == 0 ? device_clock_ms_ / 2 : device_clock_ms_);
    if (mix_.orders_read) report.set_last_order_seen(last_order_[report.unit_id()]);
    return record;
  }
  std::uint64_t dice = random_.below(100);
  const auto falls_to = [&](std::uint32_t share) {
    if (dice < share) return true;
    dice -= share;
    return false;
  };
  if (falls_to(mix_.calls_of_100)) {
    fill_report(record);
  } else if (falls_to(mix_.duty_of_100)) {
    fill_duty(record);
  } else if (falls_to(mix_.commands_of_100)) {
    fill_command(record);
  } else if (falls_to(1)) {
    fill_alert(record);
  } else if (falls_to(2)) {
    record.mutable_tick();
  } else {
    fill_work(record);
  }
  return record;
}

void MixedLog::fill_report(v1::LogRecord& record) {
  v1::SourceOffset& source = *record.mutable_source();
  source.set_topic(v1::SourceOffset::TOPIC_INCIDENTS);
  source.set_partition(static_cast<std::int32_t>(random_.below(3)));
  // Now and then an old offset comes again.
  source.set_offset(random_.below(20) == 0 ? source_offset_ / 2 : ++source_offset_);
  const std::uint64_t dice = random_.below(20);
  const auto earlier_event = [&] {
    return "e" + std::to_string(events_ - random_.below(std::min<std::uint64_t>(events_, 50) + 1));
  };
  if (dice == 0) {
    record.mutable_incident_cancelled()->set_source("110");
    record.mutable_incident_cancelled()->set_event_id(earlier_event());
    return;
  }
  if (dice == 1) {
    v1::IncidentUpdated& update = *record.mutable_incident_updated();
    update.set_source("110");
    update.set_event_id(earlier_event());
    if (random_.below(2) == 0) fill_somewhere(*update.mutable_position());
    if (random_.below(2) == 0) update.set_severity(static_cast<v1::Severity>(1 + random_.below(4)));
    return;
  }
  v1::IncidentReported& report = *record.mutable_incident_reported();
  report.set_source("110");
  report.set_event_id(dice == 2 ? earlier_event() : "e" + std::to_string(++events_));
  report.set_category(static_cast<v1::Category>(1 + random_.below(10)));
  report.set_severity(static_cast<v1::Severity>(1 + random_.below(4)));
  report.set_place_class(static_cast<v1::PlaceClass>(random_.below(12)));
  if (dice != 3) fill_somewhere(*report.mutable_position());
  if (random_.below(8) == 0) report.set_required_capabilities(1U << random_.below(8));
}

void MixedLog::fill_work(v1::LogRecord& record) {
  if (work_.empty()) {
    record.mutable_unit_position_reported()->set_unit_id(any_unit());  // A heartbeat.
    return;
  }
  auto chosen = work_.lower_bound(any_unit());
  if (chosen == work_.end()) chosen = work_.begin();
  auto& [unit, work] = *chosen;
  // Some reports are not what comes next: refused or ignored.
  const int step = random_.below(25) == 0 ? static_cast<int>(random_.below(4)) : work.step;
  const std::uint64_t assignment = random_.below(50) == 0 ? work.assignment + 1 : work.assignment;
  if (step == 0 && random_.below(15) == 0) {
    record.mutable_assignment_declined()->set_unit_id(unit);
    record.mutable_assignment_declined()->set_assignment_id(assignment);
    record.mutable_assignment_declined()->set_reason(v1::DECLINE_REASON_BUSY);
    return;
  }
  switch (step) {
    case 0:
      record.mutable_assignment_acknowledged()->set_unit_id(unit);
      record.mutable_assignment_acknowledged()->set_assignment_id(assignment);
      break;
    case 1:
    case 2: {
      v1::UnitStatusReported& report = *record.mutable_unit_status_reported();
      report.set_unit_id(unit);
      report.set_assignment_id(assignment);
      report.set_status(step == 1 ? v1::UNIT_SECONDARY_STATUS_EN_ROUTE : v1::UNIT_SECONDARY_STATUS_ON_SCENE);
      break;
    }
    default: {
      v1::FeedbackGiven& feedback = *record.mutable_feedback_given();
      feedback.set_unit_id(unit);
      feedback.set_assignment_id(assignment);
      feedback.set_disposition(v1::DISPOSITION_HANDLED);
      break;
    }
  }
  if (step == work.step) ++work.step;
}

void MixedLog::fill_duty(v1::LogRecord& record) {
  const std::uint64_t unit = random_.below(30) == 0 ? 7 : any_unit();  // 7 is nobody.
  switch (random_.below(4)) {
    case 0:
      record.mutable_unit_signed_off()->set_unit_id(unit);
      break;
    case 1:
      record.mutable_unit_disconnected()->set_unit_id(unit);
      record.mutable_unit_disconnected()->set_device_id("device");
      break;
    default:
      record.mutable_unit_signed_on()->set_unit_id(unit);
      record.mutable_unit_signed_on()->set_device_id(random_.below(10) == 0 ? "other" : "device");
      break;
  }
}

void MixedLog::fill_command(v1::LogRecord& record) {
  v1::OperatorCommand& command = *record.mutable_operator_command();
  command.set_command_id("c" + std::to_string(random_.below(10) == 0 ? commands_ : ++commands_));
  command.set_operator_id("dispatcher");
  const std::uint64_t incident = open_incidents_.empty() ? 1 : open_incidents_[random_.below(open_incidents_.size())];
  switch (random_.below(mix_.streets ? 9 : 7)) {
    case 7:
      fill_streets(*command.mutable_change_streets());
      break;
    case 8:
      command.mutable_restore_streets()->set_change_id(
          street_changes_.empty() ? 1 : street_changes_[random_.below(street_changes_.size())]);
      break;
    case 0:
      command.mutable_assign()->set_incident_id(incident);
      command.mutable_assign()->set_unit_id(any_unit());
      break;
    case 1:
      command.mutable_release()->set_unit_id(any_unit());
      break;
    case 2:
      command.mutable_cancel()->set_incident_id(incident);
      break;
    case 3:
      command.mutable_close()->set_incident_id(incident);
      command.mutable_close()->set_disposition(v1::DISPOSITION_VOID);
      break;
    case 4:
      command.mutable_change_severity()->set_incident_id(incident);
      command.mutable_change_severity()->set_severity(static_cast<v1::Severity>(1 + random_.below(4)));
      break;
    case 5:
      command.mutable_unit_service()->set_unit_id(any_unit());
      command.mutable_unit_service()->set_in_service(random_.below(3) != 0);
      break;
    default:
      command.mutable_post_service()->set_post_id(
          city_->post(PostIndex(static_cast<std::uint32_t>(random_.below(city_->post_count())))).id.value());
      command.mutable_post_service()->set_in_service(random_.below(3) != 0);
      break;
  }
}

// Most are slower streets: with many closed ones little could be reached.
void MixedLog::fill_streets(v1::ChangeStreets& change) {
  switch (random_.below(6)) {
    case 0: {
      v1::Position corner;
      fill_somewhere(corner);
      for (const auto& [north, east] : {std::pair{0, 0}, {9'000, 0}, {9'000, 11'000}, {0, 11'000}}) {
        v1::Position& next = *change.mutable_area()->add_corners();
        next.set_latitude_e7(corner.latitude_e7() + north);
        next.set_longitude_e7(corner.longitude_e7() + east);
      }
      break;
    }
    case 1:
      fill_somewhere(*change.mutable_street()->mutable_near());
      break;
    case 2:
      change.mutable_edges()->set_fingerprint(city_->fingerprint().value());
      for (int i = 0; i < 20; ++i) {
        change.mutable_edges()->add_forward(static_cast<std::uint32_t>(random_.below(city_->roads().edges.size() + 1)));
      }
      break;
    case 3:
      change.mutable_whole_city();
      break;
    default:
      fill_somewhere(*change.mutable_piece()->mutable_at());
      break;
  }
  if (random_.below(3) == 0 && !change.has_whole_city()) {
    change.set_closed(true);
  } else {
    change.set_speed_permille(static_cast<std::uint32_t>(random_.below(1'500)));
  }
  if (random_.below(3) == 0) change.add_travel_kinds(static_cast<v1::TravelKind>(1 + random_.below(3)));
  if (random_.below(4) == 0) {
    v1::DailyWindow& window = *change.add_windows();
    window.set_begin_min(static_cast<std::uint32_t>(random_.below(1'440)));
    window.set_end_min(static_cast<std::uint32_t>(random_.below(1'440)));
    change.set_utc_offset_min(480);
  } else if (random_.below(2) == 0) {
    // The log's first hour: some are over already, some begin later.
    const auto from_ms = 1'700'000'000'000 + static_cast<std::int64_t>(random_.below(3'600'000));
    change.set_from_ms(from_ms);
    change.set_until_ms(from_ms + 1 + static_cast<std::int64_t>(random_.below(1'200'000)));
  }
}

void MixedLog::fill_alert(v1::LogRecord& record) {
  v1::AlertReported& reported = *record.mutable_alert_reported();
  v1::AlertReport& alert = *reported.mutable_alert();
  alert.set_sender("weather");
  alert.set_msg_type(static_cast<v1::AlertReport::MsgType>(1 + random_.below(3)));
  if (alert.msg_type() != v1::AlertReport::MSG_TYPE_ALERT) alert.add_references("a" + std::to_string(alerts_));
  alert.set_identifier("a" + std::to_string(++alerts_));
  alert.mutable_info()->set_category(v1::CATEGORY_DISASTER);
  alert.mutable_info()->set_urgency(static_cast<v1::AlertInfo::Urgency>(1 + random_.below(2)));
  alert.mutable_info()->set_severity(static_cast<v1::AlertInfo::AlertSeverity>(1 + random_.below(4)));
  fill_somewhere(*reported.mutable_centre());
}

void MixedLog::gave(std::uint64_t unit, std::uint64_t order_sequence) {
  last_order_[unit] = std::max(last_order_[unit], order_sequence);
}

void MixedLog::saw(const v1::Decision& decision) {
  if (decision.has_unit_assigned()) {
    const v1::Assignment& assignment = decision.unit_assigned().assignment();
    work_[assignment.unit_id()] = {.assignment = assignment.assignment_id(), .step = 0};
    gave(assignment.unit_id(), decision.unit_assigned().order_sequence());
  } else if (decision.has_assignment_ended()) {
    const std::uint64_t unit = decision.assignment_ended().assignment().unit_id();
    work_.erase(unit);
    gave(unit, decision.assignment_ended().order_sequence());
  } else if (decision.has_streets_changed()) {
    const std::uint64_t id = decision.streets_changed().change().change_id();
    if (decision.streets_changed().what() == v1::StreetsChanged::WHAT_MADE) street_changes_.push_back(id);
    if (decision.streets_changed().what() == v1::StreetsChanged::WHAT_ENDED) std::erase(street_changes_, id);
  } else if (decision.has_incident_opened()) {
    open_incidents_.push_back(decision.incident_opened().incident().incident_id());
    if (open_incidents_.size() > 200) open_incidents_.erase(open_incidents_.begin());
  }
}

}  // namespace dispatch135::core::testing
