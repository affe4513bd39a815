// Watches the regions as a console does, each on a thread of its own, and keeps the scoreboard.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/demo/scoreboard.h"

namespace dispatch135::demo {

class Watcher {
 public:
  Watcher(const std::string& node, const std::vector<std::uint32_t>& regions);
  ~Watcher();

  // Calls `use` with the scoreboard while nothing changes it.
  template <typename Use>
  auto with_board(Use use) const {
    const std::lock_guard lock(mutex_);
    return use(board_);
  }
  // Every region has a leader and a policy: calls can be taken.
  bool ready() const;

 private:
  void watch(std::size_t index);
  void on_event(std::uint32_t region, const v1::WatchEvent& event);

  const std::unique_ptr<v1::Console::Stub> stub_;
  const std::vector<std::uint32_t> regions_;
  mutable std::mutex mutex_;
  Scoreboard board_;
  std::set<std::uint32_t> led_;
  std::set<std::uint32_t> with_policy_;
  std::vector<grpc::ClientContext*> streams_;  // Of each thread, while it watches.
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace dispatch135::demo
