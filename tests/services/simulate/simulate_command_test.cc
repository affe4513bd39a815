// simulate and calls as they are typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "engine/city/draft.h"
#include "services/dispatchctl/subcommands.h"
#include "tests/engine/core/grid_town.h"

namespace dispatch135::dispatchctl {
namespace {

using ::testing::HasSubstr;

class Typed : public ::testing::Test {
 protected:
  Typed() : folder_(std::filesystem::temp_directory_path() / ("d135-simulate-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    const auto bytes = city::build_city(core::testing::grid_town(10, 12, 7)).value();
    std::ofstream city(path("town.city"), std::ios::binary);
    city.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  ~Typed() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
  }

  // What was printed; `error_` is what was refused.
  std::string typed(const std::string& line) {
    CLI::App program("dispatchctl");
    program.require_subcommand(1);
    add_simulate(program);
    add_calls(program);
    error_.clear();
    ::testing::internal::CaptureStdout();
    try {
      program.parse(line);
    } catch (const CLI::ParseError& error) {
      error_ = error.what();
    } catch (const CommandError& error) {
      error_ = error.what();
    }
    return ::testing::internal::GetCapturedStdout();
  }

  std::filesystem::path folder_;
  std::string error_;
};

constexpr const char* kPolicy = " --policy config/policies/default.yaml";

TEST_F(Typed, CallsAreMadeUpAndPlayedUnderTwoStrengths) {
  EXPECT_THAT(typed("calls --city " + path("town.city") + " --per-day 50 --out " + path("calls.csv")),
              HasSubstr(" calls\n"));
  ASSERT_EQ(error_, "");
  const std::string shown = typed("simulate --city " + path("town.city") + " --calls " + path("calls.csv") + kPolicy +
                                  " --strength 100 50 --json " + path("figures.json"));
  ASSERT_EQ(error_, "");
  EXPECT_THAT(shown, HasSubstr("on scene within the deadline, %"));
  EXPECT_THAT(shown, HasSubstr("default-1-3-5, 50 %"));
  EXPECT_THAT(shown, HasSubstr("6 (-6)"));
  EXPECT_GT(std::filesystem::file_size(path("figures.json")), 100U);
}

TEST_F(Typed, PostsOfAFileAreTriedInsteadOfTheCitysOrBesideThem) {
  typed("calls --city " + path("town.city") + " --per-day 20 --bursts 0 --out " + path("calls.csv"));
  std::ifstream calls(path("calls.csv"));
  std::string columns;
  std::string first;
  std::getline(calls, columns);
  std::getline(calls, first);
  // The place of the first call: id,time,lat,lon,...
  std::vector<std::string> fields;
  std::istringstream cut(first);
  for (std::string field; std::getline(cut, field, ',');) fields.push_back(field);
  const std::string posts = write("posts.csv", "id,name,kind,lat,lon,units,travel_kind\n7,New,outpost," + fields.at(2) +
                                                   "," + fields.at(3) + ",2,car\n");
  const std::string shown = typed("simulate --city " + path("town.city") + " --calls " + path("calls.csv") + kPolicy +
                                  " --posts " + posts + " --more-posts " + posts);
  ASSERT_EQ(error_, "");
  EXPECT_THAT(shown, HasSubstr("2 (-10)"));
  EXPECT_THAT(shown, HasSubstr("14 (+2)"));
}

TEST_F(Typed, BadInputIsToldWithItsPlace) {
  const std::string town = "simulate --city " + path("town.city");
  typed(town + kPolicy + " --calls " + path("none.csv"));
  EXPECT_THAT(error_, HasSubstr("none.csv"));
  const std::string bad = write("bad.csv", "time,lat,lon,datum,category,severity\n1,2,3,wgs84,party,low\n");
  typed(town + kPolicy + " --calls " + bad);
  EXPECT_THAT(error_, HasSubstr("bad.csv:2: category is 'party'"));
  const std::string away = write("away.csv", "time,lat,lon,datum,category,severity\n1,2,3,wgs84,help,low\n");
  typed(town + kPolicy + " --calls " + away);
  EXPECT_THAT(error_, HasSubstr("none of its 1 calls lies in the region"));
  typed(town + " --calls " + away + " --policy " + bad);
  EXPECT_NE(error_, "");
  typed(town + kPolicy + " --calls " + away + " --strength 0");
  EXPECT_THAT(error_, HasSubstr("--strength"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
