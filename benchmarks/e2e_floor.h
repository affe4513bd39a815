// The least that the way from a report to its order can cost on this machine: two plain hops through Kafka and one push
// over gRPC, with the project's own clients and nothing in between. Processes as in service: a hotline with the unit
// (here), a forwarder in the place of intake and a pusher in the place of dispatchd (two processes of floor_hop).
#pragma once

#include <grpcpp/grpcpp.h>

#include <boost/asio/io_context.hpp>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "benchmarks/e2e_samples.h"
#include "dispatch135/v1/field_units.grpc.pb.h"
#include "services/common/settings.h"
#include "services/fieldsim/unit_stream.h"
#include "services/log/kafka_log.h"

namespace dispatch135::benchmarks {

// One thread.
class Floor {
 public:
  // The topics (settings' prefix) must be there, the pusher must listen at `address`, the forwarder must run. Waits
  // until the first record has come all the way.
  Floor(const common::KafkaSettings& settings, const std::string& address, std::size_t report_bytes);
  ~Floor();
  // Sends reports at random times (Poisson), in whole milliseconds as fieldsim does. Gives all of them.
  std::vector<Sample> measure(double rate_per_s, double seconds);

 private:
  void send();
  std::size_t received();

  const std::size_t report_bytes_;
  boost::asio::io_context loop_;
  std::unique_ptr<log::KafkaWriter> writer_;
  std::unique_ptr<v1::FieldUnits::Stub> stub_;
  std::size_t sent_ = 0;
  std::mutex mutex_;
  std::vector<Sample> received_;  // Guarded by mutex_.
  std::promise<void> closed_;
  std::unique_ptr<fieldsim::UnitStream> stream_;
};

}  // namespace dispatch135::benchmarks
