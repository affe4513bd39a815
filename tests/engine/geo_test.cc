#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "engine/geo/area.h"
#include "engine/geo/grid.h"
#include "engine/geo/plane.h"
#include "engine/geo/polygon.h"
#include "engine/geo/projection_build.h"
#include "tests/engine/random_city.h"

namespace dispatch135::geo {
namespace {

using ::dispatch135::testing::Dice;

constexpr std::int32_t kDegree = 10'000'000;

TEST(Polygon, InsideOutsideAndTheBorder) {
  const std::vector<Point> square = {{0, 0}, {0, 10}, {10, 10}, {10, 0}};
  EXPECT_TRUE(contains(square, {5, 5}));
  EXPECT_FALSE(contains(square, {5, 11}));
  EXPECT_FALSE(contains(square, {-1, 5}));
  for (std::int32_t i = 0; i <= 10; ++i) {
    EXPECT_TRUE(contains(square, {0, i}));
    EXPECT_TRUE(contains(square, {10, i}));
    EXPECT_TRUE(contains(square, {i, 0}));
    EXPECT_TRUE(contains(square, {i, 10}));
  }
  EXPECT_FALSE(contains(square, {10, 11})) << "on the line of a side, beyond it";
}

TEST(Polygon, ANotchIsOutside) {
  const std::vector<Point> u_shape = {{0, 0}, {0, 30}, {30, 30}, {30, 20}, {10, 20}, {10, 10}, {30, 10}, {30, 0}};
  EXPECT_FALSE(contains(u_shape, {20, 15}));
  EXPECT_TRUE(contains(u_shape, {20, 5}));
  EXPECT_TRUE(contains(u_shape, {20, 25}));
  EXPECT_TRUE(contains(u_shape, {5, 15}));
  EXPECT_TRUE(contains(u_shape, {10, 15})) << "the notch's border belongs to the outline";
}

TEST(Polygon, TheWholeEarthIsNotTooLarge) {
  const std::vector<Point> earth = {{-90 * kDegree, -180 * kDegree},
                                    {-90 * kDegree, 180 * kDegree},
                                    {90 * kDegree, 180 * kDegree},
                                    {90 * kDegree, -180 * kDegree}};
  EXPECT_TRUE(contains(earth, {31 * kDegree, 120 * kDegree}));
  EXPECT_TRUE(contains(earth, {-90 * kDegree, 180 * kDegree}));
  const std::vector<Point> half = {
      {-90 * kDegree, -180 * kDegree}, {-90 * kDegree, 180 * kDegree}, {90 * kDegree, 180 * kDegree}};
  EXPECT_TRUE(contains(half, {0, 1}));
  EXPECT_TRUE(contains(half, {0, 0})) << "on the diagonal";
  EXPECT_FALSE(contains(half, {1, 0}));
}

TEST(Polygon, NeighboursShareOnlyTheirBorder) {
  constexpr std::uint64_t kSeed = 7;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  const std::vector<Point> west = {{0, 0}, {7, 31}, {50, 20}, {100, 45}, {100, 0}};
  const std::vector<Point> east = {{0, 0}, {0, 100}, {100, 100}, {100, 45}, {50, 20}, {7, 31}};
  for (int i = 0; i < 10'000; ++i) {
    const Point p = {static_cast<std::int32_t>(dice.roll(101)), static_cast<std::int32_t>(dice.roll(101))};
    const bool in_west = contains(west, p);
    const bool in_east = contains(east, p);
    ASSERT_TRUE(in_west || in_east);
    if (!in_west || !in_east) continue;
    const std::vector<Point> line = {{0, 0}, {7, 31}, {50, 20}, {100, 45}};
    bool on_line = false;
    for (std::size_t k = 0; k + 1 < line.size(); ++k) {
      const std::int64_t cross =
          std::int64_t{line[k + 1].latitude_e7 - line[k].latitude_e7} * (p.longitude_e7 - line[k].longitude_e7) -
          std::int64_t{line[k + 1].longitude_e7 - line[k].longitude_e7} * (p.latitude_e7 - line[k].latitude_e7);
      on_line = on_line || cross == 0;
    }
    ASSERT_TRUE(on_line) << p.latitude_e7 << " " << p.longitude_e7;
  }
}

TEST(Area, AnswersAsTheOutlineDoes) {
  constexpr std::uint64_t kSeed = 17;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  const auto anywhere = [&dice] {
    return Point{static_cast<std::int32_t>(dice.roll(41)), static_cast<std::int32_t>(dice.roll(41))};
  };
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Point> outline(3 + dice.roll(round % 10 == 0 ? 600 : 9));
    for (Point& corner : outline) corner = anywhere();
    const Area area(outline);
    for (int i = 0; i < 20; ++i) {
      const Point p = anywhere();
      ASSERT_EQ(area.contains(p), contains(outline, p)) << p.latitude_e7 << " " << p.longitude_e7;
    }
  }
}

// Lines along the axes and the diagonals enter an outline with sides along the axes at whole numbers.
TEST(Area, ALineTouchesItExactlyWhenOneOfItsPointsDoes) {
  constexpr std::uint64_t kSeed = 18;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  for (int round = 0; round < 2'000; ++round) {
    const auto corner = [&dice] { return static_cast<std::int32_t>(dice.roll(20)); };
    const std::int32_t south = corner();
    const std::int32_t west = corner();
    const std::int32_t north = south + 1 + corner();
    const std::int32_t east = west + 1 + corner();
    const std::vector<Point> outline = {{south, west}, {south, east}, {north, east}, {north, west}};
    const Area area(outline);
    const Point from = {static_cast<std::int32_t>(dice.roll(60)) - 10, static_cast<std::int32_t>(dice.roll(60)) - 10};
    const std::int32_t up = static_cast<std::int32_t>(dice.roll(3)) - 1;
    const std::int32_t right = static_cast<std::int32_t>(dice.roll(3)) - 1;
    const auto steps = static_cast<std::int32_t>(dice.roll(30));
    bool any = false;
    for (std::int32_t i = 0; i <= steps; ++i) {
      any = any || contains(outline, {from.latitude_e7 + i * up, from.longitude_e7 + i * right});
    }
    ASSERT_EQ(area.touches(from, {from.latitude_e7 + steps * up, from.longitude_e7 + steps * right}), any);
  }
}

TEST(Area, ALineThatPassesByACornerDoesNotTouchIt) {
  const Area triangle(std::vector<Point>{{0, 0}, {0, 10}, {10, 0}});
  EXPECT_TRUE(triangle.touches({-5, 5}, {20, 5})) << "right through it";
  EXPECT_TRUE(triangle.touches({5, 5}, {9, 9})) << "from its border";
  EXPECT_FALSE(triangle.touches({6, 5}, {9, 9}));
  EXPECT_FALSE(triangle.touches({11, 0}, {0, 11})) << "along the slope, beside it";
  EXPECT_TRUE(triangle.touches({2, 2}, {3, 3})) << "wholly inside";
}

TEST(Plane, TheRootIsTheLargestWholeNumberWhoseSquareFits) {
  for (std::uint64_t root :
       {0ULL, 1ULL, 2ULL, 3ULL, 1'000ULL, 65'535ULL, 65'536ULL, 3'037'000'499ULL, 4'294'967'295ULL}) {
    EXPECT_EQ(floor_sqrt(root * root), static_cast<std::int64_t>(root));
    if (root == 0) continue;
    EXPECT_EQ(floor_sqrt(root * root - 1), static_cast<std::int64_t>(root - 1));
    EXPECT_EQ(floor_sqrt(root * root + root), static_cast<std::int64_t>(root));
  }
  EXPECT_EQ(floor_sqrt(std::numeric_limits<std::uint64_t>::max()), 4'294'967'295);
}

TEST(Plane, TheNearestPlaceOnASegmentAgreesWithRealNumbers) {
  constexpr std::uint64_t kSeed = 3;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t size = dice.chance(20) ? kPlaneLimitMm : 1 + dice.roll(2'000'000);
    const auto coordinate = [&] { return std::int64_t{dice.roll(2 * static_cast<std::uint64_t>(size))} - size; };
    const PlanePoint a = {coordinate(), coordinate()};
    const PlanePoint b = dice.chance(3) ? a : PlanePoint{coordinate(), coordinate()};
    const PlanePoint p = {coordinate(), coordinate()};
    const OnSegment here = nearest_on_segment(a, b, p);
    ASSERT_GE(here.numerator, 0);
    ASSERT_LE(here.numerator, here.denominator);

    const auto dx = static_cast<double>(b.x_mm - a.x_mm);
    const auto dy = static_cast<double>(b.y_mm - a.y_mm);
    const auto px = static_cast<double>(p.x_mm - a.x_mm);
    const auto py = static_cast<double>(p.y_mm - a.y_mm);
    const double length_squared = dx * dx + dy * dy;
    const double t = length_squared > 0 ? std::clamp((px * dx + py * dy) / length_squared, 0.0, 1.0) : 0.0;
    ASSERT_NEAR(std::sqrt(static_cast<double>(here.squared_mm)), std::hypot(px - t * dx, py - t * dy), 1.5);
    ASSERT_NEAR(static_cast<double>(here.numerator) / static_cast<double>(here.denominator), t, 1e-6);
  }
}

TEST(Plane, PointsOnOtherContinentsAreFarAway) {
  const Projection projection = make_projection_at_city_build({31 * kDegree, 120 * kDegree});
  EXPECT_GT(distance_mm(projection, {31 * kDegree, 120 * kDegree}, {-33 * kDegree, -70 * kDegree}), 2'000'000'000);
  EXPECT_GT(distance_mm(projection, {-90 * kDegree, -180 * kDegree}, {90 * kDegree, 180 * kDegree}), 2'000'000'000);
}

// Lengths of a degree on the WGS-84 ellipsoid: NGA.STND.0036, or any table of them.
TEST(ProjectionAtCityBuild, ADegreeIsAsLongAsTheTablesSay) {
  const auto degree_mm = [](std::int32_t latitude_deg, Point step) {
    const Point origin = {latitude_deg * kDegree, 120 * kDegree};
    const Projection projection = make_projection_at_city_build(origin);
    return distance_mm(projection, origin,
                       {origin.latitude_e7 + step.latitude_e7, origin.longitude_e7 + step.longitude_e7});
  };
  EXPECT_NEAR(static_cast<double>(degree_mm(0, {kDegree, 0})), 110'574'000, 2'000);
  EXPECT_NEAR(static_cast<double>(degree_mm(0, {0, kDegree})), 111'320'000, 2'000);
  EXPECT_NEAR(static_cast<double>(degree_mm(45, {kDegree, 0})), 111'132'000, 2'000);
  EXPECT_NEAR(static_cast<double>(degree_mm(45, {0, kDegree})), 78'847'000, 2'000);
  EXPECT_NEAR(static_cast<double>(degree_mm(-45, {0, kDegree})), 78'847'000, 2'000);
}

TEST(Grid, TheSearchVisitsEveryCellThatMayHoldSomethingNearer) {
  constexpr std::uint64_t kSeed = 11;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Dice dice(kSeed);
  for (int round = 0; round < 2'000; ++round) {
    const PlanePoint most = {dice.roll(5'000), dice.roll(5'000)};
    const Grid grid = grid_over({0, 0}, most, 1 + dice.roll(60), 1 + dice.roll(300));
    std::vector<PlanePoint> points(dice.roll(20));
    for (PlanePoint& p : points) {
      p = {dice.roll(static_cast<std::uint64_t>(most.x_mm) + 1), dice.roll(static_cast<std::uint64_t>(most.y_mm) + 1)};
    }
    const PlanePoint target = {std::int64_t{dice.roll(15'000)} - 5'000, std::int64_t{dice.roll(15'000)} - 5'000};
    const std::int64_t limit_mm = dice.roll(8'000);
    std::int64_t expected = limit_mm * limit_mm + 1;
    for (const PlanePoint& p : points) expected = std::min(expected, squared_distance(p, target));
    std::int64_t best = limit_mm * limit_mm;
    bool found = false;
    std::vector<int> visits(grid.cells(), 0);
    search_outward(grid, target, limit_mm, [&](std::size_t cell) {
      ++visits[cell];
      for (const PlanePoint& p : points) {
        if (grid.cell_of(p) != cell || squared_distance(p, target) > best) continue;
        best = squared_distance(p, target);
        found = true;
      }
      return best;
    });
    ASSERT_EQ(found, expected <= limit_mm * limit_mm);
    ASSERT_EQ(best, found ? expected : limit_mm * limit_mm);
    for (const int count : visits) ASSERT_LE(count, 1);
  }
}

TEST(FirstCrossing, OutlinesThatCrossFoldOrStandStillAreFound) {
  using Sides = std::optional<std::pair<std::size_t, std::size_t>>;
  const std::vector<Point> square = {{0, 0}, {0, 10}, {10, 10}, {10, 0}};
  EXPECT_EQ(first_crossing(square), Sides());
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 0}, {10, 10}, {0, 10}, {10, 0}}), Sides({0, 2}));
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 0}, {0, 10}, {0, 5}, {10, 0}}), Sides({0, 1}));  // Back over itself.
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 5}, {10, 0}, {0, 0}, {0, 10}}), Sides({0, 2}));  // Through a corner.
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 0}, {0, 0}, {10, 0}}), Sides({0, 0}));
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 0}, {0, 10}, {10, 10}, {0, 5}}), Sides({0, 2}));  // Touches.
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 0}, {0, 5}, {0, 10}, {10, 5}}),
            Sides());  // A corner on a straight side.
  EXPECT_EQ(first_crossing(std::vector<Point>{{0, 0}, {0, 10}, {5, 3}, {10, 10}, {10, 0}, {5, 2}}), Sides());
}

}  // namespace
}  // namespace dispatch135::geo
