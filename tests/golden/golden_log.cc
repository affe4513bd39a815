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

std::string digest_of(std::span<const v1::Decision> decisions) {
  StateHasher hasher;
  for (const v1::Decision& decision : decisions) hasher.add(decision.SerializeAsString());
  std::string line;
  for (int shift = 28; shift >= 0; shift -= 4) line += "0123456789abcdef"[hasher.value() >> shift & 15];
  return line;
}

std::unique_ptr<GoldenRecorder> GoldenRecorder::of_this_test(std::span<const std::byte> city, std::uint32_t partition) {
  const char* into = std::getenv("D135_RECORD");
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (into == nullptr || test == nullptr) return nullptr;
  const std::string name = std::string(into) + "/" + test->test_suite_name() + "." + test->name();
  std::string folder = name;
  for (int count = 2; std::filesystem::exists(folder); ++count) folder = name + "." + std::to_string(count);
  std::filesystem::create_directories(folder);
  return std::unique_ptr<GoldenRecorder>(new GoldenRecorder(std::move(folder), city, partition));
}

void GoldenRecorder::add(const v1::LogRecord& record, std::uint64_t offset, TimeMs timestamp,
                         std::span<const v1::Decision> decisions) {
  fed_.push_back({record.SerializeAsString(), offset, timestamp, digest_of(decisions)});
}

GoldenRecorder::~GoldenRecorder() {
  std::ofstream(folder_ + "/city.d135", std::ios::binary)
      .write(reinterpret_cast<const char*>(city_.data()), static_cast<std::streamsize>(city_.size()));
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
