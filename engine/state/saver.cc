#include "engine/state/saver.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace dispatch135::state {

void Saver::message(const google::protobuf::Message& value) {
  const std::size_t size = value.ByteSizeLong();
  varint(size);
  google::protobuf::io::ArrayOutputStream to(room(size), static_cast<int>(size));
  google::protobuf::io::CodedOutputStream out(&to);
  out.SetSerializationDeterministic(true);
  value.SerializeWithCachedSizes(&out);
  size_ += size;
}

}  // namespace dispatch135::state
