// The cheapest cut, held against trying every way to part the nodes.
#include "engine/pursuit/min_cut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <vector>

namespace dispatch135::pursuit {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kAny = INT64_MAX / 2;

struct Arc {
  std::uint32_t from;
  std::uint32_t to;
  std::int64_t capacity;
};

TEST(MinCut, ClosesTheNarrowestPlaceOfAWay) {
  MinCut cut;
  cut.clear(4);
  cut.add_arc(0, 1, 5);
  cut.add_arc(1, 2, 2);
  cut.add_arc(2, 3, 7);
  EXPECT_EQ(cut.solve(0, 3, kAny), 2);
  EXPECT_THAT(cut.arcs(), ElementsAre(1));
}

TEST(MinCut, OfEqualOnesTakesTheOneNearestToTheSink) {
  MinCut cut;
  cut.clear(3);
  cut.add_arc(0, 1, 1);
  cut.add_arc(1, 2, 1);
  EXPECT_EQ(cut.solve(0, 2, kAny), 1);
  EXPECT_THAT(cut.arcs(), ElementsAre(1));
}

TEST(MinCut, TakesBackAFlowThatStandsInTheWayOfMore) {
  // The first way goes by 1-2; only without it is there room for two.
  MinCut cut;
  cut.clear(4);
  cut.add_arc(0, 1, 1);
  cut.add_arc(1, 2, 1);
  cut.add_arc(2, 3, 1);
  cut.add_arc(0, 2, 1);
  cut.add_arc(1, 3, 1);
  EXPECT_EQ(cut.solve(0, 3, kAny), 2);
}

TEST(MinCut, GivesUpBeyondWhatIsAskedFor) {
  MinCut cut;
  cut.clear(2);
  cut.add_arc(0, 1, 10);
  EXPECT_EQ(cut.solve(0, 1, 9), std::nullopt);
}

TEST(MinCut, CostsNothingWhereThereIsNoWay) {
  MinCut cut;
  cut.clear(3);
  cut.add_arc(1, 0, 4);
  EXPECT_EQ(cut.solve(0, 2, kAny), 0);
  EXPECT_TRUE(cut.arcs().empty());
}

// By every set of nodes that could be on the source's side.
std::int64_t cheapest_by_trying(const std::vector<Arc>& arcs, std::uint32_t nodes, std::uint32_t sink) {
  std::int64_t best = INT64_MAX;
  for (std::uint32_t side = 1; side < 1U << nodes; side += 2) {
    if ((side >> sink & 1U) != 0) continue;
    std::int64_t cost = 0;
    for (const Arc& arc : arcs) {
      if ((side >> arc.from & 1U) != 0 && (side >> arc.to & 1U) == 0) cost += arc.capacity;
    }
    best = std::min(best, cost);
  }
  return best;
}

bool leads(const std::vector<Arc>& arcs, const std::vector<bool>& closed, std::uint32_t nodes, std::uint32_t sink) {
  std::vector<bool> reached(nodes, false);
  reached[0] = true;
  for (std::uint32_t round = 0; round < nodes; ++round) {
    for (std::size_t i = 0; i < arcs.size(); ++i) {
      if (reached[arcs[i].from] && !closed[i] && arcs[i].capacity > 0) reached[arcs[i].to] = true;
    }
  }
  return reached[sink];
}

TEST(MinCut, IsTheCheapestOfRandomGraphsAndPartsThem) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(random() % n); };
  MinCut cut;
  for (int graph = 0; graph < 3'000; ++graph) {
    const std::uint32_t nodes = 2 + below(7);
    const std::uint32_t sink = 1 + below(nodes - 1);
    std::vector<Arc> arcs;
    for (std::uint32_t left = below(20); left > 0; --left) {
      arcs.push_back({below(nodes), below(nodes), below(4) == 0 ? 1'000 : below(5)});
    }
    cut.clear(nodes);
    for (const Arc& arc : arcs) cut.add_arc(arc.from, arc.to, arc.capacity);
    const auto cost = cut.solve(0, sink, kAny);
    ASSERT_EQ(cost, cheapest_by_trying(arcs, nodes, sink)) << "seed " << seed << ", graph " << graph;
    std::vector<bool> closed(arcs.size(), false);
    std::int64_t sum = 0;
    for (const std::uint32_t arc : cut.arcs()) {
      closed[arc] = true;
      sum += arcs[arc].capacity;
    }
    ASSERT_EQ(sum, *cost) << "seed " << seed << ", graph " << graph;
    ASSERT_FALSE(leads(arcs, closed, nodes, sink)) << "seed " << seed << ", graph " << graph;
  }
}

}  // namespace
}  // namespace dispatch135::pursuit
