#include "services/common/grpc_channel.h"

namespace dispatch135::common {
namespace {

// A server that stands still keeps its connections: only a ping without an answer tells. Servers close those of clients
// that ping more often than every five seconds.
constexpr int kPingEveryMs = 6'000;
constexpr int kPingAnswerMs = 3'000;

}  // namespace

std::shared_ptr<grpc::Channel> open_channel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestAnswerBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // Else it asks twice, then never again.
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace dispatch135::common
