#include "tests/golden/golden_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "services/dispatchctl/recorded_log.h"

namespace dispatch135::golden {

namespace {

// The same file again, from what was read out of it.
std::vector<std::byte> bytes_of(const city::MicroGrids& grids) {
  std::vector<city::MicroGrid> all;
  for (std::size_t i = 0; i < grids.size(); ++i) all.push_back(grids.at(i));
  auto built = city::build_micro_grids(all);
  D135_CHECK(built.ok(), "they were built before");
  return std::move(built.value());
}

void write(const std::string& path, const std::vector<std::byte>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

std::string digest_of(std::span<const v1::Decision> decisions) {
  StateHasher hasher;
  for (const v1::Decision& decision : decisions) hasher.add(decision.SerializeAsString());
  std::string line;
  for (int shift = 28; shift >= 0; shift -= 4) line += "0123456789abcdef"[hasher.value() >> shift & 15];
  return line;
}

std::unique_ptr<GoldenRecorder> GoldenRecorder::of_this_test(std::span<const std::byte> city, std::uint32_t partition,
                                                             const city::MicroGrids* grids) {
  const char* into = std::getenv("D135_RECORD");
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (into == nullptr || test == nullptr) return nullptr;
  const std::string name = std::string(into) + "/" + test->test_suite_name() + "." + test->name();
  std::string folder = name;
  for (int count = 2; std::filesystem::exists(folder); ++count) folder = name + "." + std::to_string(count);
  std::filesystem::create_directories(folder);
  std::unique_ptr<GoldenRecorder> recorder(new GoldenRecorder(std::move(folder), city, partition));
  if (grids != nullptr) recorder->grids_ = bytes_of(*grids);
  return recorder;
}

void GoldenRecorder::add(const v1::LogRecord& record, std::uint64_t offset, TimeMs timestamp,
                         std::span<const v1::Decision> decisions) {
  fed_.push_back({record.SerializeAsString(), offset, timestamp, digest_of(decisions)});
}

GoldenRecorder::~GoldenRecorder() {
  write(folder_ + "/city.d135", city_);
  if (!grids_.empty()) write(folder_ + "/grids.d135", grids_);
  auto log = dispatchctl::RecordedLogWriter::create(folder_ + "/log.rec");
  D135_CHECK(log.ok(), "the folder was made a moment ago");
  std::ofstream digests(folder_ + "/decisions.txt");
  for (Fed& fed : fed_) {
    log.value().add(
        {.partition = partition_, .offset = fed.offset, .timestamp = fed.timestamp, .value = std::move(fed.value)});
    digests << fed.digest << "\n";
  }
  log.value().finish();
}

}  // namespace dispatch135::golden
