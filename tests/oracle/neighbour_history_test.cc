// What two cities say to each other, judged by the oracle: right as the engine does it, and found when it is spoiled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>

#include "tests/engine/core/mixed_log.h"
#include "tests/oracle/history_checker.h"
#include "tests/stories/two_cities.h"

namespace dispatch135::oracle {
namespace {

using core::testing::km;
using core::testing::kSuzhou;
using core::testing::TwoCities;
using core::testing::World;

// The records and decisions of both cities as they stand in the topics. `spoil` may change a decision before it is
// published, or leave it out by false.
class Histories {
 public:
  using Spoil = std::function<bool(v1::Decision&)>;
  explicit Histories(TwoCities& cities, Spoil spoil = {}) : spoil_(std::move(spoil)) {
    for (World* world : {&cities.wuxi, &cities.suzhou}) {
      const std::int32_t partition = world == &cities.wuxi ? 0 : 1;
      world->watch = [this, partition](const v1::LogRecord& record, std::uint64_t offset, std::int64_t now_ms,
                                       const World::Decisions& decisions) {
        checker.on_record(
            {Topic::kLog, partition, static_cast<std::int64_t>(offset), now_ms, record.SerializeAsString()});
        for (v1::Decision decision : decisions) {
          if (spoil_ && !spoil_(decision)) continue;
          checker.on_record(
              {Topic::kDecisions, partition, published_[partition]++, now_ms, decision.SerializeAsString()});
        }
      };
    }
  }
  HistoryChecker checker;

 private:
  Spoil spoil_;
  std::map<std::int32_t, std::int64_t> published_;
};

std::string first_finding(const Verdict& verdict) {
  return verdict.findings.empty() ? std::string() : verdict.findings.front().text;
}

TEST(NeighbourHistory, HasNoFindingWhateverHappens) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  core::testing::Random random(seed);
  TwoCities cities({{1, 8}, {2, 9}}, {{21, 11}, {22, 12}, {23, 13}}, {}, [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_lend()->set_at_most(3);
  });
  Histories histories(cities);
  std::size_t grants = 0;
  int events = 0;
  for (int step = 0; step < 2'000; ++step) {
    World& city = random.below(3) == 0 ? cities.wuxi : cities.suzhou;
    const std::uint64_t unit = &city == &cities.wuxi ? 1 + random.below(2) : 21 + random.below(3);
    switch (random.below(9)) {
      case 0:
        cities.wuxi.report("e" + std::to_string(++events), km(7 + static_cast<double>(random.below(3))));
        break;
      case 1:
        if (events > 0) {
          cities.wuxi.cancel("e" + std::to_string(1 + random.below(static_cast<std::uint64_t>(events))));
        }
        break;
      case 2:
        city.sign_on(unit);
        break;
      case 3:
        city.acknowledge(unit);
        break;
      case 4:
        city.on_scene(unit);
        break;
      case 5:
        city.feedback(unit);
        break;
      case 6:
        random.below(2) == 0 ? city.decline(unit) : city.sign_off(unit);
        break;
      default:
        city.heartbeat(unit);
        break;
    }
    if (random.below(3) != 0) cities.carry();
    if (random.below(4) == 0) cities.later_s(static_cast<int>(random.below(20)));
  }
  cities.carry();
  for (const auto what : core::testing::words(cities.suzhou)) {
    grants += what == v1::NeighbourMessage::kGrant ? 1 : 0;
  }
  EXPECT_GT(grants, 10U);
  EXPECT_EQ(first_finding(histories.checker.check()), "");
}

TEST(NeighbourHistory, AUnitThatOneSideHasForgottenIsFound) {
  TwoCities cities({}, {{21, 11}});
  // Wuxi's cancel is published without the word to Suzhou, and Suzhou never hears of it.
  Histories histories(cities, [](v1::Decision& decision) {
    return !decision.has_neighbour_said() || !decision.neighbour_said().has_release();
  });
  cities.suzhou.sign_on(21);
  cities.wuxi.report("e1", km(9.5));
  cities.carry();
  cities.wuxi.cancel("e1");
  EXPECT_THAT(first_finding(histories.checker.check()), ::testing::HasSubstr("is missing"));
  const Verdict verdict = histories.checker.check();
  EXPECT_TRUE(std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& finding) {
    return finding.text.find("has lent unit 21") != std::string::npos;
  }));
}

TEST(NeighbourHistory, ARequestThatIsGrantedTwiceIsFound) {
  TwoCities cities({}, {{21, 11}, {22, 12}}, {}, [](v1::Policy& policy) {
    policy.mutable_neighbours()->mutable_cities(0)->mutable_lend()->set_at_most(2);
  });
  Histories histories(cities, [](v1::Decision& decision) {
    if (decision.has_neighbour_said()) decision.mutable_neighbour_said()->set_request_id(1);
    return true;
  });
  cities.suzhou.sign_on(21);
  cities.suzhou.sign_on(22);
  cities.wuxi.report("e1", km(9.5));
  cities.wuxi.report("e2", km(9.5));
  cities.carry();
  const Verdict verdict = histories.checker.check();
  EXPECT_TRUE(std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& finding) {
    return finding.fault == Fault::kDoubleAssigned && finding.text.find("granted twice") != std::string::npos;
  }));
}

}  // namespace
}  // namespace dispatch135::oracle
