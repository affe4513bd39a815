#include "services/dispatchctl/recorded_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

namespace dispatch135::dispatchctl {
namespace {

using testing::HasSubstr;

class RecordedLog : public testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }
  void write() {
    auto writer = RecordedLogWriter::create(path_);
    ASSERT_TRUE(writer.ok());
    for (const RecordedRecord& record : records_) writer.value().add(record);
    ASSERT_TRUE(writer.value().finish());
  }
  std::string bytes() const {
    std::ostringstream all;
    all << std::ifstream(path_, std::ios::binary).rdbuf();
    return all.str();
  }
  void replace(const std::string& bytes) { std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes; }
  Result<std::uint64_t> read() {
    found_.clear();
    return read_recorded_log(path_, [this](const RecordedRecord& record) { found_.push_back(record); });
  }

  const std::string path_ = testing::TempDir() + "/recorded_log_test.d135";
  const std::vector<RecordedRecord> records_ = {
      {RecordedRecord::Kind::kLog, 3, 0, {1'700'000'000'000}, std::string("a\0b", 3)},
      {RecordedRecord::Kind::kDecision, 3, 1ULL << 40, {1'700'000'000'001}, ""},
      {RecordedRecord::Kind::kLog, 0xffff'ffff, 7, {-1}, std::string(10'000, 'x')}};
  std::vector<RecordedRecord> found_;
};

TEST_F(RecordedLog, GivesBackWhatWasWritten) {
  write();
  const auto count = read();
  ASSERT_TRUE(count.ok()) << count.error().message;
  EXPECT_EQ(count.value(), 3U);
  EXPECT_EQ(found_, records_);
}

TEST_F(RecordedLog, FlippedBitAnywhereInARecordIsRefused) {
  write();
  const std::string good = bytes();
  for (const std::size_t at : {std::size_t{9}, std::size_t{20}, std::size_t{34}, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    replace(bad);
    EXPECT_FALSE(read().ok()) << "byte " << at;
  }
}

TEST_F(RecordedLog, RecordCutShortIsRefusedWithItsPlace) {
  write();
  replace(bytes().substr(0, bytes().size() - 5));
  const auto count = read();
  ASSERT_FALSE(count.ok());
  EXPECT_THAT(count.error().message, HasSubstr("record 2 at byte"));
  EXPECT_THAT(count.error().message, HasSubstr("cut short"));
}

TEST_F(RecordedLog, AnotherFileIsRefused) {
  replace("PK\x03\x04 something else");
  const auto count = read();
  ASSERT_FALSE(count.ok());
  EXPECT_THAT(count.error().message, HasSubstr("not a recorded log of this version"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
