// What a dispatcher reads on the terminal.
#include "services/dispatchctl/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "services/dispatchctl/cover_words.h"
#include "services/dispatchctl/why_words.h"

namespace dispatch135::dispatchctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kTwoOClock = 1'700'013'600'000;  // 2023-11-15 02:00:00 UTC.

TEST(Words, ClockTimeIsUtcToTheMillisecondAndZeroIsNever) {
  EXPECT_EQ(clock_time(kTwoOClock + 3'007), "02:00:03.007");
  EXPECT_EQ(clock_time(0), "-");
}

TEST(Words, OpenedIncidentTellsWhatWhereAndUntilWhen) {
  v1::Decision decision;
  decision.set_decided_at_ms(kTwoOClock);
  v1::Incident& incident = *decision.mutable_incident_opened()->mutable_incident();
  incident.set_incident_id(42);
  incident.set_source("110");
  incident.set_event_id("a17");
  incident.set_category(v1::CATEGORY_PUBLIC_ORDER);
  incident.set_severity(v1::SEVERITY_HIGH);
  incident.set_place_class(v1::PLACE_CLASS_RAILWAY_STATION);
  incident.mutable_position()->set_latitude_e7(315'000'000);
  incident.mutable_position()->set_longitude_e7(1'203'000'000);
  incident.set_ring_min(3);
  incident.set_deadline_at_ms(kTwoOClock + 180'000);
  EXPECT_EQ(describe(decision),
            "02:00:00.000 incident 42 (110/a17) opened: public order, high, railway station at 31.50000, 120.30000; "
            "ring of 3 min, until 02:03:00.000");
}

TEST(Words, ALinkTellsHowAlikeTheTwoAreAndWhy) {
  v1::Decision decision;
  v1::IncidentRelated& related = *decision.mutable_incident_related();
  related.set_what(v1::IncidentRelated::WHAT_LINKED);
  related.set_incident_id(43);
  related.set_related_to(42);
  v1::Likeness& likeness = *related.mutable_likeness();
  likeness.set_confidence(917);
  likeness.set_distance(900);
  likeness.set_distance_mm(30'400);
  likeness.set_time(977);
  likeness.set_apart_ms(40'000);
  likeness.set_category(1'000);
  likeness.set_words(875);
  likeness.set_common_words(7);
  EXPECT_EQ(
      describe(decision),
      "- incident 43 is a further call of incident 42 (917 of 1000: 30 m apart 900, 40 s later 977, category 1000, "
      "7 common words 875)");
  related.set_what(v1::IncidentRelated::WHAT_UNMERGED);
  related.set_by("zhang");
  EXPECT_EQ(describe(decision), "- incident 43 was taken apart from incident 42 by zhang");
}

TEST(Words, AnAreaOrderTellsWhoHasNotConfirmed) {
  v1::Decision decision;
  v1::AreaOrderState& state = *decision.mutable_area_order_changed()->mutable_state();
  state.mutable_order()->set_area_order_id(42);
  state.mutable_order()->set_sender("weather");
  state.mutable_order()->set_identifier("rain-7");
  state.mutable_order()->set_stand_by(true);
  for (const std::uint64_t unit : {7, 8, 9}) state.add_receipts()->set_unit_id(unit);
  state.mutable_receipts(1)->set_confirmed_at_ms(kTwoOClock);
  state.add_warned_post_ids(2);
  EXPECT_EQ(describe(decision),
            "- area order 42 (weather/rain-7) tells 3 units to stand by; 1 confirmed; not yet: 7, 9; warned posts: 2");
  state.set_over(true);
  EXPECT_EQ(describe(decision), "- area order 42 (weather/rain-7) is over");
  decision.mutable_area_order_confirmed()->set_unit_id(7);
  decision.mutable_area_order_confirmed()->set_area_order_id(42);
  decision.mutable_area_order_confirmed()->set_told(3);
  decision.mutable_area_order_confirmed()->set_confirmed(2);
  EXPECT_EQ(describe(decision), "- unit 7 confirmed area order 42: 2 of 3 have");
}

TEST(Words, AnAlarmsLineTellsWhatTheCrewMustKnow) {
  v1::Incident incident;
  incident.set_alarm_point_id(71);
  EXPECT_TRUE(describe(incident).ends_with("; ALARM of point 71, not registered"));
  incident.mutable_premise()->set_premise_id(7);
  incident.mutable_premise()->set_name("Bank");
  incident.mutable_premise()->add_hazards("gas");
  incident.mutable_premise()->set_keys("with the guard");
  incident.mutable_premise()->add_contacts("guard");
  EXPECT_TRUE(describe(incident).ends_with(
      "; ALARM of point 71 at premise 7 (Bank); hazards: gas; keys: with the guard; contacts: guard"));
}

TEST(Words, AnIncidentsLineShowsItsFurtherCallsAndWhatItMayBeAbout) {
  v1::Incident incident;
  incident.set_incident_id(42);
  incident.add_further_calls()->set_incident_id(43);
  incident.add_further_calls()->set_incident_id(44);
  incident.mutable_further_calls(1)->set_by("zhang");
  incident.set_own_severity(v1::SEVERITY_LOW);
  incident.set_call_withdrawn(true);
  incident.mutable_suggestion()->set_incident_id(41);
  incident.mutable_suggestion()->mutable_likeness()->set_confidence(700);
  const std::string line = describe(incident);
  EXPECT_TRUE(
      line.ends_with("; further calls: 43, 44 by zhang; without them low; its own call was called off; may be about "
                     "incident 41 (700 of 1000)"))
      << line;
  v1::Incident call;
  call.set_linked_to(42);
  EXPECT_TRUE(describe(call).ends_with("; a further call of incident 42"));
}

TEST(Words, OrderTellsItsEtaAndWhetherItIsInTime) {
  v1::Decision decision;
  v1::UnitAssigned& assigned = *decision.mutable_unit_assigned();
  assigned.mutable_assignment()->set_unit_id(7);
  assigned.mutable_assignment()->set_incident_id(42);
  assigned.mutable_assignment()->set_eta_ms(95'400);
  assigned.set_in_time(true);
  assigned.set_order_sequence(3);
  EXPECT_EQ(describe(decision), "- unit 7 goes to incident 42: ETA 95.4 s, in time; order 3");
}

TEST(Words, ReasonsNameTheRuleAndEveryCandidate) {
  v1::Decision decision;
  decision.mutable_id()->set_partition(2);
  decision.mutable_id()->set_offset(900);
  v1::Why& why = *decision.mutable_unit_assigned()->mutable_why();
  why.set_rule(v1::Why::RULE_SOONEST_TOO_LATE);
  why.set_policy("default");
  why.set_deadline_ms(60'000);
  why.set_considered(376);
  why.set_not_available(12);
  v1::Candidate& candidate = *why.add_candidates();
  candidate.set_unit_id(7);
  candidate.set_turnout_ms(20'000);
  candidate.set_travel_ms(75'400);
  candidate.set_eta_ms(95'400);
  candidate.set_ring_min(3);
  candidate.set_cover_loss_ppm(1'500);
  why.set_excluded(1);
  why.set_plan_entry(1);
  why.mutable_deadline_rule()->set_name("place_classes.bank");
  why.mutable_deadline_rule()->set_line(15);
  why.mutable_plan_rule()->set_name("severities.high");
  why.mutable_plan_rule()->set_line(30);
  v1::Passed& passed = *why.add_passed();
  passed.set_unit_id(9);
  passed.set_reason(v1::Passed::REASON_BUSY);
  passed.set_eta_ms(12'000);
  EXPECT_EQ(
      describe_why(decision),
      "    rule: soonest too late; deadline by 'place_classes.bank' (default, line 15); left to the deadline: 60.0 s\n"
      "    of 376 units signed on: 12 not available, 0 not capable, 0 already tried, 1 excluded\n"
      "    for place 1 of the plan by 'severities.high' (default, line 30)\n"
      "    unit 7: 95.4 s = turnout 20.0 s + road 75.4 s, ring of 3 min, its leaving costs 0.150 % of the cover\n"
      "    passed over, unit 9: busy; it would have taken 12.0 s\n"
      "    decision 2:900:0\n");
  EXPECT_EQ(describe_why(decision, Language::kChinese),
            "    规则：无人能按时到达，最快者仍出警；时限依据 “place_classes.bank”（default 第 15 行）；剩余 60.0 秒\n"
            "    在岗 376 个单位：不可用 12，能力不符 0，已试 0，被排除 1\n"
            "    处警方案第 1 项，依据 “severities.high”（default 第 30 行）\n"
            "    单位 7：95.4 秒 = 出动 20.0 秒 + 路程 75.4 秒，3 分钟圈内，离开后防护损失 0.150 %\n"
            "    未派单位 9：正在处警，若派需 12.0 秒\n"
            "    决定 2:900:0\n");
}

TEST(Words, EveryRuleAndReasonHasItsChineseWords) {
  for (int rule = 1; rule < v1::Why::Rule_ARRAYSIZE; ++rule) {
    if (!v1::Why::Rule_IsValid(rule)) continue;
    v1::Decision decision;
    decision.mutable_unit_assigned()->mutable_why()->set_rule(static_cast<v1::Why::Rule>(rule));
    EXPECT_THAT(describe_why(decision, Language::kChinese), Not(HasSubstr("未知"))) << rule;
  }
  for (int reason = 1; reason < v1::Passed::Reason_ARRAYSIZE; ++reason) {
    if (!v1::Passed::Reason_IsValid(reason)) continue;
    v1::Decision decision;
    decision.mutable_unit_assigned()->mutable_why()->set_rule(v1::Why::RULE_OPERATOR);
    decision.mutable_unit_assigned()->mutable_why()->add_passed()->set_reason(static_cast<v1::Passed::Reason>(reason));
    EXPECT_THAT(describe_why(decision, Language::kChinese), Not(HasSubstr("未知"))) << reason;
  }
}

TEST(Words, ADecisionIsOneLineOfJson) {
  v1::Decision decision;
  decision.mutable_plan_late()->set_incident_id(5);
  EXPECT_EQ(as_json(decision), R"({"plan_late":{"incident_id":"5"}})");
}

TEST(Words, EveryChangeOfTheContractIsDescribed) {
  const google::protobuf::OneofDescriptor* changes = v1::Decision::descriptor()->FindOneofByName("change");
  ASSERT_NE(changes, nullptr);
  for (int i = 0; i < changes->field_count(); ++i) {
    v1::Decision decision;
    decision.GetReflection()->MutableMessage(&decision, changes->field(i));
    EXPECT_EQ(describe(decision).find("does not know"), std::string::npos) << changes->field(i)->name();
  }
}

TEST(Words, WordsOfTheCommandLineBecomeEnumerators) {
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  EXPECT_TRUE(parse_word(v1::Category_Parse, "CATEGORY_", "public-order", category));
  EXPECT_EQ(category, v1::CATEGORY_PUBLIC_ORDER);
  EXPECT_FALSE(parse_word(v1::Category_Parse, "CATEGORY_", "picnic", category));
}

TEST(Words, StatisticsShowTheShareInTimeOfDecidedIncidents) {
  v1::StatisticsResponse statistics;
  v1::RingStatistics& ring = *statistics.add_rings();
  ring.set_ring_min(1);
  ring.set_in_time(3);
  ring.set_late(1);
  ring.set_pending(9);
  statistics.add_rings()->set_ring_min(3);
  const std::string text = describe(statistics);
  EXPECT_NE(text.find("ring of 1 min: 75.0 % in time (3 in time, 1 late, 9 pending, 0 void)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("ring of 3 min: - in time"), std::string::npos) << text;
  EXPECT_NE(text.find("signed for, of the assignments that have ended: none yet"), std::string::npos) << text;
}

TEST(Words, StatisticsShowTheShareThatWasSignedForInTime) {
  v1::StatisticsResponse statistics;
  (*statistics.mutable_signed_within())["all"] = 8;
  (*statistics.mutable_signed_within())["30s"] = 6;
  (*statistics.mutable_signed_within())["60s"] = 8;
  const std::string text = describe(statistics);
  EXPECT_NE(text.find("signed for, of 8 assignments that were and have ended: 75.0 % within 30s, 100.0 % within 60s\n"),
            std::string::npos)
      << text;
}

TEST(Words, AChangeOfStreetsTellsWhereWhatWhenAndWho) {
  v1::Decision decision;
  decision.set_decided_at_ms(kTwoOClock);
  decision.mutable_streets_changed()->set_what(v1::StreetsChanged::WHAT_RESTS);
  v1::StreetsChange& change = *decision.mutable_streets_changed()->mutable_change();
  change.set_change_id(77);
  change.set_operator_id("zhang");
  change.set_reason("school run");
  change.set_pieces(12);
  change.add_streets("Ring Road");
  change.add_streets("River Street");
  change.mutable_change()->mutable_area();
  for (int i = 0; i < 4; ++i) change.mutable_change()->mutable_area()->add_corners();
  change.mutable_change()->set_speed_permille(250);
  change.mutable_change()->add_travel_kinds(v1::TRAVEL_KIND_CAR);
  change.mutable_change()->set_until_ms(kTwoOClock);
  v1::DailyWindow& window = *change.mutable_change()->add_windows();
  window.set_begin_min(425);
  window.set_end_min(510);
  window.set_weekdays(0b0000101);
  change.mutable_change()->set_utc_offset_min(-210);
  EXPECT_EQ(describe(decision),
            "02:00:00.000 change of streets 77 (area of 4 corners: speed 25.0 % for car, 12 pieces of Ring Road, River "
            "Street; until 2023-11-15 02:00:00 UTC; 07:05-08:30 mon wed UTC-03:30; by zhang, school run) rests");
}

TEST(Words, AMoveSaysWhoGoesWhereWhyAndByWhom) {
  v1::Decision decision;
  v1::CoverMoveChanged& changed = *decision.mutable_cover_move_changed();
  changed.mutable_move()->set_move_id(2);
  changed.mutable_move()->set_unit_id(7);
  changed.mutable_move()->set_post_id(3);
  changed.mutable_move()->set_state(v1::CoverMove::STATE_PROPOSED);
  changed.mutable_move()->set_gain_ppm(4'500);
  changed.mutable_move()->set_drive_ms(240'000);
  EXPECT_THAT(describe(decision),
              HasSubstr("PROPOSED to cover: unit 7 to post 3 (move 2, wins 0.45 % of the cover, 240 s"));
  changed.mutable_move()->set_state(v1::CoverMove::STATE_ENDED);
  changed.set_reason(v1::CoverMoveChanged::REASON_COVER_IS_BACK);
  EXPECT_THAT(describe(decision), HasSubstr("unit 7 to post 3 (move 2): cover is back"));
}

TEST(Words, CoverIsToldByRing) {
  v1::CoverageTotals totals;
  totals.set_units(12);
  v1::RingCoverage& ring = *totals.add_rings();
  ring.set_ring_min(3);
  ring.set_reached_permille(875);
  EXPECT_THAT(describe(totals), HasSubstr("ring of 3 min: 87.50 % of the demand is reached"));
}

TEST(Words, WhatNeighboursSayIsOneLineEach) {
  const auto said = [](const std::function<void(v1::NeighbourMessage&)>& fill) {
    v1::Decision decision;
    v1::NeighbourMessage& message = *decision.mutable_neighbour_said();
    message.set_from(320'200);
    message.set_to(320'500);
    message.set_request_id(3);
    fill(message);
    return describe(decision).substr(2);
  };
  EXPECT_EQ(said([](auto& m) {
              m.mutable_request()->set_incident_id(42);
              m.mutable_request()->set_severity(v1::SEVERITY_HIGH);
              m.mutable_request()->mutable_position()->set_latitude_e7(315'000'000);
              m.mutable_request()->mutable_position()->set_longitude_e7(1'203'000'000);
              m.mutable_request()->set_within_ms(690'000);
              m.mutable_request()->set_answer_by_ms(kTwoOClock);
            }),
            "region 320200 asks region 320500 for a unit (request 3): incident 42, high, at 31.50000, 120.30000, if there "
            "within 690 s, answer by 02:00:00.000");
  EXPECT_EQ(said([](auto& m) {
              m.mutable_grant()->set_unit_id(21);
              m.mutable_grant()->set_call_sign("Su 21");
              m.mutable_grant()->set_eta_ms(100'000);
              m.mutable_grant()->set_way(v1::NeighbourUnit::WAY_BY_ROAD);
            }),
            "region 320200 LENDS region 320500 unit 21 Su 21 (request 3): 100 s by road");
  EXPECT_EQ(said([](auto& m) { m.mutable_refusal()->set_reason(v1::NeighbourRefusal::REASON_KEPT_FREE); }),
            "region 320200 REFUSES region 320500 a unit (request 3): kept free");
  EXPECT_THAT(said([](auto& m) { m.mutable_progress()->set_on_scene_at_ms(1); }), HasSubstr("is on scene"));
  EXPECT_THAT(said([](auto& m) { m.mutable_returned()->set_reason(v1::NeighbourReturn::REASON_DECLINED); }),
              HasSubstr("has left (request 3): declined"));
  EXPECT_THAT(said([](auto& m) { m.mutable_release()->set_reason(v1::NeighbourRelease::REASON_OWN_UNIT); }),
              HasSubstr("own unit"));
}

TEST(Words, AnIncidentShowsWhatNeighboursLendAndWhoseItIs) {
  v1::Incident incident;
  v1::BorrowedUnit& borrowed = *incident.add_borrowed();
  borrowed.set_region(320'500);
  borrowed.set_request_id(3);
  EXPECT_THAT(describe(incident), HasSubstr("; region 320500 is asked for a unit, answer by - (request 3)"));
  borrowed.mutable_unit()->set_unit_id(21);
  borrowed.mutable_unit()->set_call_sign("Su 21");
  EXPECT_THAT(describe(incident), HasSubstr("; unit 21 Su 21 of region 320500 is ordered (request 3)"));
  incident.mutable_loan()->set_region(320'400);
  incident.mutable_loan()->set_incident_id(7);
  EXPECT_THAT(describe(incident), HasSubstr("; for region 320400, whose incident 7 it is"));
}

TEST(Words, APlanForATargetTellsEachPointAndWhatStaysOpen) {
  v1::Decision decision;
  v1::PursuitChanged& changed = *decision.mutable_pursuit_changed();
  v1::Pursuit& plan = *changed.mutable_pursuit();
  plan.set_incident_id(42);
  plan.set_plan(3);
  plan.set_state(v1::Pursuit::STATE_PROPOSED);
  plan.mutable_sighting()->set_seen_at_ms(kTwoOClock);
  plan.mutable_sighting()->set_by("zhang");
  plan.mutable_sighting()->set_forced(true);
  plan.set_ring_ms(120'000);
  plan.set_open_ways(1);
  v1::PursuitPoint& bridge = *plan.add_points();
  bridge.set_number(1);
  bridge.set_cordon(true);
  bridge.set_kind(v1::ChokePoint::KIND_BRIDGE);
  bridge.set_name("East");
  bridge.set_state(v1::PursuitPoint::STATE_PROPOSED);
  bridge.set_unit_id(7);
  bridge.set_unit_at_ms(kTwoOClock);
  bridge.set_target_at_ms(kTwoOClock);
  v1::PursuitPoint& street = *plan.add_points();
  street.set_number(2);
  street.set_cordon(true);
  street.set_state(v1::PursuitPoint::STATE_OPEN);
  street.set_target_at_ms(kTwoOClock);
  changed.set_cause(v1::PursuitChanged::CAUSE_SIGHTING);
  EXPECT_EQ(describe(decision),
            "- plan 3 for the target of incident 42 is proposed (sighting): seen 02:00:00.000 at 0.00000, 0.00000 by "
            "zhang (FORCED); cordon of 120 s leaves 1 way(s) OPEN; 1: close bridge 'East' at 0.00000, 0.00000, target "
            "not before 02:00:00.000, unit 7 proposed, there 02:00:00.000; 2: close street at 0.00000, 0.00000, target "
            "not before 02:00:00.000, OPEN");
  plan.set_state(v1::Pursuit::STATE_ENDED);
  changed.set_cause(v1::PursuitChanged::CAUSE_OPERATOR);
  changed.set_by("zhang");
  changed.set_reason("caught");
  EXPECT_EQ(describe(decision), "- plan 3 for the target of incident 42 is ended (operator) by zhang, caught");
}

}  // namespace
}  // namespace dispatch135::dispatchctl
