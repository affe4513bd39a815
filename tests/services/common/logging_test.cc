#include "services/common/logging.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace dispatch135::common {
namespace {

class Logging : public testing::Test {
 protected:
  void SetUp() override { before_ = spdlog::default_logger(); }
  void TearDown() override { spdlog::set_default_logger(before_); }

  std::string logged_by(LogFormat format, const std::function<void()>& work) {
    start_logging("test", {.level = "info", .format = format});
    testing::internal::CaptureStderr();
    work();
    return testing::internal::GetCapturedStderr();
  }

 private:
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(Logging, AnEventIsOneLineOfJsonWithItsFields) {
  const auto line = logged_by(LogFormat::kJson, [] {
    log_warn("quote \" and\nline", {{"topic", "a\"b"}, {"partition", 3}, {"late", true}, {"bytes", "\xff"}});
  });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["level"], "warning");
  EXPECT_EQ(json["program"], "test");
  EXPECT_EQ(json["message"], "quote \" and\nline");
  EXPECT_EQ(json["topic"], "a\"b");
  EXPECT_EQ(json["partition"], 3);
  EXPECT_EQ(json["late"], true);
}

TEST_F(Logging, APlainSpdlogCallComesOutInTheSameForm) {
  const auto line = logged_by(LogFormat::kJson, [] { spdlog::info("plain {}", 1); });
  EXPECT_EQ(nlohmann::json::parse(line)["message"], "plain 1");
}

TEST_F(Logging, BelowTheLevelNothingIsWritten) {
  EXPECT_EQ(logged_by(LogFormat::kJson, [] { log_debug("quiet", {{"n", 1}}); }), "");
}

TEST_F(Logging, TextForTerminalsEndsWithTheFields) {
  const auto line = logged_by(LogFormat::kText, [] { log_info("leads", {{"partition", 3}, {"node", "a"}}); });
  EXPECT_NE(line.find("info    test: leads partition=3 node=\"a\"\n"), std::string::npos) << line;
}

}  // namespace
}  // namespace dispatch135::common
