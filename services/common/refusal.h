// Refused input as a gRPC status: the code by kind, the reason as its message, and a v1::Refusal in its details, so
// that clients need not read the text. The details are a google.rpc.Status (code = 1, message = 2, details = 3:
// repeated google.protobuf.Any), as the rich error model of gRPC wants; its three fields are packed here by hand
// because the generated message is not part of gRPC's packages.
#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch135/v1/field_units.pb.h"
#include "dispatch135/v1/types.pb.h"

namespace dispatch135::common {

// INVALID_ARGUMENT: wrong in itself. NOT_FOUND: names something that is not there. FAILED_PRECONDITION: not in this
// state. ALREADY_EXISTS: held by another. RESOURCE_EXHAUSTED: a limit is reached.
grpc::StatusCode status_code(v1::RejectCode code);

grpc::Status refused(v1::RejectCode code, const std::string& reason, std::uint64_t client_sequence = 0);

// The Refusal inside a status; nothing: it has none.
std::optional<v1::Refusal> refusal_in(const grpc::Status& status);

}  // namespace dispatch135::common
