// Warnings: their form, their areas in WGS-84, and the region that they belong to.
#include <string>
#include <utility>
#include <vector>

#include "engine/geo/area.h"
#include "services/intake/event_check.h"
#include "services/intake/field_checks.h"

namespace dispatch135::intake {
namespace {

using common::Checked;

// An area as the core has it; the point that stands for it through `centre`.
void check_area(const std::string& field, const v1::AlertArea& area, FieldChecks& checks, v1::AlertShape& shape,
                geo::Point& centre) {
  const bool circle = area.has_circle_centre();
  const auto corners = static_cast<std::size_t>(area.polygon_size());
  checks.optional_text(field + ".area_desc", area.area_desc(), limits::kAlertAreaDescBytes);
  if (circle == (corners > 0)) {
    checks.refuse(v1::REJECT_CODE_MISSING_FIELD, field, "must be either a circle or a polygon");
  }
  if (circle && (area.circle_radius_m() < 1 || area.circle_radius_m() > limits::kAlertRadiusM)) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, field + ".circle_radius_m", "must be 1 to 100,000 metres");
  }
  if (!circle && (corners < 3 || corners > limits::kAlertCorners)) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, field + ".polygon", "must have 3 to 256 corners");
  }
  if (!checks.ok()) return;
  if (circle) {
    const auto point = checks.point(field + ".circle_centre", area.circle_centre());
    if (!point) return;
    centre = *point;
    set(*shape.mutable_centre(), *point);
    shape.set_radius_m(area.circle_radius_m());
    return;
  }
  std::vector<geo::Point> outline;
  std::int64_t latitude = 0;
  std::int64_t longitude = 0;
  for (int i = 0; i < area.polygon_size(); ++i) {
    const auto corner = checks.point(field + ".polygon[" + std::to_string(i) + "]", area.polygon(i));
    if (!corner) return;
    latitude += corner->latitude_e7;
    longitude += corner->longitude_e7;
    outline.push_back(*corner);
    set(*shape.add_corners(), *corner);
  }
  if (const auto crossing = geo::first_crossing(outline)) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, field + ".polygon",
                  "crosses itself: the side from corner " + std::to_string(crossing->first) +
                      " meets the side from corner " + std::to_string(crossing->second) + ", counted from 0");
  }
  const auto count = static_cast<std::int64_t>(corners);
  centre = {static_cast<std::int32_t>(latitude / count), static_cast<std::int32_t>(longitude / count)};
}

// All areas; the region and district by the first one's centre.
void check_areas(const v1::AlertReport& alert, FieldChecks& checks, v1::LogRecord& record) {
  const v1::AlertInfo& info = alert.info();
  const std::size_t areas = (info.has_area() ? 1U : 0U) + static_cast<std::size_t>(info.areas_size());
  if (areas == 0) checks.refuse(v1::REJECT_CODE_MISSING_FIELD, "info.area", "is missing");
  if (areas > limits::kAlertAreas) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.areas",
                  "makes " + std::to_string(areas) + " areas; at most 16 are taken");
  }
  if (!checks.ok()) return;
  v1::AlertReported& body = *record.mutable_alert_reported();
  geo::Point first;
  geo::Point other;
  if (info.has_area()) check_area("info.area", info.area(), checks, *body.add_shapes(), first);
  for (int i = 0; i < info.areas_size() && checks.ok(); ++i) {
    const bool is_first = body.shapes().empty();
    check_area("info.areas[" + std::to_string(i) + "]", info.areas(i), checks, *body.add_shapes(),
               is_first ? first : other);
  }
  if (!checks.ok()) return;
  const std::string field = info.has_area() ? "info.area" : "info.areas[0]";
  const std::optional<Whereabouts> where = checks.whereabouts(field, first);
  if (!where) return;
  if (alert.region() != 0 && RegionId(alert.region()) != where->region) {
    checks.refuse(v1::REJECT_CODE_OUTSIDE_REGIONS, field,
                  "has its centre in region " + std::to_string(where->region.value()) + ", not in " +
                      std::to_string(alert.region()) + "; leave region 0");
  }
  record.set_region(where->region.value());
  set(*body.mutable_centre(), first);
  body.set_district(where->district.value());
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
  if (info.onset_ms() < 0) checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.onset_ms", "must not be negative");
  if (info.expires_ms() != 0 && info.expires_ms() < alert.sent_ms()) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.expires_ms", "lies before sent_ms");
  }
  if (info.expires_ms() != 0 && info.onset_ms() >= info.expires_ms()) {
    checks.refuse(v1::REJECT_CODE_OUT_OF_RANGE, "info.onset_ms", "does not lie before info.expires_ms");
  }
  check_areas(alert, checks, record);
}

}  // namespace

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
    // A cancel that has an area need not name its region.
    const bool has_area = alert.info().has_area() || !alert.info().areas().empty();
    if (alert.region() == 0 && has_area) {
      check_areas(alert, checks, record);
      record.clear_alert_reported();
    } else {
      checks.region(alert.region());
      record.set_region(alert.region());
    }
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

}  // namespace dispatch135::intake
