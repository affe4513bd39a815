// Statistics by group, held against a twin that keeps every decision and reckons all anew.
#include "engine/stats/groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <vector>

#include "engine/stats/statistics.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::stats {
namespace {

using core::testing::kRegion;
using core::testing::Town;
using core::testing::World;

// One of the incidents, or one of the assignments that ended, as the decisions tell it in the end.
struct PlainIncident {
  v1::Incident opened;
  v1::Incident last;
  std::uint64_t breaches = 0;
};
struct PlainAssignment {
  v1::AssignmentEnded ended;
  std::int64_t at_ms = 0;
};

class PlainTwin {
 public:
  explicit PlainTwin(const std::vector<v1::Decision>& decisions) {
    for (const v1::Decision& decision : decisions) {
      if (decision.has_incident_opened()) {
        const v1::Incident& incident = decision.incident_opened().incident();
        incidents_[incident.incident_id()] = {incident, incident, 0};
      } else if (decision.has_incident_changed()) {
        const v1::Incident& incident = decision.incident_changed().incident();
        incidents_.at(incident.incident_id()).last = incident;
      } else if (decision.has_deadline_breached()) {
        ++incidents_.at(decision.deadline_breached().incident_id()).breaches;
      } else if (decision.has_assignment_ended()) {
        assignments_.push_back({decision.assignment_ended(), decision.decided_at_ms()});
      } else if (decision.has_unit_changed()) {
        posts_[decision.unit_changed().unit().unit_id()] = decision.unit_changed().unit().post_id();
      }
    }
  }

  using OfIncident = std::function<bool(const v1::Incident&)>;
  using OfUnit = std::function<bool(std::uint64_t unit, std::uint64_t post)>;

