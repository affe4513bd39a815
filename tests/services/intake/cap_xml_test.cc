// Warnings as CAP 1.2 XML: what is taken, and what is refused with its element.
#include "services/intake/cap_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/intake/event_check.h"
#include "tests/services/intake/fixture.h"

namespace dispatch135::intake {
namespace {

using common::Checked;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// kNow is 2025-10-09T08:53:20Z.
std::string alert_xml() {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>rain-7</identifier>
  <sender>weather@wuxi.example</sender>
  <sent>2025-10-09T16:53:00+08:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>Flood warning</event>
    <urgency>Expected</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <onset>2025-10-09T20:00:00+08:00</onset>
    <expires>2025-10-09T23:30:00+08:00</expires>
    <headline>大运河水位上涨</headline>
    <instruction>keep off the banks</instruction>
    <area>
      <areaDesc>banks of the canal</areaDesc>
      <polygon>31.20,120.60 31.30,120.60 31.30,120.70 31.20,120.60</polygon>
      <circle>31.50,120.80 1.25</circle>
    </area>
  </info>
  <info><category>Met</category><event>in another language</event></info>
</alert>)";
}

std::string with(const std::string& from, const std::string& to) {
  std::string xml = alert_xml();
  const std::size_t at = xml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return xml.replace(at, from.size(), to);
}

std::string refusal(const std::string& xml, v1::RejectCode code) {
  const Checked<v1::AlertReport> parsed = parse_cap(xml);
  if (parsed.ok()) return "taken";
  EXPECT_EQ(parsed.refused().code, code) << parsed.refused().reason;
  return parsed.refused().reason;
}

TEST(CapXml, AnAlertIsReadElementByElement) {
  const Checked<v1::AlertReport> parsed = parse_cap(alert_xml());
  ASSERT_TRUE(parsed.ok()) << parsed.refused().reason;
  const v1::AlertReport& alert = parsed.value();
  EXPECT_EQ(alert.identifier(), "rain-7");
  EXPECT_EQ(alert.sender(), "weather@wuxi.example");
  EXPECT_EQ(alert.sent_ms(), kNow.since_epoch - 20'000);
  EXPECT_EQ(alert.msg_type(), v1::AlertReport::MSG_TYPE_ALERT);
  EXPECT_EQ(alert.info().category(), v1::CATEGORY_DISASTER);
  EXPECT_EQ(alert.info().event(), "Flood warning");
  EXPECT_EQ(alert.info().urgency(), v1::AlertInfo::URGENCY_EXPECTED);
  EXPECT_EQ(alert.info().severity(), v1::AlertInfo::ALERT_SEVERITY_SEVERE);
  EXPECT_EQ(alert.info().certainty(), v1::AlertInfo::CERTAINTY_LIKELY);
  EXPECT_EQ(alert.info().expires_ms() - alert.info().onset_ms(), 12'600'000);
  EXPECT_EQ(alert.info().headline(), "大运河水位上涨");
  ASSERT_EQ(alert.info().areas_size(), 2);
  EXPECT_EQ(alert.info().areas(0).polygon_size(), 3);
  EXPECT_DOUBLE_EQ(alert.info().areas(0).polygon(2).longitude_deg(), 120.7);
  EXPECT_EQ(alert.info().areas(1).circle_radius_m(), 1'250U);
  EXPECT_EQ(alert.info().areas(1).area_desc(), "banks of the canal");
}

TEST(CapXml, GoesThroughTheSameChecksAsEveryAlert) {
  const auto record = check_source_event(log::Topic::kAlerts, alert_xml(), SquareRegions(), kNow);
  ASSERT_TRUE(record.ok()) << record.refused().reason;
  EXPECT_EQ(record.value().region(), 320200U);
  EXPECT_EQ(record.value().alert_reported().shapes_size(), 2);
  EXPECT_EQ(record.value().alert_reported().shapes(1).radius_m(), 1'250U);
  const auto crossed = check_source_event(log::Topic::kAlerts,
                                          with("31.30,120.70 31.20,120.60<", "31.20,120.70 31.30,120.50 31.20,120.60<"),
                                          SquareRegions(), kNow);
  ASSERT_FALSE(crossed.ok());
  EXPECT_THAT(crossed.refused().reason, HasSubstr("info.areas[0].polygon crosses itself"));
}

TEST(CapXml, AnUpdateNamesWhatItReplacesAndPrefixesAreTaken) {
  const std::string xml =
      R"(<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"><cap:identifier>rain-9</cap:identifier>
      <cap:sender>w</cap:sender><cap:sent>2025-10-09T08:53:00-00:00</cap:sent><cap:status>Actual</cap:status>
      <cap:msgType>Cancel</cap:msgType><cap:scope>Public</cap:scope>
      <cap:references>w,rain-7,2025-10-09T08:00:00-00:00 w,rain-8,2025-10-09T08:10:00-00:00</cap:references></cap:alert>)";
  const Checked<v1::AlertReport> parsed = parse_cap(xml);
  ASSERT_TRUE(parsed.ok()) << parsed.refused().reason;
  EXPECT_EQ(parsed.value().msg_type(), v1::AlertReport::MSG_TYPE_CANCEL);
  EXPECT_THAT(parsed.value().references(), ElementsAre("rain-7", "rain-8"));
  EXPECT_FALSE(parsed.value().has_info());
}

TEST(CapXml, ACancelBelongsToTheRegionOfItsArea) {
  std::string xml = with("<msgType>Alert</msgType>", "<msgType>Cancel</msgType>");
  const std::string scope = "<scope>Public</scope>";
  xml.insert(xml.find(scope) + scope.size(), "<references>weather@wuxi.example,rain-6,x</references>");
  const auto record = check_source_event(log::Topic::kAlerts, xml, SquareRegions(), kNow);
  ASSERT_TRUE(record.ok()) << record.refused().reason;
  EXPECT_EQ(record.value().region(), 320200U);
  EXPECT_FALSE(record.value().alert_reported().alert().has_info());
}

TEST(CapXml, WhatIsNotXmlOrNotCapIsRefused) {
  EXPECT_THAT(refusal("<alert", v1::REJECT_CODE_MALFORMED), HasSubstr("not XML"));
  EXPECT_THAT(refusal(with("</info>", "</inf>"), v1::REJECT_CODE_MALFORMED), HasSubstr("at byte"));
  EXPECT_THAT(refusal(with("cap:1.2", "cap:1.1"), v1::REJECT_CODE_MALFORMED), HasSubstr("of the namespace"));
  EXPECT_THAT(refusal("<warning/>", v1::REJECT_CODE_MALFORMED), HasSubstr("must be <alert>"));
  const auto latin = check_source_event(log::Topic::kAlerts, "<alert>\xe9</alert>", SquareRegions(), kNow);
  ASSERT_FALSE(latin.ok());
  EXPECT_THAT(latin.refused().reason, HasSubstr("not UTF-8"));
}

TEST(CapXml, EachWrongElementIsNamed) {
  using v1::REJECT_CODE_MALFORMED;
  using v1::REJECT_CODE_MISSING_FIELD;
  using v1::REJECT_CODE_UNKNOWN_VALUE;
  EXPECT_THAT(refusal(with("<identifier>rain-7</identifier>", ""), REJECT_CODE_MISSING_FIELD),
              HasSubstr("<alert><identifier> is missing"));
  EXPECT_THAT(refusal(with(">Actual<", ">Exercise<"), REJECT_CODE_UNKNOWN_VALUE),
              HasSubstr("<alert><status> is 'Exercise'; only Actual"));
  EXPECT_THAT(refusal(with(">Alert<", ">Ack<"), REJECT_CODE_UNKNOWN_VALUE), HasSubstr("<alert><msgType> is 'Ack'"));
  EXPECT_THAT(refusal(with(">Public<", ">Secret<"), REJECT_CODE_UNKNOWN_VALUE), HasSubstr("<alert><scope>"));
  EXPECT_THAT(refusal(with(">Expected<", ">Soon<"), REJECT_CODE_UNKNOWN_VALUE),
              HasSubstr("<info><urgency> is 'Soon'; it must be one of Immediate"));
  EXPECT_THAT(refusal(with(">Severe<", ">severe<"), REJECT_CODE_UNKNOWN_VALUE), HasSubstr("<info><severity>"));
  EXPECT_THAT(refusal(with(">Likely<", "><"), REJECT_CODE_MISSING_FIELD), HasSubstr("<info><certainty> is missing"));
  EXPECT_THAT(refusal(with(">Met<", ">War<"), REJECT_CODE_UNKNOWN_VALUE), HasSubstr("<info><category> is 'War'"));
  EXPECT_THAT(refusal(with("16:53:00+08:00", "16:53:00Z"), REJECT_CODE_MALFORMED), HasSubstr("<alert><sent>"));
  EXPECT_THAT(refusal(with("2025-10-09T20", "2025-13-09T20"), REJECT_CODE_MALFORMED), HasSubstr("<info><onset>"));
  EXPECT_THAT(refusal(with(" 31.20,120.60<", " 31.20,120.61<"), REJECT_CODE_MALFORMED),
              HasSubstr("<area><polygon> must have at least four pairs, the last one like the first"));
  EXPECT_THAT(refusal(with("31.30,120.60", "31.30;120.60"), REJECT_CODE_MALFORMED),
              HasSubstr("<area><polygon> holds '31.30;120.60'"));
  EXPECT_THAT(refusal(with("31.50,120.80 1.25", "31.50,120.80"), REJECT_CODE_MALFORMED), HasSubstr("<area><circle>"));
  EXPECT_THAT(refusal(with("31.50,120.80 1.25", "31.50,120.80 nan"), REJECT_CODE_MALFORMED),
              HasSubstr("<area><circle>"));
  EXPECT_THAT(refusal(with("<scope>Public</scope>", "<scope>Public</scope><references>other,a,b</references>"),
                      REJECT_CODE_UNKNOWN_VALUE),
              HasSubstr("names an alert of another sender"));
}

TEST(CapXml, EveryCutOfAnAlertIsRefusedAndNeverMore) {
  const std::string xml = alert_xml();
  for (std::size_t length = 0; length + 1 < xml.size(); ++length) {
    EXPECT_FALSE(parse_cap(xml.substr(0, length)).ok()) << length;
  }
}

}  // namespace
}  // namespace dispatch135::intake
