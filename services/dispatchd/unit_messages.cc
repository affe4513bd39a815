#include "services/dispatchd/unit_messages.h"

#include <cstdlib>
#include <string>

#include "engine/base/limits.h"
#include "engine/core/roster.h"
#include "services/common/datum.h"

namespace dispatch135::dispatchd {
namespace {

using common::Checked;
using common::Refused;

Refused missing(const char* field) {
  return {v1::REJECT_CODE_MISSING_FIELD, std::string(field) + " is missing; it is required"};
}

Checked<v1::LogRecord> position(const v1::PositionReport& report, std::uint64_t last_order_seen, v1::LogRecord record,
                                UnitId unit, TimeMs log_time) {
  if (!report.has_location()) return missing("position.location");
  const auto place = common::to_wgs84(report.location());
  if (!place) return Refused{place.refused().code, "position.location: " + place.refused().reason};
  // Compared so that no time that a device may send overflows.
  if (report.measured_at_ms() <= 0 || report.measured_at_ms() > log_time.since_epoch + limits::kSourceTimeOffMs ||
      report.measured_at_ms() < log_time.since_epoch - limits::kSourceTimeOffMs) {
    return Refused{v1::REJECT_CODE_TIME_FAR_OFF, "position.measured_at_ms is " +
                                                     std::to_string(report.measured_at_ms()) +
                                                     ", more than 24 h from the server's time; set the device's clock"};
  }
  auto* body = record.mutable_unit_position_reported();
  body->set_unit_id(unit.value());
  body->mutable_position()->set_latitude_e7(place.value().latitude_e7);
  body->mutable_position()->set_longitude_e7(place.value().longitude_e7);
  body->set_measured_at_ms(report.measured_at_ms());
  body->set_last_order_seen(last_order_seen);
  return record;
}

Checked<v1::LogRecord> status(const v1::StatusReport& report, v1::LogRecord record, UnitId unit) {
  switch (report.status()) {
    case v1::UNIT_SECONDARY_STATUS_EN_ROUTE:
    case v1::UNIT_SECONDARY_STATUS_ON_SCENE:
      if (report.assignment_id() == 0) return missing("status.assignment_id");
      break;
    case v1::UNIT_SECONDARY_STATUS_ON_DUTY:
    case v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE:
      break;
    case v1::UNIT_SECONDARY_STATUS_UNSPECIFIED:
      return missing("status.status");
    default:
      return Refused{
          v1::REJECT_CODE_UNKNOWN_VALUE,
          "status.status is " + std::to_string(report.status()) +
              "; a unit reports EN_ROUTE, ON_SCENE, ON_DUTY or OUT_OF_SERVICE, the rest follows from its orders"};
  }
  if (report.free_in_ms() < 0 || report.free_in_ms() > limits::kPolicyTimeMs) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE, "status.free_in_ms is " + std::to_string(report.free_in_ms()) +
                                                     "; 0 to 86,400,000 (24 h) are taken"};
  }
  auto* body = record.mutable_unit_status_reported();
  body->set_free_in_ms(report.free_in_ms());
  body->set_unit_id(unit.value());
  body->set_status(report.status());
  body->set_assignment_id(report.assignment_id());
  return record;
}

Checked<v1::LogRecord> feedback(const v1::Feedback& feedback, v1::LogRecord record, UnitId unit) {
  if (feedback.assignment_id() == 0) return missing("feedback.assignment_id");
  if (feedback.disposition() == v1::DISPOSITION_UNSPECIFIED) return missing("feedback.disposition");
  if (!v1::Disposition_IsValid(feedback.disposition())) {
    return Refused{v1::REJECT_CODE_UNKNOWN_VALUE, "feedback.disposition is " + std::to_string(feedback.disposition()) +
                                                      ", which this version does not know"};
  }
  if (feedback.note().size() > limits::kDescriptionBytes) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE, "feedback.note has " + std::to_string(feedback.note().size()) +
                                                     " bytes; at most " + std::to_string(limits::kDescriptionBytes) +
                                                     " are taken"};
  }
  auto* body = record.mutable_feedback_given();
  body->set_unit_id(unit.value());
  body->set_assignment_id(feedback.assignment_id());
  body->set_disposition(feedback.disposition());
  body->set_note(feedback.note());
  return record;
}

Checked<v1::LogRecord> decline(const v1::Decline& decline, v1::LogRecord record, UnitId unit) {
  if (decline.assignment_id() == 0) return missing("decline.assignment_id");
  if (decline.reason() == v1::DECLINE_REASON_UNSPECIFIED) return missing("decline.reason");
  if (!v1::DeclineReason_IsValid(decline.reason())) {
    return Refused{v1::REJECT_CODE_UNKNOWN_VALUE,
                   "decline.reason is " + std::to_string(decline.reason()) + ", which this version does not know"};
  }
  auto* body = record.mutable_assignment_declined();
  body->set_unit_id(unit.value());
  body->set_assignment_id(decline.assignment_id());
  body->set_reason(decline.reason());
  return record;
}

Checked<v1::LogRecord> check_answer(const v1::CheckAnswer& answer, v1::LogRecord record, UnitId unit) {
  if (answer.reply() == v1::CHECK_REPLY_UNSPECIFIED) return missing("check_answer.reply");
  if (!v1::CheckReply_IsValid(answer.reply())) {
    return Refused{v1::REJECT_CODE_UNKNOWN_VALUE,
                   "check_answer.reply is " + std::to_string(answer.reply()) + ", which this version does not know"};
  }
  if (answer.check_id() == 0 && answer.reply() != v1::CHECK_REPLY_NEED_HELP) return missing("check_answer.check_id");
  auto* body = record.mutable_unit_check_answered();
  body->set_unit_id(unit.value());
  body->set_check_id(answer.check_id());
  body->set_reply(answer.reply());
  return record;
}

