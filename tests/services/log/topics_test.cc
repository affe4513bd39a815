#include "services/log/topics.h"

#include <gtest/gtest.h>

#include "services/log/mock_cluster.h"

namespace dispatch135::log {
namespace {

TEST(Topics, AnEmbeddedClusterHasThemAll) {
  const MockCluster cluster;
  const auto wrong = check_topics(cluster.settings(), {5'000});
  ASSERT_TRUE(wrong.ok()) << wrong.error().message;
  EXPECT_TRUE(wrong.value().empty());
}

TEST(Topics, EachMissingOneIsNamedWithTheCommandThatMendsIt) {
  const MockCluster cluster;
  auto settings = cluster.settings();
  settings.topic_prefix = "other.";
  const auto wrong = check_topics(settings, {5'000});
  ASSERT_TRUE(wrong.ok()) << wrong.error().message;
  ASSERT_EQ(wrong.value().size(), 6u);
  EXPECT_EQ(wrong.value()[2], "topic other.dispatch.log is missing; run: dispatchctl topics --apply");
}

TEST(Topics, NoBrokerIsAnErrorThatSaysWhatToCheck) {
  const auto wrong = check_topics({.bootstrap = "127.0.0.1:1"}, {300});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().message.rfind("no answer from Kafka at 127.0.0.1:1: ", 0), 0u) << wrong.error().message;
}

TEST(Topics, TheLogIsKeptForeverAtFirstAndStampedByTheBroker) {
  const auto wanted = wanted_topics({.sources = 8, .log = 5}, 3);
  ASSERT_EQ(wanted.size(), 6u);
  const auto& log = wanted[2];
  EXPECT_EQ(log.topic, Topic::kLog);
  EXPECT_EQ(log.partitions, 5);
  EXPECT_EQ(log.initially.at("retention.ms"), "-1");
  EXPECT_EQ(log.must.at("message.timestamp.type"), "LogAppendTime");
  EXPECT_EQ(log.must.at("min.insync.replicas"), "2");
  EXPECT_EQ(wanted_topics({}, 1)[2].must.at("min.insync.replicas"), "1");
}

}  // namespace
}  // namespace dispatch135::log
