// A real Kafka for a test, by scripts/kafka: its own brokers, ports and data, gone with the object (or with the test's
// process, however that ends).
#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "engine/base/result.h"
#include "services/common/settings.h"

namespace dispatch135 {

class RealKafka {
 public:
  // `nodes`: 1 or 3; `flags`: more for the first `scripts/kafka start`. Nothing runs before start().
  explicit RealKafka(int nodes = 1, std::string flags = "") : nodes_(nodes), flags_(std::move(flags)) {
    std::string folder = std::filesystem::temp_directory_path() / "dispatch135-kafka-XXXXXX";
    if (::mkdtemp(folder.data()) != nullptr) folder_ = folder;
  }
  ~RealKafka() {
    run("stop --delete");
    std::filesystem::remove_all(folder_);
  }
  RealKafka(const RealKafka&) = delete;
  RealKafka& operator=(const RealKafka&) = delete;

  // Starts the brokers that do not run (after kill(), with their data and ports), and waits until all answer. The
  // bootstrap address; or what went wrong and what to install.
  Result<std::string> start() {
    const std::string first = bootstrap_.empty() ? " --owner " + std::to_string(::getpid()) + " " + flags_ : "";
    const auto [status, output] = run("start --nodes " + std::to_string(nodes_) + first);
    if (status != 0) return Error{output};
    const auto line = output.rfind('\n', output.size() - 2);
    bootstrap_ = output.substr(line == output.npos ? 0 : line + 1);
    bootstrap_.pop_back();
    return bootstrap_;
  }
  // Broker `node` (1, 2 or 3) ends as by a crash. False: it did not run.
  bool kill(int node) { return run("kill " + std::to_string(node)).status == 0; }

  // Where a broker keeps its settings, data and log.
  std::string home(int node) const { return folder_ + "/node" + std::to_string(node); }

  common::KafkaSettings settings() const { return {.bootstrap = bootstrap_}; }

 private:
  struct Outcome {
    int status = -1;
    std::string output;  // Both streams.
  };
  Outcome run(const std::string& arguments) const {
    // Tests run in the project's root.
    const std::string command = "scripts/kafka " + arguments + " --dir " + folder_ + " 2>&1";
    Outcome outcome;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return outcome;
    std::array<char, 4096> chunk{};
    while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
      outcome.output.append(chunk.data(), size);
    }
    outcome.status = ::pclose(pipe);
    return outcome;
  }

  const int nodes_;
  const std::string flags_;
  std::string folder_;
  std::string bootstrap_;
};

}  // namespace dispatch135
