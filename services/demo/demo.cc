#include "services/demo/demo.h"

#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/city/city.h"
#include "services/common/clock.h"
#include "services/common/mapped_file.h"
#include "services/demo/summary.h"
#include "services/demo/terminal.h"
#include "services/log/topics.h"

namespace dispatch135::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr DurationMs kTopicsPatience{30'000};
constexpr seconds kReadyPatience(60);
constexpr seconds kSettle(5);          // After the last call, for its units to be ordered.
constexpr seconds kDrainPatience(20);  // For a program to end after SIGTERM.
constexpr milliseconds kRedraw(1'000);
constexpr std::int64_t kHeadlessEveryS = 5;
constexpr std::size_t kLastWords = 15;
// Matters of a few minutes, so that a minute of the demo shows them from the call to the feedback.
constexpr const char* kShortWork = "units: {work: {least: 100s, most: 300s}}\n";

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? -1 : begin));
}

std::string make_directory(const std::string& root) {
  const std::string directory = root + "/build/demo/run-" + std::to_string(getpid());
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  return directory;
}

}  // namespace

Demo::Demo(const Options& options, std::string programs, std::string root)
    : options_(options), programs_(std::move(programs)), root_(std::move(root)), directory_(make_directory(root_)) {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

Demo::~Demo() {
  watcher_.reset();
  for (auto child = children_.rbegin(); child != children_.rend(); ++child) (*child)->terminate();
  for (auto child = children_.rbegin(); child != children_.rend(); ++child) (*child)->wait(seconds(5));
}

int Demo::run() {
  prepare_city();
  std::cout << "starts Kafka (" << options_.kafka << ") ..." << std::endl;
  broker_ = std::make_unique<Broker>(options_.kafka, root_, directory_);
  if (!broker_->settings().embedded) {
    const auto made = log::apply_topics(broker_->settings(), {}, kTopicsPatience);
    if (!made) throw DemoError(made.error().message);
  }
  start_children();
  wait_until_ready();
  if (!interrupted_) show_until_over();
  const int code = judge();
  broker_.reset();  // A local one keeps its data in the folder, and writes there how it was stopped.
  if (code == 0 && !options_.keep) std::filesystem::remove_all(directory_);
  return code;
}

Child& Demo::start(const std::string& name, std::vector<std::string> command) {
  command.front() = programs_ + "/" + command.front();
  if (!std::filesystem::exists(command.front()))
    throw DemoError(command.front() + " is missing; build the project first");
  children_.push_back(std::make_unique<Child>(name, command, directory_));
  return *children_.back();
}

void Demo::prepare_city() {
  city_file_ = options_.city;
  if (options_.city == "synthetic") {
    city_file_ = root_ + "/build/demo/wuxi-" + std::to_string(options_.seed) + "-" D135_VERSION "-v" +
                 std::to_string(city::format::kVersion) + ".city";
    if (!std::filesystem::exists(city_file_)) {
      std::cout << "builds a synthetic city of Wuxi's size (seed " << options_.seed << ") ..." << std::endl;
      Child& build = start("citybuild", {"citybuild", "synthetic", "--preset", "wuxi", "--seed",
                                         std::to_string(options_.seed), "--out", city_file_});
      while (!build.ended()) {
        if (pause(kRedraw)) throw DemoError("stopped");
      }
      if (build.ended() != 0) throw DemoError("the city could not be built:\n" + build.last_words(kLastWords));
    }
  }
  const auto file = common::MappedFile::open(city_file_);
  if (!file) throw DemoError(file.error().message);
  const auto city = city::City::open(file.value().bytes());
  if (!city) throw DemoError(city_file_ + ": " + city.error().message);
  for (std::size_t i = 0; i < city.value().region_count(); ++i) regions_.push_back(city.value().region(i).id.value());
}

void Demo::start_children() {
  const common::KafkaSettings& kafka = broker_->settings();
  const std::string config = directory_ + "/services.yaml";
  std::ostringstream common;
  common << "kafka: {bootstrap: \"" << kafka.bootstrap << "\", embedded: " << (kafka.embedded ? "true" : "false")
         << ", topic_prefix: \"" << kafka.topic_prefix << "\"}\n"
         << "cities: [\"" << city_file_ << "\"]\nlog: {level: info, format: text}\n";
  std::ofstream(config) << common.str();
  std::ofstream(directory_ + "/fieldsim.yaml") << common.str() << kShortWork;
  node_ = "127.0.0.1:" + std::to_string(free_port());
  oracle_ = &start("oracle", {"oracle", "--kafka", kafka.bootstrap, "--topic-prefix", kafka.topic_prefix, "--diary",
                              directory_ + "/diary.jsonl", "--follow", "--json"});
  dispatchd_ = &start("dispatchd", {"dispatchd", "--config", config, "--node", "demo", "--listen", node_, "--policy",
                                    root_ + "/config/policies/default.yaml"});
  intake_ = &start("intake", {"intake", "--config", config, "--listen", "127.0.0.1:0"});
  watcher_ = std::make_unique<Watcher>(node_, regions_);
}

void Demo::wait_until_ready() {
  std::cout << "waits until dispatchd leads and the policy is in force ..." << std::endl;
  const auto give_up = steady_clock::now() + kReadyPatience;
  while (!watcher_->ready()) {
    if (pause(milliseconds(100))) return;
    check_children(nullptr);
    if (steady_clock::now() > give_up) {
      throw DemoError("nobody leads after " + std::to_string(kReadyPatience.count()) + " s; dispatchd's last lines:\n" +
                      dispatchd_->last_words(kLastWords));
    }
  }
  char rate[32];
  char scale[32];
  std::snprintf(rate, sizeof rate, "%g", options_.rate_per_s);
  std::snprintf(scale, sizeof scale, "%g", options_.time_scale);
  fieldsim_ = &start("fieldsim", {"fieldsim",
                                  "--config",
                                  directory_ + "/fieldsim.yaml",
                                  "--nodes",
                                  node_,
                                  "--rate",
                                  rate,
                                  "--flat-day",
                                  "--seed",
                                  std::to_string(options_.seed),
                                  "--time-scale",
                                  scale,
                                  "--seconds",
                                  std::to_string(options_.seconds),
                                  "--settle-seconds",
                                  std::to_string(kSettle.count()),
                                  "--diary",
                                  directory_ + "/diary.jsonl",
                                  "--stats",
                                  directory_ + "/stats.jsonl"});
  calls_begin_ = steady_clock::now();
  const common::KafkaSettings& kafka = broker_->settings();
  std::cout << "look in from another terminal: build/release/bin/dispatchctl watch --node " << node_
            << "\nand report an incident:         build/release/bin/dispatchctl report --kafka " << kafka.bootstrap
            << (kafka.embedded ? " --kafka-embedded" : "")
            << (kafka.topic_prefix.empty() ? "" : " --topic-prefix " + kafka.topic_prefix)
            << " --lat 31.57 --lon 120.30" << std::endl;
}

bool Demo::pause(milliseconds how_long) {
  const auto until = steady_clock::now() + how_long;
  while (!interrupted_) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - steady_clock::now()).count();
    if (left <= 0) break;
    const timespec wait = {left / 1'000'000'000, left % 1'000'000'000};
    const int signal = sigtimedwait(&signals_, nullptr, &wait);
    if (signal == SIGINT || signal == SIGTERM) interrupted_ = true;
    if (signal == SIGCHLD) break;  // Somebody ended: the caller looks who.
  }
  return interrupted_;
}

