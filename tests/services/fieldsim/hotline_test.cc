#include "services/fieldsim/hotline.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/base/limits.h"
#include "services/common/datum.h"
#include "services/fieldsim/location.h"
#include "tests/engine/map_fixture.h"

namespace dispatch135::fieldsim {
namespace {

using ::dispatch135::testing::AsciiMap;
using ::dispatch135::testing::BuiltCity;

constexpr TimeMs kBegin{1'700'000'000'000};

// Reports alone: no bursts, no alerts, no follow-ups.
HotlineOptions plain(double rate_per_s) {
  HotlineOptions options;
  options.rate_per_s = rate_per_s;
  options.burst_calls = 0;
  options.alert_every_s = 0;
  options.repeated_share = options.update_share = options.cancel_share = options.json_share = 0;
  return options;
}

v1::IncidentEvent parse(const Publication& publication) {
  v1::IncidentEvent event;
  if (!publication.value.empty() && publication.value.front() == '{') {
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(publication.value, &event).ok()) << publication.value;
  } else {
    EXPECT_TRUE(event.ParseFromString(publication.value));
  }
  return event;
}

class HotlineStory : public ::testing::Test {
 protected:
  HotlineStory()
      : map_(R"(
    A-----1-----B
    |           |
    C-----2-----D
  )") {
    map_.add_post("station", '1');
    map_.add_unit("car 1", "station", v1::UNIT_KIND_STATION_CREW, v1::TRAVEL_KIND_CAR, 0b101);
    map_.add_place("bank", '2', v1::PLACE_CLASS_BANK);
    built_ = std::make_unique<BuiltCity>(map_.build());
  }

  std::vector<Publication> run(const HotlineOptions& options, std::int64_t seconds, std::int64_t step_ms = 1'000) {
    Hotline hotline(built_->city(), options, kBegin);
    std::vector<Publication> all;
    for (std::int64_t ms = 0; ms <= seconds * 1'000; ms += step_ms) {
      for (auto& publication : hotline.step(kBegin + DurationMs{ms})) all.push_back(std::move(publication));
    }
    return all;
  }

  AsciiMap map_;
  std::unique_ptr<BuiltCity> built_;
};

std::string all_values(const std::vector<Publication>& publications) {
  std::string all;
  for (const Publication& p : publications) all += p.source + "|" + p.event_id + "|" + p.value + "\n";
  return all;
}

