#include "services/demo/broker.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "services/log/mock_cluster.h"

namespace dispatch135::demo {
namespace {

// What the command prints. Throws when it fails.
std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string text;
  std::array<char, 512> buffer;
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command + "\n" + text);
  return text;
}

}  // namespace

Broker::Broker(const std::string& choice, const std::string& root, const std::string& directory) {
  if (choice == "embedded") {
    embedded_ = std::make_unique<log::MockCluster>();
    settings_ = embedded_->settings();
  } else if (choice == "local") {
    const std::string script = root + "/scripts/kafka ";
    const std::string where = " --dir '" + directory + "/kafka'";
    const std::string printed = output_of(script + "start --owner " + std::to_string(getpid()) + where);
    stop_command_ = script + "stop --delete" + where + " > '" + directory + "/kafka-stop.log' 2>&1";
    const std::size_t end = printed.find_last_not_of('\n');
    const std::size_t begin = printed.rfind('\n', end);
    settings_.bootstrap = printed.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
  } else {
    settings_.bootstrap = choice;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    settings_.topic_prefix =
        "demo-" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count()) + ".";
  }
}

Broker::~Broker() {
  if (!stop_command_.empty() && std::system(stop_command_.c_str()) != 0) {
    std::fputs(("the broker could not be stopped: " + stop_command_ + "\n").c_str(), stderr);
  }
}

}  // namespace dispatch135::demo
