// A long street on which units under way are watched, for the stories of progress and safety. Rule shown by all of
// them: issue "acknowledge, move, arrive": whoever does not get on is warned of, then reinforced.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {

// Looked at each 10 s; moved by 20 s, 50 m; a slip of 15 s, 20 s farther away; one more unit after 40 s or a slip of
// 90 s; three positions within 60 m are an arrival; asked after 5 min on scene, an answer within 30 s.
inline v1::Policy watching_policy() {
  v1::Policy policy = test_policy();
  v1::ProgressRule& rule = *policy.mutable_progress();
  rule.set_check_every_ms(10'000);
  rule.set_move_within_ms(20'000);
  rule.set_move_distance_m(50);
  rule.set_slip_ms(15'000);
  rule.set_away_ms(20'000);
  rule.set_reinforce_after_ms(40'000);
  rule.set_reinforce_slip_ms(90'000);
  rule.set_arrival_radius_m(60);
  rule.set_arrival_reports(3);
  rule.set_safety_check_after_ms(300'000);
  rule.set_safety_answer_within_ms(30'000);
  rule.set_safety_reinforce(true);
  return policy;
}

// Cars do 10 m/s.
class WatchedRoad : public ::testing::Test {
 protected:
  using Decisions = World::Decisions;

  static city::CityDraft town() {
    Town town;
    return town.long_street(60).post(1, 0, 0).post(2, 5'000, 0).post(3, 6'000, 0).draft();
  }
  // The unit signs on, is sent to x and signs for it.
  void send(World& world, std::uint64_t unit, double x_m) {
    world.sign_on(unit);
    const auto post = world.unit(unit).position();
    world.position(unit, {post.latitude_e7(), post.longitude_e7()});
    world.report("e1", Town::at(x_m, 0));
    world.acknowledge(unit);
  }
  // Tells a position each second, moving evenly. Gives what was decided meanwhile.
  static Decisions drive(World& world, std::uint64_t unit, double from_m, double to_m, int seconds) {
    Decisions all;
    const auto add = [&all](const Decisions& more) { all.insert(all.end(), more.begin(), more.end()); };
    for (int s = 1; s <= seconds; ++s) {
      add(world.later_s(1));
      add(world.position(unit, Town::at(from_m + (to_m - from_m) * s / seconds, 0)));
    }
    return all;
  }
  static Decisions stand(World& world, std::uint64_t unit, double at_m, int seconds) {
    return drive(world, unit, at_m, at_m, seconds);
  }
  static std::vector<v1::AssignmentWarned> warnings(const Decisions& decisions) {
    std::vector<v1::AssignmentWarned> all;
    for (const v1::Decision& decision : decisions) {
      if (decision.has_assignment_warned()) all.push_back(decision.assignment_warned());
    }
    return all;
  }
  static std::vector<v1::UnitChecked> checks(const Decisions& decisions) {
    std::vector<v1::UnitChecked> all;
    for (const v1::Decision& decision : decisions) {
      if (decision.has_unit_checked()) all.push_back(decision.unit_checked());
    }
    return all;
  }
  static Decisions answer(World& world, std::uint64_t unit, std::uint64_t check, v1::CheckReply reply) {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    record.mutable_unit_check_answered()->set_unit_id(unit);
    record.mutable_unit_check_answered()->set_check_id(check);
    record.mutable_unit_check_answered()->set_reply(reply);
    return world.apply(record);
  }
  static Decisions settle(World& world, std::uint64_t unit) {
    return world.command("settle-" + std::to_string(world.now_ms()),
                         [unit](v1::OperatorCommand& c) { c.mutable_settle_unit_check()->set_unit_id(unit); });
  }
};

}  // namespace dispatch135::core::testing
