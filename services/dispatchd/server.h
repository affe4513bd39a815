// A node in a process: its loop, Kafka below it and gRPC above it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "engine/base/result.h"
#include "services/common/city_files.h"
#include "services/common/grpc_server.h"
#include "services/common/metrics.h"
#include "services/dispatchd/client_gate.h"
#include "services/dispatchd/console_service.h"
#include "services/dispatchd/metrics_observer.h"
#include "services/dispatchd/node.h"
#include "services/dispatchd/settings.h"
#include "services/dispatchd/shadow.h"
#include "services/dispatchd/unit_service.h"
#include "services/log/kafka_log.h"

namespace dispatch135::dispatchd {

// Everything of it but shut_down() happens on the loop's thread once run() was called.
class Server {
 public:
  // The topics must be there: it asks how many partitions they have. `policies`: of every region that the cities have.
  static Result<std::unique_ptr<Server>> open(boost::asio::io_context& loop, const Settings& settings,
                                              const common::CityFiles& cities,
                                              const std::map<RegionId, v1::Policy>& policies, common::Metrics& metrics);

  // Begins to follow the log, on the loop's thread; joins the group when it was read up to its end.
  void start();
  // On the loop's thread. What clients may ask from now on.
  void set_limits(const ClientLimits& limits) { gate_.set(limits); }
  // On the loop's thread: serves no more, closes the streams, leaves the group.
  void leave();
  // Not on the loop's thread, after leave(), while the loop runs: ends the gRPC server, and waits until what was
  // appended is acknowledged, a few seconds at most.
  void shut_down();
  // What went wrong for good while it ran; nothing: all is well. The loop was stopped.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Server(boost::asio::io_context& loop, const Settings& settings, common::Metrics& metrics);
  void wake();
  void join();
  void leave_group();
  void tell_shadow();
  void look();

  boost::asio::io_context& loop_;
  const Settings settings_;
  common::MachineClock clock_;
  MetricsObserver observer_;
  ClientGate gate_;
  UnitService units_;
  ConsoleService consoles_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<log::KafkaReader> reader_;
  std::unique_ptr<log::KafkaWriter> writer_;
  std::unique_ptr<log::KafkaGroupMember> member_;
  std::unique_ptr<common::GrpcServer> grpc_;
  std::unique_ptr<Shadow> shadow_;
  std::vector<bool> led_;  // By partition, as the shadow was told.
  boost::asio::steady_timer timer_;
  std::int64_t looked_at_ms_ = 0;
  bool serving_ = false;
  bool leaving_ = false;
  std::optional<Error> failure_;
};

}  // namespace dispatch135::dispatchd
