#include "services/common/grpc_bytes.h"

#include <grpcpp/impl/codegen/proto_utils.h>

namespace dispatch135::common {

grpc::ByteBuffer to_bytes(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.ByteSizeLong());
  // The slice is ours alone until it is put into the buffer.
  message.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
  return {&slice, 1};
}

bool from_bytes(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  grpc::Slice slice;
  if (!bytes.DumpToSingleSlice(&slice).ok()) return false;
  return message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

}  // namespace dispatch135::common
