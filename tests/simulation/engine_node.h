// One dispatchd as a process: the node of production with its clients of the log and its loop, on virtual time. It can
// be paused as by SIGSTOP; destroying it after MemoryLog::kill() is a kill -9.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "services/dispatchd/node.h"
#include "services/dispatchd/snapshot_taker.h"
#include "services/log/memory_log.h"
#include "tests/simulation/leader_guard.h"
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
  void stopped_following(std::int32_t partition, std::int64_t offset, const std::string& why) override {
    tell_("stops following partition " + std::to_string(partition) + " at " + std::to_string(offset) + ": " + why);
  }
  void began(std::int32_t partition, const v1::SnapshotManifest* from) override {
    if (from != nullptr) tell_("begins partition " + std::to_string(partition) + " from a snapshot");
  }
  void snapshot_refused(std::int32_t partition, const v1::SnapshotManifest&, const std::string& why) override {
    tell_("refuses a snapshot of partition " + std::to_string(partition) + ": " + why);
  }
  void snapshot_taken(std::int32_t partition, const v1::SnapshotManifest&) override {
    tell_("took a snapshot of partition " + std::to_string(partition));
  }
  void state_differs(std::int32_t partition, const dispatchd::StateCheck::Difference&) override {
    tell_("has another state of partition " + std::to_string(partition) + " than was published");
  }
  void log_lost(std::int64_t silent_ms) override {
    tell_("has not heard a broker for " + std::to_string(silent_ms) + " ms and serves no more");
  }
  void log_back() override { tell_("hears the brokers again"); }

 private:
  Tell tell_;
  Term term_;
};

// The second node of a process: it leads nothing and serves nobody, and snapshots are taken of its state. In production
// it has a thread of its own (services/dispatchd/shadow.h).
class ShadowNode {
 public:
  ShadowNode(log::MemoryLog& log, const core::CityCatalog& cities, dispatchd::NodeSettings settings,
             const dispatchd::SteadyClock& clock, const NodeStory::Tell& tell);
  void start() { node_->start(); }
  // `of`: the process's node.
  void on_timer(const dispatchd::Node& of);

 private:
  struct Nobody final : dispatchd::UnitTransport, dispatchd::ConsoleTransport {
    bool send(dispatchd::SessionId, const v1::UnitOrder&) override { return true; }
    void close(dispatchd::SessionId, const dispatchd::Status&) override {}
    bool send(dispatchd::WatchId, const std::shared_ptr<const v1::WatchEvent>&) override { return true; }
    void close(dispatchd::WatchId, const dispatchd::Status&) override {}
  };
  Nobody nobody_;
  NodeStory observer_;
  std::unique_ptr<log::Writer> writer_;
  std::unique_ptr<log::Reader> reader_;
  std::unique_ptr<dispatchd::Node> node_;
  std::unique_ptr<dispatchd::SnapshotTaker> taker_;
};

// Who is told what of a node.
struct NodeWatchers {
  NodeStory::Tell tell;
  NodeStory::Term term;
  LeaderGuard::Found found;
};

class EngineNode : public std::enable_shared_from_this<EngineNode> {
 public:
  EngineNode(VirtualTime& time, log::MemoryLog& log, const core::CityCatalog& cities,
             const dispatchd::NodeSettings& settings, dispatchd::UnitTransport& units,
             dispatchd::ConsoleTransport& consoles, const NodeWatchers& watchers, bool takes_snapshots);
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
  void leave_group();
  void catch_up();

  VirtualTime& time_;
  log::MemoryLog& log_;
  std::string name_;
  ProcessClock clock_;
  NodeStory observer_;
  LeaderGuard guard_;
  std::unique_ptr<log::Reader> reader_;
  std::unique_ptr<dispatchd::Node> node_;
  std::unique_ptr<log::GroupMember> member_;
  std::unique_ptr<ShadowNode> shadow_;  // Null: it takes no snapshots.
  bool paused_ = false;
  bool leaving_ = false;
  std::deque<std::function<void()>> waiting_;  // For the loop.
};

}  // namespace dispatch135::simulation
