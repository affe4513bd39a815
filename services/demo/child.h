// A child process of the demo: in a group of its own, so that Ctrl-C reaches only the demo, and ended by the kernel
// when the demo dies. What it prints goes to files.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dispatch135::demo {

// A TCP port of the loopback that is free now. Another process may take it before it is used; then the child says so.
// Throws std::runtime_error when there is none.
std::uint16_t free_port();

class Child {
 public:
  // Starts `command` (a path, then arguments); standard output goes to `directory`/NAME.out, standard error to
  // `directory`/NAME.log. Throws std::runtime_error when there can be no process.
  Child(std::string name, const std::vector<std::string>& command, const std::string& directory);
  // Kills it if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const std::string& name() const { return name_; }
  pid_t pid() const { return pid_; }
  const std::string& log_path() const { return log_path_; }
  std::string output() const;  // What stood on its standard output so far.
  // How it ended: its exit code, or 128 + the signal. Nothing: it runs.
  std::optional<int> ended();
  void terminate();  // SIGTERM.
  // SIGKILL, as a crash; it has ended then. False: it had ended before.
  bool crash();
  // Waits for its end; after `patience` kills it.
  int wait(std::chrono::milliseconds patience);
  // The last lines of its log, for people.
  std::string last_words(std::size_t lines) const;

 private:
  std::string name_;
  std::string out_path_;
  std::string log_path_;
  pid_t pid_ = -1;
  std::optional<int> exit_;
};

}  // namespace dispatch135::demo
