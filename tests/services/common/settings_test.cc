#include "services/common/settings.h"

#include <gtest/gtest.h>

namespace dispatch135::common {
namespace {

TEST(CommonSettings, AnEmptyFileGivesTheDefaults) {
  auto root = YamlReader::parse("", "dispatchd.yaml").value();
  const auto settings = read_common_settings(root);
  EXPECT_FALSE(root.finish());
  EXPECT_EQ(settings.kafka.bootstrap, "127.0.0.1:9092");
  EXPECT_FALSE(settings.kafka.embedded);
  EXPECT_FALSE(settings.metrics.listen);
  EXPECT_EQ(settings.log.level, "info");
}

TEST(CommonSettings, EveryKeyIsRead) {
  auto root = YamlReader::parse(R"(
kafka:
  bootstrap: "a:1,b:2"
  embedded: true
  topic_prefix: test.
  properties: {client.id: x, socket.keepalive.enable: true}
cities: [a.city, b.city]
metrics: {listen: "127.0.0.1:0"}
log: {level: debug, format: text}
)",
                                "dispatchd.yaml")
                  .value();
  const auto settings = read_common_settings(root);
  EXPECT_FALSE(root.finish());
  EXPECT_EQ(settings.kafka.bootstrap, "a:1,b:2");
  EXPECT_TRUE(settings.kafka.embedded);
  EXPECT_EQ(settings.kafka.topic_prefix, "test.");
  EXPECT_EQ(settings.kafka.properties.at("socket.keepalive.enable"), "true");
  EXPECT_EQ(settings.cities, (std::vector<std::string>{"a.city", "b.city"}));
  EXPECT_EQ(settings.metrics.listen, "127.0.0.1:0");
  EXPECT_EQ(settings.log.level, "debug");
  EXPECT_EQ(settings.log.format, LogFormat::kText);
}

TEST(CommonSettings, AnUnknownLogLevelNamesTheKnownOnes) {
  auto root = YamlReader::parse("log:\n  level: loud\n", "dispatchd.yaml").value();
  read_common_settings(root);
  EXPECT_EQ(root.finish()->message, "dispatchd.yaml:2: log.level: 'loud' is not one of: debug, info, warn, error");
}

}  // namespace
}  // namespace dispatch135::common
