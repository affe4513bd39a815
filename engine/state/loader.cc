#include "engine/state/loader.h"

namespace dispatch135::state {

void Loader::fail(const std::string& what) {
  if (!ok()) return;
  error_ = what + " in field " + field_ + ", before byte " + std::to_string(size_ - rest_.size());
}

std::uint64_t Loader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; ok(); shift += 7) {
    if (rest_.empty()) {
      fail("the bytes end");
      return 0;
    }
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) {
      fail("a number of more than 64 bits");
      return 0;
    }
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  return 0;
}

std::int32_t Loader::degrees_e7(std::int32_t most) {
  const auto value = number<std::int32_t>();
  if (value >= -most * 10'000'000 && value <= most * 10'000'000) return value;
  fail("a place that is not on Earth");
  return 0;
}

std::int64_t Loader::time() {
  constexpr std::int64_t kMost = std::int64_t{1} << 60;
  const auto value = number<std::int64_t>();
  if (value >= -kMost && value <= kMost) return value;
  fail("a time that is too far");
  return 0;
}

std::uint64_t Loader::count() {
  const std::uint64_t elements = varint();
  if (elements <= rest_.size()) return elements;
  fail("a list that is longer than the bytes that follow");
  return 0;
}

std::string_view Loader::text() {
  const std::uint64_t size = count();
  const std::string_view found = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return found;
}

void Loader::message(google::protobuf::Message& value) {
  const std::string_view bytes = text();
  if (!ok()) return;
  if (!value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) fail("a message that cannot be read");
}

}  // namespace dispatch135::state
