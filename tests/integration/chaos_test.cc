// The whole system on a real Kafka, while the engine's nodes and the intake are killed with kill -9 under load; the
// oracle then reads all topics and diaries, and the log is run again.
//
// Environment: D135_CHAOS_EVENTS (default 20000), D135_CHAOS_SEED (default 1).
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/integration/whole_system.h"

namespace dispatch135 {
namespace {

constexpr std::uint64_t kRatePerS = 250;
constexpr int kKills = 5;
constexpr std::chrono::seconds kPublishPatience(600);
constexpr std::chrono::seconds kPatience(120);

// Units that are done soon enough to serve so many calls, and misbehave in every way that they know.
constexpr const char* kUnits = R"(
hotline: {burst_every_s: 20, alert_every_s: 10, bad_share: 0.02}
units:
  silence: {least: 1s, most: 5s}
  offline: {least: 200ms, most: 2s}
  ignore_share: 0.0005
  silent_share: 0.002
)";

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == text.npos ? 0 : begin + 1, end - (begin == text.npos ? 0 : begin + 1) + 1);
}

class Chaos : public testing::Test {
 protected:
  Chaos() : system_("chaos", "config/cities/wuxi.yaml") {}
  ~Chaos() override {
    if (!HasFailure()) return;
    system_.keep();
    std::cout << "logs and diaries: " << system_.folder() << std::endl;
  }

  // Until the hotlines have published so many records.
  void await_published(std::uint64_t count, demo::Child& fieldsim) {
    const auto give_up = std::chrono::steady_clock::now() + kPublishPatience;
    while (system_.count_of("fieldsim", "published") < count) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "the hotlines published too little";
      ASSERT_FALSE(fieldsim.ended()) << fieldsim.last_words(15);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  WholeSystem system_;
};

TEST_F(Chaos, NothingIsLostOrDoubledWhenNodesAndIntakeAreKilledUnderLoad) {
  const std::uint64_t events = number_from("D135_CHAOS_EVENTS", 20'000);
  const std::uint64_t seed = number_from("D135_CHAOS_SEED", 1);
  std::cout << events << " events, seed " << seed << std::endl;
  std::mt19937_64 random(seed);

  std::array<demo::Child*, 2> nodes = {&system_.start_dispatchd(0), nullptr};
  demo::Child* intake = &system_.start_intake();
  system_.wait_until_led(0);
  nodes[1] = &system_.start_dispatchd(1);
  system_.wait_until_led(1);

  const std::uint64_t seconds = events / kRatePerS + 2;
  demo::Child& fieldsim =
      system_.start_fieldsim("fieldsim", kUnits,
                             {"--rate", std::to_string(kRatePerS), "--seed", std::to_string(seed), "--time-scale",
                              "5000", "--seconds", std::to_string(seconds), "--settle-seconds", "15"});
  for (int kill = 0; kill < kKills; ++kill) {
    const double share = (kill + 0.2 + 0.6 * static_cast<double>(random() % 1'000) / 1'000) / kKills;
    ASSERT_NO_FATAL_FAILURE(await_published(static_cast<std::uint64_t>(share * static_cast<double>(events)), fieldsim));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 1'000));  // Statistics come on the second.
    if (kill % 2 == 0) {
      const std::size_t leader = system_.wait_until_led(0) == WholeSystem::node_name(0) ? 0 : 1;
      ASSERT_TRUE(nodes[leader]->crash()) << "it was dead before: " << nodes[leader]->last_words(15);
      system_.wait_until_led(1 - leader, WholeSystem::node_name(leader));
      nodes[leader] = &system_.start_dispatchd(leader, kill + 1);
    } else {
      ASSERT_TRUE(intake->crash()) << "it was dead before: " << intake->last_words(15);
      intake = &system_.start_intake(kill + 1);
    }
  }
  ASSERT_EQ(fieldsim.wait(kPublishPatience), 0) << fieldsim.last_words(15);
  EXPECT_GE(system_.count_of("fieldsim", "acked"), events);
  EXPECT_EQ(system_.count_of("fieldsim", "failed"), 0u);
  EXPECT_EQ(system_.count_of("fieldsim", "violations"), 0u);

  EXPECT_EQ(system_.end(*intake, kPatience), 0) << intake->last_words(15);
  for (demo::Child* node : nodes) EXPECT_EQ(system_.end(*node, kPatience), 0) << node->last_words(15);
  demo::Child& oracle = system_.start_oracle();
  const int judged = oracle.wait(kPatience);
  const std::string verdict = oracle.output();
  EXPECT_EQ(judged, 0) << verdict << oracle.last_words(15);
  ASSERT_FALSE(verdict.empty());
  std::cout << last_line(verdict) << "\n" << system_.last_statistics("fieldsim") << std::endl;
  const auto counts = nlohmann::json::parse(last_line(verdict));
  EXPECT_GE(counts.value("incidents", std::uint64_t{0}), system_.count_of("fieldsim", "reports"));

  demo::Child& replay = system_.start(
      "replay", {"dispatchctl", "replay", "--kafka", system_.kafka().bootstrap, "--city", system_.city_file()});
  EXPECT_EQ(replay.wait(kPatience), 0) << replay.output() << replay.last_words(15);
  std::cout << replay.output() << std::flush;
}

}  // namespace
}  // namespace dispatch135
