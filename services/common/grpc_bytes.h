// Messages as gRPC's bytes, for services that take them raw: so that what is not the message is answered as such.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>

namespace dispatch135::common {

grpc::ByteBuffer to_bytes(const google::protobuf::MessageLite& message);
// False: not such a message.
bool from_bytes(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message);

}  // namespace dispatch135::common
