// Units are moved to where the cover went, and sent back. The rule is the policy's section `move_up`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Two malls are worth 10 each, a unit is busy half of the time. Looked at every 30 s; a unit stays for 120 s at least;
// a proposal lapses after 90 s.
v1::Policy move_up_policy(v1::MoveUpRule::Mode mode) {
  v1::Policy policy = test_policy();
  v1::CoverageRule& coverage = *policy.mutable_coverage();
  coverage.set_zone_m(1'000);
  coverage.set_busy_permille(500);
  coverage.set_parts_of_day(1);
  v1::PlaceWeight& mall = *coverage.add_places();
  mall.set_place_class(v1::PLACE_CLASS_MALL);
  mall.set_weight(10);
  v1::MoveUpRule& rule = *policy.mutable_move_up();
  rule.set_mode(mode);
  rule.set_fall_ppm(100'000);
  rule.set_gain_ppm(50'000);
  rule.set_keep_ppm(10'000);
  rule.set_drive_within_ms(600'000);
  rule.set_at_once(2);
  rule.set_look_every_ms(30'000);
  rule.set_stay_at_least_ms(120'000);
  rule.set_propose_for_ms(90'000);
  return policy;
}

//   km  0         1         2         3         4         5
//       1 3 . . . . . . . . . . . . . . . . . . 2 . . . .        two units in the west, one in the east
//      mall                                    mall              400 s from one to the other
city::CityDraft two_malls() {
  return Town()
      .long_street(50)
      .post(1, 400, 0)
      .post(2, 4'450, 0)
      .post(3, 600, 0)
      .place("West", v1::PLACE_CLASS_MALL, 450, 0)
      .place("East", v1::PLACE_CLASS_MALL, 4'450, 0)
      .draft();
}

class MoveUp : public ::testing::Test {
 protected:
  void start(v1::MoveUpRule::Mode mode) { start(move_up_policy(mode)); }
  void start(const v1::Policy& policy) {
    world_.emplace(two_malls(), policy);
    for (const std::uint64_t unit : {1, 2, 3}) world_->sign_on(unit);
    live(40);
  }
  // Time passes, and every unit is heard. Gives what was decided of moves.
  std::vector<v1::CoverMoveChanged> live(int seconds) {
    std::vector<v1::CoverMoveChanged> moves;
    for (; seconds > 0; seconds -= 10) {
      keep(world_->later_s(10), moves);
      for (const std::uint64_t unit : {1, 2, 3}) {
        if (world_->unit(unit).secondary() == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) continue;
        keep(world_->heartbeat(unit, world_->unit(unit).last_order_sequence()), moves);
      }
    }
    return moves;
  }
  static void keep(const World::Decisions& decisions, std::vector<v1::CoverMoveChanged>& moves) {
    for (const v1::Decision& decision : only(decisions, v1::Decision::kCoverMoveChanged)) {
      moves.push_back(decision.cover_move_changed());
    }
  }
  // Unit 2 has work, and its mall nobody.
  void east_is_busy() {
    world_->report("east", Town::at(4'450, 0));
    ASSERT_NE(world_->assignment_of(2), 0U);
    world_->acknowledge(2);
  }
  World::Decisions command(const std::function<void(v1::OperatorCommand&)>& fill) {
    return world_->command("c" + std::to_string(++commands_), fill);
  }

  std::optional<World> world_;
  int commands_ = 0;
};

TEST_F(MoveUp, AUnitIsOrderedToThePostThatLostItsCoverAndStaysAvailable) {
  start(v1::MoveUpRule::MODE_ORDER);
  east_is_busy();
  const auto moves = live(40);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].move().state(), v1::CoverMove::STATE_ORDERED);
  EXPECT_EQ(moves[0].move().unit_id(), 3U) << "of two that win the same the nearer one";
  EXPECT_EQ(moves[0].move().post_id(), 2U);
  EXPECT_EQ(moves[0].move().gain_ppm(), 125'000) << "half of the east is won, a quarter of the west lost";
  EXPECT_NEAR(static_cast<double>(moves[0].move().drive_ms()), 385'000, 1'000);
  const v1::Unit unit = world_->unit(3);
  EXPECT_EQ(unit.primary(), v1::UNIT_PRIMARY_STATUS_AVAILABLE);
  EXPECT_EQ(unit.secondary(), v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA);
  EXPECT_EQ(unit.cover_post_id(), 2U);
  EXPECT_EQ(unit.last_order_sequence(), moves[0].order_sequence());
  EXPECT_THAT(world_->engine().snapshot(kRegion).cover_moves(), SizeIs(1));
}

TEST_F(MoveUp, TheDeviceGetsTheOrderWithThePlaceAndLaterTheWordToGoBack) {
  start(v1::MoveUpRule::MODE_ORDER);
  east_is_busy();
  world_->later_s(20);
  const auto orders = world_->engine().orders_after(kRegion, UnitId(3), 0);
  ASSERT_THAT(orders, SizeIs(1));
  ASSERT_TRUE(orders[0].has_cover());
  EXPECT_EQ(orders[0].sequence(), 1U);
  EXPECT_EQ(orders[0].cover().post_id(), 2U);
  EXPECT_EQ(orders[0].cover().position().longitude_e7(), Town::at(4'450, 0).longitude_e7);
  world_->heartbeat(3, 1);
  world_->command("back", [](v1::OperatorCommand& c) { c.mutable_send_back()->set_unit_id(3); });
  const auto later = world_->engine().orders_after(kRegion, UnitId(3), 1);
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].end_cover().move_id(), orders[0].cover().move_id());
  EXPECT_EQ(later[0].end_cover().reason(), v1::CoverMoveChanged::REASON_OPERATOR);
}

TEST_F(MoveUp, TheUnitIsSentBackWhenTheCoverHasReturnedButNotBeforeItHasStayed) {
  start(v1::MoveUpRule::MODE_ORDER);
  east_is_busy();
  ASSERT_THAT(live(40), SizeIs(1));
  world_->en_route(2);
  world_->feedback(2);
  EXPECT_THAT(live(60), IsEmpty()) << "it has not stayed for two minutes";
  const auto moves = live(90);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].move().state(), v1::CoverMove::STATE_ENDED);
  EXPECT_EQ(moves[0].reason(), v1::CoverMoveChanged::REASON_COVER_IS_BACK);
  EXPECT_NE(moves[0].order_sequence(), 0U) << "it is told so";
  EXPECT_EQ(world_->unit(3).secondary(), v1::UNIT_SECONDARY_STATUS_ON_DUTY);
  EXPECT_EQ(world_->unit(3).cover_post_id(), 0U);
}

TEST_F(MoveUp, NobodyIsMovedToAndFroWhileNothingHappens) {
  start(v1::MoveUpRule::MODE_ORDER);
  east_is_busy();
  EXPECT_THAT(live(3'600), SizeIs(1));
}

TEST_F(MoveUp, WorkTakesThePlaceOfAMove) {
  start(v1::MoveUpRule::MODE_ORDER);
  east_is_busy();
  live(40);
  world_->position(3, Town::at(2'500, 0));
  std::vector<v1::CoverMoveChanged> moves;
  const auto decisions = world_->report("middle", Town::at(2'600, 0));
  keep(decisions, moves);
  EXPECT_THAT(assigned_units(decisions), ::testing::ElementsAre(3)) << "on its way it is the nearest";
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].reason(), v1::CoverMoveChanged::REASON_WORK);
  EXPECT_EQ(moves[0].order_sequence(), 0U) << "the order to the incident says enough";
  EXPECT_EQ(world_->unit(3).cover_post_id(), 0U);
}

TEST_F(MoveUp, AUnitThatSaysItIsOnDutyOrGoesHomeCoversNoMore) {
  for (const bool off : {false, true}) {
    start(v1::MoveUpRule::MODE_ORDER);
    east_is_busy();
    live(40);
    std::vector<v1::CoverMoveChanged> moves;
    keep(off ? world_->sign_off(3) : world_->status(3, v1::UNIT_SECONDARY_STATUS_ON_DUTY, 0), moves);
    ASSERT_THAT(moves, SizeIs(1));
    EXPECT_EQ(moves[0].reason(), v1::CoverMoveChanged::REASON_UNIT);
  }
}

TEST_F(MoveUp, AProposalWaitsForTheDispatcherWhoConfirmsIt) {
  start(v1::MoveUpRule::MODE_PROPOSE);
  east_is_busy();
  auto moves = live(40);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].move().state(), v1::CoverMove::STATE_PROPOSED);
  EXPECT_EQ(world_->unit(3).secondary(), v1::UNIT_SECONDARY_STATUS_ON_DUTY);
  EXPECT_EQ(world_->unit(3).last_order_sequence(), 0U);
  const auto decisions =
      command([&](v1::OperatorCommand& c) { c.mutable_confirm_move()->set_move_id(moves[0].move().move_id()); });
  moves.clear();
  keep(decisions, moves);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].move().state(), v1::CoverMove::STATE_ORDERED);
  EXPECT_EQ(moves[0].move().by(), "dispatcher");
  EXPECT_EQ(world_->unit(3).secondary(), v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA);
}

TEST_F(MoveUp, AProposalThatNobodyAnswersLapsesAndTheUnitIsLeftAloneForAWhile) {
  start(v1::MoveUpRule::MODE_PROPOSE);
  east_is_busy();
  ASSERT_THAT(live(40), SizeIs(1));
  const auto moves = live(100);
  ASSERT_THAT(moves, SizeIs(2));
  EXPECT_EQ(moves[0].reason(), v1::CoverMoveChanged::REASON_LAPSED);
  EXPECT_EQ(moves[1].move().state(), v1::CoverMove::STATE_PROPOSED);
  EXPECT_EQ(moves[1].move().unit_id(), 1U) << "the other one is asked for";
}

TEST_F(MoveUp, ADeclinedProposalIsNotMadeAgainAtOnce) {
  start(v1::MoveUpRule::MODE_PROPOSE);
  east_is_busy();
  const auto moves = live(40);
  ASSERT_THAT(moves, SizeIs(1));
  command([&](v1::OperatorCommand& c) { c.mutable_decline_move()->set_move_id(moves[0].move().move_id()); });
  for (const v1::CoverMoveChanged& move : live(60)) EXPECT_NE(move.move().unit_id(), 3U);
}

TEST_F(MoveUp, AProposedUnitThatGetsWorkIsProposedNoMore) {
  start(v1::MoveUpRule::MODE_PROPOSE);
  east_is_busy();
  ASSERT_THAT(live(40), SizeIs(1));
  std::vector<v1::CoverMoveChanged> moves;
  keep(world_->report("near", Town::at(650, 0)), moves);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].reason(), v1::CoverMoveChanged::REASON_WORK);
  EXPECT_THAT(world_->engine().snapshot(kRegion).cover_moves(), IsEmpty());
}

TEST_F(MoveUp, NobodyIsMovedWhenTheDriveIsTooLongTheGainTooSmallOrThePostNotListed) {
  v1::Policy far = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  far.mutable_move_up()->set_drive_within_ms(300'000);
  v1::Policy little = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  little.mutable_move_up()->set_gain_ppm(125'001);
  v1::Policy elsewhere = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  elsewhere.mutable_move_up()->add_post_ids(1);
  v1::Policy patient = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  patient.mutable_move_up()->set_fall_ppm(250'000);
  for (const v1::Policy& policy : {far, little, elsewhere, patient}) {
    start(policy);
    east_is_busy();
    EXPECT_THAT(live(120), IsEmpty());
  }
}

TEST_F(MoveUp, ADispatcherMovesAUnitHimselfAndOnlyHeSendsItBack) {
  start(v1::MoveUpRule::MODE_PROPOSE);
  std::vector<v1::CoverMoveChanged> moves;
  keep(command([](v1::OperatorCommand& c) {
         c.mutable_move_unit()->set_unit_id(1);
         c.mutable_move_unit()->set_post_id(2);
       }),
       moves);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].move().state(), v1::CoverMove::STATE_ORDERED);
  EXPECT_THAT(live(600), IsEmpty()) << "though the east has its own unit";
  keep(command([](v1::OperatorCommand& c) { c.mutable_send_back()->set_unit_id(1); }), moves);
  EXPECT_EQ(moves.back().reason(), v1::CoverMoveChanged::REASON_OPERATOR);
  EXPECT_EQ(world_->unit(1).secondary(), v1::UNIT_SECONDARY_STATUS_ON_DUTY);
}

TEST_F(MoveUp, APolicyWithoutTheSectionEndsTheMoves) {
  start(v1::MoveUpRule::MODE_ORDER);
  east_is_busy();
  ASSERT_THAT(live(40), SizeIs(1));
  std::vector<v1::CoverMoveChanged> moves;
  keep(world_->activate_policy(test_policy()), moves);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].reason(), v1::CoverMoveChanged::REASON_POLICY);
  EXPECT_EQ(world_->unit(3).secondary(), v1::UNIT_SECONDARY_STATUS_ON_DUTY);
}

TEST_F(MoveUp, WhatCannotBeDoneIsRefusedWithItsReason) {
  start(v1::MoveUpRule::MODE_PROPOSE);
  const auto move = [this](std::uint64_t unit, std::uint64_t post) {
    return rejected(command([&](v1::OperatorCommand& c) {
      c.mutable_move_unit()->set_unit_id(unit);
      c.mutable_move_unit()->set_post_id(post);
    }));
  };
  EXPECT_EQ(move(1, 99), v1::REJECT_CODE_UNKNOWN_POST);
  EXPECT_EQ(move(99, 1), v1::REJECT_CODE_UNKNOWN_UNIT);
  east_is_busy();
  EXPECT_EQ(move(2, 1), v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE) << "it has work";
  const auto confirm = [this](std::uint64_t id) {
    return rejected(command([&](v1::OperatorCommand& c) { c.mutable_confirm_move()->set_move_id(id); }));
  };
  EXPECT_EQ(confirm(77), v1::REJECT_CODE_OUT_OF_RANGE);
  const auto moves = live(40);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(confirm(moves[0].move().move_id()), v1::REJECT_CODE_UNSPECIFIED);
  EXPECT_EQ(confirm(moves[0].move().move_id()), v1::REJECT_CODE_ILLEGAL_TRANSITION) << "confirmed already";
  EXPECT_EQ(rejected(command([](v1::OperatorCommand& c) { c.mutable_send_back()->set_unit_id(1); })),
            v1::REJECT_CODE_ILLEGAL_TRANSITION)
      << "it covers no other post";
  v1::Policy unknown = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  unknown.mutable_move_up()->add_post_ids(99);
  EXPECT_EQ(rejected(world_->activate_policy(unknown)), v1::REJECT_CODE_BAD_POLICY);
  v1::Policy to_and_fro = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  to_and_fro.mutable_move_up()->set_keep_ppm(50'000);
  EXPECT_EQ(rejected(world_->activate_policy(to_and_fro)), v1::REJECT_CODE_BAD_POLICY);
  v1::Policy blind = move_up_policy(v1::MoveUpRule::MODE_ORDER);
  blind.clear_coverage();
  EXPECT_EQ(rejected(world_->activate_policy(blind)), v1::REJECT_CODE_BAD_POLICY);
  world_->activate_policy(test_policy());
  EXPECT_EQ(move(1, 2), v1::REJECT_CODE_NOT_ALLOWED);
}

}  // namespace
}  // namespace dispatch135::core::testing
