#include "services/common/yaml_config.h"

#include <gtest/gtest.h>

namespace dispatch135::common {
namespace {

YamlReader reader_of(std::string_view text) {
  auto reader = YamlReader::parse(text, "city.yaml");
  EXPECT_TRUE(reader.ok());
  return reader.value();
}

std::string mistakes_of(const YamlReader& reader) {
  const auto error = reader.finish();
  return error ? error->message : "";
}

TEST(YamlReader, ReadsWhatIsThereAndFallsBackForTheRest) {
  YamlReader reader = reader_of("port: 9100\nname: east\nfast: true\nratio: 0.5\npause: 3min\n");
  EXPECT_EQ(reader.integer("port", 1, 0, 65535), 9100);
  EXPECT_EQ(reader.text("name", ""), "east");
  EXPECT_TRUE(reader.boolean("fast", false));
  EXPECT_EQ(reader.number("ratio", 0, 0, 1), 0.5);
  EXPECT_EQ(reader.duration("pause", {0}, {0}, {600'000}).count, 180'000);
  EXPECT_EQ(reader.integer("absent", 7, 0, 10), 7);
  EXPECT_EQ(mistakes_of(reader), "");
}

TEST(YamlReader, AnUnknownKeyIsNamedWithItsLineAndWhatIsKnown) {
  YamlReader reader = reader_of("port: 1\nprot: 2\n");
  reader.integer("port", 0, 0, 10);
  EXPECT_EQ(mistakes_of(reader), "city.yaml:2: prot: unknown key; known here: port");
}

TEST(YamlReader, AnUnknownKeyInsideAMappingIsNamedByItsPath) {
  YamlReader reader = reader_of("kafka:\n  bootstrap: a:1\n  boot: b\n");
  reader.map("kafka").text("bootstrap", "");
  EXPECT_EQ(mistakes_of(reader), "city.yaml:3: kafka.boot: unknown key; known here: bootstrap");
}

TEST(YamlReader, AValueOutOfRangeSaysTheRange) {
  YamlReader reader = reader_of("\nport: 70000\n");
  EXPECT_EQ(reader.integer("port", 5, 0, 65535), 5);
  EXPECT_EQ(mistakes_of(reader), "city.yaml:2: port: '70000' is not a whole number from 0 to 65535");
}

TEST(YamlReader, ADurationWithoutUnitIsRefused) {
  YamlReader reader = reader_of("pause: 30\n");
  reader.duration("pause", {0}, {1'000}, {60'000});
  EXPECT_EQ(mistakes_of(reader),
            "city.yaml:1: pause: '30' is not a duration from 1s to 1min, with its unit: ms, s, min, h or d");
}

TEST(YamlReader, AllMistakesComeAtOnceInTheOrderOfTheFile) {
  YamlReader reader = reader_of("a: x\nb: [1]\nc: 1\nc: 2\n");
  reader.boolean("b", true);
  reader.integer("a", 0, 0, 1);
  reader.integer("c", 0, 0, 9);
  EXPECT_EQ(mistakes_of(reader),
            "city.yaml:1: a: 'x' is not a whole number from 0 to 1\n"
            "city.yaml:2: b: has a list or mapping as its value; give true or false\n"
            "city.yaml:4: c: is given twice; keep one");
}

TEST(YamlReader, AMissingKeyIsReportedAtItsMapping) {
  YamlReader reader = reader_of("top: 1\nrules:\n  - name: a\n  - kind: b\n");
  reader.integer("top", 0, 0, 1);
  auto rules = reader.maps("rules");
  ASSERT_EQ(rules.size(), 2u);
  for (auto& rule : rules) {
    rule.require("name").text("name", "");
    rule.text("kind", "");
  }
  EXPECT_EQ(mistakes_of(reader), "city.yaml:4: rules[1].name: is missing; add it");
}

TEST(YamlReader, AnOwnersRuleIsReportedLikeTheOthers) {
  YamlReader reader = reader_of("from: 5\nto: 3\n");
  if (reader.integer("from", 0, 0, 9) > reader.integer("to", 0, 0, 9)) reader.fail("to", "must not be before 'from'");
  EXPECT_EQ(mistakes_of(reader), "city.yaml:2: to: must not be before 'from'");
}

TEST(YamlReader, AListInPlaceOfAMappingIsRefusedAndLeavesTheFileAsItIs) {
  YamlReader reader = reader_of("kafka: [1, 2]\n");
  EXPECT_TRUE(reader.map("kafka").keys().empty());
  EXPECT_EQ(reader.texts("kafka").size(), 2u);
  EXPECT_EQ(mistakes_of(reader), "city.yaml:1: kafka: must be a mapping of keys to values");
}

TEST(YamlReader, WhatIsNotYamlNamesTheLine) {
  const auto reader = YamlReader::parse("a: 1\nb: [\n", "city.yaml");
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().message.rfind("city.yaml:3: not YAML", 0), 0u) << reader.error().message;
}

TEST(YamlReader, AFileThatIsNotThereIsNamed) {
  const auto reader = YamlReader::open("/nonexistent/x.yaml");
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().message, "/nonexistent/x.yaml: cannot be read; check the path and its permissions");
}

TEST(ParseDuration, KnowsFiveUnitsAndNothingElse) {
  EXPECT_EQ(parse_duration("500ms")->count, 500);
  EXPECT_EQ(parse_duration("30s")->count, 30'000);
  EXPECT_EQ(parse_duration("3min")->count, 180'000);
  EXPECT_EQ(parse_duration("2h")->count, 7'200'000);
  EXPECT_EQ(parse_duration("1d")->count, 86'400'000);
  for (const auto* wrong : {"", "5", "s", "-1s", "1.5s", "1 s", "1m", "99999999999999999999s", "999999999999d"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace dispatch135::common
