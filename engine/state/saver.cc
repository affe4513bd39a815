#include "engine/state/saver.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <xxhash.h>

namespace dispatch135::state {

void Saver::message(const google::protobuf::Message& value) {
  varint(value.ByteSizeLong());
  google::protobuf::io::StringOutputStream to(out_);
  google::protobuf::io::CodedOutputStream out(&to);
  out.SetSerializationDeterministic(true);
  value.SerializeWithCachedSizes(&out);
}

std::uint64_t Hasher::finish(std::uint64_t seed) const {
  return XXH3_64bits_withSeed(bytes_.data(), bytes_.size(), seed);
}

}  // namespace dispatch135::state
