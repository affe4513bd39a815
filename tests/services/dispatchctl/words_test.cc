// What a dispatcher reads on the terminal.
#include "services/dispatchctl/words.h"

#include <gtest/gtest.h>

namespace dispatch135::dispatchctl {
namespace {

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
  EXPECT_EQ(describe_why(decision),
            "    rule: soonest too late; policy 'default'; left to the deadline: 60.0 s\n"
            "    of 376 units signed on: 12 not available, 0 not capable, 0 already tried\n"
            "    unit 7: 95.4 s = turnout 20.0 s + road 75.4 s, ring of 3 min\n"
            "    decision 2:900:0\n");
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

}  // namespace
}  // namespace dispatch135::dispatchctl
