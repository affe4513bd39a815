#include "services/common/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>

#include "services/common/logging.h"

namespace dispatch135::common {

std::string address_of(const std::string& peer) {
  const auto colon = peer.rfind(':');
  return colon == std::string::npos ? peer : peer.substr(0, colon);
}

Result<std::unique_ptr<GrpcServer>> GrpcServer::start(const GrpcServerSettings& settings,
                                                      const std::vector<grpc::Service*>& services) {
  const auto colon = settings.listen.rfind(':');
  if (colon == std::string::npos) return Error{"listen: '" + settings.listen + "' is not HOST:PORT"};

  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  std::unique_ptr<GrpcServer> result(new GrpcServer());
  result->host_ = settings.listen.substr(0, colon);
  builder.AddListeningPort(settings.listen, grpc::InsecureServerCredentials(), &result->port_);
  for (auto* service : services) builder.RegisterService(service);
  builder.SetMaxReceiveMessageSize(static_cast<int>(settings.max_receive_bytes));
  // Else a second process could share the port, and half of the clients would reach it.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(settings.keepalive_interval.count));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(settings.keepalive_timeout.count));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // Else it asks twice, then never again.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             static_cast<int>(settings.shortest_client_ping.count));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, static_cast<int>(settings.handshake_timeout.count));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, static_cast<int>(settings.idle_timeout.count));
  result->server_ = builder.BuildAndStart();
  if (!result->server_ || result->port_ == 0) {
    return Error{"listen: cannot serve gRPC on '" + settings.listen + "'; give a free HOST:PORT of this machine"};
  }
  log_info("serves gRPC", {{"address", result->address()}});
  return result;
}

GrpcServer::~GrpcServer() {
  if (server_) shutdown({0});
}

std::string GrpcServer::address() const { return host_ + ":" + std::to_string(port_); }

void GrpcServer::set_serving(bool serving) {
  if (auto* health = server_->GetHealthCheckService()) health->SetServingStatus(serving);
}

void GrpcServer::shutdown(DurationMs grace) {
  if (!server_) return;
  set_serving(false);
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(grace.count));
  server_->Wait();
  server_.reset();
}

}  // namespace dispatch135::common
