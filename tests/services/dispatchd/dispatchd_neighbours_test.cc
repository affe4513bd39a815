// Two cities whose partitions are led by nodes that die, are cut off or fail to append: what one says to the other
// arrives once, and both end up with the same picture.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "tests/engine/core/mixed_log.h"
#include "tests/services/dispatchd/cluster.h"
#include "tests/stories/two_cities.h"

namespace dispatch135::dispatchd::testing {
namespace {

using core::testing::km;
using core::testing::kSuzhou;
using core::testing::neighbourly;
using core::testing::street_town;
constexpr RegionId kWuxi = core::testing::kRegion;

v1::Policy patient(RegionId neighbour) {
  v1::Policy policy = neighbourly(neighbour);
  policy.set_silent_after_ms(86'400'000);
  policy.set_acknowledge_within_ms(86'400'000);
  policy.mutable_neighbours()->mutable_cities(0)->set_answer_within_ms(20'000);
  policy.mutable_neighbours()->mutable_cities(0)->mutable_lend()->set_at_most(64);
  return policy;
}

class TwoCityFiles final : public core::CityCatalog {
 public:
  TwoCityFiles(const city::City& one, const city::City& other) : cities_{&one, &other} {}
  const city::City* find(CityFingerprint fingerprint) const override {
    for (const city::City* city : cities_) {
      if (city->fingerprint() == fingerprint) return city;
    }
    return nullptr;
  }

 private:
  const city::City* cities_[2];
};

// Wuxi has nobody on duty at 0 to 10 km, Suzhou units 21 to 24 between 10 and 20 km.
class Cities2 {
 public:
  explicit Cities2(std::int32_t partitions)
      : wuxi(street_town(kWuxi, 0, {})),
        suzhou(street_town(kSuzhou, 10, {{21, 11}, {22, 12}, {23, 13}, {24, 14}})),
        log(clock, {.log_partitions = partitions}),
        files_(wuxi.city(), suzhou.city()) {}

  void start(const std::string& name) {
    NodeSettings settings;
    settings.name = name;
    settings.process = ++count_;
    settings.address = name + ":7135";
    settings.regions[kWuxi] = {wuxi.city().fingerprint(), patient(kSuzhou)};
    settings.regions[kSuzhou] = {suzhou.city().fingerprint(), patient(kWuxi)};
    nodes[name] = std::make_unique<Process>(clock, log, files_, settings);
    nodes[name]->node->start();
    settle();
  }
  void kill(const std::string& name) {
    log.kill(name);
    nodes.erase(name);
  }
  void lead(const std::string& name, RegionId region) {
    nodes.at(name)->node->on_led(partition_of(region), true);
    settle();
  }
  void revoke(const std::string& name, RegionId region) {
    nodes.at(name)->node->on_led(partition_of(region), false);
    settle();
  }
  std::int32_t partition_of(RegionId region) const {
    return log::partition_of(region, log.partitions(log::Topic::kLog));
  }
  void settle() {
    log.run();
    for (auto& [name, process] : nodes) process->node->on_timer();
    log.run();
  }
  void later_ms(std::int64_t ms) {
    for (const std::int64_t end = clock.ms + ms; clock.ms < end;) {
      clock.ms += 50;
      settle();
    }
  }
  // As its edge logs it.
  void put(RegionId region, const std::function<void(v1::LogRecord&)>& fill) {
    v1::LogRecord record;
    record.set_region(region.value());
    fill(record);
    log.put(log::Topic::kLog, partition_of(region), std::to_string(region.value()), record.SerializeAsString());
  }
  void sign_on(std::uint64_t unit) {
    put(kSuzhou, [&](v1::LogRecord& record) {
      record.mutable_unit_signed_on()->set_unit_id(unit);
      record.mutable_unit_signed_on()->set_device_id("device");
    });
  }
  void report(const std::string& event) {
    put(kWuxi, [&](v1::LogRecord& record) {
      v1::IncidentReported& report = *record.mutable_incident_reported();
      report.set_source("110");
      report.set_event_id(event);
      report.set_category(v1::CATEGORY_PUBLIC_ORDER);
      report.set_severity(v1::SEVERITY_MEDIUM);
      report.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
      report.mutable_position()->set_latitude_e7(km(9.5).latitude_e7);
      report.mutable_position()->set_longitude_e7(km(9.5).longitude_e7);
    });
  }
  void cancel(const std::string& event) {
    put(kWuxi, [&](v1::LogRecord& record) {
      record.mutable_incident_cancelled()->set_source("110");
      record.mutable_incident_cancelled()->set_event_id(event);
    });
  }
  void decline(std::uint64_t unit, std::uint64_t assignment) {
    put(kSuzhou, [&](v1::LogRecord& record) {
      record.mutable_assignment_declined()->set_unit_id(unit);
      record.mutable_assignment_declined()->set_assignment_id(assignment);
      record.mutable_assignment_declined()->set_reason(v1::DECLINE_REASON_BUSY);
    });
  }
  const core::Engine& engine(const std::string& node, RegionId region) const {
    return std::next(nodes.at(node)->node->partitions().begin(), partition_of(region))->engine;
  }
  v1::Incident incident(const std::string& node, const std::string& event) const {
    return engine(node, kWuxi).incident(kWuxi, "110", event).value_or(v1::Incident());
  }
  v1::Unit unit(const std::string& node, std::uint64_t id) const {
    return *engine(node, kSuzhou).unit(kSuzhou, UnitId(id));
  }
  // How often a region has heard words of this kind, in its log, refused and repeated ones included.
  std::size_t logged(RegionId region, v1::NeighbourMessage::WhatCase what) const {
    std::size_t count = 0;
    for (const auto& stored : log.records(log::Topic::kLog, partition_of(region))) {
      v1::LogRecord record;
      record.ParseFromString(stored.value);
      count += record.region() == region.value() && record.neighbour_heard().message().what_case() == what ? 1 : 0;
    }
    return count;
  }

  VirtualClock clock;
  dispatch135::testing::BuiltCity wuxi;
  dispatch135::testing::BuiltCity suzhou;
  log::MemoryLog log;
  std::map<std::string, std::unique_ptr<Process>> nodes;

 private:
  TwoCityFiles files_;
  std::uint64_t count_ = 0;
};

// Two partitions, and both regions in one: the same path.
class Neighbours : public ::testing::TestWithParam<std::int32_t> {
 protected:
  void start() {
    for (const char* name : {"a", "b", "c"}) cities.start(name);
    cities.lead("a", kWuxi);
    if (GetParam() > 1) cities.lead("b", kSuzhou);
    cities.sign_on(21);
    cities.later_ms(1'000);
  }
  std::string lender() const { return GetParam() > 1 ? "b" : "a"; }
  // Another node takes the lender's partition.
  void succeed() {
    cities.kill(lender());
    cities.lead("c", kSuzhou);
  }

  Cities2 cities{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Partitions, Neighbours, ::testing::Values(1, 2));

TEST_P(Neighbours, WhatOneCitySaysIsCarriedToTheOtherAndBack) {
  start();
  cities.report("e1");
  cities.later_ms(200);
  EXPECT_EQ(cities.unit("c", 21).lent_to(), kWuxi.value());
  ASSERT_EQ(cities.incident("c", "e1").borrowed_size(), 1);
  EXPECT_EQ(cities.incident("c", "e1").borrowed(0).unit().unit_id(), 21U);
  cities.cancel("e1");
  cities.later_ms(200);
  EXPECT_EQ(cities.unit("c", 21).assignment_id(), 0U);
}

TEST_P(Neighbours, ARequestMadeWhileTheLendersPartitionHasNoLeaderIsHeardByTheNextOne) {
  start();
  cities.kill(lender());
  if (GetParam() == 1) cities.lead("c", kSuzhou);
  cities.report("e1");
  cities.later_ms(2'000);
  if (GetParam() > 1) {
    EXPECT_EQ(cities.logged(kSuzhou, v1::NeighbourMessage::kRequest), 0U);
    cities.lead("c", kSuzhou);
    cities.later_ms(200);
  }
  EXPECT_EQ(cities.logged(kSuzhou, v1::NeighbourMessage::kRequest), 1U);
  EXPECT_EQ(cities.incident("c", "e1").borrowed(0).unit().unit_id(), 21U);
}

TEST_P(Neighbours, ARequestThatTheAskersLeaderDidNotPublishIsPublishedByTheNextOne) {
  start();
  cities.log.cut_off("a");
  cities.report("e1");
  cities.kill("a");
  cities.lead("c", kWuxi);
  if (GetParam() == 1) cities.lead("c", kSuzhou);
  cities.later_ms(1'000);
  EXPECT_EQ(cities.incident("c", "e1").borrowed(0).unit().unit_id(), 21U);
}

TEST_P(Neighbours, ANewLeaderGoesOnWhereTheLogSaysAndCarriesNothingTwice) {
  start();
  cities.report("e1");
  cities.later_ms(200);
  succeed();
  cities.later_ms(2'000);
  EXPECT_EQ(cities.logged(kSuzhou, v1::NeighbourMessage::kRequest), 1U);
  EXPECT_EQ(cities.logged(kWuxi, v1::NeighbourMessage::kGrant), 1U);
  cities.cancel("e1");
  cities.later_ms(200);
  EXPECT_EQ(cities.unit("c", 21).assignment_id(), 0U);
}

TEST_P(Neighbours, TwoThatBothBelieveToLeadLendOneUnit) {
  start();
  cities.sign_on(22);
  cities.later_ms(100);
  // What the old one hears and says is slow: it goes on carrying after the new one has begun.
  cities.log.delay(lender(), {300});
  cities.report("e1");
  cities.lead("c", kSuzhou);
  cities.later_ms(2'000);
  EXPECT_EQ(cities.unit("c", 21).lent_to(), kWuxi.value());
  EXPECT_EQ(cities.unit("c", 22).assignment_id(), 0U);
  EXPECT_EQ(cities.incident("c", "e1").borrowed_size(), 1);
}

TEST_P(Neighbours, WhatCouldNotBeAppendedIsCarriedAgain) {
  start();
  cities.log.fail_appends(lender(), 2, "the broker is away");
  cities.report("e1");
  cities.later_ms(2'000);
  ASSERT_EQ(cities.incident("c", "e1").borrowed_size(), 1);
  EXPECT_EQ(cities.incident("c", "e1").borrowed(0).unit().unit_id(), 21U);
}

// Leaders die and are replaced at random while incidents come and go and units decline. Afterwards nothing hangs: what
// Wuxi believes to have is what Suzhou has lent, unit by unit, and a node that reads everything anew agrees.
TEST_P(Neighbours, WhateverDiesBothCitiesAgreeInTheEnd) {
  std::size_t grants = 0;
  for (int round = 0; round < 6; ++round) {
    const std::uint64_t seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    core::testing::Random random(seed);
    Cities2 world(GetParam());
    int born = 0;
    std::map<RegionId, std::string> leader;
    const auto take_over = [&](RegionId region) {
      const std::string name = "n" + std::to_string(++born);
      world.start(name);
      for (const RegionId led : {kWuxi, kSuzhou}) {
        if (world.partition_of(led) != world.partition_of(region)) continue;
        leader[led] = name;
      }
      world.lead(name, region);
    };
    take_over(kWuxi);
    if (GetParam() > 1) take_over(kSuzhou);
    for (std::uint64_t id = 21; id <= 24; ++id) world.sign_on(id);
    world.later_ms(500);
    int events = 0;
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t what = random.below(10);
      if (what < 3) {
        world.report("e" + std::to_string(++events));
      } else if (what < 5 && events > 0) {
        world.cancel("e" + std::to_string(1 + random.below(static_cast<std::uint64_t>(events))));
      } else if (what < 7) {
        const std::uint64_t id = 21 + random.below(4);
        const v1::Unit unit = world.unit(leader[kSuzhou], id);
        if (unit.assignment_id() != 0) world.decline(id, unit.assignment_id());
      } else if (what == 7) {
        world.log.fail_appends(leader[kSuzhou], 1 + random.below(3), "the broker is away");
      } else if (what == 8) {
        const RegionId region = random.below(2) == 0 ? kWuxi : kSuzhou;
        const std::string old = leader[region];
        // Both lead for a while, or there is a gap.
        if (random.below(2) == 0) {
          take_over(region);
          world.later_ms(static_cast<std::int64_t>(random.below(300)));
          world.kill(old);
        } else {
          world.kill(old);
          world.later_ms(static_cast<std::int64_t>(random.below(3'000)));
          take_over(region);
        }
      }
      world.later_ms(static_cast<std::int64_t>(random.below(400)));
    }
    world.later_ms(3'000);

    std::map<std::uint64_t, std::uint64_t> believed;  // Request -> unit.
    const v1::RegionSnapshot asker = world.engine(leader[kWuxi], kWuxi).snapshot(kWuxi);
    for (const v1::Incident& incident : asker.incidents()) {
      for (const v1::BorrowedUnit& unit : incident.borrowed()) {
        if (unit.has_unit()) believed[unit.request_id()] = unit.unit().unit_id();
      }
    }
    std::map<std::uint64_t, std::uint64_t> lent;
    const v1::RegionSnapshot lender = world.engine(leader[kSuzhou], kSuzhou).snapshot(kSuzhou);
    for (const v1::Incident& incident : lender.incidents()) {
      ASSERT_EQ(incident.assignments_size(), 1);
      lent[incident.loan().request_id()] = incident.assignments(0).unit_id();
    }
    EXPECT_EQ(believed, lent);
    grants += world.logged(kWuxi, v1::NeighbourMessage::kGrant);
    world.start("fresh");
    world.later_ms(500);
    for (const RegionId region : {kWuxi, kSuzhou}) {
      EXPECT_EQ(world.engine("fresh", region).state_hash(), world.engine(leader[region], region).state_hash());
    }
  }
  EXPECT_GT(grants, 10U);
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
