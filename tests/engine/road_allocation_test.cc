// Position reports and searches must not allocate once warmed up.
#include <gtest/gtest.h>

#include "engine/road/nearest.h"
#include "tests/engine/counting_new.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/random_city.h"

namespace dispatch135::road {
namespace {

using ::dispatch135::testing::BuiltCity;
using ::dispatch135::testing::Dice;

class Everybody : public UnitFilter {
 public:
  bool accepts(UnitIndex, DurationMs& turnout) const override {
    turnout = {0};
    return true;
  }
};

TEST(RoadAllocation, PositionReportsAndSearchesDoNotAllocateOnceWarmedUp) {
  constexpr std::uint64_t kSeed = 5;
  Dice dice(kSeed);
  BuiltCity built(testing::random_city(dice, 20, 20));
  const Network& roads = built.roads();
  constexpr std::uint32_t kUnits = 50;
  constexpr std::size_t kWanted = 10;
  UnitsOnRoad units(built.live(), kUnits);
  NearestSearch search(built.live());
  const Everybody everybody;
  std::size_t found = 0;
  const auto work = [&](Dice work_dice) {
    for (int i = 0; i < 500; ++i) {
      for (int reports = 0; reports < 10; ++reports) {
        const auto kind = static_cast<TravelKind>(work_dice.roll(kTravelKinds));
        const UnitIndex unit(work_dice.roll(kUnits));
        if (const auto place = roads.snap(testing::random_point(work_dice, roads), kind, 1'000'000)) {
          units.place(unit, kind, *place);
        } else {
          units.remove(unit);
        }
      }
      found += search.k_soonest(testing::random_point(work_dice, roads), 1'000'000, units, everybody, kWanted).size();
    }
  };
  work(Dice(kSeed));
  for (std::uint32_t unit = 0; unit < kUnits; ++unit) units.remove(UnitIndex(unit));
  const std::uint64_t before = testing::allocation_count();
  found = 0;
  work(Dice(kSeed));
  EXPECT_EQ(testing::allocation_count(), before);
  EXPECT_GT(found, 1'000U);
  EXPECT_GT(before, 0U) << "the counter counts";
}

}  // namespace
}  // namespace dispatch135::road