void Demo::check_children(const Child* may_end) {
  for (const auto& child : children_) {
    if (child.get() == may_end || child->name() == "citybuild" || !child->ended()) continue;
    throw DemoError(child->name() + " ended unexpectedly, with " + std::to_string(*child->ended()) +
                    "; its last lines:\n" + child->last_words(kLastWords));
  }
}

std::string Demo::speed_text() const {
  if (options_.time_scale == 1) return "units drive and work as in life";
  char text[96];
  std::snprintf(text, sizeof text, "units drive and work %g x faster than life; the rule's clock is real",
                options_.time_scale);
  return text;
}

Surroundings Demo::surroundings() const {
  Surroundings around;
  around.title =
      "dispatchd: " + node_ + "; Kafka: " + options_.kafka + "; city: " + options_.city + "; " + speed_text();
  around.now_ms = common::SystemClock().wall().since_epoch;
  around.elapsed_s = std::chrono::duration_cast<seconds>(steady_clock::now() - calls_begin_).count();
  around.seconds = options_.seconds;
  around.latency = latest_latency(read_file(directory_ + "/stats.jsonl"));
  return around;
}

void Demo::show_until_over() {
  std::unique_ptr<Terminal> terminal;
  if (!options_.headless) terminal = std::make_unique<Terminal>();
  std::int64_t next_line_s = kHeadlessEveryS;
  while (!fieldsim_->ended()) {
    const Surroundings around = surroundings();
    if (terminal) {
      terminal->show(watcher_->with_board(
          [&](const Scoreboard& board) { return draw(board, around, terminal->columns(), terminal->rows()); }));
    } else if (around.elapsed_s >= next_line_s) {
      next_line_s = around.elapsed_s / kHeadlessEveryS * kHeadlessEveryS + kHeadlessEveryS;
      std::cout << watcher_->with_board([&](const Scoreboard& board) { return headline(board, around); }) << std::endl;
    }
    if (pause(kRedraw)) return;
    check_children(fieldsim_);
  }
  if (*fieldsim_->ended() != 0) {
    terminal.reset();
    throw DemoError("fieldsim ended with " + std::to_string(*fieldsim_->ended()) + "; its last lines:\n" +
                    fieldsim_->last_words(kLastWords));
  }
}

// Those who bring work first, then those who do it; the oracle last, when nothing changes any more.
int Demo::judge() {
  std::cout << "stops, and asks the oracle ..." << std::endl;
  watcher_.reset();
  for (Child* child : {fieldsim_, intake_, dispatchd_}) {
    if (child == nullptr) continue;
    child->terminate();
    const int code = child->wait(kDrainPatience);
    if (code != 0) {
      throw DemoError(child->name() + " ended with " + std::to_string(code) +
                      " when it was told to stop; its last lines:\n" + child->last_words(kLastWords));
    }
  }
  if (fieldsim_ == nullptr) return 0;  // Interrupted before the first call.
  oracle_->terminate();
  const int code = oracle_->wait(seconds(60));
  const std::string verdict = oracle_->output();
  if (code > 1) throw DemoError("the oracle could not judge:\n" + oracle_->last_words(kLastWords));
  for (std::size_t at = 0, shown = 0; verdict.compare(at, 5, "FOUND") == 0 && shown < 20; ++shown) {
    const std::size_t end = verdict.find('\n', at);
    std::cout << verdict.substr(at, end - at) << "\n";
    at = end + 1;
  }
  const Summary summary = summarise(last_line(verdict), latest_latency(read_file(directory_ + "/stats.jsonl")));
  std::cout << "\n" << speed_text() << "\n" << summary.table;
  if (code != 0 || options_.keep) std::cout << "logs and diaries: " << directory_ << "\n";
  std::cout << summary.last_line << std::endl;
  return summary.kept ? 0 : 1;
}

}  // namespace dispatch135::demo
