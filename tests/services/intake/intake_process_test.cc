// The intake binary: what it does with its settings while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/engine/map_fixture.h"
#include "tests/services/served_program.h"

namespace dispatch135::intake {
namespace {

using services::testing::ServedProgram;
using ::testing::HasSubstr;

struct IntakeProcess : ::testing::Test {
  IntakeProcess() {
    char name[] = "/tmp/intake_test_XXXXXX";
    folder = mkdtemp(name);
    city = folder + "/map.city";
    settings = folder + "/intake.yaml";
    dispatch135::testing::AsciiMap map("A--1--B");
    map.add_post("west", 'A');
    map.add_unit("W1", "west");
    const auto built = map.build();
    std::ofstream(city, std::ios::binary)
        .write(reinterpret_cast<const char*>(built.bytes().data()), static_cast<std::streamsize>(built.bytes().size()));
  }
  ~IntakeProcess() override {
    for (const std::string& file : {city, settings}) unlink(file.c_str());
    rmdir(folder.c_str());
  }
  void write(const std::string& text) const { std::ofstream(settings) << text; }

  std::string folder;
  std::string city;
  std::string settings;
};

// Without a broker: it waits for one, and hears signals.
TEST_F(IntakeProcess, S22BadSettingsAreRefusedWholeAndGoodOnesHoldWithoutARestart) {
  write("limits: {reports_per_s: 100}\n");
  ServedProgram intake(D135_INTAKE, {"--kafka", "127.0.0.1:1", "--listen", "127.0.0.1:0", "--city", city,
                                     "--log-format", "json", "--config", settings});
  ASSERT_TRUE(intake.until("no broker yet; waits for one"));

  write("log: {level: debug}\nlimits:\n  reports_per_s: many\n");
  intake.hang_up();
  auto said = intake.until("the settings were not read again; those from before stay in force");
  ASSERT_TRUE(said);
  EXPECT_THAT(said->value("error", ""), HasSubstr(settings + ":3: limits.reports_per_s"));

  write("answer_within: 1s\nlimits: {reports_per_s: 50}\n");
  intake.hang_up();
  said = intake.until("the settings were not read again; those from before stay in force");
  ASSERT_TRUE(said);
  EXPECT_THAT(said->value("error", ""), HasSubstr(settings + ": answer_within: cannot change while the process runs"));

  write("log: {level: debug}\nlimits: {reports_per_s: 50}\n");
  intake.hang_up();
  said = intake.until("the settings were read again and are in force");
  ASSERT_TRUE(said);
  EXPECT_EQ(said->value("level_now", ""), "debug");
  intake.terminate();
  EXPECT_EQ(intake.wait(), 0);
}

}  // namespace
}  // namespace dispatch135::intake
