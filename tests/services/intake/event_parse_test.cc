#include "services/intake/event_parse.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "services/intake/event_check.h"
#include "tests/services/intake/fixture.h"

namespace dispatch135::intake {
namespace {

using ::testing::HasSubstr;

void expect_malformed(const std::string& bytes, const std::string& said) {
  const auto result = parse_incident_event(bytes);
  ASSERT_FALSE(result.ok()) << bytes.substr(0, 80);
  EXPECT_EQ(result.refused().code, v1::REJECT_CODE_MALFORMED);
  EXPECT_THAT(result.refused().reason, HasSubstr(said));
}

TEST(EventParse, ATruncatedEventIsMalformedWhereverItIsCut) {
  const std::string whole = valid_report().SerializeAsString();
  for (std::size_t size = 1; size < whole.size(); ++size) expect_malformed(whole.substr(0, size), "truncated");
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(valid_report(), &json).ok());
  for (std::size_t size = 1; size < json.size(); ++size) expect_malformed(json.substr(0, size), "not JSON of");
}

TEST(EventParse, AnEmptyEventIsMalformed) { expect_malformed("", "empty"); }

TEST(EventParse, AnOversizedEventIsRefusedBeforeItIsRead) {
  const std::string bytes(limits::kSourceEventBytes + 1, '{');
  const auto result = parse_incident_event(bytes);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.refused().code, v1::REJECT_CODE_TOO_LARGE);
  EXPECT_THAT(result.refused().reason, HasSubstr("65537 bytes"));
}

TEST(EventParse, WrongJsonIsMalformedAndTheReasonSaysWhere) {
  expect_malformed("{", "not JSON of dispatch135.v1.IncidentEvent");
  expect_malformed("{}}", "not JSON of");
  expect_malformed(R"({"report": {"source": 7}})", "report");
  expect_malformed(R"({"report": {"surprise": 1}})", "surprise");
  expect_malformed(R"({"report": {"severity": "SEVERITY_HUGE"}})", "SEVERITY_HUGE");
  expect_malformed(R"({"report": {"location": []}})", "report");
  expect_malformed(R"({"report": {"reportedAtMs": "soon"}})", "reported_at_ms");
  expect_malformed(R"({"report": {}, "cancel": {}})", "not JSON of");
}

TEST(EventParse, TextThatIsNotUtf8IsMalformed) {
  expect_malformed("{\"report\": {\"address\": \"\xff\xfe\"}}", "UTF-8");
  v1::IncidentEvent event;
  event.mutable_report()->set_address("abc");
  std::string bytes = event.SerializeAsString();
  bytes[bytes.size() - 1] = '\x80';
  expect_malformed(bytes, "not protobuf");
}

TEST(EventParse, JsonNestedWithoutEndIsMalformed) {
  expect_malformed("{\"report\": " + std::string(30'000, '[') + std::string(30'000, ']') + "}", "nested deeper");
  std::string groups(60'000, '\x0b');  // Start of group 1, again and again.
  expect_malformed(groups, "not protobuf");
}

TEST(EventParse, JsonAfterWhiteSpaceIsToldWhatItsFirstByteMustBe) {
  expect_malformed("  {\"report\": {}}", "very first byte");
}

TEST(EventParse, AFieldOfANewerSchemaIsIgnoredInBinary) {
  std::string bytes = valid_report().SerializeAsString();
  bytes += "\xa2\x06\x03xyz";  // Field 100, three bytes.
  EXPECT_TRUE(parse_incident_event(bytes).ok());
}

TEST(EventParse, Utf8IsWhatRfc3629Says) {
  for (const std::string good : {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                 "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "警情"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const std::string bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe4\xb8", "a\xc3"}) {
    EXPECT_FALSE(is_utf8(bad)) << testing::PrintToString(bad);
  }
}

TEST(EventParse, NoBytesWhateverStopTheProcessOrSlipThroughUnchecked) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  std::vector<std::string> valid = {valid_report().SerializeAsString(), valid_update().SerializeAsString(),
                                    valid_cancel().SerializeAsString(), valid_alert().SerializeAsString()};
  for (const v1::IncidentEvent& event : {valid_report(), valid_update(), valid_cancel()}) {
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(event, &json).ok());
    valid.push_back(json);
  }
  const SquareRegions regions;
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    if (round % 4 == 0) {
      bytes.resize(below(300));
      for (char& c : bytes) c = static_cast<char>(random());
    } else {
      bytes = valid[below(valid.size())];
      for (std::size_t i = below(4); i > 0 && !bytes.empty(); --i) {
        const std::size_t at = below(bytes.size());
        switch (below(4)) {
          case 0:
            bytes[at] = static_cast<char>(random());
            break;
          case 1:
            bytes.erase(at, 1 + below(8));
            break;
          case 2:
            bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(16)));
            break;
          default:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        }
      }
    }
    for (const log::Topic topic : {log::Topic::kIncidents, log::Topic::kAlerts}) {
      const auto result = check_source_event(topic, bytes, regions, kNow);
      if (!result.ok()) {
        ++refused;
        ASSERT_NE(result.refused().code, v1::REJECT_CODE_UNSPECIFIED);
        ASSERT_FALSE(result.refused().reason.empty());
        ASSERT_LE(result.refused().reason.size(), 600U);
        ASSERT_TRUE(is_utf8(result.refused().reason));
        continue;
      }
      ++accepted;
      const v1::LogRecord& record = result.value();
      ASSERT_TRUE(regions.known(RegionId(record.region())));
      ASSERT_NE(record.body_case(), v1::LogRecord::BODY_NOT_SET);
      ASSERT_LE(record.ByteSizeLong(), limits::kLogRecordBytes);
      if (record.has_incident_reported()) {
        const v1::Position& at = record.incident_reported().position();
        ASSERT_EQ(regions.at({at.latitude_e7(), at.longitude_e7()})->region, RegionId(record.region()));
        ASSERT_TRUE(v1::Severity_IsValid(record.incident_reported().severity()));
        ASSERT_TRUE(v1::Category_IsValid(record.incident_reported().category()));
      }
    }
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace dispatch135::intake
