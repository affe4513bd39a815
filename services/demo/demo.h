// One run of the whole system, from an empty broker to the oracle's verdict.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "services/demo/broker.h"
#include "services/demo/child.h"
#include "services/demo/screen.h"
#include "services/demo/watcher.h"

namespace dispatch135::demo {

struct Options {
  std::int64_t seconds = 60;  // For so long calls come in.
  bool headless = false;      // Lines instead of the live view.
  std::string kafka = "embedded";
  std::string city = "synthetic";
  std::uint64_t seed = 1;
  double rate_per_s = 2;
  double time_scale = 10;  // Units drive and work so many times faster than life.
  bool keep = false;       // Leave the logs, diaries and recorded log of a good run.
};

// What ends the run early; for people.
class DemoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Demo {
 public:
  // `programs`: the folder of the project's programs; `root`: of the project. Blocks SIGINT, SIGTERM and SIGCHLD in
  // this thread and those that follow.
  Demo(const Options& options, std::string programs, std::string root);
  ~Demo();
  // The exit code. Throws DemoError.
  int run();

 private:
  void prepare_city();
  void start_children();
  void wait_until_ready();
  void show_until_over();
  int judge();
  Child& start(const std::string& name, std::vector<std::string> command);
  // Waits for a signal, up to that long. True: the run is to end now.
  bool pause(std::chrono::milliseconds how_long);
  void check_children(const Child* may_end);
  Surroundings surroundings() const;
  std::string speed_text() const;

  const Options options_;
  const std::string programs_;
  const std::string root_;
  const std::string directory_;  // Of this run.
  std::string city_file_;
  std::vector<std::uint32_t> regions_;
  std::unique_ptr<Broker> broker_;
  std::string node_;  // host:port of dispatchd.
  sigset_t signals_;
  bool interrupted_ = false;
  std::chrono::steady_clock::time_point calls_begin_;
  Child* oracle_ = nullptr;
  Child* dispatchd_ = nullptr;
  Child* intake_ = nullptr;
  Child* fieldsim_ = nullptr;
  std::vector<std::unique_ptr<Child>> children_;  // In the order of their start.
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace dispatch135::demo
