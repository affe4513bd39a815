#include "services/intake/event_check.h"

#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "services/intake/event_parse.h"
#include "services/intake/field_checks.h"

namespace dispatch135::intake {
namespace {

using common::Checked;
using common::Refused;

Checked<v1::LogRecord> finish(const FieldChecks& checks, v1::LogRecord record) {
  if (!checks.ok()) return checks.refused();
  return record;
}

Checked<v1::LogRecord> check_report(const v1::IncidentReport& report, const Regions& regions, TimeMs now) {
  FieldChecks checks("report.", regions, now);
  checks.name(report.source(), report.event_id());
  checks.known("category", report.category());
  const bool is_alarm = report.alarm_point_id() != 0;
  checks.known("severity", report.severity(), is_alarm);
  checks.known("place_class", report.place_class(), true);
  checks.optional_text("address", report.address(), limits::kAddressBytes);
  checks.optional_text("description", report.description(), limits::kDescriptionBytes);
  checks.optional_text("caller_reference", report.caller_reference(), limits::kCallerReferenceBytes);
  if (report.reported_at_ms() != 0) checks.near_now("reported_at_ms", report.reported_at_ms());

  v1::LogRecord record;
  v1::IncidentReported* body = record.mutable_incident_reported();
  body->set_required_capabilities(checks.bits("required_capabilities", report.required_capabilities(),
                                              limits::kRequiredCapabilities, v1::Capability_IsValid));
  body->set_required_unit_kinds(checks.bits("required_unit_kinds", report.required_unit_kinds(),
                                            limits::kRequiredUnitKinds, v1::UnitKind_IsValid));
  if (!report.has_location()) {
    if (!is_alarm) checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "location", "is missing");
    checks.region(report.region());
    record.set_region(report.region());
  }
  if (!checks.ok()) return checks.refused();
  if (!report.has_location()) {
    // The core knows where the alarm point is.
  } else if (const auto point = checks.point("location", report.location())) {
    set(*body->mutable_position(), *point);
    if (const auto where = checks.whereabouts("location", *point)) {
      record.set_region(where->region.value());
      body->set_district(where->district.value());
    }
  }
  body->set_source(report.source());
  body->set_event_id(report.event_id());
  body->set_category(report.category());
  body->set_severity(report.severity());
  body->set_place_class(report.place_class());
  body->set_address(report.address());
  body->set_description(report.description());
  body->set_reported_at_ms(report.reported_at_ms());
  body->set_caller_reference(report.caller_reference());
  body->set_alarm_point_id(report.alarm_point_id());
  return finish(checks, std::move(record));
}

Checked<v1::LogRecord> check_update(const v1::IncidentUpdate& update, const Regions& regions, TimeMs now) {
  FieldChecks checks("update.", regions, now);
  checks.name(update.source(), update.event_id());
  checks.region(update.region());
  checks.known("severity", update.severity(), true);
  checks.optional_text("address", update.address(), limits::kAddressBytes);
  checks.optional_text("description", update.description(), limits::kDescriptionBytes);
  if (!checks.ok()) return checks.refused();

  v1::LogRecord record;
  record.set_region(update.region());
  v1::IncidentUpdated* body = record.mutable_incident_updated();
  if (update.has_location()) {
    if (const auto point = checks.point("location", update.location())) {
      set(*body->mutable_position(), *point);
      if (const auto where = checks.whereabouts("location", *point)) {
        if (where->region != RegionId(update.region())) {
          checks.refuse(v1::REJECT_CODE_OUTSIDE_REGIONS, "location",
                        "lies in region " + std::to_string(where->region.value()) + ", not in " +
                            std::to_string(update.region()) + "; cancel the event and report it anew there");
        }
        body->set_district(where->district.value());
      }
    }
  }
  body->set_source(update.source());
  body->set_event_id(update.event_id());
  body->set_severity(update.severity());
  body->set_address(update.address());
  body->set_description(update.description());
  return finish(checks, std::move(record));
}

Checked<v1::LogRecord> check_cancel(const v1::IncidentCancel& cancel, const Regions& regions, TimeMs now) {
  FieldChecks checks("cancel.", regions, now);
  checks.name(cancel.source(), cancel.event_id());
  checks.region(cancel.region());
  checks.optional_text("reason", cancel.reason(), limits::kReasonBytes);
  v1::LogRecord record;
  record.set_region(cancel.region());
  v1::IncidentCancelled* body = record.mutable_incident_cancelled();
  body->set_source(cancel.source());
  body->set_event_id(cancel.event_id());
  body->set_reason(cancel.reason());
  return finish(checks, std::move(record));
}

}  // namespace

Checked<v1::LogRecord> check_incident_event(const v1::IncidentEvent& event, const Regions& regions, TimeMs now) {
  switch (event.event_case()) {
    case v1::IncidentEvent::kReport:
      return check_report(event.report(), regions, now);
    case v1::IncidentEvent::kUpdate:
      return check_update(event.update(), regions, now);
    case v1::IncidentEvent::kCancel:
      return check_cancel(event.cancel(), regions, now);
    case v1::IncidentEvent::EVENT_NOT_SET:
      break;
  }
  return Refused{v1::REJECT_CODE_MISSING_FIELD, "event is missing: give a report, an update or a cancel"};
}

Checked<v1::LogRecord> check_source_event(log::Topic topic, std::string_view bytes, const Regions& regions,
                                          TimeMs now) {
  if (topic == log::Topic::kIncidents) {
    const Checked<v1::IncidentEvent> event = parse_incident_event(bytes);
    if (!event) return event.refused();
    return check_incident_event(event.value(), regions, now);
  }
  D135_CHECK(topic == log::Topic::kAlerts, "source events come from incidents and alerts");
  const Checked<v1::AlertReport> alert = parse_alert_report(bytes);
  if (!alert) return alert.refused();
  return check_alert_report(alert.value(), regions, now);
}

}  // namespace dispatch135::intake
