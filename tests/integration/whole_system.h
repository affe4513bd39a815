// The programs as they are run in service, on a real Kafka of their own: for tests and benchmarks of the whole. Run
// from the project's folder.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "services/demo/child.h"
#include "tests/integration/real_kafka.h"

namespace dispatch135 {

class SystemError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One thread. Whatever it cannot do it throws as SystemError, for people.
class WholeSystem {
 public:
  // Starts Kafka, makes the topics, and builds the synthetic city of that recipe (or takes the one that was built
  // before). `name` is that of its folder, build/integration/NAME-PID.
  WholeSystem(const std::string& name, const std::string& recipe);
  // Ends everything. The folder is deleted unless keep() was called.
  ~WholeSystem();

  // `command`: a program of ours, then its flags. Its output goes to NAME.out, its log to NAME.log, in the folder.
  demo::Child& start(const std::string& name, std::vector<std::string> command);
  // Node 0 or 1, each time at the same address; and an intake. `life` counts how often it was started, for its files.
  demo::Child& start_dispatchd(std::size_t node, int life = 0);
  demo::Child& start_intake(int life = 0);
  // `extra`: settings in YAML, as in config/fieldsim.yaml; `flags` beside those that every run has.
  demo::Child& start_fieldsim(const std::string& name, const std::string& extra, std::vector<std::string> flags);
  // Judges all that stands in the topics and diaries, and ends.
  demo::Child& start_oracle();

  // What a console at that node sees of the first region: who leads it. Empty: nobody yet, or there is no policy yet,
  // or the node does not answer.
  std::string leader(std::size_t seen_by);
  static std::string node_name(std::size_t node) { return "dispatchd-" + std::to_string(node); }
  // Waits until there is a leader other than that one; gives its name.
  std::string wait_until_led(std::size_t seen_by, const std::string& other_than = "");
  // Ends it with SIGTERM, and gives its exit code.
  int end(demo::Child& child, std::chrono::seconds patience);
  // The figure of that name in the last line that fieldsim `name` wrote to its statistics; 0: none yet.
  std::uint64_t count_of(const std::string& name, const std::string& figure) const;
  std::string last_statistics(const std::string& name) const;

  common::KafkaSettings kafka() const { return kafka_.settings(); }
  const std::string& city_file() const { return city_file_; }
  const std::string& folder() const { return folder_; }
  void keep() { keep_ = true; }

 private:
  std::string settings_file(const std::string& name, const std::string& extra);
  void build_city(const std::string& recipe);

  const std::string folder_;
  const std::string programs_;
  std::string city_file_;
  std::vector<std::uint32_t> regions_;
  std::vector<std::string> nodes_;
  bool keep_ = false;
  RealKafka kafka_;
  std::vector<std::unique_ptr<demo::Child>> children_;
};

}  // namespace dispatch135
