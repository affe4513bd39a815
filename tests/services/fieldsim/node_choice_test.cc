#include "services/fieldsim/node_choice.h"

#include <gtest/gtest.h>

#include <set>

namespace dispatch135::fieldsim {
namespace {

NodeChoice choice_of(std::vector<std::string> nodes) { return NodeChoice(std::move(nodes), Random(1, "device")); }

TEST(NodeChoice, AfterFailuresEveryNodeIsTried) {
  NodeChoice nodes = choice_of({"a:1", "b:1", "c:1"});
  std::set<std::string> tried;
  for (int i = 0; i < 3; ++i) {
    tried.insert(nodes.address());
    nodes.failed();
  }
  EXPECT_EQ(tried.size(), 3U);
}

TEST(NodeChoice, GoesWhereItIsToldToWithoutAPause) {
  NodeChoice nodes = choice_of({"a:1", "b:1"});
  EXPECT_EQ(nodes.redirected("leader:9").count, 0);
  EXPECT_EQ(nodes.address(), "leader:9");
}

TEST(NodeChoice, ForgetsALeaderThatDoesNotAnswer) {
  NodeChoice nodes = choice_of({"a:1"});
  nodes.redirected("leader:9");
  nodes.failed();
  EXPECT_EQ(nodes.address(), "a:1");
}

TEST(NodeChoice, NodesThatPointAtEachOtherAreNotAskedWithoutAPause) {
  NodeChoice nodes = choice_of({"a:1", "b:1"});
  std::int64_t paused_ms = 0;
  for (int i = 0; i < 10; ++i) paused_ms += nodes.redirected(i % 2 == 0 ? "a:1" : "b:1").count;
  EXPECT_GT(paused_ms, 0);
}

TEST(NodeChoice, ALeaderThatIsNotKnownYetIsAFailure) {
  NodeChoice nodes = choice_of({"a:1"});
  EXPECT_GT(nodes.redirected("").count, 0);
}

TEST(NodeChoice, PausesStayWithinTheirBounds) {
  NodeChoice nodes = choice_of({"a:1"});
  for (int i = 0; i < 100; ++i) {
    const std::int64_t pause_ms = nodes.failed().count;
    EXPECT_GE(pause_ms, 1);
    EXPECT_LE(pause_ms, 3'000);
  }
  nodes.succeeded();
  EXPECT_LE(nodes.failed().count, 100);
}

}  // namespace
}  // namespace dispatch135::fieldsim