Checked<v1::LogRecord> matter_report(const v1::MatterReport& report, v1::LogRecord record, UnitId unit) {
  if (report.matter_id() == 0) return missing("matter_report.matter_id");
  if (report.step() == v1::MatterReport::STEP_UNSPECIFIED) return missing("matter_report.step");
  if (!v1::MatterReport::Step_IsValid(report.step())) {
    return Refused{v1::REJECT_CODE_UNKNOWN_VALUE,
                   "matter_report.step is " + std::to_string(report.step()) + ", which this version does not know"};
  }
  if (report.step() == v1::MatterReport::STEP_HANDLED && report.disposition() == v1::DISPOSITION_UNSPECIFIED) {
    return missing("matter_report.disposition");
  }
  if (!v1::Disposition_IsValid(report.disposition())) {
    return Refused{
        v1::REJECT_CODE_UNKNOWN_VALUE,
        "matter_report.disposition is " + std::to_string(report.disposition()) + ", which this version does not know"};
  }
  if (report.note().size() > limits::kReasonBytes) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE, "matter_report.note has " + std::to_string(report.note().size()) +
                                                     " bytes; at most " + std::to_string(limits::kReasonBytes) +
                                                     " are taken"};
  }
  record.mutable_matter_reported()->set_unit_id(unit.value());
  *record.mutable_matter_reported()->mutable_report() = report;
  return record;
}

Checked<v1::LogRecord> sighting(const v1::SightingReport& report, v1::LogRecord record, UnitId unit) {
  if (!report.has_location()) return missing("sighting.location");
  const auto place = common::to_wgs84(report.location());
  if (!place) return Refused{place.refused().code, "sighting.location: " + place.refused().reason};
  v1::SightingReported& body = *record.mutable_sighting_reported();
  body.set_unit_id(unit.value());
  body.set_incident_id(report.incident_id());
  body.mutable_position()->set_latitude_e7(place.value().latitude_e7);
  body.mutable_position()->set_longitude_e7(place.value().longitude_e7);
  body.set_seen_at_ms(report.seen_at_ms());
  return record;
}

}  // namespace

Checked<v1::LogRecord> sign_on_record(const v1::UnitMessage& message) {
  const v1::SignOn& sign_on = message.sign_on();
  if (sign_on.unit_id() == 0) return missing("sign_on.unit_id");
  if (sign_on.region() == 0) return missing("sign_on.region");
  if (sign_on.device_id().empty()) return missing("sign_on.device_id");
  if (sign_on.device_id().size() > limits::kDeviceIdBytes) {
    return Refused{v1::REJECT_CODE_OUT_OF_RANGE, "sign_on.device_id has " + std::to_string(sign_on.device_id().size()) +
                                                     " bytes; at most " + std::to_string(limits::kDeviceIdBytes) +
                                                     " are taken"};
  }
  if (const core::Outcome wrong = core::malformed(sign_on.crew())) {
    return Refused{wrong->code, "sign_on." + wrong->reason};
  }
  v1::LogRecord record;
  record.set_region(sign_on.region());
  auto* body = record.mutable_unit_signed_on();
  body->set_unit_id(sign_on.unit_id());
  body->set_device_id(sign_on.device_id());
  body->set_last_order_seen(message.last_order_seen());
  if (sign_on.has_crew()) *body->mutable_crew() = sign_on.crew();
  return record;
}

Checked<v1::LogRecord> unit_record(const v1::UnitMessage& message, RegionId region, UnitId unit, TimeMs log_time) {
  v1::LogRecord record;
  record.set_region(region.value());
  switch (message.message_case()) {
    case v1::UnitMessage::kSignOff:
      record.mutable_unit_signed_off()->set_unit_id(unit.value());
      return record;
    case v1::UnitMessage::kPosition:
      return position(message.position(), message.last_order_seen(), std::move(record), unit, log_time);
    case v1::UnitMessage::kStatus:
      return status(message.status(), std::move(record), unit);
    case v1::UnitMessage::kAcknowledge:
      if (message.acknowledge().assignment_id() == 0) return missing("acknowledge.assignment_id");
      record.mutable_assignment_acknowledged()->set_unit_id(unit.value());
      record.mutable_assignment_acknowledged()->set_assignment_id(message.acknowledge().assignment_id());
      return record;
    case v1::UnitMessage::kDecline:
      return decline(message.decline(), std::move(record), unit);
    case v1::UnitMessage::kFeedback:
      return feedback(message.feedback(), std::move(record), unit);
    case v1::UnitMessage::kCheckAnswer:
      return check_answer(message.check_answer(), std::move(record), unit);
    case v1::UnitMessage::kMatterReport:
      return matter_report(message.matter_report(), std::move(record), unit);
    case v1::UnitMessage::kSighting:
      return sighting(message.sighting(), std::move(record), unit);
    case v1::UnitMessage::kHeartbeat:
      record.mutable_unit_position_reported()->set_unit_id(unit.value());
      record.mutable_unit_position_reported()->set_last_order_seen(message.last_order_seen());
      return record;
    case v1::UnitMessage::kAreaReceipt:
      if (message.area_receipt().area_order_id() == 0) return missing("area_receipt.area_order_id");
      record.mutable_area_order_receipt()->set_unit_id(unit.value());
      record.mutable_area_order_receipt()->set_area_order_id(message.area_receipt().area_order_id());
      return record;
    case v1::UnitMessage::kSignOn:
      return Refused{v1::REJECT_CODE_ALREADY_SIGNED_ON, "this stream is signed on; open another to sign on again"};
    case v1::UnitMessage::MESSAGE_NOT_SET:
      break;
  }
  return missing("message");
}

}  // namespace dispatch135::dispatchd
