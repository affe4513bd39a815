#include "services/intake/event_check.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "tests/services/intake/fixture.h"

namespace dispatch135::intake {
namespace {

using common::Checked;
using ::testing::HasSubstr;

Checked<v1::LogRecord> checked(const v1::IncidentEvent& event) {
  return check_source_event(log::Topic::kIncidents, event.SerializeAsString(), SquareRegions(), kNow);
}
Checked<v1::LogRecord> checked(const v1::AlertReport& alert) {
  return check_source_event(log::Topic::kAlerts, alert.SerializeAsString(), SquareRegions(), kNow);
}

template <typename Event>
struct Refusal {
  v1::RejectCode code;
  std::string said;
  std::function<void(Event&)> spoil;
};

template <typename Event>
void expect_refusals(const Event& good, const std::vector<Refusal<Event>>& refusals) {
  ASSERT_TRUE(checked(good).ok()) << checked(good).refused().reason;
  for (const auto& refusal : refusals) {
    Event event = good;
    refusal.spoil(event);
    const Checked<v1::LogRecord> result = checked(event);
    ASSERT_FALSE(result.ok()) << refusal.said;
    EXPECT_EQ(result.refused().code, refusal.code) << result.refused().reason;
    EXPECT_THAT(result.refused().reason, HasSubstr(refusal.said));
  }
}

TEST(EventCheck, AGoodReportBecomesARecordOfItsRegion) {
  const Checked<v1::LogRecord> result = checked(valid_report());
  ASSERT_TRUE(result.ok()) << result.refused().reason;
  const v1::LogRecord& record = result.value();
  EXPECT_EQ(record.region(), 320200U);
  EXPECT_FALSE(record.has_source());
  const v1::IncidentReported& body = record.incident_reported();
  EXPECT_EQ(body.source(), "110");
  EXPECT_EQ(body.event_id(), "e1");
  EXPECT_EQ(body.category(), v1::CATEGORY_PUBLIC_ORDER);
  EXPECT_EQ(body.severity(), v1::SEVERITY_HIGH);
  EXPECT_EQ(body.place_class(), v1::PLACE_CLASS_SCHOOL);
  EXPECT_EQ(body.position().latitude_e7(), 315'000'000);
  EXPECT_EQ(body.position().longitude_e7(), 1'206'000'000);
  EXPECT_EQ(body.district(), 320205U);
  EXPECT_EQ(body.address(), "1 School Road");
  EXPECT_EQ(body.description(), "two men fight at the gate");
  EXPECT_EQ(body.required_capabilities(), 1U << (v1::CAPABILITY_FIRST_AID - 1));
  EXPECT_EQ(body.required_unit_kinds(), (1U << (v1::UNIT_KIND_CAR_PATROL - 1)) | (1U << (v1::UNIT_KIND_SPECIAL - 1)));
  EXPECT_EQ(body.reported_at_ms(), kNow.since_epoch - 5'000);
  EXPECT_EQ(body.caller_reference(), "c-77");
}

TEST(EventCheck, TheSameReportAsJsonGivesTheSameRecord) {
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(valid_report(), &json).ok());
  const auto from_json = check_source_event(log::Topic::kIncidents, json, SquareRegions(), kNow);
  ASSERT_TRUE(from_json.ok()) << from_json.refused().reason;
  EXPECT_EQ(from_json.value().SerializeAsString(), checked(valid_report()).value().SerializeAsString());
}

TEST(EventCheck, ABinaryReportWhoseLengthLooksLikeABraceIsNotTakenForJson) {
  // 0x0a is the tag of `report`, and a line break; a length of 123 is '{'.
  v1::IncidentEvent event = valid_report();
  event.mutable_report()->clear_address();
  event.mutable_report()->clear_description();
  const std::size_t rest = event.report().ByteSizeLong();
  event.mutable_report()->set_description(std::string(123 - rest - 2, 'd'));
  const std::string bytes = event.SerializeAsString();
  ASSERT_EQ(bytes.substr(0, 2), "\n{");
  EXPECT_TRUE(check_source_event(log::Topic::kIncidents, bytes, SquareRegions(), kNow).ok());
}

TEST(EventCheck, AUpdateAndACancelAreRoutedByTheRegionTheyName) {
  const Checked<v1::LogRecord> update = checked(valid_update());
  ASSERT_TRUE(update.ok()) << update.refused().reason;
  EXPECT_EQ(update.value().region(), 320200U);
  EXPECT_EQ(update.value().incident_updated().severity(), v1::SEVERITY_CRITICAL);
  EXPECT_EQ(update.value().incident_updated().position().longitude_e7(), 1'202'000'000);
  EXPECT_EQ(update.value().incident_updated().description(), "one has a knife");
  const Checked<v1::LogRecord> cancel = checked(valid_cancel());
  ASSERT_TRUE(cancel.ok()) << cancel.refused().reason;
  EXPECT_EQ(cancel.value().region(), 320200U);
  EXPECT_EQ(cancel.value().incident_cancelled().reason(), "caller says it is over");
}

TEST(EventCheck, WhatIsWrongWithAReportIsNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using R = v1::IncidentEvent;
  expect_refusals<R>(
      valid_report(),
      {
          {v1::REJECT_CODE_MISSING_FIELD, "report.source", [](R& e) { e.mutable_report()->clear_source(); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.source has 33",
           [](R& e) { e.mutable_report()->set_source(std::string(33, 's')); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.source may hold", [](R& e) { e.mutable_report()->set_source("a/b"); }},
          {v1::REJECT_CODE_MISSING_FIELD, "report.event_id", [](R& e) { e.mutable_report()->clear_event_id(); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.event_id may hold",
           [](R& e) { e.mutable_report()->set_event_id("a\nb"); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.event_id may hold",
           [](R& e) { e.mutable_report()->set_event_id("警"); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.event_id has 65",
           [](R& e) { e.mutable_report()->set_event_id(std::string(65, 'e')); }},
          {v1::REJECT_CODE_MISSING_FIELD, "report.category", [](R& e) { e.mutable_report()->clear_category(); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.category",
           [](R& e) { e.mutable_report()->set_category(static_cast<v1::Category>(11)); }},
          {v1::REJECT_CODE_MISSING_FIELD, "report.severity", [](R& e) { e.mutable_report()->clear_severity(); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.severity",
           [](R& e) { e.mutable_report()->set_severity(static_cast<v1::Severity>(-1)); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.place_class",
           [](R& e) { e.mutable_report()->set_place_class(static_cast<v1::PlaceClass>(99)); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.address",
           [](R& e) { e.mutable_report()->set_address(std::string(257, 'a')); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.description",
           [](R& e) { e.mutable_report()->set_description(std::string(2'049, 'd')); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.caller_reference",
           [](R& e) { e.mutable_report()->set_caller_reference(std::string(65, 'c')); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.required_capabilities",
           [](R& e) { e.mutable_report()->add_required_capabilities(static_cast<v1::Capability>(40)); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.required_capabilities",
           [](R& e) { e.mutable_report()->add_required_capabilities(v1::CAPABILITY_UNSPECIFIED); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.required_unit_kinds",
           [](R& e) { e.mutable_report()->add_required_unit_kinds(static_cast<v1::UnitKind>(31)); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.required_unit_kinds",
           [](R& e) {
             for (int i = 0; i < 17; ++i) e.mutable_report()->add_required_unit_kinds(v1::UNIT_KIND_SPECIAL);
           }},
          {v1::REJECT_CODE_TIME_FAR_OFF, "report.reported_at_ms",
           [](R& e) { e.mutable_report()->set_reported_at_ms(kNow.since_epoch + 86'400'001); }},
          {v1::REJECT_CODE_TIME_FAR_OFF, "report.reported_at_ms",
           [](R& e) { e.mutable_report()->set_reported_at_ms(kNow.since_epoch / 1'000); }},
          {v1::REJECT_CODE_TIME_FAR_OFF, "report.reported_at_ms",
           [](R& e) { e.mutable_report()->set_reported_at_ms(std::numeric_limits<std::int64_t>::min()); }},
          {v1::REJECT_CODE_MISSING_FIELD, "report.location", [](R& e) { e.mutable_report()->clear_location(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "report.location.datum",
           [](R& e) { e.mutable_report()->mutable_location()->clear_datum(); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "report.location.datum",
           [](R& e) { e.mutable_report()->mutable_location()->set_datum(static_cast<v1::Datum>(5)); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.location.latitude_deg",
           [nan](R& e) { e.mutable_report()->mutable_location()->set_latitude_deg(nan); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "report.location.longitude_deg",
           [](R& e) { e.mutable_report()->mutable_location()->set_longitude_deg(200); }},
          {v1::REJECT_CODE_OUTSIDE_REGIONS, "report.location lies at 40.00000, 120.60000",
           [](R& e) { e.mutable_report()->mutable_location()->set_latitude_deg(40); }},
      });
}

TEST(EventCheck, AnEventOfNoKnownKindIsRefused) {
  const std::string unknown_field = "\xa2\x06\x03xyz";
  const auto result = check_source_event(log::Topic::kIncidents, unknown_field, SquareRegions(), kNow);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.refused().code, v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_THAT(result.refused().reason, HasSubstr("event is missing"));
}

TEST(EventCheck, WhatIsWrongWithAnUpdateOrACancelIsNamed) {
  using R = v1::IncidentEvent;
  expect_refusals<R>(
      valid_update(),
      {
          {v1::REJECT_CODE_MISSING_FIELD, "update.event_id", [](R& e) { e.mutable_update()->clear_event_id(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "update.region", [](R& e) { e.mutable_update()->clear_region(); }},
          {v1::REJECT_CODE_UNKNOWN_REGION, "update.region 110000",
           [](R& e) { e.mutable_update()->set_region(110000); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "update.severity",
           [](R& e) { e.mutable_update()->set_severity(static_cast<v1::Severity>(7)); }},
          {v1::REJECT_CODE_OUTSIDE_REGIONS, "update.location lies in region 320500",
           [](R& e) { e.mutable_update()->mutable_location()->set_longitude_deg(121.5); }},
          {v1::REJECT_CODE_OUTSIDE_REGIONS, "update.location",
           [](R& e) { e.mutable_update()->mutable_location()->set_longitude_deg(2); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "update.description",
           [](R& e) { e.mutable_update()->set_description(std::string(2'049, 'd')); }},
      });
  expect_refusals<R>(
      valid_cancel(),
      {
          {v1::REJECT_CODE_MISSING_FIELD, "cancel.source", [](R& e) { e.mutable_cancel()->clear_source(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "cancel.region", [](R& e) { e.mutable_cancel()->clear_region(); }},
          {v1::REJECT_CODE_UNKNOWN_REGION, "cancel.region", [](R& e) { e.mutable_cancel()->set_region(7); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "cancel.reason",
           [](R& e) { e.mutable_cancel()->set_reason(std::string(257, 'r')); }},
      });
}

TEST(EventCheck, AnAlertKeepsItsWordsAndGetsItsCentre) {
  const Checked<v1::LogRecord> circle = checked(valid_alert());
  ASSERT_TRUE(circle.ok()) << circle.refused().reason;
  EXPECT_EQ(circle.value().region(), 320200U);
  EXPECT_EQ(circle.value().alert_reported().centre().latitude_e7(), 312'500'000);
  EXPECT_EQ(circle.value().alert_reported().district(), 320205U);
  EXPECT_EQ(circle.value().alert_reported().alert().info().headline(), "Fire alarm in a mall");

  v1::AlertReport polygon = valid_alert();
  polygon.mutable_info()->clear_area();
  for (const auto& [latitude, longitude] : {std::pair{31.3, 121.2}, {31.4, 121.4}, {31.3, 121.6}}) {
    *polygon.mutable_info()->mutable_area()->add_polygon() = place(latitude, longitude);
  }
  const Checked<v1::LogRecord> mean = checked(polygon);
  ASSERT_TRUE(mean.ok()) << mean.refused().reason;
  EXPECT_EQ(mean.value().region(), 320500U);
  EXPECT_EQ(mean.value().alert_reported().centre().longitude_e7(), 1'214'000'000);
  EXPECT_EQ(mean.value().alert_reported().district(), 0U);
}

TEST(EventCheck, ACancellingAlertNeedsItsRegionAndNothingOfItsInfo) {
  v1::AlertReport cancel = valid_alert();
  cancel.set_msg_type(v1::AlertReport::MSG_TYPE_CANCEL);
  cancel.add_references("fire-1");
  cancel.set_region(320200);
  const Checked<v1::LogRecord> result = checked(cancel);
  ASSERT_TRUE(result.ok()) << result.refused().reason;
  EXPECT_EQ(result.value().region(), 320200U);
  EXPECT_FALSE(result.value().alert_reported().alert().has_info());
  EXPECT_FALSE(result.value().alert_reported().has_centre());
  cancel.clear_region();
  EXPECT_EQ(checked(cancel).value().region(), 320200U);  // By its area.
  cancel.clear_info();
  EXPECT_EQ(checked(cancel).refused().code, v1::REJECT_CODE_MISSING_FIELD);
}

TEST(EventCheck, AllAreasOfAnAlertAreCarriedInWgs84) {
  v1::AlertReport alert = valid_alert();
  v1::AlertArea& more = *alert.mutable_info()->add_areas();
  for (const auto& [latitude, longitude] : {std::pair{31.3, 121.2}, {31.4, 121.4}, {31.3, 121.6}}) {
    *more.add_polygon() = place(latitude, longitude);
  }
  const Checked<v1::LogRecord> result = checked(alert);
  ASSERT_TRUE(result.ok()) << result.refused().reason;
  ASSERT_EQ(result.value().alert_reported().shapes_size(), 2);
  EXPECT_EQ(result.value().alert_reported().shapes(0).radius_m(), 200U);
  EXPECT_EQ(result.value().alert_reported().shapes(1).corners(1).longitude_e7(), 1'214'000'000);
  EXPECT_EQ(result.value().region(), 320200U);
}

TEST(EventCheck, AnAlarmNeedsItsRegionOrAPlaceAndNoSeverity) {
  v1::IncidentEvent event = valid_report();
  v1::IncidentReport& report = *event.mutable_report();
  report.set_alarm_point_id(71);
  report.clear_location();
  report.clear_severity();
  EXPECT_EQ(checked(event).refused().code, v1::REJECT_CODE_MISSING_FIELD);
  report.set_region(320200);
  const Checked<v1::LogRecord> result = checked(event);
  ASSERT_TRUE(result.ok()) << result.refused().reason;
  EXPECT_EQ(result.value().region(), 320200U);
  EXPECT_EQ(result.value().incident_reported().alarm_point_id(), 71U);
  EXPECT_FALSE(result.value().incident_reported().has_position());
  report.set_region(7);
  EXPECT_EQ(checked(event).refused().code, v1::REJECT_CODE_UNKNOWN_REGION);
}

TEST(EventCheck, WhatIsWrongWithAnAlertIsNamed) {
  using A = v1::AlertReport;
  expect_refusals<A>(
      valid_alert(),
      {
          {v1::REJECT_CODE_MISSING_FIELD, "identifier", [](A& a) { a.clear_identifier(); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "sender has 129", [](A& a) { a.set_sender(std::string(129, 's')); }},
          {v1::REJECT_CODE_MISSING_FIELD, "sent_ms", [](A& a) { a.clear_sent_ms(); }},
          {v1::REJECT_CODE_TIME_FAR_OFF, "sent_ms", [](A& a) { a.set_sent_ms(kNow.since_epoch - 86'400'001); }},
          {v1::REJECT_CODE_MISSING_FIELD, "msg_type", [](A& a) { a.clear_msg_type(); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "msg_type",
           [](A& a) {
             a.set_msg_type(static_cast<A::MsgType>(4));
             a.add_references("r");
           }},
          {v1::REJECT_CODE_MISSING_FIELD, "references", [](A& a) { a.set_msg_type(A::MSG_TYPE_UPDATE); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "references",
           [](A& a) {
             for (int i = 0; i < 17; ++i) a.add_references("r");
           }},
          {v1::REJECT_CODE_MISSING_FIELD, "info", [](A& a) { a.clear_info(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.event", [](A& a) { a.mutable_info()->clear_event(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.category", [](A& a) { a.mutable_info()->clear_category(); }},
          {v1::REJECT_CODE_UNKNOWN_VALUE, "info.urgency",
           [](A& a) { a.mutable_info()->set_urgency(static_cast<v1::AlertInfo::Urgency>(6)); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.severity", [](A& a) { a.mutable_info()->clear_severity(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.certainty", [](A& a) { a.mutable_info()->clear_certainty(); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.headline",
           [](A& a) { a.mutable_info()->set_headline(std::string(161, 'h')); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.instruction",
           [](A& a) { a.mutable_info()->set_instruction(std::string(2'049, 'i')); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.effective_ms", [](A& a) { a.mutable_info()->set_effective_ms(-1); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.expires_ms",
           [](A& a) { a.mutable_info()->set_expires_ms(a.sent_ms() - 1); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.area is missing", [](A& a) { a.mutable_info()->clear_area(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.area must be either",
           [](A& a) { a.mutable_info()->mutable_area()->clear_circle_centre(); }},
          {v1::REJECT_CODE_MISSING_FIELD, "info.area must be either",
           [](A& a) { *a.mutable_info()->mutable_area()->add_polygon() = place(31.5, 120.5); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.area.circle_radius_m",
           [](A& a) { a.mutable_info()->mutable_area()->set_circle_radius_m(0); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.area.circle_radius_m",
           [](A& a) { a.mutable_info()->mutable_area()->set_circle_radius_m(100'001); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.area.polygon must have",
           [](A& a) {
             a.mutable_info()->mutable_area()->clear_circle_centre();
             *a.mutable_info()->mutable_area()->add_polygon() = place(31.5, 120.5);
           }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.area.circle_centre.latitude_deg",
           [](A& a) { a.mutable_info()->mutable_area()->mutable_circle_centre()->set_latitude_deg(91); }},
          {v1::REJECT_CODE_OUTSIDE_REGIONS, "info.area",
           [](A& a) { a.mutable_info()->mutable_area()->mutable_circle_centre()->set_latitude_deg(50); }},
          {v1::REJECT_CODE_OUTSIDE_REGIONS, "info.area", [](A& a) { a.set_region(320500); }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.onset_ms does not lie",
           [](A& a) {
             a.mutable_info()->set_expires_ms(a.sent_ms() + 1);
             a.mutable_info()->set_onset_ms(a.sent_ms() + 1);
           }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.areas[0].polygon crosses itself",
           [](A& a) {
             v1::AlertArea& area = *a.mutable_info()->add_areas();
             for (const auto& [north, east] : {std::pair{31.1, 120.1}, {31.2, 120.2}, {31.1, 120.2}, {31.2, 120.1}}) {
               *area.add_polygon() = place(north, east);
             }
           }},
          {v1::REJECT_CODE_OUT_OF_RANGE, "info.areas makes 17 areas",
           [](A& a) {
             for (int i = 0; i < 16; ++i) *a.mutable_info()->add_areas() = a.info().area();
           }},
      });
}

TEST(EventCheck, EveryLimitIsReachedBeforeItIsBroken) {
  v1::IncidentEvent event = valid_report(std::string(64, 'e'));
  event.mutable_report()->set_source(std::string(32, 's'));
  event.mutable_report()->set_address(std::string(256, 'a'));
  event.mutable_report()->set_description(std::string(2'048, 'd'));
  event.mutable_report()->set_caller_reference(std::string(64, 'c'));
  event.mutable_report()->set_reported_at_ms(kNow.since_epoch - 86'400'000);
  for (int i = 0; i < 15; ++i) event.mutable_report()->add_required_capabilities(v1::CAPABILITY_DOG);
  EXPECT_TRUE(checked(event).ok()) << checked(event).refused().reason;
}

}  // namespace
}  // namespace dispatch135::intake
