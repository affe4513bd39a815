// Whose piece of ground a place is on: held against asking every outline, and files that are not what they should be.
#include "engine/city/micro_grids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/engine/random_city.h"

namespace dispatch135::city {
namespace {

using ::dispatch135::testing::Dice;
using ::testing::HasSubstr;

constexpr std::int32_t kLat = 315'000'000;
constexpr std::int32_t kLon = 1'203'000'000;
constexpr std::int32_t kStep = 10'000;  // About 100 m.

struct Ground {
  std::vector<std::vector<geo::Point>> outlines;
  std::vector<MicroGrid> grids;
};

// n x n pieces that share crooked borders, with gaps; codes in no order.
Ground crooked(Dice& dice, std::int32_t n) {
  std::vector<std::vector<geo::Point>> posts;
  for (std::int32_t row = 0; row <= n; ++row) {
    posts.emplace_back();
    for (std::int32_t column = 0; column <= n; ++column) {
      const auto jitter = [&] { return static_cast<std::int32_t>(dice.roll(kStep / 2)); };
      posts.back().push_back({kLat + row * kStep + jitter(), kLon + column * kStep + jitter()});
    }
  }
  Ground ground;
  for (std::int32_t row = 0; row < n; ++row) {
    for (std::int32_t column = 0; column < n; ++column) {
      if (dice.chance(10)) continue;
      const auto at = [&](std::int32_t r, std::int32_t c) {
        return posts[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
      };
      ground.outlines.push_back({at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)});
      MicroGrid grid;
      grid.code = 1 + static_cast<std::uint64_t>(row * 7919 + column * 104'729) % 1'000'003;
      grid.township = 320'205'001;
      grid.worker = UnitId(static_cast<std::uint64_t>(row + 1));
      ground.grids.push_back(grid);
    }
  }
  for (std::size_t i = 0; i < ground.grids.size(); ++i) ground.grids[i].outline = ground.outlines[i];
  return ground;
}

std::string error_of(const std::vector<MicroGrid>& grids) {
  const auto built = build_micro_grids(grids);
  return built.ok() ? "" : built.error().message;
}

TEST(MicroGrids, APlaceIsFoundInTheSamePieceAsByAskingEach) {
  constexpr std::uint64_t kSeed = 417'000;
  Dice dice(kSeed);
  std::size_t inside = 0;
  std::size_t outside = 0;
  for (int round = 0; round < 20; ++round) {
    const Ground ground = crooked(dice, 1 + static_cast<std::int32_t>(dice.roll(20)));
    if (ground.grids.empty()) continue;
    const auto bytes = build_micro_grids(ground.grids);
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    const auto opened = MicroGrids::open(bytes.value());
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    ASSERT_EQ(opened.value().size(), ground.grids.size());
    for (int question = 0; question < 500; ++question) {
      geo::Point place = {kLat - kStep + static_cast<std::int32_t>(dice.roll(23 * kStep)),
                          kLon - kStep + static_cast<std::int32_t>(dice.roll(23 * kStep))};
      if (dice.chance(20)) place = ground.outlines[dice.roll(ground.outlines.size())][dice.roll(4)];
      std::uint64_t lowest = 0;
      for (const MicroGrid& grid : ground.grids) {
        if (geo::contains(grid.outline, place) && (lowest == 0 || grid.code < lowest)) lowest = grid.code;
      }
      const auto found = opened.value().find(place);
      ASSERT_EQ(found ? found->code : 0, lowest) << "seed " << kSeed << " round " << round << " question " << question;
      (lowest == 0 ? outside : inside) += 1;
    }
  }
  EXPECT_GT(inside, 1'000U);
  EXPECT_GT(outside, 1'000U);
}

TEST(MicroGrids, APieceComesBackAsItWasWritten) {
  Dice dice(1);
  const Ground ground = crooked(dice, 3);
  const auto bytes = build_micro_grids(ground.grids);
  const auto opened = MicroGrids::open(bytes.value());
  for (std::size_t i = 1; i < opened.value().size(); ++i) {
    EXPECT_LT(opened.value().at(i - 1).code, opened.value().at(i).code);
  }
  for (const MicroGrid& grid : ground.grids) {
    for (std::size_t i = 0; i < opened.value().size(); ++i) {
      const MicroGrid read = opened.value().at(i);
      if (read.code != grid.code) continue;
      EXPECT_EQ(read.worker, grid.worker);
      EXPECT_EQ(read.township, grid.township);
      EXPECT_TRUE(std::equal(read.outline.begin(), read.outline.end(), grid.outline.begin(), grid.outline.end()));
    }
  }
}

TEST(MicroGrids, WhatIsWrongWithAPieceIsToldByItsCode) {
  Dice dice(2);
  const Ground ground = crooked(dice, 4);
  EXPECT_THAT(error_of({}), HasSubstr("1 to 4,000,000"));
  std::vector<MicroGrid> grids = ground.grids;
  grids[0].outline = grids[0].outline.first(2);
  EXPECT_THAT(error_of(grids), HasSubstr("micro-grid " + std::to_string(grids[0].code) + ": must have 3 to 10,000"));
  grids = ground.grids;
  grids[1].code = grids[0].code;
  EXPECT_THAT(error_of(grids), HasSubstr("stands twice"));
  grids = ground.grids;
  grids[0].code = 0;
  EXPECT_THAT(error_of(grids), HasSubstr("must not be 0"));
  grids = ground.grids;
  const std::vector<geo::Point> far = {{0, 0}, {0, 1}, {950'000'000, 0}};
  grids[0].outline = far;
  EXPECT_THAT(error_of(grids), HasSubstr("out of range"));
}

TEST(MicroGrids, AFileThatWasCutOrChangedIsNotOpened) {
  Dice dice(3);
  const auto built = build_micro_grids(crooked(dice, 5).grids);
  const std::vector<std::byte>& bytes = built.value();
  for (std::size_t size = 0; size < bytes.size(); size += 8) {
    EXPECT_FALSE(MicroGrids::open(std::span(bytes).first(size)).ok()) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); at += 37) {
    std::vector<std::byte> changed = bytes;
    changed[at] ^= std::byte{0x40};
    const auto opened = MicroGrids::open(changed);
    EXPECT_FALSE(opened.ok()) << at;
  }
}

}  // namespace
}  // namespace dispatch135::city
