// One dispatchd as a process: the node of production with its clients of the log and its loop, on virtual time. It can
// be paused as by SIGSTOP; destroying it after MemoryLog::kill() is a kill -9.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "services/dispatchd/node.h"
#include "services/log/memory_log.h"
#include "tests/simulation/virtual_time.h"

namespace dispatch135::simulation {

inline constexpr const char* kLeadersGroup = "dispatchd";

// Tells the story of a node.
class NodeStory final : public dispatchd::Observer {
 public:
  using Tell = std::function<void(const std::string& what)>;
  using Term = std::function<void(std::int32_t partition, bool begins)>;
  NodeStory(Tell tell, Term term) : tell_(std::move(tell)), term_(std::move(term)) {}
  void leads(std::int32_t partition, bool now) override {
    tell_((now ? "leads partition " : "leads no more partition ") + std::to_string(partition));
    term_(partition, now);
  }
  void poison(std::int32_t partition, std::int64_t offset) override {
    tell_("cannot read the record at " + std::to_string(partition) + "/" + std::to_string(offset));
  }
  void log_lost(std::int64_t silent_ms) override {
    tell_("has not heard a broker for " + std::to_string(silent_ms) + " ms and serves no more");
  }
  void log_back() override { tell_("hears the brokers again"); }

 private:
  Tell tell_;
  Term term_;
};

class EngineNode : public std::enable_shared_from_this<EngineNode> {
 public:
  EngineNode(VirtualTime& time, log::MemoryLog& log, const core::CityCatalog& cities,
             const dispatchd::NodeSettings& settings, dispatchd::UnitTransport& units,
             dispatchd::ConsoleTransport& consoles, NodeStory story);
  void start();
  // As after SIGTERM: says good-bye to the group and to its clients. Destroy it a little later.
  void leave();

  // What comes in for the loop; waits while the process is paused.
  void on_loop(std::function<void()> work);
  void pause();
  // As after SIGCONT: its own timers and what it reads in the log come first; what units, consoles and the group have
  // told it meanwhile follows a little later.
  void go_on();
  bool paused() const { return paused_; }

  const std::string& name() const { return name_; }
  dispatchd::Node& node() { return *node_; }
  const dispatchd::Node& node() const { return *node_; }
  // The engine of the region's partition.
  const core::Engine& engine(RegionId region) const { return node_->partitions().of(region).engine; }

 private:
  void wake();
  void join();
  void catch_up();

  VirtualTime& time_;
  log::MemoryLog& log_;
  std::string name_;
  ProcessClock clock_;
  NodeStory observer_;
  std::unique_ptr<log::Writer> writer_;
  std::unique_ptr<log::Reader> reader_;
  std::unique_ptr<dispatchd::Node> node_;
  std::unique_ptr<log::GroupMember> member_;
  bool paused_ = false;
  bool leaving_ = false;
  std::deque<std::function<void()>> waiting_;  // For the loop.
};

}  // namespace dispatch135::simulation
