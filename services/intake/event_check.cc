#include "services/intake/event_check.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "services/common/datum.h"
#include "services/intake/event_parse.h"

namespace dispatch135::intake {
namespace {

using common::Checked;
using common::Refused;

std::string degrees(geo::Point point) {
  char text[64];
  std::snprintf(text, sizeof text, "%.5f, %.5f", point.latitude_e7 / 1e7, point.longitude_e7 / 1e7);
  return text;
}

// Checks one event field by field; what is wrong first is kept, and everything after it is skipped.
class FieldChecks {
 public:
  FieldChecks(std::string path, const Regions& regions, TimeMs now)
      : path_(std::move(path)), regions_(regions), now_(now) {}

  bool ok() const { return !refused_; }
  const Refused& refused() const { return *refused_; }
  void refuse(v1::RejectCode code, const std::string& field, const std::string& what) {
    if (!refused_) refused_ = Refused{code, path_ + field + " " + what};
  }

  // 1 to `limit` bytes.
  void text(const std::string& field, const std::string& value, std::size_t limit) {
    if (value.empty()) refuse(v1::REJECT_CODE_MISSING_FIELD, field, "is missing");
    optional_text(field, value, limit);
  }
  void optional_text(const std::string& field, const std::string& value, std::size_t limit) {
    if (value.size() > limit) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, field,
             "has " + std::to_string(value.size()) + " bytes; at most " + std::to_string(limit) + " are taken");
    }
  }
  void name(const std::string& source, const std::string& event_id) {
    text("source", source, limits::kSourceBytes);
    const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    };
    if (!std::all_of(source.begin(), source.end(), plain)) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, "source", "may hold only A-Z a-z 0-9 . _ -");
    }
    text("event_id", event_id, limits::kEventIdBytes);
    if (!std::all_of(event_id.begin(), event_id.end(), [](char c) { return c >= 0x20 && c <= 0x7e; })) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, "event_id", "may hold only printable ASCII");
    }
  }
  // A value that this version knows; 0 only if it is optional.
  template <typename Enum>
  void known(const std::string& field, Enum value, bool optional = false) {
    const google::protobuf::EnumDescriptor* type = google::protobuf::GetEnumDescriptor<Enum>();
    if (value == 0 && !optional) refuse(v1::REJECT_CODE_MISSING_FIELD, field, "is missing");
    if (type->FindValueByNumber(value) == nullptr) {
      refuse(v1::REJECT_CODE_UNKNOWN_VALUE, field, "has the value " + std::to_string(value) + ", which is not known");
    }
  }
  // Bit v-1 for each value v of the list.
  template <typename List>
  std::uint32_t bits(const std::string& field, const List& list, std::size_t limit, bool (*is_valid)(int)) {
    if (static_cast<std::size_t>(list.size()) > limit) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, field,
             "has " + std::to_string(list.size()) + " entries; at most " + std::to_string(limit) + " are taken");
    }
    std::uint32_t out = 0;
    for (const int value : list) {
      if (value <= 0 || value > 32 || !is_valid(value)) {
        refuse(v1::REJECT_CODE_UNKNOWN_VALUE, field,
               "holds the value " + std::to_string(value) + ", which is not known");
      } else {
        out |= 1U << (value - 1);
      }
    }
    return out;
  }
  void near_now(const std::string& field, std::int64_t ms) {
    if (ms < now_.since_epoch - limits::kSourceTimeOffMs || ms > now_.since_epoch + limits::kSourceTimeOffMs) {
      refuse(v1::REJECT_CODE_TIME_FAR_OFF, field,
             "is " + std::to_string(ms) + ", more than 24 h from " + std::to_string(now_.since_epoch) +
                 "; give milliseconds since 1970 UTC");
    }
  }
  void region(std::uint32_t region) {
    if (region == 0) refuse(v1::REJECT_CODE_MISSING_FIELD, "region", "is missing");
    if (!regions_.known(RegionId(region))) {
      refuse(
          v1::REJECT_CODE_UNKNOWN_REGION, "region",
          std::to_string(region) + " is in none of the city files; give the GB/T 2260 code of a city that is served");
    }
  }
  std::optional<geo::Point> point(const std::string& field, const v1::Location& location) {
    const Checked<geo::Point> converted = common::to_wgs84(location);
    if (converted) return converted.value();
    if (!refused_) refused_ = Refused{converted.refused().code, path_ + field + "." + converted.refused().reason};
    return std::nullopt;
  }
  std::optional<Whereabouts> whereabouts(const std::string& field, geo::Point point) {
    const std::optional<Whereabouts> where = regions_.at(point);
    if (!where) {
      refuse(v1::REJECT_CODE_OUTSIDE_REGIONS, field,
             "lies at " + degrees(point) +
                 " (WGS-84), in no region of the city files; check latitude, longitude and datum");
    }
    return where;
  }

 private:
  std::string path_;  // Before every field, with its dot.
  const Regions& regions_;
  TimeMs now_;
  std::optional<Refused> refused_;
};

void set(v1::Position& position, geo::Point point) {
  position.set_latitude_e7(point.latitude_e7);
  position.set_longitude_e7(point.longitude_e7);
}

Checked<v1::LogRecord> finish(const FieldChecks& checks, v1::LogRecord record) {
  if (!checks.ok()) return checks.refused();
  return record;
}