  // The figures of incidents that belong, and of the assignments to them.
  v1::GroupStatistics of_incidents(const OfIncident& belongs) const {
    v1::GroupStatistics out;
    std::vector<std::int64_t> responses;
    for (const auto& [id, incident] : incidents_) {
      if (!belongs(incident.opened)) continue;
      const v1::Incident& last = incident.last;
      const bool linked = last.status() == v1::INCIDENT_STATUS_LINKED;
      out.set_opened(out.opened() + 1);
      out.set_breaches(out.breaches() + incident.breaches);
      if (last.first_on_scene_at_ms() != 0) responses.push_back(last.first_on_scene_at_ms() - last.opened_at_ms());
      const bool ended = last.ended_at_ms() != 0;
      if (linked || (ended && last.disposition() == v1::DISPOSITION_DUPLICATE))
        out.set_duplicates(out.duplicates() + 1);
      if (!ended) continue;
      if (last.status() == v1::INCIDENT_STATUS_CANCELLED) {
        out.set_cancelled(out.cancelled() + 1);
      } else {
        out.set_closed(out.closed() + 1);
      }
      if (last.disposition() == v1::DISPOSITION_VOID) out.set_void_calls(out.void_calls() + 1);
      if (last.disposition() == v1::DISPOSITION_FALSE_ALARM) out.set_false_alarms(out.false_alarms() + 1);
    }
    fill(responses, {60'000, 180'000, 300'000, 600'000, 900'000, 1'800'000}, *out.mutable_response());
    fill_work([&](const v1::Assignment& a) { return belongs(incidents_.at(a.incident_id()).opened); }, out);
    return out;
  }

  v1::GroupStatistics of_units(const OfUnit& belongs) const {
    v1::GroupStatistics out;
    const auto theirs = [&](const v1::Assignment& a) { return belongs(a.unit_id(), posts_.at(a.unit_id())); };
    std::vector<std::int64_t> responses;
    for (const PlainAssignment& one : assignments_) {
      const v1::Assignment& a = one.ended.assignment();
      if (theirs(a) && a.on_scene_at_ms() != 0) responses.push_back(a.on_scene_at_ms() - a.assigned_at_ms());
    }
    fill(responses, {60'000, 180'000, 300'000, 600'000, 900'000, 1'800'000}, *out.mutable_response());
    fill_work(theirs, out);
    return out;
  }

 private:
  void fill_work(const std::function<bool(const v1::Assignment&)>& belongs, v1::GroupStatistics& out) const {
    std::vector<std::int64_t> signing;
    std::vector<std::int64_t> feedback;
    for (const PlainAssignment& one : assignments_) {
      const v1::Assignment& a = one.ended.assignment();
      if (!belongs(a)) continue;
      out.set_assignments(out.assignments() + 1);
      if (a.acknowledged_at_ms() != 0) signing.push_back(a.acknowledged_at_ms() - a.assigned_at_ms());
      if (one.ended.reason() == v1::AssignmentEnded::REASON_FEEDBACK)
        feedback.push_back(one.at_ms - a.assigned_at_ms());
    }
    fill(signing, {30'000, 60'000, 120'000, 180'000}, *out.mutable_signing());
    fill(feedback, {1'800'000, 3'600'000, 7'200'000, 14'400'000}, *out.mutable_feedback());
  }

  // Percentiles are the exact ones here.
  static void fill(std::vector<std::int64_t> values, const std::vector<std::int64_t>& limits, v1::TimeStatistics& out) {
    std::sort(values.begin(), values.end());
    out.set_count(values.size());
    std::int64_t sum = 0;
    for (const std::int64_t value : values) sum += value;
    for (const std::int64_t limit : limits) {
      out.add_limits_ms(limit);
      out.add_within(static_cast<std::uint64_t>(
          std::count_if(values.begin(), values.end(), [&](std::int64_t value) { return value <= limit; })));
    }
    if (values.empty()) return;
    out.set_mean_ms(sum / static_cast<std::int64_t>(values.size()));
    out.set_p50_ms(values[(values.size() * 50 + 99) / 100 - 1]);
    out.set_p90_ms(values[(values.size() * 90 + 99) / 100 - 1]);
  }

  std::map<std::uint64_t, PlainIncident> incidents_;
  std::vector<PlainAssignment> assignments_;
  std::map<std::uint64_t, std::uint64_t> posts_;
};

void expect_same(const v1::TimeStatistics& quick, const v1::TimeStatistics& plain) {
  EXPECT_EQ(quick.count(), plain.count());
  EXPECT_TRUE(std::equal(quick.within().begin(), quick.within().end(), plain.within().begin(), plain.within().end()));
  EXPECT_EQ(quick.mean_ms(), plain.mean_ms());
  EXPECT_GE(quick.p50_ms(), plain.p50_ms());
  EXPECT_LE(quick.p50_ms(), plain.p50_ms() + plain.p50_ms() / 32);
  EXPECT_GE(quick.p90_ms(), plain.p90_ms());
  EXPECT_LE(quick.p90_ms(), plain.p90_ms() + plain.p90_ms() / 32);
}

void expect_same(const v1::GroupStatistics& quick, const v1::GroupStatistics& plain) {
  SCOPED_TRACE("group " + std::to_string(quick.key()));
  EXPECT_EQ(quick.opened(), plain.opened());
  EXPECT_EQ(quick.closed(), plain.closed());
  EXPECT_EQ(quick.cancelled(), plain.cancelled());
  EXPECT_EQ(quick.breaches(), plain.breaches());
  EXPECT_EQ(quick.void_calls(), plain.void_calls());
  EXPECT_EQ(quick.false_alarms(), plain.false_alarms());
  EXPECT_EQ(quick.duplicates(), plain.duplicates());
  EXPECT_EQ(quick.assignments(), plain.assignments());
  expect_same(quick.signing(), plain.signing());
  expect_same(quick.response(), plain.response());
  expect_same(quick.feedback(), plain.feedback());
}

// Keeps what a lively morning decided.
class LivelyMorning : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kSeed = 11;
  static constexpr int kRecords = 20'000;

  LivelyMorning() : bytes_(city::build_city(core::testing::grid_town(10, 20, kSeed)).value()) {
    std::cout << "seed " << kSeed << "\n";
    core::Engine engine(0, catalog_);
    core::testing::MixedLog mixed(city_, kRegion.value(), kSeed, {.positions_of_1000 = 100, .calls_of_100 = 12});
    TimeMs now{1'700'000'000'000};
    std::uint64_t offset = 0;
    const auto append = [&](const v1::LogRecord& record) {
      now = now + DurationMs{mixed.gap_ms() * 20};
      for (const v1::Decision& decision : engine.apply(record, offset++, now)) {
        mixed.saw(decision);
        decisions_.push_back(decision);
        statistics_.on_decision(decision);
      }
    };
    for (const v1::LogRecord& record : mixed.opening(core::testing::test_policy())) append(record);
    for (int i = 0; i < kRecords; ++i) append(mixed.next());
  }

  v1::StatisticsResponse by(v1::StatisticsGrouping grouping, std::int32_t utc_offset_min = 0) {
    v1::StatisticsRequest request;
    request.set_group_by(grouping);
    request.set_utc_offset_min(utc_offset_min);
    return statistics_.response(request);
  }

  const std::vector<std::byte> bytes_;
  const city::City city_ = city::City::open(bytes_).value();
  const core::testing::OneCity catalog_{city_};
  std::vector<v1::Decision> decisions_;
  Statistics statistics_;
};

TEST_F(LivelyMorning, EveryGroupIsWhatReckoningAllAnewGives) {
  const PlainTwin twin(decisions_);
  const v1::StatisticsResponse all = by(v1::STATISTICS_GROUPING_UNSPECIFIED);
  EXPECT_EQ(all.groups_size(), 0);
  EXPECT_GT(all.all().response().count(), 100U);
  expect_same(all.all(), twin.of_incidents([](const auto&) { return true; }));

  const auto districts = by(v1::STATISTICS_GROUPING_DISTRICT);
  EXPECT_GE(districts.groups_size(), 1);
  for (const v1::GroupStatistics& group : districts.groups()) {
    expect_same(group, twin.of_incidents([&](const v1::Incident& i) { return i.district() == group.key(); }));
  }
  const auto categories = by(v1::STATISTICS_GROUPING_CATEGORY);
  EXPECT_GE(categories.groups_size(), 2);
  for (const v1::GroupStatistics& group : categories.groups()) {
    expect_same(group, twin.of_incidents([&](const v1::Incident& i) {
      return static_cast<std::uint64_t>(i.category()) == group.key();
    }));
  }
  for (const std::int32_t offset_min : {0, 480, 345, -600}) {
    const auto hours = by(v1::STATISTICS_GROUPING_HOUR, offset_min);
    EXPECT_GE(hours.groups_size(), 2);
    for (const v1::GroupStatistics& group : hours.groups()) {
      expect_same(group, twin.of_incidents([&](const v1::Incident& i) {
        return static_cast<std::uint64_t>((i.opened_at_ms() + offset_min * 60'000LL) / 3'600'000 % 24) == group.key();
      }));
    }
  }
  const auto units = by(v1::STATISTICS_GROUPING_UNIT);
  EXPECT_GE(units.groups_size(), 10);
  for (const v1::GroupStatistics& group : units.groups()) {
    expect_same(group, twin.of_units([&](std::uint64_t unit, std::uint64_t) { return unit == group.key(); }));
  }
  const auto posts = by(v1::STATISTICS_GROUPING_POST);
  for (const v1::GroupStatistics& group : posts.groups()) {
    expect_same(group, twin.of_units([&](std::uint64_t, std::uint64_t post) { return post == group.key(); }));
  }
}

TEST_F(LivelyMorning, OnlyTheGroupsAskedForAreGiven) {
  const v1::StatisticsResponse all = by(v1::STATISTICS_GROUPING_UNIT);
  v1::StatisticsRequest request;
  request.set_group_by(v1::STATISTICS_GROUPING_UNIT);
  request.add_keys(all.groups(3).key());
  request.add_keys(999'999);
  const v1::StatisticsResponse one = statistics_.response(request);
  ASSERT_EQ(one.groups_size(), 1);
  EXPECT_EQ(one.groups(0).SerializeAsString(), all.groups(3).SerializeAsString());
}

//  unit 1 at the scene's door; the order is signed after 20 s, the unit there after 50 s, done after 40 min
TEST(Bulletin, AUnitsDayIsScoredByItsOwnOrders) {
  World world(Town().long_street(20).post(1, 0, 0).draft());
  Statistics statistics;
  const auto feed = [&](const World::Decisions& decisions) {
    for (const v1::Decision& decision : decisions) statistics.on_decision(decision);
  };
  feed(world.sign_on(1));
  feed(world.report("e1", Town::at(0, 0)));
  feed(world.later_s(20));
  feed(world.acknowledge(1));
  feed(world.later_s(30));
  feed(world.on_scene(1));
  feed(world.later_s(40 * 60 - 50));
  feed(world.feedback(1));
  v1::StatisticsRequest request;
  request.set_group_by(v1::STATISTICS_GROUPING_UNIT);
  const v1::StatisticsResponse response = statistics.response(request);
  ASSERT_EQ(response.groups_size(), 1);
  const v1::GroupStatistics& unit = response.groups(0);
  EXPECT_EQ(unit.key(), 1U);
  EXPECT_EQ(unit.signing().within(0), 1U);
  EXPECT_EQ(unit.response().within(0), 1U);
  EXPECT_EQ(unit.response().mean_ms(), 50'000);
  EXPECT_EQ(unit.feedback().within(0), 0U);
  EXPECT_EQ(unit.feedback().within(1), 1U);
  EXPECT_EQ(response.all().closed(), 1U);
}

TEST(DurationsInBuckets, APercentileIsNeverTooLowAndTooHighByAThirtySecondAtMost) {
  for (const std::int64_t ms :
       {0LL, 1LL, 63LL, 64LL, 65LL, 127LL, 128LL, 29'999LL, 86'400'000LL, 2'000'000'000'000LL}) {
    Histogram one;
    one.add(ms);
    EXPECT_GE(one.percentile_ms(50), ms);
    EXPECT_LE(one.percentile_ms(50), ms + ms / 32);
    EXPECT_EQ(one.mean_ms(), ms);
  }
  Histogram none;
  EXPECT_EQ(none.percentile_ms(90), 0);
  EXPECT_EQ(none.mean_ms(), 0);
}

}  // namespace
}  // namespace dispatch135::stats
