// Changes protobuf messages field by field, so that a fuzzer gets past the parser: most changes of the bytes of a
// message end there.
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>

namespace dispatch135::fuzz {

// splitmix64: cheap, and good enough to choose by.
class Choice {
 public:
  explicit Choice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // 0..n-1; n above 0.
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

// One change somewhere in the message: a field set to an edge of its range or near to what it was, cleared, a list's
// entry added, doubled, taken out or exchanged.
void mutate(google::protobuf::Message& message, Choice& choice);

// For LLVMFuzzerCustomMutator: the bytes as a message, changed a few times, as bytes of at most `most`; 0: they are no
// such message, or became too large.
std::size_t mutate_bytes(google::protobuf::Message& message, std::uint8_t* data, std::size_t size, std::size_t most,
                         std::uint64_t seed);

}  // namespace dispatch135::fuzz
