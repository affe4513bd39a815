// Builds and runs a gRPC server the same way for every process: health service (grpc.health.v1), reflection, bounded
// messages, streams and pings, orderly shutdown.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::common {

// The part of gRPC's "ipv4:192.0.2.1:4711" before the port: clients behind one address are one to what limits them.
std::string address_of(const std::string& peer);

struct GrpcServerSettings {
  std::string listen = "127.0.0.1:0";                         // "host:port"; port 0: any free one.
  std::size_t max_receive_bytes = limits::kSourceEventBytes;  // Larger messages: RESOURCE_EXHAUSTED.
  int max_streams_per_connection = 2'000;
  DurationMs keepalive_interval{20'000};   // Of the server's pings on a silent connection.
  DurationMs keepalive_timeout{10'000};    // Without an answer for so long: closed.
  DurationMs shortest_client_ping{5'000};  // A client that pings more often is cut off.
  DurationMs handshake_timeout{10'000};    // A connection that is not HTTP/2 by then is closed.
  DurationMs idle_timeout{300'000};        // A connection without a call for so long is closed.
};

class GrpcServer {
 public:
  // The services must outlive this. Serving at once; health answers SERVING.
  static Result<std::unique_ptr<GrpcServer>> start(const GrpcServerSettings& settings,
                                                   const std::vector<grpc::Service*>& services);
  ~GrpcServer();  // shutdown() without grace.

  int port() const { return port_; }
  std::string address() const;  // "host:port" with the port really used.
  // What the health service answers.
  void set_serving(bool serving);
  // Takes no new calls, lets those that run end until the grace is over, then cancels them. Blocks; once.
  void shutdown(DurationMs grace);

 private:
  GrpcServer() = default;
  std::unique_ptr<grpc::Server> server_;
  std::string host_;
  int port_ = 0;
};

}  // namespace dispatch135::common