Checked<v1::LogRecord> check_report(const v1::IncidentReport& report, const Regions& regions, TimeMs now) {
  FieldChecks checks("report.", regions, now);
  checks.name(report.source(), report.event_id());
  checks.known("category", report.category());
  checks.known("severity", report.severity());
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
  if (!report.has_location()) checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "location", "is missing");
  if (!checks.ok()) return checks.refused();
  if (const auto point = checks.point("location", report.location())) {
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

// The circle's centre, or the mean of the polygon's corners.
std::optional<geo::Point> centre_of(const v1::AlertArea& area, FieldChecks& checks) {
  const bool circle = area.has_circle_centre();
  const auto corners = static_cast<std::size_t>(area.polygon_size());
  checks.optional_text("info.area.area_desc", area.area_desc(), limits::kAlertAreaDescBytes);
  if (circle == (corners > 0)) {
    checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "info.area", "must be either a circle or a polygon");
  }
  if (circle && (area.circle_radius_m() < 1 || area.circle_radius_m() > limits::kAlertRadiusM)) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.area.circle_radius_m", "must be 1 to 100,000 metres");
  }
  if (!circle && (corners < 3 || corners > limits::kAlertCorners)) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.area.polygon", "must have 3 to 256 corners");
  }
  if (!checks.ok()) return std::nullopt;
  if (circle) return checks.point("info.area.circle_centre", area.circle_centre());
  std::int64_t latitude = 0;
  std::int64_t longitude = 0;
  for (int i = 0; i < area.polygon_size(); ++i) {
    const auto corner = checks.point("info.area.polygon[" + std::to_string(i) + "]", area.polygon(i));
    if (!corner) return std::nullopt;
    latitude += corner->latitude_e7;
    longitude += corner->longitude_e7;
  }
  const auto count = static_cast<std::int64_t>(corners);
  return geo::Point{static_cast<std::int32_t>(latitude / count), static_cast<std::int32_t>(longitude / count)};
}

void check_info(const v1::AlertReport& alert, FieldChecks& checks, v1::LogRecord& record) {
  const v1::AlertInfo& info = alert.info();
  checks.text("info.event", info.event(), limits::kAlertEventBytes);
  checks.known("info.category", info.category());
  checks.known("info.urgency", info.urgency());
  checks.known("info.severity", info.severity());
  checks.known("info.certainty", info.certainty());
  checks.optional_text("info.headline", info.headline(), limits::kAlertHeadlineBytes);
  checks.optional_text("info.description", info.description(), limits::kDescriptionBytes);
  checks.optional_text("info.instruction", info.instruction(), limits::kDescriptionBytes);
  if (info.effective_ms() < 0) checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.effective_ms", "must not be negative");
  if (info.expires_ms() != 0 && info.expires_ms() < alert.sent_ms()) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.expires_ms", "lies before sent_ms");
  }
  if (!info.has_area()) checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "info.area", "is missing");
  if (!checks.ok()) return;
  const std::optional<geo::Point> centre = centre_of(info.area(), checks);
  if (!centre) return;
  const std::optional<Whereabouts> where = checks.whereabouts("info.area", *centre);
  if (!where) return;
  if (alert.region() != 0 && RegionId(alert.region()) != where->region) {
    checks.refuse(v1::REJECT_CODE_OUTSIDE_REGIONS, "info.area",
                  "has its centre in region " + std::to_string(where->region.value()) + ", not in " +
                      std::to_string(alert.region()) + "; leave region 0");
  }
  record.set_region(where->region.value());
  set(*record.mutable_alert_reported()->mutable_centre(), *centre);
  record.mutable_alert_reported()->set_district(where->district.value());
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

Checked<v1::LogRecord> check_alert_report(const v1::AlertReport& alert, const Regions& regions, TimeMs now) {
  FieldChecks checks("", regions, now);
  checks.text("identifier", alert.identifier(), limits::kAlertIdentifierBytes);
  checks.text("sender", alert.sender(), limits::kAlertIdentifierBytes);
  if (alert.sent_ms() == 0) checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "sent_ms", "is missing");
  checks.near_now("sent_ms", alert.sent_ms());
  checks.known("msg_type", alert.msg_type());
  const bool first = alert.msg_type() == v1::AlertReport::MSG_TYPE_ALERT;
  const bool cancel = alert.msg_type() == v1::AlertReport::MSG_TYPE_CANCEL;
  if (static_cast<std::size_t>(alert.references_size()) > limits::kAlertReferences) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "references", "has more than 16 entries");
  }
  for (const std::string& reference : alert.references()) {
    checks.text("references[]", reference, limits::kAlertIdentifierBytes);
  }
  if (!first && alert.references().empty()) {
    checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "references", "must name the alerts that this one updates or cancels");
  }

  v1::LogRecord record;
  if (cancel) {
    checks.region(alert.region());
    record.set_region(alert.region());
  } else {
    if (!alert.has_info()) checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "info", "is missing");
    check_info(alert, checks, record);
  }
  if (!checks.ok()) return checks.refused();
  v1::AlertReport* kept = record.mutable_alert_reported()->mutable_alert();
  *kept = alert;
  kept->DiscardUnknownFields();
  if (cancel) kept->clear_info();
  return record;
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
