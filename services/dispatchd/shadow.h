// A second node in a dispatchd process, on a thread of its own: it follows the log as a standby would, leads nothing
// and serves nobody. Snapshots are taken of its state, its state is held against the one that is published, and it
// watches that the log still has what comes after the snapshots.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <thread>

#include "engine/base/result.h"
#include "services/common/city_files.h"
#include "services/common/metrics.h"
#include "services/dispatchd/node.h"
#include "services/dispatchd/settings.h"
#include "services/dispatchd/snapshot_taker.h"
#include "services/log/kafka_log.h"

namespace dispatch135::dispatchd {

class Shadow {
 public:
  // `node`: the settings of the process's node. `clock`, `cities` and `metrics` must outlive it.
  static Result<std::unique_ptr<Shadow>> start(const Settings& settings, const NodeSettings& node,
                                               const common::CityFiles& cities, const SteadyClock& clock,
                                               common::Metrics& metrics);
  // Ends the thread; a snapshot that is not whole by now will not be.
  ~Shadow();
  // From any thread: whether the process leads the partition.
  void lead(std::int32_t partition, bool now);

 private:
  class Told;  // Its observer.
  explicit Shadow(const SteadyClock& clock);
  void wake();
  void watch_retention();

  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  const SteadyClock& clock_;
  std::unique_ptr<UnitTransport> nobody_;
  std::unique_ptr<ConsoleTransport> no_console_;
  std::unique_ptr<Told> told_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<SnapshotTaker> taker_;
  std::unique_ptr<log::KafkaReader> reader_;
  std::unique_ptr<log::KafkaWriter> writer_;
  std::int64_t watched_at_ms_ = 0;
  std::thread thread_;
};

}  // namespace dispatch135::dispatchd
