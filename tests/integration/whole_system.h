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
#include "tests/integration/tcp_proxy.h"

namespace dispatch135 {

class SystemError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct SystemOptions {
  int brokers = 1;        // 1 or 3.
  std::size_t nodes = 2;  // Addresses for so many; each is started by itself.
  std::chrono::milliseconds session_timeout{1500};
  std::vector<std::string> more_recipes = {};  // Other cities that every process serves; their regions must differ.
  bool proxied = false;                        // Node 0 reaches the brokers through proxies().
  std::string kafka_flags = {};                // More for `scripts/kafka start`.
  bool static_members = false;                 // Each dispatchd has a group.instance.id.
  std::string old_programs = {};               // Folder with an older version's programs, for nodes of it.
  bool partition_0_alone = false;  // Each partition of dispatch.log on one broker, 0 on 3, the others on 1 or 2.
};

// One thread. Whatever it cannot do it throws as SystemError, for people.
class WholeSystem {
 public:
  // Starts Kafka, makes the topics, and builds the synthetic city of that recipe (or takes the one that was built
  // before). `name` is that of its folder, build/integration/NAME-PID.
  WholeSystem(const std::string& name, const std::string& recipe, SystemOptions options = {});
  // Ends everything. The folder is deleted unless keep() was called.
  ~WholeSystem();

  // `command`: a program of ours, then its flags. Its output goes to NAME.out, its log to NAME.log, in the folder.
  demo::Child& start(const std::string& name, std::vector<std::string> command);
  // A node by its number, each time at the same address; and an intake. `life` counts how often it was started, for its
  // files.
  demo::Child& start_dispatchd(std::size_t node, int life = 0);
  demo::Child& start_old_dispatchd(std::size_t node, int life = 0);
  demo::Child& start_intake(int life = 0);
  // Of the intake that was started last.
  const std::string& intake_address() const { return intake_; }
  // `extra`: settings in YAML, as in config/fieldsim.yaml; `flags` beside those that every run has.
  demo::Child& start_fieldsim(const std::string& name, const std::string& extra, std::vector<std::string> flags,
                              std::size_t city = 0);
  // What that fieldsim's hotlines and units lived through; one process may write it at a time.
  std::string diary(const std::string& name) const { return folder_ + "/" + name + ".jsonl"; }
  // Judges all that stands in the topics and diaries, and ends.
  // `more`: flags of its own.
  demo::Child& start_oracle(const std::vector<std::string>& more = {});

  // What a console at that node sees of a region (the first city's, unless another is named): who leads it. Empty:
  // nobody yet, or there is no policy yet, or the node does not answer.
  std::string leader(std::size_t seen_by, std::size_t city = 0);
  static std::string node_name(std::size_t node) { return "dispatchd-" + std::to_string(node); }
  // Waits until there is a leader other than that one; gives its name.
  std::string wait_until_led(std::size_t seen_by, const std::string& other_than = "", std::size_t city = 0);
  // Has the first city's partition decide by that level of behaviour, by a command at that node. Empty: it was applied.
  std::string activate_behaviour(std::size_t node, std::uint32_t level);
  bool has_old_programs() const { return !options_.old_programs.empty(); }
  // Ends it with SIGTERM, and gives its exit code.
  int end(demo::Child& child, std::chrono::seconds patience);
  // The figure of that name in the last line that fieldsim `name` wrote to its statistics; 0: none yet.
  std::uint64_t count_of(const std::string& name, const std::string& figure) const;
  std::string last_statistics(const std::string& name) const;

  common::KafkaSettings kafka() const { return kafka_.settings(); }
  RealKafka& brokers() { return kafka_; }
  // One for each broker; none without SystemOptions::proxied.
  std::vector<std::unique_ptr<TcpProxy>>& proxies() { return proxies_; }
  std::size_t node_count() const { return nodes_.size(); }
  const std::string& node_address(std::size_t node) const { return nodes_.at(node); }
  const std::string& city_file() const { return city_files_.front(); }
  const std::vector<std::string>& city_files() const { return city_files_; }
  // GB/T 2260 code of each city.
  const std::vector<std::uint32_t>& regions() const { return regions_; }
  const std::string& folder() const { return folder_; }
  void keep() { keep_ = true; }

 private:
  std::string settings_file(const std::string& name, const std::string& extra, const std::vector<std::string>& cities,
                            const std::string& kafka);
  demo::Child& start_dispatchd(std::size_t node, int life, const std::string& program, const std::string& more);
  void build_city(const std::string& recipe);
  void start_proxies();
  void make_partition_0_alone();

  const SystemOptions options_;
  const std::string folder_;
  const std::string programs_;
  std::vector<std::string> city_files_;
  std::vector<std::uint32_t> regions_;
  std::string proxied_bootstrap_;
  std::vector<std::string> nodes_;
  std::string intake_;
  bool keep_ = false;
  std::uint16_t first_proxy_port_ = 0;
  RealKafka kafka_;
  std::vector<std::unique_ptr<TcpProxy>> proxies_;
  std::vector<std::unique_ptr<demo::Child>> children_;
};

}  // namespace dispatch135
