#include "services/fieldsim/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dispatch135::fieldsim {
namespace {

using ::testing::HasSubstr;

Result<Config> command_line(std::vector<std::string> words) {
  words.insert(words.begin(), "fieldsim");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return read_command_line(static_cast<int>(argv.size()), argv.data());
}

TEST(FieldsimConfig, TheShippedFileIsRead) {
  const auto config = read_config_file("config/fieldsim.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().hotline.day_curve[17], 1.40);
  EXPECT_EQ(config.value().fleet.behaviour.work.least, 300'000);
}

TEST(FieldsimConfig, TheShippedFileSaysWhatTheProgramDoesWithoutIt) {
  const auto shipped = read_config_file("config/fieldsim.yaml");
  ASSERT_TRUE(shipped.ok()) << shipped.error().message;
  const Behaviour built_in;
  const Behaviour& behaviour = shipped.value().fleet.behaviour;
  EXPECT_EQ(behaviour.turnout.most, built_in.turnout.most);
  EXPECT_EQ(behaviour.silence.most, built_in.silence.most);
  EXPECT_EQ(behaviour.silent_share, built_in.silent_share);
  EXPECT_EQ(shipped.value().hotline.rate_per_s, HotlineOptions{}.rate_per_s);
}

TEST(FieldsimConfig, AnUnknownKeyIsRefusedWithItsLine) {
  const auto config = parse_config("hotline:\n  rate: 3\n", "x.yaml");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(config.error().message, HasSubstr("x.yaml:2"));
}

TEST(FieldsimConfig, ADayHas24Hours) {
  const auto config = parse_config("hotline:\n  day_curve: [1, 2, 3]\n", "x.yaml");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(config.error().message, HasSubstr("24"));
}

TEST(FieldsimConfig, ATimeSpanEndsAfterItBegins) {
  const auto config = parse_config("units:\n  work: {least: 5min, most: 1min}\n", "x.yaml");
  EXPECT_FALSE(config.ok());
}

TEST(FieldsimConfig, FlagsWinOverTheFile) {
  const auto config = command_line({"--config", "config/fieldsim.yaml", "--city", "c.city", "--nodes", "a:1,b:2",
                                    "--rate", "7", "--flat-day", "--seed", "9", "--time-scale", "20", "--units", "5"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().hotline.rate_per_s, 7);
  EXPECT_EQ(config.value().hotline.day_curve, kFlatDay);
  EXPECT_EQ(config.value().hotline.seed, 9U);
  EXPECT_EQ(config.value().fleet.seed, 9U);
  EXPECT_EQ(config.value().fleet.behaviour.time_scale, 20);
  EXPECT_EQ(config.value().fleet.nodes, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(config.value().fleet.units, 5U);
}

TEST(FieldsimConfig, WithoutCityOrNodesItSaysWhatIsMissing) {
  EXPECT_THAT(command_line({"--nodes", "a:1"}).error().message, HasSubstr("--city"));
  EXPECT_THAT(command_line({"--city", "c.city"}).error().message, HasSubstr("--nodes"));
}

TEST(FieldsimConfig, UnitsAreANumberOrAll) {
  EXPECT_TRUE(command_line({"--city", "c.city", "--nodes", "a:1", "--units", "all"}).ok());
  EXPECT_FALSE(command_line({"--city", "c.city", "--nodes", "a:1", "--units", "many"}).ok());
}

}  // namespace
}  // namespace dispatch135::fieldsim
