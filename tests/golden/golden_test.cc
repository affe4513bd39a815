// What an older version decided for a log, every later one decides for it: tests/golden/README.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/city/city.h"
#include "engine/city/micro_grids.h"
#include "engine/core/engine.h"
#include "services/dispatchctl/recorded_log.h"
#include "tests/engine/core/world.h"
#include "tests/golden/golden_log.h"

namespace dispatch135::golden {
namespace {

using dispatchctl::RecordedRecord;

std::vector<std::filesystem::path> golden_logs() {
  std::vector<std::filesystem::path> logs;
  for (const auto& version : std::filesystem::directory_iterator("tests/golden")) {
    if (!version.is_directory()) continue;
    for (const auto& log : std::filesystem::directory_iterator(version)) logs.push_back(log.path());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

// Empty: there is no such file.
std::vector<std::byte> bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

// The decisions of all records are those of then; where they first differ it says at which record.
void expect_same_decisions(const std::filesystem::path& log) {
  const std::vector<std::byte> bytes = bytes_of(log / "city.d135");
  const auto city = city::City::open(bytes);
  ASSERT_TRUE(city.ok()) << log << ": " << city.error().message;
  const std::vector<std::byte> grids_bytes = bytes_of(log / "grids.d135");
  std::optional<city::MicroGrids> grids;
  if (!grids_bytes.empty()) {
    auto opened = city::MicroGrids::open(grids_bytes);
    ASSERT_TRUE(opened.ok()) << log << ": " << opened.error().message;
    grids = opened.value();
  }
  const core::testing::OneCity catalog(city.value(), grids ? &*grids : nullptr);
  std::optional<core::Engine> engine;
  std::ifstream digests(log / "decisions.txt");
  bool same = true;
  const auto read = dispatchctl::read_recorded_log(log / "log.rec", [&](const RecordedRecord& logged) {
    if (!same) return;
    if (!engine) engine.emplace(logged.partition, catalog);
    v1::LogRecord record;
    ASSERT_TRUE(record.ParseFromString(logged.value));
    const auto decisions = engine->apply(record, logged.offset, logged.timestamp);
    std::string then;
    ASSERT_TRUE(digests >> then) << log << ": decisions.txt ends before the log";
    same = digest_of(decisions) == then;
    EXPECT_TRUE(same) << log << ": the first other decision is at record " << logged.offset << ", "
                      << record.ShortDebugString()
                      << "\nnow: " << (decisions.empty() ? "nothing" : decisions.front().ShortDebugString());
  });
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_GT(read.value(), 0U) << log;
}

TEST(GoldenLogs, OfEveryEarlierVersionGiveTheDecisionsThatTheyGaveThen) {
  const auto logs = golden_logs();
  ASSERT_GE(logs.size(), 5U) << "tests/golden is to be found from the project's folder";
  for (const auto& log : logs) expect_same_decisions(log);
}

}  // namespace
}  // namespace dispatch135::golden
