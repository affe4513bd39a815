// City services and grid matters: who gets them, by when, and how they come back to the caller. The rule is the
// policy's section `matters`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint32_t kTownship = 320'205'001;
constexpr std::uint32_t kCounty = 320'205;
constexpr std::uint32_t kCity = 320'200;
constexpr std::int64_t kHourMs = 3'600'000;

void add_row(v1::MatterRule& rule, const std::string& name, v1::Channel channel, const std::string& word) {
  v1::TriageEntry& row = *rule.add_triage();
  row.set_name(name);
  row.add_words(word);
  row.set_channel(channel);
  if (channel == v1::CHANNEL_EMERGENCY) row.set_severity(v1::SEVERITY_CRITICAL);
  row.set_handle_within_ms(4 * kHourMs);
}

// A centre signs within an hour, handles within four, calls back within a day; a caller who gives 3 of 5 is satisfied.
//
//   city 320200 (every severity) - county 320205 (high and milder) - township 320205001 (medium and milder)
v1::Policy matter_policy() {
  v1::Policy policy = test_policy();
  v1::MatterRule& rule = *policy.mutable_matters();
  add_row(rule, "gas", v1::CHANNEL_EMERGENCY, "gas");
  add_row(rule, "litter", v1::CHANNEL_GRID, "litter");
  add_row(rule, "lamps", v1::CHANNEL_CITY_SERVICE, "lamp");
  const auto centre = [&rule](std::uint32_t id, v1::CentreLevel level, std::uint32_t parent, v1::Severity from) {
    v1::Centre& out = *rule.add_centres();
    out.set_centre_id(id);
    out.set_name("centre " + std::to_string(id));
    out.set_level(level);
    out.set_parent_id(parent);
    out.set_takes_from(from);
    return &out;
  };
  centre(kCity, v1::CENTRE_LEVEL_CITY, 0, v1::SEVERITY_CRITICAL);
  centre(kCounty, v1::CENTRE_LEVEL_COUNTY, kCity, v1::SEVERITY_HIGH)->add_districts(320'205);
  centre(kTownship, v1::CENTRE_LEVEL_TOWNSHIP, kCounty, v1::SEVERITY_MEDIUM)->add_districts(320'205);
  rule.set_accept_within_ms(kHourMs);
  rule.set_verify_within_ms(24 * kHourMs);
  rule.set_satisfied_score(3);
  return policy;
}

//   km  0         1         2
//       1 . . . . . . . . 7 . . X . . . . . 8        1: a police unit; 7, 8: grid workers
class Matters : public ::testing::Test {
 protected:
  Matters()
      : world_(Town()
                   .long_street(20)
                   .post(1, 0, 0)
                   .post(7, 900, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_FOOT, 0, v1::UNIT_KIND_GRID_WORKER)
                   .post(8, 1'900, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_FOOT, 0, v1::UNIT_KIND_GRID_WORKER)
                   .draft(),
               matter_policy()) {
    for (const std::uint64_t unit : {1, 7, 8}) world_.sign_on(unit);
  }
  World::Decisions call(const std::string& event, const std::string& text, v1::Severity severity = v1::SEVERITY_LOW,
                        std::uint32_t district = 320'205) {
    auto decisions = world_.report(event, Town::at(1'200, 0), [&](v1::IncidentReported& report) {
      report.set_source("12345");
      report.set_description(text);
      report.set_severity(severity);
      report.set_district(district);
    });
    for (const v1::Decision& decision : only(decisions, v1::Decision::kMatterChanged)) {
      matter_ = decision.matter_changed().matter().matter_id();
    }
    return decisions;
  }
  World::Decisions command(const std::function<void(v1::OperatorCommand&)>& fill, const std::string& reason = "so") {
    return world_.command("c" + std::to_string(++commands_), [&](v1::OperatorCommand& command) {
      command.set_reason(reason);
      fill(command);
    });
  }
  World::Decisions assign(std::uint32_t centre) {
    return command([&](auto& c) {
      c.mutable_assign_matter()->set_matter_id(matter_);
      c.mutable_assign_matter()->set_centre_id(centre);
    });
  }
  World::Decisions accept() {
    return command([&](auto& c) { c.mutable_accept_matter()->set_matter_id(matter_); });
  }
  World::Decisions give_back() {
    return command([&](auto& c) { c.mutable_return_matter()->set_matter_id(matter_); });
  }
  World::Decisions handle() {
    return command([&](auto& c) {
      c.mutable_handle_matter()->set_matter_id(matter_);
      c.mutable_handle_matter()->set_disposition(v1::DISPOSITION_HANDLED);
    });
  }
  World::Decisions verify(std::uint32_t score) {
    return command([&](auto& c) {
      c.mutable_verify_matter()->set_matter_id(matter_);
      c.mutable_verify_matter()->set_score(score);
    });
  }
  World::Decisions transfer(v1::Channel channel, std::uint64_t incident = 0) {
    return command([&](auto& c) {
      if (incident == 0) c.mutable_transfer_matter()->set_matter_id(matter_);
      c.mutable_transfer_matter()->set_incident_id(incident);
      c.mutable_transfer_matter()->set_channel(channel);
    });
  }
  World::Decisions says(std::uint64_t unit, v1::MatterReport::Step step) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    v1::MatterReported& said = *record.mutable_matter_reported();
    said.set_unit_id(unit);
    said.mutable_report()->set_matter_id(matter_);
    said.mutable_report()->set_step(step);
    if (step == v1::MatterReport::STEP_HANDLED) said.mutable_report()->set_disposition(v1::DISPOSITION_HANDLED);
    said.mutable_report()->set_note("as said");
    return world_.apply(record);
  }
  // As it is while it is open.
  v1::Matter matter() {
    const v1::RegionSnapshot snapshot = world_.engine().snapshot(kRegion);
    for (const v1::Matter& open : snapshot.matters()) {
      if (open.matter_id() == matter_) return open;
    }
    return {};
  }
  static std::vector<v1::MatterStep::Kind> steps(const World::Decisions& decisions) {
    std::vector<v1::MatterStep::Kind> kinds;
    for (const v1::Decision& decision : only(decisions, v1::Decision::kMatterChanged)) {
      kinds.push_back(decision.matter_changed().matter().steps(0).kind());
    }
    return kinds;
  }
  static std::vector<v1::HotlineFeedback::What> told(const World::Decisions& decisions) {
    std::vector<v1::HotlineFeedback::What> whats;
    for (const v1::Decision& decision : only(decisions, v1::Decision::kHotlineFeedback)) {
      whats.push_back(decision.hotline_feedback().what());
    }
    return whats;
  }

  World world_;
  std::uint64_t matter_ = 0;
  int commands_ = 0;
};

TEST_F(Matters, TriageSendsALampToCityServicesAndNoPoliceman) {
  const auto decisions = call("lamp", "the lamp at the corner is dark");
  EXPECT_THAT(only(decisions, v1::Decision::kIncidentOpened), IsEmpty());
  EXPECT_THAT(steps(decisions), ElementsAre(v1::MatterStep::KIND_OPENED));
  EXPECT_EQ(matter().channel(), v1::CHANNEL_CITY_SERVICE);
  EXPECT_EQ(matter().triage(), "lamps");
  EXPECT_EQ(matter().due_at_ms(), world_.now_ms() + kHourMs);
  EXPECT_EQ(world_.assignment_of(1), 0U);
}

TEST_F(Matters, WhatNoRowOfTheTableFitsIsForThePolice) {
  const auto decisions = call("theft", "my bicycle is gone");
  EXPECT_THAT(only(decisions, v1::Decision::kIncidentOpened), SizeIs(1));
  EXPECT_THAT(assigned_units(decisions), ElementsAre(1));
}

TEST_F(Matters, AnEmergencyIsAsGraveAsItsRowSays) {
  call("gas", "it smells of gas", v1::SEVERITY_LOW);
  const auto incident = world_.engine().incident(kRegion, "12345", "gas");
  ASSERT_TRUE(incident.has_value());
  EXPECT_EQ(incident->severity(), v1::SEVERITY_CRITICAL);
}

TEST_F(Matters, SmallOnesGoToTheTownshipHardOnesToTheCountyBigOnesToTheCity) {
  const auto centre = [this](const std::string& event, v1::Severity severity, std::uint32_t district) {
    call(event, "lamp", severity, district);
    return matter().centre_id();
  };
  EXPECT_EQ(centre("small", v1::SEVERITY_LOW, 320'205), kTownship);
  EXPECT_EQ(centre("hard", v1::SEVERITY_HIGH, 320'205), kCounty);
  EXPECT_EQ(centre("big", v1::SEVERITY_CRITICAL, 320'205), kCity);
  EXPECT_EQ(centre("elsewhere", v1::SEVERITY_LOW, 320'211), kCity) << "no lower centre serves that district";
}

TEST_F(Matters, TheWholeLoopIsTimedAndTheHotlineHearsOfIt) {
  call("lamp", "lamp");
  world_.later_s(600);
  EXPECT_THAT(told(accept()), ElementsAre(v1::HotlineFeedback::WHAT_ACCEPTED));
  EXPECT_EQ(matter().status(), v1::Matter::STATUS_ACCEPTED);
  EXPECT_EQ(matter().due_at_ms(), world_.now_ms() + 4 * kHourMs);
  world_.later_s(3'600);
  const auto handled = handle();
  EXPECT_THAT(told(handled), ElementsAre(v1::HotlineFeedback::WHAT_HANDLED));
  EXPECT_EQ(only(handled, v1::Decision::kMatterChanged)[0].matter_changed().matter().steps(0).at_ms(), world_.now_ms());
  const auto verified = verify(5);
  EXPECT_THAT(steps(verified), ElementsAre(v1::MatterStep::KIND_VERIFIED, v1::MatterStep::KIND_CLOSED));
  EXPECT_THAT(told(verified), ElementsAre(v1::HotlineFeedback::WHAT_CLOSED));
  EXPECT_EQ(only(verified, v1::Decision::kHotlineFeedback)[0].hotline_feedback().event_id(), "lamp");
}

TEST_F(Matters, ACallerWhoIsNotSatisfiedHasItSeenToOnceMore) {
  call("lamp", "lamp");
  accept();
  handle();
  const auto verified = verify(2);
  EXPECT_THAT(steps(verified), ElementsAre(v1::MatterStep::KIND_VERIFIED, v1::MatterStep::KIND_REOPENED));
  EXPECT_THAT(told(verified), ElementsAre(v1::HotlineFeedback::WHAT_REOPENED));
  EXPECT_EQ(matter().status(), v1::Matter::STATUS_ASSIGNED);
  EXPECT_EQ(matter().reopened(), 1U);
  EXPECT_EQ(matter().caller_score(), 2U);
}

TEST_F(Matters, AClosedOneIsOpenedAgainByAPersonWhoSaysWhy) {
  call("lamp", "lamp");
  accept();
  handle();
  verify(4);
  const auto again = [this](const std::string& reason) {
    return command([&](auto& c) { c.mutable_reopen_matter()->set_matter_id(matter_); }, reason);
  };
  EXPECT_EQ(rejected(again("")), v1::REJECT_CODE_MISSING_FIELD);
  EXPECT_THAT(steps(again("dark again")), ElementsAre(v1::MatterStep::KIND_REOPENED));
  EXPECT_EQ(matter().centre_id(), kTownship);
  world_.later_s(25 * 3'600);
  EXPECT_EQ(matter().status(), v1::Matter::STATUS_ASSIGNED) << "it is not forgotten, for it is open";
}

TEST_F(Matters, WhatNobodySignsForInTimeIsOverdueAndGoesUpALevelEachTime) {
  call("lamp", "lamp");
  EXPECT_THAT(steps(world_.later_s(3'600)), ElementsAre(v1::MatterStep::KIND_OVERDUE, v1::MatterStep::KIND_ESCALATED));
  EXPECT_EQ(matter().centre_id(), kCounty);
  EXPECT_THAT(steps(world_.later_s(3'600)), ElementsAre(v1::MatterStep::KIND_OVERDUE, v1::MatterStep::KIND_ESCALATED));
  EXPECT_EQ(matter().centre_id(), kCity);
  EXPECT_THAT(steps(world_.later_s(3'600)), ElementsAre(v1::MatterStep::KIND_OVERDUE)) << "nobody is above the city";
  EXPECT_EQ(matter().overdue(), 3U);
}

TEST_F(Matters, ACallBackThatIsForgottenIsOverdueToo) {
  call("lamp", "lamp");
  accept();
  handle();
  EXPECT_THAT(steps(world_.later_s(24 * 3'600)), ElementsAre(v1::MatterStep::KIND_OVERDUE));
  EXPECT_EQ(matter().status(), v1::Matter::STATUS_HANDLED);
}

TEST_F(Matters, ACentreReturnsItToTheOneThatGaveItAndElseToTheOneAbove) {
  call("lamp", "lamp");
  assign(kCity);
  EXPECT_EQ(matter().centre_id(), kCity);
  give_back();
  EXPECT_EQ(matter().centre_id(), kTownship) << "it gave it to the city";
  give_back();
  EXPECT_EQ(matter().centre_id(), kCounty) << "above the township";
  give_back();
  EXPECT_EQ(matter().centre_id(), kCity);
  EXPECT_EQ(rejected(give_back()), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "there is nobody left";
}

TEST_F(Matters, ASupervisorEscalatesAndScores) {
  call("lamp", "lamp");
  command([&](auto& c) { c.mutable_escalate_matter()->set_matter_id(matter_); });
  EXPECT_EQ(matter().centre_id(), kCounty);
  const auto score = [this](std::uint32_t value) {
    return command([&](auto& c) {
      c.mutable_score_matter()->set_matter_id(matter_);
      c.mutable_score_matter()->set_score(value);
    });
  };
  EXPECT_EQ(rejected(score(90)), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "it is not handled yet";
  handle();
  EXPECT_EQ(rejected(score(101)), v1::REJECT_CODE_OUT_OF_RANGE);
  score(90);
  EXPECT_EQ(matter().supervisor_score(), 90U);
}

TEST_F(Matters, TwelveThreeFourFiveTransfersToOneOneZeroAndBack) {
  call("dog", "a lamp, and a man with a knife");
  const auto to_police = transfer(v1::CHANNEL_POLICE);
  EXPECT_THAT(told(to_police), ElementsAre(v1::HotlineFeedback::WHAT_TRANSFERRED));
  EXPECT_THAT(assigned_units(to_police), ElementsAre(1));
  const auto incident = world_.engine().incident(kRegion, "12345", "dog");
  ASSERT_TRUE(incident.has_value());
  EXPECT_EQ(incident->matter_id(), matter_);
  EXPECT_EQ(matter().matter_id(), 0U) << "the matter has ended";

  const auto back = transfer(v1::CHANNEL_CITY_SERVICE, incident->incident_id());
  EXPECT_THAT(only(back, v1::Decision::kAssignmentEnded), SizeIs(1)) << "the unit is told to stop";
  EXPECT_THAT(steps(back), ElementsAre(v1::MatterStep::KIND_OPENED, v1::MatterStep::KIND_TRANSFERRED));
  ASSERT_THAT(world_.engine().snapshot(kRegion).matters(), SizeIs(1));
  EXPECT_EQ(world_.engine().snapshot(kRegion).matters(0).incident_id(), incident->incident_id());
  EXPECT_THAT(world_.engine().snapshot(kRegion).incidents(), IsEmpty());
  // The source's further word goes to whoever has it now, also after the old incident is forgotten.
  world_.later_s(25 * 3'600);
  const auto again = call("dog", "lamp");
  EXPECT_EQ(only(again, v1::Decision::kReportRepeated)[0].report_repeated().matter_id(),
            world_.engine().snapshot(kRegion).matters(0).matter_id());
}

TEST_F(Matters, AGridMatterGoesToTheNearestGridWorkerOnceItsCentreHasSigned) {
  call("litter", "litter in the park");
  EXPECT_EQ(matter().worker_unit_id(), 0U);
  EXPECT_THAT(steps(accept()), ElementsAre(v1::MatterStep::KIND_ACCEPTED, v1::MatterStep::KIND_WORKER_ORDERED));
  EXPECT_EQ(matter().worker_unit_id(), 7U);
  const auto orders = world_.engine().orders_after(kRegion, UnitId(7), 0);
  ASSERT_THAT(orders, SizeIs(1));
  EXPECT_EQ(orders[0].matter().matter().description(), "litter in the park");
  EXPECT_EQ(world_.unit(7).primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE) << "he may have several";
  says(7, v1::MatterReport::STEP_ACCEPTED);
  EXPECT_TRUE(matter().worker_accepted());
  EXPECT_THAT(told(says(7, v1::MatterReport::STEP_HANDLED)), ElementsAre(v1::HotlineFeedback::WHAT_HANDLED));
  EXPECT_EQ(matter().status(), v1::Matter::STATUS_HANDLED);
  EXPECT_EQ(matter().worker_unit_id(), 0U);
}

TEST_F(Matters, AnotherGridWorkerIsOrderedByHandAndTheFirstIsToldToStop) {
  call("litter", "litter");
  accept();
  const auto order = [this](std::uint64_t unit) {
    return command([&](auto& c) {
      c.mutable_order_worker()->set_matter_id(matter_);
      c.mutable_order_worker()->set_unit_id(unit);
    });
  };
  EXPECT_EQ(rejected(order(1)), v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE) << "a policeman";
  order(8);
  EXPECT_EQ(matter().worker_unit_id(), 8U);
  const auto orders = world_.engine().orders_after(kRegion, UnitId(7), 0);
  ASSERT_THAT(orders, SizeIs(2));
  EXPECT_EQ(orders[1].end_matter().matter_id(), matter_);
  EXPECT_EQ(rejected(says(7, v1::MatterReport::STEP_HANDLED)), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
}

TEST_F(Matters, AGridWorkerReturnsItWithAReasonOrGoesHomeAndItWaitsForAnother) {
  call("litter", "litter");
  accept();
  EXPECT_THAT(steps(says(7, v1::MatterReport::STEP_RETURNED)), ElementsAre(v1::MatterStep::KIND_WORKER_RETURNED));
  command([&](auto& c) {
    c.mutable_order_worker()->set_matter_id(matter_);
    c.mutable_order_worker()->set_unit_id(8);
  });
  EXPECT_THAT(steps(world_.sign_off(8)), ElementsAre(v1::MatterStep::KIND_WORKER_RETURNED));
  EXPECT_EQ(matter().worker_unit_id(), 0U);
  EXPECT_EQ(matter().status(), v1::Matter::STATUS_ACCEPTED);
}

TEST_F(Matters, TheSourceCallsItOffOrAddsToIt) {
  call("lamp", "lamp");
  v1::LogRecord update;
  update.set_region(kRegion.value());
  update.mutable_incident_updated()->set_source("12345");
  update.mutable_incident_updated()->set_event_id("lamp");
  update.mutable_incident_updated()->set_description("two lamps");
  EXPECT_THAT(steps(world_.apply(update)), ElementsAre(v1::MatterStep::KIND_UPDATED));
  EXPECT_EQ(matter().description(), "two lamps");
  v1::LogRecord cancel;
  cancel.set_region(kRegion.value());
  cancel.mutable_incident_cancelled()->set_source("12345");
  cancel.mutable_incident_cancelled()->set_event_id("lamp");
  EXPECT_THAT(steps(world_.apply(cancel)), ElementsAre(v1::MatterStep::KIND_CANCELLED));
  EXPECT_EQ(rejected(accept()), v1::REJECT_CODE_ILLEGAL_TRANSITION);
}

TEST_F(Matters, WhatCannotBeDoneIsRefusedWithItsReason) {
  call("lamp", "lamp");
  EXPECT_EQ(rejected(assign(99)), v1::REJECT_CODE_UNKNOWN_VALUE) << "an unknown centre";
  EXPECT_EQ(rejected(assign(kTownship)), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "it has it already";
  EXPECT_EQ(rejected(transfer(v1::CHANNEL_CITY_SERVICE)), v1::REJECT_CODE_ILLEGAL_TRANSITION);
  EXPECT_EQ(rejected(transfer(v1::CHANNEL_UNSPECIFIED)), v1::REJECT_CODE_UNKNOWN_VALUE);
  EXPECT_EQ(rejected(verify(3)), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "nothing was handled";
  EXPECT_EQ(rejected(command([&](auto& c) { c.mutable_return_matter()->set_matter_id(matter_); }, "")),
            v1::REJECT_CODE_MISSING_FIELD)
      << "no reason";
  handle();
  EXPECT_EQ(rejected(verify(6)), v1::REJECT_CODE_OUT_OF_RANGE);
  const std::uint64_t known = std::exchange(matter_, 99);
  EXPECT_EQ(rejected(accept()), v1::REJECT_CODE_UNKNOWN_INCIDENT);
  matter_ = known;
  v1::Policy policy = matter_policy();
  policy.mutable_matters()->mutable_centres(2)->set_parent_id(77);
  EXPECT_EQ(rejected(world_.activate_policy(policy)), v1::REJECT_CODE_BAD_POLICY) << "the parent is no centre";
  policy = matter_policy();
  policy.mutable_matters()->mutable_centres()->DeleteSubrange(0, 1);
  EXPECT_EQ(rejected(world_.activate_policy(policy)), v1::REJECT_CODE_BAD_POLICY) << "nobody serves everywhere";
  world_.activate_policy(test_policy());
  EXPECT_EQ(rejected(accept()), v1::REJECT_CODE_NOT_ALLOWED);
  EXPECT_THAT(steps(world_.later_s(48 * 3'600)), IsEmpty());
  EXPECT_THAT(steps(world_.activate_policy(matter_policy())), ElementsAre(v1::MatterStep::KIND_OVERDUE));
}

TEST_F(Matters, AReportThatIsSentTwiceIsOneMatter) {
  call("lamp", "lamp");
  const auto again = call("lamp", "lamp");
  ASSERT_THAT(only(again, v1::Decision::kReportRepeated), SizeIs(1));
  EXPECT_EQ(again[0].report_repeated().matter_id(), matter_);
  EXPECT_THAT(world_.engine().snapshot(kRegion).matters(), SizeIs(1));
}

//   km  0         1         2
//       | 101: worker 8  | 102: nobody |      micro-grids, the first in a township with its own centre
//       1 . . . . . . . . 7 . . X . . . . . 8
TEST(MicroGridMatters, TheGridWorkerOfTheMicroGridIsOrderedAndTheCentreOfItsTownshipHasIt) {
  const std::vector<geo::Point> west = {Town::at(0, -500), Town::at(1'500, -500), Town::at(1'500, 500),
                                        Town::at(0, 500)};
  const std::vector<geo::Point> east = {Town::at(1'500, -500), Town::at(3'000, -500), Town::at(3'000, 500),
                                        Town::at(1'500, 500)};
  const std::vector<city::MicroGrid> drawn = {{101, 320'205'002, UnitId(8), west}, {102, 320'205'001, {}, east}};
  const auto bytes = city::build_micro_grids(drawn);
  ASSERT_TRUE(bytes.ok());
  const auto grids = city::MicroGrids::open(bytes.value());
  ASSERT_TRUE(grids.ok());
  v1::Policy policy = matter_policy();
  policy.mutable_matters()->set_micro_grids(grids.value().fingerprint().value());
  v1::Centre& own = *policy.mutable_matters()->add_centres();
  own = policy.matters().centres(2);
  own.set_centre_id(320'205'002);
  own.clear_districts();
  own.add_districts(320'205'002);
  policy.mutable_matters()->mutable_centres(2)->clear_districts();
  policy.mutable_matters()->mutable_centres(2)->add_districts(320'205'001);
  World world(Town()
                  .long_street(20)
                  .post(7, 900, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_FOOT, 0, v1::UNIT_KIND_GRID_WORKER)
                  .post(8, 1'900, 0, v1::POST_KIND_OUTPOST, v1::TRAVEL_KIND_FOOT, 0, v1::UNIT_KIND_GRID_WORKER)
                  .draft(),
              policy, &grids.value());
  world.sign_on(7);
  world.sign_on(8);
  const auto litter = [&world](const std::string& event, double x_m) {
    world.report(event, Town::at(x_m, 0), [](v1::IncidentReported& report) { report.set_description("litter"); });
    const std::uint64_t id = world.engine().snapshot(kRegion).matters().rbegin()->matter_id();
    world.command(event, [&](v1::OperatorCommand& c) { c.mutable_accept_matter()->set_matter_id(id); });
    return *world.engine().snapshot(kRegion).matters().rbegin();
  };
  const v1::Matter in_the_west = litter("a", 950);
  EXPECT_EQ(in_the_west.micro_grid(), 101U);
  EXPECT_EQ(in_the_west.centre_id(), 320'205'002U);
  EXPECT_EQ(in_the_west.worker_unit_id(), 8U) << "though 7 stands beside it";
  const v1::Matter in_the_east = litter("b", 1'700);
  EXPECT_EQ(in_the_east.centre_id(), kTownship);
  EXPECT_EQ(in_the_east.worker_unit_id(), 8U) << "nobody's: the soonest by road";
  world.sign_off(8);
  EXPECT_EQ(litter("c", 950).worker_unit_id(), 7U) << "its own one is off duty";
}

TEST(MicroGridMatters, ANodeWithoutTheFileOfMicroGridsDoesNotGoOn) {
  World world(Town().long_street(20).draft(), matter_policy());
  v1::LogRecord record;
  record.set_region(kRegion.value());
  *record.mutable_policy_activated()->mutable_policy() = matter_policy();
  EXPECT_TRUE(world.engine().can_apply(record));
  record.mutable_policy_activated()->mutable_policy()->mutable_matters()->set_micro_grids(77);
  EXPECT_FALSE(world.engine().can_apply(record));
}

}  // namespace
}  // namespace dispatch135::core::testing
