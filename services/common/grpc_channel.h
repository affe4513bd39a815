// Connections to our own gRPC servers.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace dispatch135::common {

// gRPC's own limit is 4 MB. The snapshot of a region is about 100 bytes for each unit and some hundred for each open
// incident: 10,000 units and as many incidents are 5 MB, and the limits of engine/base/limits.h allow far more.
inline constexpr int kLargestAnswerBytes = 256 << 20;

// To a server at HOST:PORT that may answer so much. A stream to one that stands still breaks within ten seconds.
std::shared_ptr<grpc::Channel> open_channel(const std::string& address);

}  // namespace dispatch135::common