TEST_F(HotlineStory, TheSameSeedGivesTheSameEventsHoweverOftenItIsAsked) {
  HotlineOptions options;
  options.rate_per_s = 5;
  options.bad_share = 0.1;
  options.burst_every_s = 60;
  options.alert_every_s = 60;
  const auto first = run(options, 300);
  EXPECT_GT(first.size(), 1'000U);
  EXPECT_EQ(all_values(first), all_values(run(options, 300, 50)));
  options.seed = 2;
  EXPECT_NE(all_values(first), all_values(run(options, 300)));
}

TEST_F(HotlineStory, ReportsComeAtTheRateThatWasAsked) {
  // 20,000 expected; the standard deviation of a Poisson count is its root.
  EXPECT_NEAR(static_cast<double>(run(plain(20), 1'000).size()), 20'000, 5 * std::sqrt(20'000));
}

TEST_F(HotlineStory, BusyHoursHaveMoreCalls) {
  HotlineOptions options = plain(2);
  options.day_curve = kFlatDay;
  options.day_curve[11] = 3;  // The mean is 26 / 24.
  options.start_hour = 10;
  const double mean = 26.0 / 24;
  const auto two_hours = run(options, 7'200);
  const auto first_hour = run(options, 3'600);
  const double quiet = 7'200 / mean;
  const double busy = 3 * 7'200 / mean;
  EXPECT_NEAR(static_cast<double>(first_hour.size()), quiet, 5 * std::sqrt(quiet));
  EXPECT_NEAR(static_cast<double>(two_hours.size() - first_hour.size()), busy, 5 * std::sqrt(busy));
}

TEST_F(HotlineStory, EveryReportCanBeUsed) {
  for (const Publication& publication : run(plain(20), 100)) {
    const v1::IncidentReport report = parse(publication).report();
    EXPECT_NE(report.category(), v1::CATEGORY_UNSPECIFIED);
    EXPECT_NE(report.severity(), v1::SEVERITY_UNSPECIFIED);
    EXPECT_LE(report.source().size(), limits::kSourceBytes);
    EXPECT_EQ(report.event_id(), publication.event_id);
    const auto point = common::to_wgs84(report.location());
    ASSERT_TRUE(point.ok());
    EXPECT_EQ(built_->city().region_at(point.value()), AsciiMap::kRegion);
    EXPECT_TRUE(built_->roads().snap(point.value(), road::TravelKind::kCar, 50'000));
  }
}

TEST_F(HotlineStory, EventIdsAreUnique) {
  std::set<std::string> ids;
  const auto reports = run(plain(20), 100);
  for (const Publication& publication : reports) ids.insert(publication.event_id);
  EXPECT_EQ(ids.size(), reports.size());
}

TEST_F(HotlineStory, ABurstIsManyCallsAboutOnePlaceWithinAMinute) {
  HotlineOptions options = plain(0);
  options.burst_calls = 20;
  options.burst_every_s = 1e6;
  Hotline hotline(built_->city(), options, kBegin);
  const TimeMs begins = hotline.next_due();
  EXPECT_TRUE(hotline.step(begins - DurationMs{1}).empty());
  const auto calls = hotline.step(begins + DurationMs{60'000});
  EXPECT_GE(calls.size(), 10U);
  EXPECT_LE(calls.size(), 20U);
  std::set<v1::Category> categories;
  std::vector<geo::PlanePoint> places;
  for (const Publication& call : calls) {
    const v1::IncidentReport report = parse(call).report();
    categories.insert(report.category());
    places.push_back(built_->roads().projection.project(common::to_wgs84(report.location()).value()));
  }
  EXPECT_EQ(categories.size(), 1U);
  for (const geo::PlanePoint& place : places) {
    EXPECT_LE(std::abs(place.x_mm - places[0].x_mm), 301'000);
    EXPECT_LE(std::abs(place.y_mm - places[0].y_mm), 301'000);
  }
}

TEST_F(HotlineStory, ARepetitionIsTheSameBytesLater) {
  HotlineOptions options = plain(2);
  options.repeated_share = 0.5;
  std::map<std::string, std::string> first;
  int repeated = 0;
  for (const Publication& publication : run(options, 200)) {
    if (!publication.repeated) {
      EXPECT_TRUE(first.emplace(publication.event_id, publication.value).second);
    } else {
      ++repeated;
      ASSERT_TRUE(first.contains(publication.event_id));
      EXPECT_EQ(first[publication.event_id], publication.value);
    }
  }
  EXPECT_GT(repeated, 100);
}

TEST_F(HotlineStory, UpdatesAndCancelsFollowTheirReport) {
  HotlineOptions options = plain(2);
  options.update_share = 0.5;
  options.cancel_share = 0.5;
  std::set<std::string> reported;
  int follow_ups = 0;
  for (const Publication& publication : run(options, 400)) {
    const v1::IncidentEvent event = parse(publication);
    if (event.has_report()) {
      reported.insert(publication.event_id);
      continue;
    }
    ++follow_ups;
    EXPECT_TRUE(reported.contains(publication.event_id));
    EXPECT_EQ(event.has_update() ? event.update().region() : event.cancel().region(), AsciiMap::kRegion.value());
  }
  EXPECT_GT(follow_ups, 100);
}

TEST_F(HotlineStory, JsonSaysTheSameAsProtobuf) {
  HotlineOptions options = plain(2);
  options.json_share = 1;
  const auto reports = run(options, 100);
  ASSERT_FALSE(reports.empty());
  for (const Publication& publication : reports) {
    ASSERT_EQ(publication.value.front(), '{');
    EXPECT_EQ(parse(publication).report().event_id(), publication.event_id);
  }
}

TEST_F(HotlineStory, BadEventsAreAShareOfTheGoodOnes) {
  HotlineOptions options = plain(20);
  options.bad_share = 0.25;
  double bad = 0;
  double good = 0;
  for (const Publication& publication : run(options, 500)) ++(publication.kind == PublicationKind::kBad ? bad : good);
  EXPECT_NEAR(bad / good, 0.25, 0.04);
}

TEST_F(HotlineStory, AlertsHaveWhatCapAsksFor) {
  HotlineOptions options = plain(0);
  options.alert_every_s = 10;
  const auto alerts = run(options, 1'000);
  ASSERT_GT(alerts.size(), 50U);
  for (const Publication& publication : alerts) {
    EXPECT_EQ(publication.topic, log::Topic::kAlerts);
    v1::AlertReport alert;
    ASSERT_TRUE(alert.ParseFromString(publication.value));
    EXPECT_FALSE(alert.identifier().empty());
    EXPECT_NE(alert.info().urgency(), v1::AlertInfo::URGENCY_UNSPECIFIED);
    EXPECT_NE(alert.info().severity(), v1::AlertInfo::ALERT_SEVERITY_UNSPECIFIED);
    EXPECT_GE(alert.info().area().circle_radius_m(), 1U);
  }
}

TEST(HotlineLocation, EveryDatumComesBackAsWgs84) {
  Random random(3, "datums");
  for (int i = 0; i < 10'000; ++i) {
    const geo::Point point{static_cast<std::int32_t>(random.between(180'000'000, 530'000'000)),
                           static_cast<std::int32_t>(random.between(740'000'000, 1'340'000'000))};
    for (const v1::Datum datum : {v1::DATUM_WGS84, v1::DATUM_CGCS2000, v1::DATUM_GCJ02, v1::DATUM_BD09}) {
      const auto back = common::to_wgs84(to_location(point, datum));
      ASSERT_TRUE(back.ok());
      // Within 5 units of 1e-7 degrees: about 5 cm.
      EXPECT_NEAR(back.value().latitude_e7, point.latitude_e7, 5) << v1::Datum_Name(datum);
      EXPECT_NEAR(back.value().longitude_e7, point.longitude_e7, 5) << v1::Datum_Name(datum);
    }
  }
}

// Two places far apart; both datums shift by some hundred metres, as published conversions do.
TEST(HotlineLocation, ChineseDatumsAreOffByHundredsOfMetres) {
  const geo::Point wuxi{315'000'000, 1'203'000'000};
  const v1::Location gcj02 = to_location(wuxi, v1::DATUM_GCJ02);
  EXPECT_GT(std::hypot(gcj02.latitude_deg() - 31.5, gcj02.longitude_deg() - 120.3), 0.001);
  EXPECT_LT(std::hypot(gcj02.latitude_deg() - 31.5, gcj02.longitude_deg() - 120.3), 0.01);
  const geo::Point porto{411'500'000, -86'100'000};
  EXPECT_EQ(to_location(porto, v1::DATUM_GCJ02).latitude_deg(), 41.15);
}

}  // namespace
}  // namespace dispatch135::fieldsim
