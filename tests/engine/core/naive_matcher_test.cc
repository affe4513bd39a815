// The naive twin of the choice: every unit's way is computed by itself, and the smallest ETA wins.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <tuple>

#include "engine/base/limits.h"
#include "engine/policy/policy.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/mixed_log.h"
#include "tests/engine/core/world.h"
#include "tests/engine/plain_dijkstra.h"

namespace dispatch135::core::testing {
namespace {

struct Expected {
  std::int64_t eta_ms;
  std::uint64_t unit;
  auto operator<=>(const Expected&) const = default;
};

// From what everybody can see of the units, one search each.
std::vector<Expected> soonest(const World& world, Engine& engine, geo::Point incident, std::uint32_t capabilities,
                              const policy::Policy& policy) {
  std::vector<Expected> all;
  const road::Network& roads = world.city().roads();
  ::dispatch135::testing::PlainDijkstra dijkstra(roads);
  for (const v1::Unit& unit : engine.units(kRegion)) {
    if (unit.primary() != v1::UNIT_PRIMARY_STATUS_AVAILABLE) continue;
    if ((unit.capabilities() & capabilities) != capabilities) continue;
    const auto kind = city::to_road(unit.travel_kind());
    const auto from =
        roads.snap({unit.position().latitude_e7(), unit.position().longitude_e7()}, kind, limits::kSnapLimitMm);
    const auto to = roads.snap(incident, kind, limits::kSnapLimitMm);
    if (!from || !to) continue;
    dijkstra.aim(*to, kind);
    const auto travel_ms = dijkstra.travel_ms(*from);
    if (!travel_ms) continue;
    const city::PostInfo post = world.city().post(*world.city().find_post(PostId(unit.post_id())));
    all.push_back({static_cast<std::int64_t>(*travel_ms) + policy.turnout(post.kind).count, unit.unit_id()});
  }
  std::sort(all.begin(), all.end());
  return all;
}

TEST(NaiveTwin, ChoosesTheSameUnitsInTheSameOrder) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  Random random(seed);
  const policy::Policy policy = policy::Policy::compile(test_policy()).value();
  int compared = 0;
  for (int town = 0; town < 8; ++town) {
    World world(grid_town(14, 40, random.next()));
    const auto junctions = world.city().roads().junctions;
    const auto somewhere = [&] {
      geo::Point point = junctions[random.below(junctions.size())];
      point.latitude_e7 += static_cast<std::int32_t>(random.below(8'000)) - 4'000;
      point.longitude_e7 += static_cast<std::int32_t>(random.below(8'000)) - 4'000;
      return point;
    };
    for (std::uint32_t i = 0; i < world.city().unit_count(); ++i) {
      const std::uint64_t unit = world.city().unit(UnitIndex(i)).id.value();
      if (random.below(5) == 0) continue;
      world.sign_on(unit);
      if (random.below(2) == 0) world.position(unit, somewhere());
    }
    for (int call = 0; call < 40; ++call) {
      const geo::Point place = somewhere();
      const std::uint32_t capabilities = random.below(3) == 0 ? 1U << random.below(8) : 0;
      const auto expected = soonest(world, world.engine(), place, capabilities, policy);
      const std::string event = "e" + std::to_string(call);
      const auto decisions = world.report(event, place, [&](auto& r) { r.set_required_capabilities(capabilities); });
      const auto assigned = only(decisions, v1::Decision::kUnitAssigned);
      ASSERT_EQ(assigned.size(), expected.empty() ? 0U : 1U);
      if (!expected.empty()) {
        const v1::Why& why = assigned[0].unit_assigned().why();
        ASSERT_EQ(why.candidates_size(), std::min<int>(5, static_cast<int>(expected.size())));
        for (int i = 0; i < why.candidates_size(); ++i) {
          ASSERT_EQ(why.candidates(i).eta_ms(), expected[i].eta_ms) << "candidate " << i;
          ASSERT_EQ(why.candidates(i).unit_id(), expected[i].unit) << "candidate " << i;
        }
        ++compared;
      }
      if (random.below(2) == 0) world.cancel(event);
    }
  }
  EXPECT_GT(compared, 100);
}

}  // namespace
}  // namespace dispatch135::core::testing
