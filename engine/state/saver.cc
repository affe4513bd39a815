#include "engine/state/saver.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace dispatch135::state {

void Saver::message(const google::protobuf::Message& value) {
  varint(value.ByteSizeLong());
  google::protobuf::io::StringOutputStream to(out_);
  google::protobuf::io::CodedOutputStream out(&to);
  out.SetSerializationDeterministic(true);
  value.SerializeWithCachedSizes(&out);
}

}  // namespace dispatch135::state
